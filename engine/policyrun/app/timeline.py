"""Which version of a policy holds on which days, and what is wrong with that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from policyrun.app.library import list_policies, versions_beside
from policyrun.app.shelf import Located
from policyrun.check.scalars import read_date
from policyrun.check.shape import scalar_at, scalars_at, text_at
from policyrun.model.vocabulary import Status
from policyrun.source.diagnostic import Diagnostics, Label, Severity
from policyrun.source.messages import _
from policyrun.source.text import Span
from policyrun.syntax.nodes import Mapping as Node
from policyrun.syntax.nodes import Scalar
from policyrun.syntax.yaml_reader import read_yaml

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Head:
    """What a version says of its standing among the others.

    Attributes:
        first, last: its own time in force; None: open.
        supersedes: the versions it takes the place of, such as ``hebei-2023@1``.
        at: where it says when it is in force.
    """

    ref: str
    version: int
    draft: bool
    first: date | None
    last: date | None
    supersedes: tuple[Scalar, ...]
    at: Span


@dataclass(frozen=True, slots=True)
class Reign:
    """The days on which a version holds: its time in force, cut short by the versions that supersede it."""

    head: Head
    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def read_heads(located: Located) -> tuple[Head, ...]:
    """The versions beside a file by number, itself included; those whose YAML cannot be read say so when checked."""
    heads = []
    for version, path in sorted(versions_beside(located).items()):
        file = located.shelf.read(path, Diagnostics())
        root = None if file is None else read_yaml(file, Diagnostics())
        if root is not None:
            heads.append(_head(version, root))
    return tuple(heads)


def _head(version: int, root: Node) -> Head:
    unread = Diagnostics()  # a day that is none is reported where the version itself is checked
    period = root.get("in_force")
    return Head(
        ref=f"{text_at(root, 'policy')}@{version}",
        version=version,
        draft=text_at(root, "status") == Status.DRAFT.value,
        first=read_date(scalar_at(period, "from"), unread),
        last=read_date(scalar_at(period, "to"), unread),
        supersedes=scalars_at(root, "supersedes"),
        at=(root.key("in_force") or root.entries[0][0]).span,
    )


def timeline(heads: Iterable[Head]) -> tuple[Reign, ...]:
    """When each version holds, the earliest first; a draft never does, nor one superseded from its first day on."""
    standing = {head.ref: head for head in heads if not head.draft}
    reigns = [_reign(head, standing) for head in standing.values()]
    return tuple(
        sorted((each for each in reigns if each.first <= each.last), key=lambda each: (each.first, each.head.version))
    )


def _reign(head: Head, standing: Mapping[str, Head]) -> Reign:
    first, last = head.first or date.min, head.last or date.max
    for later in standing.values():
        if head.ref in _superseded_by(later, standing):
            start = later.first or date.min
            last = min(last, start - _DAY if start > date.min else date.min)
    return Reign(head, first, last)


def _superseded_by(head: Head, standing: Mapping[str, Head]) -> set[str]:
    """All that a version supersedes, and what those superseded before it."""
    reached: set[str] = set()
    todo = [head]
    while todo:
        for scalar in todo.pop().supersedes:
            if scalar.text not in reached and scalar.text != head.ref:
                reached.add(scalar.text)
                todo += [standing[scalar.text]] if scalar.text in standing else []
    return reached


# -------------------------------------------------------------------------------------------------------------- checks


def check_timeline(located: Located, folders: Sequence[Path], found: Diagnostics) -> None:
    """Report supersessions of nothing, days with two versions and days with none, among the versions beside a file."""
    heads = read_heads(located)
    _check_supersessions(heads, folders, found)
    reigns = timeline(heads)
    _check_joins(reigns, found)
    _check_replaced(heads, reigns, found)


def _check_supersessions(heads: Sequence[Head], folders: Sequence[Path], found: Diagnostics) -> None:
    own = [head.ref for head in heads]
    for head in heads:
        for scalar in head.supersedes:
            if scalar.text == head.ref:
                found.add("PR281", _("{ref} 代替的是自己").format(ref=head.ref), scalar.span, help=_("写它之前的版本"))
            elif scalar.text not in own and scalar.text not in _known(folders):
                hint = _("有：{refs}").format(refs="、".join(ref for ref in own if ref != head.ref)) if own[1:] else ""
                message = _("{ref} 代替的“{other}”不存在").format(ref=head.ref, other=scalar.text)
                found.add("PR280", message, scalar.span, help=hint or _("第一个版本不写 supersedes"))


def _known(folders: Sequence[Path]) -> frozenset[str]:
    return frozenset(entry.ref for entry in list_policies(folders))


def _check_joins(reigns: Sequence[Reign], found: Diagnostics) -> None:
    """Each version begins on the day after the last day of those before it."""
    until: Reign | None = None
    for reign in reigns:
        if until is not None and reign.first <= until.last:
            _report_overlap(until, reign, found)
        elif until is not None and reign.first > until.last + _DAY:
            _report_gap(until, reign, found)
        until = reign if until is None or reign.last > until.last else until


def _report_overlap(before: Reign, after: Reign, found: Diagnostics) -> None:
    message = _("{first} 至 {last} 有两个版本同时施行：{before} 和 {after}").format(
        first=after.first, last=_day(min(before.last, after.last)), before=before.head.ref, after=after.head.ref
    )
    label = Label(before.head.at, _("{ref} 施行到 {day}").format(ref=before.head.ref, day=_day(before.last)))
    hint = _("在 {after} 里写 supersedes: {before}，或使两个版本的 in_force 相接").format(
        after=after.head.ref, before=before.head.ref
    )
    found.add("PR282", message, after.head.at, others=(label,), help=hint)


def _report_gap(before: Reign, after: Reign, found: Diagnostics) -> None:
    message = _("{first} 至 {last} 没有施行的版本").format(first=before.last + _DAY, last=after.first - _DAY)
    label = Label(before.head.at, _("{ref} 施行到 {day}").format(ref=before.head.ref, day=before.last))
    hint = _("核对两个版本的 in_force；文件之间确有空档的，这段时间的记录是期外记录")
    found.add("PR283", message, after.head.at, others=(label,), help=hint, severity=Severity.WARNING)


def _check_replaced(heads: Sequence[Head], reigns: Sequence[Reign], found: Diagnostics) -> None:
    """Note a version that another takes the place of altogether, as one with a new dated value does."""
    holding = {reign.head.ref for reign in reigns}
    for head in heads:
        for scalar in head.supersedes if not head.draft else ():
            replaced = next((each for each in heads if each.ref == scalar.text and not each.draft), None)
            if replaced is not None and replaced.ref not in holding and head.ref in holding:
                message = _("{after} 整个代替了 {before}：它管的日子从 {before} 的首日或更早开始").format(
                    before=replaced.ref, after=head.ref
                )
                hint = _("同一份文件加一个有日期的值，就是这样；换了文件的，把 in_force.from 改成新文件施行的首日")
                found.add("PR284", message, head.at, help=hint, severity=Severity.NOTE)


def _day(day: date) -> str:
    return _("今后") if day == date.max else day.isoformat()
