"""Making a find small: rows, history and parts of the policy are taken away as long as it is still found."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from policyrun.ir.policy import Policy
from policyrun.model.raw import SchemeInput

from .policies import loaded, text_of
from .records import Dataset

Node = dict[str, Any]
Path = tuple[str | int, ...]
T = TypeVar("T")

#: Whether a policy and its records still show what was found.
Shows = Callable[[Policy, Dataset], bool]

#: Words that may stand in place of an expression.
_PLAIN = ("true", "false", "1", "100元", "金额甲", "1课时", '"甲"', "2023年6月30日")
_EXPRESSIONS = ("formula", "test", "when", "value", "room", "source", "category", "binding", "blank")


@dataclass(frozen=True, slots=True)
class Small:
    """What is left of a find."""

    tree: Node
    data: Dataset

    @property
    def text(self) -> str:
        return text_of(self.tree)


def shrink(tree: Node, data: Dataset, shows: Shows, seconds: float = 40) -> Small:
    """The smallest policy and records that can be reached in a time and still show it."""
    end = time.monotonic() + seconds
    policy = loaded(text_of(tree))
    assert policy is not None
    data = _fewer(policy, data, shows, end)
    tree = _less(tree, data, shows, end)
    policy = loaded(text_of(tree))
    assert policy is not None
    data = _fewer(policy, fitting(policy, data), shows, end)
    narrow = _narrow(policy, data)
    return Small(tree, narrow if shows(policy, narrow) else data)


# --------------------------------------------------------------------------------------------------------- the records


def fewer(policy: Policy, data: Dataset, shows: Shows, seconds: float) -> Dataset:
    """The fewest records that can be reached in a time and still show a find; the policy stays as it is."""
    return _fewer(policy, data, shows, time.monotonic() + seconds)


def _fewer(policy: Policy, data: Dataset, shows: Shows, end: float) -> Dataset:
    def past(kept: Sequence) -> Dataset:
        return replace(data, history=tuple(kept))

    def excepted(kept: Sequence) -> Dataset:
        return replace(data, exceptions=tuple(kept))

    data = past(_subset(data.history, lambda kept: shows(policy, past(kept)), end))
    data = excepted(_subset(data.exceptions, lambda kept: shows(policy, excepted(kept)), end))
    for one in data.inputs:

        def rows(kept: Sequence[int], one: SchemeInput = one, data: Dataset = data) -> Dataset:
            return _with_rows(data, one, kept)

        places = _subset(list(range(len(one.rows))), lambda kept, rows=rows: shows(policy, rows(kept)), end)
        data = rows(places)
    return data


def fitting(policy: Policy, data: Dataset) -> Dataset:
    """What is left of records for a policy with fewer schemes and readings."""
    names = {scheme.name for scheme in policy.schemes}
    inputs = tuple(one for one in data.inputs if one.scheme in names)
    history = tuple(row for row in data.history if row.scheme in names)
    ways = {name: data.settings.readings.get(name, reading.default) for name, reading in policy.readings.items()}
    return replace(data, inputs=inputs, history=history, settings=replace(data.settings, readings=ways))


def _narrow(policy: Policy, data: Dataset) -> Dataset:
    """Records without the columns that no record has any more, and without schemes that have no row."""
    kept = tuple(_columns(policy, one) for one in data.inputs if one.rows) or data.inputs[:1]
    history = []
    for row in data.history:
        scheme = policy.scheme(row.scheme)
        names = {field.name for field in scheme.record.fields} if scheme else set()
        values = {name: value for name, value in row.values.items() if name in names}
        history.append(replace(row, values=values))
    return replace(data, inputs=kept, history=tuple(history))


def _columns(policy: Policy, one: SchemeInput) -> SchemeInput:
    scheme = policy.scheme(one.scheme)
    assert scheme is not None, "records fit the policy"
    named = {field.name for field in scheme.record.fields} | {reference.key for reference in policy.lists}
    named |= set(scheme.payee.names.values()) if scheme.payee else set()
    places = [place for place, name in enumerate(one.columns) if name in named]
    return replace(
        one,
        columns=tuple(one.columns[place] for place in places),
        rows=[tuple(row[place] for place in places) for row in one.rows],
    )


def _with_rows(data: Dataset, one: SchemeInput, places: Sequence[int]) -> Dataset:
    fewer = replace(one, rows=[one.rows[at] for at in places], origins=[one.origins[at] for at in places])
    return replace(data, inputs=tuple(fewer if each.scheme == one.scheme else each for each in data.inputs))


def _subset(items: Sequence[T], holds: Callable[[Sequence[T]], bool], end: float) -> list[T]:
    """A part of a sequence that still holds, by taking away ever smaller stretches."""
    kept = list(items)
    size = max(1, len(kept))
    while kept and time.monotonic() < end:
        at = 0
        while at < len(kept) and time.monotonic() < end:
            tried = kept[:at] + kept[at + size :]
            if holds(tried):
                kept = tried
            else:
                at += size
        if size == 1:
            break
        size = max(1, size // 2)
    return kept


# ---------------------------------------------------------------------------------------------------------- the policy


def _less(tree: Node, data: Dataset, shows: Shows, end: float) -> Node:
    """The tree with everything gone, or made plain, that the find does not need."""
    changed = True
    while changed and time.monotonic() < end:
        changed = False
        for path in sorted(_paths(tree), key=lambda path: -len(str(_at(tree, path)))):  # what holds most comes first
            if time.monotonic() > end:
                return tree
            for tried in _simpler(tree, path):
                if _still(tried, data, shows):
                    tree, changed = tried, True
                    break
    return tree


def _still(tree: Node, data: Dataset, shows: Shows) -> bool:
    policy = loaded(text_of(tree))
    if policy is None:
        return False
    fits = fitting(policy, data)
    return bool(fits.inputs) and shows(policy, fits)


def _paths(node: Any, path: Path = ()) -> Iterator[Path]:
    """Where something can be taken away or made plain."""
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in entries:
        yield (*path, key)
        yield from _paths(value, (*path, key))


def _simpler(tree: Node, path: Path) -> Iterator[Node]:
    """The tree without what a path leads to, then with plain words for it."""
    owner = _at(tree, path[:-1])
    if not isinstance(owner, dict | list) or _at(owner, path[-1:]) is None:
        return
    without = copy.deepcopy(tree)
    del _at(without, path[:-1])[path[-1]]
    yield without
    old = owner[path[-1]]
    if path[-1] in _EXPRESSIONS and isinstance(old, str):
        for word in _PLAIN:
            if len(word) < len(old):
                plain = copy.deepcopy(tree)
                _at(plain, path[:-1])[path[-1]] = word
                yield plain


def _at(node: Any, path: Path) -> Any:
    for key in path:
        try:
            node = node[key]
        except (KeyError, IndexError, TypeError):
            return None
    return node
