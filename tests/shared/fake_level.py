"""A shared level in this process's memory, with switches for the troubles that a real one has."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Literal

from attrs import define, field

from taskrouter_async.shared_cache import Acquired, Level, Notice, Outcome

Trouble = Literal["down", "hang", "full"]


@define
class FakeServer:
    """What the levels of several processes have in common.

    Attributes:
        now: Its clock, in seconds.
        trouble: ``down``: every command fails at once. ``hang``: none is answered. ``full``: those
            fail that write.
        drops_notices: Whether nobody hears anything any more.
        garbage: What stands in the place of every value.
        commands: What was asked, in order.
    """

    now: Callable[[], float]
    trouble: Trouble | None = None
    drops_notices: bool = False
    garbage: bytes | None = None
    commands: list[str] = field(factory=list)
    values: dict[str, tuple[bytes, float]] = field(factory=dict)
    leases: dict[str, tuple[str, float]] = field(factory=dict)
    listeners: list["asyncio.Queue[Notice | None]"] = field(factory=list)

    async def enter(self, command: str, *, writes: bool = True) -> None:
        self.commands.append(command)
        await asyncio.sleep(0)
        if self.trouble == "hang":
            await asyncio.get_running_loop().create_future()
        if self.trouble == "down" or (self.trouble == "full" and writes):
            raise ConnectionError("no level")

    def value(self, name: str) -> tuple[bytes, int] | None:
        payload, until = self.values.get(name, (b"", 0.0))
        if self.garbage is not None:
            return self.garbage, 1000
        return (payload, self._left(until)) if self._left(until) > 0 else None

    def lease(self, name: str) -> tuple[str, int] | None:
        token, until = self.leases.get(name, ("", 0.0))
        return (token, self._left(until)) if self._left(until) > 0 else None

    def set_lease(self, name: str, token: str, lasts_ms: int) -> None:
        self.leases[name] = (token, self.now() + lasts_ms / 1000)

    def _left(self, until: float) -> int:
        return round((until - self.now()) * 1000)

    def publish(self, notice: Notice) -> None:
        for listener in () if self.drops_notices else self.listeners:
            listener.put_nowait(notice)

    def hang_up(self) -> None:
        """End all subscriptions."""
        for listener in self.listeners:
            listener.put_nowait(None)


@define
class FakeLevel:
    """One process's level; what it does is told by `Level`."""

    server: FakeServer
    closed: bool = False

    async def acquire(self, name: str, token: str, *, lease_ms: int, stale_ms: int) -> Acquired:
        await self.server.enter("acquire")
        value, left = self.server.value(name) or (None, 0)
        prefix = (value or b"").partition(b"|")[0]
        if prefix.isdigit() and left > max(int(prefix), stale_ms):
            return Acquired(Outcome.FRESH, value, left)
        lease = self.server.lease(name)
        if lease is None:
            self.server.set_lease(name, token, lease_ms)
            return Acquired(Outcome.WON, value, left)
        held, lasts = lease
        if held.startswith("!"):
            return Acquired(Outcome.COOLDOWN, value, left, lasts, held[1:])
        return Acquired(Outcome.BUSY, value, left, lasts)

    async def store(
        self, name: str, token: str, payload: bytes, *, lease_ms: int, hard_ms: int
    ) -> bool:
        await self.server.enter("store")
        held, lasts = self.server.lease(name) or ("", 0)
        if held != token:
            return False
        left_ms = hard_ms - (lease_ms - lasts)
        del self.server.leases[name]
        if left_ms > 0:
            self.server.values[name] = (payload, self.server.now() + left_ms / 1000)
        self.server.publish(Notice("put" if left_ms > 0 else "fail", name))
        return left_ms > 0

    async def fail(
        self,
        name: str,
        token: str,
        *,
        cooldown_ms: int,
        reason: str,
        drop: bool,
        asked: bool = True,
    ) -> bool:
        await self.server.enter("fail")
        if (self.server.lease(name) or ("", 0))[0] != token:
            return False
        self.server.set_lease(name, f"!{reason}", cooldown_ms)
        if drop:
            self.server.values.pop(name, None)
        self.server.publish(Notice("fail" if asked else "free", name))
        return True

    async def invalidate(self, name: str, sender: str) -> None:
        await self.server.enter("invalidate")
        self.server.values.pop(name, None)
        self.server.leases.pop(name, None)
        self.server.publish(Notice("invalidate", name, sender))

    async def subscribe(self) -> AsyncGenerator[Notice]:
        await self.server.enter("subscribe", writes=False)
        queue: asyncio.Queue[Notice | None] = asyncio.Queue()
        self.server.listeners.append(queue)
        try:
            yield Notice("listening")
            while (notice := await queue.get()) is not None:
                yield notice
        finally:
            self.server.listeners.remove(queue)

    async def aclose(self) -> None:
        self.closed = True


@define
class FakeShared:
    """The value that stands in a policy."""

    server: FakeServer
    key_secret: str = ""
    budget: float = 0.25
    make: Callable[[FakeServer], FakeLevel] = FakeLevel
    opened: list[FakeLevel] = field(factory=list)

    def open(self) -> Level:
        self.opened.append(self.make(self.server))
        return self.opened[-1]
