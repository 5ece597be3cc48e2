"""Report cases: what a form or the indicators of a policy are expected to say about records made up for the purpose.

They are YAML files in ``cases/reports/``, beside the cases of single rows. Rows are a ``base`` record and what each
changes of it; ``expect`` has the cells of some regions, each as the csv of the command would have it::

    title: 归月
    of: 统计表
    period: 2022-04
    base: {所属行政区: 上城区, 身份证号码: 甲, 发证时间: 2022-04-30}
    cases:
      - title: 次月的不计
        rows: [{}, {发证时间: 2022-05-01}]
        expect: {浙江省: {1: 1}, 杭州市/上城区: {1: 1, 22: 0.18}}

``of`` names a report, which has a ``period`` (a month, a quarter ``2022-2``, a year), or is 指标: then a region's cells
are values of indicators. ``as_of``, ``readings`` and ``version`` stand for the whole file; ``period`` and ``readings``
may be a case's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from policyrun.app.indicators import from_records, rate_cells, records_of
from policyrun.app.report import fill_in, the_report
from policyrun.app.settings import settings_for
from policyrun.app.testing_cases import KNOWN_PERSONS, check_keys
from policyrun.app.testing_figures import FigureFailure
from policyrun.check.scalars import read_date
from policyrun.check.shape import entries_at, mappings_at, scalar_at, scalars_at, text_at
from policyrun.ir.policy import Policy
from policyrun.model import period
from policyrun.model.raw import Origin, RawCell, SchemeInput
from policyrun.model.regions import Region
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.files import read_source
from policyrun.source.messages import _
from policyrun.source.text import Span
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Scalar
from policyrun.syntax.yaml_reader import read_yaml

FOLDER = "reports"
#: What ``of`` says of indicators.
INDICATORS = "指标"

_FILE_KEYS = ("title", "of", "version", "as_of", "period", "readings", "base", "cases")
_CASE_KEYS = ("title", "period", "readings", "rows", "expect")
_SERIAL = "序号"


@dataclass(frozen=True, slots=True)
class Expected:
    """A cell: the region and the column or indicator as written, and the text."""

    region: str
    key: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCase:
    """One form, or all indicators, of some records.

    Attributes:
        versions: the versions of the policy it is about; none: every version.
        rows: cells by column.
    """

    title: str
    of: str
    versions: frozenset[str]
    as_of: date | None
    period: str
    readings: Mapping[str, str]
    rows: tuple[Mapping[str, str], ...]
    expect: tuple[Expected, ...]
    span: Span

    def is_about(self, version: int) -> bool:
        return not self.versions or str(version) in self.versions


def read_report_cases(folder: Path, found: Diagnostics) -> list[ReportCase]:
    """The report cases beside a policy's cases, in name order."""
    return [case for path in sorted((folder / FOLDER).glob("*.yaml")) for case in _file(path, found)]


def _file(path: Path, found: Diagnostics) -> Iterator[ReportCase]:
    source = read_source(path, found)
    root = None if source is None else read_yaml(source, found)
    if root is None:
        return
    check_keys(root, _FILE_KEYS, found)
    nodes_ = mappings_at(root, "cases")
    if not nodes_:
        found.add("PR571", _("文件里没有一个例子"), root.span.within(0, 1), help=_("写上 cases"))
    for node in nodes_:
        check_keys(node, _CASE_KEYS, found)
        yield ReportCase(
            title=text_at(node, "title"),
            of=text_at(root, "of"),
            versions=frozenset(scalar.text for scalar in scalars_at(root, "version")),
            as_of=read_date(scalar_at(root, "as_of"), found),
            period=text_at(node, "period") or text_at(root, "period"),
            readings={**_texts(root.get("readings")), **_texts(node.get("readings"))},
            rows=tuple({**_texts(root.get("base")), **_texts(row)} for row in mappings_at(node, "rows")),
            expect=tuple(_expected(node)),
            span=node.span.within(0, 1),
        )


def _expected(node: nodes.Mapping) -> Iterator[Expected]:
    for region, cells in entries_at(node, "expect"):
        for key, value in cells if isinstance(cells, nodes.Mapping) else ():
            if isinstance(value, Scalar):
                yield Expected(region.text, key.text, value.text, value.span)


