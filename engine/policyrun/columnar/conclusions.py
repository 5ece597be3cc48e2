"""What becomes of each row of a scheme once the limits are settled: ``<scheme>_结论``, one row per input row.

Columns: ``row_no``; ``serial_text``; ``why`` (a number of ``Endings``); ``amount`` in ``1 / per_yuan`` yuan, of grants
alone; ``payee``, ``payee_name`` and ``fund`` likewise; ``notices`` (``NOTICE_BITS``); the words of grounds and of
lacking names; ``least`` and ``most`` of undecided rows; and of a row that a limit refused ``refused_by`` (its place in
the fold), ``used_num``, ``asks_num``, ``room_num``, ``used_text`` and ``asks_text`` as the fold has them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlglot import exp

from policyrun.columnar.book import Book, Marks
from policyrun.columnar.dialect import Dialect
from policyrun.columnar.endings import CANDIDATE, Endings
from policyrun.columnar.fold_spec import FULLY_PAID, FoldSpec, LimitSpec, Note
from policyrun.columnar.folding import (
    Sql,
    binary,
    boolean,
    both,
    cases,
    column,
    compare,
    constant,
    equal,
    is_nothing,
    is_null,
    is_true,
    nothing,
    typed,
    whole,
)
from policyrun.columnar.held import JUDGED, Held
from policyrun.columnar.judge import Judged
from policyrun.columnar.plan import ROW, Step
from policyrun.columnar.sentences import NOTICE_BITS
from policyrun.columnar.tables import aliased, of, quoted, table
from policyrun.ir.policy import Policy, Scheme
from policyrun.model.decision import NoticeCode, Reason
from policyrun.model.sentence_templates import PAID_UP
from policyrun.model.vocabulary import Grounds

#: What a fold adds to the notices of a grant.
_NOTES = {
    Note.PARTIAL: NoticeCode.PARTIAL,
    Note.EXCEPTION: NoticeCode.EXCEPTION,
    Note.TOP_UP: NoticeCode.TOPUP,
}
_WHOLE, _TEXT = exp.DataType.Type.BIGINT, exp.DataType.Type.TEXT
#: Of a row that a limit refused: which, and what the limit said.
_REFUSAL = {
    "refused_by": _WHOLE,
    "used_num": _WHOLE,
    "asks_num": _WHOLE,
    "room_num": _WHOLE,
    "used_text": _TEXT,
    "asks_text": _TEXT,
}
#: What a row says is made of these, its words of grounds and of lacking names, and its own amount, payee and fund.
COMBINATION = ("why", "notices", *_REFUSAL)
#: 64 bits of the combination.
MARK = "mark"
#: The name of what a fold settled, in queries over judged rows and it.
SETTLED = "裁"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the conclusions of a scheme mean.

    Attributes:
        relation: holds them.
        limits: those of its fold; ``refused_by`` is a place among them.
        ways: how they come about.
    """

    scheme: Scheme
    relation: str
    endings: Endings
    book: Book
    lacking: Marks[str]
    limits: tuple[LimitSpec, ...]
    per_yuan: int
    ways: Conclusions


def conclusions_name(scheme: Scheme) -> str:
    return f"{scheme.name}_结论"


def judged_name(scheme: Scheme) -> str:
    return f"{scheme.name}_判定"


def conclude(
    policy: Policy,
    scheme: Scheme,
    judged: Judged,
    held: Held,
    fold: FoldSpec | None,
    per_yuan: int,
    dialect: Dialect,
) -> tuple[Step, Answer]:
    """The step that gives a scheme's conclusions from its judged rows and what its fold settled.

    Args:
        fold: None where no limit is over the scheme.
    """
    own = Conclusions(policy, scheme, judged, held, fold, dialect)
    limits = fold.limits if fold is not None else ()
    relation = conclusions_name(scheme)
    step = Step(relation, own.query(), f"“{scheme.name}”每行的结论")
    return step, Answer(scheme, relation, judged.endings, judged.book, judged.lacking, limits, per_yuan, own)


