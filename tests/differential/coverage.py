"""What has occurred, and what must occur: every operator, every measure, every code a result can have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from policyrun.ir.ops import OPS
from policyrun.model.decision import Conclusion, NoticeCode, Reason

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
    seen: Counter[str] = Counter()
    for rows in (given or {}).values():
        for line in rows:
            seen[f"结论 {line[2]}"] += 1
            seen[f"原因 {line[7].partition(':')[0]}"] += 1
            for code in line[11].split(";") if line[11] else ():
                seen[f"提示 {code}"] += 1
            seen["least"] += line[12] != ""
            seen["most"] += line[13] != ""
    return seen


def missing(seen: Counter[str]) -> list[str]:
    return [name for name in WANTED if not seen[name]]


def told(seen: Counter[str]) -> Iterable[str]:
    """Counts in the order of what is wanted, then whatever else was counted."""
    yield from (f"{name:<24}{seen[name]:>12,}" for name in WANTED)
    yield from (f"{name:<24}{count:>12,}" for name, count in sorted(seen.items()) if name not in WANTED)
