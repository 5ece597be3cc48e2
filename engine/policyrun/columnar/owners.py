"""What the columns of parts of expressions are called after: the rules that the expressions belong to."""

from __future__ import annotations

from policyrun.columnar.numbers import Bench
from policyrun.ir.policy import Policy


def owners_of(policy: Policy, scheme_name: str) -> dict[int, str]:
    """What columns of parts of an expression are called after: node identity → the name of its rule."""
    scheme = policy.scheme(scheme_name)
    owners: dict[int, str] = {}
    if scheme is not None:
        owners |= {id(each.when): each.name for each in scheme.gates}
        owners |= {id(each.test): each.name for each in scheme.requirements}
        owners |= {id(each.test): each.code.value for each in scheme.notices}
        owners |= {id(scheme.amount.value): "金额"} if scheme.amount else {}
        owners |= {id(scheme.payee.category): "受款人"} if scheme.payee else {}
        owners |= {id(scheme.fund.source): "资金"} if scheme.fund else {}
    for limit in policy.limits_over(scheme_name):
        owners |= {} if limit.when is None else {id(limit.when): limit.name}
    return owners


def for_owner(bench: Bench, owner: str) -> Bench:
    """A bench on which parts are called after another owner."""
    return Bench(bench.dialect, bench.layers, owner, bench.beyond)
