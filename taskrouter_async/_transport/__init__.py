"""The only place that speaks aiohttp's client: bytes there, bytes back."""

from taskrouter_async._transport.account import AccountTransport
from taskrouter_async._transport.pool import SessionPool

__all__ = ["AccountTransport", "SessionPool"]
