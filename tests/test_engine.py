"""The way of one call: whose answer it is, where it came from, and what is noted of it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

import pytest
from support import (
    ACCOUNT_SID,
    OTHER_ACCOUNT_SID,
    WORKSPACE_SID,
    Clock,
    FakeTransport,
    attempts_over,
    response,
    workspace_document,
)
from virtual_loop import in_virtual_time

from taskrouter_async._cache import Cache
from taskrouter_async._engine import Engine
from taskrouter_async._protocol.directives import NO_WISHES
from taskrouter_async._protocol.messages import Request, Response
from taskrouter_async._protocol.operation import Call, Keep, Operation
from taskrouter_async.config import BASE_URL, CachePolicy, RetryPolicy
from taskrouter_async.errors import (
    CallTimeoutError,
    ClosedError,
    DecodingError,
    IdentityMismatchError,
    NotFoundError,
    ResponseInfo,
)
from taskrouter_async.models import Activity, WorkspaceRealTimeStatistics

WORKSPACE = (("WorkspaceSid", WORKSPACE_SID),)
PATH = "/v1/Workspaces/{WorkspaceSid}/RealTimeStatistics"
REAL_TIME = Operation("GET", PATH, WorkspaceRealTimeStatistics, keep=Keep.REAL_TIME)
OVER_TIME = Operation("GET", PATH, WorkspaceRealTimeStatistics, keep=Keep.OVER_TIME)
LIST = Operation("GET", "/v1/Workspaces/{WorkspaceSid}/Activities", Activity, list_key="activities")
DELETE = Operation("DELETE", "/v1/Workspaces/{WorkspaceSid}", type(None))
HEADERS = {
    "twilio_request_id": "RQ1",
    "etag": "7",
    "x_rate_limit_limit": "100",
    "x_rate_limit_remaining": "99",
    "x_rate_limit_config": "default",
    "twilio_concurrent_requests": "3",
}


def _told(document: object, status: int = 200) -> Response:
    return response(document, status, **HEADERS)


Answer = Callable[[Request], Awaitable[Response]]


def _always(answer: Response) -> Answer:
    async def give(_: Request) -> Response:
        return answer

    return give


def _engine(
    answer: Answer, policy: CachePolicy = CachePolicy(), clock: Clock | None = None
) -> Engine:
    return _engine_over(FakeTransport(answer), policy, clock)


def _engine_over(
    transport: FakeTransport, policy: CachePolicy = CachePolicy(), clock: Clock | None = None
) -> Engine:
    return Engine(
        attempts_over(transport, RetryPolicy(backoff=(0.0, 0.0))),
        Cache(policy, clock or Clock()),
        account_sid=ACCOUNT_SID,
        base_url=BASE_URL,
        total_seconds=1.0,
    )


def _requests(engine: Engine) -> int:
    return len(cast("FakeTransport", engine._attempts._transport).requests)


async def test_an_answer_knows_where_it_came_from() -> None:
    """Status, request id, version, limits and duration hang on the answer itself."""
    engine = _engine(_always(_told(workspace_document())))

    info = (await engine.send(Call(REAL_TIME, WORKSPACE))).response

    assert info is not None
    assert info == ResponseInfo(
        method="GET",
        path=PATH,
        status=200,
        seconds=info.seconds,
        attempts=1,
        request_id="RQ1",
        etag="7",
        rate_limit="100",
        rate_limit_remaining="99",
        rate_limit_config="default",
        concurrent_requests="3",
    )
    assert 0 <= info.seconds < 1


async def test_an_error_knows_where_it_came_from() -> None:
    """A refusal and an answer without sense carry the same facts."""
    refusing = _engine(_always(_told({"code": 20404}, 404)))
    babbling = _engine(_always(_told([])))

    with pytest.raises(NotFoundError) as refused:
        await refusing.send(Call(REAL_TIME, WORKSPACE))
    with pytest.raises(DecodingError) as babbled:
        await babbling.send(Call(REAL_TIME, WORKSPACE))

    for error, status in ((refused.value, 404), (babbled.value, 200)):
        assert error.response is not None
        assert (error.response.status, error.response.request_id) == (status, "RQ1")


async def test_a_context_collects_its_own_answers() -> None:
    """Two contexts at the same time each see their own calls, and the refused ones too."""

    async def answer(request: Request) -> Response:
        await asyncio.sleep(0)
        refused = request.method == "DELETE"
        return response({} if refused else workspace_document(), 403 if refused else 200)

    engine = _engine(answer)

    async def reads(count: int) -> list[int]:
        async with engine.responses() as log:
            for _ in range(count):
                await engine.send(Call(REAL_TIME, WORKSPACE))
            await asyncio.gather(engine.send(Call(DELETE, WORKSPACE)), return_exceptions=True)
        return [info.status for info in log]

    few, many = await asyncio.gather(reads(1), reads(3))

    assert few == [200, 403]
    assert many == [200, 200, 200, 403]


async def test_a_context_sees_the_shared_request_and_no_hits() -> None:
    """Who joined a request notes it as well; what comes from memory is no call."""
    engine = _engine(_always(response(workspace_document())))
    call = Call(REAL_TIME, WORKSPACE)

    async def read() -> int:
        async with engine.responses() as log:
            await engine.serve(engine.slot(call.operation, call.sids), NO_WISHES)
        return len(log)

    first, second = await asyncio.gather(read(), read())

    assert (first, second, await read()) == (1, 1, 0)
    assert _requests(engine) == 1


async def test_a_context_sees_a_shared_refusal() -> None:
    """The refusal of a request that others share is noted by each of them."""
    engine = _engine(_always(response({}, 404)))

    async with engine.responses() as log:
        with pytest.raises(NotFoundError):
            await engine.serve(engine.slot(REAL_TIME, WORKSPACE), NO_WISHES)

    assert [info.status for info in log] == [404]


async def test_two_clients_do_not_share_a_log() -> None:
    """What one client collects, another client's calls do not enter; logs may be nested."""
    first = _engine(_always(response(workspace_document())))
    second = _engine(_always(response(workspace_document())))

    async with first.responses() as outer, second.responses() as inner:
        await first.send(Call(REAL_TIME, WORKSPACE))
    await first.send(Call(REAL_TIME, WORKSPACE))

    assert (len(outer), len(inner)) == (1, 0)


