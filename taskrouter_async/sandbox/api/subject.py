"""What statistics have in common: whose figures are asked for, and which."""

from attrs import frozen

from taskrouter_async.sandbox.api.asking import Answer, Ask, Document, fetched
from taskrouter_async.sandbox.api.lookups import named_channel
from taskrouter_async.sandbox.state.records import TaskChannel
from taskrouter_async.sandbox.statistics.past import Past


@frozen(eq=False)
class Subject:
    """The resource whose figures are asked for.

    Attributes:
        ask: The request.
        names: What names the resource, and all in which it is, by field.
    """

    ask: Ask
    names: Document

    @classmethod
    def of(cls, ask: Ask, **names: str) -> "Subject":
        """Return a part of a workspace, or the workspace if nothing else is named."""
        workspace = ask.workspace
        home = {"account_sid": workspace.account_sid, "workspace_sid": workspace.sid}
        return cls(ask, {**home, **names})

    def figures(self, figures: Document) -> Answer:
        """Answer with figures of one kind."""
        return fetched({**self.names, **figures, "url": self.ask.url})

    def both(self, now: Document, past: Document) -> Answer:
        """Answer with figures of the present and of the past; those of the present are named."""
        return fetched({**self.both_document(now, past), "url": self.ask.url})

    def both_document(self, now: Document, past: Document) -> Document:
        """Return the same without its address."""
        return {**self.names, "realtime": {**self.names, **now}, "cumulative": past}


def asked_channel(ask: Ask) -> TaskChannel | None:
    """Return the channel whose tasks count; None is all.

    Raises:
        RefusalError: There is no such channel.
    """
    return named_channel(ask.query, ask.workspace.task_channels)


def asked_past(ask: Ask) -> Past:
    """Return the past that is asked about, for figures that are not split.

    Raises:
        RefusalError: The window or the channel cannot be used.
    """
    return Past.asked(ask.workspace, ask.query, asked_channel(ask))


def asked_split_past(ask: Ask) -> Past:
    """Return the past that is asked about, and by what its figures are split.

    Raises:
        RefusalError: The window, the channel or the waiting times cannot be used.
    """
    return asked_past(ask).split_as_asked(ask.query)
