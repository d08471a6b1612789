"""A walk through the API that chance decides: what is sent, and what comes back."""

import json
import random
import re
from collections.abc import Callable
from typing import Any

import aiohttp
from attrs import define, field
from reference import TABLE
from vendor.sdk import Exchange

from taskrouter_async.sandbox import Sandbox

_SID = "[A-Z]{2}[0-9a-f]{32}"


def _weight(name: str, verb: str) -> int:
    # A world from which everything is deleted is soon walked through, one without offers as well.
    if verb == "DELETE":
        return 1 if name == "DeleteWorkspace" else 2
    if "Reservation" in name or name == "CreateTask":
        return 24
    return 4 if "Statistics" in name else 8


_OPERATIONS = [
    name for name, facts in sorted(TABLE.items()) for _ in range(_weight(name, facts["verb"]))
]
# Without one of these an update of a reservation asks for nothing.
_LIKELY = {"ReservationStatus": 0.6, "Instruction": 0.3}
_PREFIXES = {
    "Activities": "WA",
    "Events": "EV",
    "Reservations": "WR",
    "TaskChannels": "TC",
    "TaskQueues": "WQ",
    "Tasks": "WT",
    "Workers": "WK",
    "Workflows": "WW",
    "Workspaces": "WS",
}
_STRANGE = (
    "",
    "0",
    "-1",
    "yes",
    "'; DROP TABLE tasks; --",
    "../../etc/passwd",
    "%00\0",
    "\u202eabc",
    "1==1 OR (",
    "9" * 40,
    "{" * 500,
    '{"a": NaN}',
    "A" * 5_000,
    "WT" + "0" * 32,
    "2026-13-99T00:00:00Z",
    "🦊",
)


@define
class Walker:
    """Sends one request after another and remembers which SIDs it has seen."""

    sandbox: Sandbox
    session: aiohttp.ClientSession
    chance: random.Random
    exchanges: list[Exchange] = field(factory=list)
    _seen: dict[str, list[str]] = field(factory=dict)
    _paths: list[str] = field(factory=list)

    async def step(self) -> Exchange:
        """Send a request that chance decides."""
        path = None
        while path is None:
            operation = self.chance.choice(_OPERATIONS)
            facts = TABLE[operation]
            path = self._path(facts["path"])
        arguments = self._arguments(facts)
        if operation == "CreateTaskQueueBulkRealTimeStatistics":
            return await self.send(operation, path, {"json": {"queueSids": [self.sid("WQ")]}})
        place = "params" if facts["verb"] == "GET" else "data"
        return await self.send(operation, path, {place: arguments})

    async def look_around(self) -> None:
        """See what is there, and let two workers be at work."""
        home = f"/v1/Workspaces/{self.sandbox.workspace_sids[0]}"
        await self.send("ListTaskQueue", home + "/TaskQueues", {})
        await self.send("ListWorkflow", home + "/Workflows", {})
        await self.send("ListActivity", home + "/Activities", {"params": {"Available": "true"}})
        for name in ("Ann", "Bob"):
            worker = {"FriendlyName": name, "ActivitySid": self.sid("WA")}
            await self.send("CreateWorker", home + "/Workers", {"data": worker})
        await self.send("FetchWorkspace", home, {})

    async def send(self, operation: str, path: str, sent: dict[str, Any]) -> Exchange:
        """Send a request and look for SIDs in its answer."""
        url = self.sandbox.base_url + path
        verb = TABLE[operation]["verb"]
        async with self.session.request(verb, url, **sent) as response:
            text = await response.text()
            document = json.loads(text) if text else None
            exchange = Exchange(operation, response.status, document, dict(response.headers))
        self.exchanges.append(exchange)
        self._look_at(document)
        return exchange

    def _path(self, template: str) -> str | None:
        """Return a path below something that was seen lately or, now and then, below nothing."""
        head, brace, tail = template.rpartition("}")
        form = re.compile(re.sub(r"\{\w+\}", _SID, head + brace))
        known = [path for path in self._paths if form.fullmatch(path)]
        if self.chance.random() < 0.05:
            return self._strange_path(template)
        if not brace:
            return template
        return self.chance.choice(known[-5:]) + tail if known else None

    def _strange_path(self, template: str) -> str:
        parts = template.strip("/").split("/")
        for place, part in enumerate(parts):
            if part.startswith("{"):
                parts[place] = self._sid(parts[place - 1])
        return "/" + "/".join(parts)

    def _sid(self, collection: str) -> str:
        prefix = _PREFIXES.get(collection, "WC")
        known = self._seen.get(prefix, [])
        if known and self.chance.random() < 0.9:
            return self.chance.choice(known[-3:])
        return self.chance.choice(["voice", prefix + "0" * 32, "..%2F..", "'"])

    def _arguments(self, facts: dict[str, Any]) -> list[tuple[str, str]]:
        share = min(0.15, 0.5 / (len(facts["arguments"]) or 1))
        return [
            (name, self._value(name, argument))
            for name, argument in facts["arguments"].items()
            if argument.get("required") or self.chance.random() < _LIKELY.get(name, share)
        ]

    def _value(self, name: str, argument: dict[str, Any]) -> str:
        if self.chance.random() < 0.15:
            return self.chance.choice(_STRANGE)
        if "enum" in argument:
            return str(self.chance.choice(argument["enum"]))
        return _VALUES.get(name, self._usual)(self)

    def _usual(self, _walker: "Walker") -> str:
        return f"text {self.chance.randrange(50)}"

    def sid(self, prefix: str) -> str:
        """Return a SID of a kind that was seen lately."""
        return self.chance.choice(self._seen.get(prefix, [prefix + "1" * 32])[-3:])

    def _look_at(self, document: Any) -> None:
        if isinstance(document, list):
            for each in document:
                self._look_at(each)
        elif isinstance(document, dict):
            for name, value in document.items():
                if isinstance(value, str) and name.endswith("sid") and len(value) == 34:
                    self._remember(self._seen.setdefault(value[:2], []), value)
                if name == "url" and isinstance(value, str):
                    self._remember(self._paths, value.removeprefix(self.sandbox.base_url))
                self._look_at(value)

    def _remember(self, known: list[str], seen: str) -> None:
        if seen in known:
            known.remove(seen)
        known.append(seen)


