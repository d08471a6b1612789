"""The guard: a hit and a miss must not become more work unnoticed."""

from pathlib import Path

from benchmarks import guard


def test_a_rise_of_more_than_a_twentieth_is_told_with_both_figures() -> None:
    """Five percent are allowed, the next call is not."""
    before = {"a hit": 20, "a miss": 300}
    assert guard.risen(before, {"a hit": 21, "a miss": 315}) == []
    assert guard.risen(before, {"a hit": 22, "a miss": 200}) == [
        "a hit: 22 calls, and 20 were recorded"
    ]


def test_what_was_never_recorded_cannot_rise() -> None:
    """A path that is new is recorded before it is compared."""
    assert guard.risen({}, {"a hit": 1000}) == []


def test_recording_keeps_what_other_pythons_counted(tmp_path: Path) -> None:
    """Each Python has counts of its own in one file."""
    path = tmp_path / "counts.json"
    assert guard.recorded(path) == {}
    path.write_text('{"2.7": {"a hit": 1}}')
    guard.record({"a hit": 2}, path)
    assert guard.recorded(path) == {"2.7": {"a hit": 1}, guard.this_python(): {"a hit": 2}}
