"""The records and the money of a rule or a clause, for a person at a terminal."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice

from policyrun.app.result import Told
from policyrun.app.sentence import reason_sentence
from policyrun.app.share import Share
from policyrun.cli.page import LABEL, Page, yuan
from policyrun.model.decision import Conclusion
from policyrun.source.mask import mask_text
from policyrun.source.messages import _


def write_share(run: Told, name: str, share: Share, rows: int) -> None:
    """Prints what a rule or clause had a part in, and the first ``rows`` of its records."""
    page = Page()
    page.line((name, "bold"), (f"  {run.policy.ref} {run.policy.title}", LABEL))
    if not share.rows:
        page.line(_("没有一行的决定用到它"), indent=2)
        return
    said = _("参与决定 {rows} 行，其中准予 {amount} 元").format(rows=share.rows, amount=yuan(share.amount))
    page.line(said, indent=2)
    header = (_("项目"), _("结论"), _("行数"), _("补贴金额（元）"))
    groups = [
        (group.scheme, group.conclusion.value, str(group.rows), yuan(group.amount) if group.amount else "")
        for group in share.groups
    ]
    if len(groups) > 1:
        groups.append((_("合计"), "", str(share.rows), yuan(share.amount)))
    page.table(header, groups, right=(2, 3))
    shown = list(islice(share.outcomes, rows))
    if not shown:
        return
    page.heading(_("记录"))
    page.columns(
        (
            (
                f"{outcome.scheme}:{outcome.serial}",
                outcome.conclusion.value,
                yuan(outcome.amount or Fraction(0)) if outcome.conclusion is Conclusion.GRANTED else "",
                mask_text(reason_sentence(outcome, run.policy_of(outcome))),
            )
            for outcome in shown
        ),
        right=(2,),
    )
    if share.rows > rows:
        rest = _("另有 {count} 行；--rows 可多列几行").format(count=share.rows - rows)
        page.line((rest, LABEL), indent=2)
