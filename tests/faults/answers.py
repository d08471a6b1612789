"""Answers, byte for byte, and documents that a client takes for what it asked for."""

import gzip
import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from support import ACCOUNT_SID, WORKSPACE_SID

TASK_SID = "WT" + "6" * 32

WORKSPACE: dict[str, Any] = {
    "account_sid": ACCOUNT_SID,
    "sid": WORKSPACE_SID,
    "friendly_name": "Support",
}
TASK: dict[str, Any] = {
    "account_sid": ACCOUNT_SID,
    "workspace_sid": WORKSPACE_SID,
    "sid": TASK_SID,
    "assignment_status": "pending",
    "attributes": '{"language": "en"}',
}


def page(list_key: str, items: Iterable[object], next_page_url: str | None = None) -> bytes:
    """Return a page of a listing as a document."""
    meta = {"key": list_key, "next_page_url": next_page_url}
    return document_of({list_key: list(items), "meta": meta})


def document_of(document: object) -> bytes:
    """Return a body: bytes as they are, everything else as JSON."""
    return document if isinstance(document, bytes) else json.dumps(document).encode()


def head(code: int = 200, **headers: object) -> bytes:
    """Return a head; underscores in the names of headers become hyphens."""
    try:
        reason = HTTPStatus(code).phrase
    except ValueError:
        reason = "Unheard Of"
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"HTTP/1.1 {code:03} {reason}", *lines, "", ""]).encode()


def status(code: int, document: object = b"", **headers: object) -> bytes:
    """Return a whole answer; ``Content_Length`` and ``Content_Type`` may say something else."""
    body = document_of(document)
    standing = {"Content_Type": "application/json", "Content_Length": len(body)}
    return head(code, **(standing | headers)) + body


def ok(document: object, **headers: object) -> bytes:
    """Return a whole answer with status 200."""
    return status(200, document, **headers)


def chunk(data: bytes) -> bytes:
    """Return bytes as one chunk of a chunked body; no bytes are the end of one."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def chunked(*pieces: bytes, ends: bool = True, **headers: object) -> bytes:
    """Return an answer whose body comes in chunks; the last of them may be missing."""
    standing = {"Content_Type": "application/json", "Transfer_Encoding": "chunked"}
    body = b"".join(map(chunk, (*pieces, b"") if ends else pieces))
    return head(200, **(standing | headers)) + body


def gzipped(document: object, **headers: object) -> bytes:
    """Return a whole answer with a compressed body."""
    return ok(gzip.compress(document_of(document)), **({"Content_Encoding": "gzip"} | headers))
