"""The shape of policy files: the schema, the loader and the printed reference say the same."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policyrun.source.diagnostic import Diagnostics
from policyrun.source.files import read_source
from policyrun.source.text import SourceFile
from policyrun.syntax.nodes import Mapping, Node, Scalar, Sequence
from policyrun.syntax.reference import with_reference
from policyrun.syntax.schema import schema
from policyrun.syntax.shape import FILE_KINDS, FileKind, check_shape
from policyrun.syntax.yaml_reader import read_yaml

ROOT = Path(__file__).parent.parent
README = ROOT / "grammar" / "README.md"
BASE = Path(__file__).parent / "diagnostics" / "base-minimal.yaml"

#: Keywords whose failure ``syntax.shape`` has a sentence for; what fails another one would be refused without a word.
EXPLAINED = {"type", "enum", "pattern", "minLength", "minItems", "minProperties", "maxProperties"}
EXPLAINED |= {"additionalProperties", "required", "dependentRequired", "oneOf", "anyOf"}
#: Keywords that cannot fail themselves.
STRUCTURE = {"$schema", "$id", "$defs", "$ref", "properties", "items", "if", "then", "else"}
NOTES = {"title", "description", "patternErrorMessage"}


def nodes_of(path: Path) -> Mapping:
    found = Diagnostics()
    file = read_source(path, found)
    root = read_yaml(file, found) if file else None
    assert root is not None, list(found)
    return root


def texts(node: Node) -> Any:
    """A node as JSON with every scalar a text, as the loader sees it."""
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [texts(item) for item in node]
        case Mapping():
            return {key.text: texts(value) for key, value in node}


def kind_of(root: Mapping) -> FileKind | None:
    return next((kind for kind in FILE_KINDS if root.key(kind)), None)


FILES = [path for path in sorted((ROOT / "policies").rglob("*.yaml")) if kind_of(nodes_of(path))]
IDS = [path.relative_to(ROOT / "policies").as_posix() for path in FILES]


def rules(rule: Any) -> Iterator[dict[str, Any]]:
    """Every schema object inside one."""
    yield rule
    for key in ("properties", "$defs"):
        for inner in rule.get(key, {}).values():
            yield from rules(inner)
    for key in ("items", "additionalProperties", "if", "then", "else"):
        if isinstance(rule.get(key), dict):
            yield from rules(rule[key])
    for key in ("anyOf", "oneOf"):
        for inner in rule.get(key, ()):
            yield from rules(inner)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_the_loader_can_explain_every_keyword_of_the_schema() -> None:
    assert {key for rule in rules(schema()) for key in rule} <= EXPLAINED | STRUCTURE | NOTES


def test_alternatives_are_choices_between_keys() -> None:
    """A choice between two shapes could not say which of them was meant."""
    for rule in rules(schema()):
        for branch in (*rule.get("oneOf", ()), *rule.get("anyOf", ())):
            assert branch.keys() == {"required"}
            assert len(branch["required"]) == 1


def test_every_key_says_what_it_is_for_and_nothing_else_is_allowed() -> None:
    for rule in rules(schema()):
        if "object" in rule.get("type", ()):
            assert "additionalProperties" in rule, rule
        for key, inner in rule.get("properties", {}).items():
            assert re.search("[一-鿿]", inner["description"]), key


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_shipped_files_have_the_shape(path: Path) -> None:
    root, found = nodes_of(path), Diagnostics()
    kind = kind_of(root)
    assert kind is not None
    assert check_shape(root, kind, found), [str(each.at) for each in found]


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_an_editor_that_types_scalars_finds_nothing_wrong(path: Path) -> None:
    """Editors read ``version: 1`` as a number and ``open: true`` as a boolean."""
    typed = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    jsonschema.Draft202012Validator(schema()).validate(as_an_editor_types(typed))


def as_an_editor_types(value: Any) -> Any:
    match value:
        case dict():
            return {key: as_an_editor_types(inner) for key, inner in value.items()}
        case list():
            return [as_an_editor_types(inner) for inner in value]
        case "true" | "false":
            return value == "true"
        case _:
            return json.loads(value) if re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", value) else value


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [path, *(place for key, each in inner for place in places(each, (*path, key)))]


MINIMAL = texts(nodes_of(BASE))
NEW_VALUES = st.sampled_from(["", "甲", "true", "1", "U", [], ["甲"], [["甲"]], {}, {"cite": "一"}, {"甲": "乙"}])
NEW_KEYS = st.sampled_from(["甲", "cite", "ids", "value", "values", "open", "formula", "table", "type", "over", "day"])


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """A policy with one or two things taken out, put in or replaced."""
    value = copy.deepcopy(MINIMAL)
    for _time in range(draw(st.integers(1, 2))):
        place = draw(st.sampled_from([path for path in places(value) if path]))
        parent = value
        for key in place[:-1]:
            parent = parent[key]
        match draw(st.sampled_from(["out", "in", "other"])):
            case "out":
                del parent[place[-1]]
            case "in" if isinstance(parent, dict):
                parent[draw(NEW_KEYS)] = copy.deepcopy(draw(NEW_VALUES))
            case _:
                parent[place[-1]] = copy.deepcopy(draw(NEW_VALUES))
    return value


@given(damaged())
def test_what_is_refused_is_explained_and_no_place_is_blamed_twice_for_the_same(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)
    found = Diagnostics()
    root = read_yaml(SourceFile("a.json", text), found)
    assert root is not None
    assert check_shape(root, "policy", found) == (not list(found))
    assert len({(each.code, each.at) for each in found}) == len(list(found))


def test_the_reference_is_up_to_date() -> None:
    page = README.read_text(encoding="utf-8")
    assert page == with_reference(page), "run: python -m policyrun.syntax.reference"


@pytest.mark.parametrize("number", range(2))
def test_the_examples_of_the_reference_have_the_shape(number: int) -> None:
    examples = re.findall(r"^```yaml\n(.*?)^```", README.read_text(encoding="utf-8"), re.M | re.S)
    example = [each for each in examples if not each.startswith("#")][number]
    found = Diagnostics()
    root = read_yaml(SourceFile("例", example), found)
    assert root is not None, list(found)
    kind = kind_of(root)
    assert kind is not None
    assert check_shape(root, kind, found), list(found)
