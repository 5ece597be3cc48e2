"""Regions: the tree of a quota, and how a column names one of its lowest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from policyrun.model.vocabulary import NO_GROUNDS, Grounds, Quota, QuotaNode

#: A region and those above it, from the root down: 浙江省, 杭州市, 上城区.
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegionColumn:
    """How a column names a region.

    Attributes:
        tree: the quota whose lowest regions it names.
        above: the column that says in which region that one lies; "" where there is none.
        aliases: other spellings → the name in the tree.
        shared: names that say nothing without ``above``, beside those that stand more than once in the tree.
    """

    tree: str
    above: str = ""
    aliases: Mapping[str, str] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()
    grounds: Grounds = NO_GROUNDS


@dataclass(frozen=True, slots=True)
class Region:
    """A region of a tree: its path, its level as the document calls it (省, 市, 县), and its targets."""

    path: Path
    level: str
    node: QuotaNode

    @property
    def name(self) -> str:
        return self.path[-1]

    @property
    def city(self) -> str:
        """The region below the root in which it lies, or which it is; "" for the root."""
        return self.path[1] if len(self.path) > 1 else ""


def regions_of(quota: Quota) -> tuple[Region, ...]:
    """Every region, each before those below it."""
    return tuple(_below(quota, quota.root, ()))


def _below(quota: Quota, node: QuotaNode, above: Path) -> Iterator[Region]:
    path = (*above, node.region)
    level = quota.levels[len(above)] if len(above) < len(quota.levels) else ""
    yield Region(path, level, node)
    for child in node.children:
        yield from _below(quota, child, path)


def lowest_of(quota: Quota) -> tuple[Path, ...]:
    """The regions with none below them, in the order of the tree."""
    return tuple(region.path for region in regions_of(quota) if not region.node.children)
