"""How much of the service an account may use, as far as is known."""

from attrs import frozen


@frozen
class RateLimit:
    """What the service last said about how often something may be asked.

    The vendor does not publish how these are written, so they are kept as they came, cut off after
    100 characters.

    Attributes:
        method: The HTTP verb of the calls.
        path: Their path with named blanks, such as ``/v1/Workspaces/{Sid}``.
        limit: What ``X-Rate-Limit-Limit`` said.
        remaining: What ``X-Rate-Limit-Remaining`` said.
        config: What ``X-Rate-Limit-Config`` said.
    """

    method: str
    path: str
    limit: str | None = None
    remaining: str | None = None
    config: str | None = None


@frozen(kw_only=True)
class AccountLimits:
    """How things stand between an account and the service, over all clients that share a pool.

    Attributes:
        in_flight: Requests of the account in the air now.
        waiting: Calls that wait until others have come back.
        concurrency_limit: How many requests may be in the air: 10 at first, more with every
            answer, less with every refusal; 1 to 100.
        retry_tokens: What is left to pay repetitions with: 5 for each, 2 for one after a 429.
            100 at first; successes bring them back.
        concurrent_requests: How many requests the service last counted, as
            ``Twilio-Concurrent-Requests`` says; ``None`` if it has said no number.
        rate_limits: What it last said about each kind of request, the latest at the end.
    """

    in_flight: int
    waiting: int
    concurrency_limit: int
    retry_tokens: int
    concurrent_requests: int | None = None
    rate_limits: tuple[RateLimit, ...] = ()
