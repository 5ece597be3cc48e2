"""``diff`` on generated edits of the shipped policies: it names the thing that was edited and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
import yaml
from diff_edits import (
    NAMES,
    POLICIES,
    Edit,
    as_shipped,
    edited,
    edits_by_kind,
    is_about,
    plain_edits,
    shipped,
    with_text,
)

from policyrun.app.diff import Added, Difference, Removed, Renamed, differences
from policyrun.app.opened import Opened, opened
from policyrun.source.diagnostic import Diagnostics
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Node, Scalar
from policyrun.syntax.nodes import Sequence as Items

#: How many edits of each policy are tried.
EDITS = 46

#: How many edits of each kind of node are tried, over all policies, and at how many nodes of a kind at most.
OF_EACH_KIND, NODES = 2, 40

#: Kinds of node of which nothing else that stands in the files types in the place of another.
UNTRIED = {
    *("goals.sum", "in_force.outside", "indicators.verified", "limits.same", "quotas.year", "readings.as"),
    *("records.absent", "records.aliases", "records.as", "records.blames", "records.tree", "reports.date"),
    *("reports.parts", "reports.record", "reports.sum", "schemes.category", "schemes.once", "schemes.per"),
    *("schemes.record", "schemes.remainder", "schemes.total", "vocabulary.aliases"),
}

#: How many things of each kind are taken away from each policy, one at a time.
CUTS = 3


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
    chosen = plain_edits(source.root)
    Random(path.parent.name).shuffle(chosen)
    silent, astray, tried = [], [], 0
    for group in apart(chosen):
        group = group[: EDITS - tried]
        after = with_text(source, edited(source.file.text, *group)) if group else None
        if after is None:
            continue
        tried += len(group)
        told = list(differences(before.entries, after.entries))
        silent += [str(edit) for edit in group if not any(is_about(each.entry, edit.path) for each in told)]
        strays = [each.path for each in told if not any(is_about(each.entry, edit.path) for edit in group)]
        astray += [(stray, list(map(str, group))) for stray in strays]
    assert tried == min(EDITS, len(chosen))
    assert (silent, astray) == ([], [])


def test_more_than_three_hundred_edits_are_tried():
    assert sum(min(EDITS, len(plain_edits(shipped(path).root))) for path in POLICIES) >= 300
    sections = {kind.partition(".")[0] for kind in every_kind() if kind not in UNTRIED}
    assert sections == set(SECTIONS)


@cache
def every_kind() -> Mapping[str, list[tuple[Path, list[Edit]]]]:
    """By kind of node, the nodes of all policies in random order, with what each may be edited to."""
    kinds: dict[str, list[tuple[Path, list[Edit]]]] = {}
    for path in POLICIES:
        for kind, nodes_of_kind in edits_by_kind(shipped(path).root).items():
            kinds.setdefault(kind, []).extend((path, edits) for edits in nodes_of_kind)
    for kind, found in kinds.items():
        Random(kind).shuffle(found)
    return kinds


SECTIONS = (
    *("title", "status", "documents", "in_force", "rounding", "dated_by", "vocabulary", "records", "lists", "readings"),
    *("parameters", "decisions", "schemes", "orders", "limits", "quotas", "deadlines", "goals", "reports"),
    "indicators",
)


@pytest.mark.parametrize("section", SECTIONS)
def test_an_edit_of_any_kind_of_node_is_exactly_one_difference(section):
    kinds = {kind: found for kind, found in every_kind().items() if kind.partition(".")[0] == section}
    tried = Counter[str]()
    for kind, found in kinds.items():
        for path, choices in found[:NODES] if kind not in UNTRIED else ():
            if tried[kind] == OF_EACH_KIND:
                break
            done = first_that_types(path, choices)
            if done is not None:
                edit, after = done
                told = list(differences(as_shipped(path).entries, after.entries))
                assert told, f"nothing: {edit}"
                assert all(is_about(each.entry, edit.path) for each in told), (str(edit), [one.path for one in told])
                assert len(told) == 1 or is_several(edit, told), (str(edit), [one.path for one in told])
                tried[kind] += 1
    assert not [kind for kind in kinds if not tried[kind] and kind not in UNTRIED]


def first_that_types(path: Path, choices: Iterable[Edit]) -> tuple[Edit, Opened] | None:
    for edit in choices:
        after = with_text(shipped(path), edited(shipped(path).file.text, edit))
        if after is not None:
            return edit, after
    return None


def is_several(edit: Edit, told: Sequence[Difference]) -> bool:
    """Whether one edit is several things: a column of several records; a word of a vocabulary gone, another come."""
    if edit.path[0] == "records":
        return len({each.entry.name for each in told}) == 1
    return edit.kind == "vocabulary.values" and {type(each) for each in told} == {Added, Removed}


# ---------------------------------------------------------------------------------------------- taken away and added


class Cut(NamedTuple):
    """One thing to take away: its kind, the keys and places that lead to it, and the start of what should be said."""

    kind: str
    path: tuple[str | int, ...]
    said: str


def cuts(root: nodes.Mapping) -> Iterator[Cut]:
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
        found = found.get(key) if isinstance(found, nodes.Mapping) else None
    return found


def _entries(node: Node, *keys: str) -> Iterator[tuple[str, Node]]:
    below = _at(node, *keys)
    if isinstance(below, nodes.Mapping):
        yield from ((key.text, value) for key, value in below)


def without(node: Node, path: Sequence[str | int]) -> Node:
    """A tree less what a path leads to."""
    step, *rest = path
    match node:
        case nodes.Mapping():
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
    assert isinstance(root, nodes.Mapping)
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
