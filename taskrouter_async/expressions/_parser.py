"""From a text to what it consists of.

The grammar stands in ``grammar.lark``. What it does not say is decided here: how long and how deep
an expression may be, and what its words stand for.
"""

import math
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Final, TypeAlias, cast

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from taskrouter_async.expressions._complaints import complaint, foreign, misplaced
from taskrouter_async.expressions._tree import (
    Both,
    Comparison,
    Condition,
    Constant,
    Either,
    Operand,
    Reference,
    Scalar,
)

LONGEST_TEXT: Final = 65_536
LONGEST_NUMBER: Final = 400
DEEPEST: Final = 50

_ALIASES: Final = {"=": "==", ">-": "HAS", "<-": "IN"}
_STEP: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*|[0-9]+")

Node: TypeAlias = Token | Tree[Token]


def read(text: str) -> Condition:
    """Return what a text consists of.

    Raises:
        ExpressionError: It is no expression.
    """
    if len(text) > LONGEST_TEXT:
        message = f"an expression has {LONGEST_TEXT} characters at most, not {len(text)}"
        raise complaint(text, LONGEST_TEXT, message)
    return _condition(text, _tree(text), 0)


@cache
def _reader() -> Callable[[str], Tree[Token]]:
    grammar = files("taskrouter_async.expressions").joinpath("grammar.lark").read_text("utf-8")
    lark = Lark(grammar, parser="lalr", lexer="basic", maybe_placeholders=False)
    return cast("Callable[[str], Tree[Token]]", lark.parse)


def _tree(text: str) -> Tree[Token]:
    try:
        return _reader()(text)
    except UnexpectedCharacters as error:
        wrong = foreign(text, cast("int", error.pos_in_stream))
    except UnexpectedToken as error:
        token = cast("Token", error.token)
        position = len(text) if token.type == "$END" else token.start_pos or 0
        wrong = misplaced(text, position, str(token), error.accepts or set())
    raise wrong


def _condition(text: str, tree: Tree[Token], depth: int) -> Condition:
    if tree.data == "comparison":
        return _comparison(text, tree.children)
    if tree.data == "group":
        return _group(text, tree.children, depth)
    branches = cast("list[Tree[Token]]", tree.children)
    parts = tuple(_condition(text, branch, depth) for branch in branches)
    return Both(parts) if tree.data == "both" else Either(parts)


def _group(text: str, nodes: list[Node], depth: int) -> Condition:
    bracket, inner = cast("tuple[Token, Tree[Token]]", nodes)
    if depth == DEEPEST:
        message = f"parentheses are nested {DEEPEST} deep at most"
        raise complaint(text, bracket.start_pos or 0, message)
    return _condition(text, inner, depth + 1)


def _comparison(text: str, nodes: list[Node]) -> Comparison:
    left, operator, right = nodes
    word = " ".join(str(operator).upper().split())
    return Comparison(_ALIASES.get(word, word), _operand(text, left), _operand(text, right))


def _operand(text: str, node: Node) -> Operand:
    if isinstance(node, Tree):
        items = cast("list[Token]", node.children)
        return Constant(tuple(_scalar(text, each) for each in items))
    if node.type == "REFERENCE":
        return Reference(_steps(text, node))
    return Constant(_scalar(text, node))


def _steps(text: str, token: Token) -> tuple[str | int, ...]:
    steps = _STEP.findall(token)
    if max(map(len, steps)) > LONGEST_NUMBER:
        raise complaint(text, token.start_pos or 0, "a name or an index is too long")
    return tuple(int(step) if step.isdigit() else step for step in steps)


def _scalar(text: str, token: Token) -> Scalar:
    if token.type == "TEXT":
        # A backslash makes the next character stand for itself, whatever it is.
        return re.sub(r"\\(.)", r"\1", token[1:-1], flags=re.DOTALL)
    if token.type == "NUMBER":
        return _number(text, token)
    return {"TRUE": True, "FALSE": False, "NULL": None}[token.type]


def _number(text: str, token: Token) -> int | float:
    if len(token) <= LONGEST_NUMBER:
        number = float(token) if "." in token else int(token)
        if abs(number) < math.inf:  # math.isfinite has no room for the longest of them
            return number
    raise complaint(text, token.start_pos or 0, "the number is too large")
