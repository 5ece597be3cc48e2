"""What differs between two versions of a policy, part by part; how they are written makes no difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from policyrun.app.opened import Opened, open_policy
from policyrun.app.outline import RECORDS, Entry, Part
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
    """

    section: str
    path: str
    new: str
    new_at: Span | None


@dataclass(frozen=True, slots=True)
class Removed:
    """Something that only the first has; attributes as for ``Added``."""

    section: str
    path: str
    old: str
    old_at: Span | None


@dataclass(frozen=True, slots=True)
class Changed:
    """Something that both have and say differently; attributes as for ``Added``."""

    section: str
    path: str
    old: str
    new: str
    old_at: Span | None
    new_at: Span | None


Difference = Added | Removed | Changed


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
    before, after = _by_key(old), _by_key(new)
    for key in _merged(list(before), list(after)):
        left, right = before.get(key), after.get(key)
        if _belongs_to_one_side(key, before, after):
            continue
        if left is None and right is not None:
            yield Added(right.section, right.title, _whole(right), right.at)
        elif right is None and left is not None:
            yield Removed(left.section, left.title, _whole(left), left.at)
        elif left is not None and right is not None:
            yield from _within(left, right)


#: Section, owner, kind and name of an entry.
_Key = tuple[str, str, str, str]


def _belongs_to_one_side(key: _Key, before: Mapping[_Key, Entry], after: Mapping[_Key, Entry]) -> bool:
    """Whether it is a column of a record that is new or gone as a whole, which names its columns itself."""
    section, owner, _kind, _name = key
    record = (section, "", section, owner)
    return section == RECORDS and owner != "" and (record in before) != (record in after)


def _by_key(entries: Sequence[Entry]) -> dict[_Key, Entry]:
    return {(entry.section, entry.owner, entry.kind, entry.name): entry for entry in entries}


def _merged(old: list[_Key], new: list[_Key]) -> list[_Key]:
    """All keys: the new ones in their order, each old one that is gone after the one it followed."""
    merged = list(new)
    present = set(new)
    for place, key in enumerate(old):
        if key not in present:
            merged.insert(merged.index(old[place - 1]) + 1 if place else 0, key)
            present.add(key)
    return merged


def _within(left: Entry, right: Entry) -> Iterator[Difference]:
    """The parts of one entry that differ."""
    before = {part.label: part for part in left.parts}
    after = {part.label: part for part in right.parts}
    renamed = _renamed(before, after)
    for label, part in after.items():
        earlier = before.get(label) or renamed.get(label)
        if earlier is None:
            yield Added(right.section, _path(right, label), part.text, part.at)
        else:
            yield from _of_part(right, earlier, part)
    for label, part in before.items():
        if label not in after and part not in renamed.values():
            yield Removed(left.section, _path(left, label), part.text, part.at)


def _renamed(before: Mapping[str, Part], after: Mapping[str, Part]) -> dict[str, Part]:
    """New label → the old part that it is: where one alone is gone, one alone is new, and both say the same.

    A row of a table whose condition alone has changed is that row still.
    """
    gone = [part for label, part in before.items() if label not in after]
    fresh = [part for label, part in after.items() if label not in before]
    return {
        new.label: old[0]
        for new in fresh
        if len(old := [part for part in gone if part.text == new.text and part.label]) == 1
        and sum(part.text == new.text for part in fresh) == 1
    }


def _of_part(entry: Entry, old: Part, new: Part) -> Iterator[Changed]:
    path = _path(entry, new.label)
    if old.label != new.label:
        yield Changed(entry.section, _path(entry, ""), old.label, new.label, old.at, new.at)
    if _differs(old, new):
        yield Changed(entry.section, path, old.text, new.text, old.at, new.at)
    for aspect, before, after in (
        (_("规则编号"), _ids(old.grounds), _ids(new.grounds)),
        (_("条款"), _clauses(old.grounds), _clauses(new.grounds)),
    ):
        if before != after:
            yield Changed(entry.section, f"{path} {aspect}", before, after, old.at, new.at)


def _differs(old: Part, new: Part) -> bool:
    if old.is_order and new.is_order:
        kept = set(old.names) & set(new.names)
        return [name for name in old.names if name in kept] != [name for name in new.names if name in kept]
    same_meaning = old.meaning == new.meaning != ""
    return old.text != new.text and not same_meaning


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
