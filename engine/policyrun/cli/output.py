"""Printing: results on stdout, diagnostics on stderr, tables that fit the place they go to."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

import click

from policyrun.source.diagnostic import Diagnostic, Severity
from policyrun.source.messages import _
from policyrun.source.visible import visible

FORMS = ("full", "concise", "json")


def echo(text: str = "", end: str = "\n") -> None:
    """A line of results, or a part of one."""
    click.echo(text + end, nl=False)


def tell(text: str) -> None:
    """A line about the run, kept out of the results."""
    click.echo(text, err=True)


def say(diagnostics: Iterable[Diagnostic], form: str = "full", *, personal: bool = False, out: bool = False) -> None:
    """Print diagnostics in one of ``FORMS``.

    Args:
        personal: whether ID numbers may be shown.
        out: on stdout, for commands whose results they are; otherwise on stderr.
    """
    found = list(diagnostics)
    if form == "json":
        from policyrun.source.render.json import render as render_json

        click.echo(render_json(found, personal=personal), err=not out)
    elif form == "concise":
        from policyrun.source.render.concise import render as render_line

        for d in found:
            click.echo(render_line(d, personal=personal), err=not out)
    else:
        from policyrun.source.render.full import render

        color = colorful(sys.stdout if out else sys.stderr)
        for d in found:
            click.echo(render(d, color, personal=personal) + "\n", err=not out)


def count(diagnostics: Iterable[Diagnostic]) -> str:
    """How many findings of each severity there are: ``2 个错误，1 个警告``; "" if there are none."""
    severities = [d.severity for d in diagnostics]
    words = {
        Severity.ERROR: _("{n} 个错误"),
        Severity.WARNING: _("{n} 个警告"),
        Severity.NOTE: _("{n} 条提示"),
    }
    parts = [word.format(n=severities.count(level)) for level, word in words.items() if level in severities]
    return _("，").join(parts)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table: ruled on a terminal, tab-separated in a pipe so that other programs can cut it."""
    shown = [[visible(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for line in (header, *shown):
            click.echo("\t".join(line))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    ruled = Table(*header, box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ruled.columns:
        column.overflow = "fold"
    for row in shown:
        ruled.add_row(*row)
    Console(no_color=not colorful(sys.stdout), markup=False, highlight=False).print(ruled)


def colorful(stream: TextIO) -> bool:
    return stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
