"""A total split by shares: those of a file, or the proportions of a policy's own table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from policyrun.app.sentence import quantity_text
from policyrun.app.side_table import Line, lines_of, only_table
from policyrun.ir.policy import Policy
from policyrun.model.apportion import Bound, Infeasible, Portion, Unit, apportion
from policyrun.model.raw import RawTable
from policyrun.model.vocabulary import Quota, QuotaNode
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.source.suggest import closest

NAME, SHARE, LEAST, MOST = "单位", "份额", "下限", "上限"
SHARE_COLUMNS = (NAME, SHARE, LEAST, MOST)
DECOMPOSITION_COLUMNS = (NAME, SHARE, "应得", LEAST, MOST, "分得", "说明")

#: Decimals shown of a share.
_PLACES = 4

_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Share:
    """Who takes part in a split; bounds in the unit of the total, None where there is none."""

    name: str
    weight: Fraction
    least: Fraction | None = None
    most: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """A split of a total into pieces of one size."""

    portions: tuple[Portion, ...]
    step: Fraction

    def rows(self) -> list[tuple[str, ...]]:
        """A text per column of ``DECOMPOSITION_COLUMNS``; Chinese in every locale."""
        return [self._cells(portion) for portion in self.portions]

    def _cells(self, portion: Portion) -> tuple[str, ...]:
        unit = portion.unit
        return (
            unit.name,
            quantity_text(unit.weight),
            _near(portion.exact * self.step),
            quantity_text(unit.least * self.step) if unit.least else "",
            "" if unit.most is None else quantity_text(unit.most * self.step),
            quantity_text(portion.pieces * self.step),
            self._said(portion),
        )

    def _said(self, portion: Portion) -> str:
        """Where the remainder went."""
        match portion.bound:
            case Bound.LEAST:
                return "按比例不足下限，按下限" if portion.unit.weight else "份额为零，按下限"
            case Bound.MOST:
                return "按比例超过上限，按上限"
        if not portion.rank:
            return "恰为整数"
        rest, step = _near(portion.remainder * self.step), quantity_text(self.step)
        return f"余数{rest}，第{portion.rank}大，{f'进{step}' if portion.extra else '舍去'}"


def _near(number: Fraction) -> str:
    """A number to a few decimals, half-up: what is shown of a share, which itself is exact."""
    steps = 10**_PLACES
    return quantity_text(Fraction((number * steps * 2 + 1) // 2, steps))


def split(total: Fraction, shares: Sequence[Share], step: Fraction, found: Diagnostics) -> Split | None:
    """The total in whole steps by shares, or None and the reason.

    Args:
        step: what is not divided further, in the unit of the total.
    """
    if (total / step).denominator != 1:
        found.add(
            "PR642",
            _("总数 {total} 不是 {step} 的整数倍").format(total=quantity_text(total), step=quantity_text(step)),
            help=_("用 --step 写明分到多细，如 --step 0.01"),
        )
        return None
    units = [
        Unit(
            share.name,
            share.weight,
            -int(-(share.least or 0) // step),  # a minimum between two steps is met by the higher one
            None if share.most is None else int(share.most // step),
        )
        for share in shares
    ]
    if not _is_sound(units, found):
        return None
    portions = apportion(int(total / step), units)
    if isinstance(portions, Infeasible):
        _report_infeasible(total, portions, step, found)
        return None
    return Split(portions, step)


def _is_sound(units: Sequence[Unit], found: Diagnostics) -> bool:
    for unit in units:
        if unit.most is not None and unit.most < unit.least:
            found.add("PR641", _("“{name}”的下限高于上限").format(name=unit.name), help=_("核对下限和上限"))
            return False
    return True


def _report_infeasible(total: Fraction, why: Infeasible, step: Fraction, found: Diagnostics) -> None:
    if why.least is not None:
        message = _("各单位下限之和是 {sum}，多于总数 {total}").format(
            sum=quantity_text(why.least * step), total=quantity_text(total)
        )
        found.add("PR641", message, help=_("降低下限，或增加总数"))
    else:
        message = _("各单位上限之和是 {sum}，少于总数 {total}").format(
            sum=quantity_text((why.most or 0) * step), total=quantity_text(total)
        )
        found.add("PR641", message, help=_("提高上限，或减少总数；份额为零的单位只分到下限"))


# ------------------------------------------------------------------------------------------------- shares of a file


def read_shares(
    path: str | Path, least: Fraction | None, most: Fraction | None, found: Diagnostics
) -> tuple[Share, ...] | None:
    """The shares of a file (单位, 份额, 下限, 上限), or None and the reasons.

    Args:
        least, most: the bounds of units that have none of their own.
    """
    table = only_table(path, "", (NAME, SHARE), SHARE_COLUMNS, found)
    return None if table is None else shares_in(table, least, most, found)


def shares_in(
    table: RawTable, least: Fraction | None, most: Fraction | None, found: Diagnostics
) -> tuple[Share, ...] | None:
    """``read_shares`` of a table at hand."""
    shares: dict[str, Share] = {}
    for line in lines_of(table):
        name = line.text(NAME)
        if not name or name in shares:
            said = _("单位“{name}”写了两行").format(name=name) if name else _("没有写单位")
            found.add("PR644", said, line.place(NAME), help=_("每个单位一行，合计行不要写"))
        share = _number(line, SHARE, found)
        bounds = [_number(line, column, found) for column in (LEAST, MOST)]
        own = [bound if bound is not None else other for bound, other in zip(bounds, (least, most), strict=True)]
        if share is None and not line.text(SHARE):
            _report_number(line, SHARE, found)
        shares[name] = Share(name, share or Fraction(0), *own)
    return None if found.failed else tuple(shares.values())


def _number(line: Line, column: str, found: Diagnostics) -> Fraction | None:
    """A number of a cell, with or without thousands separators and a percent sign; None where blank or wrong."""
    text = unicodedata.normalize("NFKC", line.text(column)).replace(",", "")
    if not text:
        return None
    if _NUMBER.fullmatch(text.removesuffix("%")):
        return Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    _report_number(line, column, found)
    return None


def _report_number(line: Line, column: str, found: Diagnostics) -> None:
    found.add(
        "PR643",
        _("“{column}”填的是“{text}”，不是数").format(column=column, text=line.text(column)),
        line.place(column),
        help=_("填不小于零的数，如 25、0.25 或 25%"),
    )


# ------------------------------------------------------------------------------------- proportions of a policy's table


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """A row of a policy's table to be split among those below it: its target and their proportions."""

    target: Fraction
    shares: tuple[Share, ...]


