"""Indicators as a workbook: all of them in a table, progress against targets as a chart, and what they rest on."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from policyrun.app.indicators import INDICATOR_COLUMNS, IndicatorRun, second_best
from policyrun.app.sentence import money_text
from policyrun.datasets.atomic import written
from policyrun.report.look import ACCENT, FONT, Look
from policyrun.report.progress_chart import COLOURS, measured, regions
from policyrun.report.sheets import SheetWriter, fitting_width, page_setup
from policyrun.source.diagnostic import Diagnostics

_LEAST, _MOST = 8, 28
#: Width and height of the chart, in pixels.
_CHART = {"width": 980, "height": 420}


def write_indicators(run: IndicatorRun, path: Path, found: Diagnostics) -> bool:
    """Writes the workbook whole or not at all; the reason for the latter is in ``found``."""
    return written(path, lambda beside: _write(run, beside), found)


def _write(run: IndicatorRun, path: Path) -> None:
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    book = xlsxwriter.Workbook(str(path), {"strings_to_urls": False})
    book.set_properties({"title": "指标", "created": datetime(2000, 1, 1)})
    book.formats[0].set_font_name(FONT)
    look = Look(book)
    _table(SheetWriter(book.add_worksheet("指标"), look), run)
    _progress(book, SheetWriter(book.add_worksheet("进度"), look), run)
    _notes(SheetWriter(book.add_worksheet("说明"), look), run)
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(error.args[0].errno, error.args[0].strerror) from error


def _table(writer: SheetWriter, run: IndicatorRun) -> None:
    rows = run.rows()
    figures = INDICATOR_COLUMNS.index("分子")
    for place, name in enumerate(INDICATOR_COLUMNS):
        texts = [row[place] for row in rows]
        writer.sheet.set_column(place, place, fitting_width(name, texts, _LEAST, _MOST))
        writer.text(0, place, name, "header")
        for number, text in enumerate(texts, 1):
            if place >= figures and text and "/" not in text:
                writer.number(number, place, Decimal(text), "money" if name == "值" else "count")
            else:
                writer.text(number, place, text)
    writer.sheet.freeze_panes(1, 4)
    writer.sheet.autofilter(0, 0, max(len(rows), 1), len(INDICATOR_COLUMNS) - 1)
    page_setup(writer.sheet, "指标")


def _progress(book: Any, writer: SheetWriter, run: IndicatorRun) -> None:
    """The share of its target that each region below the root has reached, and a chart of it."""
    names, places = measured(run), regions(run)
    writer.sheet.set_column(0, 0, 14)
    writer.sheet.set_column(1, len(names) + 1, 26)
    for place, name in enumerate(("地区", *names, "目标")):
        writer.text(0, place, f"{name}（%）" if place else name, "header")
    shares = {(rate.region.path, rate.indicator.name): rate.value for rate in run.rates.rows}
    for number, rate in enumerate(places, 1):
        writer.text(number, 0, rate.region.name)
        for place, name in enumerate(names, 1):
            value = shares[rate.region.path, name]
            if value is not None:
                writer.number(number, place, Decimal(money_text(value * 100)), "money")
        writer.number(number, len(names) + 1, 100, "count")
    last = len(places)
    chart = book.add_chart({"type": "column"})
    for place, name in enumerate(names, 1):
        chart.add_series(
            {
                "name": name,
                "categories": [writer.sheet.name, 1, 0, last, 0],
                "values": [writer.sheet.name, 1, place, last, place],
                "fill": {"color": COLOURS[(place - 1) % len(COLOURS)]},
                "gap": 60,
            }
        )
    goal = book.add_chart({"type": "line"})
    goal.add_series(
        {
            "name": "目标",
            "categories": [writer.sheet.name, 1, 0, last, 0],
            "values": [writer.sheet.name, 1, len(names) + 1, last, len(names) + 1],
            "line": {"color": "#C00000", "width": 1.25, "dash_type": "dash"},
        }
    )
    chart.combine(goal)
    chart.set_title({"name": "各地完成任务的进度", "name_font": {"name": FONT, "size": 13, "color": ACCENT}})
    chart.set_y_axis({"name": "完成率（%）", "min": 0, "num_format": "0", "major_gridlines": {"visible": True}})
    chart.set_legend({"position": "bottom"})
    chart.set_size(_CHART)
    writer.sheet.insert_chart(last + 2, 0, chart)
    page_setup(writer.sheet, "进度")


def _notes(writer: SheetWriter, run: IndicatorRun) -> None:
    writer.sheet.set_column(0, 0, 18)
    writer.sheet.set_column(1, 1, 90)
    rows = [
        ("政策", f"{run.policy.title}　{run.policy.ref}"),
        ("基准日", run.settings.as_of.isoformat()),
        *((f"读法 {name}", way) for name, way in run.settings.readings.items()),
        *(
            (record, f"{rows} 行，数据错误 {run.rates.invalid.get(record, 0)} 行，没有计入")
            for record, rows in run.read.items()
        ),
        *(
            ("出处", f"没有给出“{better}”，由“{source}”得出：{'、'.join(names)}")
            for source, better, names in second_best(run.rates)
        ),
        ("分母", "任务数以万为单位的换算成人、人次；分母为零的不适用，值为空"),
    ]
    for number, (label, text) in enumerate(rows):
        writer.text(number, 0, label, "label")
        writer.text(number, 1, text, "value")
    page_setup(writer.sheet, "说明")
