"""Conditions over many rows, worked out once for all rows that look alike.

What a condition comes to depends on few things: cells of enumerations and yes/no columns, and the truth of what is
asked of other cells (an amount above zero). Rows that agree in all of these agree in every condition, however many
there are; the conditions themselves are worked out by ``expressions``, which says what they mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from policyrun.interp.expressions import Row, evaluate, truth
from policyrun.ir.nodes import Column, DecisionRef, Expr, Given, If, Literal, ReadingRef, children, nodes_for
from policyrun.ir.policy import RecordType
from policyrun.model.settings import Settings
from policyrun.model.types import BOOL, Kind
from policyrun.model.values import Operand

#: Types with few values.
_FEW = frozenset({Kind.BOOL, Kind.ENUM})

#: What rows that look alike have in common: the worth of each of the things looked at.
Looks = tuple[Operand, ...]


#: Conditions that may hold: the place of each among those given, and whether it does (None: unknown).
Held = tuple[tuple[int, bool | None], ...]


class _Condition:
    """A condition, with the part of the looks that it depends on and what it came to for each."""

    def __init__(self, expr: Expr, columns: Sequence[Column], others: Sequence[Expr]) -> None:
        looked_at = {_name(node) for node in _looked_at(expr)}
        names = [_name(node) for node in (*columns, *others)]
        self.expr = expr
        self._places = tuple(place for place, name in enumerate(names) if name in looked_at)
        self._known: dict[Looks, bool | None] = {}

    def truth(self, looks: Looks, row: Callable[[Looks], Row]) -> bool | None:
        part = tuple([looks[place] for place in self._places])
        if part not in self._known:
            self._known[part] = truth(self.expr, row(looks))
        return self._known[part]


class Likeness:
    """What a list of conditions looks at, and which of them hold."""

    def __init__(self, conditions: Sequence[Expr], record: RecordType, settings: Settings) -> None:
        self._record = record
        self._settings = settings
        looked_at = {_name(node): node for condition in conditions for node in _looked_at(condition)}
        self._columns = tuple(node for node in looked_at.values() if isinstance(node, Column))
        self._others = tuple(node for node in looked_at.values() if not isinstance(node, Column))
        self._conditions = tuple(_Condition(each, self._columns, self._others) for each in conditions)
        self._known: dict[Looks, Held] = {}

    def looks(self, row: Row) -> Looks:
        cells = row.cells
        looks: list[Operand] = []
        for node in self._columns:
            cell = cells.get(node.name)
            looks.append(evaluate(node, row) if cell is None else cell)
        looks += [evaluate(node, row) for node in self._others]
        return tuple(looks)

    def held(self, looks: Looks) -> Held:
        """The conditions that hold, or may hold, for rows of these looks."""
        known = self._known.get(looks)
        if known is None:
            truths = ((place, each.truth(looks, self._row)) for place, each in enumerate(self._conditions))
            known = self._known[looks] = tuple((place, holds) for place, holds in truths if holds is not False)
        return known

    def _row(self, looks: Looks) -> Row:
        """A row of nothing but its looks."""
        width = len(self._columns)
        cells = {node.name: value for node, value in zip(self._columns, looks, strict=False)}
        blank = frozenset(name for name, value in cells.items() if value is None)
        row = Row(self._record, cells, self._settings, lacking=blank)  # type: ignore[arg-type]
        row.worth.update({id(node): value for node, value in zip(self._others, looks[width:], strict=True)})
        return row


def _name(node: Expr) -> str | int:
    """What tells parts apart: a column is the same wherever it is mentioned."""
    return node.name if isinstance(node, Column) else id(node)


def _looked_at(node: Expr) -> Iterator[Expr]:
    """The smallest parts of a condition that have few values: columns, and what is asked of cells with many."""
    if isinstance(node, Column) or not _rests_on_cells(node):
        if isinstance(node, Column):
            yield node
        return
    inner = [child for child in children(node) if _rests_on_cells(child)]
    if all(child.type.kind in _FEW for child in inner):
        for child in inner:
            yield from _looked_at(child)
    else:
        yield node


def _rests_on_cells(node: Expr) -> bool:
    return any(isinstance(inner, Column | Given) for inner in nodes_for(node))


def settled(node: Expr, record: RecordType, settings: Settings) -> Expr:
    """An expression after the choices that readings make once for all rows."""
    row = Row(record, {}, settings)
    while True:
        if isinstance(node, DecisionRef):
            node = node.expr
        elif isinstance(node, If) and _is_settled(node.condition) and (holds := truth(node.condition, row)) is not None:
            node = node.then if holds else node.otherwise
        elif node.type == BOOL and _is_settled(node) and (holds := truth(node, row)) is not None:
            return Literal(type=BOOL, span=node.span, value=holds)
        else:
            return node


def columns_asked(nodes: Iterable[Expr], record: RecordType, settings: Settings) -> set[str]:
    """The columns that expressions look at under the readings in force, those that explain blanks included."""
    row = Row(record, {}, settings)
    asked: set[str] = set()
    todo = list(nodes)
    while todo:
        node = todo.pop()
        if isinstance(node, Column):
            field = record.field(node.name)
            if node.name not in asked and field is not None and field.blank is not None:
                todo.append(field.blank)
            asked.add(node.name)
        elif isinstance(node, If) and _is_settled(node.condition):
            todo.append(node.then if truth(node.condition, row) else node.otherwise)
        else:
            todo.extend(children(node))
    return asked


def _is_settled(condition: Expr) -> bool:
    """Whether a condition is the same for every row, for it looks at readings and constants alone."""
    leaves = [node for node in nodes_for(condition) if not children(node)]
    return all(isinstance(leaf, ReadingRef | Literal) for leaf in leaves)
