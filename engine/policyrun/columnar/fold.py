"""The fold of limits as relations: who has no rival, passes over the others, and what came of it.

Where limits are of people, people of many millions of rows are taken some at a time: they never meet, and sorting half
of the rows twice takes less memory than sorting all of them.
"""

from __future__ import annotations

from dataclasses import replace

from policyrun.columnar.dialect import Dialect
from policyrun.columnar.fold_accounts import account_steps
from policyrun.columnar.fold_contest import contest_steps
from policyrun.columnar.fold_outcome import contested_step, outcome_step
from policyrun.columnar.fold_rounds import pass_steps
from policyrun.columnar.fold_spec import OUTCOME, FoldSpec
from policyrun.columnar.fold_sql import listed, query, quoted
from policyrun.columnar.fold_top_up import top_up_step
from policyrun.columnar.plan import Loop, Step


def fold_parts(spec: FoldSpec, dialect: Dialect, portions: int = 1) -> list[Step | Loop]:
    """The relations from ``spec.candidates`` to ``spec.contested`` and ``spec.outcome``; there is a limit.

    Args:
        portions: into how many portions people are cut, where all limits are of people.
    """
    if portions > 1 and spec.person is not None and spec.top_up is None:
        return [*_by_portions(spec, dialect, portions), outcome_step(spec, dialect)]
    top_ups = [top_up_step(spec, dialect)] if spec.top_up is not None else []
    return [*top_ups, *_contested(spec, dialect), outcome_step(spec, dialect)]


def _contested(spec: FoldSpec, dialect: Dialect) -> list[Step | Loop]:
    """The relations from ``spec.candidates`` to ``spec.contested``."""
    return [
        *contest_steps(spec, dialect),
        *account_steps(spec, dialect),
        *pass_steps(spec, dialect),
        contested_step(spec, dialect),
    ]


def _by_portions(spec: FoldSpec, dialect: Dialect, portions: int) -> list[Step | Loop]:
    """The same, the candidates of some people at a time."""
    assert spec.person is not None, "people are told apart by their numbers"
    parts: list[Step | Loop] = []
    own_part = f"({quoted(spec.person)} % {portions} + {portions}) % {portions}"
    done = []
    for place in range(portions):
        name = f"{spec.name}_第{place + 1}份"
        own = replace(spec, name=name, candidates=f"{name}_候选")
        some = f"SELECT * FROM {quoted(spec.candidates)} WHERE {own_part} = {place}"
        parts += [Step(own.candidates, query(some), "一部分人的候选"), *_contested(own, dialect)]
        done.append(own.contested)
    every = " UNION ALL ".join(f"SELECT {listed(OUTCOME)} FROM {quoted(name)}" for name in done)
    parts.append(Step(spec.contested, query(every), "各部分争用的候选裁定的结果", True, spent=tuple(done)))
    return parts
