"""What a run has to say about its records beside the result; the same whichever engine decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from policyrun.interp.split import EmptyGroup
from policyrun.ir.nodes import Apply, Expr, Settled, columns_of, nodes_for
from policyrun.ir.policy import Scheme
from policyrun.model.workdays import covered_years
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.messages import _

#: How many 序号 a remark names.
MOST_SERIALS = 10

#: Operations that count working days, and so need each year's notice of holidays.
_BY_WORKDAYS = frozenset({"workdays_between", "add_workdays"})


def note_overruled(scheme: Scheme, column: str, count: int, first: Sequence[str], found: Diagnostics) -> None:
    """Says that a list has overruled cells: a list decides, but never in silence.

    Args:
        first: 序号 of the first of those rows, ``MOST_SERIALS`` at most.
    """
    message = _("“{scheme}”有 {count} 行的“{column}”与名单不符，已按名单判定：序号 {rows}").format(
        scheme=scheme.name, count=count, column=column, rows="、".join(first) + ("…" if count > len(first) else "")
    )
    found.add("PR613", message, severity=Severity.WARNING)


def note_years(scheme: Scheme, years: Iterable[int], found: Diagnostics) -> None:
    """Says for which years nobody knows the working days, if there are any; what counts them there is unknown.

    Args:
        years: those of the cells in ``counted_by_workdays``.
    """
    covered = covered_years()
    unknown = sorted(set(years) - set(covered))
    if not unknown:
        return
    message = _("“{scheme}”按工作日计算，没有这些年份的节假日安排：{years}").format(
        scheme=scheme.name, years="、".join(map(str, unknown))
    )
    help_text = _("有 {first} 年至 {last} 年的；有关的行待核实").format(first=covered[0], last=covered[-1])
    found.add("PR614", message, help=help_text, severity=Severity.WARNING)


@lru_cache
def counted_by_workdays(scheme: Scheme) -> tuple[str, ...]:
    """The columns between whose dates a scheme counts working days."""
    settled = Settled(scheme.name)
    tests = [requirement.test for requirement in scheme.requirements]
    tests += [scheme.amount.value] if scheme.amount else []
    counted = [node for test in tests for node in nodes_for(test, settled) if _by_workdays(node)]
    named = dict.fromkeys(name for node in counted for name in columns_of(node, settled))
    dates = {field.name for field in scheme.record.fields if field.cell == "date"}
    return tuple(name for name in named if name in dates)


def _by_workdays(node: Expr) -> bool:
    return isinstance(node, Apply) and node.op in _BY_WORKDAYS


def note_empty(group: EmptyGroup, found: Diagnostics) -> None:
    """Says that a group has nobody to share its total, which is therefore not paid."""
    key = "、".join(str(part) for part in group.key)
    message = _("“{scheme}”的“{key}”没有符合条件的人，总额没有分摊").format(scheme=group.scheme, key=key)
    found.add("PR612", message, severity=Severity.NOTE)
