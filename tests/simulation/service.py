"""The service as one account meets it: its limits, its moods, and behind them its records."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final

from simulation.errands import Errand
from simulation.nature import Fault, Nature
from simulation.records import Records

from taskrouter_async._protocol.messages import Request, Response

_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
_SEARCHES_PER_SECOND: Final = 3
_SECONDS_ASKED_FOR: Final = (0, 1, 2, 3, 5, 8, 60)


class Service:
    """Takes one account's requests, or not.

    Args:
        records: What the account keeps.
        nature: How its requests fare.
        chance: Where its luck comes from.
        now: The loop's time.

    Attributes:
        records: What the account keeps.
        chance: Where its luck comes from.
        errands: What the account's callers wanted so far; its tag is where an errand stands.
        in_flight: How many requests are under way.
        faults: How often each fault has happened.
    """

    def __init__(
        self,
        records: Records,
        nature: Nature,
        chance: random.Random,
        now: Callable[[], float],
    ) -> None:
        self.records = records
        self.nature = nature
        self.chance = chance
        self.errands: list[Errand] = []
        self.in_flight = 0
        self.faults: Counter[str] = Counter()
        self._now = now
        self._second = 0
        self._count = 0
        self._searches: list[float] = []

    def errand_of(self, request: Request) -> Errand | None:
        """Return the errand that a request is sent for; renewing what is kept is nobody's."""
        text = request.target if request.body is None else request.body.decode()
        _, _, tag = text.rpartition("Tag=")
        return self.errands[int(tag)] if tag.isdigit() else None

    def latency(self) -> float:
        """Return how many seconds an answer takes."""
        return self.nature.latency * (1.0 + self.chance.random())

    def fault(self) -> Fault | None:
        """Decide what happens to a request that is sent now."""
        fault = self._fault()
        if fault is not None:
            self.faults[fault.name] += 1
        return fault

    def _fault(self) -> Fault | None:
        outage = self.nature.outage
        if outage is not None and outage.begins_at <= self._now() < outage.ends_at:
            return outage.fault
        for probability, fault in self.nature.faults:
            if self.chance.random() < probability:
                return fault
        return None

    def serve(self, request: Request) -> Response:
        """Return what a request brings that has reached the service."""
        if self._is_too_many(request):
            return self.too_many()
        return self.records.serve(request, self.errand_of(request))

    def _is_too_many(self, request: Request) -> bool:
        now = self._now()
        if self._second != int(now):
            self._second, self._count = int(now), 0
        self._count += 1
        nature = self.nature
        if self.in_flight > nature.concurrency or self._count > nature.per_second:
            return True
        return "EvaluateTaskAttributes" in request.target and self._is_searched_too_often(now)

    def _is_searched_too_often(self, now: float) -> bool:
        # The clock's own rounding shall not make a fourth one of what was kept apart exactly.
        self._searches = [at for at in self._searches if at > now - 0.999]
        self._searches.append(now)
        return len(self._searches) > _SEARCHES_PER_SECOND

    def too_many(self) -> Response:
        """Return a 429 in this account's manner."""
        self.faults["TOO_MANY"] += 1
        headers = self._retry_after(self.chance.choice(_SECONDS_ASKED_FOR))
        if self.nature.per_second <= self._count:
            headers["x-rate-limit-limit"] = str(self.nature.per_second)
            headers["x-rate-limit-remaining"] = "0"
        return Response(429, headers, b"")

    def _retry_after(self, seconds: int) -> dict[str, str]:
        if self.nature.retry_after == "seconds":
            return {"retry-after": str(seconds)}
        if self.nature.retry_after == "date":
            now = _EPOCH + timedelta(seconds=self._now())
            until = now + timedelta(seconds=seconds)
            return {
                "date": format_datetime(now, usegmt=True),
                "retry-after": format_datetime(until, usegmt=True),
            }
        return {}
