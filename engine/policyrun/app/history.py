"""The history of earlier runs: the grants that count, typed, with all that the limits ask of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

from policyrun.app.side_table import Line, lines_of, only_table, report_cell
from policyrun.datasets.grid import place_of
from policyrun.datasets.header import header_key
from policyrun.datasets.own_sheets import RESULT
from policyrun.ir.cells import Invalid, cell_reader
from policyrun.ir.nodes import Expr, Given, Settled, Supplied, columns_of, nodes_for
from policyrun.ir.policy import Highest, Limit, Policy, SameKind, Scheme, Total
from policyrun.model.past import CERTIFICATE, HistoryRow
from policyrun.model.raw import RawCell, RawTable
from policyrun.model.settings import Settings
from policyrun.model.values import Value
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.messages import _

SCHEME, SERIAL, AMOUNT, PAYEE = Supplied.SCHEME, Supplied.SERIAL, Supplied.AMOUNT, Supplied.PAYEE
CONCLUSION, NOTICES, RULES, CLAUSES = "结论", "提示", "规则", "条款"
GRANTED, REVOKED = "准予", "撤销"
#: 结论 of rows that were never paid; they are passed over without a word.
UNPAID = ("不予", "待核实", "数据错误")

Reader = Callable[[RawCell], "Value | Invalid | None"]


def read_history(
    policy: Policy, path: str | Path, settings: Settings, found: Diagnostics, schemes: Collection[str] | None = None
) -> tuple[HistoryRow, ...] | None:
    """The rows of a history file that count, or None and the reasons.

    Args:
        schemes: the schemes evaluated; rows of schemes that share no limit with any are ignored. None: all.
    """
    known = (SCHEME, SERIAL, CONCLUSION, AMOUNT, PAYEE, NOTICES, RULES, CLAUSES)
    table = only_table(path, RESULT, (SCHEME,), known, found)
    if table is None:
        return None
    evaluated = [scheme.name for scheme in policy.schemes if schemes is None or scheme.name in schemes]
    shared = {scheme.name: _shared_limits(policy, scheme.name, evaluated) for scheme in policy.schemes}
    counted = _counted(lines_of(table), shared, found)
    named = {line.text(SCHEME) for line in counted}
    if not _has_needed(policy, table, named, shared, settings, found):
        return None
    return _typed(policy, table, counted, settings.as_of, found)


def _shared_limits(policy: Policy, name: str, evaluated: Sequence[str]) -> tuple[Limit, ...]:
    """The limits of a scheme that a scheme evaluated meets too."""
    return tuple(limit for limit in policy.limits_over(name) if any(other in limit.over for other in evaluated))


def _counted(lines: Sequence[Line], shared: Mapping[str, Sequence[Limit]], found: Diagnostics) -> list[Line]:
    """Grants and revocations of schemes that share a limit; what else is left out is reported."""
    kept: list[Line] = []
    apart: Counter[str] = Counter()
    strange: list[Line] = []
    for line in lines:
        conclusion = line.text(CONCLUSION) if header_key(CONCLUSION) in line.cells else GRANTED
        if not shared.get(line.text(SCHEME)):
            apart[line.text(SCHEME)] += 1
        elif conclusion in (GRANTED, REVOKED):
            kept.append(line)
        elif conclusion not in UNPAID:
            strange.append(line)
    for name, count in sorted(apart.items()):
        _report_apart(name, count, next(line for line in lines if line.text(SCHEME) == name), found)
    for line in strange:
        found.add(
            "PR565",
            _("结论“{text}”不是“准予”或“撤销”，这一行不计").format(text=line.text(CONCLUSION)),
            line.place(CONCLUSION),
            help=_("已发放的写“准予”，收回的写“撤销”"),
            severity=Severity.WARNING,
        )
    return kept


def _report_apart(name: str, count: int, first: Line, found: Diagnostics) -> None:
    found.add(
        "PR562",
        _("历史中“{scheme}”的 {count} 行没有计入：与本次评估的项目没有共用的限额").format(scheme=name, count=count),
        place_of(first.origin.path, first.origin.sheet),
        help=_("若应当计入，核对“项目”一列的写法"),
        severity=Severity.NOTE,
    )


# --------------------------------------------------------------------------------------------- what the limits ask for


def _has_needed(
    policy: Policy,
    table: RawTable,
    names: Collection[str],
    shared: Mapping[str, Sequence[Limit]],
    settings: Settings,
    found: Diagnostics,
) -> bool:
    """Whether the file has every column that the limits of its schemes, and their top-ups, ask for."""
    present = {header_key(name) for name in table.header}
    sound = True
    for scheme in policy.schemes:
        if scheme.name not in names:
            continue
        asked = [(limit.name, _needed_by(limit, scheme, settings, present)) for limit in shared[scheme.name]]
        if scheme.top_up:
            asked.append((_("补差"), (*scheme.top_up.key, AMOUNT, NOTICES)))
        for what, columns in asked:
            missing = [column for column in columns if header_key(column) not in present]
            if missing:
                sound = False
                found.add(
                    "PR560",
                    _("历史缺少“{scheme}”的限额“{limit}”要用的列：{columns}").format(
                        scheme=scheme.name, limit=what, columns="、".join(missing)
                    ),
                    place_of(table.path, table.sheet),
                    help=_("用 --keep-input 写出的结果作历史，或补上这些列"),
                )
    return sound


def _needed_by(limit: Limit, scheme: Scheme, settings: Settings, present: Collection[str]) -> tuple[str, ...]:
    """The columns that a limit looks at in a row already granted, under the readings in force."""
    settled = Settled(scheme.name, settings.readings)
    exprs = [part.expr for part in limit.per]
    if limit.when is not None:
        exprs.append(limit.when)
    match limit.measure:
        case SameKind(kind=kind) if header_key(PAYEE) not in present:
            exprs.append(kind)
        case Total(measure=measure):
            exprs.append(measure)
    columns = [column for expr in exprs for column in _columns(expr, scheme, settled, present)]
    if isinstance(limit.measure, Highest):
        columns.append(AMOUNT)
    return tuple(dict.fromkeys(column for column in columns if column != SCHEME))


def _columns(expr: Expr, scheme: Scheme, settled: Settled, present: Collection[str]) -> tuple[str, ...]:
    """The columns of a history file behind an expression: the record's, and those of what the run supplied.

    受款人 is taken as it was paid, or else worked out from the columns it depends on. Not 序号: each run numbers its
    own rows, so a key that holds it leaves earlier runs out.
    """
    columns = list(columns_of(expr, settled))
    for name in _given(expr, settled):
        if name == Supplied.DAY and scheme.day is not None:
            columns += columns_of(scheme.day)
        elif name == PAYEE and scheme.payee is not None and header_key(PAYEE) not in present:
            columns += columns_of(scheme.payee.category)
        elif name == AMOUNT:
            columns.append(name)
    return tuple(dict.fromkeys(columns))


def _given(expr: Expr, settled: Settled) -> tuple[str, ...]:
    """Names of the values an expression takes from the run or the row."""
    return tuple(dict.fromkeys(node.name for node in nodes_for(expr, settled) if isinstance(node, Given)))


# -------------------------------------------------------------------------------------------------------------- typing


def _typed(
    policy: Policy,
    table: RawTable,
    lines: Sequence[Line],
    as_of: date,
    found: Diagnostics,
) -> tuple[HistoryRow, ...] | None:
    present = {header_key(name) for name in table.header}
    readers: dict[str, dict[str, Reader]] = {}
    rows: list[HistoryRow] = []
    sound = True
    for line in lines:
        scheme = policy.scheme(line.text(SCHEME))
        if scheme is None:
            continue
        if scheme.name not in readers:
            readers[scheme.name] = {
                field.name: cell_reader(field, as_of)
                for field in scheme.record.fields
                if header_key(field.name) in present
            }
        row = _row(line, scheme, readers[scheme.name], found)
        sound = sound and row is not None
        rows += [row] if row else []
    return tuple(rows) if sound else None


def _row(line: Line, scheme: Scheme, readers: Mapping[str, Reader], found: Diagnostics) -> HistoryRow | None:
    values: dict[str, Value | None] = {}
    sound = True
    for column, read in readers.items():
        value = read(line.cells[header_key(column)])
        if isinstance(value, Invalid):
            sound = False
            report_cell(line, column, "PR561", value, found)
        else:
            values[column] = value
    amount = line.read(AMOUNT, "money")
    revoked = line.text(CONCLUSION) == REVOKED
    if isinstance(amount, Invalid) or (amount is None and not revoked and header_key(AMOUNT) in line.cells):
        sound = False
        report_cell(line, AMOUNT, "PR561", amount or Invalid.BLANK, found)
    if CERTIFICATE not in values and line.text(CERTIFICATE):
        values[CERTIFICATE] = line.text(CERTIFICATE)
    if not sound:
        return None
    return HistoryRow(
        scheme=scheme.name,
        serial=line.text(SERIAL),
        revoked=revoked,
        amount=amount if isinstance(amount, Fraction) else None,
        notices=_codes(line.text(NOTICES)),
        rules=_codes(line.text(RULES)),
        clauses=_codes(line.text(CLAUSES)),
        values=values,
        payee=line.text(PAYEE) or None,
        origin=line.origin,
    )


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in text.split(";") if code.strip())
