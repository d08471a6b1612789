"""Models are facts that nobody can change."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

import attrs
import pytest
from support import workspace_document

from taskrouter_async import models
from taskrouter_async._protocol.converter import Document, structure
from taskrouter_async.models import WorkspaceRealTimeStatistics

CLASSES = [vars(models)[name] for name in models.__all__ if attrs.has(vars(models)[name])]


@pytest.fixture
def statistics() -> WorkspaceRealTimeStatistics:
    """A workspace's statistics with something unknown at every depth."""
    document: Document = workspace_document(  # type: ignore[assignment]  # JSON by hand
        unknown={"deep": [{"er": [1]}]}, tasks_by_status={"pending": 1, "flying": 2}
    )
    return structure(document, WorkspaceRealTimeStatistics)


def _assert_immutable(value: object) -> None:
    if isinstance(value, Mapping):
        assert isinstance(value, MappingProxyType)
        for key, member in value.items():
            _assert_immutable(key)
            _assert_immutable(member)
    elif isinstance(value, tuple):
        for member in value:
            _assert_immutable(member)
    elif attrs.has(type(value)):
        _assert_frozen(cast("attrs.AttrsInstance", value))
    else:
        assert isinstance(value, str | int | float | bool | None)


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
    names = [field.name for field in attrs.fields(model)]

    missing = [name for name in names if f"{name}:" not in (model.__doc__ or "")]

    assert missing == []
