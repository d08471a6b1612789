"""A crew works until one fails or the time is over, and nobody is left behind."""

import asyncio

import pytest

from taskrouter_async.cli.crew import work


class Members:
    """Makes members of a crew and remembers who began and who was ended."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.ended: list[str] = []

    async def patient(self, name: str) -> None:
        """Work for ever."""
        self.began.append(name)
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.append(name)

    async def stubborn(self, name: str) -> None:
        """Work for ever, and take a while to end."""
        try:
            await self.patient(name)
        finally:
            await asyncio.sleep(0.01)
            self.ended.append(f"{name} at last")

    async def failing(self, error: Exception) -> None:
        """Fail after everybody has begun."""
        await asyncio.sleep(0)
        raise error

    async def brief(self, name: str) -> None:
        """Be done at once."""
        self.began.append(name)


def others() -> set["asyncio.Task[object]"]:
    """Return the tasks that are not the test's own."""
    return {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}


async def test_the_first_failure_ends_the_others_and_is_raised() -> None:
    """One failure is everybody's end, and it is the very error that the caller gets."""
    members, error = Members(), ValueError("no")

    with pytest.raises(ValueError, match="no") as caught:
        await work([members.patient("a"), members.failing(error), members.stubborn("b")], None)

    assert caught.value is error
    assert members.ended == ["a", "b", "b at last"]
    assert others() == set()


async def test_nobody_outlives_the_time() -> None:
    """When the time is over all are ended, and that is no error."""
    members = Members()

    await work([members.patient("a"), members.stubborn("b")], 0.01)

    assert members.began == ["a", "b"]
    assert members.ended == ["a", "b", "b at last"]
    assert others() == set()


async def test_who_is_done_early_ends_nobody() -> None:
    """The crew works on when one of it has nothing left to do."""
    members = Members()

    await work([members.brief("a"), members.patient("b")], 0.01)

    assert members.began == ["a", "b"]
    assert members.ended == ["b"]


async def test_the_work_is_over_when_all_are_done() -> None:
    """Without a limit of time, the work ends with its last member."""
    members = Members()

    await work([members.brief("a"), members.brief("b")], None)

    assert members.began == ["a", "b"]


async def test_cancellation_ends_all() -> None:
    """Whoever cancels the work cancels everybody at it, and waits for them."""
    members = Members()
    working = asyncio.create_task(work([members.patient("a"), members.stubborn("b")], None))
    while len(members.began) < 2:
        await asyncio.sleep(0)

    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working

    assert members.ended == ["a", "b", "b at last"]
    assert others() == set()
