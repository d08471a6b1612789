"""How long the service asks to wait: the ``Retry-After`` header by its grammar (RFC 9110, 10.2.3).

Nothing more lenient will do: ``float()`` takes "nan", "1e9" and the digits of other scripts.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

_SECONDS: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
# The preferred form of a date in HTTP, "IMF-fixdate" (RFC 9110, 5.6.7); the obsolete two are not
# read.
_DATE: Final = re.compile(
    r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT", re.ASCII
)


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Return for how many seconds the service asks to be left alone.

    A date counts from the answer's own ``Date``, so that no two clocks have to agree; a date in the
    past is 0.

    Args:
        headers: The answer's, by their names in lower case.

    Returns:
        ``None`` if nothing that can be understood is there.
    """
    text = headers.get("retry-after", "")
    if _SECONDS.fullmatch(text):
        return float(text)
    until, now = _date(text), _date(headers.get("date", ""))
    if until is None or now is None:
        return None
    return max(0.0, (until - now).total_seconds())


def _date(text: str) -> datetime | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None
