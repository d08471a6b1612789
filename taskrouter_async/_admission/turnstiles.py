"""What keeps calls of one kind waiting: pauses that the service asked for, and rates."""

from collections.abc import Callable
from typing import Final

from taskrouter_async._protocol.limiting import Kind, Pacer, kind_of, paced
from taskrouter_async._protocol.operation import Call
from taskrouter_async.errors import AccountOverloadedError, RateLimitedError

_SPREAD_SECONDS: Final = 0.5
_SECONDS_BETWEEN_SWEEPS: Final = 1.0
_TOO_MANY_REQUESTS: Final = 429


class Turnstile:
    """What stands in the way of one kind.

    Attributes:
        opens_at: When the pause ends; long ago if there is none.
        pacer: Keeps the calls apart; ``None`` if they may go together.
    """

    __slots__ = ("opens_at", "pacer")

    def __init__(self) -> None:
        self.opens_at = float("-inf")
        self.pacer: Pacer | None = None

    def paced(self, per_second: float) -> Pacer:
        """Return what keeps the calls apart, made now if they went together so far."""
        if self.pacer is None:
            self.pacer = Pacer(per_second)
        return self.pacer

    def is_over(self, now: float) -> bool:
        """Tell whether this stands in nobody's way, so that a new one would be no different."""
        return self.opens_at <= now and (self.pacer is None or self.pacer.free_at <= now)


class Turnstiles:
    """One account's turnstiles, for as long as they stand in anybody's way.

    Args:
        chance: Random numbers, 0 to 1: not everybody shall start off as soon as a pause ends.
    """

    __slots__ = ("_by_kind", "_chance", "_sweep_at")

    def __init__(self, chance: Callable[[], float]) -> None:
        self._chance = chance
        self._by_kind: dict[Kind, Turnstile] = {}
        self._sweep_at = float("-inf")

    def __len__(self) -> int:
        return len(self._by_kind)

    def due(self, call: Call[object], now: float, latest: float) -> float:
        """Return when a call may go, and keep that instant for it if its kind has a pace."""
        per_second = paced(call)
        if per_second is None and not self._by_kind:
            return now
        self._sweep(now)
        kind = kind_of(call)
        if per_second is not None:
            self._at(kind).paced(per_second)
        turnstile = self._by_kind.get(kind)
        if turnstile is None:
            return now
        if turnstile.pacer is None:
            return self._after_pause(turnstile, now, latest)
        _check_pause(turnstile, now, latest)
        return _reserved(turnstile.pacer, turnstile.opens_at, now, latest)

    def opening(self, call: Call[object], now: float, latest: float) -> float:
        """Return when a call that had to wait may go; if it may now, it is noted to go."""
        turnstile = self._by_kind.get(kind_of(call)) if self._by_kind else None
        if turnstile is None:
            return now
        due = self._after_pause(turnstile, now, latest)
        if due > now or turnstile.pacer is None:
            return due
        return min(latest, turnstile.pacer.go(now))

    def gone(self, call: Call[object], now: float) -> None:
        """Note that a call goes that did not have to wait."""
        turnstile = self._by_kind.get(kind_of(call)) if self._by_kind else None
        if turnstile is not None and turnstile.pacer is not None:
            turnstile.pacer.go(now)

    def pause(self, call: Call[object], until: float) -> None:
        """Let no call of this kind go before that instant."""
        turnstile = self._at(kind_of(call))
        turnstile.opens_at = max(turnstile.opens_at, until)

    def space(self, call: Call[object], per_second: int, now: float) -> None:
        """Keep calls of this kind apart from now on, until they no longer queue up."""
        self._at(kind_of(call)).paced(per_second).hold(now)

    def _at(self, kind: Kind) -> Turnstile:
        turnstile = self._by_kind.get(kind)
        if turnstile is None:
            turnstile = self._by_kind[kind] = Turnstile()
        return turnstile

    def _after_pause(self, turnstile: Turnstile, now: float, latest: float) -> float:
        _check_pause(turnstile, now, latest)
        if turnstile.opens_at <= now:
            return now
        return min(latest, turnstile.opens_at + self._chance() * _SPREAD_SECONDS)

    def _sweep(self, now: float) -> None:
        if now < self._sweep_at:
            return
        self._sweep_at = now + _SECONDS_BETWEEN_SWEEPS
        for kind in [kind for kind, each in self._by_kind.items() if each.is_over(now)]:
            del self._by_kind[kind]


def _check_pause(turnstile: Turnstile, now: float, latest: float) -> None:
    if turnstile.opens_at > max(now, latest):
        seconds = turnstile.opens_at - now
        raise RateLimitedError(
            f"the service asked for a pause that lasts {seconds:.1f} s more, longer than this "
            "call may take; nothing was sent",
            status=_TOO_MANY_REQUESTS,
            retry_after=seconds,
        )


def _reserved(pacer: Pacer, opens_at: float, now: float, latest: float) -> float:
    at = pacer.reserve(max(now, opens_at), latest)
    if at is None:
        raise AccountOverloadedError(
            "so many calls of this kind wait for the rate that the service allows that this "
            "one's turn would come too late; nothing was sent",
            retry_after=max(pacer.free_at, opens_at) - now,
        )
    return at
