"""What has occurred, and what must occur: every operator, every measure, every code a result can have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction

from policyrun.ir.cells import cell_reader
from policyrun.ir.ops import OPS
from policyrun.ir.policy import Policy
from policyrun.model.decision import Conclusion, NoticeCode, Outcome, Reason
from policyrun.model.raw import CellKind
from policyrun.model.relation import FEW

from .compare import Answer
from .policies import Drawn
from .records import Dataset

_MEASURES = ("count", "cap", "partial", "field", "hours", "highest", "same")
_CONSTRUCTS = (
    *("if", "set", "table U", "table A", "table F", "table default", "table null", "table dated", "table overlap"),
    *("parameter open", "parameter assumed", "parameter dated", "parameter dated_by"),
    *("column blank", "column absent", "column bounds", "check", "list", "in_force outside"),
    *("scheme dated", "scheme undated", "scheme check", "gate", "requirement", "split", "payee", "fund", "top_up"),
    *("limit shared", "limit alone", "limit when", "limit binding", "limit key by scheme", "order descending"),
    *("run history", "run exceptions", "run revocation", "least", "most"),
    *("run lists", "run reading other", "run known before", "run files", "run column lacking", "run column absent"),
    *("run cell kinds", "run shared fold", "run few rows"),
    *("day leap", "day month end", "day year end", "number of cents", "number half"),
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


def of_data(policy: Policy, data: Dataset) -> Counter[str]:
    """What was special about the records of a run, each counted once for it."""
    evaluated = {one.scheme for one in data.inputs}
    settings = data.settings
    occurs = {
        "run history": bool(data.history),
        "run revocation": any(row.revoked for row in data.history),
        "run exceptions": bool(data.exceptions),
        "run lists": bool(settings.lists),
        "run reading other": any(policy.readings[name].default != way for name, way in settings.readings.items()),
        "run known before": settings.known_on < settings.as_of,
        "run files": any(len({origin.path for origin in one.origins}) > 1 for one in data.inputs),
        "run column lacking": any(one.lacking for one in data.inputs),
        "run column absent": any(one.absent for one in data.inputs),
        "run cell kinds": any(
            cell.kind is not CellKind.TEXT for one in data.inputs for row in one.rows[:50] for cell in row
        ),
        "run shared fold": any(len(evaluated & {one.name for one in fold}) > 1 for fold in policy.folds()),
        "run few rows": data.rows <= FEW,
        "run many rows": any(len(one.rows) > FEW for one in data.inputs),
    }
    for value in _values(policy, data):
        occurs |= dict.fromkeys(_special(value), True)
    return Counter({name: 1 for name, does in occurs.items() if does})


def _special(value: object) -> Iterator[str]:
    """What is special about the value of a cell."""
    match value:
        case date(month=2, day=29):
            yield "day leap"
        case date(month=12, day=31):
            yield "day year end"
        case date() if (value + timedelta(days=1)).day == 1:
            yield "day month end"
        case Fraction(denominator=100 | 50 | 25 | 20):
            yield "number of cents"
        case Fraction(denominator=2):
            yield "number half"


def _values(policy: Policy, data: Dataset) -> Iterator[object]:
    """The days and numbers that stand in the cells of a run, each once for a column."""
    for one in data.inputs:
        scheme = policy.scheme(one.scheme)
        assert scheme is not None, "rows are of schemes"
        for place, name in enumerate(one.columns):
            field = scheme.record.field(name)
            if field is not None and field.cell in ("date", "money"):
                read = cell_reader(field, data.settings.as_of)
                yield from (read(cell) for cell in {row[place] for row in one.rows})


def missing(seen: Counter[str]) -> list[str]:
    return [name for name in WANTED if not seen[name]]


def told(seen: Counter[str]) -> Iterable[str]:
    """Counts in the order of what is wanted, then whatever else was counted."""
    yield from (f"{name:<24}{seen[name]:>12,}" for name in WANTED)
    yield from (f"{name:<24}{count:>12,}" for name, count in sorted(seen.items()) if name not in WANTED)
