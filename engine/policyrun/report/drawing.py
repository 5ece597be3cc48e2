"""A picture as shapes with places in whole pixels, and the same picture as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

#: Fonts with Chinese glyphs that systems come with, best first.
FAMILIES = '等线,"Microsoft YaHei","PingFang SC","Noto Sans CJK SC","Source Han Sans SC",sans-serif'


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle."""

    x: int
    y: int
    width: int
    height: int
    colour: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line straight down from ``y``."""

    x: int
    y: int
    height: int
    colour: str
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text whose middle is at the height ``y``; ``x`` is where it starts, or ends.

    Attributes:
        size: height of a Chinese character.
    """

    x: int
    y: int
    text: str
    size: int
    colour: str
    anchor: Literal["start", "end"] = "start"


Shape = Box | Line | Text


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture; later shapes cover earlier ones."""

    title: str
    width: int
    height: int
    shapes: Sequence[Shape]

    @property
    def letters(self) -> set[str]:
        """Every character in it that leaves a mark."""
        texts = (shape.text for shape in self.shapes if isinstance(shape, Text))
        return {char for text in texts for char in text if not char.isspace()}


_FRAME = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img"'
    ' aria-label="{title}" font-family="{fonts}"><rect width="{w}" height="{h}" fill="#FFFFFF"/>{shapes}</svg>\n'
)
_BOX = Markup('<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{colour}"/>')
_LINE = Markup('<line x1="{x}" y1="{y}" x2="{x}" y2="{end}" stroke="{colour}"{dash}/>')
_TEXT = Markup(
    '<text x="{x}" y="{y}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"'
    ' dominant-baseline="central">{text}</text>'
)


def as_svg(drawing: Drawing) -> str:
    shapes = Markup().join(_shape(shape) for shape in drawing.shapes)
    return str(_FRAME.format(w=drawing.width, h=drawing.height, title=drawing.title, fonts=FAMILIES, shapes=shapes))


def _shape(shape: Shape) -> Markup:
    match shape:
        case Box(x=x, y=y, width=width, height=height, colour=colour):
            return _BOX.format(x=x, y=y, w=width, h=height, colour=colour)
        case Line(x=x, y=y, height=height, colour=colour, dashed=dashed):
            dash = Markup(' stroke-dasharray="6 4"') if dashed else Markup()
            return _LINE.format(x=x, y=y, end=y + height, colour=colour, dash=dash)
        case Text(x=x, y=y, text=text, size=size, colour=colour, anchor=anchor):
            return _TEXT.format(x=x, y=y, text=text, size=size, colour=colour, anchor=anchor)
