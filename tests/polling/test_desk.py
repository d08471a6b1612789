"""What the consumer is told."""

from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st
from polling.figures import Figures, Handle, status

from taskrouter_async.errors import ServerError
from taskrouter_async.models import Cached
from taskrouter_async.polling import Update
from taskrouter_async.polling._desk import Desk, Post
from taskrouter_async.polling._facts import changed_members

_OUTCOMES = st.lists(
    st.tuples(
        st.integers(0, 2),  # the handle
        st.integers(0, 9) | st.none(),  # when the answer was asked for, or an error
        st.booleans(),  # whether the consumer comes by
    ),
    max_size=60,
)


def come_by(desk: Desk[Figures]) -> list[Update[Figures]]:
    """Take all that there is."""
    return list(iter(lambda: desk.take(100.0), None))


@given(outcomes=_OUTCOMES, changed_only=st.booleans())
def test_the_consumer_never_sees_an_older_value_after_a_newer(
    outcomes: list[tuple[int, int | None, bool]], *, changed_only: bool
) -> None:
    """Answers in any order, errors between them, a consumer who comes now and then.

    For each handle the values only get newer, at most one update waits, none is lost without being
    counted, and the last one tells how things stand.
    """
    desk = Desk[Figures](changed_only=changed_only)
    posts = [Post(Handle(), place) for place in range(3)]
    seen = [come_by(desk)]
    marks = [0, 0, 0]

    for place, asked_at, comes in outcomes:
        post = posts[place]
        post.error = ServerError("503") if asked_at is None else None
        if asked_at is not None:
            post.keep(Cached(Figures(asked_at), status()), float(asked_at))
        desk.mark(post)
        marks[place] += 1
        assert len(desk) <= len(posts)
        if comes:
            seen.append(come_by(desk))
    seen.append(come_by(desk))

    for place, post in enumerate(posts):
        updates = [each for visit in seen for each in visit if each.handle is post.handle]
        values = [update.value.waiting for update in updates if update.value is not None]
        assert values == sorted(values)
        assert [update.age for update in updates if update.value] == [100.0 - v for v in values]
        if not changed_only:
            assert sum(update.missed + 1 for update in updates) == marks[place]
        if updates:
            assert updates[-1].value == post.value
            assert (updates[-1].error is None) == (post.error is None)


def test_all_members_are_new_at_first() -> None:
    """The first value differs from nothing in everything that counts for equality."""
    assert changed_members(None, Figures()) == {"waiting", "working"}


def test_only_members_that_differ_are_named() -> None:
    """What is equal is not named, and what does not count for equality neither."""
    before, now = Figures(1, 2), Figures(3, 2)
    assert changed_members(before, now) == {"waiting"}
    assert changed_members(before, before) == frozenset()
    assert changed_members(before, Figures(1, 2)) == frozenset()
    object.__setattr__(now, "raw", b"{}")
    assert changed_members(Figures(3, 2), now) == frozenset()


@frozen
class _Other:
    working: int = 0


def test_another_kind_is_new_in_everything() -> None:
    """Members of another class are not compared."""
    assert changed_members(Figures(), _Other()) == {"working"}


def test_a_value_without_members_changes_as_a_whole() -> None:
    """Handles of one's own may answer with anything."""
    assert changed_members(None, 1) == {"value"}
    assert changed_members(1, 2) == {"value"}
    assert changed_members(1000, int("1000")) == frozenset()
