"""What one account keeps at the service, and what asking for it does."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from simulation.errands import RESERVATION_SID, WORKSPACE_SID, Errand
from support import workspace_document

from taskrouter_async._protocol.messages import Request, Response

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_GONE: Final = Response(404, _NOTHING, b"")
_CHANGED: Final = Response(412, _NOTHING, b"")
_DELETED: Final = Response(204, _NOTHING, b"")


class Records:
    """One account's tasks; everything else is always there.

    Args:
        account_sid: The account.
        carried_out: Is told when an errand is carried out.

    Attributes:
        account_sid: The account.
        versions: The version of each task that exists.
    """

    def __init__(self, account_sid: str, carried_out: Callable[[Errand], None]) -> None:
        self.account_sid = account_sid
        self.versions: dict[str, int] = {}
        self._made = 0
        self._carried_out = carried_out
        document = workspace_document(account_sid=account_sid, workspace_sid=WORKSPACE_SID)
        self._statistics = Response(200, _NOTHING, json.dumps(document).encode())
        meta = {"key": "tasks", "page": 0, "page_size": 50, "next_page_url": None}
        page = {"tasks": [], "meta": meta}
        self._page = Response(200, _NOTHING, json.dumps(page).encode())

    def make(self) -> str:
        """Make a task and return its SID, which no other account has."""
        self._made += 1
        sid = f"WT{self.account_sid[2]}{self._made:031x}"
        self.versions[sid] = 0
        return sid

    def serve(self, request: Request, errand: Errand | None) -> Response:
        """Carry a request out and answer."""
        *_, last = parts = _path(request)
        if request.method == "GET" and (last not in self.versions and last.startswith("WT")):
            return _GONE
        if request.method == "GET":
            return self.answer_like(request)
        if last == "Tasks":
            return self._done(errand, self.make(), 201)
        if last == RESERVATION_SID:
            return self._done(errand, last, task_sid=parts[-3])
        return self._change(request, last, errand)

    def _change(self, request: Request, sid: str, errand: Errand | None) -> Response:
        version = self.versions.get(sid)
        if version is None:
            return _GONE
        wanted = dict(request.headers).get("If-Match")
        if wanted not in {None, str(version)}:
            return _CHANGED
        if request.method == "DELETE":
            del self.versions[sid]
            self._done(errand, sid)
            return _DELETED
        self.versions[sid] = version + 1
        return self._done(errand, sid)

    def _done(
        self, errand: Errand | None, sid: str, status: int = 200, task_sid: str = ""
    ) -> Response:
        if errand is not None:
            self._carried_out(errand)
        return self._document(sid, status, task_sid)

    def answer_like(self, request: Request) -> Response:
        """Return what this account would be told if it asked that; nothing is done."""
        *_, last = _path(request)
        if last == "RealTimeStatistics":
            return self._statistics
        if last == "Tasks" and request.method == "GET":
            return self._page
        return self._document(last)

    def _document(self, sid: str, status: int = 200, task_sid: str = "") -> Response:
        etag = {"etag": str(self.versions.get(sid, 0))}
        body = (
            f'{{"sid":"{sid}","account_sid":"{self.account_sid}","task_sid":"{task_sid}",'
            f'"workspace_sid":"{WORKSPACE_SID}"}}'
        )
        return Response(status, etag, body.encode())


def _path(request: Request) -> list[str]:
    return request.target.partition("?")[0].split("/")
