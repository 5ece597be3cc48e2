"""Making a find small: rows, history and parts of the policy are taken away as long as it is still found."""

from __future__ import annotations

import copy
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
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
#: Sections that use names, in the order in which they are made less; all others come after.
_USERS = ("limits", "schemes", "records", "decisions")
#: Sections whose names may be used by nobody.
_NAMERS = ("decisions", "parameters", "readings", "orders", "lists")
_EXPRESSIONS = ("formula", "test", "when", "value", "room", "source", "category", "binding", "blank")


@dataclass(frozen=True, slots=True)
class Small:
    """What is left of a find."""

    tree: Node
    data: Dataset

    @property
    def text(self) -> str:
        return text_of(self.tree)


@dataclass(slots=True)
class Budget:
    """How often and how long may be tried; what an engine takes for one try differs by a thousand times."""

    tries: int
    seconds: float
    began: float = field(default_factory=time.monotonic)

    def left(self) -> bool:
        return self.tries > 0 and time.monotonic() - self.began < self.seconds

    def counted(self, shows: Shows) -> Shows:
        """The same question, each time it is asked at the cost of a try."""

        def asked(policy: Policy, data: Dataset) -> bool:
            self.tries -= 1
            return shows(policy, data)

        return asked


def shrink(tree: Node, data: Dataset, shows: Shows, budget: Budget) -> Small:
    """The smallest policy and records that can be reached and still show it."""
    shows = budget.counted(shows)
    policy = loaded(text_of(tree))
    assert policy is not None
    data = _fewer(policy, data, shows, budget)
    for swept in (_swept(_bare(tree)), _swept(tree)):
        if _still(swept, data, shows):
            tree = swept
            break
    tree = _less(tree, data, shows, budget)
    policy = loaded(text_of(tree))
    assert policy is not None
    data = _fewer(policy, fitting(policy, data), shows, budget)
    narrow = _narrow(policy, data)
    return Small(tree, narrow if shows(policy, narrow) else data)


# --------------------------------------------------------------------------------------------------------- the records


def fewer(policy: Policy, data: Dataset, shows: Shows, budget: Budget) -> Dataset:
    """The fewest records that can be reached and still show a find; the policy stays as it is."""
    return _fewer(policy, data, budget.counted(shows), budget)


def _fewer(policy: Policy, data: Dataset, shows: Shows, budget: Budget) -> Dataset:
    def past(kept: Sequence) -> Dataset:
        return replace(data, history=tuple(kept))

    def excepted(kept: Sequence) -> Dataset:
        return replace(data, exceptions=tuple(kept))

    data = past(_subset(data.history, lambda kept: shows(policy, past(kept)), budget))
    data = excepted(_subset(data.exceptions, lambda kept: shows(policy, excepted(kept)), budget))
    for one in data.inputs:

        def rows(kept: Sequence[int], one: SchemeInput = one, data: Dataset = data) -> Dataset:
            return _with_rows(data, one, kept)

        places = _subset(list(range(len(one.rows))), lambda kept, rows=rows: shows(policy, rows(kept)), budget)
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


def _subset(items: Sequence[T], holds: Callable[[Sequence[T]], bool], budget: Budget) -> list[T]:
    """A part of a sequence that still holds, by taking away ever smaller stretches."""
    kept = list(items)
    size = max(1, len(kept))
    while kept and budget.left():
        at = 0
        while at < len(kept) and budget.left():
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


def _less(tree: Node, data: Dataset, shows: Shows, budget: Budget) -> Node:
    """The tree with everything gone, or made plain, that the find does not need."""
    changed = True
    while changed and budget.left():
        changed = False
        for path in sorted(_paths(tree), key=lambda path: _turn(tree, path)):
            if not budget.left():
                return tree
            for tried in _simpler(tree, path):
                if _still(tried, data, shows):
                    tree, changed = tried, True
                    break
        swept = _swept(tree)
        if swept != tree and _still(swept, data, shows):
            tree, changed = swept, True
    return tree


def _turn(tree: Node, path: Path) -> tuple[int, int]:
    """When a part is tried: what uses names before what gives names their meaning, what holds much before the rest."""
    section = _USERS.index(path[0]) if path[0] in _USERS else len(_USERS)
    is_own = path[0] in ("schemes", "limits") and len(path) < 4
    return (0 if is_own else 1 + section, -len(str(_at(tree, path))))


def _swept(tree: Node) -> Node:
    """The tree without the names that nothing uses, the columns among them."""
    swept = copy.deepcopy(tree)
    while True:
        text = text_of(swept)
        named = [(section, name) for section in _NAMERS for name in swept.get(section, ())]
        unused = [(section, name) for section, name in named if _times(name, text) < 2]
        lists = [_columns_node(record) for record in swept["records"].values()]
        written = Counter(name for columns in lists for each in columns if isinstance(each, dict) for name in each)
        idle = {name for name, times in written.items() if name != "序号" and _times(name, text) <= times}
        if not unused and not idle:
            return swept
        for section, name in unused:
            del swept[section][name]
        for columns in lists:
            columns[:] = [each for each in columns if not (isinstance(each, dict) and set(each) & idle)]
        for section in [section for section in _NAMERS if section in swept and not swept[section]]:
            del swept[section]


def _bare(tree: Node) -> Node:
    """The tree without limits, and schemes without all but record, day and amount; few finds survive that."""
    schemes = {
        name: {key: node for key, node in scheme.items() if key in ("record", "day", "amount", "cite")}
        for name, scheme in tree["schemes"].items()
    }
    return {**{key: node for key, node in tree.items() if key not in ("limits", "orders")}, "schemes": schemes}


def _columns_node(record: Any) -> list[Any]:
    """The list of columns of a record; none for what ``groups`` holds."""
    if isinstance(record, dict):
        return record.get("columns", [])
    return record


def _times(name: str, text: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", text))


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
