"""What the fold of limits is told, and the columns of the relations that go in and come out.

**Candidates** (``FoldSpec.candidates``), one row each, with what tells whether anybody could stand in its way:

==================  =========  =======================================================================================
``scheme_no``       whole      the scheme's place in ``policy.schemes``
``row_no``          whole      the row's place among its scheme's rows
``amount``          whole      its amount, above 0, in ``1 / per_yuan`` yuan
``LimitSpec.hash``  whole      the hash (``fold_sql.limit_hash``) of limit j's key, NULL where the limit does not
                               concern the row; one column for limits that concern the same rows under the same key
``FoldSpec.person`` whole      the part of the keys that this names, itself
``asks_j``          whole      what the row would use of limit j, ×``den``. Only where ``LimitSpec.has_asks``
``room_j``          whole      the whole room, ×``den``. Only where ``LimitSpec.has_room``
``kind_j``          text       its kind under a limit to one kind (``Measure.SAME``)
``top_up_0`` …      any        the columns that ``TopUpSpec.key`` names, and the keys of the order. Only where
                               ``FoldSpec.top_up``
==================  =========  =======================================================================================

**Rows** (``FoldSpec.rows``), a relation for each scheme, of all its rows or more, read for the few candidates that
contend and found by ``row_no`` alone:

==================  =========  =======================================================================================
``row_no``          whole      as above
``order_0`` …       any        the keys of the total order that ``OrderColumn.name`` names, but for ``scheme_no`` and
                               ``amount``; NULL comes last whichever way a key runs
the limits' keys    any        the columns that ``LimitSpec.key`` names; a part that several limits share is one column
``binds_j``         bool       false: passes limit j even without room. Only where ``LimitSpec.may_only_report``
``serial``          whole      序号. Only where ``FoldSpec.waived``
==================  =========  =======================================================================================

``j`` is a limit's place in ``FoldSpec.limits``, from 0. Where a limit does not concern a row, its other columns may be
NULL; where it does none of them is (parts of a key may be, and a NULL equals a NULL).

**Past** (``LimitSpec.past``), one row per key that has grants: the columns of the key, of the very types they have in
the rows; ``number`` of grants; ``used``, the sum of what they used, ×``den`` (NULL under ``SAME``); ``most``, the
most that one used; ``kind_first``, the first grant's kind, and ``kind_other``, the first kind other than that.

**Waived** (``FoldSpec.waived``): ``scheme_no``, ``serial``, ``limit_no`` (the limit's place), distinct or not.

**Paid** (``TopUpSpec.paid``), a row per provisional grant: ``scheme_no``, the columns of ``TopUpSpec.key``, ``paid`` so
far in ``1 / per_yuan`` yuan.

**Outcome** (``FoldSpec.outcome``), one row per candidate: see ``OUTCOME``. ``FoldSpec.contested`` has the same columns
for those candidates alone that the fold had to look at; **every other candidate is granted its amount, passes every
limit that concerns it, and has no notes**. Joining the few is cheaper than joining them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

#: The columns of an outcome.
#:
#: ``granted`` bool; ``pays`` in 1 / per_yuan yuan, 0 if refused; ``passed``: bit j for a limit that was met and not
#: waived (0 of a refused row or a top-up); ``notes``: bits of ``Note``; ``refused_by``: the place of the first limit
#: without room, ``FULLY_PAID``, or NULL. Of the limit that refused: ``used_num``, ``asks_num``, ``room_num``
#: ×``LimitSpec.den`` (``room_num`` NULL under 就高), or ``used_text`` and ``asks_text`` under ``SAME``.
OUTCOME = (
    "scheme_no",
    "row_no",
    "granted",
    "pays",
    "passed",
    "notes",
    "refused_by",
    "used_num",
    "asks_num",
    "room_num",
    "used_text",
    "asks_text",
)

#: ``refused_by`` of a top-up that has nothing left to pay.
FULLY_PAID = -1


class Note:
    """Bits of ``notes``."""

    PARTIAL = 1
    EXCEPTION = 2
    TOP_UP = 4


class Measure(Enum):
    """How a limit measures."""

    TOTAL = "total"
    PARTIAL = "partial"
    DIFFERENCE = "补差"
    FULL = "全额"
    ONCE = "不再给"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitSpec:
    """One limit of the fold.

    Attributes:
        key: columns of the rows; a part that other limits have too is the same column.
        hash: the column of the candidates that holds the key's hash.
        hashed: the parts of the key that the hash is of: those that may differ between rows.
        person: the one of these that ``FoldSpec.person`` is.
        den: denominator of ``asks``, ``room`` and ``used``; of a measure in 补贴金额 it is ``FoldSpec.per_yuan``.
        paid: what a grant uses is what it is paid, and asks for is its amount (the measure is 补贴金额); always so of
            ``PARTIAL``, ``DIFFERENCE``, ``FULL`` and ``ONCE``.
        asks: what every row asks for; None: a column, or ``paid``. ``room``: likewise, None: a column or no number.
        bound: the largest that ``asks`` or ``room`` may be, either sign; the fold picks its integers by it.
        signed: whether the column ``asks_j`` may be negative.
        selective: the limit may concern some candidates only.
        may_only_report: there is a column ``binds_j``; otherwise the limit binds.
        past: the relation of what was used before this run; None: nothing.
    """

    name: str
    measure: Measure
    key: tuple[str, ...]
    hash: str = ""
    hashed: tuple[str, ...] = ()
    person: str | None = None
    den: int = 1
    paid: bool = False
    asks: int | None = None
    room: int | None = None
    bound: int = 1
    signed: bool = False
    selective: bool = True
    may_only_report: bool = False
    past: str | None = None

    @property
    def has_asks(self) -> bool:
        return self.measure is Measure.TOTAL and not self.paid and self.asks is None

    @property
    def may_give_back(self) -> bool:
        """Whether a grant may leave more room than there was."""
        return (self.has_asks and self.signed) or (self.asks is not None and self.asks < 0)

    @property
    def has_room(self) -> bool:
        return self.measure in (Measure.TOTAL, Measure.PARTIAL) and self.room is None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderColumn:
    """A key of the total order, in the column ``name``; ``text`` is compared by code point."""

    name: str
    descending: bool = False
    text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpSpec:
    """补差: candidates whose key is that of a provisional grant."""

    key: tuple[str, ...]
    paid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldSpec:
    """One fold: the limits of schemes tied by them, in policy order.

    Attributes:
        name: a prefix for the relations in between.
        rows: the place of each scheme, and the relation of its rows.
        schemes: how many schemes the policy has.
        person: the part of the key, a whole number and never NULL, that all limits have and few candidates share: who
            it is, mostly; None: there is none.
        per_yuan: amounts are integers of ``1 / per_yuan`` yuan, so that every amount, and every room of a limit in
            补贴金额, is one.
        amount_bound: the largest that ``amount`` may be.
        waived: the relation of exceptions; None: there are none.
    """

    name: str
    candidates: str
    rows: tuple[tuple[int, str], ...]
    outcome: str
    schemes: int
    limits: tuple[LimitSpec, ...]
    order: tuple[OrderColumn, ...]
    person: str | None = None
    per_yuan: int = 100
    amount_bound: int = 10**12
    waived: str | None = None
    top_up: TopUpSpec | None = None

    @property
    def contested(self) -> str:
        return f"{self.name}_裁定"
