"""JSON documents become models here, strictly where it matters and leniently where it must be.

Strict: a text is a text, an array is an array, a required member is there. Lenient: an integer may
come as a string of digits, since the vendor's own pages show both; a member that is null counts as
left out; members that nobody told us about are kept in ``extra``, because more may appear any day.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias, TypeVar, cast, get_args, get_origin

from attrs import AttrsInstance, evolve, fields, has
from cattrs import Converter, transform_error
from cattrs.gen import make_dict_structure_fn, override

from taskrouter_async.errors import DecodingError
from taskrouter_async.models import Json, TasksByStatus

T = TypeVar("T")
Document: TypeAlias = "bool | int | float | str | list[Document] | dict[str, Document] | None"

_COUNTS: Final = Mapping[int, int]
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


def frozen_json(document: Document) -> Json:
    """Return the document so that nobody can change it, however deep."""
    if isinstance(document, dict):
        return MappingProxyType({key: frozen_json(value) for key, value in document.items()})
    if isinstance(document, list):
        return tuple(map(frozen_json, document))
    return document


def _without_nulls(members: Mapping[str, Document]) -> dict[str, Document]:
    return {name: member for name, member in members.items() if member is not None}


def _tuple_hook(wanted: type, converter: Converter) -> Callable[[object, object], object]:
    item = get_args(wanted)[0]
    hook = converter.get_structure_hook(item)

    def structure_tuple(value: object, _: object) -> tuple[object, ...]:
        if not isinstance(value, list):
            raise TypeError("expected an array")
        return tuple([hook(member, item) for member in cast("list[Document]", value)])

    return structure_tuple


def _model_hook(model: type, converter: Converter) -> Callable[[object, object], object]:
    known = {field.name for field in fields(model)} - {"extra"}
    structure_known = cast(
        "Callable[[object, object], AttrsInstance]",
        make_dict_structure_fn(model, converter, extra=override(omit=True)),
    )

    def structure_model(value: object, _: object) -> AttrsInstance:
        members = _object(value)
        instance = structure_known(_without_nulls(members), model)
        unknown = members.keys() - known
        if not unknown:
            return instance
        return evolve(instance, extra=frozen_json({name: members[name] for name in unknown}))

    return structure_model


def _converter(*, detailed: bool) -> Converter:
    converter = Converter(detailed_validation=detailed)
    converter.register_structure_hook(str, _structure_text)
    converter.register_structure_hook(int, _structure_integer)
    converter.register_structure_hook_factory(has, _model_hook)
    converter.register_structure_hook_factory(
        lambda wanted: get_origin(wanted) is tuple, _tuple_hook
    )
    converter.register_structure_hook_func(lambda wanted: wanted == _COUNTS, _structure_counts)
    converter.register_structure_hook(TasksByStatus, _structure_statuses)
    return converter


_FAST: Final = _converter(detailed=False)
_EXPLAINING: Final = _converter(detailed=True)
