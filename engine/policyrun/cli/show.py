"""``policyrun show``: a policy read aloud, or one thing in it and what uses it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policyrun.cli import options
from policyrun.cli.help import command
from policyrun.cli.usage import Misuse, did_you_mean
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.app.opened import Opened
    from policyrun.app.outline import Entry
    from policyrun.cli.page import Page
    from policyrun.model.vocabulary import Grounds

#: Parts of an entry that an outline names in full; of longer ones, tables of targets, it says how long they are.
_MOST_PARTS = 12


@command(
    "show",
    help=_(
        "按文件的次序读出一个政策，或说明其中一处：写的什么，依据哪一条，在哪一行，谁用到它。\n\n"
        "  policyrun show hebei-2023\n"
        "  policyrun show hebei-2023 就业窗口\n"
        "  policyrun show --id HB-S3\n"
        "  policyrun show --ids"
    ),
)
@click.argument("words", nargs=-1, metavar=_("[政策] [名称]"))
@click.option("--policy", metavar="ID", help=_("政策，如 hebei-2023；只有 --id 和 --ids 可以不写，即所有政策。"))
@options.policies
@click.option("--id", "rule", metavar="ID", help=_("规则目录编号，如 HB-S3。"))
@click.option("--ids", is_flag=True, help=_("列出所有编号各写在哪里，计入结果还是只列示。"))
@click.option("--scheme", metavar=_("项目"), help=_("一个补贴项目的全部规则。"))
def show(
    words: tuple[str, ...],
    policy: str | None,
    policies: Path | None,
    rule: str | None,
    ids: bool,
    scheme: str | None,
) -> int:
    from policyrun.cli.show_ids import list_ids, policies_with

    policy, name = _policy_and_name(words, policy)
    if sum((name is not None, rule is not None, ids, scheme is not None)) > 1:
        raise Misuse("PR006", _("名称、--id、--ids、--scheme 只能给一个"))
    folders = options.folders(policies)
    if ids:
        list_ids(policy, folders)
    elif policy is not None:
        _show(policy, folders, name, rule, scheme)
    elif rule is not None:
        for ref in policies_with(rule, folders):
            _show(ref, folders, None, rule, None)
    else:
        raise options.no_policy()
    return 0


def _policy_and_name(words: Sequence[str], policy: str | None) -> tuple[str | None, str | None]:
    """The policy and what of it is asked for: the words in this order, without the policy where an option names it."""
    rest = list(words)
    if policy is None and rest:
        policy = rest.pop(0)
    name = rest.pop(0) if rest else None
    if rest:
        raise Misuse("PR006", _("用不上的参数：{names}").format(names=" ".join(rest)), _("有空格的名称要加引号"))
    return policy, name


def _show(ref: str, folders: Sequence[Path], name: str | None, rule: str | None, scheme: str | None) -> None:
    """What is asked for of one policy; its outline where nothing is."""
    from policyrun.app.opened import open_policy
    from policyrun.cli.page import Page

    found = Diagnostics()
    opened = open_policy(ref, found, folders=folders)
    if opened is None:
        raise PolicyrunError(found)
    page = Page()
    if name is None and rule is None and scheme is None:
        _outline(page, opened)
    else:
        for entry in _chosen(opened, name, rule, scheme):
            _entry(page, opened, entry)


def _chosen(opened: Opened, name: str | None, rule: str | None, scheme: str | None) -> tuple[Entry, ...]:
    """The entries asked for; at least one, or the user is told what there is."""
    from policyrun.app import show as finder

    entries = opened.entries
    if rule is not None:
        chosen, known, noun = finder.with_id(entries, rule), finder.ids_in(entries), _("编号")
    elif scheme is not None:
        schemes = tuple(one.name for one in opened.policy.schemes)
        chosen = finder.of_scheme(entries, scheme) if scheme in schemes else ()
        known, noun = schemes, _("项目")
    else:
        chosen, known, noun = finder.named(entries, name or ""), finder.names_in(entries), _("名称")
    if not chosen:
        asked = rule or scheme or name or ""
        message = _("政策“{policy}”里没有{noun}“{name}”").format(policy=opened.policy.ref, noun=noun, name=asked)
        raise Misuse("PR027", message, did_you_mean(asked, known))
    return chosen


def _entry(page: Page, opened: Opened, entry: Entry) -> None:
    """One thing in full."""
    from policyrun.app.show import users_of
    from policyrun.cli.page import LABEL

    page.line((entry.title, "bold"), (f"  {_grounds(entry.grounds)}", LABEL))
    if entry.at is not None:
        page.line((f"{entry.at.file.path}:{entry.at.line}", LABEL), indent=2)
    several = len({part.grounds for part in entry.parts}) > 1
    page.columns((part.label, part.text, _grounds(part.grounds) if several else "") for part in entry.said)
    users = users_of(opened.entries, entry)
    if users:
        page.line(_("用到它的"), indent=2)
        page.columns(
            ((user.title, f"{user.at.file.path}:{user.at.line}" if user.at else "") for user in users), indent=4
        )
    page.gap()


def _outline(page: Page, opened: Opened) -> None:
    """Everything in document order, one sentence each."""
    from policyrun.cli.page import ALARM, LABEL
    from policyrun.model.vocabulary import Status

    policy = opened.policy
    page.line((policy.title, "bold"), (f"  {policy.ref}", LABEL))
    if policy.status is Status.DRAFT:
        page.line((_("草案：尚未施行"), ALARM))
    for section, entries in groupby(opened.entries, key=lambda entry: entry.section):
        page.heading(section)
        for entry in entries:
            if not _is_column(entry):
                grounds = _grounds(entry.grounds)
                page.line((entry.title, "bold"), f"：{_sentence(entry)}", (f"  {grounds}", LABEL), indent=2)


def _is_column(entry: Entry) -> bool:
    """Columns are named by their record."""
    from policyrun.app.outline import RECORDS

    return entry.section == RECORDS and entry.owner != ""


def _sentence(entry: Entry) -> str:
    parts = [part for part in entry.said if not part.is_detail]
    said = [f"{part.label} {part.text}".strip() for part in parts[:_MOST_PARTS]]
    if len(parts) > _MOST_PARTS:
        said.append(_("等 {count} 项").format(count=len(parts)))
    return "；".join(said)


def _grounds(grounds: Grounds) -> str:
    clauses: Sequence[str] = [citation.clause for citation in grounds.cite]
    return " ".join(dict.fromkeys([*grounds.ids, *clauses]))
