"""The shape of policy files, as ``grammar/policy.schema.json`` states it for editors and for us.

The file is read into ``Shape``s, one per place. Only the keywords that a shape has are used in it; a test holds the
file against a full JSON Schema validator, so that an editor and the loader agree on what is a policy.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from policyrun.source.data import data_dir

FILE_NAME = "policy.schema.json"

#: JSON types that are a scalar to a policy, where every scalar is text.
_SCALARS = frozenset({"string", "number", "integer", "boolean"})


@dataclass(frozen=True, slots=True)
class Kinds:
    """Which kinds of node may stand somewhere."""

    scalar: bool
    sequence: bool
    mapping: bool


@dataclass(frozen=True)
class Shape:
    """What may stand at one place.

    Attributes:
        rule: the JSON Schema object.
        root: the whole schema, for ``$ref``.
        description: what the place is for; that of the reference if there is one.
    """

    rule: dict[str, Any] = field(repr=False)
    root: dict[str, Any] = field(repr=False)
    description: str = ""

    @cached_property
    def kinds(self) -> Kinds:
        if self.alternatives:
            kinds = [shape.kinds for shape in self.alternatives]
            return Kinds(
                any(kind.scalar for kind in kinds),
                any(kind.sequence for kind in kinds),
                any(kind.mapping for kind in kinds),
            )
        types = self.rule["type"]
        names = frozenset([types] if isinstance(types, str) else types)
        return Kinds(bool(names & _SCALARS), "array" in names, "object" in names)

    @cached_property
    def alternatives(self) -> tuple[Shape, ...]:
        """Shapes of which one is due, each of another kind of node; none where the shape is one itself."""
        return () if "type" in self.rule else tuple(self._inner(rule) for rule in self.rule["anyOf"])

    @cached_property
    def properties(self) -> dict[str, Shape]:
        return {key: self._inner(rule) for key, rule in self.rule.get("properties", {}).items()}

    @cached_property
    def others(self) -> Shape | None:
        """The shape of the values of keys that authors choose; None where they may choose none."""
        rule = self.rule.get("additionalProperties")
        return self._inner(rule) if isinstance(rule, dict) else None

    @cached_property
    def items(self) -> Shape:
        return self._inner(self.rule["items"])

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(self.rule.get("required", ()))

    @property
    def one_of(self) -> tuple[str, ...]:
        """Keys of which exactly one is due."""
        return tuple(branch["required"][0] for branch in self.rule.get("oneOf", ()))

    @property
    def any_of(self) -> tuple[str, ...]:
        """Keys of which at least one is due."""
        return tuple(branch["required"][0] for branch in self.rule.get("anyOf", ())) if "type" in self.rule else ()

    @property
    def dependent(self) -> dict[str, list[str]]:
        """Key → the keys it asks for."""
        needs: dict[str, list[str]] = self.rule.get("dependentRequired", {})
        return needs

    @property
    def values(self) -> tuple[str, ...]:
        """The closed set of texts; none where any text will do."""
        return tuple(value for value in self.rule.get("enum", ()) if isinstance(value, str))

    @property
    def title(self) -> str:
        return str(self.rule.get("title", ""))

    def _inner(self, rule: dict[str, Any]) -> Shape:
        description = str(rule.get("description", ""))
        while "$ref" in rule:
            rule = self.root["$defs"][rule["$ref"].rpartition("/")[2]]
            description = description or str(rule.get("description", ""))
        return Shape(rule, self.root, description)


@cache
def schema() -> dict[str, Any]:
    """The schema as JSON."""
    text = (data_dir("grammar") / FILE_NAME).read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text)
    return read


@cache
def definition(name: str) -> Shape:
    """A named shape, such as ``policyFile``."""
    root = schema()
    rule = root["$defs"][name]
    return Shape(rule, root, str(rule.get("description", "")))
