"""Well-typed expressions at random, as a policy writes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from policyrun.ir.ops import PROPERTIES, Form, Op
from policyrun.model.types import Kind

from .kinds import BOOL, ENUMS, ORDERED, TEXT, Production, Type, productions
from .literals import ascending, has_literals, literal, suited

#: How many products and quotients one value may be made of: every engine is exact only within its digits.
MOST_FACTORS = 3
#: How often an operand is one that suits its name: plans leave policies that round to a varying digit to the reference.
_SUITED = {"位数": 0.995}
_MULTIPLIES = frozenset({"mul", "div", "modulo", "mean"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """A name, or a short expression in brackets, that an expression may use.

    Attributes:
        columns: the columns that a record must have for it.
        needs: the supplied values that must be there for it.
        factors: how many products and quotients lie in it.
    """

    text: str
    type: Type
    columns: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    factors: int = 0


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may use: leaves by type, and of each vocabulary its members and its sets."""

    leaves: Mapping[Type, Sequence[Leaf]]
    members: Mapping[Type, Sequence[str]]
    sets: Mapping[Type, Sequence[str]]


def scope_of(leaves: Sequence[Leaf], vocabularies: Scope, columns: frozenset[str], supplied: frozenset[str]) -> Scope:
    """The leaves that a record with these columns can use where these values are supplied."""
    by_type: dict[Type, list[Leaf]] = {}
    for leaf in leaves:
        if leaf.columns <= columns and leaf.needs <= supplied:
            by_type.setdefault(leaf.type, []).append(leaf)
    return Scope(by_type, vocabularies.members, vocabularies.sets)


