"""Models are facts that nobody can change."""

import copy
import pickle
from collections.abc import Mapping
from datetime import datetime
from typing import cast

import attrs
import pytest
from support import workspace_document

from taskrouter_async import models
from taskrouter_async._protocol.converter import structure
from taskrouter_async.models import (
    Document,
    FrozenMap,
    OpenEnum,
    TaskStatus,
    WorkspaceRealTimeStatistics,
)

CLASSES = [getattr(models, name) for name in models.__all__ if attrs.has(getattr(models, name))]


@pytest.fixture
def statistics() -> WorkspaceRealTimeStatistics:
    """A workspace's statistics with something unknown at every depth."""
    document: Document = workspace_document(  # type: ignore[assignment]  # JSON by hand
        unknown={"deep": [{"er": [1]}]}, tasks_by_status={"pending": 1, "flying": 2}
    )
    return structure(document, WorkspaceRealTimeStatistics)


def _assert_immutable(value: object) -> None:
    if isinstance(value, Mapping):
        assert isinstance(value, FrozenMap)
        assert not hasattr(value, "__dict__")
        for key, member in value.items():
            _assert_immutable(key)
            _assert_immutable(member)
    elif isinstance(value, tuple):
        for member in value:
            _assert_immutable(member)
    elif attrs.has(type(value)):
        _assert_frozen(cast("attrs.AttrsInstance", value))
    else:
        assert isinstance(value, str | bytes | int | float | bool | datetime | None)


def _assert_frozen(value: attrs.AttrsInstance) -> None:
    for field in attrs.fields(type(value)):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(value, field.name, None)
        _assert_immutable(getattr(value, field.name))


def test_a_decoded_model_cannot_be_changed_however_deep(
    statistics: WorkspaceRealTimeStatistics,
) -> None:
    """One object serves all callers of a cache: no part of it is mutable."""
    _assert_immutable(statistics)


def test_models_are_values(statistics: WorkspaceRealTimeStatistics) -> None:
    """Equal documents make equal models with equal hashes."""
    document: Document = workspace_document(  # type: ignore[assignment]  # JSON by hand
        unknown={"deep": [{"er": [1]}]}, tasks_by_status={"pending": 1, "flying": 2}
    )
    twin = structure(document, WorkspaceRealTimeStatistics)

    assert twin == statistics
    assert hash(twin) == hash(statistics)
    assert attrs.evolve(twin, total_tasks=99) != statistics


@pytest.mark.parametrize("model", CLASSES)
def test_every_model_is_frozen_and_small(model: type) -> None:
    """No model can be assigned to, and none carries a dict of its own."""
    assert "__setattr__" in vars(model)
    assert "__slots__" in vars(model)


@pytest.mark.parametrize("model", CLASSES)
def test_every_field_is_explained(model: type) -> None:
    """Each public field stands in the docstring of its class."""
    names = [field.name for field in attrs.fields(model) if not field.inherited]

    missing = [name for name in names if f"{name}:" not in (model.__doc__ or "")]

    assert missing == []


def test_a_word_that_nobody_knows_is_kept() -> None:
    """An enumeration takes tomorrow's words: equal to their text, and of its own type."""
    word = TaskStatus("transferring")

    assert word == "transferring"
    assert isinstance(word, TaskStatus)
    assert (word.name, word.value, f"{word}") == ("transferring",) * 3
    assert word == TaskStatus("transferring")
    assert hash(word) == hash("transferring")
    assert TaskStatus("pending") is TaskStatus.PENDING
    assert "transferring" not in list(TaskStatus)


@pytest.mark.parametrize("value", [None, 7, b"pending"])
def test_only_a_text_is_a_word(value: object) -> None:
    """What is no text is no word of the service."""
    with pytest.raises(ValueError, match="is not a valid"):
        TaskStatus(value)  # type: ignore[arg-type]  # on purpose


def test_models_can_be_copied_and_pickled(statistics: WorkspaceRealTimeStatistics) -> None:
    """A model crosses process borders with its document and its unknown words."""
    for twin in (copy.deepcopy(statistics), pickle.loads(pickle.dumps(statistics))):  # noqa: S301 - our own
        assert twin == statistics
        assert twin.to_dict() == statistics.to_dict()
    assert copy.copy(TaskStatus("new")) == pickle.loads(pickle.dumps(TaskStatus("new")))  # noqa: S301 - our own
    assert issubclass(TaskStatus, OpenEnum)


def test_a_frozen_map_is_a_mapping() -> None:
    """It equals any mapping with the same items, has a hash of its own, and shows what is in it."""
    frozen = FrozenMap({"a": 1})

    assert frozen == {"a": 1} == dict(frozen)
    assert frozen != {"a": 2}
    assert hash(frozen) == hash(FrozenMap({"a": 1}))
    assert repr(frozen) == "FrozenMap({'a': 1})"
    assert len(FrozenMap()) == 0
