"""What the accounts of each measure keep, what a pass learns from those before, and what that leaves to be paid.

Of what predecessors used only bounds are known while some are undecided: *at least* and *at most*. Both meet once all
are decided.

* Totals add up grants; undecided predecessors add what they ask for, or nothing. Where everybody asks for the same, no
  more fits than the largest multiple within the room, and of undecided predecessors that no other tight limit concerns
  (*alone*) each uses its share unless that has been reached.
* 补差 pays up to the highest standard. A grant of standard a leaves at most max(before, a) paid, and exactly that where
  the candidate is alone, granted or not. So the paid sum lies between the highest
  standard of predecessors that are alone and the highest of all that may be granted. 全额 likewise, of the highest sum.
* 不再给 and kinds ask only whether there was a grant, or one of another kind; all grants under a key have one kind.
"""

from __future__ import annotations

from dataclasses import dataclass

from policyrun.columnar.fold_spec import FoldSpec, LimitSpec, Measure
from policyrun.columnar.fold_sql import by_limit, is_of_pay

_TOTALS = frozenset({Measure.TOTAL, Measure.PARTIAL})
_GREATEST = frozenset({Measure.DIFFERENCE, Measure.FULL})

#: The least and the greatest kind of undecided predecessors; without any, or unknown: NULL.
OPEN_KINDS = ("待定类别甲", "待定类别乙")


@dataclass(frozen=True, slots=True)
class Kept:
    """Which columns the accounts of a fold need.

    Attributes:
        amounts: some limit is about what is paid; otherwise it is all or nothing, and amounts stay out.
    """

    amounts: bool
    asks: bool
    rooms: bool
    past_kinds: bool
    totals: bool
    counted: bool
    signed: bool
    greatest: bool
    full: bool
    once: bool
    same: bool
    partial: bool
    waivable: bool

    @classmethod
    def of(cls, spec: FoldSpec) -> Kept:
        measures = {limit.measure for limit in spec.limits}
        return cls(
            amounts=any(is_of_pay(limit) for limit in spec.limits),
            asks=any(limit.has_asks for limit in spec.limits),
            rooms=any(limit.has_room for limit in spec.limits),
            past_kinds=any(limit.measure is Measure.SAME and limit.past is not None for limit in spec.limits),
            totals=bool(measures & _TOTALS),
            counted=any(most_counted(limit) is not None for limit in spec.limits),
            signed=any(limit.may_give_back for limit in spec.limits),
            greatest=bool(measures & _GREATEST),
            full=Measure.FULL in measures,
            once=Measure.ONCE in measures,
            same=Measure.SAME in measures,
            partial=Measure.PARTIAL in measures,
            waivable=spec.waived is not None or any(limit.may_only_report for limit in spec.limits),
        )

    @property
    def leading(self) -> bool:
        """Whether some measure asks who comes first under all its tight limits."""
        return self.same

    @property
    def counts_open(self) -> bool:
        """Whether some measure asks how many predecessors are undecided, rather than how much they could use."""
        return self.greatest or self.once or self.same


def most_counted(limit: LimitSpec) -> int | None:
    """The most that grants of this run can use of a limit of which every candidate asks for the same; else None.

    What history used is a number of shares, too, or nothing.
    """
    if limit.measure is not Measure.TOTAL or limit.paid or limit.asks is None or limit.asks <= 0 or limit.room is None:
        return None
    if limit.past is not None and limit.asks > 1:
        return None
    return limit.room // limit.asks * limit.asks


def grants_first(limit: LimitSpec) -> bool:
    """Whether a limit surely lets the first candidate of a key have all of its amount."""
    if limit.past is not None:
        return False
    most = most_counted(limit)
    return limit.measure is Measure.SAME or (most is not None and most > 0)


def amount_of(kept: Kept, relation: str) -> str:
    """A candidate's amount in an account; 1 where only all or nothing matters."""
    return f"{relation}.金额" if kept.amounts else "1"


def asks_of(limit: LimitSpec, relation: str) -> str:
    """What an account asks for; nothing where kinds are compared."""
    if limit.measure is Measure.SAME:
        return "0"
    if is_of_pay(limit):
        return f"{relation}.金额"
    return f"{relation}.所需" if limit.asks is None else str(limit.asks)


def room_of(limit: LimitSpec, relation: str) -> str:
    return f"{relation}.余额" if limit.room is None else str(limit.room)


