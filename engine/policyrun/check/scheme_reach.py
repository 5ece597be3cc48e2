"""Whether all that a scheme's expressions look at is there when they are worked out.

A decision may be shared by schemes with different records, so what it looks at is known only from where it is used.
"""

from __future__ import annotations

from collections.abc import Iterator

from policyrun.check.reach import nodes_under
from policyrun.ir.nodes import Column, Expr, Given, ParameterRef, Settled, Supplied
from policyrun.ir.policy import Scheme
from policyrun.source.diagnostic import Diagnostics, Label
from policyrun.source.messages import _
from policyrun.source.text import Span

#: Supplied values that are there from the start.
_FIRST = frozenset({Supplied.AS_OF, Supplied.DAY, Supplied.SCHEME, Supplied.SERIAL})


def check_reach(scheme: Scheme, found: Diagnostics) -> None:
    """Report columns the record lacks and values that are not known yet when an expression is worked out."""
    for expr, span, known in _roots(scheme):
        _check(scheme, expr, span, known, found)
    if scheme.day is not None:
        _require_undated(scheme, scheme.day, found)


def _roots(scheme: Scheme) -> Iterator[tuple[Expr, Span, frozenset[str]]]:
    """Every expression of a scheme, where it is written, and the supplied values it may look at."""
    paid = _FIRST | {Supplied.AMOUNT}
    if scheme.day is not None:
        yield scheme.day, scheme.day.span, _FIRST
    for gate in scheme.gates:
        yield gate.when, gate.span, _FIRST
    for requirement in scheme.requirements:
        yield requirement.test, requirement.span, _FIRST
    if scheme.amount is not None:
        yield scheme.amount.value, scheme.amount.span, _FIRST
    if scheme.payee is not None:
        yield scheme.payee.category, scheme.payee.span, paid
    if scheme.fund is not None:
        yield scheme.fund.source, scheme.fund.span, paid | {Supplied.PAYEE}
    for notice in scheme.notices:
        yield notice.test, notice.span, _FIRST


def _check(scheme: Scheme, expr: Expr, span: Span, known: frozenset[str], found: Diagnostics) -> None:
    reported: set[str] = set()
    for node in nodes_under(expr, scheme.record, Settled(scheme.name)):
        if isinstance(node, Column) and scheme.record.field(node.name) is None and node.name not in reported:
            reported.add(node.name)
            lacks_column(scheme, node, span, found)
        elif isinstance(node, Given) and node.name not in reported:
            reported.add(node.name)
            if node.name not in known:
                found.add(
                    "PR243",
                    _("算到这里时还没有“{name}”").format(name=node.name),
                    node.span,
                    others=(Label(span, _("从这里用到")),),
                    help=_("补贴金额和受款人要到限额、次序里才用得上"),
                )
            elif node.name == Supplied.DAY and scheme.day is None:
                lacks_day(scheme, node, span, found)


def lacks_column(scheme: Scheme, column: Column, used: Span, found: Diagnostics) -> None:
    found.add(
        "PR246",
        _("项目“{scheme}”用到列“{name}”，它的记录却没有这一列").format(scheme=scheme.name, name=column.name),
        used,
        others=(Label(column.span, _("用在这里")),),
        help=_("在记录“{record}”里加上这一列，或不用这个判定").format(record=scheme.record.name),
    )


def lacks_day(scheme: Scheme, given: Given, used: Span, found: Diagnostics) -> None:
    found.add(
        "PR244",
        _("项目“{scheme}”没有业务日期").format(scheme=scheme.name),
        used,
        others=(Label(given.span, _("用在这里")),),
        help=_("给项目写明 day: 日期列"),
    )


def _require_undated(scheme: Scheme, day: Expr, found: Diagnostics) -> None:
    """The date itself may not hang on what is picked by that date."""
    for node in nodes_under(day, scheme.record):
        dated = isinstance(node, ParameterRef) and len(node.values) > 1 and node.dated_by is None
        if dated or (isinstance(node, Given) and node.name == Supplied.DAY):
            found.add(
                "PR245",
                _("项目“{scheme}”的业务日期要靠业务日期才能算出").format(scheme=scheme.name),
                day.span,
                others=(Label(node.span, _("这里又按业务日期取值")),),
                help=_("day 只写日期列，或只由列算出"),
            )
            return
