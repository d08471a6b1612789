"""What the shared level holds is read with suspicion: nothing raises, nothing foreign is served."""

import json
from collections.abc import Callable

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from shared.fleet import NAME, OPERATION, OWNER, POLICY, SIDS, answer
from support import OTHER_ACCOUNT_SID

from taskrouter_async._cache.aftermath import Counters
from taskrouter_async._cache.envelope import Address, Letter, RefusedError, seal, unseal
from taskrouter_async._cache.names import Names, Owner
from taskrouter_async._cache.post import Post
from taskrouter_async._level import Acquired, Outcome
from taskrouter_async._protocol.operation import Call

NAMES = Names(OWNER, "")
ADDRESS = Address(NAME, NAMES.account)
BODY = answer(7).body
LIMIT = 4096
TOKEN = "0" * 32
GOOD = seal(Letter(BODY, 0, 5000, 65_000), ADDRESS, TOKEN)


def _with(**changes: object) -> bytes:
    envelope = json.loads(GOOD.partition(b"|")[2]) | changes
    return b"60000|" + json.dumps(envelope).encode()


def test_what_is_sealed_can_be_unsealed() -> None:
    """The body is what it was, to the byte; what is missing of its time is its age."""
    letter = unseal(GOOD, 63_000, ADDRESS, LIMIT)

    assert letter == Letter(BODY, 2000, 5000, 65_000)


@given(body=st.text(st.characters(codec="utf-8")), fresh=st.integers(0, 10**6))
def test_any_text_survives_the_way(body: str, fresh: int) -> None:
    """Quotes, line breaks and every alphabet."""
    value = seal(Letter(body.encode(), 0, fresh, 10**6), ADDRESS, TOKEN)

    assert unseal(value, 10**6, ADDRESS, 10**6).body == body.encode()


@pytest.mark.parametrize(
    ("value", "value_ms", "reason"),
    [
        (b"", 1000, "envelope"),
        (b"60000|", 1000, "envelope"),
        (b"60000|[]", 1000, "envelope"),
        (b"60000|" + b"[" * 5000, 1000, "envelope"),
        (b"60000|\xff\xfe", 1000, "envelope"),
        (GOOD[1:].replace(b"0000|", b"x|"), 1000, "envelope"),
        (GOOD.replace(b"60000|", b"9" * 4000 + b"|"), 1000, "envelope"),
        (GOOD.replace(b"60000|", "٣|".encode()), 1000, "envelope"),
        (_with(b=None), 1000, "envelope"),
        (_with(b="\ud800"), 1000, "envelope"),
        (_with(h="65000"), 1000, "envelope"),
        (_with(h=True), 1000, "envelope"),
        (_with(f=2), 1000, "version"),
        (_with(s=2), 1000, "version"),
        (_with(k="f" * 32), 1000, "name"),
        (_with(a="f" * 32), 1000, "account"),
        (_with(b="x" * 5000), 1000, "size"),
        (b"60000|" + b" " * 10_000, 1000, "size"),
        (GOOD, -1, "times"),
        (GOOD, 65_001, "times"),
        (_with(h=1000), 1000, "times"),
        (_with(h=10**11 + 1), 1000, "times"),
        (_with(h=10**400), 1000, "times"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_reason(
    value: bytes, value_ms: int, reason: str
) -> None:
    """Each way in which a value can be wrong has a name."""
    with pytest.raises(RefusedError) as refused:
        unseal(value, value_ms, ADDRESS, LIMIT)

    assert refused.value.reason == reason


def _broken() -> st.SearchStrategy[bytes]:
    """Return values as chance, another release, another key or another account would leave them."""
    json_values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=5,
    )
    changed = st.dictionaries(st.sampled_from("fskahb"), json_values, min_size=1).map(
        lambda changes: _with(**changes)
    )
    cut = st.integers(0, len(GOOD) - 1).map(lambda end: GOOD[:end])
    flipped = st.tuples(st.integers(0, len(GOOD) - 1), st.integers(1, 255)).map(
        lambda each: GOOD[: each[0]] + bytes([GOOD[each[0]] ^ each[1]]) + GOOD[each[0] + 1 :]
    )
    return st.one_of(st.binary(), changed, cut, flipped, st.just(GOOD))


def _read(value: bytes, value_ms: int, owner: Owner = OWNER) -> object:
    post = Post(owner, Names(owner, ""), POLICY, Counters(), None, lambda: 1e9)
    acquired = Acquired(Outcome.WON, value, value_ms)
    call = Call(OPERATION, SIDS)
    return post.read(NAME, call, acquired, 5.0, sent_at=1000.0)


@given(value=_broken(), value_ms=st.integers(-2, 2**63))
def test_nothing_raises_and_nothing_foreign_is_served(value: bytes, value_ms: int) -> None:
    """Whatever stands in the level: it is nothing, or an answer of this account to this call."""
    entry = _read(value, value_ms)

    if entry is not None:
        assert entry.value.account_sid == OWNER.account_sid  # type: ignore[attr-defined]
        assert ("WorkspaceSid", entry.value.workspace_sid) in SIDS  # type: ignore[attr-defined]
        assert entry.fresh_until <= 1005.0  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "owner",
    [
        Owner(OWNER.base_url, OTHER_ACCOUNT_SID, OTHER_ACCOUNT_SID),
    ],
)
def test_another_account_reads_nothing(owner: Owner) -> None:
    """Even under the very name that it asked for."""
    assert _read(GOOD, 1000, owner) is None


def test_an_answer_about_something_else_is_refused() -> None:
    """The envelope may fit, and the body still be about another workspace."""
    foreign = answer(1, workspace_sid="WS" + "9" * 32)
    value = seal(Letter(foreign.body, 0, 5000, 65_000), ADDRESS, TOKEN)

    assert _read(value, 1000) is None


@pytest.mark.parametrize("change", [lambda _: b"", lambda body: body * 1000])
def test_what_cannot_be_shared_is_not_written(change: Callable[[bytes], bytes]) -> None:
    """No body, or one that is too long, and nothing goes on its way."""
    entry = _read(GOOD, 65_000)
    post = Post(OWNER, NAMES, POLICY, Counters(), None, lambda: 1e9)

    assert post.write(NAME, TOKEN, entry, change(BODY), 1000.0) is None  # type: ignore[arg-type]
    assert post.write(NAME, TOKEN, entry, BODY, 1065.0) is None  # type: ignore[arg-type]
    endless = evolve(entry, dead_at=1e9)  # type: ignore[misc]
    assert post.write(NAME, TOKEN, endless, BODY, 1001.0) is None  # type: ignore[arg-type]
    assert post.write(NAME, TOKEN, entry, BODY, 1001.0) is not None  # type: ignore[arg-type]
