"""What the service would send: a workspace, its statistics, pages of its tasks."""

import json
from pathlib import Path
from typing import Any, Final

ACCOUNT_SID: Final = "AC" + "a" * 32
WORKSPACE_SID: Final = "WS" + "1" * 32
VENDOR: Final = "https://taskrouter.twilio.com"

STATISTICS: Final = json.loads(Path(__file__).with_name("statistics.json").read_bytes())

_URL: Final = f"{VENDOR}/v1/Workspaces/{WORKSPACE_SID}"
_PARTS: Final = "Activities Events Statistics TaskChannels TaskQueues Tasks Workers Workflows"

WORKSPACE: Final = {
    "account_sid": ACCOUNT_SID,
    "date_created": "2026-01-05T09:00:00Z",
    "date_updated": "2026-01-05T09:00:00Z",
    "default_activity_name": "Offline",
    "default_activity_sid": "WA" + "0" * 32,
    "friendly_name": "Support",
    "multi_task_enabled": True,
    "prioritize_queue_order": "FIFO",
    "sid": WORKSPACE_SID,
    "url": _URL,
    "links": {part.lower(): f"{_URL}/{part}" for part in _PARTS.split()},
}


def workspace_path(sid: str = WORKSPACE_SID) -> str:
    """Return the path of a workspace."""
    return f"/v1/Workspaces/{sid}"


def statistics_path(sid: str = WORKSPACE_SID) -> str:
    """Return the path of a workspace's real-time statistics."""
    return f"/v1/Workspaces/{sid}/RealTimeStatistics"


def tasks(count: int) -> list[dict[str, Any]]:
    """Return so many invented tasks."""
    return [_task(number) for number in range(count)]


def page_meta(number: int, size: int, *, last: bool, base_url: str = VENDOR) -> dict[str, Any]:
    """Return what a page of tasks says about itself.

    Args:
        number: Which page it is, from 0.
        size: How many tasks it holds.
        last: Whether none follows.
        base_url: Where its links lead.
    """
    url = f"{base_url}{workspace_path()}/Tasks?PageSize={size}&Page="
    return {
        "key": "tasks",
        "page": number,
        "page_size": size,
        "url": f"{url}{number}",
        "first_page_url": f"{url}0",
        "next_page_url": None if last else f"{url}{number + 1}&PageToken=PT{number + 1}",
        "previous_page_url": None,
    }


def page_of_tasks(number: int, size: int, *, last: bool = True) -> bytes:
    """Return the page of this number, written as the service would."""
    page = {"meta": page_meta(number, size, last=last), "tasks": tasks(size)}
    return json.dumps(page).encode()


def _task(number: int) -> dict[str, Any]:
    sid = f"WT{number:032x}"
    return {
        "sid": sid,
        "account_sid": ACCOUNT_SID,
        "workspace_sid": WORKSPACE_SID,
        "assignment_status": "pending",
        "reason": None,
        "age": number % 3600,
        "priority": number % 10,
        "timeout": 86400,
        "attributes": json.dumps({"type": "support", "caller": f"+1555{number:07}"}),
        "addons": "{}",
        "task_channel_sid": "TC" + "7" * 32,
        "task_channel_unique_name": "voice",
        "task_queue_sid": "WQ" + "2" * 32,
        "task_queue_friendly_name": "Support",
        "task_queue_entered_date": "2026-01-02T03:04:07Z",
        "workflow_sid": "WW" + "3" * 32,
        "workflow_friendly_name": "Day",
        "routing_target": None,
        "ignore_capacity": False,
        "virtual_start_time": "2026-01-02T03:04:05Z",
        "date_created": "2026-01-02T03:04:05Z",
        "date_updated": "2026-01-02T03:05:06Z",
        "url": f"{_URL}/Tasks/{sid}",
        "links": {
            "task_queue": f"{_URL}/TaskQueues/WQ{'2' * 32}",
            "workflow": f"{_URL}/Workflows/WW{'3' * 32}",
            "workspace": _URL,
            "reservations": f"{_URL}/Tasks/{sid}/Reservations",
        },
    }
