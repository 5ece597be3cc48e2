"""Looking into nodes whose shape is known to be right; a part of another shape counts as absent."""

from __future__ import annotations

from collections.abc import Iterator

from policyrun.source.text import Span
from policyrun.syntax.nodes import Mapping, Node, Scalar, Sequence


def scalar_at(node: Node | None, key: str) -> Scalar | None:
    """The scalar under a key of a mapping."""
    value = node.get(key) if isinstance(node, Mapping) else None
    return value if isinstance(value, Scalar) else None


def text_at(node: Node | None, key: str, default: str = "") -> str:
    """The text under a key of a mapping."""
    value = scalar_at(node, key)
    return default if value is None else value.text


def flag_at(node: Node | None, key: str, default: bool = False) -> bool:
    """The yes or no under a key; the schema allows only ``true`` and ``false``."""
    value = scalar_at(node, key)
    return default if value is None else value.text == "true"


def entries_at(node: Node | None, key: str) -> tuple[tuple[Scalar, Node], ...]:
    """The entries of the mapping under a key."""
    value = node.get(key) if isinstance(node, Mapping) else None
    return value.entries if isinstance(value, Mapping) else ()


def items_at(node: Node | None, key: str) -> tuple[Node, ...]:
    """What stands under a key: the items of a list, or one thing alone."""
    value = node.get(key) if isinstance(node, Mapping) else None
    if value is None:
        return ()
    return value.items if isinstance(value, Sequence) else (value,)


def scalars_at(node: Node | None, key: str) -> tuple[Scalar, ...]:
    """The scalars under a key: those of a list, or one alone."""
    return tuple(item for item in items_at(node, key) if isinstance(item, Scalar))


def mappings_at(node: Node | None, key: str) -> tuple[Mapping, ...]:
    """The mappings of the list under a key."""
    return tuple(item for item in items_at(node, key) if isinstance(item, Mapping))


def key_span(node: Mapping, key: str) -> Span:
    """Where a key stands; the whole mapping where it is absent."""
    name = node.key(key)
    return node.span if name is None else name.span


def named_mappings(node: Node | None, key: str) -> Iterator[tuple[Scalar, Mapping]]:
    """The entries under a key whose values are mappings, as most sections have them."""
    for name, value in entries_at(node, key):
        if isinstance(value, Mapping):
            yield name, value
