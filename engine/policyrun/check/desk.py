"""What the readers of schemes and limits share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policyrun.check.citations import Citer
from policyrun.check.hints import did_you_mean
from policyrun.check.reach import possible_texts
from policyrun.check.resolver import PolicyScope, Resolver
from policyrun.check.written import lower_expression
from policyrun.ir.nodes import Expr, Literal
from policyrun.ir.policy import RecordType
from policyrun.model.types import TEXT, Kind, Type
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.syntax.nodes import Scalar


@dataclass(frozen=True, slots=True)
class Desk:
    """The names, the records, the documents, and where findings go."""

    resolver: Resolver
    records: Mapping[str, RecordType]
    citer: Citer
    found: Diagnostics

    def expression(self, scalar: Scalar | None, scope: PolicyScope, expected: Type | None = None) -> Expr | None:
        return None if scalar is None else lower_expression(scalar, scope, expected, self.found)

    def text(self, scalar: Scalar | None, scope: PolicyScope) -> Expr | None:
        """An expression worth a text or a member of a vocabulary."""
        expr = self.expression(scalar, scope)
        if expr is not None and scalar is not None and expr.type.kind not in (Kind.TEXT, Kind.ENUM):
            self.found.add(
                "PR348",
                _("这里要文本，得到的是{type}").format(type=expr.type),
                scalar.span,
                help=_("文字要加引号，如 '\"个人\"'"),
            )
            return None
        return expr

    def choice(self, scalar: Scalar | None, scope: PolicyScope, allowed: tuple[str, ...]) -> Expr | None:
        """One of a few words, written bare, or an expression that is always worth one of them."""
        if scalar is None:
            return None
        if scalar.text in allowed:
            return Literal(type=TEXT, span=scalar.span, value=scalar.text)
        expr = self.text(scalar, scope)
        if expr is None:
            return None
        texts = possible_texts(expr)
        others = sorted(texts - set(allowed)) if texts is not None else [scalar.text]
        if others:
            self.found.add(
                "PR349",
                _("“{others}”不在可选之内").format(others="、".join(others)),
                scalar.span,
                help=_("可以是{allowed}，或取值只有这几种的读法").format(allowed="、".join(allowed)),
            )
            return None
        return expr

    def columns(self, scalars: Iterable[Scalar], record: RecordType) -> tuple[str, ...]:
        """Names that must be columns of a record."""
        known = [field.name for field in record.fields]
        names = []
        for scalar in scalars:
            if scalar.text in known:
                names.append(scalar.text)
                continue
            self.found.add(
                "PR227",
                _("记录“{record}”没有列“{name}”").format(record=record.name, name=scalar.text),
                scalar.span,
                help=did_you_mean(scalar.text, known),
            )
        return tuple(names)
