"""The shape of policy files, as ``grammar/policy.schema.json`` states it for editors, for the loader and in print.

The schema is written so that what fails says what is wrong: a place that takes a text or a list has both types and the
keywords of both, rather than a choice between two schemas; ``oneOf`` and ``anyOf`` only say which keys go together.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from policyrun.source.data import data_dir
from policyrun.syntax.nodes import Mapping, Node, Scalar, Sequence

#: A JSON Schema object.
Rule = dict[str, Any]

FILE_NAME = "policy.schema.json"

#: JSON type → the node it is in a policy, where every scalar is text.
_NODES: dict[str, type[Node]] = {
    "string": Scalar,
    "number": Scalar,
    "integer": Scalar,
    "boolean": Scalar,
    "array": Sequence,
    "object": Mapping,
}


@cache
def schema() -> Rule:
    """The schema as JSON."""
    text = (data_dir("grammar") / FILE_NAME).read_text(encoding="utf-8")
    read: Rule = json.loads(text)
    return read


def definition(name: str) -> Rule:
    """A named part, such as ``policyFile``."""
    rule: Rule = schema()["$defs"][name]
    return rule


def kinds(rule: Rule) -> tuple[type[Node], ...]:
    """Which kinds of node a rule allows."""
    types = rule["type"]
    names = [types] if isinstance(types, str) else types
    return tuple(dict.fromkeys(_NODES[name] for name in names))


def texts(rule: Rule) -> tuple[str, ...]:
    """The closed set of texts that a rule allows; none where any text will do."""
    return tuple(value for value in rule.get("enum", ()) if isinstance(value, str))


def choice(rule: Rule, keyword: str) -> tuple[str, ...]:
    """The keys of which exactly one (``oneOf``) or at least one (``anyOf``) is due."""
    return tuple(branch["required"][0] for branch in rule.get(keyword, ()))
