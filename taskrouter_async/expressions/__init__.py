"""TaskRouter's expression language: read, checked and evaluated without asking the service.

It needs lark, which the extra ``sandbox`` installs.
"""

try:
    from taskrouter_async.expressions._expression import Expression, evaluate, parse
except ModuleNotFoundError as _missing:
    if _missing.name != "lark":
        raise
    raise ImportError(
        "expressions need more: pip install 'taskrouter-async[sandbox]'", name="lark"
    ) from _missing
from taskrouter_async.expressions._configuration import validate
from taskrouter_async.expressions._ordering import Order, parse_order_by
from taskrouter_async.expressions._problems import Problem, check
from taskrouter_async.expressions._quoting import Quotable, quote

__all__ = [
    "Expression",
    "Order",
    "Problem",
    "Quotable",
    "check",
    "evaluate",
    "parse",
    "parse_order_by",
    "quote",
    "validate",
]
