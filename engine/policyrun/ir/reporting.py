"""Nouns that look at many rows at once: what is measured, reports laid out by region, indicators by region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from policyrun.ir.nodes import Expr
from policyrun.model.vocabulary import Grounds
from policyrun.source.text import Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Measure:
    """What rows come to: how many there are, how many different ones, or what a value adds up to.

    Attributes:
        where: the rows measured; None: all.
        distinct: rows of which all of these are equal count once; a row of which one is unknown counts by itself.
        total: the value added up; None: rows are counted.
    """

    where: Expr | None
    distinct: tuple[Expr, ...] = ()
    total: Expr | None = None
    span: Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ReportColumn:
    """A column of a report.

    Attributes:
        key: what the form numbers it.
        under: the headings above its label, outermost first.
        scale: how much of what is measured makes one of its unit (10000 yuan one 万元).
        decimals: decimals shown; it is rounded half up, once, when it is shown.
    """

    key: str
    label: str
    under: tuple[str, ...]
    unit: str
    scale: Fraction
    decimals: int
    measure: Measure
    grounds: Grounds
    span: Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Relation:
    """What holds between the columns of every row: the left one equals, or is at most, the right ones together.

    Attributes:
        when: readings under which it holds; None: all.
        advisory: a row that breaks it is odd rather than wrong.
    """

    name: str
    left: str
    equal: bool
    right: tuple[str, ...]
    when: Expr | None
    advisory: bool
    grounds: Grounds
    span: Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ReportPart:
    """A sheet of the form, with the columns on it."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Report:
    """A form filled from records, with a row for every region of a tree.

    Attributes:
        record: what it is made from.
        by: the column that names the region of a row.
        date: the date by which a row falls into a period.
        whole: when true, all rows belong to the period whatever their date; None: never.
        units: the line on its units.
        signatures: what stands below it, to be signed.
        sums: whether a region is the sum of those below it, and why.
    """

    name: str
    title: str
    record: str
    by: str
    tree: str
    date: Expr
    whole: Expr | None
    units: str
    signatures: tuple[str, ...]
    parts: tuple[ReportPart, ...]
    columns: tuple[ReportColumn, ...]
    relations: tuple[Relation, ...]
    sums: Grounds | None
    grounds: Grounds
    span: Span

    def column(self, key: str) -> ReportColumn | None:
        return next((column for column in self.columns if column.key == key), None)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Target:
    """The target of a region in a quota, times what makes one of its unit (10000 people one 万人)."""

    quota: str
    indicator: str
    scale: Fraction


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Indicator:
    """A ratio of two measures for every region of a tree.

    Attributes:
        sources: the records it can be worked out from; the first that is given is.
        by: of each source, the column that names the region of a row.
        verified: what the ratio counts for, an expression over ``Supplied.VALUE``; None: nothing beyond itself.
    """

    name: str
    sources: tuple[str, ...]
    by: Mapping[str, str]
    tree: str
    numerator: Measure
    denominator: Measure | Target
    verified: Expr | None
    grounds: Grounds
    span: Span
