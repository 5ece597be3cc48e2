"""YAML as it was written: every key and scalar knows its characters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policyrun.source.text import Span


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """One scalar.

    Attributes:
        text: its value as text, with quotes, escapes and folding taken care of by YAML's rules.
        span: its characters in the file without the quotes; an expression is parsed from this raw slice.
        quoted: whether it stood in quotes or in a block.
    """

    text: str
    span: Span
    quoted: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    items: tuple[Node, ...]
    span: Span

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """Keys in the order written; a repeated key never gets this far."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span

    def get(self, key: str) -> Node | None:
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """The key itself, for pointing at it."""
        return next((name for name, _ in self.entries if name.text == key), None)

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


Node = Scalar | Sequence | Mapping
