"""``diff`` on generated edits of the shipped policies: it names the thing that was edited and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
import yaml

from policyrun.app.diff import Added, Removed, Renamed, differences
from policyrun.app.load import read_policy
from policyrun.app.mutation import alter, figures
from policyrun.app.opened import Opened, opened
from policyrun.app.outline import Entry
from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.text import SourceFile, Span
from policyrun.syntax.nodes import Mapping, Node, Scalar
from policyrun.syntax.nodes import Sequence as Items
from policyrun.syntax.source_policy import PolicySource
from policyrun.syntax.yaml_reader import read_yaml

POLICIES = sorted(path for path in data_dir("policies").glob("*/*/v*.yaml"))
NAMES = [f"{path.parent.name}@{path.stem[1:]}" for path in POLICIES]

#: How many edits of each policy are tried; all policies together come to more than 300.
EDITS = 46

#: How many things of each kind are taken away from each policy, one at a time.
CUTS = 3

Path_ = tuple[str, ...]


class Edit(NamedTuple):
    """One edit: the keys that lead to it, the text it takes the place of, and the new text."""

    path: Path_
    span: Span
    text: str


@cache
def shipped(path: Path) -> PolicySource:
    found = Diagnostics()
    source = read_policy(str(path), found)
    assert source is not None, [each.message for each in found]
    return source


@cache
def as_shipped(path: Path) -> Opened:
    policy = opened(shipped(path), Diagnostics())
    assert policy is not None
    return policy


def with_text(source: PolicySource, text: str) -> Opened | None:
    """A policy with another text, None where that is no policy."""
    found = Diagnostics()
    root = read_yaml(SourceFile(source.file.path, text), found)
    return None if root is None else opened(replace(source, root=root, file=root.span.file), found)


def edits(root: Mapping) -> Iterator[Edit]:
    """Every edit there is: each figure one more, each clause another, each text with a word more."""
    paths = {(leaf.span.start, leaf.span.end): path for path, leaf in leaves(root, ())}
    spans = sorted(paths)
    for figure in figures(root):
        home = next(place for place in spans if place[0] <= figure.start and figure.end <= place[1])
        yield Edit(paths[home], figure, alter(figure.text))
    for path, leaf in leaves(root, ()):
        clause = re.search(r"第[一二三四五六七八九十]+条", leaf.span.text) if path[-1] == "cite" else None
        if clause is not None:
            yield Edit(path, leaf.span.within(*clause.span()), "第九十九条")
        if path[-1] in ("title", "note", "question", "reason", "who", "why", "meaning"):
            yield Edit(path, Span(leaf.span.file, leaf.span.end, leaf.span.end), "另加")
        if path[-1] == "ids" and re.fullmatch(r"[A-Z]+-[A-Z]\d+", leaf.text):
            yield Edit(path, leaf.span, f"{leaf.text}9")


def leaves(node: Node, path: Path_) -> Iterator[tuple[Path_, Scalar]]:
    match node:
        case Scalar():
            yield path, node
        case Items():
            for item in node:
                yield from leaves(item, path)
        case Mapping():
            for key, value in node:
                yield from leaves(value, (*path, key.text))


def is_about(entry: Entry, path: Path_) -> bool:
    """Whether a path of keys leads into what an entry tells."""
    if path[0] == "records":
        # A column is told in each record; a group stands in several.
        return entry.name in path or entry.owner in path
    if path[0] == "schemes":
        return path[1] in (entry.owner, entry.name)
    if len(path) == 1 or path[0] in ("in_force", "rounding"):
        return not entry.name and not entry.owner
    return entry.name == path[1]


def edited(text: str, together: Sequence[Edit]) -> str:
    """A text with edits made, from the last to the first, so that none moves another."""
    for edit in sorted(together, key=lambda edit: -edit.span.start):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def apart(chosen: Iterable[Edit]) -> list[list[Edit]]:
    """Edits of different things by threes, to be made together: reading a policy takes most of the time."""
    groups: list[list[Edit]] = []
    for edit in chosen:
        home = next((group for group in groups if len(group) < 3 and not _near(edit, group)), None)
        if home is None:
            groups.append([edit])
        else:
            home.append(edit)
    return groups


def _near(edit: Edit, group: Sequence[Edit]) -> bool:
    return any(edit.path[:2] == other.path[:2] or edit.path[0] == other.path[0] == "records" for other in group)


@pytest.mark.parametrize("path", POLICIES, ids=NAMES)
def test_an_edit_is_a_difference_of_what_was_edited(path):
    source, before = shipped(path), as_shipped(path)
    chosen = list(edits(source.root))
    Random(path.parent.name).shuffle(chosen)
    silent, astray, tried = [], [], 0
    for group in apart(chosen):
        group = group[: EDITS - tried]
        after = with_text(source, edited(source.file.text, group)) if group else None
        if after is None:
            continue
        tried += len(group)
        told = list(differences(before.entries, after.entries))
        silent += [said(edit) for edit in group if not any(is_about(each.entry, edit.path) for each in told)]
        strays = [each.path for each in told if not any(is_about(each.entry, edit.path) for edit in group)]
        astray += [(stray, [said(edit) for edit in group]) for stray in strays]
    assert tried == min(EDITS, len(chosen))
    assert (silent, astray) == ([], [])


def said(edit: Edit) -> str:
    return f"{edit.span.line}: {' / '.join(edit.path)}: {edit.span.text} → {edit.text}"


# ---------------------------------------------------------------------------------------------- taken away and added


class Cut(NamedTuple):
    """One thing to take away: its kind, the keys and places that lead to it, and the start of what should be said."""

    kind: str
    path: tuple[str | int, ...]
    said: str


def cuts(root: Mapping) -> Iterator[Cut]:
    """Rows of tables, conditions, notices, limits, deadlines, goals and rows of targets."""
    for name, decision in _entries(root, "decisions"):
        rows = _at(decision, "table", "rows")
        for place in range(len(rows) if isinstance(rows, Items) else 0):
            yield Cut("行", ("decisions", name, "table", "rows", place), f"推算 {name} 行 ")
    for name, scheme in _entries(root, "schemes"):
        for key, kind in (("requirements", "条件"), ("notices", "提示")):
            for own, _thing in _entries(scheme, key):
                yield Cut(kind, ("schemes", name, key, own), f"{name} {kind} {own}")
    for section, kind in (("limits", "限额"), ("deadlines", "期限"), ("goals", "目标")):
        for name, _thing in _entries(root, section):
            yield Cut(kind, (section, name), f"{kind} {name}")
    for name, quota in _entries(root, "quotas"):
        regions = [region for region, _cells in _entries(quota, "rows")]
        for region in regions:
            if not any(other.startswith(f"{region}/") for other in regions):
                yield Cut("任务", ("quotas", name, "rows", region), f"任务分解 {name} {region} ")


def _at(node: Node, *keys: str) -> Node | None:
    found: Node | None = node
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _entries(node: Node, *keys: str) -> Iterator[tuple[str, Node]]:
    below = _at(node, *keys)
    if isinstance(below, Mapping):
        yield from ((key.text, value) for key, value in below)


def without(node: Node, path: Sequence[str | int]) -> Node:
    """A tree less what a path leads to."""
    step, *rest = path
    match node:
        case Mapping():
            entries = tuple(
                (key, without(value, rest) if rest and key.text == step else value)
                for key, value in node
                if rest or key.text != step
            )
            return replace(node, entries=entries)
        case Items():
            items = tuple(
                without(item, rest) if rest and place == step else item
                for place, item in enumerate(node)
                if rest or place != step
            )
            return replace(node, items=items)
        case Scalar():
            raise AssertionError(f"{node.text} has nothing below it")


def chosen_cuts(path: Path) -> Iterator[Cut]:
    """Some of each kind, at random."""
    every = list(cuts(shipped(path).root))
    Random(path.parent.name).shuffle(every)
    kept = Counter[str]()
    for cut in every:
        if kept[cut.kind] < CUTS and cut_away(path, cut) is not None:
            kept[cut.kind] += 1
            yield cut


@cache
def cut_away(path: Path, cut: Cut) -> Opened | None:
    """The policy without a thing, None where it cannot do without."""
    root = without(shipped(path).root, cut.path)
    assert isinstance(root, Mapping)
    return opened(replace(shipped(path), root=root), Diagnostics())


@pytest.mark.parametrize("path", POLICIES, ids=NAMES)
def test_what_is_taken_away_is_removed_and_the_other_way_round_added(path):
    before, tried = as_shipped(path), Counter[str]()
    for cut in chosen_cuts(path):
        after = cut_away(path, cut)
        assert after is not None
        gone, come = list(differences(before.entries, after.entries)), list(differences(after.entries, before.entries))
        assert gone and all(isinstance(each, Removed) for each in gone), cut
        assert come and all(isinstance(each, Added) for each in come), cut
        assert {each.path for each in gone} == {each.path for each in come}
        assert all(f"{each.path} ".startswith(cut.said) for each in gone), cut
        # A row of targets is as many differences as it has figures and remarks; all else is one.
        assert cut.kind == "任务" or len(gone) == 1, cut
        tried[cut.kind] += 1
    assert tried["条件"] and tried.total() >= 2 * CUTS, tried


# ------------------------------------------------------------------------------------------- only written otherwise


#: Sections in which the order of names has no meaning, and the keys of an entry, which never have one.
_UNORDERED = ("documents", "parameters", "decisions", "deadlines", "goals")
_KEYS = frozenset({"value", "type", "cite", "ids", "test", "note", "then", "when", "effective", "published", "formula"})


def written_anew(text: str, *, flow: bool, chance: Random) -> str:
    """The same policy in block or flow style, everything in quotes, keys without an order in another one."""
    tree = yaml.load(text, yaml.BaseLoader)
    mixed = {key: _mixed(value, chance, key in _UNORDERED) for key, value in tree.items()}
    return yaml.dump(
        mixed, default_flow_style=flow, default_style="'", allow_unicode=True, sort_keys=False, width=10**6
    )


def _mixed(node: object, chance: Random, unordered: bool = False) -> object:
    if isinstance(node, list):
        return [_mixed(item, chance) for item in node]
    if not isinstance(node, dict):
        return node
    entries = [(key, _mixed(value, chance)) for key, value in node.items()]
    if unordered or set(node) <= _KEYS:
        chance.shuffle(entries)
    return dict(entries)


def commented(text: str, chance: Random) -> str:
    """The same text with comments and blank lines between its entries."""
    lines = []
    for line in text.splitlines():
        if re.match(r"(  )?[\w-]+:( |$)", line) and chance.randrange(3) == 0:
            lines += ["", f"{' ' * chance.randrange(9)}# 说明：另一种写法", ""]
        lines.append(line)
    return "\n".join([*lines, "# 完", ""])


@pytest.mark.parametrize("path", POLICIES, ids=NAMES)
def test_the_way_it_is_written_is_no_difference(path):
    source, before = shipped(path), as_shipped(path)
    chance = Random(path.parent.name)
    text = source.file.text
    for other in (
        commented(text, chance),
        written_anew(text, flow=False, chance=chance),
        written_anew(text, flow=None, chance=chance),
    ):
        after = with_text(source, other)
        assert after is not None
        assert [each.path for each in differences(before.entries, after.entries)] == []


@pytest.mark.parametrize("path", POLICIES, ids=NAMES)
def test_a_new_name_is_a_new_name_and_nothing_else(path):
    source, before = shipped(path), as_shipped(path)
    for name in list(before.policy.parameters)[:2]:
        text = re.sub(rf"(?<![\w\"]){name}(?![\w\"])", f"{name}新", source.file.text)
        after = with_text(source, text)
        if after is not None:
            told = [each for each in differences(before.entries, after.entries) if isinstance(each, Renamed)]
            assert f"参数 {name}新" in [each.path for each in told]
