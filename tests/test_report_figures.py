"""No figure of a report or an indicator can be altered without a difference in what they say of one roster.

That what they say unaltered is right is for ``test_reports`` and ``test_indicators``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from policyrun.app.mutation import Trial, alter, trial
from policyrun.app.overlay import read_overlay
from policyrun.app.report import cell_text
from policyrun.app.settings import settings_for
from policyrun.check.lower import lower_policy
from policyrun.interp.expressions import Row, value_of
from policyrun.interp.indicators import work_out
from policyrun.interp.reports import broken, tabulate
from policyrun.ir.nodes import Supplied
from policyrun.ir.policy import Policy, RecordType
from policyrun.model import period
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.text import SourceFile, Span
from policyrun.syntax.yaml_reader import read_yaml
from rosters import OVERLAY, POLICY, ROSTER, counties, data, roster

ROOT = ("浙江省",)
ROWS = data(roster(90, 5, counties()[:2]))
READINGS = ({}, {"创业培训": "并列项", "取证栏口径": "只计补贴", "核验步长": "5"})
#: Figures are many, most of them numbers of columns: of every so many, one is altered.
EVERY = 3
STEPS = ("1", "5", "10")
#: Rates in points, about each threshold that a figure could be moved to.
POINTS = (0, 1, 14, 15, 16, 19, 20, 21, 29, 30, 31, 39, 40, 41, 45, Fraction("57.9"), 99, 100, 101, 102)


def what_it_says(policy: Policy) -> list[str]:
    said = [line for readings in READINGS for line in _says(policy, readings)]
    return said + [line for step in STEPS for line in _verifies(policy, step)]


def _says(policy: Policy, readings: dict[str, str]) -> Iterator[str]:
    chosen = settings_for(policy, Diagnostics(), readings=readings)
    year = period.year("2022")
    assert year is not None
    report = policy.reports[0]
    table = tabulate(policy, report, ROWS, chosen, year)
    yield str([part.columns for part in report.parts])
    for column in report.columns:
        yield f"{column.key} {column.unit} {cell_text(column, table.cells[ROOT][column.key])}"
    # A form in which one cell is too large or too small breaks the relations it takes part in.
    units = {column.key: (table.cells[ROOT][column.key] or Fraction(0)) / column.scale for column in report.columns}
    for column in report.columns:
        for change in (10**6, -(10**6)):
            form = {ROOT: {**units, column.key: units[column.key] + change}}
            yield str(
                [
                    one.relation and one.relation.name
                    for one in broken(report, table.regions, form, chosen, rounded=True)
                ]
            )
    for rate in work_out(policy, {ROSTER: ROWS}, chosen).rows[:5]:
        yield f"{rate.indicator.name} {rate.numerator} {rate.denominator}"


def _verifies(policy: Policy, step: str) -> Iterator[str]:
    chosen = settings_for(policy, Diagnostics(), readings={"核验步长": step})
    for points in POINTS:
        row = Row(RecordType(name="", fields=()), {}, chosen, given={Supplied.VALUE: Fraction(points, 100)})
        yield " ".join(str(value_of(one.verified, row)) for one in policy.indicators if one.verified)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """The policy with its open parameter supplied."""
    overlay = tmp_path_factory.mktemp("overlay") / "前期准备.yaml"
    overlay.write_text(OVERLAY % "true", encoding="utf-8")
    bare = trial(POLICY, Diagnostics())
    assert bare is not None
    root = read_overlay(overlay, bare.source.root, Diagnostics())
    assert root is not None
    return replace(bare, source=replace(bare.source, overlays=(root,)))


@pytest.fixture(scope="module")
def usual(one: Trial) -> list[str]:
    policy = lower_policy(one.source, Diagnostics())
    assert policy is not None
    return what_it_says(policy)


def test_there_are_figures(one: Trial) -> None:
    assert len(one.figures_of_regions) > 100


def test_every_altered_figure_shows(one: Trial, usual: list[str]) -> None:
    survivors = [str(span) for span in one.figures_of_regions[::EVERY] if not _shows(one, span, usual)]
    assert survivors == []


def _shows(one: Trial, span: Span, usual: list[str]) -> bool:
    text = one.source.file.text
    file = SourceFile(one.source.file.path, text[: span.start] + alter(span.text) + text[span.end :])
    root = read_yaml(file, Diagnostics())
    policy = None if root is None else lower_policy(replace(one.source, root=root, file=file), Diagnostics())
    return policy is None or what_it_says(policy) != usual
