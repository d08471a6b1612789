"""What makes failures repeatable and quick: no pauses, a seeded chance, faults in a row."""

import random
from collections.abc import Callable
from typing import Final

from taskrouter_async.config import RetryPolicy
from taskrouter_async.sandbox.faults import Body, Drop, Fault, Latency, Status

NO_PAUSES: Final = RetryPolicy(backoff=(0.0, 0.0), throttle_backoff=0.0, max_retry_after=0.0)
"""As many retries as usual, without a pause between them, whatever the service asks for."""


def seeded_chance(seed: int) -> Callable[[], float]:
    """Return random numbers from 0 to 1 that are the same in each run.

    ``TaskRouterClient(…, chance=seeded_chance(7))`` pauses before its retries as it did last time.
    """
    return random.Random(seed).random  # noqa: S311 - nothing secret hangs on it


def fault_script(
    *steps: Status | Drop | Body | Latency | None, path: str = "/**", verb: str | None = None
) -> tuple[Fault, ...]:
    """Return faults that strike one request after the other.

    ``for fault in fault_script(Status(503), None, Drop()): sandbox.faults.add(fault)`` refuses the
    first request, answers the second, drops the third and answers all that follow.

    Args:
        steps: What happens to each request; ``None`` answers it as if nothing had been ordered.
        path: Which requests are meant, as in `Fault`.
        verb: For which verb; left out, for all.

    Raises:
        ValueError: The path or the verb makes no sense.
    """
    script: list[Fault] = []
    answered = 0
    for number, step in enumerate(steps):
        if step is None:
            answered += 1
        elif isinstance(step, Latency):
            # It strikes besides what else strikes: it counts every request, and hides none.
            script.append(Fault(step, path=path, verb=verb, times=1, after=number))
            answered += 1
        else:
            # What an earlier fault strikes does not reach a later one; what none strikes does.
            script.append(Fault(step, path=path, verb=verb, times=1, after=answered))
    return tuple(script)
