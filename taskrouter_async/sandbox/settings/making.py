"""What all settings share: how a record begins, and names that are not taken twice."""

from collections.abc import Iterable
from typing import TypedDict

from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.state.refusals import refused


class Beginning(TypedDict):
    """What every new record has."""

    sid: str
    number: int
    date_created: float
    date_updated: float


def beginning(floor: Floor, prefix: str) -> Beginning:
    """Return the beginning of a record that is made now."""
    return Beginning(
        sid=floor.workspace.sids.new(prefix),
        number=floor.workspace.next_number(),
        date_created=floor.now,
        date_updated=floor.now,
    )


def check_free(kind: str, name: str, taken: Iterable[str], by: str = "friendly") -> None:
    """Refuse a name that another record of the kind has, whatever the case of its letters.

    Args:
        kind: What is to be named, such as ``Activity``.
        name: The name it is to have.
        taken: The names of the others.
        by: Which of its names it is.

    Raises:
        RefusalError: The name is taken.
    """
    if name.casefold() in map(str.casefold, taken):
        raise refused(f"{kind} with the same {by} name already exists")


def check_room(kinds: str, present: int, most: int) -> None:
    """Refuse one more of what there are as many as there may be.

    Raises:
        RefusalError: There is no room.
    """
    if present >= most:
        raise refused(f"There are {most} {kinds} already, and no more are possible")
