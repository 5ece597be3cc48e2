"""What an unknown result lacks, for every row at once: ``interp.unknowns`` as conditions of a plan.

The names are structural (contract section 2.3): a node contributes only if it is unknown, and then its unknown
operands do, down to columns and open parameters; of a choice whose condition is unknown, the condition alone does.
Here each name comes with the condition under which a row lacks it, true or false in every row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyrun.columnar.conditions import FALSE, TRUE, Condition, all_of, any_of
from policyrun.columnar.folding import is_false, negated
from policyrun.columnar.outcomes import known_values, only_one
from policyrun.columnar.reach import Edge, reached
from policyrun.ir.nodes import (
    Apply,
    Column,
    DecisionRef,
    Expr,
    Given,
    If,
    ListOf,
    Literal,
    ParameterRef,
    ReadingRef,
    Supplied,
    Table,
    TableRow,
    columns_of,
)
from policyrun.ir.ops import OPS, Missing
from policyrun.model.types import Kind

if TYPE_CHECKING:
    from policyrun.columnar.lowering import Lowering

#: Operations that compare or join, which an unknown operand alone can leave open.
_COMPARISONS = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "is_null", "not_null", "and", "or", "not"})
#: Operations that have a value for all known operands that the checker lets through; others may have none.
_TOTAL = _COMPARISONS | {"year", "month", "day", "min", "max"}
#: Those that have one where it is a number.
_ARITHMETIC = frozenset({"add", "sub", "mul", "neg", "abs", "sum", "mean"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A node to ask what it lacks.

    Attributes:
        own: the name that stands for it where it is unknown and no name can be said; None: nothing does.
        when: it is asked only where this holds.
    """

    node: Expr
    own: str | None = None
    when: Condition = TRUE


def names_lacking(asked: Iterable[Asked], lowering: Lowering) -> dict[str, Condition]:
    """Columns and open parameters for want of which nodes are unknown: name → the condition that a row lacks it.

    Every condition is false where the nodes are known. Names that no row can lack are not in the answer.
    """
    return _Lacking(lowering).names_or_own(asked)


def unknown(node: Expr, lowering: Lowering) -> Condition:
    """Whether a node is unknown: true or false in every row."""
    return lowering.is_unknown(node)


