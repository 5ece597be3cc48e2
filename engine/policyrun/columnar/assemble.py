"""The whole of a run as a plan, in the order of contract section 2: cells, verdicts, limits, conclusions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from policyrun.columnar.candidates import Entrant, FoldColumns, fold_columns, per_yuan_of
from policyrun.columnar.conclusions import Answer, conclude, judged_name
from policyrun.columnar.dated_lists import deciding
from policyrun.columnar.dialect import Dialect
from policyrun.columnar.endings import CANDIDATE
from policyrun.columnar.fold import fold_parts
from policyrun.columnar.fold_contest import kinds, measured
from policyrun.columnar.fold_spec import FoldSpec, TopUpSpec
from policyrun.columnar.fold_sql import expression, key_hash, limit_hash, reads_few, rest_hash
from policyrun.columnar.fold_sql import quoted as in_quotes
from policyrun.columnar.folding import Sql, boolean, both, cases, column, either, equal, not_null, nothing, whole
from policyrun.columnar.held import Held, how_held
from policyrun.columnar.judge import Judge, Judged
from policyrun.columnar.lowering import Lowering
from policyrun.columnar.numbers import CELL_BOUND, Number
from policyrun.columnar.parsing import Query, tree_of
from policyrun.columnar.plan import ROW, Guard, Part, Plan, Step, Supply
from policyrun.columnar.records import BEYOND, TOO_WIDE, cells_name, has_serial_numbers, typed_steps
from policyrun.columnar.sharing import share_out
from policyrun.columnar.tables import aliased, named, quoted
from policyrun.ir.nodes import Supplied
from policyrun.ir.policy import Policy, Scheme
from policyrun.model.relation import RawRelation
from policyrun.model.settings import Settings
from policyrun.source.messages import _


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the records of a run.

    Attributes:
        past: limits of which history used something.
        waived: whether there are exceptions.
        paid: whether history has provisional grants to be topped up.
    """

    past: Collection[str] = ()
    waived: bool = False
    paid: bool = False


@dataclass(frozen=True, slots=True)
class Fold:
    """A fold of the run.

    Attributes:
        spec: what it is told.
        columns: the keys of its limits as its relations hold them.
        passing: the stored relations that nobody reads once it is done.
    """

    spec: FoldSpec
    columns: FoldColumns
    passing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assembled:
    """A run as a plan.

    Attributes:
        answers: what the conclusions of each scheme mean, in declared order.
        empty: scheme → the relation of groups whose total nobody shares.
    """

    plan: Plan
    answers: tuple[Answer, ...]
    folds: tuple[Fold, ...]
    empty: Mapping[str, str]


def assemble(
    policy: Policy,
    inputs: Sequence[RawRelation],
    settings: Settings,
    dialect: Dialect,
    beside: Beside = Beside(),
    portions: int = 1,
) -> Assembled:
    """The plan that decides the rows of some schemes.

    Args:
        inputs: one relation per scheme.
        portions: as for ``fold_parts``.

    Raises:
        Unlowered: for what no plan can say exactly in this dialect.
    """
    return _Assembly(policy, inputs, settings, dialect, beside, portions).assembled()


@dataclass(frozen=True, slots=True)
class _Verdict:
    """A scheme's rows by themselves: what their columns mean, and what they hold."""

    entrant: Entrant
    judged: Judged
    columns: Mapping[str, Sql]
    held: Held


