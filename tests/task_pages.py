"""Pages of invented tasks, as the service would send them."""

import json

from taskrouter_async._protocol.operation import Operation
from taskrouter_async.models import Task

ACCOUNT_SID = "AC" + "a" * 32
WORKSPACE_SID = "WS" + "1" * 32
WORKSPACE = f"https://taskrouter.twilio.com/v1/Workspaces/{WORKSPACE_SID}"

LIST_TASKS = Operation("GET", "/v1/Workspaces/{WorkspaceSid}/Tasks", Task, list_key="tasks")


def page_of_tasks(number: int, size: int, *, last: bool = True) -> bytes:
    """Return the page of this number, freshly written."""
    url = f"{WORKSPACE}/Tasks?PageSize={size}&Page="
    meta = {
        "key": "tasks",
        "page": number,
        "page_size": size,
        "url": f"{url}{number}",
        "first_page_url": f"{url}0",
        "next_page_url": None if last else f"{url}{number + 1}&PageToken=PT{number + 1}",
        "previous_page_url": None,
    }
    tasks = [_task(number * size + each) for each in range(size)]
    return json.dumps({"meta": meta, "tasks": tasks}).encode()


def _task(number: int) -> dict[str, object]:
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
        "url": f"{WORKSPACE}/Tasks/{sid}",
        "links": {
            "task_queue": f"{WORKSPACE}/TaskQueues/WQ{'2' * 32}",
            "workflow": f"{WORKSPACE}/Workflows/WW{'3' * 32}",
            "workspace": WORKSPACE,
            "reservations": f"{WORKSPACE}/Tasks/{sid}/Reservations",
        },
    }
