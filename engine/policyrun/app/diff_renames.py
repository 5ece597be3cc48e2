"""What has another name in the new version and says the same: no removal and no addition, but a new name.

Something is renamed, or moved to another scheme or record, if it is gone from the old policy and one thing alone of
its section and kind is new that says the same. Names count as the same once what they name is renamed, so that a rule
that speaks of a renamed parameter has not changed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from policyrun.app.outline import RECORDS, Entry, Part

#: Section, owner, kind and name of an entry.
Key = tuple[str, str, str, str]


def key_of(entry: Entry) -> Key:
    return entry.section, entry.owner, entry.kind, entry.name


@dataclass(slots=True)
class Renames:
    """Old names and the new names of the same things.

    Attributes:
        keys: of each entry that was renamed or moved itself.
        names: of each thing that may be named elsewhere.
    """

    keys: dict[Key, Key] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def key(self, entry: Entry) -> Key:
        """The key of an old entry in the new policy; what belongs to a renamed scheme goes with it."""
        own = self.keys.get(key_of(entry))
        return own or (entry.section, self.names.get(entry.owner, entry.owner), entry.kind, entry.name)

    def is_renamed(self, entry: Entry) -> bool:
        return key_of(entry) in self.keys

    def text(self, text: str) -> str:
        """An old text as it reads in the new names; what stands in quotes is no name."""
        if not self.names:
            return text
        longest_first = sorted(self.names, key=len, reverse=True)
        pattern = rf'(?<![\w"])(?:{"|".join(map(re.escape, longest_first))})(?![\w"])'
        return re.sub(pattern, lambda found: self.names[found.group()], text)

    def differs(self, old: Part, new: Part) -> bool:
        """Whether two parts say different things."""
        if old.is_order and new.is_order:
            names = [name if name in new.names else self.names.get(name, name) for name in old.names]
            kept = set(names) & set(new.names)
            return [name for name in names if name in kept] != [name for name in new.names if name in kept]
        same_meaning = new.meaning != "" and new.meaning in (old.meaning, self.text(old.meaning))
        return new.text not in (old.text, self.text(old.text)) and not same_meaning


def renames_between(old: Sequence[Entry], new: Sequence[Entry]) -> Renames:
    """Everything of the old policy that the new one has under another name.

    One renaming may bring another to light: a scheme says the same as soon as its renamed record does.
    """
    renames = Renames()
    while True:
        taken = {renames.key(entry) for entry in old}
        here = {key_of(entry) for entry in new}
        gone = [entry for entry in old if renames.key(entry) not in here]
        fresh = [entry for entry in new if key_of(entry) not in taken]
        found = [(left, right) for left in gone if (right := _only(left, gone, fresh, renames)) is not None]
        if not found:
            return renames
        for left, right in found:
            renames.keys[key_of(left)] = key_of(right)
            if left.name != right.name:
                renames.names[left.name] = right.name


def _only(left: Entry, gone: Sequence[Entry], fresh: Sequence[Entry], renames: Renames) -> Entry | None:
    """The one new entry that says what an old one says, if no other old one says it too."""
    like = [right for right in fresh if _same(left, right, renames)]
    if len(like) != 1 or sum(_same(other, like[0], renames) for other in gone) != 1:
        return None
    return like[0]


def _same(left: Entry, right: Entry, renames: Renames) -> bool:
    if (left.section, left.kind, bool(left.name)) != (right.section, right.kind, bool(right.name)):
        return False
    # What a scheme has one of, its amount or its fund, does not wander; nor does a column, which says too little.
    stays = not left.name or left.section == RECORDS
    if stays and renames.names.get(left.owner, left.owner) != right.owner:
        return False
    if len(left.parts) != len(right.parts):
        return False
    return all(
        renames.text(old.label) == new.label
        and not renames.differs(old, new)
        and (not new.is_order or new.text in (old.text, renames.text(old.text)))
        and _rests_alike(old, new)
        for old, new in zip(left.parts, right.parts, strict=True)
    )


def _rests_alike(old: Part, new: Part) -> bool:
    """Whether two parts rest on the same rules and clauses; a clause goes by the document's key, not its number."""
    return old.grounds.ids == new.grounds.ids and _cited(old) == _cited(new)


def _cited(part: Part) -> list[tuple[str, str]]:
    return [(citation.document.key, citation.clause) for citation in part.grounds.cite]
