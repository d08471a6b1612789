"""What the tests of the shared level share: a redis-server, emptied for each test."""

from collections.abc import Iterator

import pytest
from shared.redis_server import RedisServer, need_redis


@pytest.fixture(scope="session")
def _one_server() -> Iterator[RedisServer]:
    need_redis()
    server = RedisServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_server(_one_server: RedisServer) -> RedisServer:
    """A healthy redis-server with nothing in it."""
    _one_server.tell("FLUSHALL")
    return _one_server


@pytest.fixture
def own_server() -> Iterator[RedisServer]:
    """A redis-server that the test may treat badly."""
    need_redis()
    server = RedisServer()
    server.start()
    yield server
    server.stop()
