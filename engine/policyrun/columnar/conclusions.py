"""What becomes of each row of a scheme once the limits are settled: ``<scheme>_结论``, one row per input row.

Columns: ``row_no``; ``serial_text``; ``why`` (a number of ``Endings``); ``amount`` in ``1 / per_yuan`` yuan, of grants
alone; ``payee``, ``payee_name`` and ``fund`` likewise; ``notices`` (``NOTICE_BITS``); the words of grounds and of
lacking names; ``least`` and ``most`` of undecided rows; and of a row that a limit refused ``refused_by`` (its place in
the fold), ``used_num``, ``asks_num``, ``room_num``, ``used_text`` and ``asks_text`` as the fold has them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    equal,
    is_null,
    not_null,
    nothing,
    typed,
    whole,
)
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
_JUDGED, _SETTLED = "判", "裁"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the conclusions of a scheme mean.

    Attributes:
        relation: holds them.
        limits: those of its fold; ``refused_by`` is a place among them.
        sayings: the relation of all that rows say but for 序号 and 收款方, where there is one (``result.sayings``).
    """

    scheme: Scheme
    relation: str
    endings: Endings
    book: Book
    lacking: Marks[str]
    limits: tuple[LimitSpec, ...]
    per_yuan: int
    sayings: str = ""


def conclusions_name(scheme: Scheme) -> str:
    return f"{scheme.name}_结论"


def judged_name(scheme: Scheme) -> str:
    return f"{scheme.name}_判定"


def conclude(
    policy: Policy, scheme: Scheme, judged: Judged, fold: FoldSpec | None, per_yuan: int, dialect: Dialect
) -> tuple[Step, Answer]:
    """The step that gives a scheme's conclusions from its judged rows and what its fold settled.

    Args:
        fold: None where no limit is over the scheme.
    """
    own = _Conclusions(policy, scheme, judged, fold, dialect)
    limits = fold.limits if fold is not None else ()
    relation = conclusions_name(scheme)
    step = Step(relation, own.query(), f"“{scheme.name}”每行的结论", kept=True, in_order=True, reads_all=True)
    return step, Answer(scheme, relation, judged.endings, judged.book, judged.lacking, limits, per_yuan)


