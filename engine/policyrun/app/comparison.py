"""Two versions of a policy side by side: what differs in meaning, and what that does to records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from policyrun.app.diff import Difference, chosen_ways, differences, in_force
from policyrun.app.evaluate import Request
from policyrun.app.impact import Impact
from policyrun.app.impact_run import Side, impact_of
from policyrun.app.opened import Opened, open_policy
from policyrun.app.settings import settings_for
from policyrun.source.diagnostic import Diagnostics

if TYPE_CHECKING:
    from policyrun.columnar.embedded import Embedded


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """What is compared.

    Attributes:
        old, new: references or paths of policies; one and the same where something is tried out.
        overlays, readings: of both; ``new_overlays`` and ``new_readings`` of the new one alone.
    """

    old: str
    new: str
    folders: tuple[Path, ...] = ()
    overlays: tuple[Path, ...] = ()
    new_overlays: tuple[Path, ...] = ()
    readings: Mapping[str, str] = field(default_factory=dict)
    new_readings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of it; ``impact`` is None where no records were asked about."""

    old: Opened
    new: Opened
    differences: tuple[Difference, ...]
    impact: Impact | None = None

    @property
    def heading(self) -> str:
        """``hebei-2023@1 → hebei-2023@2``; with their files where that does not tell them apart."""
        old, new = self.old, self.new
        if old.policy.ref == new.policy.ref and old.path != new.path:
            return f"{old.policy.ref}（{old.path}） → {new.policy.ref}（{new.path}）"
        return f"{old.policy.ref} → {new.policy.ref}"

    @property
    def are_two_policies(self) -> bool:
        """Whether these are no versions of one policy."""
        return self.old.policy.id != self.new.policy.id

    @property
    def is_different(self) -> bool:
        return bool(self.differences) or (self.impact is not None and bool(self.impact.turned))


def compare_versions(
    versions: Versions, request: Request | None, found: Diagnostics, engine: Embedded | None = None
) -> Comparison | None:
    """Compares two versions, and with a request also what they decide; None, with the reasons in ``found``.

    Args:
        engine: where records are decided and compared; None: at hand.
    """
    old = open_policy(versions.old, found, folders=versions.folders, overlays=versions.overlays)
    overlays = (*versions.overlays, *versions.new_overlays)
    new = open_policy(versions.new, found, folders=versions.folders, overlays=overlays)
    if old is None or new is None:
        return None
    old_ways = in_force(old.policy, versions.readings, new.policy)
    new_ways = {**in_force(new.policy, versions.readings, old.policy), **versions.new_readings}
    before, after = (
        settings_for(old.policy, found, readings=old_ways),
        settings_for(new.policy, found, readings=new_ways),
    )
    if found.failed:
        return None
    listed = (*differences(old.entries, new.entries), *chosen_ways(old, new, before, after))
    if request is None:
        return Comparison(old, new, listed)
    sides = (
        Side(old.policy, replace(request, readings=old_ways)),
        Side(new.policy, replace(request, readings=new_ways)),
    )
    impact = impact_of(*sides, found, engine)
    return None if impact is None else Comparison(old, new, listed, impact)
