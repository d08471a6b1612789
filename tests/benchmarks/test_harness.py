"""Turns, ratios and targets: how contestants are compared."""

from benchmarks.harness import Target, compared, ratio, take_turns


def test_everybody_plays_each_round_and_the_first_does_not_count() -> None:
    """Two contestants play three rounds that count, and one before them."""
    played: list[str] = []

    def playing(name: str) -> float:
        played.append(name)
        return float(len(played))

    samples = take_turns({"a": lambda: playing("a"), "b": lambda: playing("b")}, 3)
    assert [sorted(played[number : number + 2]) for number in range(0, 8, 2)] == [["a", "b"]] * 4
    assert [len(costs) for costs in samples.values()] == [3, 3]
    assert min(*samples["a"], *samples["b"]) > 2


def test_a_ratio_is_taken_round_by_round() -> None:
    """A machine that becomes slower for everybody changes no ratio."""
    times = ratio({"ours": [2.0, 20.0, 200.0], "bare": [1.0, 10.0, 100.0]}, "ours", "bare")
    assert (times.median, times.low, times.high) == (2.0, 2.0, 2.0)


def test_a_table_puts_all_beside_one_of_them() -> None:
    """Each row has the median, the ratio and its middle half."""
    samples = {"bare": [1.0, 2.0, 3.0], "ours": [2.0, 4.0, 6.0]}
    table = compared("A request", "µs", samples, base="bare")
    assert table.columns == ("", "µs", "÷ bare", "middle half")
    assert table.rows == (("bare", 2.0, 1.0, "1.00-1.00"), ("ours", 4.0, 2.0, "2.00-2.00"))


def test_a_target_is_the_most_or_the_least() -> None:
    """What must not be more is met below, what must not be less above."""
    assert Target("cost", 1.1, 1.1).is_met
    assert not Target("cost", 1.1, 1.2).is_met
    assert Target("rate", 100.0, 120.0, at_least=True).is_met
    assert not Target("rate", 100.0, 80.0, at_least=True).is_met