class _Lacking:
    """The way from unknown nodes to the names that they lack."""

    def __init__(self, lowering: Lowering) -> None:
        self._lowering = lowering
        self._onward: dict[int, Sequence[Edge]] = {}
        self._possible: dict[int, frozenset[str]] = {}
        self._sure: dict[int, bool] = {}

    def names(self, asked: Iterable[tuple[Expr, Condition]]) -> dict[str, Condition]:
        """Name → whether a row lacks it for one of the nodes whose condition holds."""
        found: defaultdict[str, list[Condition]] = defaultdict(list)
        roots = [(node, when) for node, when in asked if not self._is_surely_known(node)]
        for node, when in reached(roots, self._edges, self._lowering, "待问"):
            for name, lacks in self._names_here(node).items():
                found[name].append(all_of((when, lacks)))
        joined = {name: any_of(conditions) for name, conditions in found.items()}
        return {name: condition for name, condition in joined.items() if not is_false(condition)}

    def names_or_own(self, asked: Iterable[Asked]) -> dict[str, Condition]:
        """As ``names``; where a node is unknown and has none, its own name."""
        roots = list(asked)
        names = self.names([(one.node, one.when) for one in roots])
        nameless: defaultdict[str, list[Condition]] = defaultdict(list)
        for one in roots:
            if one.own is not None and not self._names_itself(one.node):
                silent = all_of((self._unknown(one.node), self._lacks_no_name(one.node)))
                nameless[one.own].append(all_of((one.when, silent)))
        own = {name: any_of(conditions) for name, conditions in nameless.items()}
        owned = {name: any_of((condition, names.get(name, FALSE))) for name, condition in own.items()}
        return names | {name: condition for name, condition in owned.items() if not is_false(condition)}

    def _names_here(self, node: Expr) -> Mapping[str, Condition]:
        """The names said at a node that is asked, and when."""
        sole = self._sole_name(node)
        return self._own_names(node) if sole is None else {sole: self._unknown(node)}

    def _is_surely_known(self, node: Expr) -> bool:
        return is_false(self._unknown(node))

    def _unknown(self, node: Expr) -> Condition:
        return unknown(node, self._lowering)

    def _edges(self, node: Expr) -> Sequence[Edge]:
        """Where to ask on; nowhere, if only one name can come of it."""
        return self._all_edges(node) if self._sole_name(node) is None else ()

    def _sole_name(self, node: Expr) -> str | None:
        """The name that a node lacks wherever it is unknown, if there is but one that it can lack."""
        possible = self._possible_names(node)
        return next(iter(possible)) if len(possible) == 1 and self._names_itself(node) else None

    def _possible_names(self, node: Expr) -> frozenset[str]:
        if id(node) not in self._possible:
            below = [self._possible_names(edge.to) for edge in self._all_edges(node)]
            self._possible[id(node)] = frozenset(self._own_names(node)).union(*below)
        return self._possible[id(node)]

    def _all_edges(self, node: Expr) -> Sequence[Edge]:
        """Where a node's names come from. What is unknown because a part is need not be said to be: the part is."""
        if id(node) not in self._onward:
            edges = self._edges_of(node)
            sound = [edge for edge in edges if not is_false(edge.when) and not self._is_surely_known(edge.to)]
            self._onward[id(node)] = sound
        return self._onward[id(node)]

    def _edges_of(self, node: Expr) -> Sequence[Edge]:
        match node:
            case ParameterRef(dated_by=column):
                day = self._lowering.day if column is None else column
                return [] if day is None or not self._has_values(node) else [Edge(day, self._unknown(node))]
            case Given(name=Supplied.DAY):
                return [] if self._lowering.day is None else [Edge(self._lowering.day, TRUE)]
            case Given(name=Supplied.PAYEE) if self._lowering.payee is not None:
                return [Edge(self._lowering.payee, TRUE)]
            case DecisionRef(expr=expr):
                return [Edge(expr, TRUE)]
            case Apply(op=op, args=args):
                when = TRUE if OPS[op].missing is Missing.STRICT else self._unknown(node)
                return [Edge(arg, when) for arg in args]
            case ListOf(items=items):
                return [Edge(item, TRUE) for item in items]
            case If():
                return self._of_choice(node)
            case Table():
                return self._of_table(node)
            case _:
                return []

    def _has_values(self, node: ParameterRef) -> bool:
        return bool(known_values(node, self._lowering))

    def _of_choice(self, node: If) -> Sequence[Edge]:
        condition = node.condition
        ways = self._lowering.ways(node)
        if self._is_surely_known(condition):
            return [Edge(way, when) for when, way in ways]
        silent = self._lacks_no_name(condition)
        onward = [Edge(way, all_of((silent, when))) for when, way in ways]
        return [Edge(condition, self._unknown(node)), *onward]

    def _of_table(self, table: Table) -> Sequence[Edge]:
        rows = self._lowering.open_rows(table)
        only = only_one(table, self._lowering)
        undetermined = all_of((self._unknown(table), negated(only)))
        inputs = [Edge(part, undetermined) for part in table.inputs]
        outcomes = [
            Edge(line.outcome if isinstance(line, TableRow) else line, all_of((only, when))) for when, line in rows
        ]
        return [*inputs, *outcomes]

    def _own_names(self, node: Expr) -> Mapping[str, Condition]:
        """The names that a node itself contributes where it is asked, and when."""
        match node:
            case Column(name=name):
                return {name: self._unknown(node)}
            case ParameterRef(name=name) if not self._has_values(node):
                return {name: TRUE}
            case Given(name=Supplied.DAY):
                return {}
            case Given(name=Supplied.PAYEE) if self._lowering.payee is not None:
                return {}
            case Given(name=name):
                return {name: self._unknown(node)}
            case Apply(args=args) if not (_is_total(node) and all(self._names_itself(arg) for arg in args)):
                # An operation on known operands that has no value, such as a zero divisor, is laid to all of them.
                when = all_of((self._unknown(node), *(self._lacks_no_name(arg) for arg in args)))
                return {name: when for arg in args for name in columns_of(arg)}
            case _:
                return {}

    def _lacks_no_name(self, node: Expr) -> Condition:
        """Whether there is no name to say for want of which a node is unknown, as there is none where it is known."""
        if self._names_itself(node):
            return self._lowering.is_known(node)
        return negated(any_of(self.names([(node, TRUE)]).values()))

    def _names_itself(self, node: Expr) -> bool:
        """Whether a name is found wherever a node is unknown; where that is not sure, False."""
        if id(node) not in self._sure:
            self._sure[id(node)] = self._is_surely_known(node) or self._has_a_name(node)
        return self._sure[id(node)]

    def _has_a_name(self, node: Expr) -> bool:
        """The same of a node that may be unknown, by what it is made of."""
        match node:
            case Literal():
                return False
            case ParameterRef(dated_by=column) if self._has_values(node):
                day = self._lowering.day if column is None else column
                return day is not None and self._names_itself(day)
            case Given(name=Supplied.DAY):
                return self._lowering.day is not None and self._names_itself(self._lowering.day)
            case Given(name=Supplied.PAYEE) if self._lowering.payee is not None:
                return self._names_itself(self._lowering.payee)
            case Column() | ParameterRef() | ReadingRef() | Given():
                return True
            case DecisionRef(expr=expr):
                return self._names_itself(expr)
            case Apply(args=args):
                sure = _is_total(node) and all(self._names_itself(arg) for arg in args)
                return sure or any(columns_of(arg) for arg in args)
            case ListOf(items=items):
                return all(self._names_itself(item) for item in items)
            case If(condition=condition, then=then, otherwise=otherwise):
                return all(self._names_itself(part) for part in (condition, then, otherwise))
            case Table():
                return self._table_names_itself(node)

    def _table_names_itself(self, table: Table) -> bool:
        """Whether only an unknown input leaves a table open, as where every test compares one with constants.

        The checker has seen to it that the rows of such a table cover every case.
        """
        outcomes = [
            line.outcome if isinstance(line, TableRow) else line for line in (*table.rows, table.default) if line
        ]
        tests = [test for row in table.rows for test in row.tests if test is not None]
        compared = all(self._only_compares(test, table.inputs) for test in tests)
        return compared and all(self._names_itself(part) for part in (*table.inputs, *outcomes))

    def _only_compares(self, test: Expr, inputs: Sequence[Expr]) -> bool:
        if any(test is part for part in inputs) or self._is_surely_known(test):
            return True
        if not isinstance(test, Apply) or test.op not in _COMPARISONS:
            return False
        return all(self._only_compares(arg, inputs) for arg in test.args)


def _is_total(node: Apply) -> bool:
    """Whether an operation has a value wherever its operands do; where that is not sure, False."""
    return node.op in _TOTAL or (node.op in _ARITHMETIC and node.type.kind is Kind.NUMBER)
