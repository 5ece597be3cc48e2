"""A run that others over the same records are compared with: the records are read once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from policyrun.app.evaluate import Request, run, run_inputs
from policyrun.app.impact import Impact, compare
from policyrun.app.result import RunResult
from policyrun.ir.policy import Policy
from policyrun.source.diagnostic import Diagnostics

if TYPE_CHECKING:
    from policyrun.columnar.embedded import Embedded


class Base(Protocol):
    """A run to be compared with."""

    @property
    def run(self) -> RunResult:
        """It, with the policy and the settings at least."""

    def against(self, policy: Policy, request: Request, found: Diagnostics) -> Impact | None:
        """What another policy, or a request with other readings, would change; None, with the reasons in ``found``."""


class BaseAtHand:
    """A run whose rows are at hand."""

    def __init__(self, base: RunResult) -> None:
        self.run = base

    def against(self, policy: Policy, request: Request, found: Diagnostics) -> Impact | None:
        other = run_inputs(policy, request, [part.data for part in self.run.schemes], found)
        return None if other is None else compare(self.run, other)


def base_of(policy: Policy, request: Request, found: Diagnostics, engine: Embedded | None = None) -> Base | None:
    """Runs a policy; None, with the reasons in ``found``, if that cannot be done.

    Args:
        engine: where records are read, decided and compared; None: at hand. Sums alone are told then.

    Raises:
        Unlowered, Beyond: if a plan cannot decide these records.
    """
    if engine is not None:
        from policyrun.app.impact_held import base_in

        return base_in(engine, policy, request, found)
    base = run(policy, request, found)
    return None if base is None else BaseAtHand(base)
