"""A policy as a list of named things in document order, each with its parts in canonical text.

What is shown about a policy and what differs between two are read off the same list. A part is the smallest thing
that can differ: a value from a date on, a row of a table, a test, a target of a region. Layout, comments, quoting and
the order of keys where it has no meaning leave no trace in it; where order has a meaning it is a part of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from policyrun.ir.nodes import Column, DecisionRef, Expr, ParameterRef, ReadingRef, children
from policyrun.model.vocabulary import NO_GROUNDS, Grounds
from policyrun.source.messages import _
from policyrun.source.text import Span

#: The section of records and their columns.
RECORDS = _("记录")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that an entry says.

    Attributes:
        label: what it is, unique in its entry; "" for what the entry is in itself.
        text: canonical text, for people and for comparing.
        meaning: the same with names resolved, where that may agree though the texts do not (3万元, 30000元).
        at: where it is written; None where no text stands for it.
        names: a sequence whose order has a meaning; compared over what both sides have.
        number: the text as a number, where it is one: what a change of it is a percentage of.
        dated: of a value from a date on, the value alone.
        is_detail: whether only who asks for the entry by name is told.
    """

    label: str
    text: str
    meaning: str = ""
    grounds: Grounds = NO_GROUNDS
    at: Span | None = None
    names: tuple[str, ...] = ()
    number: Fraction | None = None
    dated: str = ""
    is_detail: bool = False

    @property
    def is_order(self) -> bool:
        return bool(self.names)


@dataclass(frozen=True, slots=True)
class Entry:
    """A named thing of a policy.

    Attributes:
        section: its heading, such as 参数.
        kind: what it is: 参数, 条件, 限额 …
        owner: the scheme or record it belongs to, "" for one of the whole policy.
        uses: names of what it looks at directly: columns, parameters, decisions, readings, schemes, an order.
    """

    section: str
    kind: str
    name: str
    parts: tuple[Part, ...]
    owner: str = ""
    at: Span | None = None
    uses: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        """``参数 就业窗口``, ``职业培训补贴 条件 申领地``."""
        return " ".join(dict.fromkeys(part for part in (self.owner, self.kind, self.name) if part))

    @property
    def is_order(self) -> bool:
        """Whether it is no thing by itself, but the order of several: one of them, or none, has no order."""
        return not self.name and all(part.is_order for part in self.parts)

    @property
    def said(self) -> tuple[Part, ...]:
        """The parts to read out: one that is grounds alone, and members that a list of them names, are left out."""
        lists = tuple(f"{part.label} " for part in self.parts if part.is_order)
        speaking = (part for part in self.parts if part.label or part.text)
        return tuple(part for part in speaking if not part.label.startswith(lists) or not lists)

    @property
    def grounds(self) -> Grounds:
        """Those of all its parts, each id and citation once."""
        ids = dict.fromkeys(rule for part in self.parts for rule in part.grounds.ids)
        cites = dict.fromkeys(cite for part in self.parts for cite in part.grounds.cite)
        return Grounds(tuple(ids), tuple(cites))


def uses_of(*nodes: Expr | None) -> frozenset[str]:
    """Names of columns, parameters, decisions and readings that expressions name, not what lies behind those."""
    return frozenset(name for node in nodes if node is not None for name in _named(node))


def _named(node: Expr) -> Iterator[str]:
    match node:
        case Column(name=name) | ParameterRef(name=name) | DecisionRef(name=name) | ReadingRef(name=name):
            yield name
        case _:
            for child in children(node):
                yield from _named(child)
