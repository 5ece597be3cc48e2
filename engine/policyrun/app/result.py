"""The result of a run: its rows as the contract writes them, and their digest.

In: outcomes of an engine beside the cells they were decided on. Out: columns and rows of text, the same whatever the
file format, so that a csv, a workbook and a parquet file of one run carry equal cells; and the digest of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from policyrun.app.sentence import money_text, reason_sentence
from policyrun.datasets.merge import Merged
from policyrun.datasets.write_csv import csv_bytes
from policyrun.ir.policy import Policy, Scheme
from policyrun.model.decision import RESULT_COLUMNS as RESULT_COLUMNS
from policyrun.model.decision import Conclusion, NoticeCode, Outcome
from policyrun.model.raw import BLANK, RawCell, SchemeInput
from policyrun.model.settings import Settings

if TYPE_CHECKING:
    from policyrun.app.summary import Grouping, Summary

AMOUNT = RESULT_COLUMNS.index("补贴金额")
SERIAL = RESULT_COLUMNS.index("序号")

_NOTICE_RANK = {code: rank for rank, code in enumerate(NoticeCode)}


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that a run read.

    Attributes:
        path: as named to the user.
        sha256: of its bytes, in hexadecimal.
        rows: records taken from it.
        role: what it is to the run: 数据, 历史, 例外, 名单 or 补充.
    """

    path: str
    sha256: str
    rows: int
    role: str = "数据"


@dataclass(frozen=True, slots=True)
class SchemeResult:
    """What became of the rows of one scheme; ``outcomes[i]`` is the decision on ``data.rows[i]``."""

    scheme: Scheme
    data: SchemeInput
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class VersionRun:
    """What one version decided in a run that takes each record to the version of its day.

    Attributes:
        run: its part by itself, with the time in force that the version has beside the others.
        places: for each scheme, position among all rows → position among those of this part.
        outside: how many of its rows have a day on which no version is in force.
    """

    run: RunResult
    places: Mapping[str, Mapping[int, int]]
    outside: int

    @property
    def rows(self) -> int:
        """How many rows it decided."""
        return sum(map(len, self.places.values()))


class Records(Merged, Protocol):
    """What there is to tell of a scheme's records beside their rows, as in ``SchemeInput``."""

    @property
    def empty(self) -> int: ...


