"""The command line: ``taskrouter demo``, ``taskrouter watch`` and ``taskrouter sandbox``."""

from taskrouter_async.cli.app import run

__all__ = ["run"]
