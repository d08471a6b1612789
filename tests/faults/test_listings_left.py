"""Whoever reads a listing goes away before its end."""

import asyncio
import gc
from contextlib import aclosing

import pytest
from faults.aftermath import ONCE, MakeClient
from faults.answers import ok, status
from faults.calls import tasks
from faults.fault_server import FaultServer
from faults.listings import link_to, listing_of, one_task, sid_of
from faults.steps import Rst, Script, Send, Stall
from support import settle


async def test_who_leaves_early_leaves_nothing(server: FaultServer, client_of: MakeClient) -> None:
    """91a. Whoever closes a listing early ends the request for the next page with it."""
    server.in_turn(one_task(1, link_to(server, "b")), Stall())
    before = asyncio.all_tasks()

    async with aclosing(aiter(listing_of(client_of(server)))) as items:
        await anext(items)
        await server.until(lambda: len(server.requests) == 2)

    await server.left()
    await settle()
    assert asyncio.all_tasks() == before
    assert server.counts == (1, 2)


async def test_who_just_breaks_off_leaves_nothing(
    server: FaultServer, client_of: MakeClient
) -> None:
    """91b. So does whoever just breaks off the loop and never closes anything."""
    server.in_turn(one_task(1, link_to(server, "b")), Stall())
    before = asyncio.all_tasks()

    async for _ in listing_of(client_of(server)):
        await server.until(lambda: len(server.requests) == 2)
        break
    gc.collect()

    await server.left()
    await settle()
    assert asyncio.all_tasks() == before
    assert server.counts == (1, 2)


async def test_who_is_cancelled_leaves_nothing(server: FaultServer, client_of: MakeClient) -> None:
    """91c. So does whoever is cancelled while waiting for a page."""
    server.in_turn(one_task(1, link_to(server, "b")), Stall())
    before = asyncio.all_tasks()

    reader = asyncio.create_task(tasks(client_of(server)))
    await server.until(lambda: len(server.requests) == 2)
    await settle()
    reader.cancel()
    await asyncio.wait({reader})

    assert reader.cancelled()
    await server.left()
    await settle()
    assert asyncio.all_tasks() == before
    assert server.counts == (1, 2)


@pytest.mark.parametrize("next_page", [Send(status(500)), Send(ok(b"{")), Rst()])
async def test_a_page_that_nobody_wants_may_fail(
    next_page: Script, server: FaultServer, client_of: MakeClient
) -> None:
    """92. That the next page failed is of no interest to whoever has left, and nobody complains."""
    server.in_turn(one_task(1, link_to(server, "b")), next_page)

    async with aclosing(aiter(listing_of(client_of(server, retry=ONCE)))) as items:
        assert (await anext(items)).sid == sid_of(1)
        await server.until(lambda: len(server.requests) == 2)
        await server.quiet()

    assert server.counts == (1, 2)