async def test_a_foreign_answer_is_refused_and_not_kept() -> None:
    """An answer of another account is an error; after a pause the next caller asks again."""
    foreign = response(workspace_document(account_sid=OTHER_ACCOUNT_SID))
    clock = Clock()
    engine = _engine(_always(foreign), clock=clock)
    slot = engine.slot(REAL_TIME, WORKSPACE)

    for requests in (1, 2):
        with pytest.raises(IdentityMismatchError):
            await engine.serve(slot, NO_WISHES)
        assert _requests(engine) == requests
        clock.advance(1.2)  # the longest that the first pause can be

    assert slot.entry is None


@in_virtual_time
async def test_a_hung_read_is_tried_once_more() -> None:
    """A read that hangs for two seconds is sent again, with the rest of the load's time."""
    deadlines: list[float] = []
    loop = asyncio.get_running_loop()

    class Hanging(FakeTransport):
        async def send(self, request: Request, deadline: float) -> Response:
            deadlines.append(deadline - loop.time())
            if len(deadlines) == 1:
                await asyncio.sleep(deadline - loop.time())
                raise CallTimeoutError("hung")
            return await super().send(request, deadline)

    transport = Hanging(_always(response(workspace_document())))
    cache = Cache(CachePolicy(), loop.time)
    engine = Engine(
        attempts_over(transport, RetryPolicy(backoff=(0.0, 0.0))),
        cache,
        account_sid=ACCOUNT_SID,
        base_url=BASE_URL,
        total_seconds=10.0,
    )

    cached = (await engine.serve(engine.slot(REAL_TIME, WORKSPACE), NO_WISHES)).cached()

    assert cached.value.response is not None
    assert cached.value.response.attempts == 2
    assert cached.status.age == loop.time() == 2.0
    assert deadlines == [2.0, 3.0]