def _of(prefix: str) -> Callable[[Walker], str]:
    return lambda walker: walker.sid(prefix)


def _one_of(*words: str) -> Callable[[Walker], str]:
    return lambda walker: walker.chance.choice(words)


_VALUES: dict[str, Callable[[Walker], str]] = {
    "ActivitySid": _of("WA"),
    "WorkerActivitySid": _of("WA"),
    "DefaultActivitySid": _of("WA"),
    "TimeoutActivitySid": _of("WA"),
    "ReservationActivitySid": _of("WA"),
    "AssignmentActivitySid": _of("WA"),
    "WorkerSid": _of("WK"),
    "TaskQueueSid": _of("WQ"),
    "TaskSid": _of("WT"),
    "WorkflowSid": _of("WW"),
    "ReservationSid": _of("WR"),
    "Sid": _of("EV"),
    "RoutingTarget": lambda walker: walker.sid(walker.chance.choice(["WK", "WQ", "WW"])),
    "TaskChannel": _one_of("voice", "default", "chat"),
    "UniqueName": lambda walker: f"channel{walker.chance.randrange(50)}",
    "Attributes": _one_of("{}", '{"language": "es"}', '{"level": 3}'),
    "Configuration": lambda walker: json.dumps(
        {"task_routing": {"default_filter": {"queue": walker.sid("WQ")}}}
    ),
    "TargetWorkers": _one_of("1==1", "level > 2", 'languages HAS "es"'),
    "TargetWorkersExpression": _one_of("1==1", "level > 2"),
    "EvaluateTaskAttributes": _one_of('language == "es"', "level > 2"),
    "EvaluateWorkerAttributes": _one_of('{"level": 3}', "level == 3"),
    "Ordering": _one_of("DateCreated:asc", "Priority:desc"),
    "Minutes": _one_of("5", "60"),
    "PageSize": _one_of("1", "2", "1000"),
    "Page": _one_of("0"),
    "Priority": _one_of("0", "5"),
    "Timeout": _one_of("10", "86400"),
    "Capacity": _one_of("0", "3"),
    "MaxReservedWorkers": _one_of("1", "2"),
    "TaskReservationTimeout": _one_of("10", "120"),
    "StartDate": _one_of("2026-01-05T08:00:00Z"),
    "EndDate": _one_of("2026-01-05T10:00:00Z"),
    "VirtualStartTime": _one_of("2026-01-05T08:00:00Z"),
    "SplitByWaitTime": _one_of("5,30"),
    "Instruction": _one_of("accept", "reject", "call", "conference"),
}


async def walk(seed: int, steps: int) -> list[Exchange]:
    """Send so many requests to a sandbox of one furnished workspace, and turn its clock."""
    chance = random.Random(seed)
    async with Sandbox(workspaces=1, clock="virtual", seed=seed) as sandbox:
        login = aiohttp.encode_basic_auth(sandbox.account_sid, sandbox.auth_token)
        async with aiohttp.ClientSession(headers={"Authorization": login}) as session:
            walker = Walker(sandbox, session, chance)
            await walker.look_around()
            for _ in range(steps):
                await walker.step()
                if chance.random() < 0.1:
                    await sandbox.advance(chance.choice([1, 30, 600]))
            return walker.exchanges
