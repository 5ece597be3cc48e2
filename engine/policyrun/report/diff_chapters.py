"""Differences as a reviewer goes through them: scheme by scheme, and in each clause by clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from policyrun.app.comparison import Comparison
from policyrun.app.diff import Added, Changed, Difference, Removed, Renamed
from policyrun.app.opened import Opened
from policyrun.app.outline import Entry
from policyrun.model.vocabulary import Grounds
from policyrun.report.impact_words import percent
from policyrun.source.messages import _
from policyrun.source.text import Span


@dataclass(frozen=True, slots=True)
class Line:
    """One difference in words.

    Attributes:
        mark: + new, - gone, ~ other, = another name; ``change`` says it in a word.
        relative: by how many per cent a number changed; "" where it is none.
        place: file and line, of the new text if there is one.
    """

    mark: str
    change: str
    section: str
    what: str
    old: str
    new: str
    relative: str
    rules: str
    place: str


@dataclass(frozen=True, slots=True)
class Clause:
    """What differs under one clause; "" for what rests on none."""

    clause: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """What differs for one scheme, for several, or for the policy as a whole."""

    title: str
    clauses: tuple[Clause, ...]

    @property
    def count(self) -> int:
        return sum(len(clause.lines) for clause in self.clauses)


def chapters(comparison: Comparison) -> tuple[Chapter, ...]:
    """Every difference once: the schemes in their order, then what several share, then the whole."""
    touched = [_Touched(comparison.old), _Touched(comparison.new)]
    shared, whole = _("几个项目共用"), _("整个政策")
    schemes = dict.fromkeys(name for side in reversed(touched) for name in side.schemes)
    listed: dict[str, list[Difference]] = {name: [] for name in (*schemes, shared, whole)}
    for each in comparison.differences:
        names = {name for side in touched for name in side.by(each.entry)}
        listed[names.pop() if len(names) == 1 else shared if names else whole].append(each)
    return tuple(Chapter(title, tuple(_clauses(group))) for title, group in listed.items() if group)


def caution(comparison: Comparison) -> str:
    """What a reader has to know before the differences; "" where there is nothing."""
    if comparison.are_two_policies:
        return _("两边不是同一个政策的版本，下面列出的是两个政策的全部不同")
    return ""


class _Touched:
    """Which schemes of a policy something has to do with."""

    def __init__(self, opened: Opened) -> None:
        self.schemes = {scheme.name: scheme.record.name for scheme in opened.policy.schemes}
        self._uses: dict[str, set[str]] = {}
        for entry in opened.entries:
            self._uses.setdefault(entry.name, set()).update(entry.uses)
        self._limits = {limit.name: limit.over for limit in opened.policy.limits}
        self._reached = {name: self._reach(self._of_scheme(name, opened.entries)) for name in self.schemes}

    def by(self, entry: Entry) -> frozenset[str]:
        if entry.owner in self.schemes:
            return frozenset((entry.owner,))
        if entry.kind == _("限额") and entry.name in self._limits:
            return frozenset(self._limits[entry.name])
        records = {entry.owner, entry.name} if entry.section == _("记录") else {""}
        if entry.name in self.schemes and entry.section == _("项目"):
            return frozenset((entry.name,))
        if entry.section == _("记录"):
            return frozenset(name for name, record in self.schemes.items() if record in records)
        if entry.section in (_("参数"), _("推算"), _("读法"), _("次序")):
            return frozenset(name for name, reached in self._reached.items() if entry.name in reached)
        return frozenset()

    def _of_scheme(self, scheme: str, entries: Iterable[Entry]) -> Iterator[str]:
        """What a scheme, its record and the limits over it name."""
        for entry in entries:
            own = entry.owner in (scheme, self.schemes[scheme]) or entry.title == f"{_('项目')} {scheme}"
            if own or (entry.kind == _("限额") and scheme in self._limits.get(entry.name, ())):
                yield from entry.uses

    def _reach(self, names: Iterable[str]) -> frozenset[str]:
        reached: set[str] = set()
        todo = list(names)
        while todo:
            name = todo.pop()
            if name not in reached and name not in self.schemes:
                reached.add(name)
                todo.extend(self._uses.get(name, ()))
        return frozenset(reached)


def _clauses(differences: Iterable[Difference]) -> Iterator[Clause]:
    groups: dict[str, list[Line]] = {}
    for each in differences:
        groups.setdefault(_cited(each.grounds), []).append(_line(each))
    yield from (Clause(clause, tuple(lines)) for clause, lines in groups.items())


def _cited(grounds: Grounds) -> str:
    return "；".join(dict.fromkeys(f"{cite.document.key} {cite.clause}".strip() for cite in grounds.cite))


_WORDS: Mapping[type, tuple[str, str]] = {
    Added: ("+", _("新增")),
    Removed: ("-", _("删去")),
    Changed: ("~", _("改动")),
    Renamed: ("=", _("改名")),
}


def _line(each: Difference) -> Line:
    mark, change = _WORDS[type(each)]
    old, new, relative = "", "", ""
    match each:
        case Added(new=text, new_at=at):
            new = text
        case Removed(old=text, old_at=at):
            old = text
        case Renamed(old=before, new=after, new_at=at):
            old, new = before, after
        case Changed(old=before, new=after, new_at=new_at, old_at=old_at):
            old, new, relative = before, after, percent(each.relative)
            at = new_at or old_at
    rules = "、".join(each.grounds.ids)
    return Line(mark, change, each.section, _without_owner(each), old, new, relative, rules, _place(at))


def _without_owner(each: Difference) -> str:
    """The path, less the scheme that its chapter names."""
    owner = each.entry.owner
    return each.path.removeprefix(f"{owner} ") if owner and each.section == _("项目") else each.path


def _place(at: Span | None) -> str:
    return f"{at.file.path.rpartition('/')[2]}:{at.line}" if at is not None else ""
