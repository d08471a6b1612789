"""A local TaskRouter over real HTTP, for demonstrations and tests.

It shares no codec with the client: two ends of a wire that do would agree on each other's mistakes.
"""

from taskrouter_async.sandbox.callbacks import CallbackTimeouts
from taskrouter_async.sandbox.faults import Fault
from taskrouter_async.sandbox.rates import RateLimits
from taskrouter_async.sandbox.server import Sandbox
from taskrouter_async.sandbox.state.workspace import Alert
from taskrouter_async.sandbox.traffic import ChannelTraffic, Simulation, Traffic
from taskrouter_async.sandbox.world import SandboxAccount

__all__ = [
    "Alert",
    "CallbackTimeouts",
    "ChannelTraffic",
    "Fault",
    "RateLimits",
    "Sandbox",
    "SandboxAccount",
    "Simulation",
    "Traffic",
]
