"""Deciding records by a plan: the same outcomes as the reference evaluator, from a database.

What a plan cannot say exactly (``Unlowered``), or records beyond what it can work out (``Beyond``), go by the
reference; whoever asks is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from sqlglot import exp

from policyrun.app.databases import Opening, embedded
from policyrun.app.planned_supplies import Supplies, supplies_of
from policyrun.columnar import folding
from policyrun.columnar.assemble import Assembled, assemble
from policyrun.columnar.conclusions import Answer
from policyrun.columnar.endings import Ending
from policyrun.columnar.engine import Counting, Engine, run_plan
from policyrun.columnar.fold_spec import Measure
from policyrun.columnar.folding import column
from policyrun.columnar.leaves import FEN
from policyrun.columnar.plan import ROW, Step
from policyrun.columnar.records import cells_name, serials_bounds, serials_query
from policyrun.columnar.sentences import NOTICE_BITS
from policyrun.interp.history import read_past
from policyrun.interp.judge import in_order
from policyrun.interp.remarks import MOST_SERIALS, counted_by_workdays, note_empty, note_overruled, note_years
from policyrun.interp.split import EmptyGroup
from policyrun.ir.policy import Policy, Scheme
from policyrun.model.decision import Conclusion, LimitState, NoticeCode, Outcome
from policyrun.model.past import ExceptionEntry, HistoryRow
from policyrun.model.raw import SchemeInput
from policyrun.model.relation import FEW, RawRelation
from policyrun.model.settings import Settings
from policyrun.model.vocabulary import Citation
from policyrun.source.diagnostic import Diagnostics

#: What is yet to be done for a scheme once its rows are decided: its result is written.
AFTERWARDS = Step("结果", exp.select("1"), reads_all=True)


def decide_by_plan(
    policy: Policy,
    inputs: Sequence[SchemeInput],
    settings: Settings,
    history: Sequence[HistoryRow],
    exceptions: Sequence[ExceptionEntry],
    found: Diagnostics,
    opening: Opening = embedded,
) -> Mapping[str, tuple[Outcome, ...]] | None:
    """The outcomes of each scheme's rows, in input order; None if the history cannot be relied upon.

    Raises:
        Unlowered, Beyond: if a plan cannot decide these records; nothing is decided then.
    """
    with opening() as own:
        engine, relations = own.engine, [own.store(one) for one in inputs]
        assembled = decide_relations(policy, relations, settings, history, exceptions, engine, found)
        if assembled is None:
            return None
        return {
            answer.scheme.name: tuple(outcomes_of(answer, _ordered(engine, answer))) for answer in assembled.answers
        }


def decide_relations(
    policy: Policy,
    relations: Sequence[RawRelation],
    settings: Settings,
    history: Sequence[HistoryRow],
    exceptions: Sequence[ExceptionEntry],
    engine: Engine,
    found: Diagnostics,
) -> Assembled | None:
    """Decides rows that are relations of a database; their conclusions stay there. None if history cannot be relied on.

    Raises:
        Unlowered, Beyond: as ``decide_by_plan``.
    """
    past = read_past(policy, history, settings, {one.scheme for one in relations}, found)
    if found.failed:
        return None
    if all(relation.is_short for relation in relations) and len(history) + len(exceptions) <= FEW:
        engine.hurry()
    supplies: Supplies = supplies_of(policy, past, exceptions)
    relations = [_told_apart(policy, relation, settings, engine) for relation in relations]
    rows = sum(relation.rows or 0 for relation in relations)
    assembled = assemble(policy, relations, settings, engine.dialect, supplies.beside, engine.portions(rows))
    whole = assembled.plan.weight + 2 * AFTERWARDS.weight * len(assembled.answers)
    engine.pace.plan(rows, whole)
    run_plan(assembled.plan, engine, supplies.tables(assembled), engine.pace.begin)
    for name in (name for fold in assembled.folds for name in fold.passing):
        engine.forget(name)
    _remark(policy, relations, settings, engine, found)
    _remark_empty(policy, assembled, engine, found)
    return assembled


def _told_apart(policy: Policy, relation: RawRelation, settings: Settings, engine: Engine) -> RawRelation:
    """A relation of which it is known, if that is quickly seen, that its 序号 differ: none has to be looked up then."""
    scheme = policy.scheme(relation.scheme)
    if scheme is None or not isinstance(engine, Counting):
        return relation
    serials = serials_query(policy, scheme, relation, settings, engine.dialect)
    return replace(
        relation, serials_differ=serials is None or engine.all_differ(serials, serials_bounds(relation, serials))
    )


def _remark(
    policy: Policy, relations: Sequence[RawRelation], settings: Settings, engine: Engine, found: Diagnostics
) -> None:
    """What there is to say about the records beside their result."""
    for relation in relations:
        scheme = policy.scheme(relation.scheme)
        assert scheme is not None, "relations are of schemes"
        cells = exp.Table(this=exp.Identifier(this=cells_name(scheme), quoted=True))
        for name in _overruled(policy, scheme, settings):
            rows = exp.select(column("serial_text")).from_(cells).where(column(name)).order_by(column(ROW))
            count = engine.number(exp.select(exp.Count(this=exp.Star())).from_(cells).where(column(name)))
            if count:
                first = [serial for (serial,) in engine.rows(rows.limit(MOST_SERIALS))]
                note_overruled(scheme, name.partition(":")[2], count, first, found)
        years: set[int] = set()
        for name in counted_by_workdays(scheme):
            told = exp.select(engine.dialect.year(column(name))).distinct().from_(cells)
            told = told.where(folding.both((folding.not_null(column(name)), folding.is_null(column("invalid")))))
            years |= {year for (year,) in engine.rows(told)}
        note_years(scheme, years, found)


def _remark_empty(policy: Policy, assembled: Assembled, engine: Engine, found: Diagnostics) -> None:
    """Says which groups have nobody to share their total."""
    for name, relation in assembled.empty.items():
        scheme = policy.scheme(name)
        assert scheme is not None and scheme.split is not None, "only schemes that split have empty groups"
        columns = [column(part) for part in scheme.split.per]
        query = exp.select(*columns).from_(exp.Table(this=exp.Identifier(this=relation, quoted=True)))
        for key in engine.rows(query.order_by(column(ROW))):
            dens = [
                FEN if (own := scheme.record.field(part)) and own.cell == "money" else 1 for part in scheme.split.per
            ]
            worth = [
                Fraction(part, den) if isinstance(part, int) else part for part, den in zip(key, dens, strict=True)
            ]
            note_empty(EmptyGroup(name, tuple(worth)), found)


def _overruled(policy: Policy, scheme: Scheme, settings: Settings) -> list[str]:
    """The columns of typed cells that say where a list has overruled a cell."""
    given = [one for one in policy.lists if one.name in settings.lists]
    return [f"overruled:{one.column}" for one in given if scheme.record.field(one.column) is not None]


def _ordered(engine: Engine, answer: Answer) -> Iterator[Mapping[str, Any]]:
    relation = exp.Table(this=exp.Identifier(this=answer.relation, quoted=True))
    return engine.records(exp.select("*").from_(relation).order_by(column(ROW)))


def outcomes_of(answer: Answer, rows: Iterator[Mapping[str, Any]]) -> Iterator[Outcome]:
    """The conclusions of a scheme's rows as outcomes, in the order of the rows."""
    reader = _Reader(answer)
    return (reader.outcome(place, row) for place, row in enumerate(rows))


