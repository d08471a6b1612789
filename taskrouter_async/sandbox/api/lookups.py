"""Records that a path, a query or a form names."""

from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import unquote

from taskrouter_async.errors import ExpressionError
from taskrouter_async.expressions import Expression, parse
from taskrouter_async.sandbox.api.asking import Ask
from taskrouter_async.sandbox.api.paging import Key
from taskrouter_async.sandbox.state.fields import Fields
from taskrouter_async.sandbox.state.records import Record, TaskChannel
from taskrouter_async.sandbox.state.refusals import invalid, refused

R = TypeVar("R", bound=Record)


def behind_path(ask: Ask, place: int, records: Mapping[str, R]) -> R:
    """Return the record that a SID of the path names; the workspace's place is 0.

    Raises:
        RefusalError: There is none.
    """
    record = records.get(unquote(ask.sids[place]))
    if record is None:
        raise ask.not_found()
    return record


def named(fields: Fields, name: str, prefix: str, records: Mapping[str, R]) -> R | None:
    """Return the record whose SID a parameter holds; None if it was not sent.

    Raises:
        RefusalError: It is no SID of this kind, or there is no such record.
    """
    sid = fields.sid(name, prefix)
    if sid is None:
        return None
    if sid not in records:
        raise invalid(name)
    return records[sid]


def task_channel(name: str, channels: Mapping[str, TaskChannel]) -> TaskChannel | None:
    """Return the channel of this SID or unique name; None if there is none."""
    by_name = (each for each in channels.values() if each.unique_name == name)
    return channels.get(name) or next(by_name, None)


def named_channel(fields: Fields, channels: Mapping[str, TaskChannel]) -> TaskChannel | None:
    """Return the channel whose SID or unique name was sent; None if it was not sent.

    Raises:
        RefusalError: There is no such channel.
    """
    name = fields.text("TaskChannel")
    if name is None:
        return None
    channel = task_channel(name, channels)
    if channel is None:
        raise invalid("TaskChannel")
    return channel


def condition(fields: Fields, name: str) -> Expression | None:
    """Return the expression that a parameter holds; None if it was not sent.

    Raises:
        RefusalError: It is no expression.
    """
    text = fields.text(name)
    if text is None:
        return None
    try:
        return parse(text)
    except ExpressionError as error:
        raise refused(f"Invalid {name} parameter: {error}") from None


def ordering(fields: Fields, keys: Mapping[str, Callable[[R], float]]) -> Callable[[R], Key]:
    """Return the order that ``Ordering`` asks for: pairs such as ``Priority:desc``, with commas.

    Args:
        fields: What was sent; without an ``Ordering`` the order is that of creation.
        keys: What records can be ordered by.

    Raises:
        RefusalError: A pair is none of these.
    """
    signs: list[tuple[Callable[[R], float], int]] = []
    for pair in fields.all("Ordering"):
        attribute, _, direction = pair.strip().partition(":")
        if attribute not in keys or direction not in {"asc", "desc"}:
            raise invalid("Ordering", f"use {', '.join(keys)} with :asc or :desc")
        signs.append((keys[attribute], 1 if direction == "asc" else -1))

    def key(record: R) -> Key:
        return (*(sign * of(record) for of, sign in signs), record.number)

    return key
