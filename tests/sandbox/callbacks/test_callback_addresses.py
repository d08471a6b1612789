"""Addresses: which of them are this machine, and how they are called."""

import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from sandbox.callbacks.receivers import Receiver
from sandbox.callbacks.scene import set_up
from yarl import URL

from taskrouter_async.sandbox.callbacks.addresses import is_loopback
from taskrouter_async.sandbox.callbacks.addresses import receiver as receiver_of
from taskrouter_async.sandbox.callbacks.posting import Poster


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.255.0.9", True),
        ("[::1]", True),
        ("[::2]", False),
        ("[::ffff:127.0.0.1]", False),
        ("128.0.0.1", False),
        ("localhost.example", False),
    ],
)
def test_loopback_is_told_by_its_letters(host: str, expected: bool) -> None:  # noqa: FBT001
    """The whole of 127.0.0.0/8, ::1 and localhost are this machine; nothing else is."""
    assert is_loopback(URL(f"http://{host}:8080/x")) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/"),
        ("http://localhost/a?b=c%20d#e", "http://localhost/a?b=c%20d"),
        ("/relative", None),
        ("ftp://localhost/", None),
        ("http://localhost:99999/", None),
    ],
)
def test_an_address_has_a_path_and_no_fragment(text: str, expected: str | None) -> None:
    """An address is called as a receiver will see it; what is no address of the web is not."""
    url = receiver_of(text)
    assert (None if url is None else str(url)) == expected


class Directory(AbstractResolver):
    """Finds every name on this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        """Have nothing to close."""


async def test_other_machines_are_called_where_that_is_wanted(receiver: Receiver) -> None:
    """On request any address is called, whatever machine it names."""
    elsewhere = receiver.base_url.replace("127.0.0.1", "receiver.example") + "/assign"
    async with set_up(receiver, address=elsewhere, callbacks_beyond_loopback=True) as scene:
        scene.sandbox._callbacks._poster = Poster(Directory())
        assert await scene.decided() == ["pending"]
        assert scene.alerts == []

    assert receiver.paths() == ["/assign"]
