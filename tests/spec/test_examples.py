"""Our decoding and our table of facts against the vendor's OpenAPI document itself.

The document is not ours to hand on, so the daily tests go without it. They leave this folder out;
`nox -s spec -- path/to/twilio_taskrouter_v1.json` runs it, and nothing here is skipped.
"""

import json
import os
from pathlib import Path
from types import NoneType
from typing import Any

import pytest
from contract import distil
from reference import OPERATIONS, TABLE
from support import at_once, response

from taskrouter_async._protocol.decoding import decode, decode_page
from taskrouter_async._protocol.messages import Response

# Examples that the vendor's document itself has wrong, by operation and name, with the reason.
EXCEPTIONS: dict[tuple[str, str], str] = {}


def _document() -> Any:
    path = os.environ.get("TASKROUTER_OPENAPI")
    if not path:
        pytest.fail("TASKROUTER_OPENAPI does not name the vendor's OpenAPI document")
    return json.loads(Path(path).read_text())


@pytest.fixture(scope="module")
def document() -> Any:
    """The vendor's OpenAPI document."""
    return _document()


def _answers(document: Any, operation_id: str) -> dict[str, Any]:
    facts = TABLE[operation_id]
    operation = document["paths"][facts["path"]][facts["verb"].lower()]
    ((status, answer),) = operation["responses"].items()
    content = answer.get("content", {}).get("application/json", {})
    if not content:
        assert (status, OPERATIONS[operation_id].result) == ("204", NoneType)
    examples = content.get("examples", {}).items()
    return {name: example["value"] for name, example in examples}


def test_the_table_is_what_the_document_says(document: Any) -> None:
    """`operations.json` is what `distil.py` makes of this document."""
    assert distil.operations(document) == TABLE


def test_exceptions_are_examples(document: Any) -> None:
    """Each exception is an example that is still there."""
    for operation_id, name in EXCEPTIONS:
        assert name in _answers(document, operation_id)


@pytest.mark.parametrize("operation_id", sorted(TABLE))
def test_every_example_is_decoded_and_written_again(document: Any, operation_id: str) -> None:
    """Each example of an answer becomes its model, which writes the same document."""
    operation = OPERATIONS[operation_id]
    answers = _answers(document, operation_id)

    assert answers or operation.result is NoneType
    for name, body in answers.items():
        if (operation_id, name) in EXCEPTIONS:
            continue
        if operation.list_key:
            items = at_once(decode_page(operation, response(body))).items
            assert [item.to_dict() for item in items] == body[operation.list_key], name
        else:
            assert decode(operation, response(body)).to_dict() == body, name


@pytest.mark.parametrize("operation_id", [name for name in sorted(TABLE) if "Delete" in name])
def test_what_is_deleted_answers_nothing(document: Any, operation_id: str) -> None:
    """A deletion has no example, and its empty answer becomes ``None``."""
    assert _answers(document, operation_id) == {}
    assert decode(OPERATIONS[operation_id], Response(204, {}, b"")) is None
