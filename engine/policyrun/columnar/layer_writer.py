"""Writing what is bound: which bindings become columns, in which layer, under which name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import Sql, column, level, within
from policyrun.columnar.trees import LEAVES, name_of, nodes_of, query_depth

#: What the name of a column begins with that stands for a binding, before its number.
MARK = "\0"
#: What comes to so many nodes is written again at each of so many mentions: columns would be no shorter.
_SHORT = 6
_FEW = 6
#: What only rare rows are asked for is written again, up to so many nodes in all: a column is made for all rows.
_LITTLE = 30
_ATOM = 9


@dataclass(frozen=True, slots=True)
class Binding:
    """A part of an expression.

    Attributes:
        hint: what its column is called, with a number where the name is taken; always if it ends with "_".
        is_named: whether it always is a column of its own, for people look for it.
        mentions: other bindings in the definition, and how often.
        weight: nodes in the definition.
    """

    hint: str
    definition: Sql
    is_named: bool
    comment: str
    is_nullable: bool
    mentions: Mapping[str, int]
    weight: int


class LayerWriter:
    """Writes one query: which bindings become columns, in which layer, under which name."""

    def __init__(
        self, bindings: Mapping[str, Binding], taken: frozenset[str], dialect: Dialect, rare: Sql | None = None
    ) -> None:
        self._bindings = bindings
        self._rare = rare
        self._seldom: frozenset[str] = frozenset()
        self._taken = set(taken)
        self._dialect = dialect
        self._names: dict[str, str] = {}

    def select(self, columns: Mapping[str, Sql], source: str | exp.Query) -> exp.Select:
        self._seldom = self._read_seldom(columns.values())
        own = self._own_columns(columns.values())
        kept = frozenset(own)
        asked = {name: self._direct(node, kept) for name, node in columns.items()}
        query: exp.Select | None = None
        for number, layer in enumerate(self._layers(own)):
            parts = [self._aliased(self._defined(mark), mark) for mark in layer]
            inner = exp.Select(expressions=[exp.Star(), *parts])
            query = self._dialect.fenced(self._from(inner, query, source, number))
        depth = 0 if query is None else 1 + query_depth(query)
        outer = exp.Select(expressions=[_alias(self._written(node), name) for name, node in asked.items()])
        return self._from(outer, query, source, depth)

    def _direct(self, node: Sql, own: Collection[str]) -> Sql:
        """What stands behind a column that is asked for by itself, unless others have made it a column already."""
        return self._bindings[node.name].definition if self._is_bound(node) and node.name not in own else node

    def _is_bound(self, node: Sql) -> bool:
        return isinstance(node, exp.Column) and name_of(node) in self._bindings

    def _bound_in(self, node: Sql) -> list[str]:
        return [name_of(each) for each in nodes_of(node) if self._is_bound(each)]

    def _own_columns(self, asked: Collection[Sql]) -> list[str]:
        """The bindings that become columns, in the order bound."""
        uses: Counter[str] = Counter()
        shown = Counter(name_of(node) for node in asked if self._is_bound(node))
        for node in asked:
            if not self._is_bound(node):
                uses.update(self._bound_in(node))
        own = []
        weights = self._weights()
        for mark in sorted(self._bindings, key=_order, reverse=True):
            times = uses[mark] + shown[mark]
            if not times:
                continue
            binding = self._bindings[mark]
            is_short = times == 1 or (weights[mark] <= _SHORT and times <= _FEW)
            is_short |= mark in self._seldom and binding.weight * times <= _LITTLE
            inline = not uses[mark] or (is_short and not binding.is_named)
            if not inline:
                own.append(mark)
            for other, count in binding.mentions.items():
                uses[other] += count * (times if inline else 1)
        return own[::-1]

    def _weights(self) -> Mapping[str, int]:
        """How many nodes a definition comes to, with the definitions that are written out in it for being short."""
        mentions: Counter[str] = Counter()
        for binding in self._bindings.values():
            mentions.update(binding.mentions)
        weights: dict[str, int] = {}
        for mark, binding in self._bindings.items():
            weights[mark] = binding.weight
            for other, count in binding.mentions.items():
                if not self._bindings[other].is_named and (mentions[other] == 1 or weights[other] <= _SHORT):
                    weights[mark] += count * (weights[other] - 1)
        return weights

    def _read_seldom(self, asked: Collection[Sql]) -> frozenset[str]:
        """The bindings that are read only where the rare condition holds."""
        if self._rare is None:
            return frozenset()
        often: set[str] = set()
        of_rare = frozenset(self._bound_in(self._rare))
        marks: list[str] = []
        todo: list[Sql] = [self._rare, *asked]
        while todo or marks:
            if marks:
                mark = marks.pop()
                if mark not in often:
                    often.add(mark)
                    bound = self._bindings[mark]
                    if of_rare and of_rare.isdisjoint(bound.mentions):  # it cannot ask for the rare condition
                        marks += bound.mentions
                    else:
                        todo.append(bound.definition)
                continue
            node = todo.pop()
            if self._is_bound(node):
                marks.append(name_of(node))
            elif isinstance(node, exp.If) and node.this == self._rare:
                continue
            elif not isinstance(node, LEAVES):
                todo.extend(node.iter_expressions())
        return frozenset(self._bindings) - often

    def _defined(self, mark: str) -> Sql:
        written = self._written(self._bindings[mark].definition)
        if self._rare is None or mark not in self._seldom:
            return written
        return exp.Case(ifs=[exp.If(this=self._written(self._rare), true=written)])

    def _layers(self, own: list[str]) -> list[list[str]]:
        """Those bindings by layer: each after all that it mentions. They are given their names here."""
        heights: dict[str, int] = {}
        chosen = set(own)
        first = self._bound_in(self._rare) if self._rare is not None else []

        def height(mark: str) -> int:
            if mark not in heights:
                others = [*self._bindings[mark].mentions, *(first if mark in self._seldom else ())]
                below = max((height(other) for other in others), default=0)
                heights[mark] = below + (mark in chosen)
            return heights[mark]

        layers: list[list[str]] = []
        for mark in own:
            self._names[mark] = self._free_name(self._bindings[mark].hint)
            place = height(mark) - 1
            while len(layers) <= place:
                layers.append([])
            layers[place].append(mark)
        return layers

    def _free_name(self, hint: str) -> str:
        numbered = hint.endswith("_")
        base = hint[:-1] if numbered else hint
        name, number = self._short(base, "_1" if numbered else ""), 1
        while name.casefold() in self._taken:
            number += 1
            name = self._short(base, f"_{number}")
        self._taken.add(name.casefold())
        return name

    def _short(self, hint: str, ending: str) -> str:
        longest = self._dialect.longest_name
        if longest is None:
            return hint + ending
        room = longest - len(ending)
        return hint.encode()[:room].decode(errors="ignore") + ending

    def _aliased(self, node: Sql, mark: str) -> Sql:
        alias = _alias(node, self._names[mark])
        if self._bindings[mark].comment:
            alias.comments = [f" {self._bindings[mark].comment} "]
        return alias

    def _from(self, outer: exp.Select, inner: exp.Select | None, source: str | exp.Query, depth: int) -> exp.Select:
        if inner is not None:
            below: exp.Expression = exp.Subquery(this=inner, alias=_table_alias(f"第{depth}层"))
        elif isinstance(source, str):
            below = exp.Table(this=exp.Identifier(this=source, quoted=True))
        else:
            below = exp.Subquery(this=source, alias=_table_alias("来源"))
        return outer.from_(below, copy=False)

    def _written(self, node: Sql) -> Sql:
        """A tree anew, with the definition or the name of each binding in its place."""
        if isinstance(node, exp.Column):
            mark = name_of(node)
            binding = self._bindings.get(mark)
            if binding is None:
                return column(mark) if not node.args.get("table") else node.copy()
            name = self._names.get(mark)
            return self._written(binding.definition) if name is None else column(name)
        if isinstance(node, LEAVES):
            return node
        kind = type(node)
        wraps = level(node) != _ATOM
        args: dict[str, Any] = {}
        for key, value in node.args.items():
            if isinstance(value, exp.Expression):
                new = self._written(value)
                on_the_right = key != "this"
                args[key] = within(new, kind, on_the_right) if wraps and self._is_bound(value) else new
            elif isinstance(value, list):
                args[key] = [self._written(each) if isinstance(each, exp.Expression) else each for each in value]
            else:
                args[key] = value
        return kind(**args)


def _order(mark: str) -> int:
    return int(mark[len(MARK) :])


def _alias(node: Sql, name: str) -> exp.Alias:
    return exp.Alias(this=node, alias=exp.Identifier(this=name, quoted=True))


def _table_alias(name: str) -> exp.TableAlias:
    return exp.TableAlias(this=exp.Identifier(this=name, quoted=True))
