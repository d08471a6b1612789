"""What the statistics of many workspaces look like in a terminal."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from attrs import define
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from taskrouter_async.models import Cached, WorkspaceRealTimeStatistics

_PAUSE_SECONDS: Final = 0.25
_UNBROKEN_SPACE: Final = "\N{NO-BREAK SPACE}"


@define
class Row:
    """One workspace as it was last seen.

    Attributes:
        cached: Its statistics.
        seen_at: When they were served, on the board's clock.
        trouble: Why there is nothing newer; empty while all is well.
    """

    cached: Cached[WorkspaceRealTimeStatistics]
    seen_at: float
    trouble: str = ""

    def age(self, now: float) -> float:
        """Return how old the statistics are now, in seconds."""
        return self.cached.status.age + now - self.seen_at


class Board:
    """The workspaces in the order in which they were asked for.

    Args:
        workspace_sids: The workspaces, those that were never seen included.
        clock: Seconds that never run backwards; figures grow old by it.
    """

    def __init__(
        self, workspace_sids: Iterable[str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rows: dict[str, Row | None] = dict.fromkeys(workspace_sids)
        self._clock = clock

    def show(self, sid: str, cached: Cached[WorkspaceRealTimeStatistics]) -> None:
        """Put up what was just served for a workspace."""
        self._rows[sid] = Row(cached, self._clock())

    def mark(self, sid: str, trouble: str) -> None:
        """Say why a workspace has nothing newer."""
        row = self._rows[sid]
        if row is not None:
            row.trouble = trouble

    def table(self, title: str) -> Table:
        """Return the board as a table."""
        # Within 80 columns the figures keep theirs, and the workers are stacked in the rest.
        table = Table(
            title=title, title_justify="left", box=SIMPLE_HEAD, padding=0, show_edge=False
        )
        table.add_column("Workspace", no_wrap=True)
        for name in ("Pending", "Reserved", "Assigned", "Wrapping", "Longest\nwait", "Age"):
            table.add_column(name, justify="right", no_wrap=True)
        table.add_column("Workers")
        for sid, row in self._rows.items():
            table.add_row(_short(sid), *(self._cells(row) if row else ()))
        return table

    def _cells(self, row: Row) -> Iterator[str | Text]:
        yield from self._figures(row)
        # Text, because names and reasons are not ours and may look like markup.
        workers = ", ".join(each.replace(" ", _UNBROKEN_SPACE) for each in _workers(row))
        yield Text(f"{workers}\n{row.trouble}" if row.trouble else workers)

    def _figures(self, row: Row) -> tuple[str, ...]:
        statistics = row.cached.value
        tasks = statistics.tasks_by_status
        return (
            str(tasks.pending),
            str(tasks.reserved),
            str(tasks.assigned),
            str(tasks.wrapping),
            f"{statistics.longest_task_waiting_age} s",
            f"{row.age(self._clock()):.1f} s",
        )

    def lines(self) -> Iterator[str]:
        """Yield the board line by line, for logs and pipes."""
        for sid, row in self._rows.items():
            if row is None:
                continue
            pending, reserved, assigned, wrapping, longest, age = self._figures(row)
            trouble = f" ({row.trouble})" if row.trouble else ""
            yield (
                f"{_short(sid)}  pending {pending}  reserved {reserved}  assigned {assigned}  "
                f"wrapping {wrapping}  longest wait {longest}  age {age}  "
                f"workers {', '.join(_workers(row))}{trouble}"
            )

    async def display(self, console: Console, title: Callable[[], str], every: float) -> None:
        """Show the board until cancelled: live in a terminal, as lines elsewhere.

        Args:
            console: Where to show it.
            title: Gives the line above the table.
            every: Seconds between two rounds of lines.
        """
        if console.is_interactive:
            await self._display_live(console, title)
        else:
            await self._display_lines(console, every)

    async def _display_lines(self, console: Console, every: float) -> None:
        # A moment behind each look, so that what it brought is shown while it is new.
        await asyncio.sleep(min(_PAUSE_SECONDS, every / 2))
        while True:
            for line in self.lines():
                console.print(line, markup=False, highlight=False, soft_wrap=True)
            await asyncio.sleep(every)

    async def _display_live(self, console: Console, title: Callable[[], str]) -> None:
        with Live(self.table(title()), console=console, auto_refresh=False) as live:
            while True:
                await asyncio.sleep(_PAUSE_SECONDS)
                live.update(self.table(title()), refresh=True)


def _short(sid: str) -> str:
    return f"{sid[:6]}…{sid[-4:]}"


def _workers(row: Row) -> list[str]:
    return [
        f"{activity.friendly_name} {activity.workers}"
        for activity in row.cached.value.activity_statistics
    ]
