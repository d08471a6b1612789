"""What hangs for one account leaves something for the others."""

import pytest
from virtual_loop import in_virtual_time

from taskrouter_async._admission import Admission, Desk


def _take_all(desk: Desk) -> int:
    """Take permits until there are none left, as an account with a high limit could."""
    taken = 0
    while desk.try_enter():
        taken += 1
        for _ in range(200):
            desk.accepted()  # the limit grows out of the way
    return taken


@pytest.mark.parametrize(("room", "share"), [(1, 1), (2, 1), (9, 8), (30, 27), (100, 90)])
@in_virtual_time
async def test_a_tenth_is_out_of_reach_for_an_account_among_others(room: int, share: int) -> None:
    """One place at least is kept, where there is more than one."""
    admission = Admission(room)
    busy, quiet = admission.desk("AC1"), admission.desk("AC2")
    assert _take_all(busy) == share
    assert quiet.try_enter() == (room > 1)


@in_virtual_time
async def test_an_account_alone_may_take_everything() -> None:
    """There is nobody to keep anything for."""
    assert _take_all(Admission(50).desk("AC1")) == 50


@in_virtual_time
async def test_what_is_kept_is_for_all_others_together() -> None:
    """A third account takes nothing more away from the first."""
    admission = Admission(50)
    first = admission.desk("AC1")
    admission.desk("AC2")
    admission.desk("AC3")
    assert _take_all(first) == 45
