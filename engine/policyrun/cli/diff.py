"""``policyrun diff``: what differs between two versions of a policy, in meaning and for records at hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from policyrun.cli import options
from policyrun.cli.database import database, is_long, work_in
from policyrun.cli.database import memory as memory_option
from policyrun.cli.help import command
from policyrun.cli.records import Sources, files, records
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.app.comparison import Comparison
    from policyrun.app.evaluate import Request
    from policyrun.columnar.embedded import Embedded

_FORMS = ("text", "markdown", "json")


class _Asked(TypedDict):
    """The options, as click hands them over."""

    old: str
    new: str
    policies: Path | None
    overlays: tuple[Path, ...]
    readings: Mapping[str, str]
    new_overlays: tuple[Path, ...]
    new_readings: Mapping[str, str]
    inputs: Sources
    scheme: str | None
    as_of: date | None
    known_on: date | None
    history: tuple[Path, ...]
    exceptions: Path | None
    lists: Path | None


@command(
    "diff",
    help=_(
        "比较一个政策的两个版本，逐项列出意思上的不同。\n\n"
        "写法、注释和无关的先后不算不同。给 --data 时再用这些记录各算一遍，列出影响的人和钱。"
        "旧、新写同一个政策，再给 --new-with 或 --new-reading，就是试算。"
        "没有不同返回 0，有不同返回 1。\n\n"
        "  policyrun diff hebei-2023@1 草稿/hebei-2023.yaml --data 六月.xlsx --html 比较.html"
    ),
)
@click.argument("old", metavar=_("旧"))
@click.argument("new", metavar=_("新"))
@options.policies
@records("--data", _("用这些记录比较两个版本的结果，可重复；sample 是自带的样例。"))
@options.scheme
@options.run
@options.embedded
@memory_option
@click.option(
    "--new-with",
    "new_overlays",
    type=options.Existing(),
    multiple=True,
    metavar="F",
    help=_("只加在“新”上的补充文件，可重复。"),
)
@click.option(
    "--new-reading",
    "new_readings",
    type=options.Pair(),
    multiple=True,
    callback=options.once_each,
    metavar=_("N=V"),
    help=_("只对“新”选定的一项理解，可重复。"),
)
@click.option("--html", type=options.NewFile(), metavar="F", help=_("另写一份网页，不连网也能看，可以打印。"))
@click.option("--rows", type=click.IntRange(min=0), default=20, metavar="N", help=_("最多列出几行，默认 20。"))
@options.show_personal
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMS),
    default=_FORMS[0],
    metavar="|".join(_FORMS),
    help=_("输出的写法。"),
)
def diff(
    html: Path | None,
    rows: int,
    show_personal: bool,
    form: str,
    engine: str,
    memory: str | None,
    **asked: Unpack[_Asked],
) -> int:
    from policyrun.cli.working import while_working

    found = Diagnostics()
    few = not is_long(files(asked["inputs"]), memory)
    with database(engine, found, sample=few, memory=memory, output=html) as embedded:
        with while_working(work_in(embedded, 2)):
            comparison = _compared(asked, found, embedded)
        if comparison is None:
            raise PolicyrunError(found)
        if html is not None:
            from policyrun.report.diff_page import write_page

            if not write_page(comparison, html, found, personal=show_personal):
                raise PolicyrunError(found)
        _tell(comparison, form, rows, show_personal)
    return int(comparison.is_different)


def _compared(asked: _Asked, found: Diagnostics, engine: Embedded | None) -> Comparison | None:
    from policyrun.app.comparison import Versions, compare_versions

    versions = Versions(
        old=asked["old"],
        new=asked["new"],
        folders=options.folders(asked["policies"]),
        overlays=asked["overlays"],
        new_overlays=asked["new_overlays"],
        readings=asked["readings"],
        new_readings=asked["new_readings"],
    )
    return compare_versions(versions, _request(asked) if asked["inputs"] else None, found, engine)


def _request(asked: _Asked) -> Request:
    from policyrun.app.evaluate import Request
    from policyrun.cli.asked import sources_of

    return Request(
        sources=sources_of(files(asked["inputs"])),
        scheme=asked["scheme"],
        as_of=asked["as_of"],
        known_on=asked["known_on"],
        history=tuple(map(str, asked["history"])),
        exceptions=str(asked["exceptions"]) if asked["exceptions"] else None,
        lists=str(asked["lists"]) if asked["lists"] else None,
    )


def _tell(comparison: Comparison, form: str, rows: int, personal: bool) -> None:
    match form:
        case "json":
            from policyrun.cli.diff_json import print_json

            print_json(comparison)
        case "markdown":
            from policyrun.cli.output import echo
            from policyrun.report.diff_markdown import markdown

            echo(markdown(comparison, rows=rows, personal=personal))
        case _:
            from policyrun.cli.diff_text import write_differences, write_impact

            write_differences(comparison)
            if comparison.impact is not None:
                write_impact(comparison.impact, rows, personal)
