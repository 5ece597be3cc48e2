"""What an expression may speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from policyrun.ir.nodes import Expr
from policyrun.source.text import Span


class Scope(Protocol):
    """The names in reach of an expression."""

    def resolve(self, name: str, span: Span) -> Expr | None:
        """The leaf a name stands for at a place, a list of constants for a named set; None if there is none."""

    def names(self) -> Iterable[str]:
        """Every name that resolves."""

    def member_sets(self, enumeration: str) -> Mapping[str, tuple[str, ...]]:
        """The named sets of a vocabulary, by name."""
