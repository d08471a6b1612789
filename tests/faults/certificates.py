"""Certificates for a server on loopback: one to trust, and those that nobody should."""

import ssl
from datetime import UTC, datetime
from functools import cache
from typing import Final

import trustme

NAMES: Final = ("good", "expired", "wrong host", "unknown authority")

_HOST: Final = "127.0.0.1"
_LONG_AGO: Final = datetime(2020, 1, 1, tzinfo=UTC)


class Certificates:
    """An authority for the time of a run, and what it certified."""

    def __init__(self) -> None:
        self._authority = trustme.CA()
        self._leaves = {
            "good": self._authority.issue_cert(_HOST, "localhost", "taskrouter.test"),
            "expired": self._authority.issue_cert(_HOST, not_after=_LONG_AGO),
            "wrong host": self._authority.issue_cert("other.test"),
            "unknown authority": trustme.CA().issue_cert(_HOST),
        }

    def of_server(self, name: str) -> ssl.SSLContext:
        """Return how a server with this certificate shakes hands."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._leaves[name].configure_cert(context)
        return context

    def of_client(self) -> ssl.SSLContext:
        """Return how a client shakes hands that trusts the authority and nobody else."""
        return ssl.create_default_context(cadata=self._authority.cert_pem.bytes().decode())


@cache
def certificates() -> Certificates:
    """Return those of this run; making them takes some milliseconds."""
    return Certificates()
