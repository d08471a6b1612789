"""Whatever is asked for, in whatever order, is answered in the vendor's form."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st
from reference import TABLE
from vendor.walk import walk


@given(seed=st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_a_walk_meets_only_answers_of_the_vendors_form(seed: int) -> None:
    """No request is a 5xx; successes have the reference's members, refusals the vendor's four."""
    for exchange in asyncio.run(walk(seed, steps=60)):
        assert exchange.status < 500, exchange
        if exchange.status >= 400:
            assert set(exchange.document) == {"code", "message", "more_info", "status"}
        for record in exchange.records:
            assert sorted(record) == TABLE[exchange.operation]["result"], exchange
