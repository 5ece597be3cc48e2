"""Values written where no rule is: those of parameters, the meaning of a blank, a step of rounding."""

from __future__ import annotations

from collections.abc import Mapping

from policyrun.check.expressions import check_expression
from policyrun.check.hints import did_you_mean
from policyrun.check.scalars import read_date
from policyrun.ir.nodes import Expr, Literal
from policyrun.model.types import BOOL, DATE, TEXT, Kind, Type
from policyrun.model.values import Value
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.source.text import Span
from policyrun.syntax.nodes import Scalar
from policyrun.syntax.parser import parse_expression

_TRUTHS = {"是": True, "否": False, "true": True, "false": False}


class NoNames:
    """The scope of a constant: nothing to refer to."""

    def resolve(self, name: str, span: Span) -> Expr | None:
        return None

    def names(self) -> tuple[str, ...]:
        return ()

    def member_sets(self, enumeration: str) -> Mapping[str, tuple[str, ...]]:
        return {}


def word_value(scalar: Scalar, wanted: Type) -> Value | None:
    """What a bare word means where its type is known: 是, a member of the vocabulary; None if it is no such word."""
    if wanted.kind is Kind.BOOL:
        return _TRUTHS.get(scalar.text)
    if wanted.kind is Kind.ENUM and scalar.text in wanted.members:
        return scalar.text
    return None


def read_constant(scalar: Scalar, wanted: Type, found: Diagnostics) -> Value | None:
    """The constant a scalar holds, of the type wanted; None where it is something else."""
    if wanted == TEXT:
        return scalar.text
    if wanted == DATE and scalar.text[:4].isdigit() and scalar.text[4:5] == "-":
        return read_date(scalar, found)
    if wanted.kind in (Kind.BOOL, Kind.ENUM):
        return _required_word(scalar, wanted, found)
    surface = parse_expression(scalar.span, found)
    if surface is None:
        return None
    checked = check_expression(surface, NoNames(), found, wanted)
    if checked is None:
        return None
    if not isinstance(checked, Literal) or checked.value is None:
        found.add(
            "PR342",
            _("“{text}”不是一个现成的值").format(text=scalar.text),
            scalar.span,
            help=_("这里只写一个值，如 3000元、30%、6个月；要算出来的写成判定（decisions）"),
        )
        return None
    return checked.value


def _required_word(scalar: Scalar, wanted: Type, found: Diagnostics) -> Value | None:
    value = word_value(scalar, wanted)
    if value is None:
        known = wanted.members if wanted.kind is Kind.ENUM else ("是", "否")
        found.add(
            "PR347",
            _("“{text}”不是{type}的取值").format(text=scalar.text, type=wanted),
            scalar.span,
            help=did_you_mean(scalar.text, known) or _("取值有：{known}").format(known="、".join(known)),
        )
    return value


def literal(value: Value, wanted: Type, span: Span) -> Literal:
    return Literal(type=BOOL if isinstance(value, bool) else wanted, span=span, value=value)
