"""People who call in, and people who take their calls: life for the sandbox's workspaces."""

from taskrouter_async.sandbox.traffic.plan import ChannelTraffic, Traffic
from taskrouter_async.sandbox.traffic.simulation import Simulation

__all__ = ["ChannelTraffic", "Simulation", "Traffic"]
