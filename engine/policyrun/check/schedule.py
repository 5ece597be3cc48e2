"""Deadlines and goals: what a document says for people to keep to."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction

from policyrun.check.citations import Citer
from policyrun.check.scalars import read_date, read_number
from policyrun.check.shape import key_span, named_mappings, scalar_at, text_at
from policyrun.model.schedule import Every, Recurring, Relative, Rule
from policyrun.model.vocabulary import ABOUT, Deadline, Goal
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Scalar

_SPELL = re.compile(r"(\d{1,4})(天|日|个工作日)", re.ASCII)
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})", re.ASCII)

_TOLERANCE = re.compile(r"(\d+(?:\.\d+)?)(%?)", re.ASCII)

#: The last day that every month has.
_LAST_DAY = 28

#: The ways to say when; a deadline has at most one, ``first`` and ``last`` being one together.
_WAYS = ("first", "last", "monthly", "quarterly", "yearly", "within", "wait")


def lower_deadlines(root: nodes.Mapping, citer: Citer, found: Diagnostics) -> tuple[Deadline, ...]:
    deadlines = []
    for key, node in named_mappings(root, "deadlines"):
        first, last = read_date(scalar_at(node, "first"), found), read_date(scalar_at(node, "last"), found)
        if first is not None and last is not None and first > last:
            found.add(
                "PR450",
                _("期限“{name}”的首日晚于末日").format(name=key.text),
                node.span,
                help=_("调换 first 和 last"),
            )
        _require_one_way(key, node, found)
        deadlines.append(
            Deadline(
                name=key.text,
                first=first,
                last=last,
                who=text_at(node, "who"),
                grounds=citer.grounds(node),
                note=text_at(node, "note"),
                rule=_rule(node, found),
            )
        )
    return tuple(deadlines)


def _require_one_way(key: Scalar, node: nodes.Mapping, found: Diagnostics) -> None:
    ways = {"first/last" if way in ("first", "last") else way: way for way in _WAYS if node.key(way)}
    if len(ways) > 1:
        found.add(
            "PR480",
            _("期限“{name}”写了几种期限：{ways}").format(name=key.text, ways="、".join(ways)),
            key_span(node, list(ways.values())[-1]),
            help=_("一项期限只写一种；有几种的分成几项"),
        )
    elif node.key("after") and not ways.keys() & {"within", "wait"}:
        found.add(
            "PR480",
            _("期限“{name}”有 after，没有说多久").format(name=key.text),
            key_span(node, "after"),
            help=_("写 within: 7天（之内）或 wait: 3个工作日（届满之后）"),
        )


def _rule(node: nodes.Mapping, found: Diagnostics) -> Rule | None:
    readers: dict[str, Callable[[Scalar, nodes.Mapping, Diagnostics], Rule | None]] = {
        "monthly": lambda scalar, _node, found: _on_day(scalar, Every.MONTH, found),
        "quarterly": lambda scalar, _node, found: _on_day(scalar, Every.QUARTER, found),
        "yearly": lambda scalar, _node, found: _yearly(scalar, found),
        "within": _relative,
        "wait": lambda scalar, node, found: _relative(scalar, node, found, wait=True),
    }
    for way, read in readers.items():
        scalar = scalar_at(node, way)
        if scalar is not None:
            return read(scalar, node, found)
    return None


def _on_day(scalar: Scalar, every: Every, found: Diagnostics) -> Rule | None:
    day = int(scalar.text) if scalar.text.isascii() and scalar.text.isdigit() else 0
    if 1 <= day <= _LAST_DAY:
        return Recurring(every, day)
    found.add(
        "PR481",
        _("“{text}”不是每月都有的一天").format(text=scalar.text),
        scalar.span,
        help=_("写 1 至 {last} 的数，如 monthly: 4 是次月4日").format(last=_LAST_DAY),
    )
    return None


def _yearly(scalar: Scalar, found: Diagnostics) -> Rule | None:
    written = _MONTH_DAY.fullmatch(scalar.text)
    if written is not None:
        try:
            # A year without 29 February: such a day is not one of every year.
            day = date(2023, int(written[1]), int(written[2]))
        except ValueError:
            pass
        else:
            return Recurring(Every.YEAR, day.day, day.month)
    found.add(
        "PR481",
        _("“{text}”不是每年都有的一天").format(text=scalar.text),
        scalar.span,
        help=_("写成月-日，如 03-31"),
    )
    return None


def _relative(scalar: Scalar, node: nodes.Mapping, found: Diagnostics, *, wait: bool = False) -> Rule | None:
    written = _SPELL.fullmatch(scalar.text)
    if written is not None:
        return Relative(int(written[1]), written[2] == "个工作日", text_at(node, "after"), wait)
    found.add(
        "PR482",
        _("看不懂期限的长短“{text}”").format(text=scalar.text),
        scalar.span,
        help=_("写成 7天（自然日）或 3个工作日"),
    )
    return None


def lower_goals(root: nodes.Mapping, citer: Citer, found: Diagnostics) -> tuple[Goal, ...]:
    goals = []
    for key, node in named_mappings(root, "goals"):
        target = read_number(scalar_at(node, "target"), found)
        if target is not None:
            goals.append(
                Goal(
                    name=key.text,
                    bound=text_at(node, "bound"),
                    target=target,
                    unit=text_at(node, "unit"),
                    grounds=citer.grounds(node),
                    note=text_at(node, "note"),
                    tolerance=_tolerance(node, target, found),
                )
            )
    return tuple(goals)


def _tolerance(node: nodes.Mapping, target: Fraction, found: Diagnostics) -> Fraction | None:
    """How far from the target 左右 reaches, in the unit of the target."""
    scalar = scalar_at(node, "tolerance")
    if scalar is None:
        return None
    if text_at(node, "bound") != ABOUT:
        found.add(
            "PR488",
            _("容差只用于“左右”"),
            key_span(node, "tolerance"),
            help=_("删去 tolerance，或把 bound 写成 左右"),
        )
    written = _TOLERANCE.fullmatch(scalar.text)
    if written is None:
        found.add(
            "PR488",
            _("看不懂容差“{text}”").format(text=scalar.text),
            scalar.span,
            help=_("写成 10%（目标的一成）或 1（与目标同单位）"),
        )
        return None
    amount = Fraction(written[1])
    return target * amount / 100 if written[2] else amount
