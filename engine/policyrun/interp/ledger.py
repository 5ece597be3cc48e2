"""What has been granted under one limit, by key, and what the limit says to the next candidate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from policyrun.interp.expressions import Row, evaluate, truth, value_of
from policyrun.ir.policy import Highest, Limit, SameKind, Total
from policyrun.model.decision import LimitState, RowRef
from policyrun.model.values import Value

Key = tuple[Value | None, ...]


@dataclass(slots=True)
class Account:
    """The grants of one key, in the order they were made, each with what it used of the room.

    Attributes:
        used: what they used in all, where that is a number.
    """

    grants: list[tuple[RowRef, Value]] = field(default_factory=list)
    used: Fraction = Fraction(0)

    def enter(self, ref: RowRef, used: Value) -> None:
        self.grants.append((ref, used))
        if isinstance(used, Fraction):
            self.used += used


@dataclass(frozen=True, slots=True)
class Answer:
    """What a limit says: its state for explanations, and the amount it lets through (0: none)."""

    state: LimitState
    pays: Fraction


class Ledger:
    """The accounts of one limit."""

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self._accounts: defaultdict[Key, Account] = defaultdict(Account)

    @property
    def accounts(self) -> Mapping[Key, Account]:
        """The accounts that have grants, by key."""
        return self._accounts

    def concerns(self, row: Row) -> bool:
        return self.limit.when is None or truth(self.limit.when, row) is True

    def key(self, row: Row) -> Key:
        return tuple(value_of(part.expr, row) for part in self.limit.per)

    def ask(self, row: Row, amount: Fraction) -> Answer:
        """Whether there is room for a candidate of ``amount`` yuan, and for how much of it."""
        account = self._accounts[self.key(row)]
        match self.limit.measure:
            case Total() as total:
                return self._ask_total(total, row, amount, account)
            case Highest() as highest:
                return self._ask_highest(highest, row, amount, account)
            case SameKind() as same:
                return self._ask_same(same, row, amount, account)

    def _ask_total(self, total: Total, row: Row, amount: Fraction, account: Account) -> Answer:
        asks, room = _number(evaluate(total.measure, row)), _number(evaluate(total.room, row))
        used = account.used
        if total.partial:
            pays = max(min(amount, room - used), Fraction(0))
        else:
            pays = amount if used + asks <= room else Fraction(0)
        return self._answer(row, account, used, asks, room, pays)

    def _ask_highest(self, highest: Highest, row: Row, amount: Fraction, account: Account) -> Answer:
        paid = account.used
        match evaluate(highest.pay, row):
            case "全额":
                before = max((each for _, each in account.grants if isinstance(each, Fraction)), default=Fraction(0))
                pays = amount if amount > before else Fraction(0)
            case "不再给":
                pays = Fraction(0) if account.grants else amount
            case _:
                pays = max(amount - paid, Fraction(0))
        return self._answer(row, account, paid, amount, None, pays)

    def _ask_same(self, same: SameKind, row: Row, amount: Fraction, account: Account) -> Answer:
        kind = value_of(same.kind, row)
        assert kind is not None, "a row whose kind is unknown is undecided before it gets here"
        others = [used for _, used in account.grants if used != kind]
        first = others[0] if others else account.grants[0][1] if account.grants else None
        return self._answer(row, account, first, kind, None, Fraction(0) if others else amount)

    def _answer(
        self, row: Row, account: Account, used: Value | None, asks: Value, room: Fraction | None, pays: Fraction
    ) -> Answer:
        labels = tuple(part.label for part in self.limit.per)
        state = LimitState(
            limit=self.limit.name,
            key=tuple(zip(labels, self.key(row), strict=True)),
            used=used,
            asks=asks,
            room=room,
            users=tuple(ref for ref, _ in account.grants),
            passed=pays > 0,
        )
        return Answer(state, pays)

    def grant(self, row: Row, ref: RowRef, asked: Value | None = None) -> None:
        """Enters a grant. ``row`` carries the amount granted, which is what a cap measures.

        Args:
            asked: what was asked for, which is used where it is not known what the amount granted measures.
        """
        match self.limit.measure:
            case Total(measure=node) | SameKind(kind=node):
                used = value_of(node, row)
            case Highest():
                used = ref.granted
        used = asked if used is None else used
        assert used is not None, "what was granted before is measured before it gets here"
        self._accounts[self.key(row)].enter(ref, used)


def _number(value: object) -> Fraction:
    assert isinstance(value, Fraction), "measures and rooms are known numbers"
    return value
