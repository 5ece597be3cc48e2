"""What a run says about a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction

from policyrun.model.values import Value
from policyrun.model.vocabulary import Citation

#: The columns of a result, in order (contract section 3).
RESULT_COLUMNS = (
    "项目",
    "序号",
    "结论",
    "补贴金额",
    "受款人",
    "收款方",
    "资金渠道",
    "原因代码",
    "原因",
    "规则",
    "条款",
    "提示",
)


class Conclusion(Enum):
    GRANTED = "准予"
    DENIED = "不予"
    UNDECIDED = "待核实"
    INVALID = "数据错误"


class Reason(Enum):
    """The closed set of reason codes; all but GRANTED are followed by a colon and what they are about."""

    GRANTED = "GRANTED"
    INELIGIBLE = "INELIGIBLE"
    LIMIT = "LIMIT"
    UNDECIDED = "UNDECIDED"
    INVALID = "INVALID"


class NoticeCode(Enum):
    """提示 codes, in the order they are printed. The first four go with GRANTED only."""

    PROVISIONAL = "PROVISIONAL"
    TOPUP = "TOPUP"
    PARTIAL = "PARTIAL"
    EXCEPTION = "EXCEPTION"
    LATE = "LATE"
    OUT_OF_FORCE = "OUT_OF_FORCE"
    DRAFT = "DRAFT"


@dataclass(frozen=True, slots=True)
class RowRef:
    """A record, named for people: ``来源`` is this run or a history file.

    Attributes:
        serial: its 序号 as written.
        day: its ordering date.
        granted: what it was paid, yuan.
    """

    scheme: str
    serial: str
    day: date | None
    granted: Fraction
    from_history: bool = False


@dataclass(frozen=True, slots=True)
class LimitState:
    """What a limit said to one candidate.

    Attributes:
        key: label and value of each part of the key.
        used: what was used of the room before this candidate (for the kind of payee: its text), None if nothing.
        asks: what this candidate would use.
        room: the whole room, None where there is no number (kind of payee, highest so far).
        users: the records that used it, in the order they were granted.
        passed: whether there was room for it.
        waived: passed without room, by an exception or because the reading in force only reports.
    """

    limit: str
    key: tuple[tuple[str, Value | None], ...]
    used: Value | None
    asks: Value
    room: Fraction | None
    users: tuple[RowRef, ...]
    passed: bool
    waived: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The decision on one input row.

    Attributes:
        scheme: name of the scheme (项目).
        row: index of the row among the scheme's input rows, from 0.
        serial: 序号 as the file has it.
        amount: yuan, a multiple of 0.01; 0 for DENIED, None for UNDECIDED and INVALID.
        payee: category of the payee; None unless granted, or unknown.
        payee_name: its name, where the file has it.
        about: what the reason is about: the requirement, the limit, the missing names, the invalid column.
        rules: catalogue ids in policy order; ``clauses``: their citations likewise.
        least, most: of an undecided row, bounds of what it could pay where there are any, in yuan.
        limits: what each limit said, in policy order, for rows that reached the fold.
    """

    scheme: str
    row: int
    serial: str
    conclusion: Conclusion
    reason: Reason
    about: tuple[str, ...] = ()
    amount: Fraction | None = None
    payee: str | None = None
    payee_name: str | None = None
    fund: str | None = None
    rules: tuple[str, ...] = ()
    clauses: tuple[Citation, ...] = ()
    notices: tuple[NoticeCode, ...] = ()
    least: Fraction | None = None
    most: Fraction | None = None
    limits: tuple[LimitState, ...] = ()

    @property
    def code(self) -> str:
        """原因代码: ``GRANTED``, ``INELIGIBLE:培训合格``, ``UNDECIDED:补贴标准、新职业`` …"""
        if self.reason is Reason.GRANTED:
            return str(self.reason.value)
        return f"{self.reason.value}:{'、'.join(self.about)}"
