"""``policyrun quotas``: the targets of a policy, region by region."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from policyrun.cli import options
from policyrun.cli.asked import the_policy
from policyrun.cli.help import command
from policyrun.cli.output import echo, table, tell
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.ir.policy import Policy


@command("quotas", help=_("列出任务分解表，核对分项之和。\n\n给 --output 时写成文件（csv、xlsx 或 parquet）。"))
@options.policy
@options.output
def quotas(policy: str, policies: Path | None, output: Path | None) -> int:
    from policyrun.app.quotas import QUOTA_COLUMNS, quota_rows

    checked = the_policy(policy, policies)
    rows = quota_rows(checked)
    if output is None:
        if rows:
            table(QUOTA_COLUMNS, rows)
        _say_sums(checked, rows)
        return 0
    from policyrun.report.table_file import write_table

    found = Diagnostics()
    if not write_table(output, _("任务分解"), QUOTA_COLUMNS, rows, found, numbers=("目标",)):
        raise PolicyrunError(found)
    echo(_("{count} 格，已写入 {path}").format(count=len(rows), path=output))
    _say_sums(checked, rows)
    return 0


def _say_sums(policy: Policy, rows: list[tuple[str, ...]]) -> None:
    """Whether the tables add up, and what else a reader of their figures should know."""
    from policyrun.app.quotas import discrepancies
    from policyrun.app.sentence import quantity_text

    if not rows:
        tell(_("政策“{policy}”没有任务分解表").format(policy=policy.ref))
        return
    differences = discrepancies(policy)
    for each in differences:
        said = _("{table} {region} {indicator}：写的是 {written} {unit}，分项之和是 {added}，差 {gap}").format(
            table=each.table,
            region=each.region,
            indicator=each.indicator,
            unit=each.unit,
            written=quantity_text(each.written),
            added=quantity_text(each.added),
            gap=quantity_text(abs(each.written - each.added)),
        )
        if not each.asked:
            said += _("；这一列不要求相加")
        elif each.why:
            said += _("；原件自身的差异")
        tell(said)
    if any(quota.additive for quota in policy.quotas) and not any(each.asked for each in differences):
        tell(_("应当可加的各列，分项之和都等于合计"))
    for quota in policy.quotas:
        for note in quota.notes:
            tell(f"{quota.table}：{note}")
