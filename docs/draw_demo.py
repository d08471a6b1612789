"""Draw ``docs/_static/demo.svg`` anew: run ``taskrouter demo`` and keep its last picture."""

import io
import os
import pty
import re
import sys
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

PICTURE: Final = Path(__file__).parent / "_static" / "demo.svg"
COLUMNS: Final = 104
ERASE_LINE: Final = "\x1b[2K"  # with these each frame takes the place of the one before


def last_frame() -> str:
    """Return what the terminal holds when the demonstration is over."""
    written = bytearray()

    def read(terminal: int) -> bytes:
        chunk = os.read(terminal, 2**16)
        written.extend(chunk)
        return chunk

    os.environ.update(COLUMNS=str(COLUMNS), LINES="50", TERM="xterm-256color")
    pty.spawn([sys.executable, "-m", "taskrouter_async", "demo"], read)
    return written.decode().rpartition(ERASE_LINE)[2]


def draw(frame: str) -> None:
    """Write the picture."""
    console = Console(record=True, file=io.StringIO(), width=COLUMNS, force_terminal=True)
    console.print(Text.from_ansi(re.sub(r"\x1b\[\?25[hl]|\r", "", frame)))
    svg = console.export_svg(title="taskrouter demo")
    # The reader's own font will do: a picture in a page loads none from elsewhere.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    PICTURE.write_text(svg.replace("Fira Code, monospace", "monospace"), "utf-8")


if __name__ == "__main__":
    draw(last_frame())
