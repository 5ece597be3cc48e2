"""Indicators from files: as texts, with what there is to say about them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from policyrun.app.evaluate import Request, files_of, overlay_files, read_named
from policyrun.app.inputs import Wanted
from policyrun.app.report import place_cells, say_invalid
from policyrun.app.result import InputFile
from policyrun.app.sentence import money_text, quantity_text
from policyrun.interp.indicators import Rate, Rates, work_out
from policyrun.ir.policy import Policy
from policyrun.model.raw import SchemeInput
from policyrun.model.settings import Settings
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.messages import _

INDICATOR_COLUMNS = ("级别", "设区市", "地区", "指标", "分子", "分母", "值", "核验进度")


@dataclass(frozen=True, slots=True)
class IndicatorRun:
    """Indicators worked out from records.

    Attributes:
        inputs: the records, in the order of ``Indicator.sources``.
        files: every file read.
        sample: whether the records are the policy's own synthetic sample.
    """

    policy: Policy
    settings: Settings
    inputs: tuple[SchemeInput, ...]
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
    policy: Policy, named: Request, settings: Settings, found: Diagnostics, *, sample: bool = False
) -> IndicatorRun | None:
    """Reads the files and works the indicators out; None, with the reasons in ``found``, if they cannot be read.

    Args:
        named: names the files, each with the name of its record; of nothing else in it is use made.
        sample: whether they are the policy's own sample.
    """
    if not policy.indicators:
        found.add("PR677", _("政策“{policy}”没有指标").format(policy=policy.ref))
        return None
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
    return IndicatorRun(policy, settings, inputs, rates, files, sample)


def second_best(rates: Rates) -> list[tuple[str, str, tuple[str, ...]]]:
    """Indicators worked out for want of a better record from another: that record, the better one, their names."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for rate in rates.rows:
        better = rate.indicator.sources[0]
        if rate.source != better:
            found.setdefault((rate.source, better), {})[rate.indicator.name] = None
    return [(source, better, tuple(names)) for (source, better), names in found.items()]
