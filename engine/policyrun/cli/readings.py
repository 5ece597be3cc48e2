"""``policyrun readings``: where a policy can be read in more than one way, and which way is in force."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from policyrun.cli import options
from policyrun.cli.asked import the_policy
from policyrun.cli.help import command
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _


@command("readings", help=_("列出条文可作不同理解之处：问题、各种读法、采用的一种、理由和条款。"))
@options.policy
@options.overlays
@options.readings
def readings(policy: str, policies: Path | None, overlays: tuple[Path, ...], readings: Mapping[str, str]) -> int:
    from policyrun.app.settings import settings_for
    from policyrun.cli.page import GOOD, LABEL, Page

    checked = the_policy(policy, policies, overlays)
    found = Diagnostics()
    ways = settings_for(checked, found, readings=readings).readings
    if found.failed:
        raise PolicyrunError(found)
    page = Page()
    page.line((checked.title, "bold"), (f"  {checked.ref}", LABEL))
    if not checked.readings:
        page.line(_("这个政策没有列出可作不同理解之处"), indent=2)
    for name, reading in checked.readings.items():
        page.heading(name, " ".join(part for part in (reading.issue, *reading.grounds.ids) if part))
        page.line(reading.question, indent=2)
        for way in reading.ways:
            notes = [_("默认")] if way == reading.default else []
            chosen = way == ways[name]
            notes += [_("本次指定")] if chosen and way != reading.default else []
            mark = ("● ", GOOD) if chosen else ("○ ", LABEL)
            page.line(mark, (way, "bold" if chosen else ""), (f"  {'，'.join(notes)}", LABEL), indent=4)
        clauses = "；".join(map(str, reading.grounds.cite))
        page.pairs([(_("理由"), reading.reason), (_("条款"), clauses)], indent=4)
    return 0
