"""Whether targets add up: a region's is the sum of those below it, for the indicators that are additive."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction

from policyrun.check.saying import decimal
from policyrun.model.vocabulary import Quota, QuotaNode
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.messages import _
from policyrun.source.text import Span


def check_sums(
    quota: Quota,
    additive: tuple[str, ...],
    original: Collection[tuple[str, str]],
    places: Mapping[str, Span],
    found: Diagnostics,
) -> None:
    """Warn of sums that differ from what is printed.

    Args:
        additive: the indicators that should add up.
        original: (region or path, indicator) of cells said to stand so in the document, sum or no sum.
        places: path → where its row is written.
    """
    for path, region in _inner(quota.root, ""):
        for name in additive:
            printed = _target(region, name)
            summed = sum((_target(below, name) for below in region.children), Fraction())
            if printed == summed or (path, name) in original or (region.region, name) in original:
                continue
            found.add(
                "PR444",
                _("“{region}”的“{name}”是 {printed}，下级之和是 {summed}").format(
                    region=region.region, name=name, printed=decimal(printed), summed=decimal(summed)
                ),
                places[path],
                help=_("核对抄录；文件自身就不等的，在 status 里写明这一格是原文，并说为什么"),
                severity=Severity.WARNING,
            )


def _inner(region: QuotaNode, above: str) -> Iterator[tuple[str, QuotaNode]]:
    """Regions with others below them, by path."""
    path = f"{above}/{region.region}" if above else region.region
    if region.children:
        yield path, region
        for below in region.children:
            yield from _inner(below, path)


def _target(region: QuotaNode, indicator: str) -> Fraction:
    return next((cell.target for cell in region.cells if cell.indicator == indicator), Fraction())
