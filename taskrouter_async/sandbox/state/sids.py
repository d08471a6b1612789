"""SIDs that a seed decides."""

import random

from attrs import define


@define(eq=False)
class Sids:
    """Draw SIDs, the same ones for the same seed."""

    _chance: random.Random

    def new(self, prefix: str) -> str:
        """Return a SID of a kind, such as ``WT``."""
        return f"{prefix}{self._chance.getrandbits(128):032x}"
