"""Running a policy's cases: each is evaluated and compared with what its author expects, and so are its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path

from policyrun.app.evaluate import evaluate_records
from policyrun.app.for_rows import names_for_rows
from policyrun.app.inputs import wanted_of
from policyrun.app.result import RESULT_COLUMNS, result_cells
from policyrun.app.settings import settings_for
from policyrun.app.testing_cases import Case, CaseRow, read_cases
from policyrun.app.testing_figures import FigureFailure, FigureRow, compare_figures, read_figures
from policyrun.app.testing_reports import ReportCase, read_report_cases, run_report_case
from policyrun.ir.cells import Invalid, read_as, read_cell
from policyrun.ir.nodes import Table
from policyrun.ir.policy import Policy, Scheme
from policyrun.model.decision import Conclusion, Outcome
from policyrun.model.past import ExceptionEntry, HistoryRow
from policyrun.model.raw import Origin, RawCell, SchemeInput
from policyrun.model.settings import ListEntry, Settings
from policyrun.model.values import Value
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.messages import _
from policyrun.source.suggest import closest
from policyrun.source.text import Span

#: Loads the policy with overlay files laid over it; None if that fails.
Load = Callable[[tuple[Path, ...]], Policy | None]

SERIAL = "序号"
_EXCEPTION_COLUMNS = ("项目", SERIAL, "限额", "批准人", "依据", "日期")


@dataclass(frozen=True, slots=True)
class Failure:
    """A result column that is not what its case expects.

    Attributes:
        case, row: titles; ``row`` is "" where the case has one row.
        reason: the 原因 sentence of the row's outcome.
    """

    at: Span
    case: str
    row: str
    column: str
    expected: str
    got: str
    reason: str

    def __str__(self) -> str:
        """One line: where, which case, what was expected and what came."""
        name = f"{self.case} · {self.row}" if self.row else self.case
        return _("{at}: {name}：{column}应为“{expected}”，得到“{got}”（{reason}）").format(
            at=self.at,
            name=name,
            column=self.column,
            expected=self.expected,
            got=self.got,
            reason=self.reason,
        )


@dataclass(frozen=True, slots=True)
class Material:
    """All that a policy is tested with.

    Attributes:
        figures: the figures it shows, written down a second time; None if they are not.
        reports: cases of forms and indicators.
    """

    cases: tuple[Case, ...]
    figures: tuple[FigureRow, ...] | None = None
    reports: tuple[ReportCase, ...] = ()


@dataclass(slots=True)
class CaseReport:
    """What came of a policy's cases.

    Attributes:
        cases, rows, figures: how many were run or compared.
        rules: catalogue ids that the outcomes name, for coverage.
        codes: reason codes met.
    """

    policy: Policy
    cases: int = 0
    rows: int = 0
    figures: int = 0
    failures: list[Failure | FigureFailure] = field(default_factory=list)
    rules: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)

    @property
    def untouched(self) -> tuple[str, ...]:
        """Catalogue ids that can decide a row and that no case reached, in policy order."""
        deciding = deciding_ids(self.policy)
        return tuple(rule for rule in self.policy.ids if rule in deciding and rule not in self.rules)


def deciding_ids(policy: Policy) -> frozenset[str]:
    """Catalogue ids that a result can name: those of schemes, limits, and what they look at."""
    names = names_for_rows(policy)
    grounds = [policy.in_force.grounds]
    grounds += [one for name, one in policy.parameter_grounds.items() if name in names]
    grounds += [limit.grounds for limit in policy.limits]
    for decision in (decision for name, decision in policy.decisions.items() if name in names):
        grounds.append(decision.grounds)
        if isinstance(decision.expr, Table):
            grounds += [row.grounds for row in decision.expr.rows]
    for scheme in policy.schemes:
        grounds += [gate.grounds for gate in scheme.gates]
        grounds += [requirement.grounds for requirement in scheme.requirements]
        grounds += [notice.grounds for notice in scheme.notices]
        for part in (scheme.amount, scheme.split, scheme.payee, scheme.fund, scheme.top_up):
            grounds += [part.grounds] if part else []
    return frozenset(rule for one in grounds for rule in one.ids)


def read_material(policy: Policy, found: Diagnostics) -> Material:
    """What lies in the ``cases`` folder beside a policy, for its version."""
    folder = Path(policy.path).parent / "cases"
    cases = tuple(case for case in read_cases(folder, found) if case.is_about(policy.version))
    reports = tuple(case for case in read_report_cases(folder, found) if case.is_about(policy.version))
    return Material(cases, read_figures(folder, policy.version, found), reports)


def run_cases(policy: Policy, found: Diagnostics, load: Load | None = None) -> CaseReport:
    """Run every case beside a policy.

    Args:
        load: loads the policy with overlays, for cases that ask for some; without it such a case is an error.
    """
    return run_material(policy, read_material(policy, found), found, load)


def run_material(policy: Policy, material: Material, found: Diagnostics, load: Load | None = None) -> CaseReport:
    """Run all of some material, whatever comes of it."""
    report = CaseReport(policy)
    if material.figures is not None:
        report.figures = len(material.figures)
        report.failures.extend(compare_figures(policy, material.figures))
    overlaid = _overlaid(policy, load)
    for case in material.cases:
        _run_case(overlaid, case, report, found)
    for one in material.reports:
        failures = run_report_case(policy, one, found)
        if failures is not None:
            report.cases += 1
            report.rows += len(one.rows)
            report.failures.extend(failures)
    return report


def first_failure(policy: Policy, material: Material, load: Load) -> Case | FigureFailure | None:
    """The first thing that is not as the material says: a figure, or a case that fails or does not run."""
    if material.figures is not None:
        differing = next(compare_figures(policy, material.figures), None)
        if differing is not None:
            return differing
    report, found, overlaid = CaseReport(policy), Diagnostics(), _overlaid(policy, load)
    for case in material.cases:
        _run_case(overlaid, case, report, found)
        if report.failures or found.failed:
            return case
    return None


def _overlaid(policy: Policy, load: Load | None) -> Callable[[tuple[str, ...]], Policy | None]:
    """The policy with overlays by their names beside it; each set of them is loaded once."""
    folder = Path(policy.path).parent
    loaded: dict[tuple[str, ...], Policy | None] = {(): policy}

    def get(names: tuple[str, ...]) -> Policy | None:
        if names not in loaded:
            loaded[names] = load(tuple(folder / name for name in names)) if load else None
        return loaded[names]

    return get


def _run_case(
    overlaid: Callable[[tuple[str, ...]], Policy | None], case: Case, report: CaseReport, found: Diagnostics
) -> None:
    policy = overlaid(case.overlays)
    if policy is None:
        names = "、".join(case.overlays)
        found.add("PR574", _("补充文件没有装入：{names}").format(names=names), case.span)
    else:
        _run(policy, case, report, found)


def _run(policy: Policy, case: Case, report: CaseReport, found: Diagnostics) -> None:
    own = Diagnostics()
    _check_rows(policy, case, own)
    lists = {name: tuple(ListEntry(one, None, None) for one in names) for name, names in case.lists.items()}
    settings = settings_for(policy, own, as_of=case.as_of, known_on=case.known_on, readings=case.readings, lists=lists)
    inputs = [] if own.failed else _inputs(policy, case)
    history = [] if own.failed else _history(policy, case, settings.as_of, own)
    exceptions = [] if own.failed else _exceptions(case, settings, own)
    outcomes = None if own.failed else evaluate_records(policy, inputs, settings, history, exceptions, own)
    found.extend(one for one in own if one.severity is Severity.ERROR)
    if outcomes is None:
        return
    report.cases += 1
    for row, outcome in _paired(case, outcomes):
        report.rows += 1
        report.rules.update(_reached(policy, outcome))
        report.codes.add(outcome.code)
        report.failures.extend(_compare(policy, case, row, outcome))


def _reached(policy: Policy, outcome: Outcome) -> set[str]:
    """Catalogue ids that an outcome names, and those of its notices."""
    scheme = policy.scheme(outcome.scheme)
    notices = scheme.notices if scheme else ()
    noticed = (rule for notice in notices if notice.code in outcome.notices for rule in notice.grounds.ids)
    return {*outcome.rules, *noticed}


def _check_rows(policy: Policy, case: Case, found: Diagnostics) -> None:
    """Names of schemes and columns that the policy does not have, and rows that expect nothing."""
    for row in case.rows:
        scheme = policy.scheme(row.scheme)
        if scheme is None:
            _unknown(_("补贴项目"), row.scheme, [one.name for one in policy.schemes], row.span, found)
            continue
        columns = _columns(policy, scheme)
        for column in row.given:
            if column not in columns:
                _unknown(_("列"), column, columns, row.span, found)
        for column in row.expect:
            if column not in RESULT_COLUMNS:
                _unknown(_("结果列"), column, RESULT_COLUMNS, row.span, found)
        if not row.expect:
            found.add("PR576", _("这一行没有写明结果应当是什么"), row.span, help=_("写上 expect，如 {结论: 准予}"))


def _columns(policy: Policy, scheme: Scheme) -> tuple[str, ...]:
    """The columns that a file of the scheme's rows may have, beside what is only carried along."""
    return wanted_of(policy, scheme).known


