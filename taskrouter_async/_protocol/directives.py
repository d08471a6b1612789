"""What one call asks of the cache, in the words of HTTP's ``Cache-Control``."""

from typing import Final

from attrs import frozen


@frozen
class Directives:
    """One call's wishes (RFC 9111, 5.2.1).

    Attributes:
        max_age: Any answer must be younger than this many seconds; ``None`` for no such wish.
        only_if_cached: Whether to be content with memory: nothing is sent.
        no_store: Whether to have a request of one's own, whose answer nobody else gets.
    """

    max_age: float | None = None
    only_if_cached: bool = False
    no_store: bool = False


NO_WISHES: Final = Directives()
