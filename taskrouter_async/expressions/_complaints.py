"""What is wrong with a text, and where, in words for whoever wrote it."""

from typing import Final

from taskrouter_async.errors import ExpressionError

_UNENDED: Final = "the text that begins here does not end"
_HYPHEN: Final = "names cannot contain hyphens: rename the attribute, with _ for instance"
_NEGATION: Final = "there is no NOT before a condition: write != or NOT IN"
_ARITHMETIC: Final = "there is no arithmetic"
_MEANINGLESS: Final = {
    "&": "write AND",
    "|": "write OR",
    "!": _NEGATION,
    "n": _NEGATION,  # as a name it would have had a meaning
    "'": _UNENDED,
    '"': _UNENDED,
    "-": _ARITHMETIC,
    "+": _ARITHMETIC,
    "*": _ARITHMETIC,
    "/": _ARITHMETIC,
}


def complaint(text: str, position: int, message: str) -> ExpressionError:
    """Return the error for what is wrong at a position of a text."""
    return ExpressionError(
        message,
        position=position,
        line=text.count("\n", 0, position) + 1,
        column=position - text.rfind("\n", 0, position),
    )


def foreign(text: str, position: int) -> ExpressionError:
    """Return the error for a character with which no word begins."""
    return complaint(text, position, _reason(text, position))


def _reason(text: str, position: int) -> str:
    character = text[position]
    if _is_hyphen(text, position):
        return _HYPHEN
    if character.isalpha() and not character.isascii():
        return f"names have the letters A to Z, digits, _ and $, not {character!r}"
    return _MEANINGLESS.get(character.lower(), f"{character!r} means nothing here")


def misplaced(text: str, position: int, found: str, expected: set[str]) -> ExpressionError:
    """Return the error for a word that cannot stand where it stands.

    Args:
        text: The whole expression.
        position: Where the word begins.
        found: The word; empty at the end of the text.
        expected: The names of the terminals that could stand there.
    """
    if _is_hyphen(text, position):
        return complaint(text, position, _HYPHEN)
    shown = f"not {found[:40]!r}" if found else "but the text ends"
    return complaint(text, position, f"expected {_wanted(expected)}, {shown}")


def _is_hyphen(text: str, position: int) -> bool:
    around = text[position - 1 : position], text[position + 1 : position + 2]
    return text.startswith("-", position) and all(
        each.isalnum() or each in {"_", "$"} for each in around
    )


def _wanted(expected: set[str]) -> str:
    if "OPERATOR" in expected:
        return "an operator such as == or HAS"
    if "OPEN" in expected:
        return "a comparison such as level >= 3"
    if "REFERENCE" in expected:
        return "a name or a value"
    if "TEXT" in expected:
        return "a value or ]" if "_END" in expected else "a value"
    if "_END" in expected:
        return "a comma or ]"
    return "AND, OR or )" if "_CLOSE" in expected else "AND, OR or the end"
