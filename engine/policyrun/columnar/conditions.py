"""Conditions of a plan that are true or false in every row, joined so that nothing is said twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlglot import exp

from policyrun.columnar.folding import Sql, boolean, both, either, negated

#: A condition that is true or false in every row, never null.
Condition = Sql

TRUE: Condition = boolean(True)
FALSE: Condition = boolean(False)

#: Of two conditions that contradict each other, one at least is one of these.
_CONTRARY = (exp.Not, exp.Is, exp.Paren, exp.Null)


def all_of(conditions: Iterable[Condition]) -> Condition:
    """Whether every condition holds; each is said once."""
    parts = _parts(conditions, exp.And)
    return FALSE if any(negated(part) in parts for part in parts if isinstance(part, _CONTRARY)) else both(parts)


def any_of(conditions: Iterable[Condition]) -> Condition:
    """Whether some condition holds; each is said once."""
    return either(_parts(conditions, exp.Or))


def exclusive(conditions: Iterable[Condition]) -> list[list[Condition]]:
    """Conditions in groups of which one at most holds in any row, for they ask a column for different constants."""
    groups: list[tuple[str, set[str], list[Condition]]] = []
    for condition in conditions:
        asked = _asked(condition)
        for name, constants, members in groups:
            if name in asked and not constants & asked[name]:
                constants |= asked[name]
                members.append(condition)
                break
        else:
            name, constants = next(iter(asked.items()), ("", set()))
            groups.append((name, constants, [condition]))
    return [members for _name, _constants, members in groups]


def without_shared(conditions: Sequence[Condition]) -> tuple[Condition, list[Condition]]:
    """What all of some conditions ask for, and what each asks for beside it; looked at once, that takes less time."""
    parts = [_parts([condition], exp.And) for condition in conditions]
    shared = [part for part in parts[0] if all(part in each for each in parts)]
    if len(parts) == 1 or any(len(each) == len(shared) for each in parts):
        return TRUE, list(conditions)
    return both(shared), [both(part for part in each if part not in shared) for each in parts]


def _asked(condition: Condition) -> dict[str, set[str]]:
    """Columns with the constants that they can have where a condition holds."""
    found: dict[str, set[str]] = {}
    for part in _taken_apart(condition, exp.And):
        options = [_constant_asked(each) for each in _taken_apart(part, exp.Or)]
        names = {option[0] for option in options}
        if len(names) == 1 and (name := names.pop()):
            found.setdefault(name, {constant for _name, constant in options})
    return found


def _constant_asked(condition: Condition) -> tuple[str, str]:
    inner = condition.unnest()
    if isinstance(inner, exp.EQ) and isinstance(inner.this, exp.Column) and isinstance(inner.expression, exp.Literal):
        return inner.this.name, inner.expression.name
    return "", ""


def _parts(conditions: Iterable[Condition], joined: type[exp.Connector]) -> dict[Condition, None]:
    return dict.fromkeys(part for condition in conditions for part in _taken_apart(condition, joined))


def _taken_apart(condition: Condition, joined: type[exp.Connector]) -> Iterator[Condition]:
    inner = condition.unnest()
    if isinstance(inner, joined):
        yield from _taken_apart(inner.this, joined)
        yield from _taken_apart(inner.expression, joined)
    else:
        yield condition
