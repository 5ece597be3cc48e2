"""Where the parts of a policy are written, and how: from a path of keys to the text there."""

from __future__ import annotations

from policyrun.app.outline import Part
from policyrun.ir.show import in_chinese
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.source.text import Span
from policyrun.syntax.nodes import Mapping, Node, Scalar, Sequence
from policyrun.syntax.parser import parse_expression, parse_tests
from policyrun.syntax.source_policy import PolicySource
from policyrun.syntax.unparse import unparse

#: A key of a mapping or an index of a list.
Step = str | int


class Places:
    """A policy's texts, by path."""

    def __init__(self, source: PolicySource) -> None:
        self._roots = (source.root, *(shared.root for shared in source.shared))

    def at(self, *path: Step) -> Span | None:
        """Where a path leads: a scalar's own characters, else its key; the nearest place above where it ends early."""
        for root in self._roots:
            span = _span(root, path)
            if span is not None:
                return span
        return None

    def node(self, *path: Step) -> Node | None:
        """What stands at a path."""
        return next((node for root in self._roots if (node := _walk(root, path)) is not None), None)

    def text(self, *path: Step) -> str:
        """The text of a scalar, "" where there is none."""
        node = self.node(*path)
        return node.text if isinstance(node, Scalar) else ""

    def texts(self, *path: Step) -> tuple[str, ...]:
        """The texts of a list, or of a scalar alone; none where there is neither."""
        node = self.node(*path)
        items = (node,) if isinstance(node, Scalar) else node if isinstance(node, Sequence) else ()
        return tuple(item.text for item in items if isinstance(item, Scalar))

    def note(self, *path: Step) -> tuple[Part, ...]:
        """The note that stands at a path, as the part of an entry; none where there is none."""
        text = self.text(*path, "note")
        return (Part(_("说明"), text, at=self.at(*path, "note")),) if text else ()

    def expression(self, *path: Step) -> str:
        """An expression in canonical layout with functions by their Chinese names, "" where there is none."""
        node = self.node(*path)
        return canonical(node) if isinstance(node, Scalar) else ""

    def tests(self, *path: Step) -> str:
        """A cell of a decision table likewise; 是 and 否 for ``true`` and ``false``."""
        node = self.node(*path)
        if not isinstance(node, Scalar):
            return ""
        tests = parse_tests(node.span, Diagnostics())
        text = in_chinese(unparse(tests)) if tests is not None else node.text
        return {"true": "是", "false": "否"}.get(text, text)

    def column(self, record: str, name: str) -> Span | None:
        """Where a column of a record is written, in the record itself or in a group it takes in."""
        for where in ((("records", record)), *((("records", "groups", group)) for group in self._groups())):
            columns = self.node(*where)
            if isinstance(columns, Mapping):
                columns = columns.get("columns")
            for item in columns if isinstance(columns, Sequence) else ():
                key = item.key(name) if isinstance(item, Mapping) else None
                if key is not None:
                    return key.span
        return self.at("records", record)

    def _groups(self) -> tuple[str, ...]:
        groups = self.node("records", "groups")
        return tuple(key.text for key, _value in groups) if isinstance(groups, Mapping) else ()


def canonical(written: Scalar) -> str:
    """An expression as ``Places.expression`` tells it."""
    surface = parse_expression(written.span, Diagnostics())
    return in_chinese(unparse(surface)) if surface is not None else written.text


def _walk(node: Node, path: tuple[Step, ...]) -> Node | None:
    for step in path:
        below = _below(node, step)
        if below is None:
            return None
        node = below
    return node


def _below(node: Node, step: Step) -> Node | None:
    if isinstance(node, Mapping) and isinstance(step, str):
        return node.get(step)
    if isinstance(node, Sequence) and isinstance(step, int) and step < len(node):
        return node.items[step]
    return None


def _span(root: Node, path: tuple[Step, ...]) -> Span | None:
    """The place of a path that begins in this file, None where not even its first two steps are there."""
    node, span = root, None
    for depth, step in enumerate(path):
        below = _below(node, step)
        if below is None:
            return span if depth > 1 else None
        key = node.key(step) if isinstance(node, Mapping) and isinstance(step, str) else None
        span = below.span if isinstance(below, Scalar) or key is None else key.span
        node = below
    return span
