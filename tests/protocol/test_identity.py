"""An answer that belongs to somebody or something else is refused."""

import pytest
from support import ACCOUNT_SID, OTHER_ACCOUNT_SID, WORKSPACE_SID

from taskrouter_async._protocol.identity import check_identity
from taskrouter_async._protocol.operation import Call, Operation
from taskrouter_async.errors import IdentityMismatchError
from taskrouter_async.models import Activity, WorkspaceRealTimeStatistics

SID = "WA" + "7" * 32
OPERATION = Operation("GET", "/v1/Workspaces/{WorkspaceSid}/Activities/{Sid}", Activity)
CALL = Call(OPERATION, (("WorkspaceSid", WORKSPACE_SID), ("Sid", SID)))


def _activity(**members: str) -> Activity:
    identity = {"sid": SID, "account_sid": ACCOUNT_SID, "workspace_sid": WORKSPACE_SID}
    return Activity(**{**identity, **members})  # type: ignore[arg-type]  # three texts


def test_what_was_asked_for_passes() -> None:
    """Account, workspace and SID are those of the call."""
    check_identity(CALL, (_activity(),), ACCOUNT_SID)


@pytest.mark.parametrize(
    "members",
    [
        {"account_sid": OTHER_ACCOUNT_SID},
        {"workspace_sid": "WS" + "9" * 32},
        {"sid": "WA" + "9" * 32},
    ],
)
def test_anything_else_is_refused(members: dict[str, str]) -> None:
    """Another account, another workspace and another resource are each an error."""
    with pytest.raises(IdentityMismatchError):
        check_identity(CALL, (_activity(**members),), ACCOUNT_SID)


def test_an_answer_without_an_owner_is_refused() -> None:
    """Statistics that do not say whose they are could be anybody's."""
    operation = Operation("GET", "/{WorkspaceSid}", WorkspaceRealTimeStatistics)
    call = Call(operation, (("WorkspaceSid", WORKSPACE_SID),))

    with pytest.raises(IdentityMismatchError):
        check_identity(call, (WorkspaceRealTimeStatistics(),), ACCOUNT_SID)


def test_a_unique_name_is_not_compared() -> None:
    """What was asked for by its name answers with its SID."""
    for name in ("voice", "a" * 34):
        call = Call(OPERATION, (("WorkspaceSid", WORKSPACE_SID), ("Sid", name)))

        check_identity(call, (_activity(),), ACCOUNT_SID)


def test_an_answer_without_these_members_passes() -> None:
    """A deletion answers nothing, and nothing is nobody's."""
    check_identity(CALL, (None,), ACCOUNT_SID)
