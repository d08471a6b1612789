"""The sandbox's server: real HTTP on loopback."""

import random
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType, TracebackType
from typing import Final, Self

from aiohttp import web

from taskrouter_async.sandbox.administration import PREFIX, Administration
from taskrouter_async.sandbox.api.table import all_routes
from taskrouter_async.sandbox.callbacks import Callbacks, CallbackTimeouts
from taskrouter_async.sandbox.clock import VIRTUAL_START, Clock, Kind
from taskrouter_async.sandbox.faults import Fault, Faults, Latency
from taskrouter_async.sandbox.logins import Logins
from taskrouter_async.sandbox.pipeline import Pipeline
from taskrouter_async.sandbox.rates import RateLimits, rates_of
from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.settings.workspaces import found
from taskrouter_async.sandbox.state.workspace import Alert
from taskrouter_async.sandbox.timekeeper import Timekeeper
from taskrouter_async.sandbox.traffic import Simulation, Traffic
from taskrouter_async.sandbox.traffic.simulation import Simulations
from taskrouter_async.sandbox.world import SandboxAccount, World

_LOOPBACK: Final = "127.0.0.1"
_VENDORS_TIMEOUTS: Final = CallbackTimeouts()


class Sandbox:
    """Serve a TaskRouter of your own: its whole API, with state and routing.

    Enter it with ``async with``, or call :meth:`start` and :meth:`aclose`. Nothing happens in it
    but what was asked for, until :meth:`simulate` lets people call.

    Args:
        workspaces: How many workspaces each account begins with, 0 or more. They are made from the
            vendor's template FIFO: three activities, five channels, a queue and a workflow.
        accounts: How many accounts there are, 1 or more.
        seed: The same seed and the same requests make the same SIDs and the same events.
        latency: Seconds that pass before each answer: the shortest way to order that fault.
        port: Where to listen; 0 takes a free one.
        clock: ``system`` runs by itself; ``virtual`` stands still until :meth:`advance`.
        start: The first moment of the sandbox's time, with a zone; it runs on from there. Left
            out, it is now, or for a virtual clock Monday 2026-01-05 09:00 UTC.
        monotonic: Seconds that never run backwards, for a clock that runs by itself.
        rate_limits: Whether requests beyond the vendor's limits are refused, or beyond others.
        callback_timeouts: How long the receivers of callbacks may take.
        callbacks_beyond_loopback: Whether callbacks go to other machines, too.

    Raises:
        ValueError: An argument cannot be used.
    """

    def __init__(  # noqa: PLR0913 - each says something else, and by its name
        self,
        *,
        workspaces: int = 12,
        accounts: int = 1,
        seed: int = 0,
        latency: float = 0.0,
        port: int = 0,
        clock: Kind = "system",
        start: datetime | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        rate_limits: bool | RateLimits = False,
        callback_timeouts: CallbackTimeouts = _VENDORS_TIMEOUTS,
        callbacks_beyond_loopback: bool = False,
    ) -> None:
        _check(workspaces, accounts, clock, start)
        moment = _first_moment(clock, start)
        self._world = World.draw(seed=seed, accounts=accounts, now=moment)
        self._time = Timekeeper(Clock(clock, moment, monotonic), self._world.timeline)
        self._callbacks = Callbacks(
            auth_tokens={each.account_sid: each.auth_token for each in self.accounts},
            timeouts=callback_timeouts,
            beyond_loopback=callbacks_beyond_loopback,
            one_by_one=clock == "virtual",
            catch_up=self._time.catch_up,
            changed=self._time.wake_up,
        )
        self._world.founded.append(self._callbacks.watch)
        for account in self.accounts:
            for number in range(1, workspaces + 1):
                found(self._world, account.account_sid, f"Workspace {number}", template="FIFO")
        self._simulations = Simulations()
        self._faults = Faults(random.Random(f"faults of {seed}"))
        if latency:
            self._faults.add(Fault(Latency(latency)))
        self._port = port
        self._base_url = ""
        logins = Logins(self._world)
        self._pipeline = Pipeline(
            self._world,
            all_routes(),
            self._time.catch_up,
            logins,
            self._faults,
            rates_of(rate_limits),
        )
        self._administration = Administration(
            self._world, logins, self._faults, self._pipeline.counts, self._time, self.advance
        )
        self._runner: web.ServerRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def start(self) -> None:
        """Begin to listen; one that listens already is left alone.

        Raises:
            OSError: The port is taken.
        """
        if self._runner is not None:
            return
        server = web.Server(self._serve, access_log=None)
        self._runner = web.ServerRunner(server, keepalive_timeout=75.0, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, _LOOPBACK, self._port).start()
        port = self._runner.addresses[0][1]
        self._base_url = f"http://{_LOOPBACK}:{port}"
        self._callbacks.open()
        self._time.start()

    async def aclose(self) -> None:
        """Stop listening; doing so twice is fine. What the sandbox knows stays as it is."""
        self._time.stop()
        await self._callbacks.aclose()
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    @property
    def base_url(self) -> str:
        """Where the sandbox listens; empty before it does."""
        return self._base_url

    @property
    def accounts(self) -> tuple[SandboxAccount, ...]:
        """All accounts."""
        return self._world.accounts

    @property
    def account_sid(self) -> str:
        """The first account."""
        return self.accounts[0].account_sid

    @property
    def auth_token(self) -> str:
        """The first account's auth token."""
        return self.accounts[0].auth_token

    @property
    def workspace_sids(self) -> tuple[str, ...]:
        """The first account's workspaces as they are now, oldest first."""
        return self.accounts[0].workspace_sids

    def task_queue_sids(self, workspace_sid: str) -> tuple[str, ...]:
        """Return the task queues of a workspace, of whichever account.

        Raises:
            LookupError: There is no such workspace.
        """
        return tuple(self._floor(workspace_sid).workspace.task_queues)

    def workflow_sids(self, workspace_sid: str) -> tuple[str, ...]:
        """Return the workflows of a workspace, of whichever account.

        Raises:
            LookupError: There is no such workspace.
        """
        return tuple(self._floor(workspace_sid).workspace.workflows)

    @property
    def request_counts(self) -> Mapping[str, int]:
        """How often each path was asked for; beyond ten thousand, new ones are ``others``."""
        return MappingProxyType(self._pipeline.counts)

    @property
    def now(self) -> datetime:
        """The sandbox's present."""
        return datetime.fromtimestamp(self._time.clock(), UTC)

    @property
    def faults(self) -> Faults:
        """What goes wrong on order."""
        return self._faults

    def alerts(self, workspace_sid: str) -> tuple[Alert, ...]:
        """Return what the vendor would complain about in its console, oldest first.

        Raises:
            LookupError: There is no such workspace.
        """
        return tuple(self._floor(workspace_sid).workspace.alerts)

    def simulate(
        self,
        traffic: Traffic = Traffic(),  # noqa: B008 - frozen
        *,
        workspace_sids: Iterable[str] | None = None,
    ) -> Simulation:
        """Let tasks arrive, and workers take them, from now on.

        Each workspace gets what a contact centre needs: queues by skill, a workflow, workers with
        skills and capacities. What is there already by these names is used as it is. From then on
        tasks arrive, are offered, accepted, declined or missed, and finished; workers come, pause
        and go. The same seed makes the same things happen.

        A new centre is empty; ``await sandbox.advance(900)`` brings it into full swing. Of time
        that has passed by itself the last 15 minutes are played, and no more: a process that was
        held for a night would be busy for long with what nobody saw.

        Args:
            traffic: How much is going on.
            workspace_sids: Where; left out, in all workspaces of all accounts.

        Returns:
            What ends it.

        Raises:
            LookupError: There is no such workspace.
            ValueError: A workspace has traffic already, or cannot hold what this one needs.
        """
        if workspace_sids is None:
            floors = [each for owned in self._world.floors.values() for each in owned.values()]
        else:
            floors = [self._floor(sid) for sid in workspace_sids]
        if self._runner is not None:
            self._time.catch_up()
        simulation = self._simulations.begin(floors, traffic)
        self._time.wake_up()
        return simulation

    async def advance(self, seconds: float) -> None:
        """Put the sandbox's clock forward, and let everything happen that was due meanwhile.

        It happens in order, at its own moment. With a virtual clock this is the only way in which
        time passes, and it stands still while a callback is in the air: not to be awaited in what
        answers one. ``advance(0)`` lets happen what is due now.

        Args:
            seconds: 0 or more.

        Raises:
            ValueError: Time cannot be turned back, nor beyond the year 9998.
        """
        await self._time.advance(seconds, self._callbacks.settle)

    async def settle(self) -> None:
        """Wait until no callback is in the air, nor what its answer has caused.

        Not to be awaited in what answers a callback.
        """
        await self._callbacks.settle()

    def _floor(self, workspace_sid: str) -> Floor:
        for floors in self._world.floors.values():
            if workspace_sid in floors:
                return floors[workspace_sid]
        raise LookupError(f"no workspace {workspace_sid}")

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path.startswith(PREFIX):
            return await self._administration.serve(request)
        response = await self._pipeline.serve(request)
        if request.method != "GET":
            self._time.wake_up()
        return response


def _check(workspaces: int, accounts: int, clock: str, start: datetime | None) -> None:
    if workspaces < 0:
        raise ValueError(f"workspaces must be 0 or more, not {workspaces}")
    if accounts < 1:
        raise ValueError(f"accounts must be 1 or more, not {accounts}")
    if clock not in {"system", "virtual"}:
        raise ValueError(f"clock must be 'system' or 'virtual', not {clock!r:.50}")
    if start is not None and start.utcoffset() is None:
        raise ValueError("start must have a time zone")


def _first_moment(clock: Kind, start: datetime | None) -> float:
    if start is not None:
        return start.timestamp()
    return VIRTUAL_START.timestamp() if clock == "virtual" else time.time()
