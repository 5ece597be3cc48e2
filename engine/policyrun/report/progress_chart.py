"""Progress against targets as a picture: for each region a bar per indicator, and a line where the target is."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from policyrun.app.indicators import IndicatorRun
from policyrun.app.sentence import money_text
from policyrun.datasets.atomic import written
from policyrun.interp.indicators import Rate
from policyrun.report.drawing import Box, Drawing, Line, Shape, Text, as_svg
from policyrun.report.drawing_png import can_draw, write_png
from policyrun.report.look import ACCENT, ALARM, INK_SOFT
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.width import width

#: Colours of the indicators, in the order of the policy.
COLOURS = (ACCENT, "#6C8EBF", "#B8C7E0", "#8A8A8A", "#C9C9C9")

_TITLE = "各地完成任务的进度"
_INK, _RULE = "#222222", "#BBBBBB"
_MARGIN, _HEAD, _LEGEND = 16, 44, 24
_BAR, _BETWEEN, _APART = 13, 3, 12
_LONGEST, _FIGURES = 560, 80
_SIZE, _SMALL, _BIG = 14, 12, 18


def measured(run: IndicatorRun) -> list[str]:
    """The indicators that are progress towards a target: those that something verifies."""
    return list(dict.fromkeys(rate.indicator.name for rate in run.rates.rows if rate.indicator.verified is not None))


def regions(run: IndicatorRun) -> list[Rate]:
    """A rate of each region just below the root."""
    return list({rate.region.path: rate for rate in run.rates.rows if len(rate.region.path) == 2}.values())


def write_chart(run: IndicatorRun, path: Path, found: Diagnostics) -> bool:
    """Writes the picture, by its ending as SVG or PNG, whole or not at all; the reason is then in ``found``."""
    drawing = progress_drawing(run)
    if path.suffix.lower() != ".png":
        return written(path, lambda beside: _as_text(beside, as_svg(drawing)), found)
    return can_draw(drawing, found) and written(path, lambda beside: write_png(drawing, beside), found)


def _as_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def progress_drawing(run: IndicatorRun) -> Drawing:
    names, places = measured(run), regions(run)
    rates = {(rate.region.path, rate.indicator.name): rate for rate in run.rates.rows}
    shown = [rates[place.region.path, name].value for place in places for name in names]
    left = _MARGIN + _SIZE * max((width(place.region.name) for place in places), default=0) // 2 + _APART
    # A target far from met, or far surpassed, still leaves room for the other.
    most = max([Fraction(1), *(value for value in shown if value is not None)])
    top = _HEAD + _LEGEND * (len(names) + 1) + _APART
    group = len(names) * (_BAR + _BETWEEN) + _APART
    bottom = top + group * len(places)
    goal = left + round(_LONGEST / most)
    shapes: list[Shape] = [Text(_MARGIN, _HEAD // 2, _TITLE, _BIG, ACCENT), *_legend(names)]
    shapes.append(Line(left, top, bottom - top, _RULE))
    for number, place in enumerate(places):
        above = top + number * group + _APART // 2
        middle = above + (group - _APART) // 2
        shapes.append(Text(left - _APART, middle, place.region.name, _SIZE, _INK, "end"))
        for row, name in enumerate(names):
            rate = rates[place.region.path, name]
            shapes += _bar(rate, left, above + row * (_BAR + _BETWEEN), most, COLOURS[row % len(COLOURS)])
    shapes.append(Line(goal, top, bottom - top, ALARM, dashed=True))
    return Drawing(_TITLE, left + _LONGEST + _FIGURES + _MARGIN, bottom + _MARGIN, shapes)


def _legend(names: Sequence[str]) -> list[Shape]:
    shapes: list[Shape] = []
    for row, name in enumerate(names):
        y = _HEAD + row * _LEGEND
        shapes.append(Box(_MARGIN, y, _LEGEND, _BAR, COLOURS[row % len(COLOURS)]))
        shapes.append(Text(_MARGIN + _LEGEND + _APART, y + _BAR // 2, name, _SIZE, _INK))
    y = _HEAD + len(names) * _LEGEND
    shapes.append(Line(_MARGIN + _LEGEND // 2, y - _BETWEEN, _BAR + 2 * _BETWEEN, ALARM, dashed=True))
    shapes.append(Text(_MARGIN + _LEGEND + _APART, y + _BAR // 2, "目标", _SIZE, _INK))
    return shapes


def _bar(rate: Rate, left: int, y: int, most: Fraction, colour: str) -> list[Shape]:
    long = round((rate.value or 0) / most * _LONGEST)
    figure = "不适用" if rate.value is None else f"{money_text(rate.value * 100)}%"
    return [
        Box(left, y, long, _BAR, colour),
        Text(left + long + _BETWEEN * 2, y + _BAR // 2, figure, _SMALL, INK_SOFT),
    ]
