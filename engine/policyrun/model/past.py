"""What was decided before a run, or beside it: history and exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from policyrun.model.raw import Origin
from policyrun.model.values import Value

#: The column that tells two grants with equal limit keys apart, where the record has it.
CERTIFICATE = "证书编号"


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A grant of an earlier run, or the revocation of one.

    Attributes:
        scheme: name of the scheme (项目).
        serial: 序号 as written, "" where the file has none.
        revoked: the row takes back one grant with the same scheme, limit keys and 证书编号.
        amount: 补贴金额 in yuan; None where the file does not have it and no limit asks for it.
        notices: 提示 codes as written; ``rules``: catalogue ids (规则) as written.
        clauses: citations (条款) as written, () where the file does not have them.
        values: the record's columns that the file has, typed; a column it lacks has no entry.
        payee: 受款人, the category; None where the file does not have it.
        origin: where the row stands.
        this_run: an earlier version of the policy granted it in this very run; no revocation takes it back.
    """

    scheme: str
    serial: str
    revoked: bool
    amount: Fraction | None
    notices: tuple[str, ...]
    rules: tuple[str, ...]
    values: Mapping[str, Value | None]
    payee: str | None
    origin: Origin
    this_run: bool = False
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExceptionEntry:
    """A row that somebody lets pass a limit where it has no room.

    Attributes:
        serial: the row's 序号 as a number.
        approver: who approved it (批准人); ``basis``: on what ground (依据); ``day``: when.
    """

    scheme: str
    serial: Fraction
    limit: str
    approver: str
    basis: str
    day: date
    origin: Origin
