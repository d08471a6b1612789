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
    ("py:class", "taskrouter_async.models.caching.T_co"),
    ("py:class", "taskrouter_async.resources.statistics.T"),
    # An alias of a type that contains itself; the page about models tells it in words.
    ("py:class", "Json"),
]
nitpick_ignore_regex = [
    # Other people's names: the build needs no network, so nobody looks them up.
    (r"py:.*", r"(aiohttp|collections\.abc|ssl)\..+"),
]

# What the library hands out: nobody else constructs it.
_HANDED_OUT: Final = re.compile(
    r"taskrouter_async\.(client\.CacheView|models\.(?!Cached$)\w+|resources\.\w+)"
)
_MODULE: Final = re.compile(r"(?<![\w.~])(collections\.abc|taskrouter_async[\w.]*)\.(?=[A-Z])")


def _plain(_app: Sphinx, _env: object, node: pending_xref, text: object) -> object:
    return text if node["reftype"] == "obj" else None


def _signature(
    _app: Sphinx, what: str, name: str, _obj: object, _options: object, given: str, returns: str
) -> tuple[str, str] | None:
    if what != "class":
        return None
    if _HANDED_OUT.fullmatch(name):
        return "", ""
    return (given or "").replace("<built-in function monotonic>", "time.monotonic"), returns


def _short_types(
    _app: Sphinx, _what: str, _name: str, _obj: object, _options: object, lines: list[str]
) -> None:
    for number, line in enumerate(lines):
        indent, marker, told = line.partition(":type:")
        if marker:
            short = "~collections.abc.Mapping[str, Json]" if "Json" in told else told
            lines[number] = f"{indent}{marker} " + _MODULE.sub(r"~\g<0>", short.strip())


def setup(app: Sphinx) -> None:
    """Let names without a page be names, and keep signatures and types short."""
    app.connect("missing-reference", _plain)
    app.connect("autodoc-process-signature", _signature)
    app.connect("autodoc-process-docstring", _short_types)
