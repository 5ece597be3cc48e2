"""Run with Spark, by ``test_differential_spark``: prints what became of generated policies there, as JSON.

Arguments: how many rows each policy has on average, and the numbers of the policies.
"""

from __future__ import annotations

import json
import sys
from functools import partial

from differential.run import Plan, Tried, try_policy
from policyrun.app.databases import on_spark
from policyrun.app.planned import decide_by_plan
from policyrun.columnar.spark import LOCAL
from policyrun.source.diagnostic import Diagnostics


def spark(policy, inputs, settings, history, exceptions):
    """The columnar engine on Spark."""
    found = Diagnostics()
    opening = partial(on_spark, LOCAL, found)
    return decide_by_plan(policy, inputs, settings, history, exceptions, found, opening)


if __name__ == "__main__":
    rows, *numbers = map(int, sys.argv[1:])
    plan, whole = Plan(seed=3, datasets=1, rows=rows, folder=None, shrink_seconds=0), Tried()
    for number in numbers:
        whole.add(try_policy(plan, spark, number))
    told = {"pairs": whole.pairs, "policies": whole.policies, "declined": whole.declined.total(), "found": whole.found}
    print(json.dumps({**told, "seen": whole.seen}, ensure_ascii=False))
