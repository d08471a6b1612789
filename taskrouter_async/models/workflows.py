"""Workflows: the rules that bring tasks to queues."""

from datetime import datetime

from attrs import frozen

from taskrouter_async.models._answer import Answer, Json, parse_text
from taskrouter_async.models.statistics import NO_LINKS, Links
from taskrouter_async.models.workflow_configuration import WorkflowConfiguration


@frozen(kw_only=True)
class Workflow(Answer):
    """The rules that bring tasks to queues.

    The vendor's page: https://www.twilio.com/docs/taskrouter/api/workflow

    Attributes:
        sid: The workflow, ``WW…``.
        account_sid: The account that owns it, ``AC…``.
        workspace_sid: The workspace it belongs to, ``WS…``.
        friendly_name: Its name.
        configuration: The rules as the service sent them: the text of a JSON document.
        document_content_type: The media type of the rules, ``application/json``.
        assignment_callback_url: Where the service asks what to do with a reservation; empty or
            ``None`` for nowhere.
        fallback_assignment_callback_url: Where it asks when that address fails.
        task_reservation_timeout: How many seconds a worker has to answer an offer.
        date_created: When it was made, in UTC.
        date_updated: When it was last changed, in UTC.
        url: Its address.
        links: Addresses of what belongs to it: its ``statistics`` of each kind.
    """

    sid: str
    account_sid: str
    workspace_sid: str
    friendly_name: str | None = None
    configuration: str | None = None
    document_content_type: str | None = None
    assignment_callback_url: str | None = None
    fallback_assignment_callback_url: str | None = None
    task_reservation_timeout: int = 0
    date_created: datetime | None = None
    date_updated: datetime | None = None
    url: str | None = None
    links: Links = NO_LINKS

    def parse_configuration(self) -> Json:
        """Return the rules as a JSON document that nobody can change.

        Raises:
            DecodingError: They are not JSON.
        """
        return parse_text(self.configuration, "configuration")

    def typed_configuration(self) -> WorkflowConfiguration | None:
        """Return the rules, member by member; ``None`` where the service sent none.

        Raises:
            DecodingError: They make no sense; the error's ``path`` says where.
        """
        if self.configuration is None:
            return None
        return WorkflowConfiguration.from_json(self.configuration)
