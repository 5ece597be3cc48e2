"""汇总 of a run whose decisions stay in a database: rows are counted there, by what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlglot import exp

from policyrun.app.summary import Grouping, Key, Line, Summary, Tally, Undecided, add_up, by_rule, ranked, ranked_names
from policyrun.columnar.conclusions import MARK, Answer
from policyrun.columnar.embedded import Embedded
from policyrun.columnar.folding import column, not_null
from policyrun.columnar.result import FIRST, ROWS, kinds_name, words_name
from policyrun.columnar.tables import aliased, quoted, table
from policyrun.ir.policy import Policy
from policyrun.model.decision import Conclusion


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of a scheme that say the same.

    Attributes:
        first: the place of the first of them in the result, for orders of appearance.
    """

    scheme: str
    first: tuple[int, int]
    tally: Tally
    conclusion: Conclusion
    code: str
    rules: tuple[str, ...]


def summed(policy: Policy, engine: Embedded, answers: Sequence[Answer], rows: Mapping[str, int]) -> Summary:
    """Everything the page 汇总 shows.

    Args:
        rows: how many rows each scheme's input has, counted there.
    """
    groups = [group for place, answer in enumerate(answers) for group in _groups(engine, place, answer)]
    groups.sort(key=lambda group: group.first)
    checks = frozenset(answer.scheme.name for answer in answers if answer.scheme.amount is None)
    paying = [(place, answer) for place, answer in enumerate(answers) if answer.scheme.amount is not None]
    granted = [g for g in groups if g.conclusion is Conclusion.GRANTED and g.scheme not in checks]
    total = add_up(group.tally for group in groups)
    return Summary(
        total=Tally(sum(rows.values()), total.amount),
        granted=add_up(group.tally for group in granted),
        conclusions=tuple((answer.scheme.name, _by_conclusion(groups, answer.scheme.name)) for answer in answers),
        by_scheme=_grouping("按项目", ("项目",), groups, lambda g: ((g.scheme,),)),
        by_conclusion=_grouping("按结论", ("结论",), groups, lambda g: ((g.conclusion.value,),)),
        by_reason=ranked(_grouping("按原因", ("结论", "原因代码"), groups, lambda g: ((g.conclusion.value, g.code),))),
        by_rule=by_rule(
            _grouping("按规则", ("规则",), groups, lambda g: [(rule,) for rule in g.rules], overlapping=True)
        ),
        by_fund=_merged("按资金渠道", ("资金渠道",), _paid(engine, paying, ("fund",))),
        by_payee=_merged("按受款人", ("受款人",), _paid(engine, paying, ("payee",))),
        undecided=tuple(one for _place, answer in paying for one in _undecided(engine, answer, groups)),
        missing=ranked_names(_missing(groups, answers)),
        checks=checks,
    )


def _each_rule(group: Group) -> Iterator[Key]:
    return ((rule,) for rule in group.rules)


def _groups(engine: Embedded, place: int, answer: Answer) -> Iterator[Group]:
    counted = exp.select(column(MARK), *_tally()).from_(table(kinds_name(answer))).group_by(column(MARK))
    words = [exp.Column(this=quoted(name), table=quoted("文")) for name in ("结论", "原因代码", "规则")]
    numbers = [exp.Column(this=quoted(name), table=quoted("数")) for name in ("first", "rows", "amount")]
    own, other = (exp.Column(this=quoted(MARK), table=quoted(table)) for table in ("数", "文"))
    query = exp.select(*numbers, *words).from_(counted.subquery(quoted("数")))
    query = query.join(table(words_name(answer), "文"), on=exp.EQ(this=own, expression=other))
    for first, rows, amount, conclusion, code, rules in engine.rows(query):
        tally = Tally(int(rows), _yuan(amount, answer))
        yield Group(
            answer.scheme.name,
            (place, first),
            tally,
            Conclusion(conclusion),
            code,
            tuple(rules.split(";")) if rules else (),
        )


#: Sums of what was paid: the first row of each key, its key, rows and yuan.
Paid = list[tuple[tuple[int, int], Key, Tally]]


def _paid(engine: Embedded, answers: Iterable[tuple[int, Answer]], by: Sequence[str]) -> Paid:
    found: Paid = []
    for place, answer in answers:
        query = exp.select(*(column(name) for name in by), *_tally())
        query = query.from_(table(kinds_name(answer))).where(not_null(column("amount")))
        for *key, first, rows, amount in engine.rows(query.group_by(*(column(name) for name in by))):
            tally = Tally(int(rows), _yuan(amount, answer))
            found.append(((place, first), tuple(part or "" for part in key), tally))
    return found


def _merged(title: str, columns: tuple[str, ...], paid: Paid) -> Grouping:
    """What several schemes paid by the same key, in order of first appearance."""
    tallies: dict[Key, Tally] = {}
    for _first, key, tally in sorted(paid, key=lambda each: each[0]):
        tallies[key] = add_up([tallies[key], tally]) if key in tallies else tally
    lines = tuple(Line(key, tally) for key, tally in tallies.items())
    return Grouping(title, columns, lines, granted_only=True)


def _grouping(
    title: str,
    columns: tuple[str, ...],
    groups: Iterable[Group],
    keys: Callable[[Group], Iterable[Key]],
    *,
    overlapping: bool = False,
) -> Grouping:
    tallies: dict[Key, Tally] = {}
    for group in groups:
        for key in keys(group):
            tallies[key] = add_up([tallies[key], group.tally]) if key in tallies else group.tally
    return Grouping(title, columns, tuple(Line(*pair) for pair in tallies.items()), overlapping=overlapping)


def _by_conclusion(groups: Iterable[Group], scheme: str) -> tuple[tuple[Conclusion, Tally], ...]:
    own = [group for group in groups if group.scheme == scheme]
    return tuple((each, add_up(group.tally for group in own if group.conclusion is each)) for each in Conclusion)


def _undecided(engine: Embedded, answer: Answer, groups: Iterable[Group]) -> Iterator[Undecided]:
    mine = [g for g in groups if g.scheme == answer.scheme.name and g.conclusion is Conclusion.UNDECIDED]
    if not mine:
        return
    sums = exp.select(exp.Count(this=column("most")), exp.Sum(this=column("least")), exp.Sum(this=column("most")))
    ((bounded, least, most),) = engine.rows(sums.from_(table(answer.relation)))
    rows = sum(group.tally.rows for group in mine)
    yield Undecided(answer.scheme.name, rows, bounded, _yuan(least, answer), _yuan(most, answer))


def _missing(groups: Iterable[Group], answers: Sequence[Answer]) -> Mapping[str, int]:
    """How many undecided rows lack each name."""
    missing: Counter[str] = Counter()
    for group in groups:
        if group.conclusion is Conclusion.UNDECIDED:
            for name in group.code.partition(":")[2].split("、"):
                missing[name] += group.tally.rows
    return missing


def _yuan(amount: Any, answer: Answer) -> Fraction:
    return Fraction(int(amount or 0), answer.per_yuan)


def _tally() -> list[exp.Alias]:
    """First, rows and amount of some kinds of rows."""
    amounts = exp.Sum(this=exp.Mul(this=column("amount"), expression=column(ROWS)))
    first, rows = exp.Min(this=column(FIRST)), exp.Sum(this=column(ROWS))
    return [aliased(first, "first"), aliased(rows, "rows"), aliased(amounts, "amount")]
