"""JSON that nobody can change: what models keep of the members they do not know."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

Json: TypeAlias = "bool | int | float | str | tuple[Json, ...] | Mapping[str, Json] | None"
"""A JSON value whose arrays are tuples and whose objects are read-only mappings."""

NOTHING: Final[Mapping[str, Json]] = MappingProxyType({})
