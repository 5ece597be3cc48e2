"""Rules of the form in SQL: regions that a tree does not have, and checks across the cells of a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policyrun.columnar.cells_text import one_of
from policyrun.columnar.folding import Sql, boolean, both, cases, column, equal, negated, not_null, text
from policyrun.columnar.lowering import Lowering
from policyrun.ir.nodes import columns_of
from policyrun.ir.policy import Check, Field, Policy, RecordType
from policyrun.model.regions import Path, RegionColumn, lowest_of
from policyrun.model.vocabulary import Quota


def is_plain(record: RecordType) -> bool:
    """Whether a record has no rule beyond the type of each cell."""
    return not record.checks and all(field.region is None for field in record.fields)


def looked_at(record: RecordType) -> tuple[str, ...]:
    """The columns whose wrong cells leave some rule unsaid."""
    return tuple(dict.fromkeys(name for check in record.checks for name in _columns(check, record)))


def wrong_column(name: str) -> str:
    """The column that says whether a cell does not type."""
    return f"wrong:{name}"


def faults(policy: Policy, record: RecordType, lowering: Lowering) -> list[tuple[Sql, int]]:
    """Conditions under which a row breaks a rule, with the place of the column that it blames, in that order.

    Args:
        lowering: over typed cells with a ``wrong_column`` for each column that is ``looked_at``.
    """
    places = {field.name: place for place, field in enumerate(record.fields)}
    trees = {quota.name: quota for quota in policy.quotas}
    found = [
        (_is_astray(field, field.region, trees[field.region.tree], record), places[field.name])
        for field in record.fields
        if field.region is not None
    ]
    for check in record.checks:
        fine = [negated(column(wrong_column(name))) for name in _columns(check, record)]
        broken = negated(lowering.truth(check.test))
        found.append((both([*fine, not_null(broken), broken]), places[check.blames]))
    return sorted(found, key=lambda fault: fault[1])


def _columns(check: Check, record: RecordType) -> list[str]:
    """The columns of a record that a check looks at, those that explain a blank included."""

    def found() -> Iterator[str]:
        for name in columns_of(check.test):
            yield name
            field = record.field(name)
            if field is not None and field.blank is not None:
                yield from columns_of(field.blank)

    return [name for name in dict.fromkeys(found()) if record.field(name) is not None]


# ------------------------------------------------------------------------------------------------------------ regions


def _is_astray(field: Field, region: RegionColumn, quota: Quota, record: RecordType) -> Sql:
    """Whether a cell names no lowest region of a tree, or one that lies elsewhere."""
    name = column(field.name)
    has_above = record.field(region.above) is not None
    arms = []
    if has_above:
        above = column(region.above)
        arms = [
            (equal(above, text(upper)), _is_one_of(name, names))
            for upper, names in _inside(region, lowest_of(quota)).items()
        ]
        arms.append((not_null(above), boolean(False)))
    named = _by_themselves(region, lowest_of(quota))
    is_found = cases(arms, _is_one_of(name, named))
    return both([not_null(name), negated(is_found)])


def _is_one_of(name: Sql, names: Sequence[str]) -> Sql:
    return one_of(name, names) if names else boolean(False)


def _by_themselves(region: RegionColumn, paths: Sequence[Path]) -> list[str]:
    """Names, aliases among them, that name one region without a word about where it lies."""
    lowest = [path[-1] for path in paths]
    clear = {name for name in lowest if lowest.count(name) == 1 and name not in region.shared}
    return _spelled(region, clear)


def _inside(region: RegionColumn, paths: Sequence[Path]) -> dict[str, list[str]]:
    """A region above → the names that name one region in it."""
    inside: dict[str, list[str]] = {}
    for path in paths:
        for upper in dict.fromkeys(path[:-1]):
            inside.setdefault(upper, []).append(path[-1])
    return {
        upper: _spelled(region, {name for name in names if names.count(name) == 1}) for upper, names in inside.items()
    }


def _spelled(region: RegionColumn, names: set[str]) -> list[str]:
    """All spellings of some names: an alias counts for what it stands for, even where it is a name itself."""
    own = sorted(name for name in names if region.aliases.get(name, name) in names)
    return own + sorted(alias for alias, name in region.aliases.items() if name in names and alias not in own)
