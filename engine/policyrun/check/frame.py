"""What holds for a policy as a whole: its time in force, its rounding, the catalogue ids it covers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from policyrun.check.constants import read_constant
from policyrun.check.dates import Period
from policyrun.check.desk import Desk
from policyrun.check.shape import scalar_at, text_at
from policyrun.ir.ops import FUNCTION_NAMES
from policyrun.ir.policy import InForce, Rounding
from policyrun.model.types import MONEY
from policyrun.model.vocabulary import Grounds
from policyrun.source.messages import _
from policyrun.syntax import nodes

#: What can become of a row dated outside the time in force.
OUTSIDE = ("待核实", "提示", "不予")

#: Stands in for a rounding that could not be read, which has been reported.
_INSTEAD = Rounding(op=FUNCTION_NAMES["四舍五入"].key, step=Fraction(1, 100), grounds=Grounds())


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
    written = scalar_at(node, "to")
    step = None if written is None else read_constant(written, MONEY, desk.found)
    if written is None or not isinstance(step, Fraction):
        return _INSTEAD
    if step <= 0:
        desk.found.add("PR432", _("取整的单位要大于零"), written.span, help=_("如 0.01元、1元"))
        return _INSTEAD
    return Rounding(op=FUNCTION_NAMES[text_at(node, "how")].key, step=step, grounds=desk.citer.grounds(node))


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
