"""From a rule or a clause to the records it decided and the money they were granted."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from policyrun.app.result import RunResult
from policyrun.model.decision import Conclusion, Outcome
from policyrun.model.vocabulary import Citation

#: Whether a rule or a clause has a part in a decision, by what the decision rests on.
Concerned = Callable[[Sequence[str], Sequence[Citation]], bool]


@dataclass(frozen=True, slots=True)
class Group:
    """The records of one scheme that came to one conclusion: how many, and their sum in yuan."""

    scheme: str
    conclusion: Conclusion
    rows: int
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Share:
    """What a rule or a clause had a part in.

    Attributes:
        groups: the records whose decision names it, by scheme and conclusion.
        outcomes: the same one by one, in result order; to be read once.
    """

    groups: tuple[Group, ...]
    outcomes: Iterable[Outcome]

    @property
    def rows(self) -> int:
        return sum(group.rows for group in self.groups)

    @property
    def amount(self) -> Fraction:
        """What they were granted in all, in yuan."""
        return sum((group.amount for group in self.groups), Fraction(0))


def by_rule(rule: str) -> Concerned:
    """The records whose 规则 names a catalogue id, such as HB-S3."""
    return lambda rules, _clauses: rule in rules


def by_clause(clause: str) -> Concerned:
    """The records whose 条款 names a clause, or a part of it."""
    wanted = clause_key(clause)
    return lambda _rules, clauses: any(_within(clause_key(one.clause), wanted) for one in clauses)


def share_of(run: RunResult, concerned: Concerned) -> Share:
    """What a rule or a clause had a part in, of rows at hand."""
    outcomes = [outcome for outcome in run.outcomes() if concerned(outcome.rules, outcome.clauses)]
    groups = [
        _group(part.scheme.name, conclusion, outcomes)
        for part in run.schemes
        for conclusion in Conclusion
        if any(one.scheme == part.scheme.name and one.conclusion is conclusion for one in outcomes)
    ]
    return Share(tuple(groups), outcomes)


def clause_key(clause: str) -> str:
    """A clause path whatever the width of its brackets and the blanks in it.

    >>> clause_key("三（五）") == clause_key("三(五)")
    True
    """
    return "".join(unicodedata.normalize("NFKC", clause).split())


def clauses_of(run: RunResult) -> tuple[str, ...]:
    """The clauses that the decisions of a run name, each once."""
    return tuple(dict.fromkeys(one.clause for outcome in run.outcomes() for one in outcome.clauses))


def _within(clause: str, wanted: str) -> bool:
    """Whether a clause path is the one wanted or lies inside it: 三(五) in 三, but not 三十."""
    return clause.startswith(wanted) and clause[len(wanted) : len(wanted) + 1] in ("", "·", "(", " ")


def _group(scheme: str, conclusion: Conclusion, outcomes: Sequence[Outcome]) -> Group:
    rows = [one for one in outcomes if one.scheme == scheme and one.conclusion is conclusion]
    return Group(scheme, conclusion, len(rows), sum((one.amount or Fraction(0) for one in rows), Fraction(0)))
