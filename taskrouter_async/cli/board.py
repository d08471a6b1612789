"""What the statistics of many workspaces look like in a terminal."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from attrs import define
from rich.console import Console
from rich.live import Live
from rich.table import Table

from taskrouter_async.models import Cached, TasksByStatus, WorkspaceRealTimeStatistics

_REDRAWS_PER_SECOND: Final = 4


@define
class Row:
    """One workspace as it was last seen.

    Attributes:
        cached: Its statistics.
        seen_at: When they were served, on this process's monotonic clock.
        trouble: Why there is nothing newer; empty while all is well.
    """

    cached: Cached[WorkspaceRealTimeStatistics]
    seen_at: float
    trouble: str = ""

    def age(self) -> float:
        """Return how old the statistics are now, in seconds."""
        return self.cached.status.age + time.monotonic() - self.seen_at


class Board:
    """The workspaces in the order in which they were asked for.

    Args:
        workspace_sids: The workspaces, those that were never seen included.
    """

    def __init__(self, workspace_sids: Iterable[str]) -> None:
        self._rows: dict[str, Row | None] = dict.fromkeys(workspace_sids)

    def show(self, sid: str, cached: Cached[WorkspaceRealTimeStatistics]) -> None:
        """Put up what was just served for a workspace."""
        self._rows[sid] = Row(cached, time.monotonic())

    def mark(self, sid: str, trouble: str) -> None:
        """Say why a workspace has nothing newer."""
        row = self._rows[sid]
        if row is not None:
            row.trouble = trouble

    def table(self, title: str) -> Table:
        """Return the board as a table."""
        table = Table(title=title, title_justify="left", expand=False)
        table.add_column("Workspace", no_wrap=True)
        for status in ("Pending", "Reserved", "Assigned", "Wrapping", "Longest wait", "Age"):
            table.add_column(status, justify="right")
        table.add_column("Workers")
        for sid, row in self._rows.items():
            table.add_row(_short(sid), *(_cells(row) if row else ()))
        return table

    def lines(self) -> Iterator[str]:
        """Yield the board line by line, for logs and pipes."""
        for sid, row in self._rows.items():
            if row is None:
                continue
            pending, reserved, assigned, wrapping, longest, age, workers = _cells(row)
            yield (
                f"{_short(sid)}  pending {pending}  reserved {reserved}  assigned {assigned}  "
                f"wrapping {wrapping}  longest wait {longest}  age {age}  workers {workers}"
            )

    async def display(self, console: Console, title: Callable[[], str], every: float) -> None:
        """Show the board until cancelled: live in a terminal, as lines elsewhere.

        Args:
            console: Where to show it.
            title: Gives the line above the table.
            every: Seconds between two rounds of lines.
        """
        if console.is_terminal:
            await self._display_live(console, title)
        while True:
            await asyncio.sleep(every)
            for line in self.lines():
                console.print(line, highlight=False, soft_wrap=True)

    async def _display_live(self, console: Console, title: Callable[[], str]) -> None:
        with Live(self.table(title()), console=console, auto_refresh=False) as live:
            while True:
                await asyncio.sleep(1 / _REDRAWS_PER_SECOND)
                live.update(self.table(title()), refresh=True)


def _short(sid: str) -> str:
    return f"{sid[:6]}…{sid[-4:]}"


def _cells(row: Row) -> tuple[str, ...]:
    statistics = row.cached.value
    tasks: TasksByStatus = statistics.tasks_by_status
    workers = ", ".join(
        f"{activity.friendly_name} {activity.workers}"
        for activity in statistics.activity_statistics
    )
    return (
        str(tasks.pending),
        str(tasks.reserved),
        str(tasks.assigned),
        str(tasks.wrapping),
        f"{statistics.longest_task_waiting_age} s",
        f"{row.age():.1f} s",
        f"{workers} ({row.trouble})" if row.trouble else workers,
    )
