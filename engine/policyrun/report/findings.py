"""What is wrong with a user's rows, cell by cell, in words that say what to write instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from policyrun.app.result import RunResult, SchemeResult
from policyrun.app.sentence import reason_sentence
from policyrun.app.validate import Breach, RowRules
from policyrun.model.decision import Outcome, Reason
from policyrun.model.raw import BLANK, Origin, RawCell
from policyrun.report.entry import entry_of


class Mark(Enum):
    """Why a cell goes back: it cannot be read, or it is needed and blank."""

    WRONG = "数据错误"
    MISSING = "待核实"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right.

    Attributes:
        origin: where the row stands.
        column: the column as the policy calls it; "" where the row as a whole is meant.
        written: what stands there now.
        problem: what is wrong; ``remedy``: what to write.
    """

    scheme: str
    origin: Origin
    serial: str
    column: str
    mark: Mark
    written: str
    problem: str
    remedy: str


def findings(run: RunResult, path: str) -> Iterator[Finding]:
    """Everything to put right in one file, in row order."""
    for part in run.schemes:
        rules = RowRules(run, part)
        for outcome in part.outcomes:
            if part.data.origins[outcome.row].path != path:
                continue
            if outcome.reason is Reason.INVALID:
                yield from _wrong(rules, part, outcome)
            elif outcome.reason is Reason.UNDECIDED:
                yield from _missing(run, part, outcome)


def _wrong(rules: RowRules, part: SchemeResult, outcome: Outcome) -> Iterator[Finding]:
    """Every cell of the row that does not type or breaks a rule, and those that only other rows show to be wrong."""
    for wrong in rules.wrong(outcome):
        field = part.scheme.record.field(wrong.column)
        match wrong.of:
            case Breach.CELL if field is not None:
                problem, remedy = wrong.said, f"填写：{entry_of(field).accepts}"
            case Breach.ROWS:
                problem, remedy = "与其他行重复或矛盾", "与其他行对照，改正其中填错的"
            case _:
                problem, remedy = wrong.said, "改正这一格，或改正与它不合的格"
        yield _finding(part, outcome, wrong.column, Mark.WRONG, problem, remedy)


def _missing(run: RunResult, part: SchemeResult, outcome: Outcome) -> Iterator[Finding]:
    """The blank cells that a decision waits for; what no cell of the row can supply concerns the row."""
    for name in outcome.about:
        field = part.scheme.record.field(name)
        if field is None:
            problem, remedy = reason_sentence(outcome, run.policy_of(outcome)), "由经办机构核实；本行不必改动"
            yield _finding(part, outcome, "", Mark.MISSING, problem, remedy)
        else:
            here = name in part.data.columns
            problem = "空白，缺少它不能作出结论" if here else "表中没有这一列，缺少它不能作出结论"
            remedy = f"{'填写' if here else '加上这一列，填写'}：{entry_of(field).accepts}"
            yield _finding(part, outcome, name, Mark.MISSING, problem, remedy)


def _finding(part: SchemeResult, outcome: Outcome, column: str, mark: Mark, problem: str, remedy: str) -> Finding:
    return Finding(
        scheme=part.scheme.name,
        origin=part.data.origins[outcome.row],
        serial=outcome.serial,
        column=column,
        mark=mark,
        written=_cell(part, outcome.row, column).text,
        problem=problem,
        remedy=remedy,
    )


def _cell(part: SchemeResult, row: int, column: str) -> RawCell:
    if column not in part.data.columns:
        return BLANK
    return part.data.rows[row][part.data.columns.index(column)]
