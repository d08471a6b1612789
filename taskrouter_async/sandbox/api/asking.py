"""What a handler is given and what it gives back; neither knows about sockets."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from attrs import field, frozen

from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.state.fields import Fields
from taskrouter_async.sandbox.state.refusals import not_found, precondition_failed, refused
from taskrouter_async.sandbox.state.workspace import Workspace
from taskrouter_async.sandbox.world import SandboxAccount, World

Document: TypeAlias = Mapping[str, object]


@frozen(eq=False, kw_only=True)
class Ask:
    """A request that was let in.

    Attributes:
        world: Everything there is; a handler looks at the account's own things only.
        account: Whose request it is.
        base_url: Where the sandbox listens, as the caller reached it.
        path: What was asked for.
        sids: The SIDs in the path, from left to right; that of a workspace is the first.
        query: The parameters behind the path.
        document: The JSON document in the body, which one operation wants.
        if_match: The version that the caller has seen.
    """

    world: World
    account: SandboxAccount
    base_url: str
    path: str
    sids: tuple[str, ...] = ()
    query: Fields
    _form: Fields | None = field(alias="form")
    document: object = None
    if_match: str | None = None

    @property
    def form(self) -> Fields:
        """The parameters in the body.

        Raises:
            RefusalError: The body is no form.
        """
        if self._form is None:
            raise refused("The request's Content-Type must be application/x-www-form-urlencoded")
        return self._form

    @property
    def floors(self) -> dict[str, Floor]:
        """The account's workspaces."""
        return self.world.floors[self.account.account_sid]

    @property
    def floor(self) -> Floor:
        """The workspace that the path names.

        Raises:
            RefusalError: The account has no such workspace.
        """
        floor = self.floors.get(self.sids[0])
        if floor is None:
            raise self.not_found()
        return floor

    @property
    def workspace(self) -> Workspace:
        """The records of the workspace that the path names."""
        return self.floor.workspace

    @property
    def home(self) -> str:
        """The URL of the workspace that the path names."""
        return f"{self.base_url}/v1/Workspaces/{self.sids[0]}"

    @property
    def url(self) -> str:
        """The URL of what was asked for, without a query."""
        return self.base_url + self.path

    def not_found(self) -> Exception:
        """Return the refusal of a path behind which the account has nothing."""
        return not_found(self.path)

    def check_version(self, version: int) -> None:
        """Refuse a change to another version than the caller has seen.

        Raises:
            RefusalError: An If-Match was sent, and it names another version.
        """
        if self.if_match is None or self.if_match.strip() == "*":
            return
        seen = [each.strip().removeprefix("W/").strip('"') for each in self.if_match.split(",")]
        if str(version) not in seen:
            raise precondition_failed()


@frozen(eq=False)
class Answer:
    """What is answered: a status, a document, and the version it shows."""

    status: int
    document: Document | None = None
    version: int | None = None


Handler: TypeAlias = Callable[[Ask], Answer]


def fetched(document: Document, version: int | None = None) -> Answer:
    """Answer with what there is."""
    return Answer(200, document, version)


def created(document: Document, version: int | None = None) -> Answer:
    """Answer with what was made."""
    return Answer(201, document, version)


def deleted() -> Answer:
    """Answer that something is gone."""
    return Answer(204)
