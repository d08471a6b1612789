"""Several coroutines that work until one fails or the time is over."""

import asyncio
from collections.abc import Coroutine, Iterable


async def work(crew: Iterable[Coroutine[None, None, None]], seconds: float | None) -> None:
    """Run them side by side; leave none behind.

    Args:
        crew: What to run.
        seconds: When to end them all; ``None`` for never.

    Raises:
        Exception: The first failure, after the others were ended.
    """
    tasks = [asyncio.ensure_future(member) for member in crew]
    try:
        done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