@dataclass(slots=True)
class Scribe:
    """Writes one expression at a time, and keeps what it has used.

    Attributes:
        used: op keys and forms written, over all expressions.
    """

    rng: Random
    scope: Scope
    used: Counter[str]
    columns: set[str] = field(default_factory=set)
    needs: set[str] = field(default_factory=set)
    factors: int = 0

    def leaf_of(self, text: str, type_: Type) -> Leaf:
        """All that has been written so far as the leaf that a name for it is."""
        return Leaf(text, type_, frozenset(self.columns), frozenset(self.needs), self.factors)

    def write(self, type_: Type, depth: int) -> str:
        """An expression of a type, fit to be an operand."""
        rng = self.rng
        if depth <= 0 or rng.random() < 0.2:
            return self.leaf(type_)
        if rng.random() < 0.1:
            self.used["if"] += 1
            test, then, other = self.write(BOOL, depth - 1), self.write(type_, depth - 1), self.write(type_, depth - 1)
            written = rng.choice(("若 {} 则 {} 否则 {}", "if {} then {} else {}"))
            return f"({written.format(test, then, other)})"
        ops = productions()[type_]
        keys = [key for key in ops if not (key in _MULTIPLIES and self.factors >= MOST_FACTORS)]
        return self.of_op(type_, rng.choice(keys), depth) if keys else self.leaf(type_)

    def of_op(self, type_: Type, key: str, depth: int) -> str:
        """An expression whose outermost operator is the one of a key, which gives the type."""
        production = self.rng.choice(productions()[type_][key])
        if key in _MULTIPLIES:
            self.factors += 1
        self.used[f"op {key}"] += 1
        return f"({self._applied(production, depth - 1)})"

    def leaf(self, type_: Type) -> str:
        leaves = self.scope.leaves.get(type_, ())
        if leaves and (self.rng.random() < 0.75 or not (has_literals(type_) or type_ in ENUMS)):
            return self._use(self.rng.choice(leaves))
        return self.constant(type_)

    def constant(self, type_: Type) -> str:
        if type_ is BOOL:
            return self.rng.choice(("true", "false"))
        if type_ in ENUMS:
            return f'"{self.rng.choice(self.scope.members[type_])}"'
        return literal(type_, self.rng)

    def _use(self, leaf: Leaf) -> str:
        if self.factors + leaf.factors > 2 * MOST_FACTORS and has_literals(leaf.type):
            return self.constant(leaf.type)
        self.columns |= leaf.columns
        self.needs |= leaf.needs
        self.factors += leaf.factors
        return leaf.text

    # ------------------------------------------------------------------------------------------ how each is written

    def _applied(self, production: Production, depth: int) -> str:
        op, types = production.op, production.args
        match op.key:
            case "between":
                return self._between(types[0], depth)
            case "in":
                return self._in(types[0], depth)
        if any(type_.kind is Kind.LIST for type_ in types):
            return self._of_list(op, types, depth)
        args = [self._operand(op, place, type_, depth) for place, type_ in enumerate(types)]
        if op.form is Form.OPERATOR:
            return self._operator(op, args)
        if op.form is Form.PROPERTY or (op.key in PROPERTIES and self.rng.random() < 0.3):
            return f"{args[0]}.{op.feel}"
        joined = ", ".join(args)
        if op.variadic and self.rng.random() < 0.3:
            joined = f"[{joined}]"
        return f"{self._name(op)}({joined})"

    def _operand(self, op: Op, place: int, type_: Type, depth: int) -> str:
        param = op.params[min(place, len(op.params) - 1)]
        rng = self.rng
        if type_ is TEXT and param == "身份证号码":
            cards = [leaf for leaf in self.scope.leaves.get(TEXT, ()) if leaf.text == param]
            if cards and rng.random() < 0.8:
                return self._use(cards[0])
        suits = suited(param, type_, rng) if rng.random() < _SUITED.get(param, 0.8) else None
        return suits if suits is not None else self.write(type_, depth)

    def _name(self, op: Op) -> str:
        return self.rng.choice([name for name in (op.feel, op.chinese) if name])

    def _operator(self, op: Op, args: list[str]) -> str:
        rng = self.rng
        match op.key:
            case "not":
                return rng.choice(("非 {}", "not({})")).format(args[0])
            case "is_null":
                return rng.choice(("{} 为空", "{} = null")).format(args[0])
            case "not_null":
                return rng.choice(("{} 不为空", "{} != null")).format(args[0])
        sign = self._name(op)
        return f"{sign}{args[0]}" if len(args) == 1 else f"{args[0]} {sign} {args[1]}"

    def _between(self, type_: Type, depth: int) -> str:
        low, high = self._bounds(type_, depth)
        words = self.rng.choice(("{} 介于 {} 和 {}", "{} between {} and {}"))
        return words.format(self.write(type_, depth), low, high)

    def _bounds(self, type_: Type, depth: int) -> tuple[str, str]:
        """Two constants that leave something between them, or a name and whatever comes."""
        leaves = self.scope.leaves.get(type_, ())
        if leaves and self.rng.random() < 0.5:
            return self._use(self.rng.choice(leaves)), self.write(type_, depth)
        low, high = ascending(type_, self.rng, 2)
        return low, high

    def _in(self, type_: Type, depth: int) -> str:
        rng = self.rng
        if self.scope.leaves.get(ENUMS[0]) and rng.random() < 0.3:  # what has sets is one type of many
            type_ = ENUMS[0]
        value = self.write(type_, depth)
        word = rng.choice(("属于", "in", "不属于"))
        if type_ in ENUMS and self.scope.sets[type_] and rng.random() < 0.4:
            self.used["set"] += 1
            return f"{value} {word} {rng.choice(self.scope.sets[type_])}"
        if type_ in ORDERED and rng.random() < 0.6:
            low, high = self._bounds(type_, 0)
            ends = rng.choice(("[]", "()", "[)", "(]"))
            spans = f"{ends[0]}{low}..{high}{ends[1]}"
            return f"{value} {word} {rng.choice((spans, f'(< {low}, >= {high})', f'({low}, > {high})'))}"
        items = ", ".join(self.write(type_, 0) for _ in range(rng.randint(1, 3)))
        return f"{value} {word} {rng.choice(('[{}]', '({})')).format(items)}"

    def _of_list(self, op: Op, types: Sequence[Type], depth: int) -> str:
        args = []
        for type_ in types:
            if type_.kind is Kind.LIST:
                assert type_.item is not None
                items = [self.write(type_.item, min(depth, 1)) for _ in range(self.rng.randint(1, 3))]
                args.append(f"[{', '.join(items)}]")
            else:
                args.append(self.write(type_, depth))
        return f"{self._name(op)}({', '.join(args)})"
