"""From a path to the one who answers for it."""

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import define, field

from taskrouter_async.sandbox.api.asking import Handler
from taskrouter_async.sandbox.state.refusals import RefusalError, not_found

ANY: Final = "{}"


@define(eq=False)
class _Node:
    fixed: dict[str, "_Node"] = field(factory=dict)
    any: "_Node | None" = None
    handlers: dict[str, Handler] = field(factory=dict)

    def child(self, part: str) -> "_Node":
        if part != ANY:
            return self.fixed.setdefault(part, _Node())
        if self.any is None:
            self.any = _Node()
        return self.any


@define(eq=False)
class Routes:
    """The paths of the API; a fixed part wins over a SID in the same place."""

    _root: _Node = field(init=False, factory=_Node)

    def add(self, path: str, handlers: Mapping[str, Handler]) -> None:
        """Add a path, with ``{}`` where SIDs are, and its handlers by verb."""
        node = self._root
        for part in path.strip("/").split("/"):
            node = node.child(part)
        node.handlers.update(handlers)

    def find(self, verb: str, path: str) -> tuple[Handler, tuple[str, ...]]:
        """Return who answers and the SIDs in the path.

        Raises:
            RefusalError: There is no such path (404), or not with this verb (405).
        """
        node: _Node | None = self._root
        sids: list[str] = []
        for part in path.split("/")[1:]:
            following = node.fixed.get(part) if node else None
            if node and following is None and part:
                following = node.any
                sids.append(part)
            node = following
        if node is None or not node.handlers:
            raise not_found(path)
        if verb not in node.handlers:
            raise MethodRefusalError(node.handlers)
        return node.handlers[verb], tuple(sids)


class MethodRefusalError(RefusalError):
    """The path does not know this verb.

    Attributes:
        allowed: The verbs that it knows, as the header Allow has them.
    """

    def __init__(self, verbs: Iterable[str]) -> None:
        super().__init__(405, 20004, "Method not allowed")
        self.allowed = ", ".join(sorted(verbs))
