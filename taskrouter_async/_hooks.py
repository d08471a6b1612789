"""Telling listeners what happens."""

import logging
from collections.abc import Callable
from typing import Final, TypeVar

E = TypeVar("E")

_LOGGER: Final = logging.getLogger("taskrouter_async.hooks")


def tell(listener: Callable[[E], None] | None, event: E) -> None:
    """Tell a listener, whose trouble is its own: it is logged and reaches no call."""
    if listener is None:
        return
    try:
        listener(event)
    except Exception:
        _LOGGER.exception("a listener could not take a %s", type(event).__name__)
