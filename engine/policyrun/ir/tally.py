"""How records tell what a target has come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from policyrun.ir.nodes import Expr
from policyrun.source.text import Span

#: A target: the table and the indicator; the table of a goal is "".
Target = tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Tally:
    """What is counted: granted rows, or the distinct ones, or a sum over them.

    Attributes:
        over: the schemes and forms whose rows are looked at.
        where: the rows counted; None: all.
        distinct: rows with equal values count once; none: every row counts.
        total: what is added up instead of rows.
        year: the year a row counts in, or a day of it; None: all years together.
    """

    over: tuple[str, ...]
    where: Expr | None
    distinct: tuple[Expr, ...]
    total: Expr | None
    year: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Placing:
    """In which row of a table a record counts: what it says, and what the table calls that (name or whole path)."""

    by: Expr
    names: Mapping[str, str]
    span: Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Tallies:
    """All that a policy says of counting.

    Attributes:
        needs: for a target that records cannot tell, what one would need.
        placing: by table.
    """

    counted: Mapping[Target, Tally] = field(default_factory=dict)
    needs: Mapping[Target, str] = field(default_factory=dict)
    placing: Mapping[str, Placing] = field(default_factory=dict)
