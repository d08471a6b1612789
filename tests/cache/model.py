"""The cache as it ought to be: what it promises, in a dictionary or two and without an event loop.

One load is known by its number, which is also the value that it brings. Time only passes when it is
told to; what is due on the way happens in its order.
"""

from attrs import define, field

TTL, SWR, SIE = 5.0, 10.0, 20.0
SOFT, DEADLINE, NEGATIVE = 1.0, 5.0, 5.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
# Room for every key: which answer or which trouble makes room first is a matter for other tests.
MAXSIZE = 3

FAILING, GONE, REFUSED = "ServerError", "NotFoundError", "BadRequestError"
TIMEOUT, MISS = "CallTimeoutError", "CacheMissError"


@define(eq=False)
class Flying:
    """A request in the air."""

    key: str
    number: int
    t0: float
    registered: bool = True


@define(eq=False)
class Caller:
    """Who asked, and what for; and, once that is settled, the outcome: a value and a detail."""

    key: str
    began: float
    max_age: float | None
    only_if_cached: bool
    flight: Flying | None = None
    waits_for_older: bool = False
    waited: bool = False
    may_have_old: bool = False
    soft_at: float | None = None
    outcome: tuple[object, str | None] | None = None


@define
class Model:
    """What must happen."""

    now: float = 0.0
    loads: int = 0
    entries: dict[str, tuple[float, int]] = field(factory=dict)
    flights: list[Flying] = field(factory=list)
    troubles: dict[str, tuple[float, int, float, str]] = field(factory=dict)
    callers: list[Caller] = field(factory=list)

    def call(self, key: str, max_age: float | None, *, only_if_cached: bool) -> Caller:
        caller = Caller(key, self.now, max_age, only_if_cached)
        self.callers.append(caller)
        self._look(caller)
        return caller

    def _look(self, caller: Caller) -> None:
        key, flight = caller.key, self._joinable(caller.key)
        t0, value = self.entries.get(key, (-1e9, 0))
        age = self.now - t0
        alive = age < TTL + max(SWR, SIE)
        young = alive and self._is_young(caller, t0)
        error = self._pause(caller)
        if young and age < TTL:
            caller.outcome = (value, None)
        elif young and age < TTL + SWR:
            idle = flight is None and error is not None
            if flight is None and not idle and not caller.only_if_cached:
                self._start(key)
            caller.outcome = (value, "cooldown" if idle else "stale-while-revalidate")
        elif alive and flight is None and error is not None:
            caller.outcome = (value, "stale-if-error")
        elif caller.only_if_cached:
            caller.outcome = (MISS, None)
        elif flight is None and error is not None:
            caller.outcome = (error, None)
        else:
            self._join(caller, flight or self._start(key), alive=alive, young=young)

    def _joinable(self, key: str) -> Flying | None:
        return next((f for f in self.flights if f.key == key and f.registered), None)

    def _is_young(self, caller: Caller, t0: float) -> bool:
        age = caller.began - t0
        return caller.max_age is None or age < caller.max_age or (caller.waited and age <= 0)

    def _pause(self, caller: Caller) -> str | None:
        until, failures, t0, error = self.troubles.get(caller.key, (0.0, 0, 0.0, ""))
        too_old = failures == 0 and not self._is_young(caller, t0)
        return error if self.now < until and not too_old else None

    def _start(self, key: str) -> Flying:
        self.loads += 1
        flight = Flying(key, self.loads, self.now)
        self.flights.append(flight)
        return flight

    def _join(self, caller: Caller, flight: Flying, *, alive: bool, young: bool) -> None:
        age = caller.began - flight.t0
        caller.flight = flight
        caller.waits_for_older = caller.max_age is not None and age > 0 and age >= caller.max_age
        if not caller.waits_for_older:
            caller.may_have_old = alive
            caller.soft_at = self.now + SOFT if young else None

    def land(self, flight: Flying, error: str | None) -> None:
        self.flights.remove(flight)
        if flight.registered:
            self._remember(flight, error)
        waiting = [c for c in self.callers if c.flight is flight and c.outcome is None]
        for caller in waiting:
            if caller.waits_for_older:
                caller.flight, caller.waits_for_older, caller.waited = None, False, True
                self._look(caller)
            else:
                self._tell(caller, flight, error)

    def _remember(self, flight: Flying, error: str | None) -> None:
        key, (_, failures, *_) = flight.key, self.troubles.get(flight.key, (0.0, 0, 0.0, ""))
        if error is None:
            self.troubles.pop(key, None)
            self._keep(flight)
        elif error == GONE:
            self.entries.pop(key, None)
            self.troubles[key] = (flight.t0 + NEGATIVE, 0, flight.t0, error)
        elif error != REFUSED:
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**failures)
            self.troubles[key] = (self.now + pause, failures + 1, flight.t0, error)

    def _keep(self, flight: Flying) -> None:
        dead = [k for k, (t0, _) in self.entries.items() if self.now - t0 >= TTL + max(SWR, SIE)]
        for key in [*dead, flight.key]:
            self.entries.pop(key, None)
        self.entries[flight.key] = (flight.t0, flight.number)

    def _tell(self, caller: Caller, flight: Flying, error: str | None) -> None:
        old = self._old(caller)
        if error is None:
            caller.outcome = (flight.number, None)
        elif old is not None and error not in {GONE, REFUSED}:
            caller.outcome = (old, "stale-if-error")
        else:
            caller.outcome = (error, None)

    def _old(self, caller: Caller) -> int | None:
        t0, value = self.entries.get(caller.key, (-1e9, 0))
        return value if caller.may_have_old and self.now - t0 < TTL + max(SWR, SIE) else None

    def cancel(self, caller: Caller) -> None:
        caller.outcome = ("CancelledError", None)

    def invalidate(self, key: str) -> None:
        self.entries.pop(key, None)
        self.troubles.pop(key, None)
        for flight in self.flights:
            flight.registered = flight.registered and flight.key != key

    def advance(self, seconds: float) -> None:
        end = self.now + seconds
        while due := self._due(end):
            self.now, _, flight, caller = min(due, key=lambda each: each[:2])
            if flight is not None:
                self.land(flight, TIMEOUT)
            elif caller is not None:
                caller.soft_at = None
                if (old := self._old(caller)) is not None:
                    caller.outcome = (old, "soft-timeout")
        self.now = end

    def _due(self, end: float) -> list[tuple[float, int, Flying | None, Caller | None]]:
        # At the same instant, a deadline comes first: whoever wakes up sees that it is over.
        deadlines = [(f.t0 + DEADLINE, 0, f, None) for f in self.flights if f.t0 + DEADLINE <= end]
        impatient = [
            (c.soft_at, 1, None, c)
            for c in self.callers
            if c.outcome is None and c.soft_at is not None and c.soft_at <= end
        ]
        return [*deadlines, *impatient]
