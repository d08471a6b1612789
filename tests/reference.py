"""The operations of ours by the vendor's names, for tests that go through all of them."""

import importlib
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from taskrouter_async import resources
from taskrouter_async._protocol.operation import Operation

TABLE: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("contract").joinpath("operations.json").read_text()
)


def _constants() -> Iterator[object]:
    for module in pkgutil.iter_modules(resources.__path__, resources.__name__ + "."):
        yield from vars(importlib.import_module(module.name)).values()


def _written() -> Iterator[Operation[Any]]:
    for value in _constants():
        if isinstance(value, Operation):
            yield value
        elif attrs.has(kind := type(value)):
            members = (getattr(value, field.name, None) for field in attrs.fields(kind))
            yield from (member for member in members if isinstance(member, Operation))


_BY_LINE = {(operation.method, operation.path): operation for operation in _written()}

OPERATIONS: dict[str, Operation[Any]] = {
    name: _BY_LINE[facts["verb"], facts["path"]] for name, facts in TABLE.items()
}
"""Ours by the vendor's name for it."""
