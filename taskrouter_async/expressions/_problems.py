"""What is wrong, as a value instead of an error."""

from attrs import frozen

from taskrouter_async.errors import ExpressionError
from taskrouter_async.expressions._expression import parse


@frozen
class Problem:
    """Something that is wrong with a text.

    Attributes:
        message: What is wrong.
        position: Where in the text, counted from 0.
        line: In which line, counted from 1.
        column: Where in that line, counted from 1.
        path: Where in a workflow's configuration the text stands, such as
            ``task_routing.filters[0].expression``; empty for a text by itself.
    """

    message: str
    position: int = 0
    line: int = 1
    column: int = 1
    path: str = ""


def problem_of(error: ExpressionError, path: str = "") -> Problem:
    """Return what an error tells as a value."""
    return Problem(str(error), error.position, error.line, error.column, path)


def check(text: str) -> tuple[Problem, ...]:
    """Return what is wrong with an expression: nothing, or the first problem in it.

    Raises:
        InvalidArgumentError: It is no text.
    """
    try:
        parse(text)
    except ExpressionError as error:
        return (problem_of(error),)
    return ()
