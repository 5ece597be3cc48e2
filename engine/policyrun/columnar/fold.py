"""The fold of limits as relations: who has no rival, passes over the others, and what came of it."""

from __future__ import annotations

from policyrun.columnar.dialect import Dialect
from policyrun.columnar.fold_accounts import account_steps
from policyrun.columnar.fold_contest import contest_steps
from policyrun.columnar.fold_outcome import outcome_steps
from policyrun.columnar.fold_rounds import pass_steps
from policyrun.columnar.fold_spec import FoldSpec
from policyrun.columnar.fold_top_up import top_up_step
from policyrun.columnar.plan import Loop, Step


def fold_parts(spec: FoldSpec, dialect: Dialect) -> list[Step | Loop]:
    """The relations from ``spec.candidates`` to ``spec.contested`` and ``spec.outcome``; there is a limit."""
    top_ups = [top_up_step(spec, dialect)] if spec.top_up is not None else []
    return [
        *top_ups,
        *contest_steps(spec, dialect),
        *account_steps(spec, dialect),
        *pass_steps(spec, dialect),
        *outcome_steps(spec, dialect),
    ]
