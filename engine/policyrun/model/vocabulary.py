"""The nouns of a policy that hold no expression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from fractions import Fraction

from policyrun.model.schedule import Rule
from policyrun.model.values import Value


class Status(Enum):
    """A document's standing; a draft says so on every row of every result."""

    DRAFT = "草案"
    IN_FORCE = "生效"
    REPEALED = "废止"


class Standing(Enum):
    """A parameter's standing: a figure of the document, one taken for want of it (待确认), or none at all."""

    GIVEN = "给定"
    ASSUMED = "推定"
    OPEN = "待定"


@dataclass(frozen=True, slots=True)
class Document:
    """A legal source. ``published`` is its 印发 date, None where the text does not say."""

    key: str
    number: str
    title: str
    issuer: str = ""
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A pinpoint in a document: the clause path, such as ``附件3·一·2``; prints as key and clause.

    A citation of the policy's only document prints the clause with the document number.
    """

    document: Document
    clause: str

    def __str__(self) -> str:
        return f"{self.document.number or self.document.key} {self.clause}".strip()


@dataclass(frozen=True, slots=True)
class Grounds:
    """Where something comes from: catalogue ids (``HB-S2``) and citations, both in the order written.

    ``place`` is where it stands in its file, in characters: it puts grounds in policy order and is no part of them.
    """

    ids: tuple[str, ...] = ()
    cite: tuple[Citation, ...] = ()
    place: int = field(default=0, compare=False)


NO_GROUNDS = Grounds()


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A closed vocabulary.

    Attributes:
        aliases: other spellings a cell may use → the member it means.
        sets: named groups of members, such as 前五类.
    """

    name: str
    members: tuple[str, ...]
    aliases: Mapping[str, str] = field(default_factory=dict)
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    grounds: Grounds = NO_GROUNDS


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value from its ``effective`` (生效) day on, known since ``published`` (印发; None: always)."""

    effective: date | None
    published: date | None
    value: Value
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class Reading:
    """A clause that can be read in more than one way: the ways, the first of which is the default, and why.

    Attributes:
        name: what settings and people call it.
        word: what expressions call it; another word than the name where a column has that name.
    """

    name: str
    ways: tuple[str, ...]
    default: str
    question: str
    reason: str
    grounds: Grounds
    issue: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class ReferenceList:
    """A dated list a bureau keeps, which decides the yes/no column of its name.

    Attributes:
        column: the yes/no column it decides.
        key: the column of the record looked up in the list.
    """

    name: str
    column: str
    key: str
    grounds: Grounds


class SourceStatus(Enum):
    """What stands behind a figure: the source as read, a correction of it, or a figure to be checked."""

    ORIGINAL = "原文"
    CORRECTED = "含更正"
    TO_CHECK = "待核"


@dataclass(frozen=True, slots=True)
class QuotaCell:
    """A target of a region (or department, or task) for one indicator, in the document's unit."""

    region: str
    indicator: str
    target: Fraction
    status: SourceStatus
    note: str = ""


@dataclass(frozen=True, slots=True)
class QuotaNode:
    """A region of a quota tree with its targets, one per indicator, and the regions below it.

    Attributes:
        bound: how its targets bind, as the document writes it (see ``Goal``); "" where it only prints a number.
        who: who is to meet them.
        grounds: those of the row itself, where the table gives it some of its own.
    """

    region: str
    cells: tuple[QuotaCell, ...]
    children: tuple[QuotaNode, ...] = ()
    bound: str = ""
    who: str = ""
    grounds: Grounds = NO_GROUNDS


@dataclass(frozen=True, slots=True)
class Term:
    """A target that a relation looks at.

    Attributes:
        table: "" for the row's own table; else another quota, whose row of the same region is meant (of the whole,
            whatever either calls it), or ``GOALS``.
        name: the indicator, or the goal.
    """

    table: str
    name: str


#: What stands for a table where a goal is meant.
GOALS = "目标"


@dataclass(frozen=True, slots=True)
class TargetRelation:
    """What holds among the targets of a row: the left one equals, or is at most, the right ones together.

    Attributes:
        times: what the right ones together are multiplied by.
        within: how far the two sides may be apart, in the unit of the left one.
        levels: of the regions whose rows it holds in; (): all.
        advisory: the document does not ask it; a row that breaks it is odd rather than wrong.
    """

    name: str
    left: Term
    equal: bool
    right: tuple[Term, ...]
    times: Fraction
    within: Fraction
    levels: tuple[str, ...]
    advisory: bool
    grounds: Grounds

    @property
    def of_whole(self) -> bool:
        """Whether it looks at a goal, so that only the row of the whole can be held against it."""
        return any(term.table == GOALS for term in (self.left, *self.right))


@dataclass(frozen=True, slots=True)
class Quota:
    """A tree of targets.

    Attributes:
        table: the annex it is printed in, such as 附件表一.
        units: the unit of each indicator, in indicator order.
        additive: indicators for which a region's target is the sum of those below it.
        levels: what the document calls the root, the regions below it, and so on (省, 市, 县).
        relations: what holds among the targets of its rows, beside the sums.
    """

    name: str
    table: str
    indicators: tuple[str, ...]
    units: tuple[str, ...]
    root: QuotaNode
    grounds: Grounds
    indicator_grounds: Mapping[str, Grounds] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    additive: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    relations: tuple[TargetRelation, ...] = ()


#: The bound that only hints.
ABOUT = "左右"


@dataclass(frozen=True, slots=True)
class Goal:
    """A target of the whole campaign; ``bound`` as the document writes it: 不少于 (≥), 超过 (>), 左右, 等于.

    Attributes:
        tolerance: how far 左右 is taken to reach, in the unit of the target; a hint, for no document says it.
    """

    name: str
    bound: str
    target: Fraction
    unit: str
    grounds: Grounds
    note: str = ""
    tolerance: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day, a period or a rule by which a step is due; without any, a step that the document only describes."""

    name: str
    first: date | None
    last: date | None
    who: str
    grounds: Grounds
    note: str = ""
    rule: Rule | None = None
