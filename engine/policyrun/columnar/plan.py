"""A plan: named relations, each a query over earlier ones, and loops that run until nothing is left to decide.

A plan knows no engine. Queries are sqlglot trees, or text; an engine (or ``compile``) writes them in its own dialect,
keeps the relations that are ``kept`` as tables and the others as views, in the order given.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from policyrun.columnar.parsing import Query

#: The position of a row among its scheme's rows, from 0.
ROW = "row_no"


class Unlowered(Exception):  # noqa: N818 - a way to say no, caught where the engine is chosen
    """What a policy asks for that no plan can say exactly; names it for people. Never raised half-way through a run."""


@dataclass(frozen=True, slots=True)
class Step:
    """A relation.

    Attributes:
        name: of the relation, unquoted.
        query: its rows.
        comment: what it is, with the rules and clauses behind it, for who reads the SQL.
        kept: worked out once and stored, because it is read more than once.
        reads_all: it reads every row of a scheme, which takes long.
        spent: stored relations that nobody reads once this one is stored; they make room for what follows.
    """

    name: str
    query: Query
    comment: str = ""
    kept: bool = False
    reads_all: bool = False
    spent: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        """How long it takes, beside others of the plan: only for saying how far a run has come."""
        return 10 if self.reads_all else 1


@dataclass(frozen=True, slots=True)
class Loop:
    """Steps repeated until a relation has no rows left.

    Each pass reads ``state`` and leaves the next state in ``state_next``; an engine then puts the one in the other's
    place. Before the first pass ``state`` is a kept step. ``open_rows`` counts what is left to decide (one row, one
    column); it goes down with every pass, so that the loop ends.

    What no pass has to look at any more is set aside: before each, the rows of ``finished``, a query over ``state``,
    are added to the relation ``settled``, a kept step with its columns; the pass leaves them out.
    """

    state: str
    state_next: str
    steps: tuple[Step, ...]
    open_rows: Query
    settled: str
    finished: Query
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Supply:
    """A relation that the run brings along, such as what history has used up.

    Attributes:
        shape: a query without rows that has its columns, of the types they are to have.
    """

    name: str
    shape: exp.Query
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Guard:
    """Rows that no plan can work out exactly: where ``rows`` comes to more than 0 the run must go another way.

    Attributes:
        about: what such rows have, in a few words.
    """

    rows: Query
    about: str

    @classmethod
    def of_flag(cls, relation: str, flag: str, about: str) -> Guard:
        """The rows of a relation of which a column of truths says so."""
        own, told = (exp.Identifier(this=name, quoted=True) for name in (relation, flag))
        rows = exp.select(exp.Count(this=exp.Star())).from_(exp.Table(this=own)).where(exp.Column(this=told))
        return cls(rows, about)


Part = Step | Loop | Supply | Guard


class Beyond(Exception):  # noqa: N818 - a way to say no, as Unlowered
    """Some records are beyond what a plan can work out exactly; names what they have."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Parts in order."""

    parts: tuple[Part, ...]

    @property
    def weight(self) -> int:
        """How long it takes, in the weights of its steps; a pass of a loop counts once."""
        loops = [step for part in self.parts if isinstance(part, Loop) for step in part.steps]
        return sum(step.weight for part in (*self.parts, *loops) if isinstance(step := part, Step) and step.kept)
