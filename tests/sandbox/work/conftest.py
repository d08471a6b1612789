"""What tests about work begin with."""

import pytest
from sandbox.conftest import Api
from sandbox.work.centre import Centre


@pytest.fixture
async def centre(api: Api) -> Centre:
    """A workspace with one queue for everybody and one workflow to it; nobody works there yet."""
    return await Centre.open(api)
