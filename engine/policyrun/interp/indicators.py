"""Indicators from rows: both measures of each, region by region, their ratio, and what it counts for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from policyrun.interp.expressions import Row, value_of
from policyrun.interp.measures import Measurer
from policyrun.interp.records import typed_rows
from policyrun.interp.reports import RowRegions, absent
from policyrun.ir.nodes import Supplied
from policyrun.ir.policy import Policy, RecordType
from policyrun.ir.reporting import Indicator, Measure, Target
from policyrun.model.raw import SchemeInput
from policyrun.model.regions import Path, Region, regions_of
from policyrun.model.settings import Settings


@dataclass(frozen=True, slots=True)
class Rate:
    """An indicator in a region.

    Attributes:
        source: the record it was worked out from.
        numerator, denominator: exact; None where the data cannot tell.
        value: their ratio; None where one is missing or there is nothing to divide by (不适用).
        verified: what the ratio counts for; None where nothing does, or where that cannot be told.
    """

    region: Region
    indicator: Indicator
    source: str
    numerator: Fraction | None
    denominator: Fraction | None
    value: Fraction | None
    verified: Fraction | None


@dataclass(frozen=True, slots=True)
class Rates:
    """Every indicator in every region, regions before those below them; ``invalid``: rows left out, by record."""

    rows: tuple[Rate, ...]
    invalid: Mapping[str, int]


#: What each measure, by its identity, comes to in each region; and the number of rows left out.
Measured = tuple[dict[int, Mapping[Path, Fraction | None]], int]
#: Measures the rows of a record, by the column that names their region.
Measuring = Callable[[str, str, Sequence[Measure]], Measured]


def work_out(policy: Policy, inputs: Mapping[str, SchemeInput], settings: Settings) -> Rates:
    """Works out the indicators that the records given allow.

    Args:
        inputs: by the name of the record.
    """

    def measured(source: str, by: str, measures: Sequence[Measure]) -> Measured:
        return _measured(policy, source, by, measures, inputs[source], settings)

    return rates_of(policy, inputs, measured, settings)


def rates_of(
    policy: Policy,
    given: Collection[str],
    measured: Callable[[str, str, Sequence[Measure]], Measured],
    settings: Settings,
) -> Rates:
    """The indicators that records allow.

    Args:
        given: the names of the records.
    """
    chosen = [
        (indicator, next(name for name in indicator.sources if name in given))
        for indicator in policy.indicators
        if any(name in given for name in indicator.sources)
    ]
    figures: dict[int, Mapping[Path, Fraction | None]] = {}
    invalid: dict[str, int] = {}
    for source in dict.fromkeys(name for _indicator, name in chosen):
        own = [indicator for indicator, name in chosen if name == source]
        measures = [measure for indicator in own for measure in _measures(indicator)]
        told, invalid[source] = measured(source, own[0].by[source], measures)
        figures |= told
    trees = {quota.name: quota for quota in policy.quotas}
    regions = {name: regions_of(trees[name]) for name in {indicator.tree for indicator, _name in chosen}}
    rates = (
        _rate(region, indicator, source, figures, settings)
        for tree in regions
        for region in regions[tree]
        for indicator, source in chosen
        if indicator.tree == tree
    )
    return Rates(tuple(rates), invalid)


def _measures(indicator: Indicator) -> Iterator[Measure]:
    yield indicator.numerator
    if isinstance(indicator.denominator, Measure):
        yield indicator.denominator


def _measured(
    policy: Policy,
    source: str,
    by: str,
    measures: Sequence[Measure],
    data: SchemeInput,
    settings: Settings,
) -> Measured:
    form = policy.of_form(source)
    scheme = form.schemes[0]
    measurer = Measurer(measures, scheme.record, settings, absent(data, scheme.record))
    place = RowRegions(policy, scheme.record, by)
    invalid = 0
    for line in typed_rows(form, scheme, data, settings):
        if line.row is None:
            invalid += 1
            continue
        path = place.of(line.row)
        measurer.lacks(path, line.row.lacking)
        measurer.add(path, line.index, line.row)
    told = measurer.measured(regions_of(place.quota))
    return {
        id(measure): {path: row[number] for path, row in told.items()} for number, measure in enumerate(measures)
    }, invalid


def _rate(
    region: Region,
    indicator: Indicator,
    source: str,
    figures: Mapping[int, Mapping[Path, Fraction | None]],
    settings: Settings,
) -> Rate:
    numerator = figures[id(indicator.numerator)][region.path]
    below = indicator.denominator
    denominator = _target(region, below) if isinstance(below, Target) else figures[id(below)][region.path]
    value = numerator / denominator if numerator is not None and denominator else None
    return Rate(region, indicator, source, numerator, denominator, value, _verified(indicator, value, settings))


def _target(region: Region, target: Target) -> Fraction | None:
    cell = next((cell for cell in region.node.cells if cell.indicator == target.indicator), None)
    return None if cell is None else cell.target * target.scale


def _verified(indicator: Indicator, value: Fraction | None, settings: Settings) -> Fraction | None:
    if indicator.verified is None or value is None:
        return None
    row = Row(RecordType(name="", fields=()), {}, settings, given={Supplied.VALUE: value})
    verified = value_of(indicator.verified, row)
    return verified if isinstance(verified, Fraction) else None