def starting_columns(spec: FoldSpec, place: int, number: str) -> dict[str, str]:
    """The columns that change from pass to pass, as history (``g``) leaves them."""
    limit, kept = spec.limits[place], Kept.of(spec)
    is_same = limit.measure is Measure.SAME

    def past(column: str) -> str:
        return f"COALESCE(g.{column}, 0)" if limit.past is not None and not is_same else "0"

    columns = {"已用": f"CAST({past('used')} AS {number})"}
    if kept.greatest:
        reached = past("most" if limit.measure is Measure.FULL else "used")
        columns |= {"至少": f"CAST(0 AS {number})", "至多": f"CAST({reached} AS {number})"}
    if kept.full:
        columns["最高"] = f"CAST({past('most')} AS {number})"
    if kept.once:
        columns["笔数"] = f"CAST({past('number')} AS BIGINT)"
    if kept.same:
        columns["类别"] = f"c.kind_{place}" if is_same else "CAST(NULL AS TEXT)"
        for name, column in (("已有类别", "kind_first"), ("另有类别", "kind_other")):
            if column == "kind_first" or kept.past_kinds:
                columns[name] = f"g.{column}" if is_same and limit.past is not None else "CAST(NULL AS TEXT)"
    return columns


def learned(spec: FoldSpec) -> dict[str, str]:
    """What a pass looks up about predecessors: aggregates over those before in the same account (``a``).

    状态 1 was granted in the pass before, 0 is undecided.
    """
    kept = Kept.of(spec)
    told = "a.状态 = 1 AND NOT a.免" if kept.waivable else "a.状态 = 1"
    found = _amounts_learned(spec, kept, told)
    if kept.counts_open or _counts_rows(spec):
        found["待定数"] = "COUNT(CASE WHEN a.状态 = 0 THEN 1 END)"
    if kept.counted:
        found["待定独争数"] = "COUNT(CASE WHEN a.状态 = 0 AND a.独争 THEN 1 END)"
    if kept.greatest:
        found["新独争"] = "MAX(CASE WHEN a.状态 = 1 AND a.独争 THEN a.金额 END)"
        found["新标准"] = "MAX(CASE WHEN a.状态 = 1 THEN a.金额 END)"
        found["待定独争"] = "MAX(CASE WHEN a.状态 = 0 AND a.独争 THEN a.金额 END)"
        found["待定标准"] = "MAX(CASE WHEN a.状态 = 0 THEN a.金额 END)"
    if kept.full:
        found["新最高"] = f"MAX(CASE WHEN {told} THEN a.核定 END)"
    if kept.once:
        found["新笔数"] = f"COUNT(CASE WHEN {told} THEN 1 END)"
    if kept.same:
        found["新类别"] = f"MIN(CASE WHEN {told} THEN a.类别 END)"
        for name, function in zip(OPEN_KINDS, ("MIN", "MAX"), strict=True):
            found[name] = f"{function}(CASE WHEN a.状态 = 0 THEN a.类别 END)"
    return found


def _amounts_learned(spec: FoldSpec, kept: Kept, told: str) -> dict[str, str]:
    if _counts_rows(spec):
        return {"新增": f"COUNT(CASE WHEN {told} THEN 1 END)"}
    uses = by_limit(spec, lambda limit: "a.核定" if is_of_pay(limit) else asks_of(limit, "a"), "a")
    asks = by_limit(spec, lambda limit: asks_of(limit, "a"), "a")
    found = {"新增": f"SUM(CASE WHEN {told} THEN {uses} END)"}
    if kept.totals:
        could = f"GREATEST({asks}, 0)" if kept.signed else asks
        found["待定"] = f"SUM(CASE WHEN a.状态 = 0 THEN {could} END)"
    if kept.signed:
        found["待定负"] = f"SUM(CASE WHEN a.状态 = 0 THEN LEAST({asks}, 0) END)"
    return found


def _counts_rows(spec: FoldSpec) -> bool:
    """Whether every row asks for 1 of every limit that adds up; then rows are counted, not added."""
    adding = (limit for limit in spec.limits if limit.measure is not Measure.SAME)
    return all(limit.measure is Measure.TOTAL and not limit.paid and limit.asks == 1 for limit in adding)


def updated(spec: FoldSpec, number: str) -> dict[str, str]:
    """The changing columns of an account (``w``) once a pass has told it of what was granted since."""
    kept = Kept.of(spec)
    columns = {"已用": f"CAST(w.已用 + COALESCE(w.新增, 0) AS {number})"}
    if kept.greatest:
        columns["至少"] = f"CAST(GREATEST(w.至少, COALESCE(w.新独争, 0)) AS {number})"
        columns["至多"] = f"CAST(GREATEST(w.至多, COALESCE(w.新标准, 0)) AS {number})"
    if kept.full:
        columns["最高"] = f"CAST(GREATEST(w.最高, COALESCE(w.新最高, 0)) AS {number})"
    if kept.once:
        columns["笔数"] = "w.笔数 + w.新笔数"
    if kept.same:
        columns["已有类别"] = "COALESCE(w.已有类别, w.新类别)"
    return columns


