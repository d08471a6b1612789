"""The way to the service and back, on which everything goes wrong that can."""

import asyncio
import math
from typing import Final

from simulation.nature import Fault
from simulation.service import Service
from simulation.watch import Watch

from taskrouter_async._protocol.messages import Request, Response
from taskrouter_async.errors import (
    CallTimeoutError,
    ClosedError,
    ConnectError,
    ConnectionLostError,
    Phase,
)

_CARRIED_OUT_ALL_THE_SAME: Final = (  # tuples: hashing an enumeration's member takes longer
    Fault.LOST_AFTERWARDS,
    Fault.FAILED_AFTERWARDS,
    Fault.HANG_AFTERWARDS,
    Fault.SLOW_BODY,
    Fault.GARBLED,
    Fault.MIXED_UP,
)
_FOR_EVER: Final = (Fault.HANG, Fault.LATE)
_GARBAGE: Final = b'{"sid": "WT'


class Carrier:
    """Carries the requests of one client: what `AccountTransport` is elsewhere.

    Args:
        service: Where to.
        stranger: Whose answers come where things are mixed up.
        watch: Is told of each request and its end.
    """

    def __init__(self, service: Service, stranger: Service, watch: Watch) -> None:
        self._service = service
        self._stranger = stranger
        self._watch = watch
        self._loop = asyncio.get_running_loop()
        self._in_the_air: dict[asyncio.Future[None], None] = {}
        self._ended = False

    async def send(self, request: Request, deadline: float) -> Response:
        """Return the answer by the deadline, or raise what the network brings."""
        if self._ended:
            raise _closed()
        service = self._service
        errand = service.errand_of(request)
        service.in_flight += 1
        self._watch.departed(service.records.account_sid, errand)
        try:
            return await self._carry(request, deadline)
        finally:
            service.in_flight -= 1

    def enter(self) -> None:
        """Be at home everywhere."""

    def distrust(self) -> None:
        """Do without the connections that are open; there are none."""

    def end(self) -> None:
        """End what is in the air, and what comes later."""
        self._ended = True
        for waker in self._in_the_air:
            _wake(waker)

    async def _carry(self, request: Request, deadline: float) -> Response:
        fault = self._service.fault()
        if fault is None or fault in _CARRIED_OUT_ALL_THE_SAME:
            response = self._service.serve(request)
            await self._come_back(fault, deadline)
            return self._as_it_comes(fault, response, request)
        if fault is Fault.REFUSED_BY_CHANCE:
            await self._pass(self._service.latency(), deadline)
            return self._service.too_many()
        return await self._get_lost(fault, request, deadline)

    async def _come_back(self, fault: Fault | None, deadline: float) -> None:
        seconds = self._service.latency()
        if fault is Fault.HANG_AFTERWARDS:
            seconds = math.inf
        await self._pass(seconds, deadline)
        if fault is Fault.LOST_AFTERWARDS:
            raise ConnectionLostError("lost on the way back")
        if fault is Fault.SLOW_BODY:
            await self._pass(self._service.chance.uniform(0.0, 20.0), deadline, "body")

    def _as_it_comes(self, fault: Fault | None, response: Response, request: Request) -> Response:
        if fault is Fault.FAILED_AFTERWARDS:
            return Response(500, response.headers, b"")
        if fault is Fault.GARBLED and response.status < 300:
            return Response(response.status, response.headers, _GARBAGE)
        if fault is Fault.MIXED_UP and response.status < 300 and response.body:
            return self._stranger.records.answer_like(request)
        return response

    async def _get_lost(self, fault: Fault, request: Request, deadline: float) -> Response:
        seconds = self._service.latency()
        if fault is Fault.REFUSED:
            await self._pass(seconds, deadline, "connect")
            raise ConnectError("refused")
        if fault is Fault.LATE:
            late = self._service.chance.uniform(0.0, 40.0)
            self._loop.call_later(late, self._service.serve, request)
        if fault in _FOR_EVER:
            seconds = math.inf
        await self._pass(seconds, deadline)
        if fault is Fault.FAILED:
            return Response(503, {}, b"<html>")
        raise ConnectionLostError("lost on the way", reused=fault is Fault.CLOSING)

    async def _pass(self, seconds: float, deadline: float, phase: Phase = "answer") -> None:
        """Let time pass, but not beyond the deadline."""
        until = self._loop.time() + seconds
        waker = self._loop.create_future()
        timer = self._loop.call_at(min(until, deadline), _wake, waker)
        self._in_the_air[waker] = None
        try:
            await waker
        finally:
            timer.cancel()
            del self._in_the_air[waker]
        if self._ended:
            raise _closed()
        if until > deadline:
            raise CallTimeoutError("the time was over", phase=phase)


def _wake(waker: "asyncio.Future[None]") -> None:
    if not waker.done():
        waker.set_result(None)


def _closed() -> ClosedError:
    return ClosedError("closed while the call waited for its answer")