def _texts(node: nodes.Node | None) -> dict[str, str]:
    if not isinstance(node, nodes.Mapping):
        return {}
    return {name.text: value.text for name, value in node if isinstance(value, Scalar)}


# ------------------------------------------------------------------------------------------------------ running them


def run_report_case(policy: Policy, case: ReportCase, found: Diagnostics) -> list[FigureFailure] | None:
    """Where the form or the indicators are not as expected; None, with the reasons in ``found``, if they cannot be."""
    own = Diagnostics()
    told = _told(policy, case, own)
    errors = [one for one in own if one.severity is Severity.ERROR]
    found.extend(errors)
    if told is None or errors:
        return None
    if not case.expect:
        found.add("PR576", _("这个例子没有写明结果应当是什么"), case.span, help=_("写上 expect，如 {浙江省: {1: 1}}"))
        return None
    return [failure for one in case.expect for failure in _compare(case, one, told)]


#: A region → its cells by column or indicator.
Told = Sequence[tuple[Region, Mapping[str, str]]]


def _told(policy: Policy, case: ReportCase, found: Diagnostics) -> Told | None:
    settings = settings_for(policy, found, as_of=case.as_of, readings=case.readings)
    if case.of == INDICATORS:
        run = from_records(policy, (_input(policy, records_of(policy)[0], case),), settings, found)
        cells: dict[tuple[str, ...], tuple[Region, dict[str, str]]] = {}
        for rate in run.rates.rows:
            cells.setdefault(rate.region.path, (rate.region, {}))[1].update(_of_rate(rate_cells(rate)))
        return list(cells.values())
    report = the_report(policy, case.of, found)
    stretch = period.month(case.period) or period.quarter(case.period) or period.year(case.period)
    if stretch is None:
        found.add(
            "PR676",
            _("看不懂“{text}”").format(text=case.period),
            case.span,
            help=_("月写成 2022-04，季度写成 2022-2，年写成 2022"),
        )
    if report is None or stretch is None:
        return None
    form = fill_in(policy, report, _input(policy, report.record, case), stretch, settings, found)
    keys = [column.key for column in report.columns]
    return [(region, dict(zip(keys, form.cells(region.path), strict=True))) for region in form.regions]


def _of_rate(cells: Sequence[str]) -> Mapping[str, str]:
    """An indicator's value, and under its name and 核验进度 what is verified of it."""
    *_place, name, _above, _below, value, verified = cells
    return {name: value, f"{name}·核验进度": verified}


def _input(policy: Policy, record: str, case: ReportCase) -> SchemeInput:
    """The rows as a file would hold them: with the columns that the case gives, numbered unless it says otherwise."""
    ids = {field.name for field in policy.records[record].fields if field.cell == "id_card"}
    columns = tuple(dict.fromkeys((_SERIAL, *(name for row in case.rows for name in row))))
    rows = []
    for number, row in enumerate(case.rows, 1):
        given = {_SERIAL: str(number), **row}
        texts = {name: KNOWN_PERSONS.get(text, text) if name in ids else text for name, text in given.items()}
        rows.append(tuple(RawCell(texts.get(name, "")) for name in columns))
    origins = tuple(Origin(case.span.file.path, "", case.span.line) for _row in rows)
    absent = tuple(field.name for field in policy.records[record].fields if field.name not in columns)
    return SchemeInput(record, columns, tuple(rows), origins, absent=absent)


def _compare(case: ReportCase, one: Expected, told: Told) -> Iterator[FigureFailure]:
    name = f"{case.title} · {one.region} {one.key}"
    parts = tuple(one.region.split("/"))
    fits = [cells for region, cells in told if region.path[-len(parts) :] == parts]
    if len(fits) != 1:
        yield FigureFailure(one.span, name, _("不知道“{name}”是哪个地区").format(name=one.region))
    elif one.key not in fits[0]:
        yield FigureFailure(one.span, name, _("没有这一栏"))
    elif not _same(one.text, fits[0][one.key]):
        said = _("应为“{expected}”，得到“{got}”").format(expected=one.text, got=fits[0][one.key])
        yield FigureFailure(one.span, name, said)


def _same(expected: str, got: str) -> bool:
    """Equal texts, or equal numbers however written."""
    try:
        return Fraction(expected) == Fraction(got)
    except ValueError:
        return expected == got
