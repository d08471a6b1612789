"""Whom the sandbox lets in, and how it refuses: the vendor's answers over real HTTP."""

import base64
import re
from collections.abc import AsyncIterator, Mapping

import pytest
from aiohttp import ClientSession, encode_basic_auth
from attrs import frozen

from taskrouter_async.sandbox import Sandbox

SOMEBODY_ELSES = "WS" + "0" * 32


@frozen
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, object]


async def ask(
    sandbox: Sandbox, path: str, authorization: str | None, method: str = "GET"
) -> Answer:
    """Send one request with this ``Authorization`` header, or with none."""
    headers = {} if authorization is None else {"Authorization": authorization}
    async with (
        ClientSession(sandbox.base_url) as session,
        session.request(method, path, headers=headers) as answer,
    ):
        return Answer(answer.status, answer.headers, await answer.json())


def token_of(sandbox: Sandbox) -> str:
    """Return the header that opens the first account."""
    return encode_basic_auth(sandbox.account_sid, sandbox.auth_token)


def assert_refused(answer: Answer, status: int, code: int) -> None:
    """Check the whole body of a refusal, whose message is for people."""
    assert answer.status == status
    assert answer.body.pop("message")
    assert answer.body == {
        "code": code,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }


def assert_standard_headers(answer: Answer) -> None:
    """Check the headers that stand in every answer."""
    assert re.fullmatch(r"RQ[0-9a-f]{32}", answer.headers["Twilio-Request-Id"])
    limit = int(answer.headers["X-Rate-Limit-Limit"])
    assert 0 <= int(answer.headers["X-Rate-Limit-Remaining"]) < limit
    assert answer.headers["X-Rate-Limit-Config"]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox with one workspace for each of two accounts."""
    async with Sandbox(workspaces=1, accounts=2) as sandbox:
        yield sandbox


@pytest.fixture
def workspace(sandbox: Sandbox) -> str:
    """The path of the first account's workspace."""
    return f"/v1/Workspaces/{sandbox.workspace_sids[0]}"


async def test_the_auth_token_opens_the_account(sandbox: Sandbox, workspace: str) -> None:
    """HTTP Basic with the account SID and the auth token is let in."""
    answer = await ask(sandbox, f"{workspace}/RealTimeStatistics", token_of(sandbox))

    assert answer.status == 200
    assert answer.body["account_sid"] == sandbox.account_sid
    assert answer.body["workspace_sid"] == sandbox.workspace_sids[0]
    assert answer.body["url"] == f"{sandbox.base_url}{workspace}/RealTimeStatistics"


async def test_an_api_key_opens_its_account(sandbox: Sandbox, workspace: str) -> None:
    """HTTP Basic with an API key's SID and its secret is let in."""
    account = sandbox.accounts[0]
    key = encode_basic_auth(account.api_key, account.api_secret)

    answer = await ask(sandbox, f"{workspace}/RealTimeStatistics", key)

    assert answer.status == 200
    assert answer.body["account_sid"] == account.account_sid


async def test_the_scheme_may_be_written_in_any_case(sandbox: Sandbox, workspace: str) -> None:
    """The name of an authentication scheme has no case (RFC 9110, 11.1)."""
    shouted = token_of(sandbox).replace("Basic", "BASIC")

    answer = await ask(sandbox, f"{workspace}/RealTimeStatistics", shouted)

    assert answer.status == 200


UNACCEPTABLE = {
    "none": None,
    "another scheme": "Bearer {token}",
    "another scheme with the right pair": "Bearer {pair}",
    "no scheme": "{pair}",
    "a scheme and nothing else": "Basic",
    "not base64": "Basic §§§",
    "broken base64": "Basic abc",
    "no text": "Basic " + base64.b64encode(b"\xff\xfe").decode(),
    "no colon": "Basic " + base64.b64encode(b"nocolon").decode(),
    "a colon alone": "Basic " + base64.b64encode(b":").decode(),
    "a wrong token": "{wrong}",
    "another account's token": "{foreign}",
    "a key with the token": "{mixed}",
}