class Told(Protocol):
    """What there is to tell of a run, whether its decisions are at hand or stay in a database."""

    @property
    def policy(self) -> Policy: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def inputs(self) -> tuple[InputFile, ...]: ...

    @property
    def sample(self) -> bool: ...

    @property
    def versions(self) -> tuple[VersionRun, ...]: ...

    @property
    def records(self) -> Sequence[Records]:
        """In the policy's declared order of schemes."""

    def policy_of(self, outcome: Outcome) -> Policy:
        """The version that decided a row."""

    def summary(self) -> Summary:
        """Counts and sums by every grouping that is shown."""

    def payments(self) -> Grouping:
        """付款清单, which can be long."""

    def digest(self) -> str:
        """SHA-256 of the result's csv form without kept input, in hexadecimal."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """One run, whole. It knows no clock: what it says can be said again byte for byte.

    Attributes:
        schemes: in the policy's declared order.
        inputs: every file read, in the order named.
        sample: whether the records are the policy's own synthetic sample.
        versions: of a run that takes each record to the version of its day, what each version decided, the earliest
            first; ``policy`` is then the latest. Empty where one version decides all.
    """

    policy: Policy
    settings: Settings
    schemes: tuple[SchemeResult, ...]
    inputs: tuple[InputFile, ...] = ()
    sample: bool = False
    versions: tuple[VersionRun, ...] = ()

    def decided_by(self, outcome: Outcome) -> tuple[RunResult, Outcome]:
        """The run of the one version that decided a row, and what it decided."""
        for part in self.versions:
            place = part.places.get(outcome.scheme, {}).get(outcome.row)
            if place is not None:
                decided = next(one for one in part.run.schemes if one.scheme.name == outcome.scheme)
                return part.run, decided.outcomes[place]
        return self, outcome

    def policy_of(self, outcome: Outcome) -> Policy:
        """The version that decided a row."""
        return self.decided_by(outcome)[0].policy

    def outcomes(self) -> Iterator[Outcome]:
        """Every decision, in result order."""
        for part in self.schemes:
            yield from part.outcomes

    @property
    def records(self) -> tuple[SchemeInput, ...]:
        return tuple(part.data for part in self.schemes)

    def summary(self) -> Summary:
        from policyrun.app.summary import summarise

        return summarise(self)

    def payments(self) -> Grouping:
        from policyrun.app.summary import payments

        return payments(self)

    def digest(self) -> str:
        return result_digest(self)


class ResultTable(NamedTuple):
    """The result as text: what every result file holds."""

    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]


class ResultLine(NamedTuple):
    """A row of the result as a workbook holds it.

    Attributes:
        texts: one per column.
        kept: the input cells that stand behind the result's own columns.
        money: which of those are money.
    """

    texts: Sequence[str]
    kept: Sequence[RawCell] = ()
    money: Sequence[bool] = ()


def result_rows(run: RunResult, keep_input: bool = False) -> ResultTable:
    """The result in contract form; with ``keep_input`` the input columns follow, each as it stood in its file."""
    kept = kept_columns(run) if keep_input else ()
    rows: list[tuple[str, ...]] = []
    for part in run.schemes:
        if keep_input:
            pairs = zip(part.outcomes, kept_cells(part, kept), strict=True)
            rows.extend(
                result_cells(run.policy_of(outcome), outcome) + tuple(cell.text for cell in cells)
                for outcome, cells in pairs
            )
        else:
            rows.extend(result_cells(run.policy_of(outcome), outcome) for outcome in part.outcomes)
    return ResultTable(RESULT_COLUMNS + kept, rows)


def result_cells(policy: Policy, outcome: Outcome) -> tuple[str, ...]:
    """One row of the result, a text per contract column."""
    granted = outcome.conclusion is Conclusion.GRANTED
    return (
        outcome.scheme,
        outcome.serial,
        outcome.conclusion.value,
        "" if outcome.amount is None else money_text(outcome.amount),
        (outcome.payee or "") if granted else "",
        (outcome.payee_name or "") if granted else "",
        (outcome.fund or "") if granted else "",
        outcome.code,
        reason_sentence(outcome, policy),
        _joined(outcome.rules),
        _joined(str(clause) for clause in outcome.clauses),
        _joined(code.value for code in sorted(outcome.notices, key=_NOTICE_RANK.__getitem__)),
    )


def result_lines(run: RunResult, table: ResultTable) -> Iterator[ResultLine]:
    """The rows of a table with the input cells that stand in them."""
    kept = table.columns[len(RESULT_COLUMNS) :]
    texts = iter(table.rows)
    for part in run.schemes:
        money = money_columns(part.scheme, kept)
        for cells in kept_cells(part, kept):
            yield ResultLine(next(texts), cells, money)


def money_columns(scheme: Scheme, names: Sequence[str]) -> tuple[bool, ...]:
    """Which columns of a scheme's records hold money."""
    money = {field.name for field in scheme.record.fields if field.type.is_money}
    return tuple(name in money for name in names)


def kept_columns(run: RunResult) -> tuple[str, ...]:
    """The input columns that ``keep_input`` appends: those of every scheme, each once, in the order first met.

    A column that the result has too stands once, in the result's own place.
    """
    names = dict.fromkeys(name for part in run.schemes for name in part.data.columns)
    return tuple(name for name in names if name not in RESULT_COLUMNS)


def kept_cells(part: SchemeResult, columns: Sequence[str]) -> Iterator[tuple[RawCell, ...]]:
    """For each row of a scheme its input cells in the given columns; blank where the scheme has no such column."""
    place = {name: index for index, name in reversed(list(enumerate(part.data.columns)))}
    chosen = [place.get(name) for name in columns]
    for row in part.data.rows:
        yield tuple(BLANK if index is None else row[index] for index in chosen)


def result_digest(run: RunResult) -> str:
    """SHA-256 of the result's csv form without kept input, in hexadecimal."""
    return table_digest(result_rows(run))


def table_digest(table: ResultTable) -> str:
    """The result digest of a table, with or without kept input."""
    width = len(RESULT_COLUMNS)
    digest = hashlib.sha256()
    for line in csv_bytes(RESULT_COLUMNS, (row[:width] for row in table.rows)):
        digest.update(line)
    return digest.hexdigest()


def _joined(parts: Iterable[str]) -> str:
    return ";".join(dict.fromkeys(parts))
