"""Workflows: https://www.twilio.com/docs/taskrouter/api/workflow."""

from collections.abc import Mapping
from datetime import timedelta
from types import NoneType
from typing import Final

from taskrouter_async._pages import Listing
from taskrouter_async._protocol.arguments import (
    NOT_GIVEN,
    Attributes,
    NotGiven,
    Pairs,
    boolean,
    json_text,
    required_text,
    seconds,
    text,
    wire_name,
    wrong,
)
from taskrouter_async._protocol.operation import Call, Keep, Operation
from taskrouter_async._protocol.sids import checked_sid
from taskrouter_async._protocol.slots import Reader
from taskrouter_async.models import (
    Workflow,
    WorkflowConfiguration,
    WorkflowCumulativeStatistics,
    WorkflowRealTimeStatistics,
    WorkflowStatistics,
)
from taskrouter_async.resources._listing import listing
from taskrouter_async.resources.statistics import (
    CumulativeStatistics,
    RealTimeStatistics,
    Statistics,
)

_COLLECTION: Final = "/v1/Workspaces/{WorkspaceSid}/Workflows"
_ONE: Final = "/v1/Workspaces/{WorkspaceSid}/Workflows/{Sid}"
_OF_ONE: Final = "/v1/Workspaces/{WorkspaceSid}/Workflows/{WorkflowSid}"
_LONGEST_OFFER: Final = 86_400

CREATE: Final = Operation("POST", _COLLECTION, Workflow)
FETCH: Final = Operation("GET", _ONE, Workflow)
LIST: Final = Operation("GET", _COLLECTION, Workflow, list_key="workflows")
UPDATE: Final = Operation("POST", _ONE, Workflow)
DELETE: Final = Operation("DELETE", _ONE, NoneType)
FETCH_REAL_TIME_STATISTICS: Final = Operation(
    "GET", _OF_ONE + "/RealTimeStatistics", WorkflowRealTimeStatistics, keep=Keep.REAL_TIME
)
FETCH_CUMULATIVE_STATISTICS: Final = Operation(
    "GET", _OF_ONE + "/CumulativeStatistics", WorkflowCumulativeStatistics, keep=Keep.OVER_TIME
)
FETCH_STATISTICS: Final = Operation(
    "GET", _OF_ONE + "/Statistics", WorkflowStatistics, keep=Keep.OVER_TIME
)


class Workflows:
    """The workflows of one workspace: the rules that bring its tasks to queues."""

    __slots__ = ("_reader", "_sids")

    def __init__(self, reader: Reader, sids: Pairs) -> None:
        self._reader = reader
        self._sids = sids

    def __call__(self, sid: str) -> "WorkflowHandle":
        """Return a handle for one workflow; nothing is sent.

        Raises:
            InvalidArgumentError: The SID is not ``WW`` and 32 hexadecimal digits.
        """
        checked = checked_sid(sid, prefix="WW", argument="sid")
        return WorkflowHandle(self._reader, (*self._sids, ("Sid", checked)))

    async def create(
        self,
        *,
        friendly_name: str,
        configuration: Attributes | WorkflowConfiguration,
        assignment_callback_url: str | NotGiven = NOT_GIVEN,
        fallback_assignment_callback_url: str | NotGiven = NOT_GIVEN,
        task_reservation_timeout: int | timedelta | NotGiven = NOT_GIVEN,
    ) -> Workflow:
        """Make a workflow.

        Args:
            friendly_name: Its name.
            configuration: The rules; or a mapping, or the text of a JSON object.
            assignment_callback_url: Where the service asks what to do with a reservation.
            fallback_assignment_callback_url: Where it asks when that address fails.
            task_reservation_timeout: How long a worker has to answer an offer: 1 to 86400 seconds;
                the service takes 120.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
            ApiError: The service refused.
        """
        arguments = (
            *required_text("friendly_name", friendly_name),
            *_rules("configuration", configuration),
            *text("assignment_callback_url", assignment_callback_url),
            *text("fallback_assignment_callback_url", fallback_assignment_callback_url),
            *seconds("task_reservation_timeout", task_reservation_timeout, 1, _LONGEST_OFFER),
        )
        return await self._reader.send(Call(CREATE, self._sids, arguments))

    def list(
        self,
        *,
        friendly_name: str | NotGiven = NOT_GIVEN,
        limit: int | None = None,
        page_size: int | None = None,
    ) -> Listing[Workflow]:
        """List the workflows; nothing is sent before the listing is iterated over.

        Args:
            friendly_name: Only those of this name.
            limit: How many at most; all if left out.
            page_size: How many a request brings, 1 to 1000; the service takes 50.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
        """
        filters = text("friendly_name", friendly_name)
        return listing(self._reader, Call(LIST, self._sids, filters), limit, page_size)


