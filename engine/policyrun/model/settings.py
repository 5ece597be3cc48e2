"""What a run is told beside the records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class ListEntry:
    """A line of a list: on it from ``first`` up to and including ``last`` (None: open)."""

    name: str
    first: date | None
    last: date | None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices of a run.

    Attributes:
        as_of: 基准日.
        known_on: values published later are hidden.
        readings: reading → way in force, for every reading of the policy.
        lists: list name → its entries, for the lists that were given.
    """

    as_of: date
    known_on: date
    readings: Mapping[str, str]
    lists: Mapping[str, tuple[ListEntry, ...]] = field(default_factory=dict)
