"""What differs between two versions of a policy, part by part; how they are written makes no difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from policyrun.app.diff_renames import Key, Renames, key_of, renames_between
from policyrun.app.opened import Opened, open_policy
from policyrun.app.outline import RECORDS, Entry, Part
from policyrun.ir.policy import Policy
from policyrun.model.settings import Settings
from policyrun.model.vocabulary import NO_GROUNDS, Grounds
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.source.text import Span


@dataclass(frozen=True, slots=True)
class Added:
    """Something that only the second has.

    Attributes:
        section: the heading it stands under, such as 参数.
        path: what it is in words, such as ``参数 就业窗口``.
        new: its text; ``new_at``: where it is written.
        entry: what it is, or is part of; ``grounds``: what that rests on.
    """

    section: str
    path: str
    new: str
    new_at: Span | None
    entry: Entry
    grounds: Grounds = NO_GROUNDS


@dataclass(frozen=True, slots=True)
class Removed:
    """Something that only the first has; attributes as for ``Added``."""

    section: str
    path: str
    old: str
    old_at: Span | None
    entry: Entry
    grounds: Grounds = NO_GROUNDS


@dataclass(frozen=True, slots=True)
class Changed:
    """Something that both have and say differently; attributes as for ``Added``.

    Attributes:
        relative: of a number that changed, by what part of the old one: 1/10 is ten per cent more.
    """

    section: str
    path: str
    old: str
    new: str
    old_at: Span | None
    new_at: Span | None
    entry: Entry
    grounds: Grounds = NO_GROUNDS
    relative: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Renamed:
    """Something that says what it said, under another name or in another place; attributes as for ``Changed``."""

    section: str
    path: str
    old: str
    new: str
    old_at: Span | None
    new_at: Span | None
    entry: Entry
    grounds: Grounds = NO_GROUNDS


Difference = Added | Removed | Changed | Renamed


def diff(
    old: str, new: str, found: Diagnostics, *, folders: Sequence[Path] = ()
) -> tuple[Opened, Opened, tuple[Difference, ...]] | None:
    """Both policies, by reference or path, and what differs; None, with the reasons in ``found``, if one has errors."""
    before, after = (open_policy(ref, found, folders=folders) for ref in (old, new))
    if before is None or after is None:
        return None
    return before, after, tuple(differences(before.entries, after.entries))


def differences(old: Sequence[Entry], new: Sequence[Entry]) -> Iterator[Difference]:
    """What differs, in the order of the new policy; what it no longer has comes where it stood among its section."""
    renames = renames_between(old, new)
    before = {renames.key(entry): entry for entry in old}
    after = {key_of(entry): entry for entry in new}
    for key in _merged(list(before), list(after)):
        left, right = before.get(key), after.get(key)
        if _belongs_to_one_side(key, before, after) or _orders_nothing(left, right):
            continue
        if left is None and right is not None:
            yield Added(right.section, right.title, _whole(right), right.at, right, right.grounds)
        elif right is None and left is not None:
            yield Removed(left.section, left.title, _whole(left), left.at, left, left.grounds)
        elif left is not None and right is not None:
            if renames.is_renamed(left):
                at = left.at, right.at
                yield Renamed(right.section, right.title, left.title, right.title, *at, right, right.grounds)
            yield from _within(left, right, renames)


def _belongs_to_one_side(key: Key, before: Mapping[Key, Entry], after: Mapping[Key, Entry]) -> bool:
    """Whether it is a column of a record that is new or gone as a whole, which names its columns itself."""
    section, owner, _kind, _name = key
    record = (section, "", section, owner)
    return section == RECORDS and owner != "" and (record in before) != (record in after)


def _orders_nothing(left: Entry | None, right: Entry | None) -> bool:
    """Whether it is an order that only one side has: on the other there are not enough things to have one."""
    only = left if right is None else right if left is None else None
    return only is not None and only.is_order


def _merged(old: list[Key], new: list[Key]) -> list[Key]:
    """All keys: the new ones in their order, each old one that is gone after the one it followed."""
    merged = list(new)
    present = set(new)
    for place, key in enumerate(old):
        if key not in present:
            merged.insert(merged.index(old[place - 1]) + 1 if place else 0, key)
            present.add(key)
    return merged


def _within(left: Entry, right: Entry, renames: Renames) -> Iterator[Difference]:
    """The parts of one entry that differ."""
    before = {renames.text(part.label): part for part in left.parts}
    after = {part.label: part for part in right.parts}
    before, after = _without_lone_orders(before, after), _without_lone_orders(after, before)
    relabelled = _relabelled(before, after, renames)
    gone = [part for label, part in before.items() if label not in after and part not in relabelled.values()]
    for label, part in after.items():
        earlier = before.get(label) or relabelled.get(label)
        if earlier is None:
            text = part.text
            if part.dated and not any(old.dated for old in gone):
                text = _("旧值保留，{since} 起新增 {value}").format(since=part.label, value=part.text)
            yield Added(right.section, _path(right, label), text, part.at, right, _grounds(part, right))
        else:
            yield from _of_part(right, earlier, part, renames)
    for part in gone:
        yield Removed(left.section, _path(left, part.label), part.text, part.at, left, _grounds(part, left))


def _without_lone_orders(parts: dict[str, Part], others: Mapping[str, Part]) -> dict[str, Part]:
    """The parts of one side less the orders that only it has: the other has no more than one thing to be ordered."""
    return {label: part for label, part in parts.items() if label in others or not part.is_order}


def _relabelled(before: Mapping[str, Part], after: Mapping[str, Part], renames: Renames) -> dict[str, Part]:
    """New label → the old part that it is: where one alone is gone, one alone is new, and both say the same.

    A row of a table whose condition alone has changed is that row still; so is a value that others have joined.
    """
    first = _first_value(before, after)
    if first is not None:
        return first
    gone = [part for label, part in before.items() if label not in after]
    fresh = [part for label, part in after.items() if label not in before]
    return {
        new.label: old[0]
        for new in fresh
        if len(old := [part for part in gone if renames.text(part.text) == new.text and part.label]) == 1
        and sum(part.text == new.text for part in fresh) == 1
    }


def _first_value(before: Mapping[str, Part], after: Mapping[str, Part]) -> dict[str, Part] | None:
    """The same where one side has a value for all time and the other the same value and later ones; else None.

    The earliest value also holds before its date, so that its date says nothing new.
    """
    old, new = (next((part for part in side.values() if part.dated), None) for side in (before, after))
    if old is None or new is None or old.label == new.label or "" not in (old.label, new.label):
        return None
    return {new.label: old} if old.dated == new.dated else None


def _of_part(entry: Entry, old: Part, new: Part, renames: Renames) -> Iterator[Changed]:
    path, at, grounds = _path(entry, new.label), (old.at, new.at), _grounds(new, entry)
    if renames.text(old.label) != new.label and not (old.dated and "" in (old.label, new.label)):
        yield Changed(entry.section, _path(entry, ""), old.label, new.label, *at, entry, grounds)
    if renames.differs(old, new):
        yield Changed(entry.section, path, old.text, new.text, *at, entry, grounds, _relative(old, new))
    for aspect, before, after in (
        (_("规则编号"), _ids(old.grounds), _ids(new.grounds)),
        (_("条款"), _clauses(old.grounds), _clauses(new.grounds)),
    ):
        if before != after:
            yield Changed(entry.section, f"{path} {aspect}", before, after, *at, entry, grounds)


def _relative(old: Part, new: Part) -> Fraction | None:
    return (new.number - old.number) / old.number if new.number is not None and old.number else None


def _grounds(part: Part, entry: Entry) -> Grounds:
    """What a part rests on: its own grounds, else those of all that it stands in."""
    return part.grounds if part.grounds.cite else entry.grounds


def _ids(grounds: Grounds) -> str:
    return "、".join(grounds.ids)


def _clauses(grounds: Grounds) -> str:
    """Citations by the document's key: another number of the same document is a difference of the document alone."""
    return "；".join(f"{citation.document.key} {citation.clause}".strip() for citation in grounds.cite)


