"""Decision tables, all rows together."""

from __future__ import annotations

from collections.abc import Mapping

from policyrun.ir.nodes import Table
from policyrun.ir.policy import RecordType
from policyrun.source.diagnostic import Diagnostics


def check_table(name: str, table: Table, records: Mapping[str, RecordType], found: Diagnostics) -> None:
    pass
