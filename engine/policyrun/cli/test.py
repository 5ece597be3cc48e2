"""``policyrun test``: whether a policy decides its cases as their authors expect."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from policyrun.cli import options
from policyrun.cli.help import command
from policyrun.cli.output import count, echo, say, tell
from policyrun.cli.usage import Misuse
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.app.testing import CaseReport
    from policyrun.ir.policy import Policy


@command(
    "test",
    help=_(
        "运行政策旁边 cases 文件夹里的例子，报告与预期不符的。\n\n"
        "写出政策编号或文件，或用 --all。全部相符返回 0，有不符返回 1。"
    ),
)
@click.argument("named", nargs=-1, type=options.PolicyRef(), metavar=_("[政策或文件 …]"))
@options.policy_option
@click.option("--all", "every", is_flag=True, help=_("所有政策的所有版本。"))
@options.policies
@click.option("--coverage", is_flag=True, help=_("列出没有一个例子用到的规则。"))
@click.option(
    "--mutate", "altered", is_flag=True, help=_("全部相符之后，把政策的每个数逐一改动，列出改了也没有例子发现的。")
)
def test(
    named: tuple[str, ...], policy: str | None, every: bool, policies: Path | None, coverage: bool, altered: bool
) -> int:
    folders = options.folders(policies)
    refs = list(named)
    if every:
        from policyrun.app.library import list_policies

        refs += [str(entry.path) for entry in list_policies(folders)]
    if policy is not None:
        refs.append(policy)
    if not refs:
        raise Misuse(
            "PR003", _("没有说试哪个政策"), _("写出政策编号或文件，或加上 --all；“policyrun list”列出全部政策")
        )
    clean = [_test(ref, folders, coverage) and (not altered or _mutated(ref, folders)) for ref in refs]
    return int(not all(clean))


def _mutated(ref: str, folders: tuple[Path, ...]) -> bool:
    """Alters the figures of a policy one by one; whether each alteration was noticed."""
    from policyrun.cli.mutate import is_watertight

    return is_watertight(ref, folders)


def _test(ref: str, folders: tuple[Path, ...], coverage: bool) -> bool:
    """Runs the cases of one policy; whether all of them came out as expected."""
    from policyrun.app.load import load
    from policyrun.app.testing import run_cases

    found = Diagnostics()
    policy = load(ref, found, folders=folders)
    if policy is None:
        raise PolicyrunError(found)

    def with_overlays(overlays: tuple[Path, ...]) -> Policy | None:
        return load(ref, found, folders=folders, overlays=overlays)

    findings = Diagnostics()
    report = run_cases(policy, findings, with_overlays)
    say(findings, out=True)
    for failure in report.failures:
        echo(f"✗ {failure}")
    _sum_up(report, findings, coverage)
    return not report.failures and not findings.failed


def _sum_up(report: CaseReport, findings: Diagnostics, coverage: bool) -> None:
    mark = "✗" if report.failures or findings.failed else "✓"
    said = _("{mark} {policy}：{cases} 个例子、{rows} 行、{figures} 个数，{failures} 处不符").format(
        mark=mark,
        policy=report.policy.ref,
        cases=report.cases,
        rows=report.rows,
        figures=report.figures,
        failures=len(report.failures),
    )
    tell(f"{said}；{count(findings)}" if len(findings) else said)
    if coverage:
        untouched = "、".join(report.untouched) or _("无")
        echo(_("没有例子用到的规则：{rules}").format(rules=untouched))
