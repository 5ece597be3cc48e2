"""分摊 within a run: the rows of a splitting scheme get their shares, and so their verdicts, before any limit.

Rows are judged without an amount, shared out by ``split``, and judged to the end over the cells and both of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from policyrun.columnar.book import Book
from policyrun.columnar.dialect import Dialect
from policyrun.columnar.endings import CANDIDATE
from policyrun.columnar.folding import (
    Sql,
    both,
    cases,
    column,
    compare,
    constant,
    either,
    equal,
    is_null,
    not_null,
    nothing,
    whole,
)
from policyrun.columnar.judge import Judged
from policyrun.columnar.leaves import FEN
from policyrun.columnar.lowering import Lowering
from policyrun.columnar.plan import ROW, Guard, Part, Step, Unlowered
from policyrun.columnar.records import BEYOND, cells_name
from policyrun.columnar.sentences import NOTICE_BITS
from policyrun.columnar.split import SplitSpec, split_steps
from policyrun.columnar.tables import aliased, left_joined, of, table
from policyrun.ir.nodes import Supplied
from policyrun.ir.policy import Policy, Scheme
from policyrun.model.decision import NoticeCode
from policyrun.model.vocabulary import Grounds, Status
from policyrun.source.messages import _

_CELLS, _BEFORE, _SHARE = "格", "判", "份"
_LARGEST = "最大余数"


@dataclass(frozen=True, slots=True)
class Shared:
    """Rows with their shares.

    Attributes:
        parts: the steps that share out.
        source: cells and verdicts, the share counted in.
        verdict: names of the verdict's columns in ``source``.
        empty: the relation of groups that nobody shares.
    """

    parts: tuple[Part, ...]
    source: exp.Select
    verdict: tuple[str, ...]
    empty: str


def share_out(
    policy: Policy,
    scheme: Scheme,
    lowering: Lowering,
    judged: Judged,
    cells: Sequence[str],
    per_yuan: int,
    dialect: Dialect,
) -> Shared:
    """Shares out the totals of a scheme that splits.

    Args:
        cells: names of the columns of its typed cells.

    Raises:
        Unlowered: where what does not divide goes by a rule that differs from row to row.
    """
    own = _Sharing(policy, scheme, lowering, judged, per_yuan)
    spec = own.spec()
    before = Step(spec.judged, own.before(), f"“{scheme.name}”每行自身的判定，尚未分摊")
    return Shared((before, *own.guards(), *split_steps(spec, dialect)), own.source(cells), own.verdict, spec.empty)


class _Sharing:
    def __init__(self, policy: Policy, scheme: Scheme, lowering: Lowering, judged: Judged, per_yuan: int) -> None:
        assert scheme.split is not None, "only a scheme that splits shares out"
        self._policy = policy
        self._scheme = scheme
        self._split = scheme.split
        self._lowering = lowering
        self._judged = judged
        self._per_yuan = per_yuan
        self._words = (*judged.book.columns, *judged.lacking.columns)
        self._fields = [field.name for field in scheme.record.fields]
        self.verdict = tuple(judged.columns)

    def spec(self) -> SplitSpec:
        way = constant(self._lowering.value(self._split.remainder))
        if not isinstance(way, str):
            raise Unlowered(_("“{scheme}”的尾差归谁因行而异").format(scheme=self._scheme.name))
        total = self._scheme.record.field(self._split.total)
        name = f"{self._scheme.name}_分摊"
        return SplitSpec(
            name=name,
            judged=f"{name}_前",
            shared=f"{name}_份",
            empty=f"{name}_无人",
            per=self._split.per,
            once=self._split.once,
            total=self._split.total,
            total_den=FEN if total is not None and total.cell == "money" else 1,
            largest=way == _LARGEST,
            rounding=self._policy.rounding.op,
            step=self._policy.rounding.step,
            per_yuan=self._per_yuan,
            words=self._words,
        )

    def before(self) -> exp.Select:
        """What ``split`` asks of each row, and its verdict so far."""
        why = self._judged.columns["why"]
        undecided = (CANDIDATE, self._judged.undecided, self._judged.unsure)
        cells = dict.fromkeys((*self._split.per, *self._split.once, self._split.total))
        asked: dict[str, Sql] = {
            ROW: column(ROW),
            "serial": column(Supplied.SERIAL),
            "takes_part": is_null(column("invalid")),
            "open": either(equal(why, whole(each)) for each in undecided),
            "eligible": self._judged.eligible,
            **{name: self._lowering.cell(name) for name in cells},
            **self._judged.columns,
        }
        if self._lowering.beyond:
            asked[BEYOND] = either(self._lowering.beyond)
        return self._lowering.select(asked)

    def guards(self) -> Iterator[Guard]:
        """Values that who shares hangs on, and that no plan can work out."""
        if self._lowering.beyond:
            about = _("“{scheme}”有的值算不到底").format(scheme=self._scheme.name)
            yield Guard.of_flag(self.spec().judged, BEYOND, about)

    def source(self, cells: Sequence[str]) -> exp.Select:
        """Cells and verdicts, the share counted in."""
        spec = self.spec()
        columns: list[exp.Expr] = [of(_CELLS, name) for name in cells]
        columns += [aliased(value, name) for name, value in self._verdict().items()]
        same = both((equal(of(_BEFORE, ROW), of(_CELLS, ROW)),))
        share = both((equal(of(_SHARE, ROW), of(_CELLS, ROW)),))
        query = exp.select(*columns, copy=False).from_(table(cells_name(self._scheme), _CELLS), copy=False)
        query = query.join(table(spec.judged, _BEFORE), on=same, copy=False)
        return left_joined(query, table(spec.shared, _SHARE), share)

    def _verdict(self) -> dict[str, Sql]:
        blamed, waits = not_null(of(_SHARE, "blamed")), equal(of(_SHARE, "waits"), exp.true())
        share = of(_SHARE, "share")
        unsure = equal(of(_BEFORE, "why"), whole(self._judged.unsure))
        due_nothing = both((of(_BEFORE, "eligible"), compare(exp.LTE, share, whole(0))))
        settled = either((blamed, due_nothing))
        before = {name: of(_BEFORE, name) for name in self.verdict}
        draft = NOTICE_BITS[NoticeCode.DRAFT] if self._policy.status is Status.DRAFT else 0
        zero = self._words_of(self._judged.zero)
        columns = before | {
            "why": cases(
                [
                    *self._blames(),
                    (waits, whole(self._judged.undecided)),
                    (due_nothing, whole(self._judged.zero)),
                    (unsure, whole(self._judged.undecided)),
                ],
                before["why"],
            ),
            "amount": cases([(compare(exp.GT, share, whole(0)), share)]),
            "least": cases([(settled, nothing()), (waits, of(_SHARE, "least")), (unsure, whole(0))]),
            "most": cases([(settled, nothing()), (waits, of(_SHARE, "most")), (unsure, share)]),
            "notices": cases([(blamed, whole(draft))], before["notices"]),
        }
        for name in self._words:
            arms = [(blamed, whole(0)), (waits, of(_SHARE, name)), (due_nothing, whole(zero.get(name, 0)))]
            columns[name] = cases(arms, before[name])
        return columns

    def _blames(self) -> list[tuple[Sql, Sql]]:
        """The column that a row is invalid for: one that repeats, or the total."""
        names = (*self._split.once, self._split.total)
        return [
            (equal(of(_SHARE, "blamed"), whole(place)), whole(1 + self._fields.index(name)))
            for place, name in enumerate(names)
        ]

    def _words_of(self, why: int) -> dict[str, int]:
        book = self._judged.book
        return dict(zip(book.columns, _bits(book, self._judged.endings[why].grounds), strict=True))


def _bits(book: Book, grounds: Sequence[Grounds]) -> list[int]:
    return book.marks.bits((each.place, each) for each in grounds)