def _path(entry: Entry, label: str) -> str:
    return f"{entry.title} {label}".strip()


def _whole(entry: Entry) -> str:
    """Everything an entry says, in one line."""
    said = "；".join(f"{part.label} {part.text}".strip() for part in entry.said)
    grounds = " ".join([*entry.grounds.ids, _clauses(entry.grounds)]) if entry.grounds != NO_GROUNDS else ""
    return f"{said}（{grounds.strip()}）" if grounds.strip() else said


def in_force(policy: Policy, asked: Mapping[str, str], other: Policy) -> Mapping[str, str]:
    """The readings asked for that a policy is to be run with: without those that only the other one has."""
    return {name: way for name, way in asked.items() if name in policy.readings or name not in other.readings}


def chosen_ways(old: Opened, new: Opened, before: Settings, after: Settings) -> Iterator[Changed]:
    """Readings that both know the same ways of, but are run with different ones."""
    for name, way in before.readings.items():
        chosen = after.readings.get(name, way)
        same_ways = name in new.policy.readings and old.policy.readings[name].ways == new.policy.readings[name].ways
        if chosen != way and same_ways:
            left, right = (_reading(each, name) for each in (old, new))
            path = _path(right, _("采用"))
            yield Changed(right.section, path, way, chosen, left.at, right.at, right, right.grounds)


def _reading(opened: Opened, name: str) -> Entry:
    return next(entry for entry in opened.entries if entry.kind == _("读法") and entry.name == name)
