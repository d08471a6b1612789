"""How much is going on, in figures."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from attrs import Attribute, field, frozen
from attrs.validators import optional

_HOUR: Final = 3_600.0
_HIGHEST_CAPACITY: Final = 50
_LONGEST_NAME: Final = 32
_LONGEST_RESERVATION: Final = 86_400
_MOST_WORKERS: Final = 15_000


def _from(
    least: float, most: float = float("inf")
) -> "Callable[[object, Attribute[float], float], None]":
    def check(_instance: object, attribute: "Attribute[float]", value: float) -> None:
        if isinstance(value, bool) or not least <= value <= most:
            limit = f"{least:g} or more" if most == float("inf") else f"{least:g} to {most:g}"
            raise ValueError(f"{attribute.name} must be {limit}, not {value!r:.50}")

    return check


def _whole(least: int, most: int) -> "Callable[[object, Attribute[int], int], None]":
    def check(_instance: object, attribute: "Attribute[int]", value: int) -> None:
        if type(value) is not int or not least <= value <= most:
            wanted = f"a whole number, {least} to {most}"
            raise ValueError(f"{attribute.name} must be {wanted}, not {value!r:.50}")

    return check


_share = _from(0, 1)
_zero_or_more = _from(0, 1e9)
_one_or_more = _from(1, 1e9)


@frozen(kw_only=True)
class ChannelTraffic:
    """How much of the work is of one kind, and what it is like.

    Attributes:
        share: Its part of all tasks; the shares of all channels may add up to anything.
        capacity: How many tasks of this kind a worker takes at a time, 1 to 50.
        handling_seconds: How long a worker is busy with one on average, at least 1.

    Raises:
        ValueError: A figure makes no sense.
    """

    share: float = field(default=1.0, validator=_zero_or_more)
    capacity: int = field(default=1, validator=_whole(1, _HIGHEST_CAPACITY))
    handling_seconds: float = field(default=210.0, validator=_one_or_more)


_USUAL_CHANNELS: Final = {
    "voice": ChannelTraffic(share=0.65),
    "chat": ChannelTraffic(share=0.25, capacity=3, handling_seconds=360.0),
    "sms": ChannelTraffic(share=0.1, capacity=3, handling_seconds=240.0),
}


def _channels(given: Mapping[str, ChannelTraffic]) -> Mapping[str, ChannelTraffic]:
    channels = MappingProxyType(dict(given))
    if not sum(each.share for each in channels.values()) > 0:
        raise ValueError("channels must hold one with a share above 0")
    return channels


def _skills(given: "tuple[str, ...]") -> tuple[str, ...]:
    skills = tuple(given)
    if not all(skill.strip() and len(skill) <= _LONGEST_NAME for skill in skills):
        raise ValueError(f"skills must be names of 1 to {_LONGEST_NAME} characters")
    if not skills or len({skill.casefold() for skill in skills}) < len(skills):
        raise ValueError("skills must be one or more, each another one")
    return skills


@frozen(kw_only=True)
class Traffic:
    """How many tasks arrive in a workspace, and what its workers do with them.

    Durations are averages: what happens is drawn anew each time, and a long conversation is not
    unusual. Every figure is the same at every hour, so that a centre which is opened at any moment
    is what it always is.

    Attributes:
        workers: How many people there are, those who have gone home included.
        occupancy: How much of the busiest channel's capacity is to be in use, 0 to 1. The higher,
            the longer the queues. It decides how many tasks arrive unless that is said.
        tasks_per_hour: How many tasks arrive, whatever that does to the queues; 0 for none.
        channels: The kinds of work by the unique name of their task channel.
        skills: What tasks are about and workers know; each has a queue of its own.
        important_share: How much of the work is important: it comes before all other.
        other_share: How much of the work is about none of the skills: anybody takes it.
        overflow_seconds: After how long in its queue a task becomes anybody's, at least 1.
        reservation_seconds: How long a worker may think about an offer, 1 to 86,400.
        pick_up_seconds: How long a worker needs to accept.
        wrap_up_seconds: How long a worker is busy after a conversation.
        patience_seconds: How long a caller waits before giving up, at least 1.
        rejected_share: How many offers are declined.
        ignored_share: How many offers are left unanswered until they time out, which takes the
            worker offline.
        return_seconds: After how long such a worker notices and comes back.
        present_share: How many of the workers are on their shift at a time, above 0.
        shift_seconds: How long a shift is, at least 60; no two begin at the same moment.
        pause_every_seconds: How long a worker works between two pauses, at least 60.
        pause_seconds: How long a pause is.

    Raises:
        ValueError: A figure makes no sense.
    """

    workers: int = field(default=20, validator=_whole(0, _MOST_WORKERS))
    occupancy: float = field(default=0.8, validator=_share)
    tasks_per_hour: float | None = field(default=None, validator=optional(_zero_or_more))
    channels: Mapping[str, ChannelTraffic] = field(
        default=MappingProxyType(_USUAL_CHANNELS), converter=_channels, hash=False
    )
    skills: tuple[str, ...] = field(default=("support", "sales", "billing"), converter=_skills)
    important_share: float = field(default=0.05, validator=_share)
    other_share: float = field(default=0.05, validator=_share)
    overflow_seconds: int = field(default=60, validator=_whole(1, 10**9))
    reservation_seconds: int = field(default=30, validator=_whole(1, _LONGEST_RESERVATION))
    pick_up_seconds: float = field(default=6.0, validator=_zero_or_more)
    wrap_up_seconds: float = field(default=30.0, validator=_zero_or_more)
    patience_seconds: float = field(default=180.0, validator=_one_or_more)
    rejected_share: float = field(default=0.03, validator=_share)
    ignored_share: float = field(default=0.02, validator=_share)
    return_seconds: float = field(default=120.0, validator=_zero_or_more)
    present_share: float = field(default=0.85, validator=_from(0.01, 1))
    shift_seconds: float = field(default=8 * _HOUR, validator=_from(60, 1e9))
    pause_every_seconds: float = field(default=1.5 * _HOUR, validator=_from(60, 1e9))
    pause_seconds: float = field(default=600.0, validator=_zero_or_more)

    def __attrs_post_init__(self) -> None:
        if self.rejected_share + self.ignored_share > 1:
            raise ValueError("rejected_share and ignored_share must not be more than 1 together")

    @property
    def expected_tasks_per_hour(self) -> float:
        """How many tasks arrive in an hour on average, asked for or as many as fit."""
        if self.tasks_per_hour is not None:
            return self.tasks_per_hour
        whole = sum(each.share for each in self.channels.values())
        # Of each task that arrives, so many seconds of one worker in the busiest channel.
        seconds = max(
            each.share / whole * self._seconds(each) / each.capacity
            for each in self.channels.values()
        )
        return self.occupancy * self._available * _HOUR / seconds

    @property
    def _available(self) -> float:
        working = self.pause_every_seconds / (self.pause_every_seconds + self.pause_seconds)
        return self.workers * self.present_share * working

    def _seconds(self, channel: ChannelTraffic) -> float:
        return self.pick_up_seconds + channel.handling_seconds + self.wrap_up_seconds
