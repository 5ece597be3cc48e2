"""A policy together with its text, as a list of entries in document order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from policyrun.app.load import read_policy
from policyrun.app.outline import Entry
from policyrun.app.outline_nouns import (
    head_entries,
    list_entries,
    quota_entries,
    reading_entries,
    record_entries,
    schedule_entries,
    vocabulary_entries,
)
from policyrun.app.outline_places import Places
from policyrun.app.outline_reports import check_entries, reporting_entries
from policyrun.app.outline_rules import decision_entries, limit_entries, parameter_entries, scheme_entries
from policyrun.ir.policy import Policy
from policyrun.source.diagnostic import Diagnostics
from policyrun.syntax.source_policy import PolicySource

_SECTIONS = (
    head_entries,
    vocabulary_entries,
    record_entries,
    check_entries,
    list_entries,
    reading_entries,
    parameter_entries,
    decision_entries,
    scheme_entries,
    limit_entries,
    quota_entries,
    schedule_entries,
    reporting_entries,
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A checked policy and what it says, entry by entry."""

    policy: Policy
    entries: tuple[Entry, ...]

    @property
    def path(self) -> str:
        """The policy's own file."""
        return next(entry.at.file.path for entry in self.entries if entry.at is not None)


def open_policy(
    ref: str, found: Diagnostics, *, folders: Sequence[Path] = (), overlays: Sequence[Path] = ()
) -> Opened | None:
    """A policy by reference or path with what overlays lay over it, or None and the reasons."""
    source = read_policy(ref, found, folders=folders, overlays=overlays)
    return None if source is None else opened(source, found)


def opened(source: PolicySource, found: Diagnostics) -> Opened | None:
    """A policy that has been read, checked and laid out in entries; None, with the reasons in ``found``."""
    from policyrun.check.lower import lower_policy

    policy = lower_policy(source, found)
    if policy is None:
        return None
    places = Places(source)
    return Opened(policy, tuple(entry for section in _SECTIONS for entry in section(policy, places)))
