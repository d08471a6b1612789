"""What can be ordered, as frozen values."""

import re
from typing import Final, Literal, TypeAlias

from attrs import Attribute, Factory, field, frozen
from attrs.validators import and_, in_, instance_of, matches_re, max_len, optional

from taskrouter_async.sandbox.faults.checks import number, text, whole
from taskrouter_async.sandbox.faults.delays import Latency

Spoiling: TypeAlias = Literal[
    "empty", "foreign-account", "foreign-resource", "html", "not-json", "truncated"
]

SPOILINGS: Final[tuple[Spoiling, ...]] = (
    "empty",
    "foreign-account",
    "foreign-resource",
    "html",
    "not-json",
    "truncated",
)
_VERBS: Final = ("DELETE", "GET", "POST")
_LONGEST_PATH: Final = 256
_WILD: Final = {"**": ".*", "*": "[^/]*"}
# What has a version: a task, a worker, or a reservation of one.
_VERSIONED: Final = re.compile(r"/v1/Workspaces/[^/]+/(Tasks|Workers)/[^/]+(/Reservations/[^/]+)?")


def spoiling(text_: str | None) -> Spoiling:
    """Return a text as the name of what can be done to a body.

    Raises:
        ValueError: It is none.
    """
    for name in SPOILINGS:
        if name == text_:
            return name
    raise ValueError(f"kind must be one of {', '.join(SPOILINGS)}, not {text_!r:.50}")


def _retry_after(instance: object, attribute: "Attribute[str]", value: str | int) -> None:
    text(100)(instance, attribute, str(value))


@frozen
class Status:
    """The request is refused, and nothing is changed.

    Attributes:
        status: With which HTTP status, 300 to 599.
        code: The vendor's error code in the body; left out, 20000 and the status.
        message: What the body says.
        retry_after: The header ``Retry-After``; any text, for what servers write there.
    """

    status: int = field(validator=whole(300, 599))
    code: int | None = field(default=None, validator=optional(whole(0)), kw_only=True)
    message: str = field(default="A fault on order", validator=text(500), kw_only=True)
    retry_after: str | int | None = field(
        default=None, validator=optional(_retry_after), kw_only=True
    )


@frozen(kw_only=True)
class Drop:
    """The connection is closed.

    Attributes:
        served: Whether the request is served before: what it asked for has happened.
        body_bytes: How much of the answer's body is sent after its head; left out, not even the
            head is. Only of a request that is served.
    """

    served: bool = field(default=False, validator=instance_of(bool))
    body_bytes: int | None = field(default=None, validator=optional(whole(0)))

    def __attrs_post_init__(self) -> None:
        if self.body_bytes is not None and not self.served:
            raise ValueError("body_bytes goes with served=True: there is an answer only then")


@frozen
class Body:
    """The request is served, and its answer's body is spoiled on the way.

    Attributes:
        kind: ``empty``; ``truncated``: the first half; ``not-json``: a line of text that claims to
            be JSON; ``html``: the page of a proxy; ``foreign-account``: that of another account;
            ``foreign-resource``: the SIDs in it are those of other resources.
        status: The answer's HTTP status from now on; left out, it stays.
        content_type: What the body claims to be; left out, what is usual.
    """

    kind: Spoiling = field(validator=in_(SPOILINGS))
    status: int | None = field(default=None, validator=optional(whole(200, 599)), kw_only=True)
    content_type: str | None = field(default=None, validator=optional(text(100)), kw_only=True)


@frozen
class Race:
    """Somebody else changes the addressed task, worker or reservation just before.

    A request with ``If-Match`` fails with 412, one without does not notice. Other paths are none of
    its business.
    """


What: TypeAlias = Status | Drop | Body | Latency | Race


def _pattern_of(fault: "Fault") -> "re.Pattern[str]":
    parts = re.split(r"(\*\*|\*)", fault.path)
    return re.compile("".join(_WILD.get(part) or re.escape(part) for part in parts))


@frozen
class Fault:
    """What goes wrong, for which requests, how often.

    Attributes:
        what: What goes wrong.
        path: For which paths: ``*`` stands for a part of one, ``**`` for any number of parts.
        verb: For which verb; left out, for all.
        times: How often, then it is over; left out, it never is.
        probability: How likely it is for each request that matches, 0 to 1.
        after: How many requests that match are left alone before.

    Raises:
        ValueError: A figure or a text makes no sense.
    """

    what: What = field(validator=instance_of((Status, Drop, Body, Latency, Race)))
    path: str = field(
        default="/**",
        validator=and_(instance_of(str), matches_re(r"/\S*"), max_len(_LONGEST_PATH)),
        kw_only=True,
    )
    verb: str | None = field(default=None, validator=optional(in_(_VERBS)), kw_only=True)
    times: int | None = field(default=None, validator=optional(whole(1)), kw_only=True)
    probability: float = field(default=1.0, validator=number(0, 1), kw_only=True)
    after: int = field(default=0, validator=whole(0), kw_only=True)
    _pattern: "re.Pattern[str]" = field(
        init=False, eq=False, repr=False, default=Factory(_pattern_of, takes_self=True)
    )

    def matches(self, verb: str, path: str) -> bool:
        """Tell whether a request is meant."""
        if self.verb not in (None, verb) or not self._pattern.fullmatch(path):
            return False
        return not isinstance(self.what, Race) or _VERSIONED.fullmatch(path) is not None
