"""A fleet in one event loop: each process has a cache of its own, and all have one level."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from attrs import define, evolve, field
from shared.fake_level import FakeServer, FakeShared
from support import ACCOUNT_SID, WORKSPACE_SID, GatedLoad, workspace_document
from virtual_loop import virtual_loop

from taskrouter_async._cache import Cache, Loaded, Owner
from taskrouter_async._cache.names import Names
from taskrouter_async._protocol.decoding import decode
from taskrouter_async._protocol.directives import Directives
from taskrouter_async._protocol.messages import Response
from taskrouter_async._protocol.operation import Call, Keep, Operation
from taskrouter_async._protocol.slots import Slot
from taskrouter_async.config import CachePolicy
from taskrouter_async.models import Cached, CacheEvent, CacheStats, WorkspaceRealTimeStatistics

Statistics = WorkspaceRealTimeStatistics
Answer = Loaded[Statistics]
OPERATION = Operation(
    "GET",
    "/v1/Workspaces/{WorkspaceSid}/RealTimeStatistics",
    Statistics,
    keep=Keep.REAL_TIME,
)
SIDS = (("WorkspaceSid", WORKSPACE_SID),)
OWNER = Owner("http://127.0.0.1", ACCOUNT_SID, ACCOUNT_SID)
NAME = Names(OWNER, "").of(Call(OPERATION, SIDS))
# 5 seconds fresh, 10 more while it is renewed, 60 more if that fails; nothing by chance.
POLICY = CachePolicy(jitter=0.0, close_grace=0.1)


def answer(total_tasks: int = 0, **members: object) -> Answer:
    """Return what the service answers."""
    body = json.dumps(workspace_document(total_tasks=total_tasks, **members)).encode()
    value = decode(OPERATION, Response(200, {}, body))
    return Loaded(value, 200, len(body), body)


def middle() -> float:
    """Return what chance is on average."""
    return 0.5


@define(eq=False)
class Process:
    """One of the fleet.

    Attributes:
        shared: The level that all have.
        policy: How answers are kept.
        events: What its cache told.
    """

    shared: FakeShared
    policy: CachePolicy = POLICY
    owner: Owner = OWNER
    chance: Callable[[], float] = middle
    cache: Cache = field(init=False)
    slot: Slot[Statistics] = field(init=False)
    events: list[CacheEvent] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        policy = evolve(self.policy, shared=self.shared)
        self.cache = Cache(
            policy,
            virtual_loop().time,
            chance=self.chance,
            listener=self.events.append,
            owner=self.owner,
        )
        self.slot = self.cache.slots.slot(OPERATION, SIDS)

    async def fetch(
        self,
        load: Callable[[], Awaitable[Answer]],
        *,
        max_age: float | None = None,
        only_if_cached: bool = False,
        no_store: bool = False,
    ) -> Cached[Statistics]:
        """Read through the cache."""
        asked = Directives(max_age, only_if_cached, no_store)
        return (await self.cache.read(self.slot, load, asked)).cached()

    @property
    def stats(self) -> CacheStats:
        return self.cache.stats()


@define(eq=False)
class Fleet:
    """Some processes, and the service that they ask.

    Attributes:
        processes: The processes.
        server: What the level's connections lead to.
        service: What answers, when the test says so.
    """

    processes: list[Process]
    server: FakeServer
    service: GatedLoad[Answer] = field(factory=GatedLoad)

    async def fetch(self, number: int, *, max_age: float | None = None) -> Cached[Statistics]:
        """Let one process ask."""
        return await self.processes[number].fetch(self.service, max_age=max_age)

    def start(
        self, number: int, *, max_age: float | None = None
    ) -> "asyncio.Task[Cached[Statistics]]":
        """Let one process begin to ask."""
        return asyncio.create_task(self.fetch(number, max_age=max_age))

    async def fill(self, total_tasks: int = 0) -> None:
        """Let the first process get an answer, and leave it to all."""
        caller = self.start(0)
        await asyncio.sleep(0.01)
        self.service.succeed(answer(total_tasks))
        await caller
        await asyncio.sleep(0.01)

    async def aclose(self) -> None:
        for process in self.processes:
            await process.cache.aclose()


def fleet(size: int, policy: CachePolicy = POLICY) -> Fleet:
    """Return that many processes, and one level."""
    server = FakeServer(virtual_loop().time)
    return Fleet([Process(FakeShared(server), policy) for _ in range(size)], server)
