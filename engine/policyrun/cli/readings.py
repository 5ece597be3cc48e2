"""``policyrun readings``: where a policy can be read in more than one way, and which way is in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Unpack

import click

from policyrun.cli import options
from policyrun.cli.asked import Asked, request, the_policy
from policyrun.cli.database import database, is_long
from policyrun.cli.database import memory as memory_option
from policyrun.cli.help import command
from policyrun.cli.records import files, records
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.app.impact import Impact
    from policyrun.cli.page import Page
    from policyrun.ir.policy import Policy

#: What a way of a reading would change, by reading and way.
_Costs = Mapping[tuple[str, str], "Impact"]


@command(
    "readings",
    help=_(
        "列出条文可作不同理解之处：问题、各种读法、采用的一种、理由和条款。\n\n"
        "给 --cost 时再按每一种读法各算一遍，列出换一种读法改变多少行、多少钱；不给 --input 时用自带的合成样例。"
    ),
)
@options.policy
@click.option("--cost", is_flag=True, help=_("各种读法相差多少钱。"))
@options.scheme
@records("--input", _("给 --cost 用的数据，可重复；sample 是自带的样例。"))
@options.run
@options.embedded
@memory_option
def readings(cost: bool, memory: str | None, **given: Unpack[Asked]) -> int:
    from policyrun.app.settings import settings_for
    from policyrun.cli.page import LABEL, Page

    checked = the_policy(given["policy"], given["policies"], given["overlays"])
    found = Diagnostics()
    ways = settings_for(checked, found, readings=given["readings"]).readings
    if found.failed:
        raise PolicyrunError(found)
    costs = _costs(checked, given, memory) if cost else {}
    page = Page()
    page.line((checked.title, "bold"), (f"  {checked.ref}", LABEL))
    if not checked.readings:
        page.line(_("这个政策没有列出可作不同理解之处"), indent=2)
    for name in checked.readings:
        _write(page, checked, name, ways[name], costs)
    return 0


def _costs(policy: Policy, given: Asked, memory: str | None) -> _Costs:
    from policyrun.app.impact_run import other_ways
    from policyrun.cli.working import while_working

    found = Diagnostics()
    given["inputs"] = files(given["inputs"])
    few = not is_long(given["inputs"], memory)
    with database(given.get("engine", ""), found, sample=few, memory=memory) as engine, while_working():
        costs = other_ways(policy, request(given), found, engine)
    if costs is None:
        raise PolicyrunError(found)
    return costs


def _write(page: Page, policy: Policy, name: str, chosen: str, costs: _Costs) -> None:
    from policyrun.cli.page import GOOD, LABEL

    reading = policy.readings[name]
    page.heading(name, " ".join(part for part in (reading.issue, *reading.grounds.ids) if part))
    page.line(reading.question, indent=2)
    for way in reading.ways:
        notes = [_("默认")] if way == reading.default else []
        notes += [_("本次指定")] if way == chosen != reading.default else []
        notes += [_difference(costs[name, way])] if (name, way) in costs else []
        mark = ("● ", GOOD) if way == chosen else ("○ ", LABEL)
        page.line(mark, (way, "bold" if way == chosen else ""), (f"  {'，'.join(notes)}", LABEL), indent=4)
    clauses = "；".join(map(str, reading.grounds.cite))
    page.pairs([(_("理由"), reading.reason), (_("条款"), clauses)], indent=4)


def _difference(impact: Impact) -> str:
    from policyrun.report.impact_words import signed

    if not impact.turned:
        return _("换成这种，{rows} 行都不变").format(rows=impact.rows)
    return _("换成这种，{turns} 行不同，{persons} 人，{change} 元").format(
        turns=impact.turned, persons=impact.persons, change=signed(impact.change)
    )
