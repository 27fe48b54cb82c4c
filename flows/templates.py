"""The package's templates, of pages and of plain text, and the filters they share."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape
from rich.console import Console
from rich.text import Text

from flows.marking import Piece

WIDTH = 72
"""Columns of the text for e-mail."""
_ACRONYMS = {"ai": "AI", "ip": "IP"}


@cache
def template(name: str) -> Template:
    """A template of this package, by its path in it; in HTML every value is escaped. It is compiled once a process."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(["html.j2"]),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    templates.filters |= _FILTERS
    return templates.get_template(name)


def _label(tag: str) -> str:
    """A tag in words: export_controls → export controls, ai_chips → AI chips."""
    return " ".join(_ACRONYMS.get(word, word) for word in tag.split("_"))


def _when(row: Mapping[str, Any]) -> str:
    """When an article appeared, as exactly as it is known."""
    at = row["appeared_at"]
    if row["precision"] == "day":
        return f"{at:%-d %b}"
    return f"{at:%-d %b %H:%M}" if row["precision"] == "instant" else f"seen {at:%-d %b %H:%M}"


def _link(url: str) -> str:
    """An address that may be followed; empty for any other."""
    return url if url.startswith(("http://", "https://")) else ""


def _plain(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _bracketed(pieces: Iterable[Piece]) -> str:
    return "".join(f"[{piece.text}]" if piece.is_hit else piece.text for piece in pieces)


def _wrapped(text: str, indent: int = 0, hang: int = 0) -> str:
    """Lines of WIDTH columns, a Chinese character two of them; all indented, those after the first by `hang` more."""
    console = Console(width=WIDTH, color_system=None)
    first, *rest = Text(text).wrap(console, WIDTH - indent - hang)
    lines = [" " * indent + first.plain, *(" " * (indent + hang) + line.plain for line in rest)]
    return "\n".join(line.rstrip() for line in lines)


_FILTERS = {
    "label": _label, "when": _when, "link": _link, "plain": _plain, "bracketed": _bracketed, "wrapped": _wrapped,
}  # fmt: skip
