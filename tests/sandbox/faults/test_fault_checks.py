"""What figures in orders may be."""

import pytest

from taskrouter_async.sandbox import RateLimits
from taskrouter_async.sandbox.faults import Exponential
from taskrouter_async.sandbox.faults.checks import number


def test_a_number_without_an_upper_end_may_be_any_but_infinite() -> None:
    """The message says where the numbers begin."""

    class Named:
        name = "share"

    check = number(1)
    check(None, Named(), 5.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="share must be 1 or more, not inf"):
        check(None, Named(), float("inf"))  # type: ignore[arg-type]


@pytest.mark.parametrize("mean", [True, "1", None, 10**400])
def test_what_is_no_number_is_refused(mean: float) -> None:
    """A yes is no figure, nor is a text."""
    with pytest.raises(ValueError, match="mean must be 0 to 3600"):
        Exponential(mean)


def test_a_limit_of_nothing_is_refused() -> None:
    """Nobody could ask for anything."""
    with pytest.raises(ValueError, match="general must be a whole number"):
        RateLimits(general=0)
