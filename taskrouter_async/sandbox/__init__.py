"""A local TaskRouter over real HTTP, for demonstrations and tests.

It shares no codec with the client: two ends of a wire that do would agree on each other's mistakes.
"""

from taskrouter_async.sandbox.server import Sandbox
from taskrouter_async.sandbox.world import SandboxAccount

__all__ = ["Sandbox", "SandboxAccount"]
