"""What tests about callbacks begin with."""

from collections.abc import AsyncIterator

import pytest
from sandbox.callbacks.receivers import Receiver, receiving


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Somebody who is called."""
    async with receiving() as somebody:
        yield somebody
