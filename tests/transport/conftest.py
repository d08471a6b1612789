"""What the tests of the transport share."""

from collections.abc import AsyncIterator

import pytest

from taskrouter_async import SessionPool


@pytest.fixture
async def pool() -> AsyncIterator[SessionPool]:
    """A session pool, closed after the test."""
    async with SessionPool() as pool:
        yield pool
