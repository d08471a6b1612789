"""A link to the next page can choose nothing but the next page."""

import pytest
from support import WORKSPACE_SID

from taskrouter_async._protocol.operation import Call, Operation
from taskrouter_async._protocol.paging import next_call
from taskrouter_async.config import BASE_URL
from taskrouter_async.errors import ForeignPageError
from taskrouter_async.models import Activity

PATH = f"/v1/Workspaces/{WORKSPACE_SID}/Activities"
CALL = Call(
    Operation("GET", "/v1/Workspaces/{WorkspaceSid}/Activities", Activity, list_key="activities"),
    (("WorkspaceSid", WORKSPACE_SID),),
    (("FriendlyName", "a&b"), ("PageSize", "2")),
)


def test_no_link_is_the_end() -> None:
    """The last page has no link to another."""
    assert next_call(CALL, None, BASE_URL) is None


def test_the_link_steers_and_the_filters_stay() -> None:
    """Size, number and token are taken from the link; the filters are those of the call."""
    link = f"{BASE_URL}{PATH}?FriendlyName=evil&PageSize=2&Page=1&PageToken=PAx%3D&Evil=1"

    following = next_call(CALL, link, BASE_URL)

    assert following is not None
    assert following.operation is CALL.operation
    assert following.sids == CALL.sids
    assert following.arguments == (
        ("FriendlyName", "a&b"),
        ("PageSize", "2"),
        ("Page", "1"),
        ("PageToken", "PAx="),
    )


def test_a_regional_service_may_name_the_main_address() -> None:
    """A link to another of the vendor's own addresses is followed at the client's address."""
    link = f"{BASE_URL}{PATH}?PageToken=x"

    assert next_call(CALL, link, "https://taskrouter.dublin.ie1.twilio.com") is not None


@pytest.mark.parametrize(
    "link",
    [
        f"https://evil.example{PATH}?PageToken=x",
        f"http://taskrouter.twilio.com{PATH}?PageToken=x",
        f"https://taskrouter.twilio.com:8443{PATH}?PageToken=x",
        f"https://user@taskrouter.twilio.com{PATH}?PageToken=x",
        f"https://taskrouter.twilio.com.evil.example{PATH}?PageToken=x",
        f"//evil.example{PATH}?PageToken=x",
        f"{PATH}?PageToken=x",
        "file:///etc/passwd",
        f"{BASE_URL}/v1/Workspaces/WS{'9' * 32}/Activities?PageToken=x",
        f"{BASE_URL}{PATH}/../Tasks?PageToken=x",
        "https://[",
        "",
    ],
)
def test_a_link_that_leads_elsewhere_is_refused(link: str) -> None:
    """Another origin, another scheme, another path: none of them is asked."""
    with pytest.raises(ForeignPageError):
        next_call(CALL, link, BASE_URL)