def _open_asks(spec: FoldSpec, relation: str) -> str:
    return f"{relation}.待定数" if _counts_rows(spec) else f"COALESCE({relation}.待定, 0)"


def used_between(spec: FoldSpec) -> tuple[str, str]:
    """The least and the most that predecessors used (``u``)."""
    open_asks = _open_asks(spec, "u")

    def least(limit: LimitSpec) -> str:
        counted = most_counted(limit)
        if counted is not None:
            return f"GREATEST(u.已用, LEAST(u.已用 + {limit.asks} * u.待定独争数, {counted}))"
        match limit.measure:
            case Measure.TOTAL if limit.may_give_back:
                return "u.已用 + COALESCE(u.待定负, 0)"
            case Measure.DIFFERENCE:
                return f"CASE WHEN u.待定数 = 0 THEN u.已用 ELSE {_greatest('u.已用', 'u.至少', 'u.待定独争')} END"
            case Measure.FULL:
                return f"CASE WHEN u.待定数 = 0 THEN u.最高 ELSE {_greatest('u.最高', 'u.至少', 'u.待定独争')} END"
            case _:
                return "u.已用"

    def most(limit: LimitSpec) -> str:
        counted = most_counted(limit)
        if counted is not None:
            return f"LEAST(u.已用 + {open_asks}, GREATEST(u.已用, {counted}))"
        match limit.measure:
            case Measure.TOTAL | Measure.PARTIAL:
                return f"u.已用 + {open_asks}"
            case Measure.DIFFERENCE:
                return f"CASE WHEN u.待定数 = 0 THEN u.已用 ELSE {_greatest('u.至多', 'u.待定标准')} END"
            case Measure.FULL:
                return f"CASE WHEN u.待定数 = 0 THEN u.最高 ELSE {_greatest('u.至多', 'u.待定标准')} END"
            case _:
                return "u.已用"

    return by_limit(spec, least, "u"), by_limit(spec, most, "u")


def is_known(spec: FoldSpec) -> str:
    """Whether it is known what predecessors used (``b``): 1 or 0."""

    def known(limit: LimitSpec) -> str:
        if most_counted(limit) is not None:
            return "b.至少已用 = b.至多已用"
        if limit.measure is Measure.SAME:
            return "b.待定数 = 0 OR b.已有类别 IS NOT NULL"
        if limit.measure not in _TOTALS:
            return "b.待定数 = 0"
        negative = " AND COALESCE(b.待定负, 0) = 0" if limit.may_give_back else ""
        return f"{_open_asks(spec, 'b')} = 0{negative}"

    return by_limit(spec, lambda limit: f"CASE WHEN {known(limit)} THEN 1 ELSE 0 END", "b")


def used_when_known(spec: FoldSpec) -> str:
    """What predecessors used (``d``) of a limit under which that is known."""
    return by_limit(spec, lambda limit: "d.已用" if most_counted(limit) is None else "d.至少已用", "d")


def _greatest(*values: str) -> str:
    return f"GREATEST({', '.join(f'COALESCE({value}, 0)' for value in values)})"


def lets_through(spec: FoldSpec) -> tuple[str, str]:
    """The least and the most of its amount that a limit lets a candidate (``b``) have, without any exception."""

    kept = Kept.of(spec)
    amount = amount_of(kept, "b")

    def pays(limit: LimitSpec, used: str, is_least: bool) -> str:
        match limit.measure:
            case Measure.TOTAL:
                condition = f"{used} + {asks_of(limit, 'b')} <= {room_of(limit, 'b')}"
            case Measure.PARTIAL:
                return f"LEAST(b.金额, GREATEST({room_of(limit, 'b')} - {used}, 0))"
            case Measure.DIFFERENCE:
                return f"GREATEST(b.金额 - {used}, 0)"
            case Measure.FULL:
                condition = f"b.金额 > {used}"
            case Measure.ONCE:
                condition = "b.笔数 = 0" + (" AND b.待定数 = 0" if is_least else "")
            case Measure.SAME:
                condition = _one_kind(kept, is_least)
        return f"CASE WHEN {condition} THEN {amount} ELSE 0 END"

    least = by_limit(spec, lambda limit: pays(limit, "b.至多已用", True), "b")
    return least, by_limit(spec, lambda limit: pays(limit, "b.至少已用", False), "b")


def _one_kind(kept: Kept, is_least: bool) -> str:
    nothing_yet = "b.已有类别 IS NULL"
    if is_least:
        nothing_yet += " AND (b.待定数 = 0 OR (b.待定类别甲 = b.类别 AND b.待定类别乙 = b.类别))"
    condition = f"(b.已有类别 = b.类别 OR ({nothing_yet}))"
    return f"{condition} AND b.另有类别 IS NULL" if kept.past_kinds else condition
