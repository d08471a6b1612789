"""How the pages are built: ``sphinx-build -W -n docs docs/_build/html``."""

import re
from importlib.metadata import version as version_of
from typing import Final

from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

project = "taskrouter-async"
author = project_copyright = "The taskrouter-async authors"
release = version = version_of(project)

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = project
html_static_path = ["_static"]
smartquotes_action = "D"  # dashes only: what is quoted here is code more often than speech
myst_heading_anchors = 3

autodoc_member_order = "bysource"
napoleon_numpy_docstring = False
python_maximum_signature_line_length = 88
# A name in single backticks is a link where the reference has it, and stays a name elsewhere.
default_role = "py:obj"

nitpicky = True
nitpick_ignore = [
    # Type variables: letters that stand for a model.
    ("py:class", "I"),
    # Aliases of types that contain themselves; the page about models tells them in words.
    ("py:class", "Document"),
    ("py:class", "Json"),
    # What wraps up an address that may hold a password; a text does as well.
    ("py:class", "taskrouter_async.config.Secret"),
    # What the server asks the faults for; no user does.
    ("py:class", "taskrouter_async.sandbox.faults.orders.Strike"),
]
nitpick_ignore_regex = [
    # Other people's names: the build needs no network, so nobody looks them up.
    (r"py:.*", r"(aiohttp|collections\.abc|contextlib|datetime|enum|random|ssl)\..+"),
    (r"py:class", r"taskrouter_async\.[\w.]+\.(C|I|K|T|V|T_co|V_co)"),
]

# What the library hands out: nobody else constructs it.
_HANDED_OUT: Final = re.compile(
    r"taskrouter_async\.(_pages\.Listing|expressions\.(Expression|Order|Problem)|client\.CacheView|models\.(?!Cached$)\w+|resources\.\w+"
    r"|sandbox\.(SandboxAccount|Simulation|Alert|faults\.(orders\.)?(FaultOrder|Faults)))"
)
# What users construct themselves among these: changes, instructions and rules.
_CONSTRUCTED: Final = re.compile(
    r"taskrouter_async\.resources\.(\w+Change|Accept|Reject|WrapUp|Complete|Conference|Dequeue"
    r"|CallOut|Redirect|Supervise)"
    r"|taskrouter_async\.models\.Workflow(Configuration|Filter|Target)"
)
# Arguments that may be left out show so by their default; the type of that default says no more.
_NOT_GIVEN: Final = re.compile(r" \| ~?(taskrouter_async\._protocol\.arguments\.)?NotGiven\b")
_MODULE: Final = re.compile(r"(?<![\w.~])(collections\.abc|taskrouter_async[\w.]*)\.(?=[A-Z])")


def _plain(_app: Sphinx, _env: object, node: pending_xref, text: object) -> object:
    return text if node["reftype"] == "obj" else None


def _signature(
    _app: Sphinx, what: str, name: str, _obj: object, _options: object, given: str, returns: str
) -> tuple[str, str] | None:
    given = _NOT_GIVEN.sub("", given or "")
    if what != "class":
        return (given, returns) if what == "method" else None
    if _HANDED_OUT.fullmatch(name) and not _CONSTRUCTED.fullmatch(name):
        return "", ""
    return given.replace("<built-in function monotonic>", "time.monotonic"), returns


def _short_types(
    _app: Sphinx, _what: str, _name: str, _obj: object, _options: object, lines: list[str]
) -> None:
    for number, line in enumerate(lines):
        indent, marker, told = line.partition(":type:")
        if marker:
            short = _NOT_GIVEN.sub("", told.strip())
            lines[number] = f"{indent}{marker} " + _MODULE.sub(r"~\g<0>", short)


def setup(app: Sphinx) -> None:
    """Let names without a page be names, and keep signatures and types short."""
    app.connect("missing-reference", _plain)
    app.connect("autodoc-process-signature", _signature)
    app.connect("autodoc-process-docstring", _short_types)
