"""What is seen at once to have the shape of a policy file is what jsonschema finds nothing wrong with."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.text import SourceFile
from policyrun.syntax.fits import certainly_fits
from policyrun.syntax.nodes import Mapping, Node, Sequence
from policyrun.syntax.schema import definition, schema
from policyrun.syntax.yaml_reader import read_yaml

FILES = sorted(data_dir("policies").glob("*/*/v*.yaml"))
CHANGES = 40


def texts(node: Node) -> Any:
    """A node with every scalar as text."""
    if isinstance(node, Mapping):
        return {key.text: texts(each) for key, each in node}
    return [texts(each) for each in node] if isinstance(node, Sequence) else node.text


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every collection in a value, with each of its keys or indices."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield value, key
        yield from places(each)


def changed(value: Any, chance: random.Random) -> Any:
    """A value with one thing removed, renamed, emptied, put elsewhere or made another kind of thing."""
    other = copy.deepcopy(value)
    holder, key = chance.choice(list(places(other)))
    match chance.randrange(4):
        case 0:
            del holder[key]
        case 1:
            holder[key] = chance.choice(["", [], {}, "字", ["字"], {"字": "字"}])
        case 2 if isinstance(holder, dict):
            holder[chance.choice(["字", "cite", "value", "values", "when"])] = holder.pop(key)
        case _:
            source, at = chance.choice(list(places(value)))
            holder[key] = copy.deepcopy(source[at])
    return other


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_what_fits_at_once_is_what_jsonschema_accepts(file: Path) -> None:
    root = read_yaml(SourceFile(file.name, file.read_text(encoding="utf-8")), Diagnostics())
    assert root is not None
    value = texts(root)
    validator = Draft202012Validator({**definition("policyFile"), "$defs": schema()["$defs"]})
    assert certainly_fits(value, "policyFile"), "a shipped policy needs no second look"
    chance = random.Random(file.name)
    answers = set()
    for _change in range(CHANGES):
        other = changed(value, chance)
        fits = certainly_fits(other, "policyFile")
        assert fits is validator.is_valid(other)
        answers.add(fits)
    assert False in answers


def test_a_keyword_it_does_not_know_is_never_taken_as_kept() -> None:
    rule = definition("policyFile")
    before = dict(rule)
    rule["multipleOf"] = 2
    try:
        assert not certainly_fits({}, "policyFile")
    finally:
        rule.clear()
        rule.update(before)
