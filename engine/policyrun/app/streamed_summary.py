"""汇总 of a run whose decisions stay in a database: rows are counted there, by what they say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlglot import exp

from policyrun.app.summary import (
    PAYMENT_COLUMNS,
    PAYMENTS,
    Grouping,
    Key,
    Line,
    Summary,
    Tally,
    Undecided,
    add_up,
    by_rule,
    ranked,
    ranked_names,
)
from policyrun.columnar.conclusions import Answer
from policyrun.columnar.engine import Engine
from policyrun.columnar.result import words_name
from policyrun.columnar.tables import of, table
from policyrun.columnar.telling import BOUNDED, FIRST, LEAST, MOST, PAID, ROWS
from policyrun.columnar.told import NUMBER, Telling
from policyrun.model.decision import Conclusion


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of a scheme that say the same.

    Attributes:
        first: the place of the first of them in the result, for orders of appearance.
        undecided: what they could come to.
    """

    scheme: str
    first: tuple[int, int]
    tally: Tally
    conclusion: Conclusion
    code: str
    rules: tuple[str, ...]
    payee: str
    fund: str
    undecided: Undecided


def summed(engine: Engine, every: Sequence[Telling], rows: Mapping[str, int]) -> Summary:
    """Everything the page 汇总 shows.

    Args:
        rows: how many rows each scheme's input has, counted there.
    """
    schemes = [told.answer.scheme for told in every]
    groups = [group for place, told in enumerate(every) for group in _groups(engine, place, told)]
    groups.sort(key=lambda group: group.first)
    checks = frozenset(scheme.name for scheme in schemes if scheme.amount is None)
    paying = [group for group in groups if group.scheme not in checks]
    granted = [group for group in paying if group.conclusion is Conclusion.GRANTED]
    return Summary(
        total=Tally(sum(rows.values()), add_up(group.tally for group in groups).amount),
        granted=add_up(group.tally for group in granted),
        conclusions=tuple((scheme.name, _by_conclusion(groups, scheme.name)) for scheme in schemes),
        by_scheme=_grouping("按项目", ("项目",), groups, lambda g: ((g.scheme,),)),
        by_conclusion=_grouping("按结论", ("结论",), groups, lambda g: ((g.conclusion.value,),)),
        by_reason=ranked(_grouping("按原因", ("结论", "原因代码"), groups, lambda g: ((g.conclusion.value, g.code),))),
        by_rule=by_rule(
            _grouping("按规则", ("规则",), groups, lambda g: [(rule,) for rule in g.rules], overlapping=True)
        ),
        by_fund=_grouping("按资金渠道", ("资金渠道",), granted, lambda g: ((g.fund,),), granted_only=True),
        by_payee=_grouping("按受款人", ("受款人",), granted, lambda g: ((g.payee,),), granted_only=True),
        undecided=tuple(one for scheme in schemes for one in _undecided(scheme.name, paying)),
        missing=ranked_names(_missing(groups)),
        checks=checks,
    )


def _groups(engine: Engine, place: int, told: Telling) -> Iterator[Group]:
    answer, name = told.answer, told.answer.scheme.name
    figures = [of("数", each) for each in (FIRST, ROWS, PAID, BOUNDED, LEAST, MOST, "payee", "fund")]
    words = [of("文", each) for each in ("结论", "原因代码", "规则")]
    query = exp.select(*figures, *words).from_(table(told.kinds, "数"))
    query = query.join(table(words_name(answer), "文"), on=exp.EQ(this=of("数", NUMBER), expression=of("文", NUMBER)))
    for first, rows, paid, bounded, least, most, payee, fund, conclusion, code, rules in engine.rows(query):
        yield Group(
            scheme=name,
            first=(place, first),
            tally=Tally(int(rows), _yuan(paid, answer) if conclusion == Conclusion.GRANTED.value else Fraction(0)),
            conclusion=Conclusion(conclusion),
            code=code,
            rules=tuple(rules.split(";")) if rules else (),
            payee=payee or "",
            fund=fund or "",
            undecided=Undecided(name, int(rows), int(bounded), _yuan(least, answer), _yuan(most, answer)),
        )


def paid(engine: Engine, every: Sequence[Telling]) -> Grouping:
    """``summary.payments``, added up by the database."""
    names = ("payee", "payee_name", "fund")
    granted = exp.EQ(this=of("文", "结论"), expression=exp.Literal.string(Conclusion.GRANTED.value))
    tallies: defaultdict[Key, list[Tally]] = defaultdict(list)
    for told in every:
        if told.answer.scheme.amount is None:
            continue
        key = [of("行" if name == "payee_name" else "数", name) for name in names]
        amount = exp.Sum(this=of("数" if told.whole else "行", "amount"))
        query = exp.select(*key, exp.Count(this=exp.Star()), amount).from_(table(told.rows, "行"))
        for relation, alias in ((told.kinds, "数"), (words_name(told.answer), "文")):
            same = exp.EQ(this=of("行", NUMBER), expression=of(alias, NUMBER))
            query = query.join(table(relation, alias), on=same)
        for payee, name, fund, rows, sum_ in engine.rows(query.where(granted).group_by(*key)):
            tallies[payee or "", name or "", fund or ""].append(Tally(int(rows), _yuan(sum_, told.answer)))
    lines = tuple(Line(key, add_up(tallies[key])) for key in sorted(tallies))
    return Grouping(PAYMENTS, PAYMENT_COLUMNS, lines, granted_only=True)


def _grouping(
    title: str,
    columns: tuple[str, ...],
    groups: Iterable[Group],
    keys: Callable[[Group], Iterable[Key]],
    *,
    granted_only: bool = False,
    overlapping: bool = False,
) -> Grouping:
    tallies: dict[Key, Tally] = {}
    for group in groups:
        for key in keys(group):
            tallies[key] = add_up([tallies[key], group.tally]) if key in tallies else group.tally
    return Grouping(title, columns, tuple(Line(*pair) for pair in tallies.items()), granted_only, overlapping)


def _by_conclusion(groups: Iterable[Group], scheme: str) -> tuple[tuple[Conclusion, Tally], ...]:
    own = [group for group in groups if group.scheme == scheme]
    return tuple((each, add_up(group.tally for group in own if group.conclusion is each)) for each in Conclusion)


def _undecided(scheme: str, groups: Iterable[Group]) -> Iterator[Undecided]:
    """What the undecided rows of a scheme could come to, if it has any."""
    open_ = [g.undecided for g in groups if g.scheme == scheme and g.conclusion is Conclusion.UNDECIDED]
    if open_:
        rows, bounded = (sum(getattr(each, name) for each in open_) for name in ("rows", "bounded"))
        least, most = (sum((getattr(each, name) for each in open_), Fraction(0)) for name in ("least", "most"))
        yield Undecided(scheme, rows, bounded, least, most)


def _missing(groups: Iterable[Group]) -> Mapping[str, int]:
    """How many undecided rows lack each name."""
    missing: Counter[str] = Counter()
    for group in groups:
        if group.conclusion is Conclusion.UNDECIDED:
            for name in group.code.partition(":")[2].split("、"):
                missing[name] += group.tally.rows
    return missing


def _yuan(amount: Any, answer: Answer) -> Fraction:
    return Fraction(int(amount or 0), answer.per_yuan)
