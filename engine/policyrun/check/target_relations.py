"""Relations among targets: their names resolved, and a warning for each row that breaks one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from policyrun.check.citations import Citer
from policyrun.check.hints import did_you_mean
from policyrun.check.saying import decimal
from policyrun.check.scalars import read_number
from policyrun.check.shape import flag_at, named_mappings, scalar_at, scalars_at
from policyrun.model.targets import compared
from policyrun.model.vocabulary import GOALS, Goal, Quota, TargetRelation, Term
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.messages import _
from policyrun.source.text import Span
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Scalar

#: Separates a table, or ``GOALS``, from the name in it.
_IN = "/"


def with_relations(
    root: nodes.Mapping, quotas: tuple[Quota, ...], goals: Sequence[Goal], citer: Citer, found: Diagnostics
) -> tuple[Quota, ...]:
    """The quotas with the relations written beside them; one that a row breaks is warned of."""
    bodies = dict[str, nodes.Mapping]((key.text, node) for key, node in named_mappings(root, "quotas"))
    whole = {f"{GOALS}{_IN}{goal.name}" for goal in goals}
    whole |= {f"{quota.name}{_IN}{name}" for quota in quotas for name in quota.indicators}
    done = tuple(
        replace(quota, relations=tuple(_relations(quota, bodies[quota.name], whole, citer, found))) for quota in quotas
    )
    for quota in done:
        _warn(quota, done, goals, {key.text: key.span for key, _body in _written(bodies[quota.name])}, found)
    return done


def _written(node: nodes.Mapping) -> list[tuple[Scalar, nodes.Mapping]]:
    return list(named_mappings(node, "relations"))


def _relations(
    quota: Quota, node: nodes.Mapping, whole: Collection[str], citer: Citer, found: Diagnostics
) -> list[TargetRelation]:
    relations = []
    for key, body in _written(node):
        equals = scalars_at(body, "equals")
        left = _terms(tuple(filter(None, [scalar_at(body, "column")])), quota, whole, found)
        right = _terms(equals or scalars_at(body, "at_most"), quota, whole, found)
        times, within = (_factor(scalar_at(body, one), found) for one in ("times", "within"))
        levels = scalars_at(body, "levels")
        for level in levels:
            if level.text not in quota.levels:
                found.add(
                    "PR446",
                    _("“{name}”不是这张表的一级").format(name=level.text),
                    level.span,
                    help=did_you_mean(level.text, quota.levels) or _("各级写在这张表的 levels 里"),
                )
        if left and right:
            relations.append(
                TargetRelation(
                    name=key.text,
                    left=left[0],
                    equal=bool(equals),
                    right=right,
                    times=Fraction(1) if times is None else times,
                    within=within or Fraction(0),
                    levels=tuple(level.text for level in levels),
                    advisory=flag_at(body, "advisory"),
                    grounds=citer.grounds(body),
                )
            )
    return relations


def _terms(written: tuple[Scalar, ...], quota: Quota, whole: Collection[str], found: Diagnostics) -> tuple[Term, ...]:
    terms = []
    for scalar in written:
        table, _sign, name = scalar.text.partition(_IN)
        if scalar.text in quota.indicators:
            terms.append(Term("", scalar.text))
        elif scalar.text in whole:
            terms.append(Term(table, name))
        else:
            found.add(
                "PR445",
                _("没有指标或目标“{name}”").format(name=scalar.text),
                scalar.span,
                help=did_you_mean(scalar.text, [*quota.indicators, *whole])
                or _("写本表的一列、另一张表的“表/列”，或“{goals}/名称”").format(goals=GOALS),
            )
    return tuple(terms)


def _factor(scalar: Scalar | None, found: Diagnostics) -> Fraction | None:
    """A number, or a percentage."""
    if scalar is not None and scalar.text.endswith("%"):
        number = read_number(replace(scalar, text=scalar.text[:-1]), found)
        return None if number is None else number / 100
    return read_number(scalar, found)


def _warn(
    quota: Quota, quotas: Sequence[Quota], goals: Sequence[Goal], places: Mapping[str, Span], found: Diagnostics
) -> None:
    for one in compared(quota, quotas, goals):
        if one.relation is not None and not one.holds:
            found.add(
                "PR447",
                _("{region} 不合关系“{name}”：{left} 对 {right}").format(
                    region=one.path[-1], name=one.relation.name, left=decimal(one.left), right=decimal(one.right)
                ),
                places[one.relation.name],
                help=_("核对抄录；文件没有要求的关系写 advisory: true"),
                severity=Severity.NOTE if one.relation.advisory else Severity.WARNING,
            )
