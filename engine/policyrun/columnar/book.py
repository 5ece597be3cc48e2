"""Bits for the things that a row of a scheme may rest on, or lack: a row says which by a few integers.

A relation of millions of rows cannot carry lists of rules. Each of a scheme's grounds, and each of the names that its
rows can lack, has a bit of a word of ``WORD`` bits; the few combinations that occur become texts later (``texts``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from sqlglot import exp

from policyrun.columnar.conditions import Condition, any_of, exclusive, without_shared
from policyrun.columnar.folding import Sql, binary, cases, compare, is_false, is_true, whole
from policyrun.ir.nodes import DecisionRef, Expr, ParameterRef, Settled, Table, nodes_for
from policyrun.ir.policy import Policy, Scheme
from policyrun.model.vocabulary import Grounds

#: Bits of one word: it stays a whole number of 64 bits with room to spare.
WORD = 60

#: What makes an expression a column to be mentioned, which may find a shorter way to say it.
Bind: TypeAlias = Callable[[Sql], Sql]

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Marks(Generic[T]):
    """Things in order, a bit each; columns of words are named ``<stem>_0``, ``<stem>_1`` …"""

    stem: str
    things: tuple[T, ...]

    @property
    def words(self) -> int:
        """How many words hold the bits; one at least."""
        return max(1, -(-len(self.things) // WORD))

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of words."""
        return tuple(f"{self.stem}_{word}" for word in range(self.words))

    @property
    def greatest(self) -> dict[str, int]:
        """For each column, the word that has all its bits."""
        return dict(zip(self.columns, self.bits(self.things), strict=True))

    def mask(self, marked: Iterable[tuple[T, Condition]], bind: Bind) -> list[Sql]:
        """For each word, a whole number with the bits of the things whose conditions hold; never null."""
        conditions: defaultdict[T, list[Condition]] = defaultdict(list)
        for thing, condition in marked:
            conditions[thing].append(condition)
        terms: list[defaultdict[Condition, int]] = [defaultdict(int) for _ in range(self.words)]
        for place, thing in enumerate(self.things):
            if thing in conditions:
                terms[place // WORD][any_of(conditions[thing])] |= 1 << place % WORD
        return [_word(each, bind) for each in terms]

    def none(self) -> list[Sql]:
        """The words of a row that none of the things is marked of."""
        return [whole(0) for _ in range(self.words)]

    def marked(self, words: Sequence[int]) -> tuple[T, ...]:
        """The things whose bits stand in some words, in order."""
        return tuple(thing for place, thing in enumerate(self.things) if words[place // WORD] >> place % WORD & 1)

    def bits(self, things: Iterable[T]) -> list[int]:
        """For each word, the bits of some things."""
        marked = set(things)
        return [
            sum(
                1 << place % WORD
                for place, thing in enumerate(self.things)
                if place // WORD == word and thing in marked
            )
            for word in range(self.words)
        ]


def _word(terms: Mapping[Condition, int], bind: Bind) -> Sql:
    """The bits whose condition holds, added up; bits of one condition are said at once."""
    always = sum(bits for condition, bits in terms.items() if is_true(condition))
    word = whole(always)
    open_ = {c: bits for c, bits in terms.items() if not is_true(c) and not is_false(c)}
    for group in exclusive(open_):
        shared, own = without_shared(group)
        bits = cases([(condition, whole(open_[each])) for each, condition in zip(group, own, strict=True)], whole(0))
        bits = bind(bits)
        part = bits if is_true(shared) else cases([(shared, bits)], whole(0))
        word = part if word == whole(0) else binary(exp.Add, word, part)
    return word


def is_marked(word: Sql, bits: Sql) -> Condition:
    """Whether a word holds any of some bits; unknown where the word is."""
    return compare(exp.NEQ, exp.Paren(this=exp.BitwiseAnd(this=word, expression=bits)), whole(0))


@dataclass(frozen=True, slots=True)
class Book:
    """The grounds that the rows of a scheme can rest on, in policy order, a bit each."""

    marks: Marks[tuple[int, Grounds]]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of words."""
        return self.marks.columns

    @property
    def grounds(self) -> tuple[Grounds, ...]:
        """What the bits stand for, from the first."""
        return tuple(grounds for _place, grounds in self.marks.things)

    def mask(self, used: Iterable[tuple[Grounds, Condition]], bind: Bind) -> list[Sql]:
        """For each word, a whole number with the bits of the grounds whose conditions hold; never null."""
        return self.marks.mask([(_key(grounds), condition) for grounds, condition in used if _says(grounds)], bind)

    def none(self) -> list[Sql]:
        """The words of a row that rests on nothing."""
        return self.marks.none()


def book_of(policy: Policy, scheme: Scheme) -> Book:
    """Every grounds that a decision on a row of a scheme may name, whatever the readings."""
    found = dict.fromkeys(_key(grounds) for grounds in _grounds_of(policy, scheme) if _says(grounds))
    return Book(Marks("grounds", tuple(sorted(found, key=lambda key: key[0]))))


def lacking_marks(policy: Policy, scheme: Scheme, names: Iterable[str]) -> Marks[str]:
    """Names that rows can lack, a bit each: the record's columns in order, then open parameters in policy order."""
    listed = [field.name for field in scheme.record.fields] + list(policy.parameters)
    rank = {name: place for place, name in enumerate(listed)}
    ordered = sorted(set(names), key=lambda name: (rank.get(name, len(rank)), name))
    return Marks("lacking", tuple(ordered))


def _key(grounds: Grounds) -> tuple[int, Grounds]:
    """What tells grounds apart: those of equal wording by where they stand."""
    return grounds.place, grounds


def _says(grounds: Grounds) -> bool:
    return bool(grounds.ids or grounds.cite)


def _grounds_of(policy: Policy, scheme: Scheme) -> Iterator[Grounds]:
    """The grounds of what decides a row, and of what its amount, payee and fund are made of."""
    yield policy.in_force.grounds
    nouns = (*scheme.gates, *scheme.requirements, scheme.amount, scheme.split, scheme.payee, scheme.fund, scheme.top_up)
    yield from (noun.grounds for noun in nouns if noun is not None)
    yield from (limit.grounds for limit in policy.limits_over(scheme.name))
    for node in _made_of(scheme):
        yield from _grounds_in(node, Settled(scheme.name))


def _made_of(scheme: Scheme) -> Iterator[Expr]:
    """The expressions whose own grounds a decision may name, those that say what blanks mean included."""
    if scheme.amount is not None:
        yield scheme.amount.value
    if scheme.payee is not None:
        yield scheme.payee.category
    if scheme.fund is not None:
        yield scheme.fund.source
    yield from (field.blank for field in scheme.record.fields if field.blank is not None)


def _grounds_in(node: Expr, settled: Settled) -> Iterator[Grounds]:
    for inner in nodes_for(node, settled):
        match inner:
            case DecisionRef(grounds=grounds):
                yield grounds
            case ParameterRef(values=values):
                yield from (dated.grounds for dated in values)
            case Table(rows=rows):
                yield from (row.grounds for row in rows)
