"""A window of the past, and what it says about tasks."""

from collections.abc import Sequence

from attrs import evolve, frozen

from taskrouter_async.sandbox.state.fields import Fields
from taskrouter_async.sandbox.state.journal import Event
from taskrouter_async.sandbox.state.records import TaskChannel
from taskrouter_async.sandbox.state.timeline import wire_date
from taskrouter_async.sandbox.state.workspace import Workspace
from taskrouter_async.sandbox.statistics import cumulative
from taskrouter_async.sandbox.statistics.durations import Figures
from taskrouter_async.sandbox.statistics.splits import split, thresholds
from taskrouter_async.sandbox.statistics.window import Window


@frozen(eq=False)
class Past:
    """What happened to tasks within a window.

    Attributes:
        window: From when to when.
        events: All of it on the channel that was asked for, oldest first.
        thresholds: The waiting times by which to split; None is not to split.
    """

    window: Window
    events: Sequence[Event]
    thresholds: tuple[int, ...] | None = None

    @classmethod
    def asked(cls, workspace: Workspace, query: Fields, channel: TaskChannel | None) -> "Past":
        """Return the past that a caller asks about, for figures that are not split.

        Args:
            workspace: Whose past.
            query: What was sent.
            channel: Whose tasks count; None is all.

        Raises:
            RefusalError: The window cannot be used.
        """
        window = Window.asked(query, workspace.now)
        events = workspace.journal.between(window.start, window.last)
        return cls(window, cumulative.on_channel(events, channel.sid if channel else None))

    def split_as_asked(self, query: Fields) -> "Past":
        """Return the same, to be split by the waiting times that a caller asks for.

        Raises:
            RefusalError: They cannot be used.
        """
        return evolve(self, thresholds=thresholds(query))

    def dates(self) -> Figures:
        """Return both ends of the window, as the service writes them."""
        return {
            "start_time": wire_date(self.window.start),
            "end_time": wire_date(self.window.end),
        }

    def figures(self, events: Sequence[Event], kind: cumulative.Kind) -> Figures:
        """Return the figures of some of the events, as cumulative statistics have them."""
        in_queue = cumulative.waits_in_queue(events) if kind.in_queue else {}
        times = self.thresholds
        return {
            **self.dates(),
            **cumulative.counts(events, kind.sources),
            **cumulative.waits(events),
            **in_queue,
            "split_by_wait_time": None if times is None else split(events, times),
        }

    def combined(self, events: Sequence[Event], kind: cumulative.Kind) -> Figures:
        """Return the same with what only combined statistics have; no split unless asked for."""
        figures = self.figures(events, kind)
        if self.thresholds is None:
            del figures["split_by_wait_time"]
        return {**figures, **cumulative.counts(events, cumulative.UNDOCUMENTED)}
