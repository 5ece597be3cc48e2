"""From a rule or a clause to the records it decided and the money they were granted."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from policyrun.app.result import RunResult
from policyrun.model.decision import Conclusion, Outcome


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
        outcomes: the records whose decision names it, in result order.
        groups: the same by scheme and conclusion.
        amount: what they were granted in all, in yuan.
    """

    outcomes: tuple[Outcome, ...]
    groups: tuple[Group, ...]
    amount: Fraction


def share_of_rule(run: RunResult, rule: str) -> Share:
    """The records whose 规则 names a catalogue id, such as HB-S3."""
    return _share(run, lambda outcome: rule in outcome.rules)


def share_of_clause(run: RunResult, clause: str) -> Share:
    """The records whose 条款 names a clause, or a part of it."""
    wanted = clause_key(clause)
    return _share(run, lambda outcome: any(_within(clause_key(one.clause), wanted) for one in outcome.clauses))


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


def _share(run: RunResult, concerned: Callable[[Outcome], bool]) -> Share:
    outcomes = tuple(outcome for outcome in run.outcomes() if concerned(outcome))
    groups = [
        _group(part.scheme.name, conclusion, outcomes)
        for part in run.schemes
        for conclusion in Conclusion
        if any(one.scheme == part.scheme.name and one.conclusion is conclusion for one in outcomes)
    ]
    return Share(outcomes, tuple(groups), _sum(outcomes))


def _group(scheme: str, conclusion: Conclusion, outcomes: Sequence[Outcome]) -> Group:
    rows = [one for one in outcomes if one.scheme == scheme and one.conclusion is conclusion]
    return Group(scheme, conclusion, len(rows), _sum(rows))


def _sum(outcomes: Sequence[Outcome]) -> Fraction:
    return sum((outcome.amount or Fraction(0) for outcome in outcomes), Fraction(0))