async def test_a_remembered_error_is_no_answer_of_this_context() -> None:
    """What is refused without asking the service adds nothing to a context's log."""
    engine = _engine(_always(response({}, 404)))
    slot = engine.slot(REAL_TIME, WORKSPACE)
    with pytest.raises(NotFoundError):
        await engine.serve(slot, NO_WISHES)

    async with engine.responses() as log:
        with pytest.raises(NotFoundError) as again:
            await engine.serve(slot, NO_WISHES)

    assert log == []
    assert again.value.retry_after == 5.0


async def test_what_is_taken_back_is_asked_for_again() -> None:
    """After an invalidation the service is asked."""
    engine = _engine(_always(response(workspace_document())))
    slot = engine.slot(REAL_TIME, WORKSPACE)
    await engine.serve(slot, NO_WISHES)

    engine.invalidate(slot)

    assert (await engine.serve(slot, NO_WISHES)).fwd == "miss"
    assert _requests(engine) == 2


async def test_a_foreign_item_of_a_page_is_refused() -> None:
    """Every item of a page is looked at."""
    items = [
        {"sid": "WA1", "account_sid": account, "workspace_sid": WORKSPACE_SID}
        for account in (ACCOUNT_SID, OTHER_ACCOUNT_SID)
    ]
    transport = FakeTransport(_always(response({"activities": items, "meta": {}})))

    with pytest.raises(IdentityMismatchError):
        await _engine_over(transport).send_page(Call(LIST, WORKSPACE))
    assert transport.distrusted == 1  # whatever connection it came on


@pytest.mark.parametrize("twist", [{}, {"date_created": "2026-01-02T05:04:05+02:00"}])
async def test_a_long_page_holds_nobody_up(twist: dict[str, str]) -> None:
    """Others have their turns while a thousand items are decoded, whichever road they take."""
    item = {"sid": "WA1", "account_sid": ACCOUNT_SID, "workspace_sid": WORKSPACE_SID, **twist}
    engine = _engine(_always(response({"activities": [item] * 1000, "meta": {}})))
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    elsewhere = asyncio.create_task(others())
    page = await engine.send_page(Call(LIST, WORKSPACE))
    elsewhere.cancel()

    assert len(page.items) == 1000
    assert turns >= 10


async def test_a_page_knows_where_it_came_from_and_what_follows() -> None:
    """The page carries the facts of its answer, and the engine finds the next call in its link."""
    link = f"{BASE_URL}/v1/Workspaces/{WORKSPACE_SID}/Activities?PageToken=x&Page=1"
    document = {"activities": [], "meta": {"next_page_url": link}}
    engine = _engine(_always(_told(document)))
    call = Call(LIST, WORKSPACE)

    page = await engine.send_page(call)
    following = engine.next_call(call, page)

    assert page.response is not None
    assert page.response.request_id == "RQ1"
    assert following is not None
    assert following.arguments == (("PageToken", "x"), ("Page", "1"))


async def test_a_deletion_answers_nothing() -> None:
    """204 without a body is ``None``."""
    engine = _engine(_always(response("", 204)))

    async with engine.responses() as log:
        await engine.send(Call(DELETE, WORKSPACE))

    assert [info.status for info in log] == [204]


@pytest.mark.parametrize(
    ("policy", "operation", "requests"),
    [
        (CachePolicy(), REAL_TIME, 1),
        (CachePolicy(), OVER_TIME, 2),
        (CachePolicy(window_ttl=5.0), OVER_TIME, 1),
        (CachePolicy(ttl=0), REAL_TIME, 2),
    ],
)
async def test_the_policy_decides_what_is_kept(
    policy: CachePolicy, operation: Operation[WorkspaceRealTimeStatistics], requests: int
) -> None:
    """Real-time statistics are kept by default; those over a window only if asked for."""
    engine = _engine(_always(response(workspace_document())), policy)

    for _ in range(2):
        await engine.serve(engine.slot(operation, WORKSPACE), NO_WISHES)

    assert _requests(engine) == requests


async def test_a_closed_client_sends_nothing() -> None:
    """After closing, calls that no cache stands before are refused as well."""
    engine = _engine(_always(response("", 204)))
    await engine._cache.aclose()

    with pytest.raises(ClosedError):
        await engine.send(Call(DELETE, WORKSPACE))

    assert _requests(engine) == 0