class _Conclusions:
    def __init__(self, policy: Policy, scheme: Scheme, judged: Judged, fold: FoldSpec | None, dialect: Dialect) -> None:
        self._dialect = dialect
        self._scheme = scheme
        self._judged = judged
        self._fold = fold
        self._no = [one.name for one in policy.schemes].index(scheme.name)
        self._grounds = {limit.name: limit.grounds for limit in policy.limits_over(scheme.name)}
        self._candidate = equal(of(_JUDGED, "why"), whole(CANDIDATE))
        self._refused = boolean(False) if fold is None else not_null(of(_SETTLED, "refused_by"))

    def query(self) -> exp.Query:
        granted = both((self._candidate, _not(self._refused)))
        columns: dict[str, Sql] = {
            ROW: of(_JUDGED, ROW),
            "serial_text": of(_JUDGED, "serial_text"),
            "why": self._why(),
            "amount": cases([(granted, self._paid())]),
            **{name: cases([(granted, of(_JUDGED, name))]) for name in ("payee", "payee_name", "fund")},
            "notices": self._notices(granted),
            **self._words(),
            **{name: of(_JUDGED, name) for name in (*self._judged.lacking.columns, "least", "most")},
            **{
                name: typed(nothing(), type_) if self._fold is None else of(_SETTLED, name)
                for name, type_ in _REFUSAL.items()
            },
        }
        query = exp.select(*(aliased(value, name) for name, value in columns.items()))
        query = query.from_(table(judged_name(self._scheme), _JUDGED), copy=False)
        if self._fold is None:
            return self._marked(query)
        joined = both(
            (
                equal(of(_SETTLED, "scheme_no"), whole(self._no)),
                equal(of(_SETTLED, ROW), of(_JUDGED, ROW)),
            )
        )
        return self._marked(query.join(table(self._fold.contested, _SETTLED), on=joined, join_type="left", copy=False))

    def _marked(self, query: exp.Select) -> exp.Select:
        """A query's columns, and the mark of each row's combination."""
        names = [*COMBINATION, *self._judged.book.columns, *self._judged.lacking.columns]
        mark = self._dialect.mark([column(name) for name in names])
        below = exp.Subquery(this=query, alias=exp.TableAlias(this=quoted("结论")))
        return exp.select(exp.Star(), aliased(mark, MARK)).from_(below, copy=False)

    def _why(self) -> Sql:
        """``why``, where a limit refused by the limit."""
        if self._fold is None:
            return of(_JUDGED, "why")
        endings = self._judged.endings
        refused_by = of(_SETTLED, "refused_by")
        arms = [
            (
                equal(refused_by, whole(place)),
                whole(endings.denied(Reason.LIMIT, limit.name, [self._grounds[limit.name]])),
            )
            for place, limit in enumerate(self._fold.limits)
            if limit.name in self._grounds
        ]
        if self._scheme.top_up is not None:
            paid_up = endings.denied(Reason.LIMIT, PAID_UP, [self._scheme.top_up.grounds])
            arms.append((equal(refused_by, whole(FULLY_PAID)), whole(paid_up)))
        return cases(arms, of(_JUDGED, "why"))

    def _refusal(self, limit: str) -> int:
        return self._judged.endings.denied(Reason.LIMIT, limit, [self._grounds[limit]])

    def _paid(self) -> Sql:
        if self._fold is None:
            return of(_JUDGED, "amount")
        return exp.Coalesce(this=of(_SETTLED, "pays"), expressions=[of(_JUDGED, "amount")])

    def _notices(self, granted: Sql) -> Sql:
        notes: Sql = of(_JUDGED, "grant_notices")
        if self._fold is not None:
            for note, code in _NOTES.items():
                held = compare(exp.NEQ, _bits(of(_SETTLED, "notes"), note), whole(0))
                notes = binary(exp.Add, notes, cases([(held, whole(NOTICE_BITS[code]))], whole(0)))
        return binary(exp.Add, of(_JUDGED, "notices"), cases([(granted, notes)], whole(0)))

    def _words(self) -> Mapping[str, Sql]:
        """The words of grounds, with the limits that a grant passed, or the limit alone that refused."""
        names = self._judged.book.columns
        own = [of(_JUDGED, name) for name in names]
        if self._fold is None:
            return dict(zip(names, own, strict=True))
        passed = [
            (self._passed(place, limit), _words_of(self._judged.book, self._grounds[limit.name]))
            for place, limit in enumerate(self._fold.limits)
            if limit.name in self._grounds
        ]
        return {name: self._word(number, own[number], passed) for number, name in enumerate(names)}

    def _word(self, number: int, own: Sql, passed: Sequence[tuple[Sql, Sequence[int]]]) -> Sql:
        assert self._fold is not None, "only of a scheme under limits"
        resting = own
        for condition, bits in passed:
            if bits[number]:
                resting = binary(exp.Add, resting, cases([(condition, whole(bits[number]))], whole(0)))
        arms = [
            (equal(of(_SETTLED, "refused_by"), whole(place)), whole(bits[number]))
            for (place, limit) in enumerate(self._fold.limits)
            if limit.name in self._grounds
            for bits in [_words_of(self._judged.book, self._grounds[limit.name])]
        ]
        if self._scheme.top_up is not None:
            bits = _words_of(self._judged.book, self._scheme.top_up.grounds)
            topped = compare(exp.NEQ, _bits(of(_SETTLED, "notes"), Note.TOP_UP), whole(0))
            if bits[number]:
                resting = binary(exp.Add, resting, cases([(topped, whole(bits[number]))], whole(0)))
            arms.append((equal(of(_SETTLED, "refused_by"), whole(FULLY_PAID)), whole(bits[number])))
        return cases([*arms, (self._candidate, resting)], own)

    def _passed(self, place: int, limit: LimitSpec) -> Sql:
        """Whether a grant met a limit and was not waived: surely so where the fold need not look at the row."""
        alone = is_null(of(_SETTLED, ROW))
        concerned = of(_JUDGED, f"on_{place}") if limit.selective else boolean(True)
        return cases(
            [(alone, concerned)],
            compare(exp.NEQ, _bits(of(_SETTLED, "passed"), 1 << place), whole(0)),
        )


def _words_of(book: Book, grounds: Grounds) -> list[int]:
    """For each word the bits of one grounds."""
    return book.marks.bits([(grounds.place, grounds)])


def _not(condition: Sql) -> Sql:
    return (
        boolean(not condition.this) if isinstance(condition, exp.Boolean) else exp.Not(this=exp.Paren(this=condition))
    )


def _bits(value: Sql, mask: int) -> Sql:
    return exp.Paren(this=exp.BitwiseAnd(this=value, expression=whole(mask)))
