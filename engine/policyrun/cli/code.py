"""``policyrun code``: what a diagnostic means and what to do about it."""

from __future__ import annotations

import click

from policyrun.cli.help import command
from policyrun.cli.output import echo, table
from policyrun.cli.usage import Misuse, did_you_mean
from policyrun.source.codes import CODES, CodePage
from policyrun.source.messages import _


@command("code", help=_("说明一个诊断代码。\n\n不给代码时列出全部代码。"))
@click.argument("code", required=False, metavar=_("[代码]"))
def code(code: str | None) -> int:
    if code is None:
        table((_("代码"), _("含义")), ((name, page.title) for name, page in CODES.items()))
        return 0
    page = CODES.get(code.upper())
    if page is None:
        advice = did_you_mean(code.upper(), CODES) or _("“policyrun code”列出全部代码")
        raise Misuse("PR010", _("没有诊断代码“{code}”").format(code=code), advice)
    echo(_page(code.upper(), page))
    return 0


def _page(name: str, page: CodePage) -> str:
    parts = [f"{name} {page.title}", page.what]
    for heading, text in ((_("为什么"), page.why), (_("例"), page.example), (_("怎么改"), page.fix)):
        if text:
            indented = "\n".join(f"    {line}" for line in text.splitlines())
            parts.append(f"{heading}\n{indented}")
    return "\n\n".join(parts)
