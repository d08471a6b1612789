"""The vendor's own SDK cannot tell the sandbox from the vendor."""

from collections.abc import AsyncIterator
from datetime import datetime
from enum import StrEnum
from typing import Any

import attrs
import pytest
from reference import TABLE
from vendor.story import (
    Story,
    begin,
    change_everything,
    end,
    not_used,
    read_everything,
    refusal_of,
)

from taskrouter_async import TaskRouterClient
from taskrouter_async.sandbox import Sandbox


@pytest.fixture
async def story() -> AsyncIterator[Story]:
    """A sandbox where the story has begun."""
    async with (
        Sandbox(workspaces=1, clock="virtual") as sandbox,
        TaskRouterClient(
            sandbox.account_sid, sandbox.auth_token, base_url=sandbox.base_url
        ) as ours,
    ):
        begun = await begin(sandbox, ours)
        async with begun.carrier:
            yield begun


async def test_a_whole_story_uses_all_61_operations(story: Story) -> None:
    """Create, list, update, accept, complete, every statistic, delete: and then it is gone."""
    await read_everything(story)
    await change_everything(story)
    await end(story)
    assert not_used(story) == set()
    assert {each.status for each in story.carrier.exchanges} == {200, 201, 204}
    gone = await refusal_of(story.workspace.fetch_async())
    assert (gone.status, gone.code) == (404, 20404)


async def test_every_answer_has_the_members_of_the_vendors_reference(story: Story) -> None:
    """The distilled table names the members of each answer: none is missing, none is added."""
    await read_everything(story)
    await change_everything(story)
    await end(story)
    for exchange in story.carrier.exchanges:
        for record in exchange.records:
            assert sorted(record) == TABLE[exchange.operation]["result"], exchange.operation


async def test_an_update_to_a_version_that_is_gone_is_refused(story: Story) -> None:
    """If-Match with an old version is 412 and changes nothing; without it the last one wins."""
    task = story.workspace.tasks(story.desk.names.task)
    await task.update_async(priority=3, if_match="0")
    refusal = await refusal_of(task.update_async(priority=4, if_match="0"))
    assert (refusal.status, refusal.code) == (412, 20412)
    assert (await task.fetch_async()).priority == 3
    await task.update_async(priority=5)
    assert (await task.fetch_async()).priority == 5


async def test_our_client_and_the_vendors_sdk_read_the_same(story: Story) -> None:
    """Every member of every answer that reads is the same through both."""
    for name, (vendor, ours) in (await read_everything(story)).items():
        theirs = vendor if isinstance(vendor, list) else [vendor]
        own = ours if isinstance(ours, list) else [ours]
        assert len(theirs) == len(own) > 0, name
        for one, other in zip(theirs, own, strict=True):
            for member in TABLE[name]["result"]:
                expected = plain(getattr(one, member))
                assert plain(value_of(other, member)) == expected, (name, member)


def value_of(model: Any, member: str) -> object:
    """Return a member of a model of ours; what the vendor leaves untyped, as it was sent."""
    value = getattr(model, member)
    if isinstance(value, StrEnum | str | int | float | datetime | None):
        return value
    return model.to_dict()[member]


def plain(value: object) -> object:
    """Return a value without the types of either library."""
    if isinstance(value, StrEnum):
        return str(value)
    if attrs.has(type(value)):
        return attrs.asdict(value)  # type: ignore[arg-type] # just asked
    return value
