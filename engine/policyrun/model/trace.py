"""Why a row was decided as it was: what a trace says, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from policyrun.model.decision import Outcome
from policyrun.model.values import Value
from policyrun.model.vocabulary import NO_GROUNDS, DatedValue, Grounds
from policyrun.source.text import Span


class FactKind(Enum):
    """What a fact is: a cell, a figure of the policy, a derived value, a way of reading, or a date of the run."""

    COLUMN = "列"
    PARAMETER = "参数"
    DECISION = "推算"
    READING = "读法"
    GIVEN = "本次"


@dataclass(frozen=True, slots=True)
class Dating:
    """Why a parameter with dates has the value it has.

    Attributes:
        taken: the value taken; None where more than one may apply, or none was published yet.
        by: what picked it: a column, 业务日期 or 基准日; "" where only one was known, so that no day had to pick.
        day: that day; None where it is blank.
        known_on: values published later were hidden; ``hidden`` are those, by effective day.
    """

    taken: DatedValue | None
    by: str
    day: date | None
    known_on: date
    hidden: tuple[DatedValue, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A named value that a step looked at.

    Attributes:
        formula: of a DECISION, how it is worked out.
        personal: whether the value may name a person, and is masked where it is shown.
        inner: of a DECISION, what it looked at in turn.
        dating: of a PARAMETER with dates, why it has this value.
    """

    kind: FactKind
    name: str
    value: Value | None
    grounds: Grounds = NO_GROUNDS
    formula: str = ""
    personal: bool = False
    inner: tuple[Fact, ...] = ()
    dating: Dating | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One rule applied to the row: a requirement, or the amount.

    Attributes:
        text: the rule as the policy writes it.
        value: what it came to; None is unknown.
        facts: what it looked at.
        changes: of a requirement that is not met, what would have to differ, one sentence for each way.
    """

    name: str
    text: str
    value: Value | None
    grounds: Grounds
    span: Span
    facts: tuple[Fact, ...]
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """A row's decision, step by step.

    Attributes:
        cells: the row's cells as written, by column.
        requirements: every requirement in policy order; empty for a row whose cells do not type.
        amount: the amount before limits.
        changes: what would have to differ for the row to be decided otherwise.
        where: file and row of the record.
    """

    outcome: Outcome
    where: str
    cells: Mapping[str, str]
    requirements: tuple[Step, ...]
    amount: Step | None
    changes: tuple[str, ...]
