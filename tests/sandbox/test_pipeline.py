"""What comes in over HTTP before any handler sees it: credentials, paths and bodies."""

import aiohttp
import pytest
from sandbox.conftest import Api


@pytest.mark.parametrize(
    "authorization",
    ["", "Basic", "Basic !", "Basic /w==", "Bearer QUM6eA==", "Basic QUM6eA=="],
)
async def test_strangers_are_kept_out_whatever_they_send(api: Api, authorization: str) -> None:
    """What are no credentials of an account is answered with 401 and never with a crash."""
    headers = {"Authorization": authorization}
    url = api.sandbox.base_url + "/v1/Workspaces"
    async with aiohttp.request("GET", url, headers=headers) as response:
        body = await response.json()

    assert (response.status, body["code"]) == (401, 20003)
    assert response.headers["WWW-Authenticate"] == 'Basic realm="Twilio API"'


async def test_an_unknown_path_or_verb_is_refused(api: Api) -> None:
    """A path that is none is 404, a verb that does not go with it 405 with those that do."""
    status, body, _ = await api.get("/Nothing/here")
    verb_status, verb_body, headers = await api.call("PUT", api.home)

    assert (status, body["code"]) == (404, 20404)
    assert (verb_status, verb_body["code"]) == (405, 20004)
    assert headers["Allow"] == "DELETE, GET, POST"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("application/x-www-form-urlencoded", b"\xff"),
        ("application/json", b"\xff"),
        ("application/json", b"{"),
        ("application/json", b"[" * 5_000),
        ("text/plain", b"FriendlyName=x"),
        ("application/json", b"{}"),
    ],
)
async def test_a_body_that_is_no_form_is_refused(api: Api, kind: str, data: bytes) -> None:
    """Where a form is wanted, anything else is a 400."""
    url = api.sandbox.base_url + api.home + "/Activities"
    headers = {"Content-Type": kind}
    async with api.session.post(url, data=data, headers=headers) as response:
        body = await response.json()

    assert (response.status, body["code"]) == (400, 20001)


async def test_a_body_of_a_read_says_nothing(api: Api) -> None:
    """What comes with a GET is read and left aside."""
    url = api.sandbox.base_url + api.home
    async with api.session.get(url, data=b"{") as response:
        assert response.status == 200


async def test_invented_paths_do_not_fill_the_memory(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond so many different paths, new ones are counted together."""
    monkeypatch.setattr("taskrouter_async.sandbox.pipeline.MOST_PATHS_COUNTED", 2)
    for path in ("/a", "/b", "/c", "/d", "/a"):
        await api.call("GET", path)

    assert api.sandbox.request_counts == {"/a": 2, "/b": 1, "others": 2}
