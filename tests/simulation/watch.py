"""What must hold at every step of a simulated world, whatever goes wrong in it."""

from collections import Counter, deque
from collections.abc import Callable
from typing import Final

from attrs import define
from simulation.books import Books
from simulation.errands import ONCE, Ending, Errand, Want
from simulation.service import Service

from taskrouter_async._admission import Admission, Desk
from taskrouter_async.models import RequestEvent, RequestStarted, RetryScheduled

_ROUNDING_SECONDS: Final = 0.1
_LONGEST_TURN_SECONDS: Final = 4.0  # forty calls at once, ten at a time, none longer than 0.8 s
_TRAIL: Final = 30
_ABOUT_A_TASK: Final = (Want.FETCH, Want.UPDATE, Want.CONDITIONAL)
_FINE: Final = frozenset(
    {"answer", "NotFoundError", "PreconditionFailedError", "ClosedError", "given up"}
)


class BrokenPromiseError(Exception):
    """Something has happened that must never happen."""


@define(eq=False)
class Ledger:
    """What is known of one account.

    Attributes:
        service: The account's side of the service.
        desk: Its desk in the admission.
        in_flight: How many requests were under way when there was peace last.
        limit: What its limit was then.
        repeated: How many requests were not the first ones of their calls.
        scheduled: How many such were announced.
    """

    service: Service
    desk: Desk
    in_flight: int = 0
    limit: float = 0.0
    repeated: int = 0
    scheduled: int = 0


class Watch:
    """Looks at everything that happens in one world.

    Args:
        admission: Where all requests are admitted.
        room: How many there may be at a time.
        now: The loop's time.

    Attributes:
        broken: The promise that was broken first, and what came before.
        counts: What has happened, and how often.
        ledgers: The accounts, by their SIDs.
        crowded: Whether all room was ever taken, so that accounts had to wait for one another:
            where the connections are not enough for all, nobody promises more than turns.
    """

    def __init__(self, admission: Admission, room: int, now: Callable[[], float]) -> None:
        self.broken = ""
        self.counts: Counter[str] = Counter()
        self.ledgers: dict[str, Ledger] = {}
        self.crowded = False
        self._admission = admission
        self._room = room
        self._now = now
        self._trail: deque[tuple[float, str, Errand | None]] = deque(maxlen=_TRAIL)

    def check(self, kept: bool, promise: str) -> None:  # noqa: FBT001 - reads like an assertion
        """Note a promise that is not kept; the world ends at the next rest."""
        if not kept and not self.broken:
            self._note("here", None)
            self.broken = f"broken: {promise}; before that:{''.join(map(_line, self._trail))}"

    def at_rest(self) -> None:
        """Look at the permits while nobody is in the middle of something."""
        total = 0
        for ledger in self.ledgers.values():
            in_flight, desk = ledger.service.in_flight, ledger.desk
            total += in_flight
            if desk.in_flight != in_flight or in_flight != ledger.in_flight or desk._waiting:
                self._look_at(ledger, in_flight)
        same = total == self._admission.in_flight
        self.check(same, "as many permits are out as requests are under way")
        self.crowded = self.crowded or total >= self._room
        if self.broken:
            raise BrokenPromiseError(self.broken)

    def _look_at(self, ledger: Ledger, in_flight: int) -> None:
        desk, limit = ledger.desk, ledger.desk._limit.limit
        self.check(desk.in_flight == in_flight, "an account has a permit for each request")
        # A limit that goes down ends nothing that is under way.
        highest = max(limit, ledger.limit, ledger.in_flight)
        self.check(in_flight <= highest, "an account keeps within its limit")
        most = min(limit, self._room - max(1, self._room // 10))  # the rest is for the others
        has_room = in_flight + 1 <= most and self._admission.in_flight < self._room
        self.check(not (desk._waiting and has_room), "nobody waits where there is room")
        ledger.in_flight, ledger.limit = in_flight, limit

    def departed(self, account_sid: str, errand: Errand | None) -> None:
        """Note a request that leaves."""
        if errand is None:
            return
        self._note("request", errand)
        errand.requests += 1
        ledger = self.ledgers[account_sid]
        ledger.repeated += errand.requests > 1
        self.check(ledger.repeated <= ledger.scheduled, "what goes again was announced and paid")

    def carried_out(self, errand: Errand) -> None:
        """Note what the service does."""
        self._note("carried out", errand)
        errand.carried_out += 1
        self._check_how_often(errand)

    def heard(self, ledger: Ledger, books: Books, event: RequestEvent) -> None:
        """Note what a client tells of its requests."""
        self.check(books.note(event), "no retry is sent on credit")
        if isinstance(event, RetryScheduled):
            self.counts["retries"] += 1
            ledger.scheduled += 1
        elif isinstance(event, RequestStarted):
            self.counts["requests"] += 1
            if event.waited > _LONGEST_TURN_SECONDS:
                self._look_at_wait(ledger)

    def _look_at_wait(self, ledger: Ledger) -> None:
        healthy = ledger.service.nature.healthy and not self.crowded
        self.check(not healthy, "a healthy account waits for nobody's trouble")

    def ended(self, service: Service, errand: Errand, answer: object = None) -> None:
        """Note what a caller got; the errand knows how it ended."""
        self.counts[errand.outcome] += 1
        self.counts[errand.want.name] += 1
        self._note(errand.outcome, errand)
        errand.ended_at = self._now()
        late = errand.ended_at - errand.latest
        self.check(late <= _ROUNDING_SECONDS, "a call ends by its deadline")
        self._check_how_often(errand)
        if errand.want is Want.DELETE and errand.ending is Ending.DONE:
            gone = errand.sid not in service.records.versions
            self.check(gone, "what was deleted without an error is gone")
        self._check_identity(service.records.account_sid, errand, answer)
        if service.nature.healthy and not self.crowded:
            self.check(errand.outcome in _FINE, "a healthy account meets no trouble")

    def _note(self, what: str, errand: Errand | None) -> None:
        self._trail.append((self._now(), what, errand))

    def _check_how_often(self, errand: Errand) -> None:
        times, ending = errand.carried_out, errand.ending
        if errand.want in ONCE or errand.want is Want.CONDITIONAL:
            self.check(times <= 1, "nothing happens twice")
            self.check(ending is not Ending.DONE or times == 1, "what succeeded has happened")
            self.check(ending is not Ending.NOT_DONE or not times, "what failed has not happened")
        if errand.want is Want.DELETE and errand.outcome == "NotFoundError":
            self.check(not times, "what was not there was not deleted")

    def _check_identity(self, account_sid: str, errand: Errand, answer: object) -> None:
        whose = getattr(answer, "account_sid", account_sid)
        self.check(whose == account_sid, "an answer belongs to the account that asked")
        if answer is not None and errand.want in _ABOUT_A_TASK:
            sid: object = getattr(answer, "sid", None)
            self.check(sid == errand.sid, "an answer is about what was asked for")


def _line(step: tuple[float, str, Errand | None]) -> str:
    at, what, errand = step
    return f"\n{at:10.3f} s  {what:20} {errand or ''}"
