"""Answers as the service writes them become models, and models become those answers again.

`bodies.json` holds invented answers by the vendor's name of the operation: a full one with all
fields, and what others as they occur have beside it (`with`) and lack (`without`): old ones without
newer fields, with members that the reference does not know, with nulls, with integers as texts.
Pages are written out.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import Any

import attrs
import pytest
from reference import OPERATIONS, TABLE
from support import at_once, response

from taskrouter_async._protocol.converter import structure
from taskrouter_async._protocol.decoding import decode, decode_page
from taskrouter_async._protocol.fast import decode_fast, decode_page_fast
from taskrouter_async.models import Answer, Document

Body = dict[str, Any]

FILE: dict[str, dict[str, Body]] = json.loads(Path(__file__).with_name("bodies.json").read_text())


def _body(full: Body, difference: Body) -> Body:
    changed = full | difference.get("with", {})
    return {name: changed[name] for name in changed.keys() - set(difference.get("without", ()))}


def _bodies(of_one: dict[str, Body]) -> dict[str, Body]:
    if "full" not in of_one:
        return of_one
    full = of_one["full"]
    return {which: full if body is full else _body(full, body) for which, body in of_one.items()}


BODIES = {name: _bodies(of_one) for name, of_one in FILE.items()}

# What cannot be written again from the fields alone, though every field is there.
NOT_FROM_FIELDS = {
    "private": "members without a field live in the document only",
    "integers_as_strings": "an integer is written as an integer",
    "nulls": "a null where there is a default becomes the default",
    "other_zone": "a date is written in UTC",
    "with_milliseconds": "a date has microseconds or none",
}
# Answers that hold others: the parts name neither their owners nor their addresses in an answer,
# and a part of one's own has those fields, as nulls.
COMBINED = {
    "FetchTaskQueueStatistics",
    "FetchWorkerInstanceStatistics",
    "FetchWorkerStatistics",
    "FetchWorkflowStatistics",
    "FetchWorkspaceStatistics",
}
# Fields that only combined statistics have filled.
WITHIN_COMBINED = {"reservations_completed", "reservations_wrapup", "tasks_assigned"}

# What goes the slow road, though it is harmless.
NOT_FAST = {
    "integers_as_strings",
    "nulls",
    "other_zone",
    "owners_within",  # whose answer it is stands in it more than once, which the judge looks at
}

SINGLE = [(name, which) for name in BODIES if not TABLE[name]["paged"] for which in BODIES[name]]
PAGES = [(name, which) for name in BODIES if TABLE[name]["paged"] for which in BODIES[name]]


def _decoded(name: str, which: str) -> Any:
    return decode(OPERATIONS[name], response(BODIES[name][which]))


def _fields(model: type[Answer]) -> set[str]:
    return {field.name for field in attrs.fields(model) if field.init}


def _written(instance: Answer) -> dict[str, Document]:
    """Return an answer as it is written without the document that it came from."""
    return attrs.evolve(instance).to_dict()


def _complete() -> Iterator[tuple[str, str]]:
    for name, which in SINGLE:
        missing = _fields(OPERATIONS[name].result) - BODIES[name][which].keys()
        if name not in COMBINED and which not in NOT_FROM_FIELDS and missing <= WITHIN_COMBINED:
            yield name, which


def test_there_is_a_body_for_every_model_and_a_page_for_every_listing() -> None:
    """The bodies cover all that operations can answer."""
    models = {operation.result for operation in OPERATIONS.values()} - {NoneType}

    assert {OPERATIONS[name].result for name, _ in SINGLE} == models
    assert {name for name, _ in PAGES} == {name for name in TABLE if TABLE[name]["paged"]}


@pytest.mark.parametrize("name", sorted({name for name, _ in SINGLE}))
def test_the_first_body_has_all_fields(name: str) -> None:
    """The full body has each field that the vendor lists, and no other."""
    assert BODIES[name]["full"].keys() >= set(TABLE[name]["result"])
    assert BODIES[name]["full"].keys() <= _fields(OPERATIONS[name].result)


@pytest.mark.parametrize(("name", "which"), SINGLE)
def test_a_body_is_decoded_and_written_again(name: str, which: str) -> None:
    """What was decoded is an instance of the model, and writes the document that it came from."""
    decoded = _decoded(name, which)

    assert type(decoded) is OPERATIONS[name].result
    assert decoded.to_dict() == BODIES[name][which]


@pytest.mark.parametrize(("name", "which"), SINGLE)
def test_nothing_of_a_body_is_extra_but_what_is_private(name: str, which: str) -> None:
    """Members without a field are told, and only they."""
    known = _fields(OPERATIONS[name].result)

    assert _decoded(name, which).extra.keys() == BODIES[name][which].keys() - known


@pytest.mark.parametrize(("name", "which"), SINGLE)
def test_both_roads_make_the_same_of_a_body(name: str, which: str) -> None:
    """The fast road takes what the service writes today, and makes of it what the judge makes."""
    body, model = BODIES[name][which], OPERATIONS[name].result
    fast = decode_fast(json.dumps(body).encode(), model)

    assert fast is not None or which in NOT_FAST
    if fast is not None:
        assert fast == structure(body, model)


@pytest.mark.parametrize(("name", "which"), sorted(_complete()))
def test_an_object_without_its_document_writes_the_same(name: str, which: str) -> None:
    """From the fields alone the same document is written, if it has all of them."""
    written = _written(_decoded(name, which))

    unsaid = written.keys() - BODIES[name][which].keys()
    assert unsaid <= WITHIN_COMBINED
    assert all(written.pop(field) == 0 for field in unsaid)
    assert written == BODIES[name][which]


@pytest.mark.parametrize(("name", "which"), SINGLE)
def test_what_is_written_from_the_fields_reads_the_same(name: str, which: str) -> None:
    """Whatever a body leaves out, the document written from its fields gives an equal object."""
    decoded = _decoded(name, which)

    assert decode(OPERATIONS[name], response(_written(decoded))) == decoded


@pytest.mark.parametrize(("name", "which"), PAGES)
def test_a_page_is_decoded_and_its_items_written_again(name: str, which: str) -> None:
    """Each item of a page writes the document that it came from, and the page tells its meta."""
    operation = OPERATIONS[name]
    document = BODIES[name][which]
    page = at_once(decode_page(operation, response(document)))

    assert [item.to_dict() for item in page.items] == document[operation.list_key]
    assert attrs.asdict(page.meta) == document["meta"]


@pytest.mark.parametrize(("name", "which"), PAGES)
def test_both_roads_make_the_same_of_a_page(name: str, which: str) -> None:
    """The fast road takes the pages, and makes of them what the judge makes of their items."""
    operation = OPERATIONS[name]
    document = BODIES[name][which]
    fast = at_once(
        decode_page_fast(json.dumps(document).encode(), operation.result, operation.list_key)
    )

    assert fast is not None
    assert fast.items == tuple(
        structure(item, operation.result) for item in document[operation.list_key]
    )
