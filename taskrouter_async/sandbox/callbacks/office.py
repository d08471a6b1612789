"""Who sends callbacks, in which order, and does what is answered.

Where the vendor is silent: what cannot be told of an event is not told again; an offer nobody
could be told of is canceled, also where there is no fallback; the fallback is asked as well if an
answer is not JSON; and whoever is offered a task is told of it, even if somebody else of the same
round has accepted meanwhile.
"""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from attrs import define, field
from yarl import URL

from taskrouter_async.sandbox.api.event_data import callback_parameters
from taskrouter_async.sandbox.callbacks.addresses import is_loopback, receiver
from taskrouter_async.sandbox.callbacks.errands import Errands
from taskrouter_async.sandbox.callbacks.forms import assignment_form
from taskrouter_async.sandbox.callbacks.instructions import (
    NO_ACTIVITY,
    NOT_JSON,
    is_json,
    lacks_activity,
    read,
    reading,
)
from taskrouter_async.sandbox.callbacks.posting import (
    CallbackTimeouts,
    Poster,
    PostingError,
    Reply,
)
from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.routing.offers import dispatch, withdraw
from taskrouter_async.sandbox.state.journal import Event
from taskrouter_async.sandbox.state.records import Reservation
from taskrouter_async.sandbox.state.refusals import RefusalError
from taskrouter_async.sandbox.state.workspace import Workspace

NOT_RETRIEVED: Final = 11200

_ONE_LANE: Final = "all"
_log = logging.getLogger(__name__)


@define(eq=False, kw_only=True)
class Callbacks:
    """The callbacks of all workspaces.

    Args:
        auth_tokens: What each account's callbacks are signed with.
        timeouts: How long receivers may take.
        beyond_loopback: Whether other machines are called, too.
        one_by_one: Whether one callback waits for the one before, whoever receives it: then the
            same things happen in the same order every time. Otherwise events reach each receiver
            in their order, and everything else goes at once.
        catch_up: Lets happen what is due.
        changed: Called after something was changed.
    """

    _auth_tokens: Mapping[str, str] = field(alias="auth_tokens")
    _timeouts: CallbackTimeouts = field(alias="timeouts")
    _beyond_loopback: bool = field(alias="beyond_loopback")
    _one_by_one: bool = field(alias="one_by_one")
    _catch_up: Callable[[], None] = field(alias="catch_up")
    _changed: Callable[[], None] = field(alias="changed")
    _is_open: bool = field(init=False, default=False)
    _poster: Poster = field(init=False, factory=Poster)
    _errands: Errands = field(init=False, factory=Errands)
    _avoided: set[tuple[str, str]] = field(init=False, factory=set)

    def watch(self, floor: Floor) -> None:
        """Send a workspace's callbacks from now on, wherever it has set an address for them."""
        floor.offered.append(partial(self._offered, floor))
        floor.journal.listeners.append(partial(self._written, floor.workspace))

    def open(self) -> None:
        """Begin to send; what happened before is not told."""
        self._is_open = True

    async def settle(self) -> None:
        """Wait until nothing is in the air, nor what answers have caused."""
        await self._errands.settle()

    async def aclose(self) -> None:
        """Send no more; what is in the air is called off."""
        self._is_open = False
        await self._errands.aclose()
        await self._poster.aclose()

    def _written(self, workspace: Workspace, event: Event) -> None:
        if not workspace.event_callback_url or not self._is_open:
            return
        wanted = {each.strip() for each in (workspace.events_filter or "").split(",")} - {""}
        if wanted and event.type not in wanted:
            return
        url = self._callable(workspace, workspace.event_callback_url)
        if url is not None:
            form = callback_parameters(workspace, event)
            tell = partial(self._tell, workspace, url, form)
            self._errands.send(_ONE_LANE if self._one_by_one else str(url), tell)

    async def _tell(self, workspace: Workspace, url: URL, form: Mapping[str, str]) -> None:
        reply = await self._post(workspace, url, form, self._timeouts.event)
        if reply is not None and not 200 <= reply.status < 300:  # noqa: PLR2004 - success
            self._complain(workspace, NOT_RETRIEVED, url, f"was answered with {reply.status}")

    def _offered(self, floor: Floor, reservation: Reservation) -> None:
        workflow = reservation.task.workflow
        if workflow is None or not workflow.assignment_callback_url or not self._is_open:
            return
        workspace = floor.workspace
        url = self._callable(workspace, workflow.assignment_callback_url)
        if url is None:
            return
        fallback = workflow.fallback_assignment_callback_url
        second = self._callable(workspace, fallback) if fallback else None
        urls = [url] if second is None else [url, second]
        form = assignment_form(workspace, workflow, reservation)
        ask = partial(self._ask, floor, reservation, urls, form)
        self._errands.send(_ONE_LANE if self._one_by_one else reservation.sid, ask)

    async def _ask(
        self, floor: Floor, reservation: Reservation, urls: list[URL], form: Mapping[str, str]
    ) -> None:
        for url in urls:
            reply = await self._post(floor.workspace, url, form, self._timeouts.assignment)
            if reply is not None and self._is_answer(floor.workspace, url, reply):
                self._change(floor, partial(self._obey, floor, reservation, reply))
                return
        self._change(floor, partial(withdraw, floor, reservation))

    def _is_answer(self, workspace: Workspace, url: URL, reply: Reply) -> bool:
        if reply.status != 200:  # noqa: PLR2004 - the only status that is an answer
            self._complain(workspace, NOT_RETRIEVED, url, f"was answered with {reply.status}")
            return False
        if not is_json(reply):
            self._complain(workspace, NOT_JSON, url, f"was answered with {reply.content_type}")
            return False
        return True

    def _change(self, floor: Floor, act: Callable[[], None]) -> None:
        self._catch_up()
        if not floor.workspace.removed:
            act()
            dispatch(floor)
            self._changed()

    def _obey(self, floor: Floor, reservation: Reservation, reply: Reply) -> None:
        workspace = floor.workspace
        try:
            document = read(reply.body)
            take = reading(workspace, reservation, document) if document else None
        except RefusalError as refusal:
            workspace.alert(refusal.code, refusal.message, reservation.sid)
            return
        if take is None:
            return
        if lacks_activity(document):
            workspace.alert(NO_ACTIVITY, "The rejection has no activity_sid", reservation.sid)
        take(floor, reservation)

    async def _post(
        self, workspace: Workspace, url: URL, form: Mapping[str, str], seconds: float
    ) -> Reply | None:
        auth_token = self._auth_tokens[workspace.account_sid]
        try:
            return await self._poster.post(url, form, auth_token, seconds)
        except PostingError as error:
            self._complain(workspace, NOT_RETRIEVED, url, f"failed: {error}")
            return None

    def _callable(self, workspace: Workspace, address: str) -> URL | None:
        url = receiver(address)
        if url is not None and (self._beyond_loopback or is_loopback(url)):
            return url
        if (workspace.sid, address) not in self._avoided:
            self._avoided.add((workspace.sid, address))
            # Without the credentials that an address may hold.
            where = f"{url.with_user(None)!s:.200}" if url else "an address that cannot be used"
            _log.warning("callbacks to %r are not sent: it is not on loopback", where)
            message = f"Callbacks to {where} are not sent: it is not on loopback"
            workspace.alert(NOT_RETRIEVED, message, workspace.sid)
        return None

    def _complain(self, workspace: Workspace, code: int, url: URL, what: str) -> None:
        workspace.alert(code, f"Callback to {url.with_user(None)!s:.200} {what}", workspace.sid)
