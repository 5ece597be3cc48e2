"""Rules of the form: what is wrong with a row whose cells may all type one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from policyrun.interp.expressions import Row, truth
from policyrun.interp.regions import Astray, RegionFinder
from policyrun.ir.nodes import columns_of
from policyrun.ir.policy import Check, Field, Policy, RecordType
from policyrun.model.values import Value
from policyrun.model.vocabulary import Grounds


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that breaks a rule of the form: which, why in a few words, and where the rule comes from."""

    column: str
    why: str
    grounds: Grounds


class Form:
    """The rules of a record beyond the type of each cell."""

    def __init__(self, policy: Policy, record: RecordType) -> None:
        self._checks = tuple((check, frozenset(_columns(check, record))) for check in record.checks)
        self._places = {field.name: place for place, field in enumerate(record.fields)}
        trees = {quota.name: quota for quota in policy.quotas}
        self._regions = tuple(
            (field, RegionFinder(field.region, trees[field.region.tree]))
            for field in record.fields
            if field.region is not None
        )

    @property
    def is_plain(self) -> bool:
        """Whether there is no rule to look at."""
        return not self._checks and not self._regions

    def faults(self, row: Row, invalid: Set[str]) -> list[Fault]:
        """What is wrong, in the order of the columns.

        Args:
            row: the cells that type.
            invalid: columns whose cells do not; a rule that looks at one of them says nothing.
        """
        found = [*self._astray(row.cells, invalid), *self._broken(row, invalid)]
        return sorted(found, key=lambda fault: self._places[fault.column])

    def _astray(self, cells: Mapping[str, Value | None], invalid: Set[str]) -> Iterator[Fault]:
        for field, finder in self._regions:
            assert field.region is not None, "only columns of regions are kept"
            if field.name not in invalid and isinstance(why := region_in(field, finder, cells), Astray):
                yield Fault(field.name, why.text, field.region.grounds)

    def _broken(self, row: Row, invalid: Set[str]) -> Iterator[Fault]:
        for check, columns in self._checks:
            if not columns & invalid and truth(check.test, row) is False:
                yield Fault(check.blames, check.says, check.grounds)


def region_in(field: Field, finder: RegionFinder, cells: Mapping[str, Value | None]) -> object:
    """The region that a row's cells name: its path, why there is none, or None where the cell is blank."""
    assert field.region is not None
    name, above = cells.get(field.name), cells.get(field.region.above)
    if not isinstance(name, str):
        return None
    return finder.find(name, above if isinstance(above, str) else None)


def _columns(check: Check, record: RecordType) -> Iterator[str]:
    """The columns a check looks at, those that explain a blank included."""
    for name in columns_of(check.test):
        yield name
        field = record.field(name)
        if field is not None and field.blank is not None:
            yield from columns_of(field.blank)
