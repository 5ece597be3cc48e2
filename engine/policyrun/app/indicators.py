"""Indicators from files: as texts, with what there is to say about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from policyrun.app.evaluate import Request, files_of, overlay_files, read_named
from policyrun.app.inputs import Wanted
from policyrun.app.report import place_cells, say_invalid
from policyrun.app.report_engine import planned_first
from policyrun.app.result import InputFile
from policyrun.app.sentence import money_text, quantity_text
from policyrun.interp.indicators import Measured, Rate, Rates, rates_of, work_out
from policyrun.ir.policy import Policy
from policyrun.ir.reporting import Measure
from policyrun.model.raw import SchemeInput
from policyrun.model.settings import Settings
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.columnar.embedded import Embedded

INDICATOR_COLUMNS = ("级别", "设区市", "地区", "指标", "分子", "分母", "值", "核验进度")


@dataclass(frozen=True, slots=True)
class IndicatorRun:
    """Indicators worked out from records.

    Attributes:
        read: record → how many of its rows were read, in the order of ``Indicator.sources``.
        files: every file read.
        sample: whether the records are the policy's own synthetic sample.
    """

    policy: Policy
    settings: Settings
    read: Mapping[str, int]
    rates: Rates
    files: tuple[InputFile, ...] = ()
    sample: bool = False

    def rows(self) -> list[tuple[str, ...]]:
        """A row for every indicator in every region, texts in the order of ``INDICATOR_COLUMNS``."""
        return [rate_cells(rate) for rate in self.rates.rows]


def rate_cells(rate: Rate) -> tuple[str, ...]:
    return (
        *place_cells(rate.region),
        rate.indicator.name,
        quantity_text(rate.numerator) if rate.numerator is not None else "",
        quantity_text(rate.denominator) if rate.denominator is not None else "",
        money_text(rate.value * 100) if rate.value is not None else "",
        points_text(rate.verified),
    )


def points_text(share: Fraction | None) -> str:
    """A share in points, as exactly as it is: ``57``."""
    return "" if share is None else quantity_text(share * 100)


def records_of(policy: Policy) -> tuple[str, tuple[str, ...]]:
    """The record that every indicator can be worked out from, and the others that some are better worked out from."""
    every = list(dict.fromkeys(name for indicator in policy.indicators for name in indicator.sources))
    main = next((name for name in every if all(name in one.sources for one in policy.indicators)), "")
    return main, tuple(name for name in every if name != main)


def make_indicators(
    policy: Policy,
    named: Request,
    settings: Settings,
    found: Diagnostics,
    *,
    engine: Embedded | None = None,
    sample: bool = False,
) -> IndicatorRun | None:
    """Reads the files and works the indicators out; None, with the reasons in ``found``, if they cannot be read.

    Args:
        named: names the files, each with the name of its record; of nothing else in it is use made.
        engine: the database that measures the rows; None: the reference does.
        sample: whether they are the policy's own sample.
    """
    if not policy.indicators:
        found.add("PR677", _("政策“{policy}”没有指标").format(policy=policy.ref))
        return None

    def by_reference() -> IndicatorRun | None:
        return _by_reference(policy, named, settings, found, sample=sample)

    if engine is None:
        return by_reference()
    return planned_first(lambda noticed: _by_plan(policy, named, settings, noticed, engine), by_reference, found)


def _by_reference(
    policy: Policy, named: Request, settings: Settings, found: Diagnostics, *, sample: bool
) -> IndicatorRun | None:
    """Indicators of rows that are looked at one by one."""
    inputs = read_named(wanted_records(policy), named, found, sample=sample)
    if inputs is None or found.failed:
        return None
    files = (*files_of(inputs), *overlay_files(policy))
    return from_records(policy, inputs, settings, found, files=files, sample=sample)


def wanted_records(policy: Policy) -> list[Wanted]:
    """The records that indicators are worked out from."""
    main, others = records_of(policy)
    return [Wanted(name, policy.records[name]) for name in (main, *others) if name]


def from_records(
    policy: Policy,
    inputs: tuple[SchemeInput, ...],
    settings: Settings,
    found: Diagnostics,
    *,
    files: tuple[InputFile, ...] = (),
    sample: bool = False,
) -> IndicatorRun:
    """Indicators from rows at hand; what there is to say about them is in ``found``."""
    rates = work_out(policy, {one.scheme: one for one in inputs}, settings)
    read = {one.scheme: len(one.rows) for one in inputs}
    return _told(IndicatorRun(policy, settings, read, rates, files, sample), found)


def _by_plan(
    policy: Policy, named: Request, settings: Settings, found: Diagnostics, engine: Embedded
) -> IndicatorRun | None:
    """Indicators of rows that stay in a database."""
    from policyrun.app.report_measures import MeasuredRows
    from policyrun.app.stream import files_read, scan_records

    relations = scan_records(wanted_records(policy), named.sources, named.scheme, engine, found)
    if relations is None or found.failed:
        return None
    given = {one.scheme: one for one in relations}

    def measured(source: str, by: str, measures: Sequence[Measure]) -> Measured:
        rows = MeasuredRows(policy, source, by, measures, given[source], settings, engine, found)
        return rows.by_measure(), rows.invalid

    rates = rates_of(policy, given, measured, settings)
    files = (*files_read(relations), *overlay_files(policy))
    read = {name: one.rows or 0 for name, one in given.items()}
    return _told(IndicatorRun(policy, settings, read, rates, files), found)


def _told(run: IndicatorRun, found: Diagnostics) -> IndicatorRun:
    """Indicators worked out, with what there is to say about them in ``found``."""
    rates = run.rates
    for record, count in rates.invalid.items():
        if count:
            say_invalid(record, count, found)
    for source, better, names in second_best(rates):
        found.add(
            "PR678",
            _("没有给出“{better}”，这些指标由“{source}”得出：{names}").format(
                better=better, source=source, names="、".join(names)
            ),
            severity=Severity.NOTE,
        )
    return run


def second_best(rates: Rates) -> list[tuple[str, str, tuple[str, ...]]]:
    """Indicators worked out for want of a better record from another: that record, the better one, their names."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for rate in rates.rows:
        better = rate.indicator.sources[0]
        if rate.source != better:
            found.setdefault((rate.source, better), {})[rate.indicator.name] = None
    return [(source, better, tuple(names)) for (source, better), names in found.items()]
