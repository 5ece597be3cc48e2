"""How a run that stays in a database tells its result: every row in input order, and its words by number.

Rows say few different things. Rows that no limit can touch say what their verdict says, so that the kinds of verdicts
are concluded instead of each row (``Conclusions.of_alone``); those that contended are concluded one by one. Each kind
of row is numbered, in ``<scheme>_行种``, and put into words once, in ``<scheme>_行文``. What is stored of a row, in
input order, is little: 序号, 收款方 and its number; where amounts differ from row to row, its amount too. Texts are
looked up by number in lists, so that reading a result is one pass over one relation, without a join or a sort.

For DuckDB in this process alone, which has lists of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from policyrun.columnar.conclusions import SETTLED, Answer, judged_name
from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import Sql, both, cases, column, equal, is_null, not_null, nothing, whole
from policyrun.columnar.held import JUDGED, Held
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
_KINDS, _OWN_KINDS, _CONTESTED = "种", "自", "争"


def amounts_query(answer: Answer) -> exp.Select:
    """About how many different amounts the candidates of a scheme are due."""
    count = exp.Anonymous(this="APPROX_COUNT_DISTINCT", expressions=[column("amount")])
    return exp.select(count).from_(table(judged_name(answer.scheme)))


# --------------------------------------------------------------------------------------------------------------- steps


def telling_steps(policy: Policy, told: Telling, dialect: Dialect) -> list[Part]:
    """The kinds of rows, their words, and the rows that find theirs by number."""
    parts: list[Part] = [Step(told.relation("自身行种"), _kinds_of_verdicts(told), "每种判定有几条", kept=True)]
    if told.answer.ways.contested is not None:
        query = told.answer.ways.of_contested()
        parts.append(Step(told.relation("争用结论"), query, "参与争用的行的结论", kept=True))
    parts.append(Step(told.kinds, _kinds(told), "每种行有几条，首条在哪", kept=True))
    parts += words_steps(policy, told.answer, told.kinds, NUMBER, dialect)
    parts.append(Step(told.words, words_query(told, dialect), "每种行所说的各列", kept=True))
    parts.append(Step(told.rows, _rows(told), "每行的结果", kept=True, reads_all=True))
    return parts


def _kinds_of_verdicts(told: Telling) -> exp.Select:
    """Verdicts by kind; figures are those of rows alone."""
    ways = told.answer.ways
    own = [of(JUDGED, name) for name in told.judged_key]
    query = exp.select(*own, *named(_figures(ways.held))).from_(
        table(judged_name(told.answer.scheme), JUDGED), copy=False
    )
    if ways.contested is not None:
        query = query.join(table(ways.contested, SETTLED), on=ways.same_row, join_type="left", copy=False)
        query = query.where(is_null(of(SETTLED, ROW)), copy=False)
    return query.group_by(*own, copy=False)


def _kinds(told: Telling) -> exp.Select:
    """Kinds of rows, alone or not, numbered by their first rows."""
    concluded = _concluded(told)
    alone = exp.select(*named({name: concluded[name] for name in told.key}), *(of(JUDGED, name) for name in _FIGURES))
    every: exp.Query = alone.from_(table(told.relation("自身行种"), JUDGED), copy=False)
    if told.answer.ways.contested is not None:
        contested = exp.select(*(of(_CONTESTED, name) for name in told.key), *named(_of_one(_CONTESTED)))
        contested = contested.from_(table(told.relation("争用结论"), _CONTESTED), copy=False)
        every = exp.Union(this=every, expression=contested, distinct=False)
    sums = {name: exp.Sum(this=column(name)) for name in _FIGURES} | {FIRST: exp.Min(this=column(FIRST))}
    number = exp.Window(
        this=exp.Anonymous(this="ROW_NUMBER"), order=exp.Order(expressions=[exp.Min(this=column(FIRST))])
    )
    own = [column(name) for name in told.key]
    query = exp.select(aliased(number, NUMBER), *own, *named(sums))
    return query.from_(exp.Subquery(this=every, alias=exp.TableAlias(this=quoted("每行"))), copy=False).group_by(*own)


def _concluded(told: Telling) -> dict[str, Sql]:
    """The conclusion of a kind of verdicts alone; amounts that differ are worked out row by row."""
    concluded = told.answer.ways.of_alone()
    return concluded if told.whole else {name: value for name, value in concluded.items() if name != "amount"}


def _figures(held: Held) -> dict[str, Sql]:
    return {
        ROWS: exp.Count(this=exp.Star()),
        FIRST: exp.Min(this=of(JUDGED, ROW)),
        PAID: exp.Sum(this=of(JUDGED, "amount")),
        BOUNDED: exp.Count(this=held.judged("most")),
        LEAST: exp.Sum(this=held.judged("least")),
        MOST: exp.Sum(this=held.judged("most")),
    }


def _of_one(relation: str) -> dict[str, Sql]:
    """The figures of one row that contended; it is decided, so that there is nothing it might yet come to."""
    figures = {ROWS: whole(1), FIRST: of(relation, ROW), PAID: of(relation, "amount")}
    return figures | {BOUNDED: whole(0), LEAST: nothing(), MOST: nothing()}


def _rows(told: Telling) -> exp.Select:
    """Each row with its number, in input order."""
    own, alone = told.answer.ways, _numbers_of_verdicts(told)
    same = _agree(JUDGED, _OWN_KINDS, told.judged_key)
    query = exp.select().from_(table(judged_name(told.answer.scheme), JUDGED), copy=False)
    query = query.join(alone.subquery(quoted(_OWN_KINDS), copy=False), on=same, join_type="left", copy=False)
    names = ("payee_name", *(() if told.whole else ("amount",)))
    columns: dict[str, Sql] = {ROW: of(JUDGED, ROW), SERIAL: of(JUDGED, own.held.serial)}
    columns |= {name: cases([(own.is_candidate, own.held.judged(name))]) for name in names}
    columns[NUMBER] = of(_OWN_KINDS, NUMBER)
    if own.contested is not None:
        contested = _numbers_of_contested(told, names).subquery(quoted(_CONTESTED), copy=False)
        same = equal(of(JUDGED, ROW), of(_CONTESTED, ROW))
        query = query.join(contested, on=same, join_type="left", copy=False)
        settled = not_null(of(_CONTESTED, ROW))
        for name in (*names, NUMBER):
            columns[name] = cases([(settled, of(_CONTESTED, name))], columns[name])
    return query.select(*named(columns), copy=False).order_by(of(JUDGED, ROW), copy=False)


def _numbers_of_verdicts(told: Telling) -> exp.Select:
    """The kinds of verdicts with the numbers of the kinds of rows that they are."""
    concluded = _concluded(told)
    same = both(exp.NullSafeEQ(this=concluded[name], expression=of(_KINDS, name)) for name in told.key)
    query = exp.select(*(of(JUDGED, name) for name in told.judged_key), of(_KINDS, NUMBER))
    query = query.from_(table(told.relation("自身行种"), JUDGED), copy=False)
    return query.join(table(told.kinds, _KINDS), on=same, copy=False)


def _numbers_of_contested(told: Telling, names: Iterable[str]) -> exp.Select:
    """The rows that contended, with the numbers of their kinds."""
    query = exp.select(*(of(_CONTESTED, name) for name in (ROW, *names)), of(_KINDS, NUMBER))
    query = query.from_(table(told.relation("争用结论"), _CONTESTED), copy=False)
    return query.join(table(told.kinds, _KINDS), on=_agree(_CONTESTED, _KINDS, told.key), copy=False)


def _agree(one: str, other: str, names: Iterable[str]) -> Sql:
    return both(exp.NullSafeEQ(this=of(one, name), expression=of(other, name)) for name in names)
