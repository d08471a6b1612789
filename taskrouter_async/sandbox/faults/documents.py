"""Faults as JSON, for those who order them over HTTP.

``{"what": "status", "status": 503, "path": "/v1/Workspaces/*/Tasks", "times": 3}``: what goes
wrong with its attributes, and those of :class:`Fault`, by their names, all on one level. A
distribution is ``{"distribution": "uniform", "least": 0.1, "most": 0.3}`` in place of seconds.
"""

from collections.abc import Callable, Mapping
from typing import Final

import attrs
from attrs import define

from taskrouter_async.sandbox.faults.delays import (
    Distribution,
    Exponential,
    Latency,
    Lognormal,
    Uniform,
)
from taskrouter_async.sandbox.faults.orders import FaultOrder
from taskrouter_async.sandbox.faults.values import (
    Body,
    Drop,
    Fault,
    Race,
    Status,
    What,
    spoiling,
)
from taskrouter_async.sandbox.wire import is_object


@define(eq=False)
class _Members:
    """The members of an object; each is taken once, and none may be left."""

    _left: dict[str, object]

    def take(self, name: str) -> object:
        return self._left.pop(name, None)

    def text(self, name: str) -> str | None:
        value = self.take(name)
        if value is not None and not isinstance(value, str):
            raise _wrong(name, "a text", value)
        return value

    def number(self, name: str) -> float | None:
        value = self.take(name)
        if isinstance(value, bool) or not isinstance(value, int | float | None):
            raise _wrong(name, "a number", value)
        return value

    def whole(self, name: str) -> int | None:
        value = self.take(name)
        if isinstance(value, bool) or not isinstance(value, int | None):
            raise _wrong(name, "a whole number", value)
        return value

    def flag(self, name: str) -> bool:
        value = self.take(name)
        if not isinstance(value, bool | None):
            raise _wrong(name, "true or false", value)
        return value or False

    def needed(self, name: str) -> float:
        value = self.number(name)
        if value is None:
            raise ValueError(f"{name} is required")
        return value

    def end(self) -> None:
        if self._left:
            raise ValueError(f"{', '.join(sorted(self._left)):.100} cannot be used here")


def read(document: object) -> Fault:
    """Return the fault that a document describes.

    Raises:
        ValueError: It describes none; the error says why.
    """
    members = _members("the fault", document)
    what = _read_what(members)
    path, probability = members.text("path"), members.number("probability")
    fault = Fault(
        what,
        path="/**" if path is None else path,
        verb=members.text("verb"),
        times=members.whole("times"),
        probability=1.0 if probability is None else probability,
        after=members.whole("after") or 0,
    )
    members.end()
    return fault


def write(order: FaultOrder) -> dict[str, object]:
    """Return the document of a fault that was ordered, and how often it has struck."""
    fault = order.fault
    return {
        **_write_what(fault.what),
        "path": fault.path,
        "verb": fault.verb,
        "times": fault.times,
        "probability": fault.probability,
        "after": fault.after,
        "matched": order.matched,
        "struck": order.struck,
        "over": order.over,
    }


def _wrong(name: str, wanted: str, value: object) -> ValueError:
    return ValueError(f"{name} must be {wanted}, not {value!r:.50}")


def _members(name: str, document: object) -> _Members:
    if not is_object(document):
        raise _wrong(name, "a JSON object", document)
    return _Members(dict(document))


def _read_what(members: _Members) -> What:
    kind = members.text("what") or ""
    if kind not in _READERS:
        raise _wrong("what", f"one of {', '.join(_READERS)}", kind)
    return _READERS[kind](members)


def _status(members: _Members) -> Status:
    status, message = members.whole("status"), members.text("message")
    after = members.take("retry_after")
    if not isinstance(after, str | int | None):
        raise _wrong("retry_after", "a text or a whole number", after)
    fault = Status(status or 0, code=members.whole("code"), retry_after=after)
    return fault if message is None else attrs.evolve(fault, message=message)


def _drop(members: _Members) -> Drop:
    return Drop(served=members.flag("served"), body_bytes=members.whole("body_bytes"))


def _body(members: _Members) -> Body:
    return Body(
        spoiling(members.text("kind")),
        status=members.whole("status"),
        content_type=members.text("content_type"),
    )


def _latency(members: _Members) -> Latency:
    seconds = members.take("seconds")
    if is_object(seconds):
        return Latency(_distribution(_members("seconds", seconds)))
    if isinstance(seconds, int | float):
        return Latency(seconds)
    raise _wrong("seconds", "a number or a distribution", seconds)


def _race(_: _Members) -> Race:
    return Race()


def _distribution(members: _Members) -> Distribution:
    kind = members.text("distribution") or ""
    if kind not in _DISTRIBUTIONS:
        raise _wrong("distribution", f"one of {', '.join(_DISTRIBUTIONS)}", kind)
    made = _DISTRIBUTIONS[kind](members)
    members.end()
    return made


def _lognormal(members: _Members) -> Lognormal:
    median, sigma = members.needed("median"), members.number("sigma")
    return Lognormal(median) if sigma is None else Lognormal(median, sigma)


_READERS: Final[Mapping[str, Callable[[_Members], What]]] = {
    "status": _status,
    "drop": _drop,
    "body": _body,
    "latency": _latency,
    "race": _race,
}
_DISTRIBUTIONS: Final[Mapping[str, Callable[[_Members], Distribution]]] = {
    "uniform": lambda members: Uniform(members.needed("least"), members.needed("most")),
    "exponential": lambda members: Exponential(members.needed("mean")),
    "lognormal": _lognormal,
}


def _write_what(what: What) -> dict[str, object]:
    if isinstance(what, Latency):
        return {"what": "latency", "seconds": _write_seconds(what.seconds)}
    return {"what": type(what).__name__.lower(), **attrs.asdict(what)}


def _write_seconds(seconds: float | Distribution) -> object:
    if isinstance(seconds, int | float):
        return seconds
    return {"distribution": type(seconds).__name__.lower(), **attrs.asdict(seconds)}