@pytest.mark.parametrize("template", UNACCEPTABLE.values(), ids=UNACCEPTABLE.keys())
@pytest.mark.parametrize("path", ["{workspace}/RealTimeStatistics", "/v1/Nothing"])
async def test_anybody_else_is_refused(
    sandbox: Sandbox, workspace: str, template: str | None, path: str
) -> None:
    """Missing, wrong and malformed credentials give 401 with error 20003, wherever they knock."""
    mine, theirs = sandbox.accounts
    authorization = template and template.format(
        token=mine.auth_token,
        pair=token_of(sandbox).removeprefix("Basic "),
        wrong=encode_basic_auth(mine.account_sid, "wrong"),
        foreign=encode_basic_auth(mine.account_sid, theirs.auth_token),
        mixed=encode_basic_auth(mine.api_key, mine.auth_token),
    )

    answer = await ask(sandbox, path.format(workspace=workspace), authorization)

    assert_refused(answer, 401, 20003)


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/Workspaces/{SOMEBODY_ELSES}/RealTimeStatistics",
        f"/v1/Workspaces/{SOMEBODY_ELSES}/Workers/RealTimeStatistics",
        "{workspace}/TaskQueues/WQ" + "0" * 32 + "/RealTimeStatistics",
        "{workspace}/Workflows/WW" + "0" * 32 + "/RealTimeStatistics",
        "{workspace}/Nothing",
        "/",
    ],
)
async def test_what_is_not_there_is_not_found(sandbox: Sandbox, workspace: str, path: str) -> None:
    """An unknown workspace, queue, workflow or path gives 404 with error 20404, and names it."""
    path = path.format(workspace=workspace)

    answer = await ask(sandbox, path, token_of(sandbox))

    assert path in str(answer.body["message"])
    assert_refused(answer, 404, 20404)


async def test_another_accounts_workspace_is_not_found(sandbox: Sandbox) -> None:
    """An account cannot tell another's workspace from one that does not exist."""
    theirs = sandbox.accounts[1].workspace_sids[0]

    answer = await ask(sandbox, f"/v1/Workspaces/{theirs}/RealTimeStatistics", token_of(sandbox))

    assert_refused(answer, 404, 20404)


@pytest.mark.parametrize("kind", ["", "/Workers", "/TaskQueues/{queue}", "/Workflows/{workflow}"])
@pytest.mark.parametrize("channel", ["pigeon", ""])
async def test_an_unknown_task_channel_is_a_bad_request(
    sandbox: Sandbox, workspace: str, kind: str, channel: str
) -> None:
    """A TaskChannel that the workspace does not have gives 400 with error 20001."""
    sid = sandbox.workspace_sids[0]
    queue, workflow = sandbox.task_queue_sids(sid)[0], sandbox.workflow_sids(sid)[0]
    path = f"{workspace}{kind}/RealTimeStatistics".format(queue=queue, workflow=workflow)

    answer = await ask(sandbox, f"{path}?TaskChannel={channel}", token_of(sandbox))

    assert "TaskChannel" in str(answer.body["message"])
    assert_refused(answer, 400, 20001)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_another_verb_is_not_allowed(sandbox: Sandbox, workspace: str, method: str) -> None:
    """Statistics are read with GET; a verb that changes things gives 405 with error 20004."""
    path = f"{workspace}/RealTimeStatistics"

    answer = await ask(sandbox, path, token_of(sandbox), method)

    assert_refused(answer, 405, 20004)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "{workspace}/RealTimeStatistics", 200),
        ("GET", "{workspace}/RealTimeStatistics?TaskChannel=pigeon", 400),
        ("GET", "/v1/Nothing", 404),
        ("POST", "{workspace}/RealTimeStatistics", 405),
    ],
)
async def test_every_answer_carries_the_standard_headers(
    sandbox: Sandbox, workspace: str, method: str, path: str, status: int
) -> None:
    """A request id and the rate limits stand in every answer, refusals included."""
    answer = await ask(sandbox, path.format(workspace=workspace), token_of(sandbox), method)

    assert answer.status == status
    assert_standard_headers(answer)


async def test_a_refusal_of_strangers_carries_the_standard_headers(sandbox: Sandbox) -> None:
    """Who is not let in still gets a request id to ask support about."""
    answer = await ask(sandbox, "/", None)

    assert answer.status == 401
    assert_standard_headers(answer)


async def test_no_two_answers_share_a_request_id(sandbox: Sandbox, workspace: str) -> None:
    """Each answer has a request id of its own."""
    path = f"{workspace}/RealTimeStatistics"

    answers = [await ask(sandbox, path, token_of(sandbox)) for _ in range(3)]

    assert len({answer.headers["Twilio-Request-Id"] for answer in answers}) == 3
