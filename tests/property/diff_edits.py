"""Edits of policies for the tests of ``diff``: one scalar of the text replaced by another that may stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

from policyrun.app.load import read_policy
from policyrun.app.mutation import alter, figures
from policyrun.app.opened import Opened, opened
from policyrun.app.outline import Entry
from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.text import SourceFile, Span
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Node, Scalar
from policyrun.syntax.source_policy import PolicySource
from policyrun.syntax.yaml_reader import read_yaml

POLICIES = sorted(path for path in data_dir("policies").glob("*/*/v*.yaml"))
NAMES = [f"{path.parent.name}@{path.stem[1:]}" for path in POLICIES]

#: The keys that lead to a text.
Path_ = tuple[str, ...]

#: Keys whose text is for people: any other text may stand there.
_TEXTS = {
    *("title", "note", "notes", "question", "reason", "who", "why", "meaning", "number", "issuer", "needs", "label"),
    *("says", "units", "signatures", "under"),
}

#: What may be written for what in an expression; some of it does not type, and is not tried then.
_SWAPS = (
    (" >= ", " > "),
    (" <= ", " < "),
    (" = ", " != "),
    (" != ", " = "),
    (" 且 ", " 或 "),
    (" 或 ", " 且 "),
    (" + ", " - "),
    (" * ", " + "),
    (" 属于 ", " 不属于 "),
    ("100%", "90%"),
)

#: Words that stand once in a file, and another that may stand there.
_WORDS = {"生效": "废止", "草案": "废止", "四舍五入": "舍去"}

#: Keys that say which file this is, not what the policy says.
UNTOLD = frozenset(("policy", "version", "supersedes", "imports"))


class Edit(NamedTuple):
    """One edit: the keys that lead to it, the text it takes the place of, and the new text."""

    path: Path_
    span: Span
    text: str

    @property
    def kind(self) -> str:
        return kind_of(self.path)

    def __str__(self) -> str:
        return f"{self.span.line}: {' / '.join(self.path)}: {self.span.text} → {self.text}"


def kind_of(path: Path_) -> str:
    """What kind of node a path leads to: its section and the last key that is the language's own, not a name."""
    words = [key for key in path[1:] if key.isascii() and key.isidentifier()]
    return ".".join([path[0], *words[-1:]])


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
    if root is None:
        return None
    policy = opened(replace(source, root=root, file=root.span.file), found)
    return None if found.failed else policy


def edited(text: str, *together: Edit) -> str:
    """A text with edits made, from the last to the first, so that none moves another."""
    for edit in sorted(together, key=lambda edit: -edit.span.start):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def leaves(node: Node, path: Path_ = ()) -> Iterator[tuple[Path_, Scalar]]:
    match node:
        case Scalar():
            yield path, node
        case nodes.Sequence():
            for item in node:
                yield from leaves(item, path)
        case nodes.Mapping():
            for key, value in node:
                yield from leaves(value, (*path, key.text))


def plain_edits(root: nodes.Mapping) -> list[Edit]:
    """Edits that hardly ever break a policy: each figure one more, each clause another, each text a word longer."""
    every = list(leaves(root))
    inside = _figures(root, every)
    return [
        edit
        for path, leaf in every
        if not UNTOLD & {kind_of(path), path[0]}
        for edit in (*inside.get(leaf.span.start, ()), *_plain(path, leaf))
    ]


def edits_by_kind(root: nodes.Mapping) -> Mapping[str, list[list[Edit]]]:
    """By kind of node: for each node what may be written there instead, one of which is to be tried."""
    every = list(leaves(root))
    inside, columns = _figures(root, every), _columns(every)
    beside: dict[tuple[str, str], dict[str, None]] = {}
    for path, leaf in every:
        beside.setdefault(_place(path), {}).setdefault(leaf.span.text)
    found: dict[str, list[list[Edit]]] = {}
    for path, leaf in every:
        kind = kind_of(path)
        if not UNTOLD & {kind, path[0]}:
            others = [text for text in (*beside[_place(path)], *columns.get(leaf.text, ())) if text != leaf.span.text]
            edits = (*inside.get(leaf.span.start, ()), *_plain(path, leaf), *_otherwise(path, leaf, others))
            found.setdefault(kind, []).extend([list(edits)] if edits else [])
    return found


def _place(path: Path_) -> tuple[str, str]:
    """Where texts may take each other's place: of a table's cells, those that look at one input."""
    return kind_of(path), path[-1] if "when" in path[:-1] else ""


def _columns(every: list[tuple[Path_, Scalar]]) -> Mapping[str, list[str]]:
    """For each column, the columns of the same type."""
    types = {path[-1] if path[-1] != "type" else path[-2]: leaf.text for path, leaf in every if path[0] == "records"}
    typed = {name: text[:-1] for name, text in types.items() if text[-1:] in ("!", "?")}
    return {name: [other for other, text in typed.items() if text == own] for name, own in typed.items()}


def _figures(root: nodes.Mapping, every: list[tuple[Path_, Scalar]]) -> Mapping[int, list[Edit]]:
    """Each figure one more, by where the text begins that it stands in."""
    starts: dict[int, list[Edit]] = {}
    for figure in figures(root):
        path, home = next((p, leaf) for p, leaf in every if leaf.span.start <= figure.start < leaf.span.end)
        starts.setdefault(home.span.start, []).append(Edit(path, figure, alter(figure.text)))
    return starts


def _plain(path: Path_, leaf: Scalar) -> Iterator[Edit]:
    span, key = leaf.span, path[-1]
    if _TEXTS & set(path[-2:]):
        yield Edit(path, Span(span.file, span.end, span.end), "另加")
    clause = re.search(r"第[一二三四五六七八九十]+条", span.text) if key == "cite" else None
    if clause is not None:
        yield Edit(path, span.within(*clause.span()), "第九十九条")
    if key == "ids" and re.fullmatch(r"[A-Z]+\d*-[A-Z]\d+", leaf.text):
        yield Edit(path, span, f"{leaf.text}9")


def _otherwise(path: Path_, leaf: Scalar, others: list[str]) -> Iterator[Edit]:
    """A scalar with an operator for another, or what stands elsewhere in its kind of place."""
    span = leaf.span
    if leaf.text in ("true", "false"):
        yield Edit(path, span, "false" if leaf.text == "true" else "true")
    if path[0] == "records" and span.text[-1:] in ("!", "?"):
        yield Edit(path, span.within(len(span.text) - 1, len(span.text)), "?" if span.text[-1] == "!" else "!")
    if leaf.text in _WORDS and len(path) < 3:
        yield Edit(path, span, _WORDS[leaf.text])
    for old, new in _SWAPS:
        if old in span.text:
            start = span.text.index(old)
            yield Edit(path, span.within(start, start + len(old)), new)
    chance = Random(f"{path} {span.start}")
    for other in chance.sample(others, min(4, len(others))):
        yield Edit(path, span, other)


def is_about(entry: Entry, path: Path_) -> bool:
    """Whether a path of keys leads into what an entry tells."""
    if path[0] == "records":
        # A column is told in each record; a group stands in several.
        return entry.name in path or entry.owner in path
    if path[0] == "schemes":
        return path[1] in (entry.owner, entry.name)
    if path[0] == "dated_by":
        return entry.section == "项目"
    if len(path) == 1 or path[0] in ("in_force", "rounding"):
        return not entry.name and not entry.owner
    return entry.name == path[1]
