"""A sweep as one page: a table of the values, and how the money goes with them."""

from __future__ import annotations

from pathlib import Path

from policyrun.app.sweep import Sweep
from policyrun.datasets.atomic import written
from policyrun.report.impact_words import signed, yuan
from policyrun.report.pages import render
from policyrun.report.plot import Mark, bars
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _


def sweep_header() -> tuple[str, ...]:
    return (
        _("取值"),
        _("金额（元）"),
        _("比现在（元）"),
        _("准予行数"),
        _("得到补贴的人"),
        _("决定不同的行"),
        _("涉及的人"),
    )


def sweep_rows(sweep: Sweep) -> list[tuple[str, ...]]:
    """A row for each value; money with two decimals is exact, amounts being multiples of 0.01 yuan."""
    return [
        (
            point.value,
            yuan(point.total),
            signed(point.impact.change),
            str(point.impact.whole.granted),
            str(point.impact.persons_paid()[1]),
            str(point.impact.turned),
            str(point.impact.persons),
        )
        for point in sweep.points
    ]


def write_sweep(sweep: Sweep, path: Path, found: Diagnostics) -> bool:
    """Writes the page whole or not at all; the reason for the latter is in ``found``."""
    text = sweep_page(sweep)
    return written(path, lambda beside: _write(beside, text), found)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def sweep_page(sweep: Sweep) -> str:
    money = [Mark(point.value, point.total, yuan(point.total)) for point in sweep.points]
    change = [Mark(point.value, point.impact.change, signed(point.impact.change)) for point in sweep.points]
    return render(
        "sweep.html",
        title=_("{parameter} 取不同的值").format(parameter=sweep.vary.parameter),
        policy=sweep.base.policy,
        as_of=sweep.base.settings.as_of,
        now=yuan(sweep.points[0].impact.old_total),
        header=sweep_header(),
        rows=sweep_rows(sweep),
        money=bars(money, _("金额（元）")),
        change=bars(change, _("比现在（元）")),
    )
