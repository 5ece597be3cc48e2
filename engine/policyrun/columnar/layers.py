"""Columns worked out once: every part of an expression, bound to a name, and the nested SELECTs that give them.

While expressions are lowered each part is bound to a column that does not exist yet and mentioned by it, so that trees
stay small and nothing is ever copied. ``Layers.select`` then writes what is asked: a part mentioned once goes where it
is mentioned; what is mentioned more often, or has a name of its own, becomes a column of an inner SELECT. The text is
linear in the expressions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import UNSETTLED, Sql, column, constant, level, within
from policyrun.columnar.listed import Listed, listed, members, place_of, truth, written
from policyrun.columnar.trees import LEAVES, key_of, name_of, nodes_of, query_depth

#: Definitions of so many nodes are written again at each of so many mentions: columns would be no shorter.
_SHORT = 4
_FEW = 6
_MARK = "\0"
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


class Layers:
    """The bindings of one relation's rows.

    Args:
        taken: names of columns of the relation, which no binding may have.
        certain: columns of the relation that are never NULL.
        id_cards: columns of the relation that hold ID numbers whose form and date were checked, or NULL.
        texts: columns of the relation that have the places of their texts beside them → those texts.
        truths: yes/no columns of the relation.
    """

    def __init__(
        self,
        dialect: Dialect,
        taken: Collection[str],
        certain: Collection[str] = (),
        id_cards: Collection[str] = (),
        texts: Mapping[str, Sequence[str]] | None = None,
        truths: Iterable[str] = (),
    ) -> None:
        self._dialect = dialect
        self._taken = frozenset(name.casefold() for name in taken)
        self._certain = frozenset((*certain, *map(place_of, certain)))
        self._id_cards = frozenset(id_cards)
        self._same: dict[Hashable, Sql] = {}
        self._bindings: dict[str, Binding] = {}
        self._listed = {name: truth(name) for name in truths}
        for name, each in (texts or {}).items():
            self._listed |= members(name, each)

    def bind(self, definition: Sql, hint: str, *, is_named: bool = False, comment: str = "") -> Sql:
        """A column that stands for a definition; a column or a constant stands for itself."""
        if isinstance(definition, exp.Column) or constant(definition) is not UNSETTLED:
            return definition
        key = key_of(definition)
        if key not in self._same:
            found = self._as_listed(definition)
            self._same[key] = self._bound(definition, hint, is_named, comment, found)
        return self._same[key]

    def _bound(self, definition: Sql, hint: str, is_named: bool, comment: str, found: Listed | None) -> Sql:
        """The column or the constant that stands for a definition met for the first time."""
        if found is not None:
            definition = self._from_list(found)
            if isinstance(definition, exp.Column) or constant(definition) is not UNSETTLED:
                return definition
            key = key_of(definition)
            if key in self._same:
                return self._same[key]
        mentions: Counter[str] = Counter()
        weight = 0
        for node in nodes_of(definition):
            weight += 1
            if isinstance(node, exp.Column) and (name := name_of(node)) in self._bindings:
                mentions[name] += 1
        mark = f"{_MARK}{len(self._bindings)}"
        self._bindings[mark] = Binding(
            hint, definition, is_named, comment, self.is_nullable(definition), mentions, weight
        )
        if found is not None:
            self._listed[mark] = found
            self._same[key] = column(mark)
        return column(mark)

    def _as_listed(self, definition: Sql) -> Listed | None:
        """What a definition comes to, if it hangs on the place of one column's texts alone."""
        if not self._listed:
            return None
        columns: dict[str, Listed] = {}
        for node in nodes_of(definition):
            if isinstance(node, exp.Column):
                known = self._listed.get(name_of(node))
                if known is None:
                    return None
                columns[name_of(node)] = known
        return listed(definition, columns)

    def _from_list(self, value: Listed) -> Sql:
        return written(value, is_certain=value.place in self._certain)

    def has_column(self, name: str) -> bool:
        """Whether the relation has a column."""
        return name.casefold() in self._taken

    def is_id_card(self, node: Sql) -> bool:
        """Whether a value is an ID number that was checked, or NULL."""
        return isinstance(node, exp.Column) and node.name in self._id_cards

    def texts_of(self, node: Sql) -> dict[str, None] | None:
        """The texts that a value may be, beside NULL; None where its form does not tell."""
        match node:
            case exp.Column() if node.name in self._listed:
                return {value: None for value in self._listed[node.name].values if isinstance(value, str)}
            case exp.Column():
                bound = self._bindings.get(node.name)
                return None if bound is None else self.texts_of(bound.definition)
            case exp.Null():
                return {}
            case exp.Literal():
                return {node.name: None} if node.is_string else None
            case exp.Case():
                default = node.args.get("default")
                parts = [*(arm.args["true"] for arm in node.args["ifs"]), *(() if default is None else (default,))]
            case exp.Coalesce():
                parts = [node.this, *node.expressions]
            case exp.Cast() | exp.Paren():
                parts = [node.this]
            case _:
                return None
        found: dict[str, None] = {}
        for part in parts:
            texts = self.texts_of(part)
            if texts is None:
                return None
            found |= texts
        return found

    def name(self, value: Sql, hint: str, comment: str = "") -> Sql:
        """A value under a name of its own, for people look for it; a column or a constant that has one keeps it."""
        bound = self._bindings.get(value.name) if isinstance(value, exp.Column) else None
        if bound is None:
            return self.bind(value, hint, is_named=True, comment=comment)
        if bound.is_named:
            return value
        mark = value.name
        self._bindings[mark] = replace(bound, hint=hint, is_named=True, comment=comment)
        return value

    def is_nullable(self, node: Sql) -> bool:
        """Whether a value may be NULL, as far as its form tells."""
        match node:
            case exp.Column():
                bound = self._bindings.get(node.name)
                return node.name not in self._certain if bound is None else bound.is_nullable
            case exp.Null() | exp.Nullif() | exp.TryCast() | exp.Subquery():
                return True
            case exp.Literal() | exp.Boolean() | exp.Is() | exp.Exists():
                return False
            case exp.Case():
                arms = [arm.args["true"] for arm in node.args["ifs"]]
                default = node.args.get("default")
                return default is None or any(self.is_nullable(each) for each in (*arms, default))
            case exp.Coalesce():
                return all(self.is_nullable(each) for each in (node.this, *node.expressions))
            case exp.Cast():
                return self.is_nullable(node.this)
            case _:
                return any(self.is_nullable(each) for each in node.iter_expressions())

    def select(self, columns: Mapping[str, Sql], source: str | exp.Query, rare: Sql | None = None) -> exp.Select:
        """The query that gives these columns for each row of a relation.

        Args:
            rare: a condition that few rows meet; what is mentioned only where a CASE says so is worked out for them.
        """
        asked = {name: self._shortest(value) for name, value in columns.items()}
        return _Writer(self._bindings, self._taken, self._dialect, rare).select(asked, source)

    def _shortest(self, value: Sql) -> Sql:
        found = None if isinstance(value, exp.Column) else self._as_listed(value)
        return value if found is None else self._from_list(found)