class _Assembly:
    def __init__(
        self,
        policy: Policy,
        inputs: Sequence[RawRelation],
        settings: Settings,
        dialect: Dialect,
        beside: Beside,
        portions: int,
    ) -> None:
        self._policy = policy
        self._inputs = {one.scheme: one for one in inputs}
        self._settings = settings
        self._dialect = dialect
        self._beside = beside
        self._portions = portions
        self._per_yuan = per_yuan_of(policy)
        self._parts: list[Part] = []
        self._answers: dict[str, Answer] = {}
        self._folds: list[Fold] = []
        self._empty: dict[str, str] = {}

    def assembled(self) -> Assembled:
        for fold in self._policy.folds():
            present = [scheme for scheme in fold if scheme.name in self._inputs]
            if present:
                self._take(fold, present)
        answers = tuple(self._answers[one.name] for one in self._policy.schemes if one.name in self._answers)
        return Assembled(Plan(tuple(self._parts)), answers, tuple(self._folds), self._empty)

    def _take(self, tied: Sequence[Scheme], present: Sequence[Scheme]) -> None:
        """Everything about the schemes of one fold."""
        verdicts = [self._verdict(scheme) for scheme in present]
        entrants = [verdict.entrant for verdict in verdicts]
        columns = fold_columns(self._policy, entrants, self._per_yuan)
        spec = self._fold(tied, entrants, columns) if columns.limits else None
        for verdict in verdicts:
            self._parts += self._judged(verdict, columns, spec)
            self._parts += self._guards(verdict)
        if spec is not None:
            self._parts.append(self._candidates(entrants, spec))
            self._parts += self._supplies(spec)
            parts = fold_parts(spec, self._dialect, self._portions)
            self._parts += parts
            steps = [part for part in parts if isinstance(part, Step)]
            gone = {spec.contested, *(name for step in steps for name in step.spent)}
            passing = (step.name for step in steps if step.kept and step.name not in gone)
            self._folds.append(Fold(spec, columns, tuple(passing)))
        for verdict in verdicts:
            scheme = verdict.entrant.scheme
            step, answer = self._concluded(verdict, spec)
            self._parts.append(step)
            self._answers[scheme.name] = answer

    def _concluded(self, verdict: _Verdict, spec: FoldSpec | None) -> tuple[Step, Answer]:
        scheme = verdict.entrant.scheme
        return conclude(self._policy, scheme, verdict.judged, verdict.held, spec, self._per_yuan, self._dialect)

    def _verdict(self, scheme: Scheme) -> _Verdict:
        """The cells of a scheme and what each row comes to by itself, its share counted in."""
        steps = self._typed(scheme)
        names = _names_of(steps[-1].query)
        lowering = self._lowering(scheme, cells_name(scheme), names)
        judged = Judge(self._policy, scheme, lowering, self._per_yuan, self._inputs[scheme.name]).judged()
        columns: Mapping[str, Sql] = judged.columns
        num, bound = judged.amount.num, judged.amount.bound
        if scheme.split is not None:
            shared = share_out(self._policy, scheme, lowering, judged, names, self._per_yuan, self._dialect)
            self._parts += shared.parts
            self._empty[scheme.name] = shared.empty
            lowering = self._lowering(scheme, shared.source, [*names, *shared.verdict])
            columns = {name: column(name) for name in shared.verdict}
            num, bound = column("amount"), CELL_BOUND * self._per_yuan
        amount = Number(num, self._per_yuan, bound, is_natural=True)
        entrant = Entrant(scheme, lowering.given(**{Supplied.AMOUNT: amount}), amount)
        numbered = has_serial_numbers(self._inputs[scheme.name])
        greatest = {**judged.greatest, "amount": bound}
        stored = how_held(columns, greatest, lowering.bench.layers, self._dialect, numbered=numbered)
        return _Verdict(entrant, judged, columns, stored)

    def _typed(self, scheme: Scheme) -> Sequence[Step]:
        data = self._inputs[scheme.name]
        steps = typed_steps(self._policy, scheme, data, self._settings, self._dialect)
        self._parts += steps
        return steps

    def _guards(self, verdict: _Verdict) -> Iterator[Guard]:
        """Numbers that are too large, before or after they were worked with."""
        scheme = verdict.entrant.scheme
        name = judged_name(scheme)
        yield Guard.of_flag(name, TOO_WIDE, _("“{scheme}”有的数太大").format(scheme=scheme.name))
        if verdict.entrant.lowering.beyond:
            yield Guard.of_flag(name, BEYOND, _("“{scheme}”有的值算不到底").format(scheme=scheme.name))

    def _lowering(self, scheme: Scheme, source: str | exp.Select, taken: Collection[str]) -> Lowering:
        """What a scheme's expressions are lowered by, over its typed cells."""
        data = self._inputs[scheme.name]
        lacking = {
            field.name: column(f"lacking:{field.name}")
            for field in scheme.record.fields
            if data.parts_lacking(field.name)
        }
        decided = deciding(self._policy, scheme, self._settings)
        return Lowering(
            self._policy,
            scheme.name,
            scheme.record,
            self._settings,
            self._dialect,
            source,
            day=scheme.day,
            payee=scheme.payee.category if scheme.payee else None,
            absent=[name for name in data.absent if name not in lacking and name not in decided],
            lacking=lacking,
            taken=taken,
        )

    def _judged(self, verdict: _Verdict, columns: FoldColumns, spec: FoldSpec | None) -> list[Step]:
        """What each row of a scheme comes to by itself: stored, but for what only rows that contend are asked for."""
        entrant, scheme = verdict.entrant, verdict.entrant.scheme
        names = (ROW, verdict.held.serial, TOO_WIDE)
        asked: dict[str, Sql] = {name: column(name) for name in names} | dict(verdict.columns)
        if entrant.lowering.beyond:
            asked[BEYOND] = either(entrant.lowering.beyond)
        comment = f"“{scheme.name}”每行自身的判定，不看限额"
        layers = entrant.lowering.bench.layers
        if spec is None:
            stored = verdict.held.stored(verdict.held.enumerated(asked, layers))
            query = entrant.lowering.select(stored, verdict.judged.rare)
            return [Step(judged_name(scheme), query, comment, kept=True, reads_all=True)]
        own = columns.columns[scheme.name]
        top_up = {f"top_up_{place}": self._top_up_key(entrant, place) for place in range(_width(spec))}
        serial = column(Supplied.SERIAL) if scheme.record.field(Supplied.SERIAL) else nothing()
        every = asked | own | top_up | ({"serial": serial} if spec.waived else {})
        held = verdict.held.with_texts({name: layers.texts_of(own[name]) for name in kinds(spec)})
        query = entrant.lowering.select(held.enumerated(every, layers), verdict.judged.rare)
        told = [name for name in every if name in asked or name in top_up or name in _first_looked_at(spec)]
        stored = held.stored({name: column(name) for name in told})
        kept = exp.select(*named(stored), *self._hashes(spec))
        kept = kept.from_(exp.Table(this=quoted(rows_name(scheme))), copy=False)
        rows = Step(
            rows_name(scheme),
            query,
            f"“{scheme.name}”每行自身的判定，连同限额要看的",
            kept=not reads_few(self._dialect),
            reads_all=True,
        )
        return [rows, Step(judged_name(scheme), kept, comment, kept=True, reads_all=True)]

    def _hashes(self, spec: FoldSpec) -> list[exp.Alias]:
        """The hashes of a candidate's keys; of keys that people have, those of the rest."""
        found: dict[str, exp.Alias] = {}
        own = limit_hash if spec.person is None else rest_hash
        for place, limit in enumerate(spec.limits):
            if limit.hash not in found:
                concerned = [equal(column("why"), whole(CANDIDATE))]
                concerned += [column(f"on_{place}")] if limit.selective else []
                hashed = cases([(both(concerned), expression(own(limit, self._dialect)))])
                found[limit.hash] = aliased(hashed, limit.hash)
        return list(found.values())

    def _key_of(self, person: str | None, name: str) -> Sql:
        """The hash of a key, from the columns that are stored; none where the limit does not concern a row."""
        if person is None:
            return column(name)
        whole_key = expression(key_hash([in_quotes(person), in_quotes(name)], self._dialect))
        return aliased(cases([(not_null(column(name)), whole_key)]), name)

    def _top_up_key(self, entrant: Entrant, place: int) -> Sql:
        """A part of the key, of which another scheme's may have more."""
        top_up = entrant.scheme.top_up
        key = () if top_up is None else top_up.key
        return entrant.lowering.cell(key[place]) if place < len(key) else nothing()

    def _fold(self, tied: Sequence[Scheme], entrants: Sequence[Entrant], columns: FoldColumns) -> FoldSpec:
        name = f"{tied[0].name}_限额"
        places = [scheme.name for scheme in self._policy.schemes]
        limits = tuple(
            replace(limit, past=f"{name}_{place}_历史") if limit.name in self._beside.past else limit
            for place, limit in enumerate(columns.limits)
        )
        return FoldSpec(
            name=name,
            candidates=f"{name}_候选",
            rows=tuple((places.index(one.scheme.name), rows_name(one.scheme)) for one in entrants),
            outcome=f"{name}_结果",
            schemes=len(self._policy.schemes),
            limits=limits,
            order=columns.order,
            person=columns.person,
            per_yuan=self._per_yuan,
            amount_bound=max(entrant.amount.bound for entrant in entrants),
            waived=f"{name}_例外" if self._beside.waived else None,
            top_up=self._top_up(name, entrants),
        )

    def _top_up(self, name: str, entrants: Sequence[Entrant]) -> TopUpSpec | None:
        widths = [len(one.scheme.top_up.key) for one in entrants if one.scheme.top_up is not None]
        if not widths or not self._beside.paid:
            return None
        return TopUpSpec(key=tuple(f"top_up_{place}" for place in range(max(widths))), paid=f"{name}_已付")

    def _candidates(self, entrants: Sequence[Entrant], spec: FoldSpec) -> Step:
        """The candidates of all schemes of a fold, one under the other."""
        names = [ROW, "amount", *_first_looked_at(spec)]
        keys = [self._key_of(spec.person, name) for name in dict.fromkeys(limit.hash for limit in spec.limits)]
        names += list(spec.top_up.key) if spec.top_up else []
        places = [scheme.name for scheme in self._policy.schemes]
        query: exp.Query | None = None
        for entrant in entrants:
            number = exp.Alias(this=whole(places.index(entrant.scheme.name)), alias=quoted("scheme_no"))
            own = exp.select(number, *(self._of_candidate(name, spec) for name in dict.fromkeys(names)), *keys)
            own = own.from_(exp.Table(this=quoted(judged_name(entrant.scheme))), copy=False)
            own = own.where(equal(column("why"), whole(CANDIDATE)), copy=False)
            query = own if query is None else query.union(own, distinct=False, copy=False)
        assert query is not None, "a fold has a scheme"
        return Step(spec.candidates, query, "限额的候选：自身各项都符合的行")

    def _of_candidate(self, name: str, spec: FoldSpec) -> Sql:
        """A stored column as the fold reads it."""
        return aliased(self._dialect.as_text(column(name)), name) if name in kinds(spec) else column(name)

    def _supplies(self, spec: FoldSpec) -> list[Supply]:
        """What the run brings along for a fold, each with the types that its candidates have."""
        number, wide = self._dialect.whole(whole(0)), self._dialect.wide(whole(0))
        kind = exp.Cast(this=nothing(), to=exp.DataType.build("text"))
        (_place, rows), *_others = spec.rows
        tables: list[tuple[str, str, Sequence[str], Mapping[str, Sql]]] = []
        for limit in spec.limits:
            if limit.past is not None:
                own = {"number": number, "used": wide, "most": wide, "kind_first": kind, "kind_other": kind}
                tables.append((limit.past, rows, limit.key, own))
        if spec.waived is not None:
            tables.append((spec.waived, rows, ("serial",), {"scheme_no": whole(0), "limit_no": number}))
        if spec.top_up is not None:
            key = ("scheme_no", *spec.top_up.key)
            tables.append((spec.top_up.paid, spec.candidates, key, {"paid": wide}))
        return [Supply(name, _shape(like, key, own)) for name, like, key, own in tables]


