"""The picture of the cache's states is that of the table which the cache runs on."""

import importlib.util
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_the_picture_is_up_to_date() -> None:
    """Drawn anew, it is what the page shows: run docs/draw_cache_states.py if not."""
    spec = importlib.util.spec_from_file_location("drawing", DOCS / "draw_cache_states.py")
    assert spec is not None
    assert spec.loader is not None
    drawing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drawing)

    assert drawing.PICTURE.read_text("utf-8") == drawing.picture()
