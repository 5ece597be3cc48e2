"""Regions of a tree as relations: how rows spell the lowest ones, and which regions each of those lies in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlglot import exp

from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import text, whole
from policyrun.columnar.plan import Step
from policyrun.model.regions import Path, RegionColumn, lowest_of, regions_of
from policyrun.model.vocabulary import Quota

#: The columns of ``spelling_step``: the cell, the cell that says in which region that lies ("": blank), and the place
#: of the region among ``lowest_of``.
SPELLED, ABOVE, PLACE = "写法", "上级", "地区"
#: The column of ``told_step`` instead of ``PLACE``: the region and those that it lies in, from the root down.
TOLD = "路径"
#: The column of ``inside_step`` beside ``PLACE``: the place among ``regions_of`` of the region or one that it lies in.
WITHIN = "所在"


def spelling_step(name: str, column: RegionColumn, quota: Quota, dialect: Dialect) -> Step:
    """The relation of all that cells may say, each with the one region that it names: ``interp.regions`` in a table."""
    rows = [
        exp.Tuple(expressions=[text(spelled), text(above), dialect.whole(whole(place))])
        for spelled, above, place in _spellings(column, lowest_of(quota))
    ]
    return Step(name, _values(rows, (SPELLED, ABOVE, PLACE)), f"“{quota.name}”最下一级地区的各种写法", kept=True)


def told_step(name: str, column: RegionColumn, quota: Quota, joined: str) -> Step:
    """``spelling_step`` with the names on the way to each region, joined by a sign."""
    paths = lowest_of(quota)
    rows = [
        exp.Tuple(expressions=[text(spelled), text(above), text(joined.join(paths[place]))])
        for spelled, above, place in _spellings(column, paths)
    ]
    return Step(name, _values(rows, (SPELLED, ABOVE, TOLD)), f"“{quota.name}”最下一级地区的各种写法", kept=True)


def inside_step(name: str, quota: Quota, dialect: Dialect) -> Step:
    """The relation of each lowest region and the regions that it lies in, itself among them."""
    numbers = {region.path: number for number, region in enumerate(regions_of(quota))}
    rows = [
        exp.Tuple(expressions=[dialect.whole(whole(place)), dialect.whole(whole(numbers[path[:depth]]))])
        for place, path in enumerate(lowest_of(quota))
        for depth in range(1, len(path) + 1)
    ]
    return Step(name, _values(rows, (PLACE, WITHIN)), f"“{quota.name}”各地区和它的上级", kept=True)


def _spellings(column: RegionColumn, paths: Sequence[Path]) -> Iterator[tuple[str, str, int]]:
    """A cell, what stands above it, and the place of the region that the two name."""
    uppers = list(dict.fromkeys(upper for path in paths for upper in path[:-1]))
    for spelled in dict.fromkeys((*(path[-1] for path in paths), *column.aliases)):
        name = column.aliases.get(spelled, spelled)
        places = [place for place, path in enumerate(paths) if path[-1] == name]
        if len(places) == 1 and name not in column.shared:
            yield spelled, "", places[0]
        for upper in uppers:
            inside = [place for place in places if upper in paths[place][:-1]]
            if len(inside) == 1:
                yield spelled, upper, inside[0]


def _values(rows: Iterable[exp.Tuple], columns: Sequence[str]) -> exp.Select:
    names = [exp.Identifier(this=name, quoted=True) for name in columns]
    alias = exp.TableAlias(this=exp.Identifier(this="各行", quoted=True), columns=names)
    return exp.select("*").from_(exp.Values(expressions=list(rows), alias=alias))
