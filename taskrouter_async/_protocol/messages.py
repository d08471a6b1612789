"""What goes over the wire and comes back: frozen, without live objects and without secrets."""

from collections.abc import Mapping

from attrs import field, frozen


@frozen
class Request:
    """One request, but for the address of the service and the credentials.

    Attributes:
        method: The HTTP verb.
        target: Path and query, encoded, beginning with ``/``.
        headers: What goes along besides the standing headers: names and values.
        body: The body; ``None`` for none.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = field(default=None, repr=False)


@frozen
class Response:
    """One whole answer.

    Attributes:
        status: The HTTP status.
        headers: The headers that mean something to us, by their name in lower case.
        body: The body, decompressed.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


KEPT_HEADERS = (
    "date",
    "etag",
    "retry-after",
    "twilio-concurrent-requests",
    "twilio-request-id",
    "x-rate-limit-config",
    "x-rate-limit-limit",
    "x-rate-limit-remaining",
)
"""The headers that a carrier hands on; the others, cookies among them, end with it."""
