"""A SID is checked before it becomes part of an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskrouter_async._protocol.sids import checked_sid
from taskrouter_async.errors import InvalidArgumentError


@given(st.from_regex(r"WS[0-9a-fA-F]{32}", fullmatch=True))
def test_a_sid_of_its_kind_is_returned_as_it_is(sid: str) -> None:
    """Two letters and 32 hexadecimal digits of either case are a SID."""
    assert checked_sid(sid, prefix="WS", argument="sid") == sid


@pytest.mark.parametrize(
    "sid",
    [
        "",
        "WS",
        "WS" + "1" * 31,
        "WS" + "1" * 33,
        "WS" + "1" * 32 + "\n",
        "ws" + "1" * 32,
        "WT" + "1" * 32,
        "WS" + "g" * 32,
        "WS" + "\N{ARABIC-INDIC DIGIT ONE}" * 32,
        "WS../../Accounts" + "1" * 18,
        "WS%2e%2e%2f" + "1" * 23,
        "WS" + "1" * 30 + "?x",
    ],
)
def test_anything_else_is_refused(sid: str) -> None:
    """Neither another kind, nor a newline at the end, nor a way to another path goes through."""
    with pytest.raises(InvalidArgumentError, match="workspace must be WS") as refused:
        checked_sid(sid, prefix="WS", argument="workspace")

    assert refused.value.argument == "workspace"


@pytest.mark.parametrize("sid", [None, 7, b"WS" + b"1" * 32])
def test_what_is_no_text_is_refused(sid: object) -> None:
    """Bytes and numbers are refused like a malformed SID."""
    with pytest.raises(InvalidArgumentError):
        checked_sid(sid, prefix="WS", argument="sid")  # type: ignore[arg-type]  # on purpose


@given(st.text())
def test_nothing_that_could_change_an_address_is_returned(text: str) -> None:
    """Whatever is returned consists of letters and digits only."""
    try:
        sid = checked_sid(text, prefix="WS", argument="sid")
    except InvalidArgumentError:
        return
    assert sid.isascii()
    assert sid.isalnum()
