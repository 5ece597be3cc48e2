"""Whether the cases would notice: every figure of a policy is altered, one at a time, and the cases are run.

A figure that can be altered without any case failing is a figure that nobody has checked.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from pathlib import Path

from policyrun.app.load import load
from policyrun.app.testing import run_cases
from policyrun.ir.policy import Policy
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.files import read_source
from policyrun.source.text import Span
from policyrun.syntax.nodes import Mapping, Node, Scalar, Sequence
from policyrun.syntax.yaml_reader import read_yaml

#: Keys whose text speaks to people or names something: a number in it is no figure.
_WORDS = frozenset(
    {"policy", "version", "title", "documents", "imports", "cite", "ids", "issue", "note", "notes", "why"}
    | {"question", "reason", "meaning", "who", "table", "changes"}
)

_DATE = re.compile(r"(?P<year>\d{4})(?P<a>[-年])(?P<month>\d{1,2})(?P<b>[-月])(?P<day>\d{1,2})")
_FIGURE = re.compile(rf"{_DATE.pattern}|(?<![\w.])\d+(?:\.\d+)?", re.ASCII)


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
        if key.text not in _WORDS:
            yield from _figures(value)


def _figures(node: Node) -> Iterator[Span]:
    match node:
        case Scalar(span=span):
            yield from (span.within(*found.span()) for found in _FIGURE.finditer(span.text))
        case Sequence():
            for item in node:
                yield from _figures(item)
        case Mapping():
            yield from figures(node)


def alter(figure: str) -> str:
    """A neighbouring figure: one more, or a day later.

    >>> [alter(text) for text in ("3", "0.5", "2023-08-31", "2023年8月31日"[:-1])]
    ['4', '1.5', '2023-09-01', '2023年9月1']
    """
    found = _DATE.fullmatch(figure)
    if found is None:
        whole, point, part = figure.partition(".")
        return f"{int(whole) + 1}{point}{part}"
    later = date(int(found["year"]), int(found["month"]), int(found["day"])) + timedelta(days=1)
    return later.isoformat() if found["a"] == "-" else f"{later.year}年{later.month}月{later.day}"


def mutants(policy: Policy) -> Iterator[Mutant]:
    """Alters every figure of a policy in turn and runs its cases; the policy's own files are left alone."""
    found = Diagnostics()
    source = read_source(Path(policy.path), found)
    root = read_yaml(source, found) if source else None
    if source is None or root is None:
        return
    usual = Diagnostics()
    load(policy.path, usual)
    whole = _folder_of_policies(Path(policy.path))
    with tempfile.TemporaryDirectory() as beside:
        copied = Path(beside) / "policies"
        shutil.copytree(whole, copied)
        copy = copied / Path(policy.path).resolve().relative_to(whole)
        for span in figures(root):
            altered = alter(span.text)
            copy.write_text(source.text[: span.start] + altered + source.text[span.end :], encoding="utf-8")
            yield Mutant(span, altered, _fate(copy, len(usual)))


def _folder_of_policies(path: Path) -> Path:
    """The folder that holds what the policy imports as well."""
    folders = path.resolve().parents
    return next((folder for folder in folders if (folder / "national").is_dir()), folders[0])


def _fate(path: Path, usual: int) -> Fate:
    """``usual`` is how many findings the unaltered policy has; one more is noticed by ``policyrun check``."""
    found = Diagnostics()
    policy = load(str(path), found)
    if policy is None or len(found) > usual:
        return Fate.REFUSED
    report = run_cases(policy, found, lambda overlays: load(str(path), found, overlays=overlays))
    return Fate.NOTICED if report.failures or found.failed else Fate.SURVIVED
