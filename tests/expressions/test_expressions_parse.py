"""What is an expression, what is none, and what is said about it."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskrouter_async.errors import ExpressionError, InvalidArgumentError
from taskrouter_async.expressions import Expression, Problem, check, parse

WORDS = st.sampled_from(
    [
        *("a", "worker.level", "task.tags[0]", "'x'", '"y"', "1", "-2.5", "true", "null"),
        *("==", "=", ">-", "<-", "!=", "HAS", "in", "Not In", "CONTAINS", ">", "<="),
        *("AND", "or", "NOT", "(", ")", "[", "]", ",", ".", "-", "\\", "'", "ä", "\n", "\ud800"),
    ]
)


@pytest.mark.parametrize(
    "text",
    [
        "1==1",
        "level >= 3 AND language == 'de'",
        "level>=3and language=='de'",
        "(a == 1 OR (b == 2))",
        "worker.channel.voice.available_capacity_percentage > 0",
        'tags[0].name == "x"',
        "task.language IN worker.languages",
        "language NOT\tIN ['de', \"en\", 1, -2.5, true, FALSE, null]",
        "language IN []",
        "'de' == language",
        "$price_2 < 0.5",
        "note == 'it\\'s'",
        "note == 'one\ntwo'",
        "android == 1 AND order != 2 OR inside == 3 AND nothing == null",
        "\r\n a == 1 \f\t",
    ],
)
def test_these_are_expressions(text: str) -> None:
    """Operators, lists, references and brackets stand where the vendor's pages have them."""
    assert check(text) == ()
    assert parse(text).text == text


@pytest.mark.parametrize(
    ("text", "position", "said"),
    [
        ("", 0, "expected a comparison such as level >= 3, but the text ends"),
        (" ", 1, "but the text ends"),
        ("level", 5, "expected an operator such as == or HAS, but the text ends"),
        ("true", 4, "expected an operator"),
        ("level AND a == 1", 6, "expected an operator such as == or HAS, not 'AND'"),
        ("a ==", 4, "expected a name or a value, but the text ends"),
        ("a == (1)", 5, "expected a name or a value, not '('"),
        ("a == in", 5, "expected a name or a value, not 'in'"),
        ("a == 1 b == 2", 7, "expected AND, OR or the end, not 'b'"),
        ("(a == 1", 7, "expected AND, OR or ), but the text ends"),
        ("a == 1)", 6, "expected AND, OR or the end, not ')'"),
        ("a == 1 AND", 10, "expected a comparison"),
        ("a IN ['b' 'c']", 10, "expected a comma or ]"),
        ("a IN ['b',]", 10, "expected a value, not ']'"),
        ("a IN [b]", 6, "expected a value or ], not 'b'"),
        ("a IN [['b']]", 6, "expected a value or ], not '['"),
        ("skill-level > 3", 5, "names cannot contain hyphens"),
        ("a == 1 AND skill-2 > 3", 16, "names cannot contain hyphens"),
        ("worker.channel.my-channel.x == 1", 17, "names cannot contain hyphens"),
        ("a > b - 1", 6, "there is no arithmetic"),
        ("a > b + 1", 6, "there is no arithmetic"),
        ("NOT a == 1", 0, "there is no NOT"),
        ("a == 1 AND not (b == 2)", 11, "there is no NOT"),
        ("!a", 0, "there is no NOT"),
        ("a == 1 && b == 2", 7, "write AND"),
        ("a == 1 || b == 2", 7, "write OR"),
        ("größe > 3", 2, "names have the letters A to Z, digits, _ and $, not 'ö'"),
        ("a == 'b", 5, "the text that begins here does not end"),
        ("a == 'b\\'", 5, "the text that begins here does not end"),
        ('a == "b', 5, "the text that begins here does not end"),
        ("a ; b", 2, "';' means nothing here"),
        ("a[-1] == 1", 1, "expected an operator such as == or HAS, not '['"),
        ("a == 1e5", 6, "expected AND, OR or the end, not 'e5'"),
        ("a == " + "9" * 401, 5, "the number is too large"),
        ("a == " + "9" * 390 + ".5", 5, "the number is too large"),
        ("a[" + "9" * 401 + "] == 1", 0, "a name or an index is too long"),
        ("a == '" + "x" * 65_536 + "'", 65_536, "65536 characters at most"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, position: int, said: str) -> None:
    """The first mistake is a problem with its place and a hint, and the same as an error."""
    (problem,) = check(text)

    assert said in problem.message
    assert problem == Problem(problem.message, position, 1, position + 1, "")
    with pytest.raises(ExpressionError) as failed:
        parse(text)
    assert (str(failed.value), failed.value.position) == (problem.message, position)
    assert (failed.value.line, failed.value.column) == (1, position + 1)


def test_lines_are_counted() -> None:
    """In a text of several lines a place has its line, and its column in that line."""
    (problem,) = check("a == 1\nAND\n  b - 2")

    assert (problem.position, problem.line, problem.column) == (15, 3, 5)


def test_brackets_may_be_nested_but_not_without_end() -> None:
    """Fifty brackets are deep enough; ten thousand are a problem, and no RecursionError."""
    assert check("(" * 50 + "1==1" + ")" * 50) == ()
    for depth in (51, 10_000):
        (problem,) = check("(" * depth + "1==1" + ")" * depth)
        assert "50 deep" in problem.message
        assert problem.position == 50
    assert len(check("(" * 10_000)) == 1
    mixed = "(a == 1 AND (a == 2 OR " * 5_000
    assert len(check(mixed)) == 1


def test_long_chains_are_no_depth() -> None:
    """Thousands of conditions may follow one another."""
    text = " OR ".join(f"a == {number}" for number in range(3_000))

    assert parse(text).holds({"a": 2_999})
    assert not parse(text).holds({"a": 3_000})


@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=30))
def test_any_text_is_an_expression_or_an_expression_error(text: str) -> None:
    """Nothing but an ExpressionError comes out of a text, and its place lies within."""
    problems = check(text)

    assert problems or parse(text).holds({}) in {True, False}
    for problem in problems:
        assert 0 <= problem.position <= len(text)
        assert problem.line == text.count("\n", 0, problem.position) + 1
        assert text.split("\n")[problem.line - 1][: problem.column - 1].endswith(
            text[: problem.position].rpartition("\n")[2]
        )


def test_references_are_told() -> None:
    """An expression tells what it looks up, each once."""
    text = "worker.level > 3 AND (task.tags[0].name == worker.level OR 1 == 1) AND x IN ['y.z']"

    assert parse(text).references == {"worker.level", "task.tags[0].name", "x"}


def test_expressions_are_remembered_values() -> None:
    """The same text gives the same object, equal to its pickled twin."""
    expression = parse("level > 3")

    assert parse("level > 3") is expression
    assert pickle.loads(pickle.dumps(expression)) == expression  # noqa: S301 - our own
    assert repr(expression) == "Expression(text='level > 3')"
    assert isinstance(expression, Expression)
    assert expression != parse("level  > 3")


@pytest.mark.parametrize("value", [None, 7, b"1==1", ["1==1"]])
@pytest.mark.parametrize("read", [parse, check])
def test_only_a_text_is_read(read: object, value: object) -> None:
    """What is no text is a wrong argument."""
    with pytest.raises(InvalidArgumentError) as refused:
        read(value)  # type: ignore[operator]  # on purpose

    assert refused.value.argument == "text"
