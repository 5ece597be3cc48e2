"""Before lexing: full-width operators become ASCII and comments blank, character for character, outside text.

The result is as long as the source, so that offsets into one are offsets into the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.source.text import Span

_WIDE = "（）［］＜＞＝！＋－×÷＊／，．＠％　"
_NARROW = "()[]<>=!+-*/*/,.@% "
_TABLE = str.maketrans(_WIDE, _NARROW)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an expression's source: ``code``, ``text`` in quotes, or a ``comment``."""

    kind: str
    start: int
    end: int
    closed: bool = True


def pieces(source: str) -> Iterator[Piece]:
    """The stretches of a source in order; together they cover it.

    >>> [(p.kind, p.start, p.end) for p in pieces('a = "b" // c')]
    [('code', 0, 4), ('text', 4, 7), ('code', 7, 8), ('comment', 8, 12)]
    """
    at = 0
    while at < len(source):
        piece = _piece(source, at)
        yield piece
        at = piece.end


def _piece(source: str, at: int) -> Piece:
    if source[at] == '"':
        return _text(source, at)
    if source.startswith("//", at):
        end = source.find("\n", at)
        return Piece("comment", at, len(source) if end < 0 else end)
    if source.startswith("/*", at):
        end = source.find("*/", at + 2)
        return Piece("comment", at, len(source) if end < 0 else end + 2, closed=end >= 0)
    end = at + 1
    while end < len(source) and source[end] != '"' and source[end : end + 2] not in ("//", "/*"):
        end += 1
    return Piece("code", at, end)


def _text(source: str, at: int) -> Piece:
    end = at + 1
    while end < len(source) and source[end] != "\n":
        if source[end] == '"':
            return Piece("text", at, end + 1)
        end += 2 if source[end] == "\\" else 1
    return Piece("text", at, min(end, len(source)), closed=False)


def normalise(span: Span, found: Diagnostics) -> str | None:
    """The source with ASCII operators and without comments, or None where a text or comment has no end."""
    source = span.text
    parts: list[str] = []
    for piece in pieces(source):
        part = source[piece.start : piece.end]
        if piece.kind == "code" and "\\" in part:
            _report_backslash(span.within(piece.start + part.index("\\"), piece.start + part.index("\\") + 1), found)
            return None
        if not piece.closed:
            _report_unclosed(piece, span, found)
            return None
        match piece.kind:
            case "code":
                parts.append(part.translate(_TABLE))
            case "comment":
                parts.append(" " * len(part))
            case _:
                parts.append(part)
    return "".join(parts)


def _report_backslash(at: Span, found: Diagnostics) -> None:
    found.add(
        "PR113",
        _("表达式里有反斜杠"),
        at,
        help=_("这个字段写在 YAML 的双引号里；改写在单引号里，或用 >- 另起一行"),
    )


def _report_unclosed(piece: Piece, span: Span, found: Diagnostics) -> None:
    at = span.within(piece.start, piece.end)
    if piece.kind == "comment":
        found.add("PR131", _("注释没有结束"), at, help=_("在注释末尾写 */"))
    else:
        found.add("PR116", _("文本缺少后引号"), at, help=_('文本写在一行之内，前后都用 "'))


def code_only(source: str) -> str:
    """A normalised source with its texts blanked out, for looking at everything else."""
    return "".join(
        " " * (piece.end - piece.start) if piece.kind == "text" else source[piece.start : piece.end]
        for piece in pieces(source)
    )
