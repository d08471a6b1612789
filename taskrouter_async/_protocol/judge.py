"""The door to the judge: behind it is cattrs, which is loaded when somebody knocks."""

from typing import TypeVar

from taskrouter_async.models import Document

T = TypeVar("T")


def structure(document: Document, model: type[T], at: str = "$") -> T:
    """Return the document as a model, as `converter.structure` does.

    Raises:
        DecodingError: The document has another shape; the error names the path of the member.
    """
    from taskrouter_async._protocol import converter  # noqa: PLC0415 - the fast road takes nearly all

    return converter.structure(document, model, at)
