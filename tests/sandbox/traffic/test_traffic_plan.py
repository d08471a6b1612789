"""The figures of a traffic: what they mean, and which make no sense."""

import pytest

from taskrouter_async.sandbox import ChannelTraffic, Traffic


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("workers", -1),
        ("workers", 2.5),
        ("workers", True),
        ("occupancy", 1.1),
        ("occupancy", float("nan")),
        ("tasks_per_hour", -1),
        ("important_share", -0.1),
        ("overflow_seconds", 0),
        ("reservation_seconds", 86_401),
        ("patience_seconds", 0.5),
        ("present_share", 0),
        ("shift_seconds", 59),
        ("pause_seconds", -1),
    ],
)
def test_a_figure_that_makes_no_sense_is_named(name: str, value: float) -> None:
    """Each figure has its limits, and the error says which one is wrong and what it may be."""
    with pytest.raises(ValueError, match=rf"^{name} must be .*, not "):
        Traffic(**{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"), [("share", -1), ("capacity", 0), ("capacity", 51), ("handling_seconds", 0)]
)
def test_a_channels_figures_have_limits_too(name: str, value: float) -> None:
    """A channel has a share, a capacity of 1 to 50, and a time that work takes."""
    with pytest.raises(ValueError, match=rf"^{name} must be "):
        ChannelTraffic(**{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("channels", [{}, {"voice": ChannelTraffic(share=0.0)}])
def test_there_is_a_channel_to_arrive_on(channels: dict[str, ChannelTraffic]) -> None:
    """Without a channel that gets something, no task could arrive."""
    with pytest.raises(ValueError, match="channels must hold one with a share above 0"):
        Traffic(channels=channels)


@pytest.mark.parametrize("skills", [(), ("a", "A"), ("",), (" ",), ("x" * 33,)])
def test_skills_are_different_names(skills: tuple[str, ...]) -> None:
    """Each skill names a queue, so there is one at least and none twice."""
    with pytest.raises(ValueError, match=r"^skills must be "):
        Traffic(skills=skills)


def test_no_more_offers_are_missed_than_are_made() -> None:
    """Declined and ignored offers together are all offers at most."""
    Traffic(rejected_share=0.5, ignored_share=0.5)

    with pytest.raises(ValueError, match="must not be more than 1 together"):
        Traffic(rejected_share=0.6, ignored_share=0.5)


def test_as_many_tasks_arrive_as_are_asked_for() -> None:
    """``tasks_per_hour`` counts, whatever the workers can do."""
    assert Traffic(workers=1, tasks_per_hour=500).expected_tasks_per_hour == 500
    assert Traffic(tasks_per_hour=0).expected_tasks_per_hour == 0


def test_as_many_tasks_arrive_as_fit() -> None:
    """Otherwise the busiest channel decides: so much of its capacity is to be in use."""
    traffic = Traffic(
        workers=10,
        occupancy=0.5,
        channels={
            "voice": ChannelTraffic(share=1, handling_seconds=90),
            "chat": ChannelTraffic(share=1, capacity=4, handling_seconds=90),
        },
        pick_up_seconds=4,
        wrap_up_seconds=6,
        present_share=1,
        pause_seconds=0,
    )

    # Ten people take 36 calls of 100 seconds an hour each; half of that, and as many chats.
    assert traffic.expected_tasks_per_hour == pytest.approx(0.5 * 10 * 36 * 2)


def test_a_traffic_is_a_value() -> None:
    """Equal figures are equal traffic; what was handed in can be changed without effect."""
    channels = {"voice": ChannelTraffic()}
    traffic = Traffic(channels=channels)

    channels["chat"] = ChannelTraffic()

    assert traffic == Traffic(channels={"voice": ChannelTraffic()})
    assert hash(traffic) == hash(Traffic(channels={"voice": ChannelTraffic()}))
    assert "chat" not in traffic.channels