def _unknown(noun: str, name: str, known: Iterable[str], at: Span, found: Diagnostics) -> None:
    near = closest(name, known)
    found.add(
        "PR575",
        _("没有名为“{name}”的{noun}").format(name=name, noun=noun),
        at,
        help=_("是不是“{name}”？").format(name=near) if near else "",
    )


def _inputs(policy: Policy, case: Case) -> list[SchemeInput]:
    """The case's rows as a file would hold them; a row without 序号 takes its place in its scheme."""
    inputs: list[SchemeInput] = []
    for scheme in policy.schemes:
        rows = [row for row in case.rows if row.scheme == scheme.name]
        if not rows:
            continue
        columns = _columns(policy, scheme)
        cells = []
        for number, row in enumerate(rows, 1):
            given = {SERIAL: str(number), **row.given}
            cells.append(tuple(RawCell(_cell(case, scheme, name, given.get(name, ""))) for name in columns))
        origins = tuple(Origin(row.span.file.path, "", row.span.line) for row in rows)
        inputs.append(SchemeInput(scheme.name, columns, tuple(cells), origins))
    return inputs


def _cell(case: Case, scheme: Scheme, column: str, text: str) -> str:
    """A cell's text; the name of a person stands for the ID number."""
    field_ = scheme.record.field(column)
    return case.persons.get(text, text) if field_ is not None and field_.cell == "id_card" else text


