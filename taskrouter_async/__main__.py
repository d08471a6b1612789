"""``python -m taskrouter_async`` is the ``taskrouter`` command."""

import sys


def main() -> None:
    """Run the command line and leave with its exit code; Ctrl-C is a good way to end it."""
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(0)


def _run() -> None:
    try:
        from taskrouter_async.cli import run  # noqa: PLC0415 - it may not be installed
    except ModuleNotFoundError as missing:
        if missing.name not in {"cyclopts", "rich"}:
            raise
        sys.exit("the command line needs more: pip install 'taskrouter-async[cli]'")
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
