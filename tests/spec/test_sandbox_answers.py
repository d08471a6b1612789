"""The sandbox's answers against the schemas of the vendor's OpenAPI document itself."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator, FormatChecker
from reference import TABLE
from vendor.sdk import Exchange
from vendor.story import begin, change_everything, end, read_everything
from vendor.walk import walk

from taskrouter_async import TaskRouterClient
from taskrouter_async.sandbox import Sandbox


def _nullable(schema: Any) -> Any:
    """Return a schema of OpenAPI 3.0 in the words of JSON Schema."""
    if isinstance(schema, list):
        return [_nullable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _nullable(member) for name, member in schema.items() if name != "nullable"}
    if schema.get("nullable") and "type" in schema:
        plain["type"] = [schema["type"], "null"]
    return plain


class Judge:
    """Compares answers with the document's schemas."""

    def __init__(self, document: Any) -> None:
        self._document = _nullable(document)

    def check(self, exchange: Exchange) -> None:
        """Fail unless the answer is one that the document promises."""
        if exchange.status >= 400:
            return
        facts = TABLE[exchange.operation]
        operation = self._document["paths"][facts["path"]][facts["verb"].lower()]
        promised = operation["responses"][str(exchange.status)]
        content = promised.get("content", {}).get("application/json")
        if content is None:
            assert exchange.document is None
            return
        schema = {**content["schema"], "components": self._document["components"]}
        Draft4Validator(schema, format_checker=FormatChecker()).validate(exchange.document)


@pytest.fixture(scope="module")
def judge() -> Judge:
    """Knows the vendor's document."""
    path = os.environ.get("TASKROUTER_OPENAPI")
    if not path:
        pytest.fail("TASKROUTER_OPENAPI does not name the vendor's OpenAPI document")
    return Judge(json.loads(Path(path).read_text()))


async def test_the_story_keeps_to_the_schemas(judge: Judge) -> None:
    """Every answer that the vendor's SDK gets in the whole story is one that is promised."""
    async with (
        Sandbox(workspaces=1, clock="virtual") as sandbox,
        TaskRouterClient(
            sandbox.account_sid, sandbox.auth_token, base_url=sandbox.base_url
        ) as ours,
    ):
        story = await begin(sandbox, ours)
        async with story.carrier:
            await read_everything(story)
            await change_everything(story)
            await end(story)
    for exchange in story.carrier.exchanges:
        judge.check(exchange)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=50, deadline=None)
def test_any_walk_keeps_to_the_schemas(judge: Judge, seed: int) -> None:
    """Whatever is asked for, in whatever order, what succeeds is what is promised."""
    for exchange in asyncio.run(walk(seed, steps=80)):
        judge.check(exchange)
