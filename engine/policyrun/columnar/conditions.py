"""Conditions of a plan that are true or false in every row, joined so that nothing is said twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from policyrun.columnar.folding import Sql, boolean, both, either, negated

#: A condition that is true or false in every row, never null.
Condition = Sql

TRUE: Condition = boolean(True)
FALSE: Condition = boolean(False)


def all_of(conditions: Iterable[Condition]) -> Condition:
    """Whether every condition holds; each is said once."""
    parts = _parts(conditions, exp.And)
    return FALSE if any(negated(part) in parts for part in parts) else both(parts)


def any_of(conditions: Iterable[Condition]) -> Condition:
    """Whether some condition holds; each is said once."""
    return either(_parts(conditions, exp.Or))


def _parts(conditions: Iterable[Condition], joined: type[exp.Connector]) -> dict[Condition, None]:
    return dict.fromkeys(part for condition in conditions for part in _taken_apart(condition, joined))


def _taken_apart(condition: Condition, joined: type[exp.Connector]) -> Iterator[Condition]:
    inner = condition.unnest()
    if isinstance(inner, joined):
        yield from _taken_apart(inner.this, joined)
        yield from _taken_apart(inner.expression, joined)
    else:
        yield condition