@dataclass(frozen=True, slots=True)
class _Rests:
    """What a combination of words stands for."""

    rules: tuple[str, ...]
    clauses: tuple[Citation, ...]


def rests_of(answer: Answer) -> Callable[[Mapping[str, Any]], tuple[Sequence[str], Sequence[Citation]]]:
    """What gives the rules and clauses that a conclusion rests on, or a kind of them."""
    reader = _Reader(answer)

    def rests(row: Mapping[str, Any]) -> tuple[Sequence[str], Sequence[Citation]]:
        found = reader.resting(row)
        return found.rules, found.clauses

    return rests


class _Reader:
    """Reads conclusions; combinations of words are worked out once."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._rests: dict[tuple[int, ...], _Rests] = {}
        self._names: dict[tuple[int, ...], tuple[str, ...]] = {}
        self._notices: dict[int, tuple[NoticeCode, ...]] = {}

    def outcome(self, place: int, row: Mapping[str, Any]) -> Outcome:
        answer, ending = self._answer, self._answer.endings[row["why"]]
        rests = self.resting(row)
        return Outcome(
            scheme=answer.scheme.name,
            row=place,
            serial=row["serial_text"],
            conclusion=ending.conclusion,
            reason=ending.reason,
            about=self._about(ending, row),
            amount=self._amount(ending, row["amount"]),
            payee=row["payee"],
            payee_name=row["payee_name"] or None,
            fund=row["fund"],
            rules=rests.rules,
            clauses=rests.clauses,
            notices=self._noticed(row["notices"]),
            least=self._yuan(row["least"]),
            most=self._yuan(row["most"]),
            limits=self._refused(row),
        )

    def _yuan(self, amount: object) -> Fraction | None:
        return None if amount is None else Fraction(int(str(amount)), self._answer.per_yuan)

    def _amount(self, ending: Ending, amount: object) -> Fraction | None:
        return Fraction(0) if ending.conclusion is Conclusion.DENIED else self._yuan(amount)

    def _about(self, ending: Ending, row: Mapping[str, Any]) -> tuple[str, ...]:
        if ending.conclusion is Conclusion.UNDECIDED and not ending.about:
            words = tuple(row[name] for name in self._answer.lacking.columns)
            if words not in self._names:
                self._names[words] = self._answer.lacking.marked(words)
            return self._names[words]
        return (ending.about,) if ending.about else ()

    def resting(self, row: Mapping[str, Any]) -> _Rests:
        words = tuple(row[name] for name in self._answer.book.columns)
        if words not in self._rests:
            grounds = [grounds for _place, grounds in self._answer.book.marks.marked(words)]
            self._rests[words] = _Rests(*in_order(grounds))
        return self._rests[words]

    def _noticed(self, mask: int) -> tuple[NoticeCode, ...]:
        if mask not in self._notices:
            self._notices[mask] = tuple(code for code in NoticeCode if mask & NOTICE_BITS[code])
        return self._notices[mask]

    def _refused(self, row: Mapping[str, Any]) -> tuple[LimitState, ...]:
        """The state of the limit that refused a row, for the sentence; the others are the reference's to tell."""
        place = row["refused_by"]
        if place is None or place < 0:
            return ()
        limit = self._answer.limits[place]
        if limit.measure is Measure.SAME:
            used, asks, room = row["used_text"], row["asks_text"], None
        else:
            used, asks, room = (
                None if row[name] is None else Fraction(int(str(row[name])), limit.den)
                for name in ("used_num", "asks_num", "room_num")
            )
        return (LimitState(limit=limit.name, key=(), used=used, asks=asks, room=room, users=(), passed=False),)