class Conclusions:
    """How conclusions come about: of rows alone, which a fold need not look at, and of those that contended.

    Attributes:
        is_candidate: whether a judged row is granted what it is due unless a limit says otherwise.
        held: how the judged rows are stored.
        alone: the columns that the conclusion of a row alone hangs on, of the judged rows.
        contested: the relation of what became of those that contended; none where no limit is over the scheme.
    """

    def __init__(
        self, policy: Policy, scheme: Scheme, judged: Judged, held: Held, fold: FoldSpec | None, dialect: Dialect
    ) -> None:
        self._dialect = dialect
        self.held = held
        self._scheme = scheme
        self._judged = judged
        self._fold = fold
        self._no = [one.name for one in policy.schemes].index(scheme.name)
        self._grounds = {limit.name: limit.grounds for limit in policy.limits_over(scheme.name)}
        self.is_candidate = equal(of(JUDGED, "why"), whole(CANDIDATE))
        self.contested = None if fold is None else fold.contested
        limits = [] if fold is None else fold.limits
        concerns = (f"on_{place}" for place, limit in enumerate(limits) if limit.selective)
        words = (*judged.book.columns, *judged.lacking.columns)
        own = ("why", "amount", "payee", "fund", "notices", "grant_notices", *words)
        self.alone = (*(name for name in own if name not in held.constants), *concerns)

    @property
    def combination(self) -> tuple[str, ...]:
        """The columns of conclusions that words are made of, but for amount, payee and fund."""
        return (*COMBINATION, *self._judged.book.columns, *self._judged.lacking.columns)

    def query(self) -> exp.Query:
        """All rows of the scheme."""
        if self._fold is None:
            return self._marked(self._selected(_ALONE))
        rows = self._selected(_Way(is_alone=is_null(of(SETTLED, ROW)), told=_told_by_fold))
        contested = table(self._fold.contested, SETTLED)
        return self._marked(rows.join(contested, on=self.same_row, join_type="left", copy=False))

    def settlements(self, *, with_pays: bool) -> tuple[str, ...]:
        """The columns of ``contested`` that tell what became of a row, but for its place.

        Args:
            with_pays: what it is paid among them.
        """
        return (*(("pays",) if with_pays else ()), "passed", "notes", *_REFUSAL)

    def of_kinds(self, settled: str) -> dict[str, Sql]:
        """The columns of ``combination`` with amount, payee and fund.

        They are over ``alone`` of ``JUDGED`` and ``settlements`` of ``SETTLED``; where the latter's column ``settled``
        is NULL the rows were alone.
        """
        return self._said(_ALONE if self._fold is None else _Way(is_null(of(SETTLED, settled)), _told_by_fold))

    def is_granted(self, refused_by: Sql) -> Sql:
        """Whether a row of ``JUDGED`` is granted in the end."""
        return both((self.is_candidate, is_null(refused_by)))

    @property
    def same_row(self) -> Sql:
        """That ``JUDGED`` and ``SETTLED`` are about the same row."""
        return both((self.same_scheme, equal(of(SETTLED, ROW), of(JUDGED, ROW))))

    @property
    def same_scheme(self) -> Sql:
        """That ``SETTLED`` is about the scheme."""
        return equal(of(SETTLED, "scheme_no"), whole(self._no))

    def _selected(self, way: _Way) -> exp.Select:
        """Rows of ``JUDGED`` as they are concluded."""
        columns: dict[str, Sql] = {ROW: of(JUDGED, ROW), "serial_text": self.held.serial_text(JUDGED, self.held.serial)}
        columns |= {name: self.held.judged(name) for name in ("least", "most")} | self._said(way)
        columns["payee_name"] = cases([(self._granted(way), self.held.judged("payee_name"))])
        query = exp.select(*(aliased(value, name) for name, value in columns.items()))
        return query.from_(table(judged_name(self._scheme), JUDGED), copy=False)

    def _said(self, way: _Way) -> dict[str, Sql]:
        granted = self._granted(way)
        paid = exp.Coalesce(this=way.told("pays"), expressions=[of(JUDGED, "amount")])
        return {
            "why": self._why(way),
            "amount": cases([(granted, of(JUDGED, "amount") if is_true(way.is_alone) else paid)]),
            **{name: cases([(granted, self.held.judged(name))]) for name in ("payee", "fund")},
            "notices": self._notices(way, granted),
            **self._words(way),
            **{name: self.held.judged(name) for name in self._judged.lacking.columns},
            **{name: typed(way.told(name), type_) for name, type_ in _REFUSAL.items()},
        }

    def _granted(self, way: _Way) -> Sql:
        return self.is_granted(way.told("refused_by"))

    def _marked(self, query: exp.Select) -> exp.Select:
        """A query's columns, and the mark of each row's combination."""
        mark = self._dialect.mark([column(name) for name in self.combination])
        below = exp.Subquery(this=query, alias=exp.TableAlias(this=quoted("结论")))
        return exp.select(exp.Star(), aliased(mark, MARK)).from_(below, copy=False)

    def _why(self, way: _Way) -> Sql:
        """``why``, where a limit refused by the limit."""
        endings = self._judged.endings
        arms = [
            (way.refused_by(place), whole(endings.denied(Reason.LIMIT, limit.name, [self._grounds[limit.name]])))
            for place, limit in self._own_limits()
        ]
        if self._scheme.top_up is not None:
            paid_up = endings.denied(Reason.LIMIT, PAID_UP, [self._scheme.top_up.grounds])
            arms.append((way.refused_by(FULLY_PAID), whole(paid_up)))
        return cases(arms, of(JUDGED, "why"))

    def _own_limits(self) -> Iterator[tuple[int, LimitSpec]]:
        """The limits of the fold that are over the scheme, with their places."""
        limits = () if self._fold is None else self._fold.limits
        return ((place, limit) for place, limit in enumerate(limits) if limit.name in self._grounds)

    def _notices(self, way: _Way, granted: Sql) -> Sql:
        notes: Sql = self.held.judged("grant_notices")
        for note, code in _NOTES.items():
            held = cases([(way.has("notes", note), whole(NOTICE_BITS[code]))], whole(0))
            notes = notes if constant(held) == 0 else binary(exp.Add, notes, held)
        return binary(exp.Add, self.held.judged("notices"), cases([(granted, notes)], whole(0)))

    def _words(self, way: _Way) -> dict[str, Sql]:
        """The words of grounds, with the limits that a grant passed, or the limit alone that refused."""
        book = self._judged.book
        bits = {place: _words_of(book, self._grounds[limit.name]) for place, limit in self._own_limits()}
        passed = [(self._passed(way, place, limit), bits[place]) for place, limit in self._own_limits()]
        refused = [(way.refused_by(place), bits[place]) for place in bits]
        if self._scheme.top_up is not None:
            own = _words_of(book, self._scheme.top_up.grounds)
            passed.append((way.has("notes", Note.TOP_UP), own))
            refused.append((way.refused_by(FULLY_PAID), own))
        found = {}
        for number, name in enumerate(book.columns):
            resting: Sql = self.held.judged(name)
            for condition, each in passed:
                added = cases([(condition, whole(each[number]))], whole(0))
                resting = resting if constant(added) == 0 else binary(exp.Add, resting, added)
            arms = [(condition, whole(each[number])) for condition, each in refused]
            found[name] = cases([*arms, (self.is_candidate, resting)], self.held.judged(name))
        return found

    def _passed(self, way: _Way, place: int, limit: LimitSpec) -> Sql:
        """Whether a grant met a limit and was not waived: surely so where the fold need not look at the row."""
        concerned = of(JUDGED, f"on_{place}") if limit.selective else boolean(True)
        return cases([(way.is_alone, concerned)], way.has("passed", 1 << place))


@dataclass(frozen=True, slots=True)
class _Way:
    """How rows came to their conclusions.

    Attributes:
        is_alone: whether the fold need not look at a row.
        told: what the fold says of a row, by the name of the column; NULL of a row alone.
    """

    is_alone: Sql
    told: Callable[[str], Sql]

    def refused_by(self, place: int) -> Sql:
        return equal(self.told("refused_by"), whole(place))

    def has(self, name: str, mask: int) -> Sql:
        """Whether a bit is set."""
        bits = self.told(name)
        if is_nothing(bits):
            return boolean(False)
        return compare(exp.NEQ, exp.Paren(this=exp.BitwiseAnd(this=bits, expression=whole(mask))), whole(0))


def _told_by_fold(name: str) -> Sql:
    return of(SETTLED, name)


_ALONE = _Way(is_alone=boolean(True), told=lambda name: nothing())


def _words_of(book: Book, grounds: Grounds) -> list[int]:
    """For each word the bits of one grounds."""
    return book.marks.bits([(grounds.place, grounds)])