def _shape(like: str, key: Sequence[str], own: Mapping[str, Sql]) -> exp.Query:
    """A query without rows: columns as a relation has them, and others of their own."""
    columns = [*(column(name) for name in key), *(exp.Alias(this=v, alias=quoted(n)) for n, v in own.items())]
    return exp.select(*columns).from_(exp.Table(this=quoted(like))).where(boolean(False))


def rows_name(scheme: Scheme) -> str:
    """The relation of all that a scheme's rows come to by themselves, the keys and the order of limits included."""
    return f"{scheme.name}_逐行"


def _first_looked_at(spec: FoldSpec) -> list[str]:
    """The columns of rows, hashes apart, that are stored: few are asked for the others."""
    names = [f"on_{place}" for place, limit in enumerate(spec.limits) if limit.selective]
    names += [name for place, limit in enumerate(spec.limits) for name in measured(limit, place)]
    names += [spec.person] if spec.person is not None else []
    if spec.top_up is not None:
        names += [each.name for each in spec.order if each.name not in ("scheme_no", "amount")]
    return names


def _width(spec: FoldSpec) -> int:
    return len(spec.top_up.key) if spec.top_up is not None else 0


def _names_of(query: Query) -> list[str]:
    return [each.alias_or_name for each in tree_of(query).selects]
