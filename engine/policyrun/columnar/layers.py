"""Columns worked out once: every part of an expression, bound to a name, and the nested SELECTs that give them.

While expressions are lowered each part is bound to a column that does not exist yet and mentioned by it, so that trees
stay small and nothing is ever copied. ``Layers.select`` then writes what is asked: a part mentioned once goes where it
is mentioned; what is mentioned more often, or has a name of its own, becomes a column of an inner SELECT. The text is
linear in the expressions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import UNSETTLED, Sql, call, cases, column, constant
from policyrun.columnar.layer_writer import MARK, Binding, LayerWriter
from policyrun.columnar.listed import Listed, listed, members, place_of, truth, written
from policyrun.columnar.trees import key_of, name_of, nodes_of


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
        mark = f"{MARK}{len(self._bindings)}"
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

    def enumerated(self, value: Sql, texts: Sequence[str]) -> Sql:
        """A value that is one of a few texts, or NULL, as an enumeration: cast as it is made, where texts are constant.

        Where a database has no enumerations it stays a text.
        """
        cast = self._dialect.enumerated(value, texts)
        if cast is value or isinstance(value, exp.Null):
            return value
        match value:
            case exp.Column() if value.name in self._bindings:
                return self.enumerated(self._bindings[value.name].definition, texts)
            case exp.Column() if value.name in self._listed:
                return self.enumerated(self._from_list(self._listed[value.name]), texts)
            case exp.Anonymous(name="LIST_EXTRACT", expressions=[exp.Array() as array, place]):
                return call("LIST_EXTRACT", self._dialect.enumerated(array, texts), place)
            case exp.Case():
                arms = [(arm.this, self.enumerated(arm.args["true"], texts)) for arm in value.args["ifs"]]
                default = value.args.get("default")
                return cases(arms, None if default is None else self.enumerated(default, texts))
            case _:
                return cast

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
        return LayerWriter(self._bindings, self._taken, self._dialect, rare).select(asked, source)

    def _shortest(self, value: Sql) -> Sql:
        found = None if isinstance(value, exp.Column) else self._as_listed(value)
        return value if found is None else self._from_list(found)
