"""The database that a command measures records in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from policyrun.source.diagnostic import Diagnostics

if TYPE_CHECKING:
    from policyrun.columnar.embedded import Embedded


@contextmanager
def database(engine: str, found: Diagnostics, *, sample: bool) -> Iterator[Embedded | None]:
    """A database for as long as a run is of use; None where the reference is asked for, or enough.

    Args:
        engine: as ``--engine`` names it.
        sample: whether the records are the bundled sample, which is small.

    Raises:
        PolicyrunError: if memory or disk do not suffice, with the reason in ``found``.
    """
    from policyrun.app.engine import EngineName

    if sample or engine == EngineName.REFERENCE.value:
        yield None
        return
    from policyrun.columnar.embedded import Embedded, embedded_faults

    with embedded_faults(found), Embedded() as embedded:
        yield embedded
