"""The way of one call: the cache, then the service, then the meaning of its answer."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import partial
from types import MappingProxyType
from typing import Final, TypeVar, cast

from taskrouter_async import models
from taskrouter_async._attempts import Attempts, Outcome
from taskrouter_async._cache import Cache, Gatherer, Loaded
from taskrouter_async._protocol.decoding import decode, decode_page
from taskrouter_async._protocol.directives import Directives
from taskrouter_async._protocol.fast import Steps
from taskrouter_async._protocol.identity import check_identity
from taskrouter_async._protocol.messages import Response
from taskrouter_async._protocol.operation import Call, Keep, Operation
from taskrouter_async._protocol.paging import next_call
from taskrouter_async._protocol.retrying import Effect, ambiguous, effect_of
from taskrouter_async._protocol.slots import Served, Slot
from taskrouter_async.errors import IdentityMismatchError, ResponseInfo, TaskRouterError
from taskrouter_async.models import Answer, Page

T = TypeVar("T")


class Engine:
    """Answers calls: it is the `Reader` that the resources ask.

    Args:
        attempts: Carries the calls that memory cannot answer.
        cache: What was answered before, and what is being asked.
        account_sid: Whose answers these must be.
        base_url: Where the service is, and the links of its listings with it.
        total_seconds: How long one call may take.

    Attributes:
        slot: Returns the place where the answer to a call is kept, whose parts it is given.
    """

    def __init__(
        self,
        attempts: Attempts,
        cache: Cache,
        *,
        account_sid: str,
        base_url: str,
        total_seconds: float,
    ) -> None:
        self._attempts = attempts
        self._cache = cache
        self._account_sid = account_sid
        self._base_url = base_url
        self._total_seconds = total_seconds
        self._batches = cache.policy.batch_queues and cache.policy.ttl > 0
        # Handed on as it is: a handle that is not kept asks for its place each time.
        self.slot = cache.slots.slot
        self._gatherer = Gatherer(self._load_bulk, cache.policy.load_timeout, cache.expects)
        cache.when_settled(self._gatherer.settle)

    async def send(self, call: Call[T]) -> T:
        """Return the service's answer."""
        return (await self._ask(call, self._deadline())).value

    async def send_page(self, call: Call[T]) -> Page[T]:
        """Return one page of a listing."""
        outcome = await self._answered(call, self._deadline())
        try:
            page = await _unhurried(decode_page(call.operation, outcome.response))
            self._check(call, page.items)
        except TaskRouterError as error:
            error.response, error.attempts = outcome.info, outcome.info.attempts
            raise
        object.__setattr__(page, "response", outcome.info)
        return page

    def next_call(self, call: Call[T], page: Page[T]) -> Call[T] | None:
        """Return the call for the page after this one, or ``None`` at the end."""
        return next_call(call, page.meta.next_page_url, self._base_url)

    def serve(self, slot: Slot[T], asked: Directives) -> Awaitable[Served[T]]:
        """Return an answer, kept or new, and how it came to that."""
        # Counted from here: a caller may have to wait for an older flight first.
        deadline = asyncio.get_running_loop().time() + self._total_seconds
        load = self._loader(slot.call, asked, deadline)
        # A flight runs in the client's context; what it brings is noted in the caller's.
        heard = self._hear if _LOGS.get() else None
        return self._cache.read(slot, load, asked, heard)

    def invalidate(self, slot: Slot[T]) -> None:
        """Forget what is kept, so that the next call asks the service."""
        self._cache.invalidate(slot)

    def close(self) -> None:
        """Let nobody enter any more; refused in another event loop and in a forked child."""
        self._cache.close()

    async def aclose(self) -> None:
        """End what is in the air and forget every answer; closing again does nothing."""
        try:
            await self._cache.aclose()
        finally:
            await self._gatherer.aclose()

    def _hear(self, outcome: object) -> None:
        self._note(cast("Answer | TaskRouterError", outcome).response)

    def _loader(
        self, call: Call[T], asked: Directives, deadline: float
    ) -> Callable[[], Awaitable[Loaded[T]]]:
        bulk = call.bulk
        # A call that shall share its request with nobody travels alone.
        if bulk is None or not self._batches or asked.no_store:
            return partial(self._load, call, deadline)
        return partial(self._load_item, bulk, call, deadline)

    async def _load_item(
        self,
        bulk: "Operation[models.TaskQueueBulkRealTimeStatistics]",
        call: Call[T],
        deadline: float,
    ) -> Loaded[T]:
        *workspace, (_, sid) = call.sids
        # A lease of the shared level lasts as long as that.
        deadline = self._limited(deadline)
        told = await self._gatherer.ask(bulk, tuple(workspace), sid, deadline)
        return self._understand(call, told.about(sid), told.info)

    async def _load_bulk(
        self, call: "Call[models.TaskQueueBulkRealTimeStatistics]"
    ) -> "Loaded[models.TaskQueueBulkRealTimeStatistics]":
        return await self._load(call, asyncio.get_running_loop().time() + self._total_seconds)

    async def _load(self, call: Call[T], deadline: float) -> Loaded[T]:
        policy = self._cache.policy
        # What hangs is asked again, and then has all the time that is left: where the service is
        # just slow, a second short attempt would be as vain as the first.
        first = policy.attempt_timeout if call.operation.keep is Keep.REAL_TIME else None
        return await self._ask(call, self._limited(deadline), first)

    def _limited(self, deadline: float) -> float:
        now = asyncio.get_running_loop().time()
        return min(deadline, now + self._cache.policy.load_timeout)

    def _deadline(self) -> float:
        self._cache.enter()
        return asyncio.get_running_loop().time() + self._total_seconds

    async def _ask(
        self, call: Call[T], deadline: float, first_seconds: float | None = None
    ) -> Loaded[T]:
        outcome = await self._answered(call, deadline, first_seconds)
        return self._understand(call, outcome.response, outcome.info)

    async def _answered(
        self, call: Call[T], deadline: float, first_seconds: float | None = None
    ) -> Outcome:
        try:
            outcome = await self._attempts.send(call, deadline, first_seconds)
        except TaskRouterError as error:
            self._note(error.response)
            raise
        self._note(outcome.info)
        return outcome

    def _understand(
        self, call: Call[T], response: Response, info: ResponseInfo | None
    ) -> Loaded[T]:
        try:
            answer = decode(call.operation, response)
            self._check(call, (answer,))
        except TaskRouterError as error:
            error.response, error.attempts = info, 0 if info is None else info.attempts
            if effect_of(call) is Effect.ONCE:
                raise ambiguous(call, error) from error
            raise
        if answer is not None:
            object.__setattr__(answer, "response", info)
        return Loaded(answer, response.status, len(response.body), response.body)

    def _check(self, call: Call[T], answers: Sequence[object]) -> None:
        try:
            check_identity(call, answers, self._account_sid)
        except IdentityMismatchError:
            # Whose answer came may have come on any connection.
            self._attempts.distrust()
            raise

    @asynccontextmanager
    async def responses(self) -> AsyncGenerator[list[ResponseInfo]]:
        """Collect where the answers of this context's calls come from."""
        log: list[ResponseInfo] = []
        token = _LOGS.set({**_LOGS.get(), self: log})
        try:
            yield log
        finally:
            _LOGS.reset(token)

    def _note(self, info: ResponseInfo | None) -> None:
        log = _LOGS.get().get(self)
        if log is not None and info is not None:
            log.append(info)


async def _unhurried(work: Steps[T]) -> T:
    """Return what comes of long work, which lets everybody else have a turn between its steps."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return cast("T", end.value)
        await asyncio.sleep(0)


_LOGS: Final[ContextVar[Mapping[Engine, list[ResponseInfo]]]] = ContextVar(
    "responses", default=MappingProxyType({})
)
