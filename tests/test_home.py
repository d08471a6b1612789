"""Who belongs where."""

import asyncio
import os

import pytest
from raw import in_own_process

from taskrouter_async._home import Home, _count_fork, _never
from taskrouter_async.errors import ClosedError, ForkedError, WrongLoopError


async def test_the_first_loop_is_home() -> None:
    """Whoever enters first brings the loop; afterwards everybody gets that one."""
    home = Home("thing")

    assert home.enter() is home.enter() is asyncio.get_running_loop()
    assert not home.forked


def test_another_loop_is_refused_before_anything_happens() -> None:
    """The error names what was used and both loops; closing from elsewhere is refused too."""
    home = Home("thing")

    async def enter() -> None:
        home.enter()

    async def close() -> None:
        home.close()

    asyncio.run(enter())
    for use in (enter, close):
        with pytest.raises(WrongLoopError, match=r"the thing belongs to .* and was used in .*"):
            asyncio.run(use())


async def test_a_closed_home_lets_nobody_in() -> None:
    """Closing is for ever, may be repeated, and works before anybody has entered."""
    for used in (True, False):
        home = Home("thing")
        if used:
            home.enter()
        home.close()
        home.close()

        with pytest.raises(ClosedError, match="the thing is closed"):
            home.enter()


FORKING = """
import asyncio, os
from taskrouter_async._home import Home
from taskrouter_async.errors import ForkedError

async def enter(home):
    home.enter()

async def main():
    used, unused = Home("thing"), Home("thing")
    used.enter()
    if os.fork():
        assert os.wait()[1] == 0
        assert used.enter() and not used.forked
        return
    try:
        for use in (used.enter, used.close):
            try:
                use()
            except ForkedError as error:
                print(error, used.forked, unused.forked)
        asyncio.run(enter(unused))
        print("the child goes its way", flush=True)
    finally:
        os._exit(0)

asyncio.run(main())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
def test_a_child_is_not_at_home() -> None:
    """What a parent has used is refused in its forked child, which may use what is new to both."""
    printed = in_own_process(FORKING)

    assert printed.stdout.splitlines() == [
        "the thing was used before this process was forked off: open one in each process True False"
    ] * 2 + ["the child goes its way"]
    assert not printed.stderr


async def test_what_counts_is_that_the_process_was_forked() -> None:
    """A home is refused after a fork, also where the event loop seems to be the same."""
    home = Home("thing")
    home.enter()

    _count_fork()  # as the operating system's fork does in the child

    assert home.forked
    with pytest.raises(ForkedError, match="before this process was forked off"):
        home.enter()


def test_where_no_process_can_be_forked_nothing_is_counted() -> None:
    """The stand-in takes what the operating system would, and forgets it."""
    _never(after_in_child=_count_fork)

    assert not Home("thing").forked
