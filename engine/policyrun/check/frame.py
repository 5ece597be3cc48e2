"""What holds for a policy as a whole: its time in force, its rounding, the catalogue ids it covers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from policyrun.check.constants import read_constant
from policyrun.check.dates import Period
from policyrun.check.desk import Desk
from policyrun.check.names import Names, Noun
from policyrun.check.shape import named_mappings, scalar_at, text_at
from policyrun.ir.ops import FUNCTION_NAMES
from policyrun.ir.policy import InForce, Rounding
from policyrun.model.types import MONEY
from policyrun.model.vocabulary import Grounds
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.messages import _
from policyrun.syntax import nodes

#: What can become of a row dated outside the time in force.
OUTSIDE = ("待核实", "提示", "不予")

#: Sections whose expressions speak of whole data sets, which the checked policy has no place for.
UNREAD = ("indicators", "reports")

#: Without a section of its own, amounts are rounded half up to the fen.
_USUAL = Rounding(op=FUNCTION_NAMES["四舍五入"].key, step=Fraction(1, 100), grounds=Grounds())


def lower_in_force(root: nodes.Mapping, period: Period, desk: Desk) -> InForce:
    node = root.get("in_force")
    return InForce(
        first=period.first,
        last=period.last,
        outside=desk.choice(scalar_at(node, "outside"), desk.resolver.scope(), OUTSIDE),
        grounds=desk.citer.grounds(node),
    )


def lower_rounding(root: nodes.Mapping, desk: Desk) -> Rounding:
    node = root.get("rounding")
    if node is None:
        return _USUAL
    written = scalar_at(node, "to")
    step = None if written is None else read_constant(written, MONEY, desk.found)
    if written is None or not isinstance(step, Fraction):
        return _USUAL
    if step <= 0:
        desk.found.add("PR432", _("取整的单位要大于零"), written.span, help=_("如 0.01元、1元"))
        return _USUAL
    return Rounding(op=FUNCTION_NAMES[text_at(node, "how")].key, step=step, grounds=desk.citer.grounds(node))


def note_unread(root: nodes.Mapping, names: Names, found: Diagnostics) -> None:
    """Say which sections are kept but not worked out; a record they are about counts as used."""
    for section in UNREAD:
        for key, body in named_mappings(root, section):
            names.use(Noun.RECORD, text_at(body, "record"))
            found.add(
                "PR250",
                _("“{name}”（{section}）的式子没有检查，也不由 evaluate 计算").format(name=key.text, section=section),
                key.span,
                severity=Severity.NOTE,
            )


def rule_ids(roots: tuple[nodes.Mapping, ...]) -> tuple[str, ...]:
    """Every catalogue id, each once, in the order of the files."""
    return tuple(dict.fromkeys(id_ for root in roots for id_ in _ids(root)))


def _ids(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Sequence):
        for item in node:
            yield from _ids(item)
    elif isinstance(node, nodes.Mapping):
        for key, value in node:
            if key.text != "ids":
                yield from _ids(value)
            elif isinstance(value, nodes.Scalar):
                yield value.text
            elif isinstance(value, nodes.Sequence):
                yield from (item.text for item in value if isinstance(item, nodes.Scalar))
