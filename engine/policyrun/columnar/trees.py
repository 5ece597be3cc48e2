"""What SQL trees are looked through for: their nodes, the names of columns, whether two say the same."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from sqlglot import exp

from policyrun.columnar.folding import Sql

#: What has nothing inside that is a value of its own; nothing ever changes one, so trees may have it in common.
LEAVES = (exp.Literal, exp.DataType, exp.Null, exp.Boolean)
_LEAVES_OR_COLUMNS = (*LEAVES, exp.Column)


def nodes_of(node: Sql) -> Iterator[Sql]:
    """A tree's nodes without names and types."""
    todo = [node]
    while todo:
        current = todo.pop()
        yield current
        if isinstance(current, _LEAVES_OR_COLUMNS):
            continue
        for value in current.args.values():
            if isinstance(value, list):
                todo += [each for each in value if isinstance(each, exp.Expression)]
            elif isinstance(value, exp.Expression):
                todo.append(value)


def name_of(node: Sql) -> str:
    """What ``name`` of a column says, asked for too often to ask as politely."""
    name: str = node.args["this"].args.get("this", "")
    return name


def key_of(node: Sql) -> Hashable:
    """What trees that say the same have in common."""
    if isinstance(node, exp.Column):
        return name_of(node), node.table
    parts: list[Any] = [type(node)]
    for name, value in node.args.items():
        if isinstance(value, list):
            parts.append((name, *(key_of(each) if isinstance(each, exp.Expression) else each for each in value)))
        else:
            parts.append((name, key_of(value) if isinstance(value, exp.Expression) else value))
    return tuple(parts)


def query_depth(query: exp.Select) -> int:
    """How many SELECTs lie below one."""
    source = query.args.get("from_") or query.args.get("from")
    below = source.this if source is not None else None
    return 1 + query_depth(below.this) if isinstance(below, exp.Subquery) and isinstance(below.this, exp.Select) else 0