def _paired(case: Case, outcomes: Mapping[str, tuple[Outcome, ...]]) -> Iterable[tuple[CaseRow, Outcome]]:
    place: dict[str, int] = {}
    for row in case.rows:
        index = place.get(row.scheme, 0)
        place[row.scheme] = index + 1
        yield row, outcomes[row.scheme][index]


def _compare(policy: Policy, case: Case, row: CaseRow, outcome: Outcome) -> Iterable[Failure]:
    got = dict(zip(RESULT_COLUMNS, result_cells(policy, outcome), strict=True))
    for column, expected in row.expect.items():
        if not _same(column, expected, got[column]):
            title = row.title if len(case.rows) > 1 else ""
            yield Failure(row.span, case.title, title, column, expected, got[column], got["原因"])


def _same(column: str, expected: str, got: str) -> bool:
    """Equal texts; of amounts, equal sums, so that 800 need not be written 800.00."""
    if column != "补贴金额" or not expected or not got:
        return expected == got
    try:
        return Fraction(expected) == Fraction(got)
    except ValueError:
        return False


# ------------------------------------------------------------------------------------------- history and exceptions


def _history(policy: Policy, case: Case, as_of: date, found: Diagnostics) -> list[HistoryRow]:
    rows: list[HistoryRow] = []
    for cells in case.history:
        scheme = policy.scheme(cells.get("项目", ""))
        if scheme is None:
            _unknown(_("补贴项目"), cells.get("项目", ""), [one.name for one in policy.schemes], case.span, found)
            continue
        conclusion = cells.get("结论", Conclusion.GRANTED.value)
        if conclusion not in (Conclusion.GRANTED.value, "撤销"):
            continue
        amount = read_as("money", RawCell(cells.get("补贴金额", "")), as_of)
        rows.append(
            HistoryRow(
                scheme=scheme.name,
                serial=cells.get(SERIAL, ""),
                revoked=conclusion == "撤销",
                amount=amount if isinstance(amount, Fraction) else None,
                notices=_codes(cells.get("提示", "")),
                rules=_codes(cells.get("规则", "")),
                clauses=_codes(cells.get("条款", "")),
                values=_values(case, scheme, cells, as_of, found),
                payee=cells.get("受款人"),
                origin=Origin(case.span.file.path, "", case.span.line),
            )
        )
    return rows


def _codes(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)


def _values(
    case: Case, scheme: Scheme, cells: Mapping[str, str], as_of: date, found: Diagnostics
) -> dict[str, Value | None]:
    values: dict[str, Value | None] = {}
    for column in scheme.record.fields:
        if column.name not in cells:
            continue
        value = read_cell(RawCell(_cell(case, scheme, column.name, cells[column.name])), column, as_of)
        if isinstance(value, Invalid):
            found.add(
                "PR577",
                _("历史记录的“{column}”{why}").format(column=column.name, why=_(value.text)),
                case.span,
            )
        else:
            values[column.name] = value
    return values


def _exceptions(case: Case, settings: Settings, found: Diagnostics) -> list[ExceptionEntry]:
    entries: list[ExceptionEntry] = []
    for cells in case.exceptions:
        lacking = [name for name in _EXCEPTION_COLUMNS if not cells.get(name)]
        serial = read_as("int", RawCell(cells.get(SERIAL, "")), settings.as_of)
        day = read_as("date", RawCell(cells.get("日期", "")), settings.as_of)
        if lacking or not isinstance(serial, Fraction) or not isinstance(day, date):
            found.add(
                "PR578",
                _("例外一行不完整"),
                case.span,
                help=_("每一项都要填：{names}").format(names="、".join(_EXCEPTION_COLUMNS)),
            )
            continue
        entries.append(
            ExceptionEntry(
                scheme=cells["项目"],
                serial=serial,
                limit=cells["限额"],
                approver=cells["批准人"],
                basis=cells["依据"],
                day=day,
                origin=Origin(case.span.file.path, "", case.span.line),
            )
        )
    return entries
