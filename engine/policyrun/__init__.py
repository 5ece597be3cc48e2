"""Rules as configuration: a policy document, written as YAML, evaluated exactly and explained clause by clause.

>>> import pandas as pd
>>> import policyrun
>>> policy = policyrun.load("yunling-2024@1")
>>> row = {"序号": 1, "身份证号码": "999999199001010016", "称号": "技能能手", "认定日期": "2025-05-01"}
>>> stars = pd.DataFrame([row])
>>> result = policyrun.evaluate(policy, stars, scheme="技能之星奖励", as_of="2025-06-01")
>>> result.loc[0, "结论"], result.loc[0, "补贴金额"]
('准予', Decimal('8000.00'))

What a user got wrong is raised as ``PolicyrunError``, which reads as the diagnostics that the command line prints.
Importing this package is quick: what a function needs is imported when the function is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policyrun.app.api import diff, evaluate, load, trace
    from policyrun.app.api_tables import deadlines, decompose, indicators, make_report, progress, quotas
    from policyrun.source.diagnostic import PolicyrunError

__all__ = [
    "PolicyrunError",
    "deadlines",
    "decompose",
    "diff",
    "evaluate",
    "indicators",
    "load",
    "make_report",
    "progress",
    "quotas",
    "trace",
]

#: What is made of many rows, or of none.
_TABLES = frozenset({"deadlines", "decompose", "indicators", "make_report", "progress", "quotas"})


def __getattr__(name: str) -> object:
    if name == "PolicyrunError":
        from policyrun.source.diagnostic import PolicyrunError

        return PolicyrunError
    if name in _TABLES:
        from policyrun.app import api_tables

        return getattr(api_tables, name)
    if name in __all__:
        from policyrun.app import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
