"""What if: a parameter takes one value after another, and the same records are decided with each.

In: a policy, a parameter and its values as written. Out: the money and the people for each value, exact.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from policyrun.app.evaluate import Request
from policyrun.app.impact import Impact
from policyrun.app.impact_base import Base, base_of
from policyrun.app.load import read_policy
from policyrun.app.result import RunResult
from policyrun.check.lower import lower_policy
from policyrun.ir.policy import Policy
from policyrun.model.decimals import decimal_text
from policyrun.source.diagnostic import Diagnostics, Place
from policyrun.source.messages import _
from policyrun.source.suggest import closest
from policyrun.source.text import SourceFile, Span
from policyrun.syntax.nodes import Mapping, Scalar
from policyrun.syntax.nodes import Sequence as Items
from policyrun.syntax.source_policy import PolicySource
from policyrun.syntax.yaml_reader import read_yaml

if TYPE_CHECKING:
    from policyrun.columnar.embedded import Embedded

#: More values than this are a slip of the pen.
MOST = 200

_NUMBER = re.compile(r"\s*(-?\d+(?:\.\d+)?)(\D*?)\s*", re.ASCII)
_RANGE = re.compile(r"(?P<low>.+?)\.\.(?P<high>.+?)/(?P<step>.+)")


@dataclass(frozen=True, slots=True)
class Vary:
    """A parameter and the values it takes, each as a policy writes it: ``紧缺上浮``, ``0%``, ``5%`` …"""

    parameter: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """What came of one value, against the policy as it is."""

    value: str
    impact: Impact

    @property
    def total(self) -> Fraction:
        """Yuan granted in all."""
        return self.impact.new_total


@dataclass(frozen=True, slots=True)
class Sweep:
    base: RunResult
    vary: Vary
    points: tuple[Point, ...]


def read_vary(text: str, found: Diagnostics) -> Vary | None:
    """``紧缺上浮=0%..30%/5%`` or ``每年次数=2,3,4``; None, with the reason in ``found``, if it is neither."""
    name, equals, said = text.partition("=")
    values = _values(said.strip(), found) if equals and name.strip() and said.strip() else None
    if values is None and not found.failed:
        message = _("看不懂“{text}”").format(text=text)
        found.add(
            "PR711", message, help=_("写成 参数=从..到/步长，如 紧缺上浮=0%..30%/5%；或逐个列出，如 每年次数=2,3,4")
        )
    return None if values is None else Vary(name.strip(), values)


def _values(said: str, found: Diagnostics) -> tuple[str, ...] | None:
    spread = _RANGE.fullmatch(said)
    if spread is None:
        return tuple(part.strip() for part in re.split("[,，、]", said) if part.strip()) if ".." not in said else None
    ends = [_NUMBER.fullmatch(spread[part]) for part in ("low", "high", "step")]
    if not all(ends):
        return None
    numbers = [Fraction(end[1]) for end in ends if end]
    units = {end[2] for end in ends if end} - {""}
    if len(units) > 1:
        return None
    low, high, step = numbers
    if step <= 0 or high < low or (high - low) / step >= MOST:
        message = _("“{range}”没有一到 {most} 个值").format(range=said, most=MOST)
        found.add("PR712", message, help=_("从小到大写，步长大于 0，值不要太多"))
        return None
    unit = units.pop() if units else ""
    return tuple(f"{decimal_text(low + step * place)}{unit}" for place in range(int((high - low) / step) + 1))


def sweep(
    ref: str,
    vary: Vary,
    request: Request,
    found: Diagnostics,
    *,
    folders: Sequence[Path] = (),
    overlays: Sequence[Path] = (),
    engine: Embedded | None = None,
) -> Sweep | None:
    """Decides the records of a request with each value; None, with the reasons in ``found``, if that cannot be done.

    Args:
        engine: where records are read, decided and compared; None: at hand.
    """
    source = read_policy(ref, found, folders=folders, overlays=overlays)
    policy = None if source is None else lower_policy(source, found)
    if source is None or policy is None or found.failed:
        return None
    if vary.parameter not in policy.parameters:
        _unknown(vary.parameter, policy, found)
        return None
    if engine is None or not request.sources:
        return _swept(source, policy, vary, request, None, found)
    from policyrun.app.report_engine import planned_first

    return planned_first(
        lambda noticed: _swept(source, policy, vary, request, engine, noticed),
        lambda: _swept(source, policy, vary, request, None, found),
        found,
    )


def _swept(
    source: PolicySource, policy: Policy, vary: Vary, request: Request, engine: Embedded | None, found: Diagnostics
) -> Sweep | None:
    base = base_of(policy, request, found, engine)
    if base is None:
        return None
    points = [_point(source, base, vary.parameter, value, request, found) for value in vary.values]
    done = tuple(point for point in points if point is not None)
    return Sweep(base.run, vary, done) if len(done) == len(points) else None


def _unknown(name: str, policy: Policy, found: Diagnostics) -> None:
    near = closest(name, policy.parameters)
    hint = _("是不是“{near}”？").format(near=near) if near else _("有：{names}")
    message = _("政策“{policy}”没有参数“{name}”").format(policy=policy.ref, name=name)
    found.add("PR713", message, help=hint.format(names="、".join(policy.parameters) or _("（无）")))


def _point(
    source: PolicySource, base: Base, name: str, value: str, request: Request, found: Diagnostics
) -> Point | None:
    altered = with_value(source, name, value)
    problems = Diagnostics()
    policy = None if altered is None else lower_policy(altered, problems)
    if policy is None or problems.failed:
        message = _("参数“{name}”不能是“{value}”").format(name=name, value=value)
        why = next((each.message for each in problems if each.code), "")
        found.add("PR714", message, Place(base.run.policy.path), help=why)
        return None
    impact = base.against(policy, replace(request, as_of=base.run.settings.as_of), found)
    return None if impact is None else Point(value, impact)


def with_value(source: PolicySource, name: str, value: str) -> PolicySource | None:
    """A policy in memory whose parameter has one value on every date; None if it can no longer be read.

    What an overlay says of the parameter goes before what the policy says.
    """
    for place, overlay in reversed(list(enumerate(source.overlays))):
        if _parameter(overlay, name) is not None:
            altered = _altered(overlay, name, value)
            laid = (*source.overlays[:place], altered, *source.overlays[place + 1 :])
            return None if altered is None else replace(source, overlays=tuple(each for each in laid if each))
    root = _altered(source.root, name, value)
    return None if root is None else replace(source, root=root, file=root.span.file)


def _altered(root: Mapping, name: str, value: str) -> Mapping | None:
    file = root.span.file
    text = file.text
    quoted = json.dumps(value, ensure_ascii=False)
    for span, key in sorted(_places(_parameter(root, name)), key=lambda place: -place[0].start):
        text = text[: span.start] + key + quoted + text[span.end :]
    return read_yaml(SourceFile(file.path, text), Diagnostics())


def _places(parameter: Mapping | None) -> list[tuple[Span, str]]:
    """Where a parameter's values stand, or ``open: true`` in their stead; and the key to write where that goes."""
    if parameter is None:
        return []
    dated = parameter.get("values")
    entries = [each for each in dated if isinstance(each, Mapping)] if isinstance(dated, Items) else [parameter]
    values = [value for entry in entries if isinstance(value := entry.get("value"), Scalar)]
    if values:
        return [(_whole(value), "") for value in values]
    key, flag = parameter.key("open"), parameter.get("open")
    if key is None or not isinstance(flag, Scalar):
        return []
    return [(Span(key.span.file, key.span.start, _whole(flag).end), "value: ")]


def _whole(value: Scalar) -> Span:
    """A scalar with its quotes."""
    text, start, end = value.span.file.text, value.span.start, value.span.end
    quoted = start > 0 and end < len(text) and text[start - 1] == text[end] and text[end] in "\"'"
    return Span(value.span.file, start - 1, end + 1) if quoted else value.span


def _parameter(root: Mapping, name: str) -> Mapping | None:
    section = root.get("parameters")
    node = section.get(name) if isinstance(section, Mapping) else None
    return node if isinstance(node, Mapping) else None