class WorkflowHandle:
    """One workflow and its statistics."""

    __slots__ = ("_reader", "_sids")

    def __init__(self, reader: Reader, sids: Pairs) -> None:
        self._reader = reader
        self._sids = sids

    def __repr__(self) -> str:
        return f"<Workflow {self.sid}>"

    @property
    def sid(self) -> str:
        """The workflow's SID."""
        return self._sids[-1][1]

    async def fetch(self) -> Workflow:
        """Return the workflow.

        Raises:
            NotFoundError: There is none.
        """
        return await self._reader.send(Call(FETCH, self._sids))

    async def update(
        self,
        *,
        friendly_name: str | NotGiven = NOT_GIVEN,
        configuration: Attributes | WorkflowConfiguration | NotGiven = NOT_GIVEN,
        assignment_callback_url: str | NotGiven = NOT_GIVEN,
        fallback_assignment_callback_url: str | NotGiven = NOT_GIVEN,
        task_reservation_timeout: int | timedelta | NotGiven = NOT_GIVEN,
        re_evaluate_tasks: bool | NotGiven = NOT_GIVEN,
    ) -> Workflow:
        """Change the workflow.

        Args:
            friendly_name: Its new name.
            configuration: The new rules, which replace the old ones; or a mapping, or the text of
                a JSON object.
            assignment_callback_url: Where the service asks what to do with a reservation; empty
                for nowhere.
            fallback_assignment_callback_url: Where it asks when that address fails; empty for
                nowhere.
            task_reservation_timeout: How long a worker has to answer an offer: 1 to 86400 seconds.
            re_evaluate_tasks: Whether the tasks that are pending go through the rules again.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
            NotFoundError: There is no such workflow.
        """
        arguments = (
            *text("friendly_name", friendly_name),
            *text("assignment_callback_url", assignment_callback_url),
            *text("fallback_assignment_callback_url", fallback_assignment_callback_url),
            *_rules("configuration", configuration),
            *seconds("task_reservation_timeout", task_reservation_timeout, 1, _LONGEST_OFFER),
            *boolean("re_evaluate_tasks", re_evaluate_tasks),
        )
        return await self._reader.send(Call(UPDATE, self._sids, arguments))

    async def delete(self) -> None:
        """Delete the workflow; the service refuses while tasks in it are pending or reserved.

        Raises:
            NotFoundError: There is none.
            ApiError: The service refused.
        """
        await self._reader.send(Call(DELETE, self._sids))

    @property
    def real_time_statistics(self) -> RealTimeStatistics[WorkflowRealTimeStatistics]:
        """How the workflow stands right now."""
        return RealTimeStatistics(self._reader, FETCH_REAL_TIME_STATISTICS, self._own)

    @property
    def cumulative_statistics(self) -> CumulativeStatistics[WorkflowCumulativeStatistics]:
        """What happened in the workflow within a window of time."""
        return CumulativeStatistics(self._reader, Call(FETCH_CUMULATIVE_STATISTICS, self._own))

    @property
    def statistics(self) -> Statistics[WorkflowStatistics]:
        """Both kinds of the workflow's statistics at once."""
        return Statistics(self._reader, Call(FETCH_STATISTICS, self._own))

    @property
    def _own(self) -> Pairs:
        return (*self._sids[:-1], ("WorkflowSid", self.sid))


def _rules(name: str, value: Attributes | WorkflowConfiguration | NotGiven) -> Pairs:
    if isinstance(value, WorkflowConfiguration):
        return ((wire_name(name), value.to_json()),)
    if value is not NOT_GIVEN and not isinstance(value, str | Mapping):
        raise wrong(name, "a WorkflowConfiguration, a mapping, or a text of a JSON object", value)
    return json_text(name, value)
