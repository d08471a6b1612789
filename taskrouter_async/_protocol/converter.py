"""JSON documents become models here, strictly where it matters and leniently where it must be.

Strict: a text is a text, an array is an array, a required member is there. Lenient: an integer may
come as a string of digits, since the vendor's own pages show both; a member that is null counts as
left out; members that nobody told us about are kept in ``extra``, because more may appear any day.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias, TypeVar, cast, get_args, get_origin

from attrs import fields, has
from cattrs import Converter, transform_error
from cattrs.gen import make_dict_structure_fn, override

from taskrouter_async.errors import DecodingError
from taskrouter_async.models import Json, TasksByStatus

T = TypeVar("T")
Document: TypeAlias = "bool | int | float | str | list[Document] | dict[str, Document] | None"
Hook: TypeAlias = Callable[[object, object], object]

_DIGITS: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)


def structure(document: Document, model: type[T]) -> T:
    """Return the document as a model.

    Raises:
        DecodingError: The document has another shape; the error names the path of the member.
    """
    try:
        return _FAST.structure(document, model)
    except Exception as error:  # noqa: BLE001 - whatever a hook stumbles over means one thing
        complaint = _complaint(document, model, error)
    raise complaint


def _complaint(document: Document, model: type[T], error: Exception) -> DecodingError:
    # Gathering paths costs every decoding some time; so the converter that does it runs on
    # failures only.
    try:
        _EXPLAINING.structure(document, model)
    except Exception as explained:  # noqa: BLE001 - the same failure again, with its path
        error = explained
    reason, _, path = transform_error(error)[0].partition(" @ ")
    return DecodingError(f"the answer is no {model.__name__}: {reason} at {path}", path=path)


def _structure_text(value: object, _: object) -> str:
    if isinstance(value, str):
        return value
    raise TypeError("expected a string")


def _structure_integer(value: object, _: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    raise TypeError("expected an integer")


def _object(value: object) -> Mapping[str, Document]:
    if isinstance(value, dict):
        return cast("dict[str, Document]", value)
    raise TypeError("expected an object")


def _structure_counts(value: object, _: object) -> Mapping[int, int]:
    return MappingProxyType(
        {
            _structure_integer(key, int): _structure_integer(count, int)
            for key, count in _object(value).items()
        }
    )


_STATUSES: Final = frozenset(field.name for field in fields(TasksByStatus) if field.name != "other")


def _structure_statuses(value: object, _: object) -> TasksByStatus:
    counts = {name: _structure_integer(count, int) for name, count in _object(value).items()}
    other = {name: counts.pop(name) for name in counts.keys() - _STATUSES}
    return TasksByStatus(**counts, other=MappingProxyType(other))


def _structure_frozen(value: Document, _: object) -> Json:
    return frozen_json(value)


def frozen_json(document: Document) -> Json:
    """Return the document so that nobody can change it, however deep."""
    if isinstance(document, dict):
        return MappingProxyType({key: frozen_json(value) for key, value in document.items()})
    if isinstance(document, list):
        return tuple(map(frozen_json, document))
    return document


def _is_tuple(wanted: object) -> bool:
    return get_origin(wanted) is tuple


def _is_counts(wanted: object) -> bool:
    return wanted == Mapping[int, int]


def _tuple_hook(wanted: type, converter: Converter) -> Hook:
    item = get_args(wanted)[0]
    structure_item = converter.get_structure_hook(item)

    def structure_tuple(value: object, _: object) -> tuple[object, ...]:
        if not isinstance(value, list):
            raise TypeError("expected an array")
        return tuple([structure_item(member, item) for member in cast("list[Document]", value)])

    return structure_tuple


# Where a model's hook finds the members that nobody knows; a member that the service calls by
# this name is one of them.
_UNKNOWN: Final = ""


def _model_hook(model: type, converter: Converter) -> Hook:
    known = {field.name for field in fields(model)} - {"extra"}
    extra = override(rename=_UNKNOWN, struct_hook=_structure_frozen)
    structure_known = cast("Hook", make_dict_structure_fn(model, converter, extra=extra))

    def structure_model(value: object, _: object) -> object:
        members = _object(value)
        present = {name: member for name, member in members.items() if member is not None}
        unknown = members.keys() - known
        if unknown:
            present[_UNKNOWN] = {name: members[name] for name in unknown}
        return structure_known(present, model)

    return structure_model


def _converter(*, detailed: bool) -> Converter:
    converter = Converter(detailed_validation=detailed)

    def model_hook(model: type) -> Hook:
        return _model_hook(model, converter)

    def tuple_hook(wanted: type) -> Hook:
        return _tuple_hook(wanted, converter)

    converter.register_structure_hook(str, _structure_text)
    converter.register_structure_hook(int, _structure_integer)
    converter.register_structure_hook_factory(has, model_hook)
    converter.register_structure_hook_factory(_is_tuple, tuple_hook)
    converter.register_structure_hook_func(_is_counts, _structure_counts)
    converter.register_structure_hook(TasksByStatus, _structure_statuses)
    return converter


_FAST: Final = _converter(detailed=False)
_EXPLAINING: Final = _converter(detailed=True)
