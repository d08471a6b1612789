"""What a server of faults can do next: small values that a script is made of."""

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from attrs import field, frozen


@frozen
class Expect:
    """Wait for the head of the request, for the whole of it, or for so many bytes.

    The bytes are the next ones of the request's body, or on connecting the first of all. A script
    that answers a request waits for the whole of it unless it begins with this.
    """

    what: Literal["head", "request"] | int = "request"


@frozen
class Send:
    """Send bytes, as fast as the client takes them."""

    data: bytes = field(repr=False)


@frozen
class Drip:
    """Send bytes a few at a time, with a pause after each few, in seconds."""

    data: bytes = field(repr=False)
    at_a_time: int = 1
    seconds: float = 0.01


@frozen
class Flood:
    """Send the same bytes many times; they are counted, but not recorded."""

    data: bytes = field(repr=False)
    times: int


@frozen
class Pause:
    """Do nothing for some seconds."""

    seconds: float


@frozen
class Unsolicited:
    """Send bytes that nobody asked for, after some seconds in which the connection is idle."""

    data: bytes = field(repr=False)
    after: float = 0.0


@frozen
class Fin:
    """Close the connection in good order.

    Attributes:
        goodbye: Whether TLS is ended before; without that it is cut off.
    """

    goodbye: bool = True


@frozen
class Rst:
    """Break the connection: the client gets a reset."""


@frozen
class Stall:
    """Do nothing more until the client leaves or the test is over.

    Attributes:
        reading: Whether what comes is still taken off the socket. A server that does not read does
            not notice either that the client leaves.
    """

    reading: bool = True


@frozen
class StartTls:
    """Shake hands as a TLS server; this can only be the first step on connecting.

    Attributes:
        certificate: One of the names in `certificates.NAMES`.
    """

    certificate: str = "good"


@frozen
class Tunnel:
    """Agree to a CONNECT and carry bytes between the client and the address that it names."""


Step: TypeAlias = (
    Expect | Send | Drip | Flood | Pause | Unsolicited | Fin | Rst | Stall | StartTls | Tunnel
)
Script: TypeAlias = Step | Sequence[Step]


def steps_of(script: Script) -> tuple[Step, ...]:
    """Return a script as steps; a single step is one, too."""
    return tuple(script) if isinstance(script, Sequence) else (script,)


ONLY_OLD_TLS: Final[Script] = (Expect(5), Send(b"\x15\x03\x01\x00\x02\x02\x46"), Fin())
"""What a server does on connecting that knows TLS 1.1 at most: the alert "protocol version"."""
