"""``policyrun decompose``: a total split by shares, to the last piece."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policyrun.cli import options
from policyrun.cli.asked import the_policy
from policyrun.cli.help import command
from policyrun.cli.output import echo, say, table, tell
from policyrun.cli.usage import Misuse
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.app.decompose import Share

_NUMBER = re.compile(r"\d+(\.\d+)?", re.ASCII)


class Number(click.ParamType[Fraction]):
    """A number not below zero, exactly as written."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:
        if isinstance(value, Fraction):
            return value
        if not _NUMBER.fullmatch(value):
            raise Misuse("PR005", _("“{value}”不是数").format(value=value), _("只写数字，如 10000 或 2.5"), ctx)
        return Fraction(value)


@command(
    "decompose",
    help=_(
        "按份额把总数分到各单位，各数之和恰等于总数（最大余数法）。\n\n"
        "份额来自文件（单位、份额，可有下限、上限），或来自政策的任务分解表：\n\n"
        "  policyrun decompose --total 10000 --shares 份额.csv\n"
        "  policyrun decompose --policy hebei-2023 --table 附件表一 --indicator 家政服务业培训 --by 年度培训任务总数"
    ),
)
@click.option("--total", type=Number(), metavar="N", help=_("总数；用政策的表时默认是那一行的任务数。"))
@click.option("--shares", type=options.Existing(), metavar="F", help=_("份额表：单位、份额、下限、上限。"))
@click.option("--policy", metavar="ID", help=_("政策，如 hebei-2023 或 hebei-2023@1。"))
@options.policies
@click.option("--table", "annex", metavar=_("表"), help=_("政策的哪一张任务分解表。"))
@click.option("--indicator", metavar=_("指标"), help=_("分解哪一列。"))
@click.option("--by", metavar=_("指标"), help=_("按哪一列的比例分；别的表写成 表/指标。"))
@click.option("--region", metavar=_("地区"), help=_("分解哪一行，默认总计。"))
@click.option("--min", "least", type=Number(), metavar="N", help=_("没有写下限的单位，下限是多少。"))
@click.option("--max", "most", type=Number(), metavar="N", help=_("没有写上限的单位，上限是多少。"))
@click.option("--step", type=Number(), default="1", metavar="N", help=_("分到多细，默认 1。"))
@options.output
def decompose(
    total: Fraction | None,
    shares: Path | None,
    policy: str | None,
    policies: Path | None,
    annex: str | None,
    indicator: str | None,
    by: str | None,
    region: str | None,
    least: Fraction | None,
    most: Fraction | None,
    step: Fraction,
    output: Path | None,
) -> int:
    from policyrun.app.decompose import split

    if (shares is None) == (policy is None):
        raise Misuse("PR003", _("--shares 和 --policy 要有一个，且只有一个"), _("份额来自文件，或来自政策的表"))
    if not step:
        raise Misuse("PR005", _("--step 要大于零"))
    found = Diagnostics()
    if policy is not None:
        if annex is None or indicator is None or by is None:
            raise Misuse("PR003", _("缺少 --table、--indicator 或 --by"), _("写明哪张表、分哪一列、按哪一列的比例"))
        from policyrun.app.decompose import quota_row

        row = quota_row(the_policy(policy, policies), annex, indicator, by, region, found, least=least, most=most)
        parts, whole = (None, total) if row is None else (row.shares, row.target if total is None else total)
    else:
        parts, whole = _from_file(shares, least, most, found), total
    if whole is None and parts is not None:
        raise Misuse("PR003", _("缺少选项“--total”"), _("写明要分的总数"))
    done = None if parts is None or whole is None else split(whole, parts, step, found)
    if done is None or whole is None:
        raise PolicyrunError(found)
    _write(done.rows(), output, found)
    say(found, "concise")
    tell(_("合计 {total}，没有余数").format(total=_shown(whole)))
    return 0


def _from_file(
    shares: Path | None, least: Fraction | None, most: Fraction | None, found: Diagnostics
) -> tuple[Share, ...] | None:
    from policyrun.app.decompose import read_shares

    return None if shares is None else read_shares(shares, least, most, found)


def _write(rows: list[tuple[str, ...]], output: Path | None, found: Diagnostics) -> None:
    from policyrun.app.decompose import DECOMPOSITION_COLUMNS

    if output is None:
        table(DECOMPOSITION_COLUMNS, rows)
        return
    from policyrun.report.table_file import write_table

    numbers = ("份额", "应得", "下限", "上限", "分得")
    if not write_table(output, _("分解"), DECOMPOSITION_COLUMNS, rows, found, numbers=numbers):
        raise PolicyrunError(found)
    echo(_("{count} 个单位，已写入 {path}").format(count=len(rows), path=output))


def _shown(total: Fraction) -> str:
    from policyrun.app.sentence import quantity_text

    return quantity_text(total)
