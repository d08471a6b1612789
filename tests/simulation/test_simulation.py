"""Whole worlds, ten minutes each, in which everything goes wrong and every promise is kept.

A world has two to four accounts with a client or two each, over one admission. The service below
them limits, fails, loses, hangs and mixes up as its seed decides; callers make about a call a
second, in bursts, and some give up. Nothing takes real time but the work itself, and the same seed
is the same world each time::

    nox -s simulation                      1,000 worlds
    nox -s simulation -- --seeds 100000    more of them, for a night
    nox -s simulation -- --seed 17         the one that failed

The ordinary run simulates the first few.
"""

import gc

from simulation.world import compared_with_peace, play


def test_every_promise_is_kept(seeds: range) -> None:
    """Every promise is kept, in every world and at every step."""
    complaints = [play(seed).complaints for seed in seeds]
    gc.collect()  # an exception that nobody retrieved complains when it is collected
    assert not any(complaints)


def test_one_accounts_trouble_is_nobody_elses() -> None:
    """With and without the others' trouble, an account's calls go the same, to the instant."""
    assert sum(compared_with_peace(seed) for seed in range(12)) > 6


def test_a_seed_is_one_world() -> None:
    """The same seed is the same world each time."""
    assert play(3).history() == play(3).history()