def quota_row(
    policy: Policy,
    table: str,
    indicator: str,
    by: str,
    region: str | None,
    found: Diagnostics,
    *,
    least: Fraction | None = None,
    most: Fraction | None = None,
) -> QuotaRow | None:
    """The target of a region (None: the whole) and the shares of those below it by another indicator.

    Args:
        by: an indicator of the same table, or ``表/指标`` of another.
    """
    quota = _quota(policy, table, found)
    other, _slash, name = by.rpartition("/")
    beside = quota if not other or quota is None else _quota(policy, other, found)
    if quota is None or beside is None or not (_has(quota, indicator, found) and _has(beside, name, found)):
        return None
    node = _node(quota, region, found)
    parts = _node(beside, region, found) if beside is not quota else node
    if node is None or parts is None:
        return None
    target, weights = _target(node, indicator), {child.region: _target(child, name) for child in parts.children}
    lacking = [child.region for child in node.children if weights.get(child.region) is None]
    if target is None or not node.children or lacking:
        what = "、".join(lacking) or node.region
        found.add(
            "PR645",
            _("“{what}”没有可用的数").format(what=what),
            help=_("--region 要有下级，两列都要有它们的数"),
        )
        return None
    shares = (Share(child.region, weights[child.region] or Fraction(0), least, most) for child in node.children)
    return QuotaRow(target, tuple(shares))


def _quota(policy: Policy, table: str, found: Diagnostics) -> Quota | None:
    quota = next((one for one in policy.quotas if table in (one.name, one.table)), None)
    if quota is None:
        _report_unknown(
            _("没有任务分解表“{name}”").format(name=table), table, [one.name for one in policy.quotas], found
        )
    return quota


def _has(quota: Quota, indicator: str, found: Diagnostics) -> bool:
    if indicator in quota.indicators:
        return True
    message = _("“{table}”没有“{name}”这一列").format(table=quota.name, name=indicator)
    _report_unknown(message, indicator, quota.indicators, found)
    return False


def _node(quota: Quota, region: str | None, found: Diagnostics) -> QuotaNode | None:
    if region is None:
        return quota.root
    nodes = [quota.root]
    for node in nodes:
        nodes += node.children
    named = [node for node in nodes if node.region == region and node.children]
    if len(named) != 1:
        known = [node.region for node in nodes if node.children]
        _report_unknown(
            _("“{table}”没有下分的地区“{name}”").format(table=quota.name, name=region), region, known, found
        )
        return None
    return named[0]


def _target(node: QuotaNode, indicator: str) -> Fraction | None:
    return next((cell.target for cell in node.cells if cell.indicator == indicator), None)


def _report_unknown(message: str, name: str, known: Sequence[str], found: Diagnostics) -> None:
    near = closest(name, known)
    choice = _("可以用：{names}").format(names="、".join(known) or _("无"))
    found.add("PR645", message, help=_("是不是“{name}”？").format(name=near) if near else choice)
