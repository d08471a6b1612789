"""Which addresses the sandbox calls: those of this machine, unless more is asked for."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from yarl import URL

_LOCALHOST: Final = "localhost"
_LOOPBACK_6: Final = IPv6Address("::1")


def receiver(text: str) -> URL | None:
    """Return an address as it is called: with a path, and without a fragment.

    Returns:
        None if it is no address of the web.
    """
    try:
        url = URL(text).with_fragment(None)
        if url.scheme not in {"http", "https"} or not url.host:
            return None
        return url.with_path(url.raw_path, encoded=True, keep_query=True)
    except ValueError:
        return None


def is_loopback(url: URL) -> bool:
    """Tell whether an address is one of this machine, by its letters: nobody is asked for it."""
    host = url.host or ""
    if host == _LOCALHOST:
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return address.is_loopback
    return address == _LOOPBACK_6
