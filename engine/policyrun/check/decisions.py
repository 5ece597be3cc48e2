"""Decisions: named derived values, by formula or by table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from policyrun.check.citations import Citer
from policyrun.check.decision_tables import TableReader
from policyrun.check.hints import did_you_mean
from policyrun.check.names import Names, Noun
from policyrun.check.overlays import Supplement
from policyrun.check.scope import Scope
from policyrun.check.shape import named_mappings, scalar_at, scalars_at
from policyrun.check.typewords import type_word
from policyrun.check.written import lower_expression
from policyrun.ir.nodes import DecisionRef, Expr, Literal
from policyrun.model.types import Type
from policyrun.model.vocabulary import Enumeration
from policyrun.source.diagnostic import Diagnostics, Label
from policyrun.source.messages import _
from policyrun.source.text import Span
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Scalar

#: How many decisions may rest on one another in a chain; every layer walks the chain on its own stack.
DEEPEST = 40


@dataclass(frozen=True, slots=True)
class DecisionDeclared:
    """A decision as written, with its type and the reader of its citations."""

    key: Scalar
    node: nodes.Mapping
    type: Type
    citer: Citer


def declare_decisions(
    root: nodes.Mapping,
    replaced: Mapping[str, Supplement],
    enumerations: Mapping[str, Enumeration],
    citer: Citer,
    names: Names,
    found: Diagnostics,
) -> dict[str, DecisionDeclared]:
    """The decisions of a policy, and those of overlays that take the place of parameters."""
    written = [(key, node, citer) for key, node in named_mappings(root, "decisions")]
    for key, _node, _citer in written:
        names.declare(Noun.DECISION, key.text, key.span)
    written.extend((each.key, each.node, each.citer) for each in replaced.values())
    declared: dict[str, DecisionDeclared] = {}
    for key, node, its_citer in written:
        word = scalar_at(node, "type")
        type_ = None if word is None else type_word(word, enumerations, found)
        if type_ is None:
            names.lacks_type(key.text)
            continue
        names.use_type(type_)
        declared[key.text] = DecisionDeclared(key, node, type_, its_citer)
    return declared


class Decisions:
    """Lowers each decision when it is first asked for, so that those it rests on come first."""

    def __init__(
        self,
        declared: Mapping[str, DecisionDeclared],
        records: Collection[str],
        scope_for: Callable[..., Scope],
        tables: TableReader,
        found: Diagnostics,
    ) -> None:
        self._declared = declared
        self._record_names = records
        self._scope_for = scope_for
        self._tables = tables
        self._found = found
        self._done: dict[str, DecisionRef] = {}
        self._open: list[tuple[str, Span]] = []

    def all(self) -> dict[str, DecisionRef]:
        """Every decision, in the order written."""
        for name, declared in self._declared.items():
            self.ref(name, declared.key.span)
        return {name: self._done[name] for name in self._declared}

    def ref(self, name: str, span: Span) -> Expr | None:
        """A mention of a decision; all mentions share the one lowered expression."""
        declared = self._declared.get(name)
        if declared is None:
            return None
        if name not in self._done:
            if any(name == opened for opened, _span in self._open):
                self._report_cycle(name, span)
                return _stand_in(declared, span)
            if len(self._open) >= DEEPEST:
                self._report_depth(declared)
                return _stand_in(declared, span)
            self._open.append((name, span))
            self._done[name] = self._lowered(declared)
            self._open.pop()
        done = self._done[name]
        return DecisionRef(type=done.type, span=span, name=name, expr=done.expr, grounds=done.grounds)

    def _lowered(self, declared: DecisionDeclared) -> DecisionRef:
        scope = self._scope_for(*(record.text for record in self._records(declared)))
        formula = scalar_at(declared.node, "formula")
        if formula is not None:
            expr = lower_expression(formula, scope, declared.type, self._found)
        else:
            expr = self._tables.lower(declared.key, declared.node, declared.type, scope, declared.citer)
        return DecisionRef(
            type=declared.type,
            span=declared.key.span,
            name=declared.key.text,
            expr=expr if expr is not None else _stand_in(declared, declared.key.span),
            grounds=declared.citer.grounds(declared.node),
        )

    def _records(self, declared: DecisionDeclared) -> tuple[Scalar, ...]:
        """The records that ``for`` names; none: any."""
        named = scalars_at(declared.node, "for")
        for record in named:
            if record.text not in self._record_names:
                self._found.add(
                    "PR222",
                    _("没有记录“{name}”").format(name=record.text),
                    record.span,
                    help=did_you_mean(record.text, self._record_names) or _("记录在 records 一节声明"),
                )
        return tuple(record for record in named if record.text in self._record_names)

    def _report_cycle(self, name: str, span: Span) -> None:
        names = [opened for opened, _span in self._open]
        path = [*names[names.index(name) :], name]
        self._found.add(
            "PR228",
            _("判定绕成了圈：{path}").format(path=" → ".join(path)),
            span,
            label=_("又回到“{name}”").format(name=name),
            others=(Label(self._declared[name].key.span, _("圈从这里开始")),),
            help=_("让其中一个不再用到另一个"),
        )

    def _report_depth(self, declared: DecisionDeclared) -> None:
        self._found.add(
            "PR237",
            _("判定一个套一个，超过了 {most} 层").format(most=DEEPEST),
            declared.key.span,
            help=_("把几个判定并成一个"),
        )


def _stand_in(declared: DecisionDeclared, span: Span) -> Literal:
    """Something of the right type in place of what was reported, so that one mistake is reported once."""
    return Literal(type=declared.type, span=span, value=None)