class _Writer:
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
        own = self._own_columns(columns.values())
        kept = frozenset(own)
        asked = {name: self._direct(node, kept) for name, node in columns.items()}
        self._seldom = self._read_seldom(asked)
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
        for mark in sorted(self._bindings, key=_order, reverse=True):
            times = uses[mark] + shown[mark]
            if not times:
                continue
            binding = self._bindings[mark]
            is_short = times == 1 or (binding.weight <= _SHORT and times <= _FEW)
            inline = not uses[mark] or (is_short and not binding.is_named)
            if not inline:
                own.append(mark)
            for other, count in binding.mentions.items():
                uses[other] += count * (times if inline else 1)
        return own[::-1]

    def _read_seldom(self, asked: Mapping[str, Sql]) -> frozenset[str]:
        """The bindings that are read only where the rare condition holds."""
        if self._rare is None:
            return frozenset()
        often: set[str] = set()
        of_rare = frozenset(self._bound_in(self._rare))
        marks: list[str] = []
        todo: list[Sql] = [self._rare, *asked.values()]
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
    return int(mark[len(_MARK) :])


def _alias(node: Sql, name: str) -> exp.Alias:
    return exp.Alias(this=node, alias=exp.Identifier(this=name, quoted=True))


def _table_alias(name: str) -> exp.TableAlias:
    return exp.TableAlias(this=exp.Identifier(this=name, quoted=True))
