"""A drawing as a PNG, with the Chinese font of the system."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from policyrun.report.drawing import Box, Drawing, Line, Text
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

#: Pixels of the picture for one of the drawing, so that it is sharp on paper too.
_SHARP = 2

_DASH, _GAP = 6, 4

#: Files of Chinese fonts, and where in the file the simplified one is: those of Windows, macOS and Linux, best first.
FONT_FILES = (
    ("msyh.ttc", 0),
    ("Deng.ttf", 0),
    ("simhei.ttf", 0),
    ("simsun.ttc", 0),
    ("PingFang.ttc", 0),
    ("Hiragino Sans GB.ttc", 0),
    ("STHeiti Medium.ttc", 0),
    ("NotoSansCJK-Regular.ttc", 2),
    ("NotoSansCJKsc-Regular.otf", 0),
    ("NotoSansSC-Regular.otf", 0),
    ("NotoSansSC-Regular.ttf", 0),
    ("SourceHanSansSC-Regular.otf", 0),
    ("SourceHanSansCN-Regular.otf", 0),
    ("wqy-microhei.ttc", 0),
    ("wqy-zenhei.ttc", 0),
    ("NotoSerifCJK-Regular.ttc", 2),
    ("DroidSansFallbackFull.ttf", 0),
    ("DroidSansFallback.ttf", 0),
    ("uming.ttc", 0),
)

#: No character: a font draws for it what it draws for all those that it does not have.
_NONE = "\uffff"


def can_draw(drawing: Drawing, found: Diagnostics) -> bool:
    """Whether the system has a font with every character; if not, that is reported: boxes say nothing."""
    if font_file(frozenset(drawing.letters)) is not None:
        return True
    found.add(
        "PR687",
        _("这台机器没有能画出这些汉字的字体，画不了 png"),
        help=_("装一种中文字体（如 Noto Sans CJK、文泉驿微米黑），或把图写成 .svg"),
    )
    return False


def write_png(drawing: Drawing, path: Path) -> None:
    """Writes a drawing that ``can_draw``."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (drawing.width * _SHARP, drawing.height * _SHARP), "#FFFFFF")
    canvas = ImageDraw.Draw(image)
    file = font_file(frozenset(drawing.letters))
    assert file is not None, "whoever calls has asked whether it can be drawn"
    for shape in drawing.shapes:
        match shape:
            case Box():
                _box(canvas, shape)
            case Line():
                _line(canvas, shape)
            case Text():
                _text(canvas, shape, _font(*file, shape.size * _SHARP))
    image.save(path, format="PNG", optimize=True)


def _box(canvas: ImageDraw, box: Box) -> None:
    if box.width and box.height:
        right, bottom = (box.x + box.width) * _SHARP - 1, (box.y + box.height) * _SHARP - 1
        canvas.rectangle((box.x * _SHARP, box.y * _SHARP, right, bottom), fill=box.colour)


def _line(canvas: ImageDraw, line: Line) -> None:
    step = _DASH + _GAP if line.dashed else line.height
    for start in range(0, line.height, step):
        end = min(start + (_DASH if line.dashed else line.height), line.height)
        ends = (line.x * _SHARP, (line.y + start) * _SHARP, line.x * _SHARP, (line.y + end) * _SHARP)
        canvas.line(ends, fill=line.colour, width=_SHARP)


def _text(canvas: ImageDraw, text: Text, font: FreeTypeFont) -> None:
    anchor = "rm" if text.anchor == "end" else "lm"
    canvas.text((text.x * _SHARP, text.y * _SHARP), text.text, fill=text.colour, font=font, anchor=anchor)


# ----------------------------------------------------------------------------------------------------------- fonts


@cache
def font_file(letters: frozenset[str]) -> tuple[str, int] | None:
    """The first font of the system that has every one of some characters; None if none has."""
    for name, index in FONT_FILES:
        try:
            font = _font(name, index, 16)
        except OSError:
            continue
        missing = bytes(font.getmask(_NONE))
        if all(bytes(font.getmask(letter)) not in (b"", missing) for letter in letters):
            return name, index
    return None


@cache
def _font(name: str, index: int, size: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(name, size, index)
