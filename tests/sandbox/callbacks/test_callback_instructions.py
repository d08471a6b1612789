"""Instructions: what a receiver may want, and what it must say for it."""

from typing import Any

import pytest
from sandbox.callbacks.receivers import Receiver
from sandbox.callbacks.scene import set_up

CALL = {"instruction": "call", "from": "+15550100", "url": "http://127.0.0.1/twiml"}
REDIRECT = {"instruction": "redirect", "call_sid": "CA" + "0" * 32, "url": "http://127.0.0.1/x"}
DEQUEUE = {"instruction": "dequeue"}
CONFERENCE = {"instruction": "conference", "from": "+15550100"}
ENQUEUED = {"call_sid": "CA" + "1" * 32}


@pytest.mark.parametrize(
    ("document", "status"),
    [
        ({"instruction": "accept"}, "accepted"),
        (CALL, "pending"),
        ({**CALL, "accept": False}, "pending"),
        ({**CALL, "accept": True, "to": "+15550199", "timeout": 30, "record": None}, "accepted"),
        (REDIRECT, "pending"),
        ({**REDIRECT, "accept": True}, "accepted"),
        (DEQUEUE, "accepted"),
        ({**DEQUEUE, "status_callback_events": "initiated,answered"}, "accepted"),
        (CONFERENCE, "accepted"),
        (
            {
                **CONFERENCE,
                "start_conference_on_enter": True,
                "conference_record": "true",
                "status_callback_url": "http://127.0.0.1/x",
                "status_callback_events": ["initiated", "answered"],
                "max_participants": 5,
            },
            "accepted",
        ),
    ],
)
async def test_an_instruction_is_obeyed(
    receiver: Receiver, document: dict[str, Any], status: str
) -> None:
    """Each instruction accepts the reservation, or leaves it pending, as the vendor documents."""
    receiver.says("/assign", document)
    async with set_up(receiver) as scene:
        assert await scene.decided(**ENQUEUED) == [status]
        assert scene.alerts == []


async def test_dequeue_notes_the_call_to_the_worker(receiver: Receiver) -> None:
    """A task that was dequeued tells the call that its worker answered."""
    receiver.says("/assign", DEQUEUE)
    async with set_up(receiver) as scene:
        sid = await scene.offer(**ENQUEUED)
        await scene.sandbox.settle()
        task = await scene.task(sid)

    assert '"worker_call_sid": "CA' in task["attributes"]


async def test_a_rejection_moves_the_worker(receiver: Receiver) -> None:
    """Who rejects with an activity changes to it, and the task waits for somebody else."""
    async with set_up(receiver) as scene:
        offline = scene.activities["Offline"]
        receiver.says("/assign", {"instruction": "reject", "activity_sid": offline})
        assert await scene.decided() == ["rejected"]
        _, worker, _ = await scene.api.get(f"/Workers/{scene.worker['sid']}")
        assert (worker["activity_name"], scene.alerts) == ("Offline", [])


async def test_a_rejection_without_an_activity_leaves_the_worker(receiver: Receiver) -> None:
    """Who rejects without an activity stays available, and is asked again at once."""
    receiver.says("/assign", {"instruction": "reject"}, times=2)
    async with set_up(receiver) as scene:
        assert await scene.decided() == ["rejected", "rejected", "pending"]
        _, worker, _ = await scene.api.get(f"/Workers/{scene.worker['sid']}")

        assert worker["activity_name"] == "Available"
        assert scene.alerts == [(40100, "The rejection has no activity_sid")] * 2


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ([1], 40001),
        ('{"instruction": "accept"}', 40001),
        ({"to": "client:ada"}, 40005),
        ({"instruction": None}, 40005),
        ({"instruction": "hold"}, 55555),
        ({"instruction": "supervise"}, 55555),
        ({"instruction": "reject", "activity_sid": "WA" + "0" * 32}, 40100),
        ({"instruction": "call", "url": "http://127.0.0.1/"}, 40111),
        ({"instruction": "call", "from": "+1"}, 40112),
        ({**CALL, "to": ""}, 40110),
        ({**CALL, "url": "nowhere"}, 40112),
        ({**CALL, "status_callback_url": "nowhere"}, 40158),
        ({**CALL, "to": {}}, 20001),
        ({"instruction": "redirect", "call_sid": "CA" + "0" * 32}, 40120),
        ({"instruction": "redirect", "url": "http://127.0.0.1/"}, 40121),
        ({**DEQUEUE, "post_work_activity_sid": "WA" + "0" * 32}, 40130),
        ({**DEQUEUE, "to": ""}, 40131),
        ({**DEQUEUE, "status_callback_events": "never"}, 40134),
        ({**DEQUEUE, "status_callback_url": "nowhere"}, 40157),
        (DEQUEUE, 40140),
        ({**CONFERENCE, "to": ""}, 40137),
        ({**CONFERENCE, "from": ""}, 40138),
        ({**CONFERENCE, "post_work_activity_sid": "WA" + "0" * 32}, 40139),
        ({**CONFERENCE, "conference_record": True}, 40001),
        ({**CONFERENCE, "status_callback_url": "nowhere"}, 40159),
        (CONFERENCE, 40142),
    ],
)
async def test_what_cannot_be_obeyed_is_complained_about(
    receiver: Receiver, document: Any, code: int
) -> None:
    """A wrong instruction leaves the reservation pending, and the alert names the vendor's code."""
    receiver.says("/assign", document)
    async with set_up(receiver) as scene:
        assert await scene.decided() == ["pending"]
        assert [each for each, _ in scene.alerts] == [code]
        assert scene.all_alerts()[0].resource_sid.startswith("WR")


@pytest.mark.parametrize("body", ["{", b"\xff", "[" * 5_000])
async def test_what_cannot_be_read_is_complained_about(
    receiver: Receiver, body: str | bytes
) -> None:
    """An answer that claims to be JSON and is not leaves the reservation pending."""
    receiver.sends("/assign", body)
    async with set_up(receiver) as scene:
        assert await scene.decided() == ["pending"]
        assert [code for code, _ in scene.alerts] == [40001]
