"""The command: what it plays, what it writes, and how it ends."""

import pytest

from benchmarks import report
from benchmarks.__main__ import STOPPED, Play, main
from benchmarks.harness import CannotPlayError, Outcome

OUTCOME = Outcome(())


def play(_name: str, _scale: float) -> Outcome:
    """Find nothing, at once."""
    return OUTCOME


def ended(name: str, error: BaseException) -> Play:
    """Return what plays all but one scenario, which ends with an error."""

    def play_or_end(played: str, _scale: float) -> Outcome:
        if played == name:
            raise error
        return OUTCOME

    return play_or_end


def run(*given: str, play: Play = play) -> tuple[int, list[str]]:
    """Return how a run ends, and the scenarios of which it wrote something."""
    written: list[str] = []

    def keep(played: report.Document) -> None:
        written.extend(played)

    return main(given, play, keep), written


@pytest.mark.parametrize(
    ("options", "written"),
    [
        ([], ["hit", "miss"]),
        (["--scale", "2"], ["hit", "miss"]),
        (["--scale", "0.5"], []),
        (["--scale", "0.5", "--keep"], ["hit", "miss"]),
        (["--no-docs"], []),
        (["--no-docs", "--scale", "0.5"], []),
    ],
)
def test_only_whole_runs_are_written_unless_it_is_wished(
    options: list[str], written: list[str]
) -> None:
    """A look in between replaces no figure that was published."""
    assert run("hit", "miss", *options) == (0, written)


def test_what_is_long_is_played_when_it_is_named() -> None:
    """By default a run is for everybody: it needs no redis-server and no quarter of an hour."""
    assert not {"fleet", "soak"} & set(run()[1])
    assert run("fleet") == (0, ["fleet"])


def test_the_list_marks_what_is_played_only_when_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever looks at the list sees which two are left out."""
    assert run("--list") == (0, [])
    lines = capsys.readouterr().out.splitlines()
    marked = [line.split()[0] for line in lines if line.endswith("(only when named)")]
    assert marked == ["fleet", "soak"]


def test_what_was_finished_before_ctrl_c_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    """The run ends as a shell expects it, and nothing that was finished is lost."""
    assert run("hit", "miss", "calls", play=ended("miss", KeyboardInterrupt())) == (
        STOPPED,
        ["hit"],
    )
    out = capsys.readouterr().out
    assert "stopped in miss" in out
    assert "kept: hit" in out


def test_nothing_is_said_to_be_kept_where_nothing_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither before anything was finished, nor in a run that is not written."""
    assert run("hit", play=ended("hit", KeyboardInterrupt())) == (STOPPED, [])
    assert run("hit", "miss", "--no-docs", play=ended("miss", KeyboardInterrupt())) == (STOPPED, [])
    assert "kept" not in capsys.readouterr().out


def test_what_cannot_be_played_says_why_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback: nothing is wrong with the program; the others are played all the same."""
    missing = CannotPlayError("redis-server is not on the PATH")

    assert run("fleet", "hit", play=ended("fleet", missing)) == (1, ["hit"])
    told = capsys.readouterr()
    assert "fleet cannot be played: redis-server is not on the PATH" in told.out
    assert not told.err


def test_a_failure_is_shown_and_the_others_are_played(capsys: pytest.CaptureFixture[str]) -> None:
    """One that breaks takes nobody else's figures with it."""
    assert run("hit", "miss", play=ended("hit", ValueError("odd"))) == (1, ["miss"])
    assert "ValueError: odd" in "".join(capsys.readouterr())


@pytest.mark.parametrize("scale", ["nan", "0", "-1", "inf", "much"])
def test_a_scale_is_a_number_above_zero(scale: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is none is refused before anything is played."""
    with pytest.raises(SystemExit):
        main(["hit", "--scale", scale])
    assert f"{scale} is not a number above 0, and finite" in capsys.readouterr().err
