"""One root, and facts that survive copying."""

import copy
import inspect
import pickle

import pytest

from taskrouter_async import errors
from taskrouter_async.errors import (
    ApiError,
    CallTimeoutError,
    DecodingError,
    ExpressionError,
    InvalidArgumentError,
    RateLimitedError,
    TaskRouterError,
)

ALL = [
    kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)
]


def test_one_root_catches_all() -> None:
    """Every error of the module is a TaskRouterError."""
    assert len(ALL) > 20
    assert all(issubclass(kind, TaskRouterError) for kind in ALL)


def test_the_drawn_tree_is_the_declared_tree() -> None:
    """The drawing in the module's docstring names every class, below its parent."""
    drawing = (errors.__doc__ or "").split("::", 1)[1]
    parents: list[tuple[int, str]] = []
    for line in drawing.splitlines():
        names = [word for word in line.split() if word in vars(errors)]
        if not names:
            continue
        depth = line.index(names[0])
        parents = [parent for parent in parents if parent[0] < depth]
        if parents:
            assert issubclass(vars(errors)[names[0]], vars(errors)[parents[-1][1]])
        parents.append((depth, names[0]))

    assert {kind.__name__ for kind in ALL} <= set(drawing.split())


@pytest.mark.parametrize("kind", ALL)
def test_an_error_can_be_made_copied_and_pickled(kind: type[TaskRouterError]) -> None:
    """A copy is another object of the same class with the same text and facts."""
    error = kind("what happened")

    for twin in (copy.copy(error), pickle.loads(pickle.dumps(error))):  # noqa: S301 - our own
        assert type(twin) is kind
        assert twin is not error
        assert str(twin) == "what happened"
        assert vars(twin) == vars(error)


def test_facts_survive_copying() -> None:
    """What an error carries is carried by its copy."""
    originals = [
        RateLimitedError("slow down", status=429, code=20429, retry_after=2.0, request_id="RQ1"),
        CallTimeoutError("late", phase="body", seconds=3.0),
        DecodingError("odd", path="$.sid"),
        InvalidArgumentError("odd", argument="sid"),
        ExpressionError("odd", position=7, line=2, column=3),
    ]

    for error in originals:
        assert vars(copy.copy(error)) == vars(error)


def test_errors_are_what_python_would_call_them() -> None:
    """A bad argument is a ValueError and a timeout is a TimeoutError, for those who catch these."""
    assert issubclass(InvalidArgumentError, ValueError)
    assert issubclass(ExpressionError, ValueError)
    assert issubclass(CallTimeoutError, TimeoutError)
    assert not issubclass(ApiError, OSError)
