"""Whether JSON is as a schema says, by the keywords that the schema of policies uses.

Nearly every file has the right shape. That much is seen here at once; what is wrong where, and what this does not
know, is for ``jsonschema`` to say, which takes longer to load than a file takes to read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from policyrun.syntax.schema import Rule, definition

_PART = "#/$defs/"
#: Keywords that nothing can fail.
_SILENT = frozenset({"description", "title", "patternErrorMessage"})
_TYPES: Mapping[type[Any], str] = {str: "string", list: "array", dict: "object"}


class _UnknownError(Exception):
    """A keyword that is not known here."""


def certainly_fits(value: Any, name: str) -> bool:
    """Whether a value surely is as a named part of the schema says.

    Args:
        value: texts, in lists and dicts with texts as keys.
    """
    try:
        return _fits(value, definition(name))
    except _UnknownError:
        return False


def _fits(value: Any, rule: Rule) -> bool:
    for keyword in rule:
        if keyword not in _SILENT:
            check = _CHECKS.get(keyword)
            if check is None:
                raise _UnknownError(keyword)
            if not check(value, rule):
                return False
    return True


def _type(value: Any, rule: Rule) -> bool:
    due = rule["type"]
    own = _TYPES[type(value)]
    return own == due if isinstance(due, str) else own in due


def _part(value: Any, rule: Rule) -> bool:
    return _fits(value, definition(rule["$ref"].removeprefix(_PART)))


def _properties(value: Any, rule: Rule) -> bool:
    known = rule["properties"]
    return not isinstance(value, dict) or all(_fits(value[key], known[key]) for key in value if key in known)


def _others(value: Any, rule: Rule) -> bool:
    """additionalProperties: what the keys without a rule of their own may hold; False: there is to be none."""
    if not isinstance(value, dict):
        return True
    others, known = rule["additionalProperties"], rule.get("properties", {})
    return all(others is not False and _fits(value[key], others) for key in value if key not in known)


def _items(value: Any, rule: Rule) -> bool:
    return not isinstance(value, list) or all(_fits(each, rule["items"]) for each in value)


def _required(value: Any, rule: Rule) -> bool:
    return not isinstance(value, dict) or all(key in value for key in rule["required"])


def _dependent(value: Any, rule: Rule) -> bool:
    due = rule["dependentRequired"]
    return not isinstance(value, dict) or all(key in value for one in value for key in due.get(one, ()))


def _at_least(kind: type[str | list[Any] | dict[str, Any]], keyword: str) -> Callable[[Any, Rule], bool]:
    return lambda value, rule: not isinstance(value, kind) or len(value) >= rule[keyword]


_CHECKS: Mapping[str, Callable[[Any, Rule], bool]] = {
    "type": _type,
    "$ref": _part,
    "properties": _properties,
    "additionalProperties": _others,
    "items": _items,
    "required": _required,
    "dependentRequired": _dependent,
    "enum": lambda value, rule: value in rule["enum"],
    "pattern": lambda value, rule: not isinstance(value, str) or re.search(rule["pattern"], value) is not None,
    "oneOf": lambda value, rule: sum(_fits(value, way) for way in rule["oneOf"]) == 1,
    "anyOf": lambda value, rule: any(_fits(value, way) for way in rule["anyOf"]),
    "minLength": _at_least(str, "minLength"),
    "minItems": _at_least(list, "minItems"),
    "minProperties": _at_least(dict, "minProperties"),
    "maxProperties": lambda value, rule: not isinstance(value, dict) or len(value) <= rule["maxProperties"],
}
