"""How a run that stays in a database tells its result: every row in input order, and its words by number.

Rows say few different things. What a row says follows from the kind of its verdict and, if it contended, from how that
was settled, so that pairs of these are concluded instead of rows (``Conclusions.of_kinds``). Each kind of row is
numbered, in ``<scheme>_行种``, and put into words once, in ``<scheme>_行文``. Verdicts stand in input order unless rows
had to be looked up in some other relation. Where they do and nothing contends, nothing is stored of a row beside its
verdict: its number is looked up as rows are read, by one thread, among kinds so few that they fit in memory. Where rows
contend, their numbers are stored and sorted (where amounts differ from row to row, amounts too) and laid beside the
verdicts, place by place. Else rows are stored anew, sorted, with 序号 and 收款方.

For DuckDB in this process alone, whose relations have an order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlglot import exp

from policyrun.columnar.conclusions import SETTLED, Answer, judged_name
from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import Sql, binary, both, call, cases, column, compare, equal, nothing, whole
from policyrun.columnar.held import JUDGED
from policyrun.columnar.plan import ROW, Part, Step
from policyrun.columnar.result import words_steps
from policyrun.columnar.tables import aliased, named, of, quoted, table
from policyrun.columnar.told import NUMBER, SERIAL, Telling, words_query
from policyrun.ir.policy import Policy

#: How many rows of a kind there are, which is the first, and what they are paid.
ROWS, FIRST, PAID = "rows", "first", "paid"
#: Of undecided rows of a kind: for how many the most is known, and what they pay at least and at most.
BOUNDED, LEAST, MOST = "bounded", "least", "most"
_FIGURES = (ROWS, FIRST, PAID, BOUNDED, LEAST, MOST)
#: So many different amounts, at most, are part of what kinds of rows say.
FEW_AMOUNTS = 1000
#: The words of so many kinds, at most, are held in memory.
FEW_KINDS = 10_000
#: What became of a row that contended, by number.
_SETTLEMENT = "settled"
#: Whether a row is granted, beside its number.
_GRANTED = "granted"
_KINDS, _PAIRS, _NUMBERED = "种", "对", "号"


def amounts_query(answer: Answer) -> exp.Select:
    """About how many different amounts the candidates of a scheme are due."""
    count = exp.Anonymous(this="APPROX_COUNT_DISTINCT", expressions=[column("amount")])
    return exp.select(count).from_(table(judged_name(answer.scheme)))


def out_of_order_query(answer: Answer) -> exp.Select:
    """How many verdicts stand elsewhere than in input order; DuckDB keeps the order of what it reads, but for joins."""
    strays = compare(exp.NEQ, exp.Column(this=exp.Identifier(this="rowid")), column(ROW))
    return exp.select(exp.Count(this=exp.Star())).from_(table(judged_name(answer.scheme))).where(strays)


# --------------------------------------------------------------------------------------------------------------- steps


def telling_steps(policy: Policy, told: Telling, dialect: Dialect) -> list[Part]:
    """The kinds of rows, their words, and the rows that find theirs by number."""
    # Once: what is put into words is numbered as it is told.
    concluded = told.answer.ways.of_kinds(_SETTLEMENT)
    parts: list[Part] = []
    if told.answer.ways.contested is not None:
        parts.append(Step(told.settlements, _settlements(told), "争用的行有哪几种了结", kept=True))
        parts.append(Step(told.settled, _settled(told), "参与争用的每行是哪种了结", kept=True))
    parts.append(Step(told.pairs, _pairs(told), "每种判定与了结有几条", kept=True))
    parts.append(Step(told.kinds, _kinds(told, concluded), "每种行有几条，首条在哪", kept=True))
    parts += words_steps(policy, told.answer, told.kinds, NUMBER, dialect)
    parts.append(Step(told.words, words_query(told, dialect), "每种行所说的各列", kept=True))
    if told.by_lookup:
        return [*parts, Step(told.rows, _with_numbers(told, _own(told, _is_granted(told)), concluded), "每行的结果")]
    if told.in_order:
        parts.append(Step(told.numbered, _numbered(told, concluded), "每行是哪种行", kept=True, reads_all=True))
        return [*parts, Step(told.rows, _rows_in_place(told), "每行的结果")]
    return [*parts, Step(told.rows, _rows(told, concluded), "每行的结果", kept=True, reads_all=True)]


def _settlements(told: Telling) -> exp.Select:
    """What became of rows that contended, each different way once, numbered."""
    ways = told.answer.ways
    names = ways.settlements(with_pays=told.whole)
    each = exp.select(*(of(SETTLED, name) for name in names)).distinct(copy=False)
    each = each.from_(_contested(told), copy=False).where(ways.same_scheme, copy=False)
    order = exp.Order(expressions=[column(name) for name in names])
    number = exp.Window(this=exp.Anonymous(this="ROW_NUMBER"), order=order)
    query = exp.select(aliased(number, _SETTLEMENT), *(column(name) for name in names))
    return query.from_(each.subquery(quoted(SETTLED), copy=False), copy=False)


def _settled(told: Telling) -> exp.Select:
    """Which of those each row came to, and what it is paid where that differs from row to row."""
    ways = told.answer.ways
    own = [of(SETTLED, name) for name in (ROW, "refused_by", *(() if told.whole else ("pays",)))]
    query = exp.select(*own, of(_KINDS, _SETTLEMENT)).from_(_contested(told), copy=False)
    same = _agree(SETTLED, _KINDS, ways.settlements(with_pays=told.whole))
    return query.join(table(told.settlements, _KINDS), on=same, copy=False).where(ways.same_scheme, copy=False)


def _contested(told: Telling) -> exp.Table:
    contested = told.answer.ways.contested
    assert contested is not None, "rows contend under limits"
    return table(contested, SETTLED)


def _judged(told: Telling) -> exp.Select:
    """Every verdict, with what became of those that contended."""
    query = exp.select().from_(table(judged_name(told.answer.scheme), JUDGED), copy=False)
    if told.answer.ways.contested is None:
        return query
    same = equal(of(SETTLED, ROW), of(JUDGED, ROW))
    return query.join(table(told.settled, SETTLED), on=same, join_type="left", copy=False)


def _pairs(told: Telling) -> exp.Select:
    """Kinds of verdicts with what became of them, and the figures of each."""
    held = told.answer.ways.held
    figures: dict[str, Sql] = {
        ROWS: exp.Count(this=exp.Star()),
        FIRST: exp.Min(this=of(JUDGED, ROW)),
        BOUNDED: exp.Count(this=held.judged("most")),
        LEAST: exp.Sum(this=held.judged("least")),
        MOST: exp.Sum(this=held.judged("most")),
    }
    if not told.whole:
        figures[PAID] = exp.Sum(this=_paid(told))
    own = [*(of(JUDGED, name) for name in told.judged_key), *_settlement(told, SETTLED)]
    return _judged(told).select(*own, *named(figures), copy=False).group_by(*own, copy=False)


def _paid(told: Telling) -> Sql:
    """What a row is paid if it is granted: amounts differ from row to row."""
    amount = of(JUDGED, "amount")
    return amount if told.answer.ways.contested is None else call("COALESCE", of(SETTLED, "pays"), amount)


def _kinds(told: Telling, concluded: Mapping[str, Sql]) -> exp.Select:
    """Kinds of rows, numbered by their first rows."""
    said = {name: concluded[name] for name in told.key} | {name: of(JUDGED, name) for name in _FIGURES}
    if told.whole:
        said[PAID] = binary(exp.Mul, exp.Paren(this=concluded["amount"]), of(JUDGED, ROWS))
    sums = {name: exp.Sum(this=column(name)) for name in _FIGURES} | {FIRST: exp.Min(this=column(FIRST))}
    number = exp.Window(
        this=exp.Anonymous(this="ROW_NUMBER"), order=exp.Order(expressions=[exp.Min(this=column(FIRST))])
    )
    own = [column(name) for name in told.key]
    query = exp.select(aliased(number, NUMBER), *own, *named(sums))
    every = _each_pair(told).select(*named(said), copy=False).subquery(quoted("每对"), copy=False)
    return query.from_(every, copy=False).group_by(*own, copy=False)


def _each_pair(told: Telling) -> exp.Select:
    """The kinds of verdicts as ``JUDGED``, what became of them as ``SETTLED``."""
    query = exp.select().from_(table(told.pairs, JUDGED), copy=False)
    if told.answer.ways.contested is None:
        return query
    same = equal(of(SETTLED, _SETTLEMENT), of(JUDGED, _SETTLEMENT))
    return query.join(table(told.settlements, SETTLED), on=same, join_type="left", copy=False)


def _settlement(told: Telling, relation: str) -> list[exp.Column]:
    return [] if told.answer.ways.contested is None else [of(relation, _SETTLEMENT)]


# ---------------------------------------------------------------------------------------------------------------- rows


def _numbered(told: Telling, concluded: Mapping[str, Sql]) -> exp.Select:
    """What a row has beside its verdict, in input order: few numbers, which are quickly sorted."""
    return _sorted(told, {_GRANTED: _is_granted(told)}, concluded)


def _rows_in_place(told: Telling) -> exp.Select:
    """Each row, from its verdict and what stands at the same place of ``numbered``; ``row_no`` is -1 if they differ."""
    row = cases([(equal(of(JUDGED, ROW), of(_NUMBERED, ROW)), of(JUDGED, ROW))], whole(-1))
    columns = {ROW: row, **_own(told, of(_NUMBERED, _GRANTED))}
    columns |= {name: of(_NUMBERED, name) for name in (NUMBER, *(() if told.whole else ("amount",)))}
    query = exp.select(*named(columns)).from_(table(judged_name(told.answer.scheme), JUDGED), copy=False)
    return query.join(exp.Join(this=table(told.numbered, _NUMBERED), method="POSITIONAL"), copy=False)


def _rows(told: Telling, concluded: Mapping[str, Sql]) -> exp.Select:
    """Each row, in input order."""
    return _sorted(told, _own(told, _is_granted(told)), concluded)


def _own(told: Telling, granted: Sql) -> dict[str, Sql]:
    """What a row says that others of its kind do not."""
    held = told.answer.ways.held
    return {SERIAL: of(JUDGED, held.serial), "payee_name": cases([(granted, held.judged("payee_name"))])}


def _is_granted(told: Telling) -> Sql:
    ways = told.answer.ways
    return ways.is_granted(nothing() if ways.contested is None else of(SETTLED, "refused_by"))


def _sorted(told: Telling, columns: Mapping[str, Sql], concluded: Mapping[str, Sql]) -> exp.Select:
    """Rows as ``_with_numbers`` gives them, in input order."""
    return _with_numbers(told, columns, concluded).order_by(of(JUDGED, ROW), copy=False)


def _with_numbers(told: Telling, columns: Mapping[str, Sql], concluded: Mapping[str, Sql]) -> exp.Select:
    """Rows with their numbers, where amounts differ with their amounts, and other columns."""
    found: dict[str, Sql] = {ROW: of(JUDGED, ROW), **columns, NUMBER: of(_PAIRS, NUMBER)}
    if not told.whole:
        found["amount"] = cases([(_is_granted(told), _paid(told))])
    same = [_agree(JUDGED, _PAIRS, told.judged_key)]
    if told.answer.ways.contested is not None:
        same.append(_agree(SETTLED, _PAIRS, (_SETTLEMENT,)))
    numbers = _numbers(told, concluded).subquery(quoted(_PAIRS), copy=False)
    query = _judged(told).select(*named(found), copy=False)
    return query.join(numbers, on=both(same), join_type="left", copy=False)


def _numbers(told: Telling, concluded: Mapping[str, Sql]) -> exp.Select:
    """The kinds of verdicts and what became of them, with the numbers of the kinds of rows that they are."""
    same = both(exp.NullSafeEQ(this=concluded[name], expression=of(_KINDS, name)) for name in told.key)
    own = (*(of(JUDGED, name) for name in told.judged_key), *_settlement(told, JUDGED))
    query = _each_pair(told).select(*own, of(_KINDS, NUMBER), copy=False)
    return query.join(table(told.kinds, _KINDS), on=same, copy=False)


def _agree(one: str, other: str, names: Iterable[str]) -> Sql:
    return both(exp.NullSafeEQ(this=of(one, name), expression=of(other, name)) for name in names)
