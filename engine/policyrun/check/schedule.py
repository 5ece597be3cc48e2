"""Deadlines and goals: what a document says for people to keep to."""

from __future__ import annotations

from policyrun.check.citations import Citer
from policyrun.check.scalars import read_date, read_number
from policyrun.check.shape import named_mappings, scalar_at, text_at
from policyrun.model.vocabulary import Deadline, Goal
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.syntax import nodes


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
        deadlines.append(
            Deadline(
                name=key.text,
                first=first,
                last=last,
                who=text_at(node, "who"),
                grounds=citer.grounds(node),
                note=text_at(node, "note"),
            )
        )
    return tuple(deadlines)


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
                )
            )
    return tuple(goals)
