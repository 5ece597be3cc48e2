"""``policyrun quotas``: the targets of a policy, region by region, and what holds among them."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policyrun.cli import options
from policyrun.cli.asked import the_policy
from policyrun.cli.help import command
from policyrun.cli.output import echo, table, tell
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.ir.policy import Policy
    from policyrun.model.targets import Compared
    from policyrun.model.vocabulary import Quota


@command(
    "quotas",
    help=_(
        "列出任务分解表，核对分项之和。\n\n"
        "各数之间的关系也核对。给 --output 时写成文件（csv、xlsx 或 parquet）；"
        "给 --check 时改列每一项核对：两边的数、差、成立与否，有不成立的返回 1。"
    ),
)
@options.policy
@options.output
@click.option("--check", is_flag=True, help=_("逐项列出和数、关系的核对，而不列任务数。"))
def quotas(policy: str, policies: Path | None, output: Path | None, check: bool) -> int:
    from policyrun.app.quotas import CHECK_COLUMNS, QUOTA_COLUMNS, check_row, comparisons, quota_rows

    checked = the_policy(policy, policies)
    held = comparisons(checked)
    columns: tuple[str, ...] = CHECK_COLUMNS if check else QUOTA_COLUMNS
    rows = [check_row(*one) for one in held] if check else quota_rows(checked)
    if output is not None:
        _write(output, columns, rows)
    elif rows:
        table(columns, rows)
    _say_what_holds(checked, held)
    return 1 if check and any(one.asked and not one.holds and not one.why for _quota, one in held) else 0


def _write(output: Path, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    from policyrun.report.table_file import write_table

    found = Diagnostics()
    if not write_table(output, _("任务分解"), columns, rows, found, numbers=("目标", "所列", "推得", "差")):
        raise PolicyrunError(found)
    echo(_("{count} 格，已写入 {path}").format(count=len(rows), path=output))


def _say_what_holds(policy: Policy, held: list[tuple[Quota, Compared]]) -> None:
    """Whether the tables add up and their relations hold, and what else a reader of their figures should know."""
    if not policy.quotas:
        tell(_("政策“{policy}”没有任务分解表").format(policy=policy.ref))
        return
    sums = [(quota, one) for quota, one in held if one.relation is None]
    for quota, one in sums:
        if not one.holds:
            tell(_sum_text(quota, one))
    if any(quota.additive for quota in policy.quotas) and all(one.holds or not one.asked for _quota, one in sums):
        tell(_("应当可加的各列，分项之和都等于合计"))
    _say_relations(held)
    for quota in policy.quotas:
        for note in quota.notes:
            tell(f"{quota.table}：{note}")


def _sum_text(quota: Quota, one: Compared) -> str:
    from policyrun.app.sentence import quantity_text

    said = _("{table} {region} {indicator}：写的是 {written} {unit}，分项之和是 {added}，差 {gap}").format(
        table=quota.table,
        region=one.path[-1],
        indicator=one.indicator,
        unit=one.unit,
        written=quantity_text(one.left),
        added=quantity_text(one.right),
        gap=quantity_text(abs(one.left - one.right)),
    )
    if not one.asked:
        return said + _("；这一列不要求相加")
    return said + _("；原件自身的差异") if one.why else said


def _say_relations(held: list[tuple[Quota, Compared]]) -> None:
    """Each relation once: in how many rows it holds, and both figures of each row in which it does not."""
    from policyrun.app.quotas import relation_text
    from policyrun.app.sentence import quantity_text

    rows: defaultdict[tuple[str, str], list[Compared]] = defaultdict(list)
    for quota, one in held:
        if one.relation is not None:
            rows[quota.table, relation_text(one.relation)].append(one)
    for (name, relation), ones in rows.items():
        wrong = [one for one in ones if not one.holds]
        if not wrong:
            tell(f"{name} {relation}：{_how_well(ones)}")
        for one in wrong:
            tell(
                _("{table} {relation}：{region}不成立，{left} 对 {right}").format(
                    table=name,
                    relation=relation,
                    region=one.path[-1],
                    left=quantity_text(one.left),
                    right=quantity_text(one.right),
                )
            )


def _how_well(ones: list[Compared]) -> str:
    """In how many rows a relation holds; of a single one, both figures."""
    from policyrun.app.sentence import quantity_text

    if len(ones) == 1:
        said = _("成立，{left} 对 {right}").format(left=quantity_text(ones[0].left), right=quantity_text(ones[0].right))
    else:
        said = _("{count} 行都成立").format(count=len(ones))
    furthest = max(abs(one.left - one.right) for one in ones)
    if furthest and ones[0].relation is not None and ones[0].relation.within:
        said += _("，最多相差 {gap}").format(gap=quantity_text(furthest))
    inferred = sum(not one.printed for one in ones)
    return said + _("；{count} 行含更正或推断值").format(count=inferred) if inferred else said
