"""The judge: cattrs turns JSON documents into models, strictly where it matters.

Strict: a text is a text, an array is an array, a required member is there. Lenient: an integer may
come as a string of digits, since the vendor's own pages show both; a date may lack its zone, which
is then UTC; a member that is null counts as left out; members that nobody told us about stay in
the answer's ``raw`` document, because more may appear any day.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from types import GenericAlias
from typing import Final, TypeAlias, TypeVar, cast, get_args, get_origin

from attrs import has
from cattrs import Converter, transform_error
from cattrs.gen import make_dict_structure_fn

from taskrouter_async._protocol.integers import integer_of
from taskrouter_async.errors import DecodingError
from taskrouter_async.models import (
    Document,
    EventData,
    Links,
    SplitByWaitTime,
    TasksByPriority,
    TasksByStatus,
    WaitTimeSplit,
)
from taskrouter_async.models._answer import frozen_json

T = TypeVar("T")
Hook: TypeAlias = Callable[[object, object], object]


def structure(document: Document, model: type[T], at: str = "$") -> T:
    """Return the document as a model.

    Args:
        document: A JSON document, or a part of one.
        model: What it shall become.
        at: Where in the whole document it stands.

    Raises:
        DecodingError: The document has another shape; the error names the path of the member.
    """
    try:
        return _FAST.structure(document, model)
    except Exception as error:  # noqa: BLE001 - whatever a hook stumbles over means one thing
        complaint = _complaint(document, model, error, at)
    raise complaint


def _complaint(document: Document, model: type[T], error: Exception, at: str) -> DecodingError:
    # Gathering paths costs every decoding some time; so the converter that does it runs on
    # failures only.
    try:
        _EXPLAINING.structure(document, model)
    except Exception as explained:  # noqa: BLE001 - the same failure again, with its path
        error = explained
    reason, _, inner = transform_error(error)[0].partition(" @ $")
    path = at + inner
    return DecodingError(f"the answer is no {model.__name__}: {reason} at {path}", path=path)


def _text_of(value: object) -> str:
    if isinstance(value, str):
        return value
    raise TypeError("expected a string")


def _text(value: object, _: object) -> str:
    return _text_of(value)


def _integer(value: object, _: object) -> int:
    return integer_of(value)


def _float(value: object, _: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise TypeError("expected a number")


def _boolean(value: object, _: object) -> bool:
    if isinstance(value, bool):
        return value
    raise TypeError("expected true or false")


def _instant(value: object, _: object) -> datetime:
    instant = datetime.fromisoformat(_text_of(value).upper())
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def _object_of(value: object) -> Mapping[str, Document]:
    if isinstance(value, dict):
        return cast("dict[str, Document]", value)
    raise TypeError("expected an object")


def _present(value: object) -> Iterator[tuple[str, Document]]:
    return ((name, each) for name, each in _object_of(value).items() if each is not None)


def _statuses(value: object, _: object) -> TasksByStatus:
    return TasksByStatus({name: integer_of(n) for name, n in _present(value)})


def _priorities(value: object, _: object) -> TasksByPriority:
    return TasksByPriority({integer_of(name): integer_of(n) for name, n in _present(value)})


def _links(value: object, _: object) -> Links:
    return Links({name: _text_of(link) for name, link in _present(value)})


def _event_data(value: object, _: object) -> EventData:
    return EventData({name: frozen_json(member) for name, member in _object_of(value).items()})


def _is_tuple(wanted: object) -> bool:
    return get_origin(wanted) is tuple


def _tuple_hook(wanted: type, converter: Converter) -> Hook:
    items = GenericAlias(list, get_args(wanted)[:1])
    structure_items = converter.get_structure_hook(items)

    def structure_tuple(value: object, _: object) -> tuple[object, ...]:
        if not isinstance(value, list):
            raise TypeError("expected an array")
        return tuple(structure_items(value, items))

    return structure_tuple


def _model_hook(model: type, converter: Converter) -> Hook:
    structure_known = cast("Hook", make_dict_structure_fn(model, converter))

    def structure_model(value: object, _: object) -> object:
        return structure_known(dict(_present(value)), model)

    return structure_model


def _converter(*, detailed: bool) -> Converter:
    converter = Converter(detailed_validation=detailed)

    def model_hook(model: type) -> Hook:
        return _model_hook(model, converter)

    def tuple_hook(wanted: type) -> Hook:
        return _tuple_hook(wanted, converter)

    def splits(value: object, _: object) -> SplitByWaitTime:
        members = _object_of(value).items()
        return SplitByWaitTime(
            {integer_of(name): converter.structure(each, WaitTimeSplit) for name, each in members}
        )

    converter.register_structure_hook(str, _text)
    converter.register_structure_hook(int, _integer)
    converter.register_structure_hook(float, _float)
    converter.register_structure_hook(bool, _boolean)
    converter.register_structure_hook(datetime, _instant)
    converter.register_structure_hook_factory(has, model_hook)
    converter.register_structure_hook_factory(_is_tuple, tuple_hook)
    converter.register_structure_hook(TasksByStatus, _statuses)
    converter.register_structure_hook(TasksByPriority, _priorities)
    converter.register_structure_hook(Links, _links)
    converter.register_structure_hook(EventData, _event_data)
    converter.register_structure_hook(SplitByWaitTime, splits)
    return converter


_FAST: Final = _converter(detailed=False)
_EXPLAINING: Final = _converter(detailed=True)
