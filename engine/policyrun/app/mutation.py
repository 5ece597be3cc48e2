"""Whether the cases would notice: every figure of a policy is altered, one at a time, and the cases are run.

A figure that can be altered without any case failing is a figure that nobody has checked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from pathlib import Path

from policyrun.app.for_rows import names_for_rows
from policyrun.app.load import read_policy
from policyrun.app.overlay import read_overlay
from policyrun.app.testing import Material, first_failure, read_material
from policyrun.app.testing_cases import Case
from policyrun.check.lower import lower_policy
from policyrun.check.shape import entries_at
from policyrun.ir.policy import Policy
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.text import SourceFile, Span
from policyrun.syntax.nodes import Mapping, Node, Scalar
from policyrun.syntax.nodes import Sequence as Items
from policyrun.syntax.source_policy import PolicySource
from policyrun.syntax.yaml_reader import read_yaml

#: Keys whose text speaks to people or names something: a number in it is no figure.
_WORDS = frozenset(
    {"policy", "version", "supersedes", "title", "number", "issuer", "imports", "cite", "ids", "issue"}
    | {"note", "notes", "why", "question", "reason", "meaning", "who"}
)

_DATE = re.compile(r"(?P<year>\d{4})(?P<a>[-年])(?P<month>\d{1,2})(?P<b>[-月])(?P<day>\d{1,2})", re.ASCII)
#: A number that is no part of a name: ``附件3`` has none, ``[30..100]`` has two. Zero is no figure of a document but
#: what a rule gives where there is nothing to give, often where a requirement has refused already.
_FIGURE = re.compile(rf"(?<!\w)(?:{_DATE.pattern}|(?!0(?!\.?[0-9]))[0-9]+(?:\.[0-9]+)?)")


class Fate(Enum):
    """What became of an altered policy: a case failed, ``check`` found something, or nobody noticed."""

    NOTICED = "noticed"
    REFUSED = "refused"
    SURVIVED = "survived"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One altered figure: where it stands, what it became, and whether that was noticed."""

    span: Span
    altered: str
    fate: Fate


def figures(root: Mapping) -> Iterator[Span]:
    """Every figure of a policy file: the numbers and dates that its rules compute with or print as targets."""
    for key, value in root:
        # The annex of a quota is a name; the table of a decision is full of figures.
        is_name = key.text in _WORDS or (key.text == "table" and isinstance(value, Scalar))
        if not is_name:
            yield from _figures(value)


def _figures(node: Node) -> Iterator[Span]:
    match node:
        case Scalar(span=span):
            yield from (span.within(*found.span()) for found in _FIGURE.finditer(span.text))
        case Items():
            for item in node:
                yield from _figures(item)
        case Mapping():
            yield from figures(node)


def alter(figure: str) -> str:
    """The next figure of as many decimals, or the next day.

    >>> [alter(text) for text in ("3", "0.5", "2.49", "2023-08-31", "2023年8月31日"[:-1])]
    ['4', '0.6', '2.50', '2023-09-01', '2023年9月1']
    """
    found = _DATE.fullmatch(figure)
    if found is None:
        digits = str(int(figure.replace(".", "")) + 1)
        decimals = len(figure.partition(".")[2])
        padded = digits.zfill(decimals + 1)
        return f"{padded[:-decimals]}.{padded[-decimals:]}" if decimals else padded
    later = date(int(found["year"]), int(found["month"]), int(found["day"])) + timedelta(days=1)
    return later.isoformat() if found["a"] == "-" else f"{later.year}年{later.month}月{later.day}"


@dataclass(slots=True)
class Trial:
    """A policy whose figures can be altered in memory; its files are left alone.

    Attributes:
        material: what it is tried with; the cases that noticed last come first, as the next figure is often theirs.
        usual: how often ``check`` says each thing of the unaltered policy.
        of_regions: names of decisions, parameters and readings that serve reports and indicators alone.
    """

    source: PolicySource
    material: Material
    usual: Counter[str]
    of_regions: frozenset[str] = frozenset()

    @property
    def figures(self) -> Sequence[Span]:
        """The figures that cases can reach: cases are of rows, and see nothing of reports and indicators."""
        apart = set(self.figures_of_regions)
        return tuple(span for span in figures(self.source.root) if span not in apart)

    @property
    def figures_of_regions(self) -> Sequence[Span]:
        """The figures of reports and indicators, and of what serves them alone."""
        root = self.source.root
        sections = [node for name in ("reports", "indicators") if isinstance(node := root.get(name), Mapping)]
        named = [
            node
            for section in ("parameters", "decisions")
            for name, node in entries_at(root, section)
            if name.text in self.of_regions
        ]
        return tuple(span for node in (*named, *sections) for span in _figures(node))

    def mutant(self, span: Span) -> Mutant:
        """One figure altered, and what became of it."""
        altered = alter(span.text)
        text = self.source.file.text
        changed = SourceFile(self.source.file.path, text[: span.start] + altered + text[span.end :])
        return Mutant(span, altered, self._fate(changed))

    def _fate(self, file: SourceFile) -> Fate:
        found = Diagnostics()
        root = read_yaml(file, found)
        if root is None:
            return Fate.REFUSED
        # A figure gives way to a figure: the shape of the file, slow to check, is what it was.
        source = replace(self.source, root=root, file=file)
        policy = lower_policy(source, found)
        if policy is None:
            return Fate.REFUSED
        noticing = first_failure(policy, self.material, lambda overlays: _with_overlays(source, overlays))
        if isinstance(noticing, Case):
            beside = noticing.span.file
            cases = sorted(self.material.cases, key=lambda case: case.span.file is not beside)
            self.material = replace(self.material, cases=tuple(cases))
        if noticing is not None:
            return Fate.NOTICED
        return Fate.REFUSED if Counter(one.code for one in found) - self.usual else Fate.SURVIVED


def _with_overlays(source: PolicySource, paths: tuple[Path, ...]) -> Policy | None:
    found = Diagnostics()
    overlays = tuple(root for path in paths if (root := read_overlay(path, source.root, found)) is not None)
    return lower_policy(replace(source, overlays=overlays), found) if len(overlays) == len(paths) else None


def trial(ref: str, found: Diagnostics, *, folders: Sequence[Path] = ()) -> Trial | None:
    """A policy to be tried, or None and the reasons."""
    source = read_policy(ref, found, folders=folders)
    usual = Diagnostics()
    policy = None if source is None else lower_policy(source, usual)
    if source is None or policy is None:
        found.extend(usual)
        return None
    every = {*policy.parameters, *policy.decisions, *policy.readings}
    of_regions = frozenset(every - names_for_rows(policy))
    return Trial(source, read_material(policy, found), Counter(one.code for one in usual), of_regions)
