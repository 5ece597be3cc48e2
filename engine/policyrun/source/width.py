"""Terminal columns: a Chinese character takes two, a combining mark none."""

from __future__ import annotations

from functools import cache

from policyrun.source.visible import visible

ELLIPSIS = "…"


@cache
def _columns_of(char: str) -> int:
    # Late: only texts with more than ASCII need the tables.
    from wcwidth import wcwidth

    return max(0, int(wcwidth(char)))


def width(text: str) -> int:
    """Terminal columns of a text that has no control characters."""
    if text.isascii():
        return len(text)
    return sum(_columns_of(char) for char in text)


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """The text filled up with blanks to a number of columns, aligned left unless ``right``."""
    blanks = " " * (columns - width(text))
    return blanks + text if right else text + blanks


def cut(text: str, columns: int) -> str:
    """The text in at most so many columns, its end replaced by an ellipsis where it is longer."""
    if width(text) <= columns:
        return text
    kept = ""
    room = columns - width(ELLIPSIS)
    for char in text:
        room -= width(char)
        if room < 0:
            break
        kept += char
    return kept + ELLIPSIS


def caret_line(line: str, start: int, end: int, mark: str = "^") -> str:
    """Marks under the characters ``start`` to ``end`` of a line as ``visible`` shows it; at least one mark."""
    return " " * width(visible(line[:start])) + mark * max(1, width(visible(line[start:end])))


def wrap(text: str, columns: int) -> list[str]:
    """One paragraph in lines of at most so many columns; words stay whole, Chinese breaks between characters.

    Closing punctuation never starts a line.
    """
    lines = [""]
    for piece in _pieces(text):
        room = columns - width(lines[-1])
        if width(piece.rstrip()) > room and lines[-1] and piece not in "，。、；：！？）》”’,.;:!?)":
            lines[-1] = lines[-1].rstrip()
            lines.append("")
            piece = piece.lstrip()
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def _pieces(text: str) -> list[str]:
    """What may not be broken: a run of narrow characters with the blank before it, or one wide character."""
    pieces: list[str] = []
    for char in text:
        joins = pieces and not char.isspace() and width(char) < 2 and width(pieces[-1][-1]) < 2
        if joins:
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces
