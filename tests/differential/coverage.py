"""What has occurred, and what must occur: every operator, every measure, every code a result can have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from policyrun.ir.ops import OPS
from policyrun.model.decision import Conclusion, NoticeCode, Outcome, Reason

from .compare import Answer
from .policies import Drawn

_MEASURES = ("count", "cap", "partial", "field", "hours", "highest", "same")
_CONSTRUCTS = (
    *("if", "set", "table U", "table A", "table F", "table default", "table null", "table dated", "table overlap"),
    *("parameter open", "parameter assumed", "parameter dated", "parameter dated_by"),
    *("column blank", "column absent", "column bounds", "check", "list", "in_force outside"),
    *("scheme dated", "scheme undated", "scheme check", "gate", "requirement", "split", "payee", "fund", "top_up"),
    *("limit shared", "limit alone", "limit when", "limit binding", "limit key by scheme", "order descending"),
    *("run history", "run exceptions", "run revocation", "least", "most"),
)
#: Everything that has to occur in a run that means to have tried everything.
WANTED = (
    *(f"op {key}" for key in OPS),
    *(f"limit {measure}" for measure in _MEASURES),
    *(f"结论 {each.value}" for each in Conclusion),
    *(f"原因 {each.value}" for each in Reason),
    *(f"提示 {each.value}" for each in NoticeCode),
    *_CONSTRUCTS,
)


def of_policy(drawn: Drawn) -> Counter[str]:
    """The constructs written in a policy, each counted once for it."""
    return Counter({name: 1 for name, count in drawn.used.items() if count})


def of_answer(given: Answer) -> Counter[str]:
    """The conclusions, reasons and notices of an answer, by rows."""
    kinds = Counter(_kind(outcome) for rows in (given or {}).values() for outcome in rows)
    seen: Counter[str] = Counter()
    for (conclusion, reason, notices, has_least, has_most), rows in kinds.items():
        seen[f"结论 {conclusion.value}"] += rows
        seen[f"原因 {reason.value}"] += rows
        for code in notices:
            seen[f"提示 {code.value}"] += rows
        seen["least"] += has_least * rows
        seen["most"] += has_most * rows
    return seen


def _kind(outcome: Outcome) -> tuple[Conclusion, Reason, tuple[NoticeCode, ...], bool, bool]:
    bounds = outcome.least is not None, outcome.most is not None
    return (outcome.conclusion, outcome.reason, outcome.notices, *bounds)


def missing(seen: Counter[str]) -> list[str]:
    return [name for name in WANTED if not seen[name]]


def told(seen: Counter[str]) -> Iterable[str]:
    """Counts in the order of what is wanted, then whatever else was counted."""
    yield from (f"{name:<24}{seen[name]:>12,}" for name in WANTED)
    yield from (f"{name:<24}{count:>12,}" for name, count in sorted(seen.items()) if name not in WANTED)
