"""What two clients do where something goes wrong: the vendor's for asyncio, and this one.

Each row plays one scene twice, against a server that misbehaves by script, and tells what was seen:
what the caller got, and what reached the server. The vendor's client is made with
``max_retries=3``, ours as it is.
"""

import logging
import sys
import warnings
from pathlib import Path
from typing import Final

from benchmarks.harness import Outcome, Table

_TESTS: Final = Path(__file__).parents[2] / "tests"


def play(_scale: float) -> Outcome:
    """Play every scene with both clients."""
    sys.path.insert(0, str(_TESTS))  # the server that misbehaves is that of the tests
    from benchmarks.scenes import SCENES  # noqa: PLC0415 - can be imported from now on
    from benchmarks.sides import Ours, Theirs  # noqa: PLC0415 - likewise

    warnings.simplefilter("ignore", DeprecationWarning)
    logging.getLogger("asyncio").disabled = True
    rows = tuple((_told(scene.__doc__), scene(Theirs), scene(Ours)) for scene in SCENES)
    columns = ("what happens", "the vendor's client", "this one")
    return Outcome((Table("Where something goes wrong", columns, rows),))


def _told(docstring: str | None) -> str:
    return (docstring or "").partition("\n")[0].removesuffix(".")
