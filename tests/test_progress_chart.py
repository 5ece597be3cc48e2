"""The picture of progress: the same shapes as SVG and PNG, and no boxes where Chinese characters should be."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from command_line import CommandLine, write_csv
from policyrun.app.indicators import IndicatorRun
from policyrun.app.settings import settings_for
from policyrun.interp.indicators import work_out
from policyrun.report import drawing_png
from policyrun.report.drawing import Box, Drawing, Line, Text, as_svg
from policyrun.report.drawing_png import can_draw, font_file, write_png
from policyrun.report.progress_chart import measured, progress_drawing, regions
from policyrun.source.diagnostic import Diagnostics
from rosters import POLICY, ROSTER, counties, data, policy, roster

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def run() -> IndicatorRun:
    chosen = settings_for(policy(), Diagnostics(), as_of=date(2023, 12, 31))
    read = data(roster(400, 5, counties()[:30]))
    return IndicatorRun(policy(), chosen, {ROSTER: len(read.rows)}, work_out(policy(), {ROSTER: read}, chosen))


def test_bars_are_as_long_as_their_shares_and_the_target_is_one_line(run):
    drawing = progress_drawing(run)
    texts = [shape.text for shape in drawing.shapes if isinstance(shape, Text)]
    assert [place.region.name for place in regions(run)] == [text for text in texts if text.endswith("市")]
    assert set(measured(run)) <= set(texts)
    legend = len(measured(run))
    bars = [shape for shape in drawing.shapes if isinstance(shape, Box)][legend:]
    assert len(bars) == 11 * legend
    axis, goal = [shape for shape in drawing.shapes if isinstance(shape, Line)][1:]
    assert goal.dashed
    rates = {(rate.region.path, rate.indicator.name): rate.value for rate in run.rates.rows}
    shares = [rates[place.region.path, name] for place in regions(run) for name in measured(run)]
    for bar, share in zip(bars, shares, strict=True):
        assert bar.x == axis.x
        assert abs(bar.width - share * (goal.x - axis.x)) <= 1


def test_nothing_leaves_the_picture(run):
    drawing = progress_drawing(run)
    for shape in drawing.shapes:
        assert 0 <= shape.x <= drawing.width
        assert 0 <= shape.y <= drawing.height
        if isinstance(shape, Box):
            assert shape.x + shape.width <= drawing.width


def test_the_svg_has_every_shape(run):
    drawing = progress_drawing(run)
    root = ElementTree.fromstring(as_svg(drawing))
    assert root.get("aria-label") == drawing.title
    for kind, tag in ((Box, "rect"), (Line, "line"), (Text, "text")):
        ground = 1 if kind is Box else 0
        drawn = root.findall(f"{SVG}{tag}")
        assert len(drawn) == ground + sum(isinstance(shape, kind) for shape in drawing.shapes)


def test_markup_in_a_text_stays_text():
    root = ElementTree.fromstring(as_svg(Drawing("<图>", 9, 9, [Text(1, 1, "甲<b>&乙", 9, "#000000")])))
    assert root.findtext(f"{SVG}text") == "甲<b>&乙"


@pytest.mark.skipif(font_file(frozenset("各地进度")) is None, reason="no Chinese font on this machine")
def test_the_png_shows_bars_and_characters(run, tmp_path):
    drawing = progress_drawing(run)
    assert can_draw(drawing, Diagnostics())
    write_png(drawing, tmp_path / "图.png")
    with Image.open(tmp_path / "图.png") as image:
        assert image.size == (2 * drawing.width, 2 * drawing.height)
        bar = max((one for one in drawing.shapes if isinstance(one, Box)), key=lambda one: one.width)
        inside = image.getpixel((2 * bar.x + bar.width, 2 * bar.y + bar.height))
        assert inside == tuple(int(bar.colour[at : at + 2], 16) for at in (1, 3, 5))
        title = image.crop((0, 0, image.width, 80))
        assert len(title.getcolors(maxcolors=5000) or ()) > 2


def test_without_a_font_nothing_is_drawn(run, tmp_path, capfd, monkeypatch):
    monkeypatch.setattr(drawing_png, "FONT_FILES", (("没有这个字体.ttf", 0),))
    drawing_png.font_file.cache_clear()
    rows = write_csv(tmp_path / "信息表.csv", roster(20, 5, counties()[:3]))
    there = tmp_path / "图.png"
    done = CommandLine(capfd)("indicators", "--policy", POLICY, "--input", rows, "--chart", there)
    drawing_png.font_file.cache_clear()
    assert done.code == 2
    assert "PR687" in done.err
    assert not there.exists()


def test_a_font_without_the_characters_does_not_do(tmp_path, monkeypatch):
    """Pillow's own font is Latin only: it would draw boxes."""
    from PIL import ImageFont

    latin = ImageFont.load_default(size=16)
    monkeypatch.setattr(drawing_png, "_font", lambda name, index, size: latin)
    drawing_png.font_file.cache_clear()
    assert font_file(frozenset("abc")) is not None
    assert font_file(frozenset("abc进度")) is None
    drawing_png.font_file.cache_clear()


def test_other_endings_are_refused(tmp_path, capfd):
    rows = write_csv(tmp_path / "信息表.csv", roster(5, 5, counties()[:3]))
    done = CommandLine(capfd)("indicators", "--policy", POLICY, "--input", rows, "--chart", Path(tmp_path / "图.jpg"))
    assert (done.code, "PR686" in done.err) == (2, True)


def test_regions_far_beyond_their_target_stay_in_the_picture(run):
    grown = [
        type(rate)(rate.region, rate.indicator, rate.source, rate.numerator, rate.denominator, Fraction(7, 2), None)
        for rate in run.rates.rows
    ]
    names = {rate.indicator.name: rate for rate in run.rates.rows if rate.indicator.verified is not None}
    assert names
    told = IndicatorRun(run.policy, run.settings, run.read, type(run.rates)(tuple(grown), {}))
    drawing = progress_drawing(told)
    assert max(shape.x + shape.width for shape in drawing.shapes if isinstance(shape, Box)) < drawing.width
