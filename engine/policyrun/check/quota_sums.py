"""Whether targets add up: a region's is the sum of those below it, for the indicators that are additive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from policyrun.check.shape import mappings_at, scalars_at
from policyrun.model.vocabulary import Quota, QuotaNode
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.messages import _
from policyrun.source.text import Span
from policyrun.syntax import nodes


def check_sums(
    quota: Quota, additive: tuple[str, ...], places: Mapping[str, Span], node: nodes.Mapping, found: Diagnostics
) -> None:
    """Warn of sums that differ from what is printed, but for those the policy declares to be the document's own.

    ``differences: [{at: [地区, 指标], why: …}]`` declares one; a declared difference that is none is reported too.
    """
    declared = {
        tuple(scalar.text for scalar in scalars_at(entry, "at")): entry for entry in mappings_at(node, "differences")
    }
    for path, region in _inner(quota.root, ""):
        for name in additive:
            printed, summed = (
                _target(region, name),
                sum((_target(below, name) for below in region.children), Fraction()),
            )
            entry = declared.pop((path, name), None) or declared.pop((region.region, name), None)
            if printed != summed and entry is None:
                found.add(
                    "PR444",
                    _("“{region}”的“{name}”是 {printed}，下级之和是 {summed}").format(
                        region=region.region, name=name, printed=_plain(printed), summed=_plain(summed)
                    ),
                    places[path],
                    help=_("核对抄录；文件自身就不等的，在 differences 里写明"),
                    severity=Severity.WARNING,
                )
    for at, entry in declared.items():
        found.add(
            "PR445",
            _("{at} 并没有差异").format(at="、".join(at)),
            entry.span,
            help=_("删去这一条 differences"),
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


def _plain(number: Fraction) -> str:
    """A target as a table prints it; targets are written as decimals, so this is exact."""
    if number.denominator == 1:
        return str(number.numerator)
    places = next(places for places in range(1, 60) if (number * 10**places).denominator == 1)
    digits = str(int(number * 10**places)).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"
