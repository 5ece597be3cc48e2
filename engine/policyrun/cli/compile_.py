"""``policyrun compile``: the SQL of a policy, for a database that runs it by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click

from policyrun.cli import options
from policyrun.cli.asked import the_policy
from policyrun.cli.help import command
from policyrun.cli.output import echo
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _

#: Databases whose SQL there is; ``columnar.dialect.DIALECTS`` without importing it.
DIALECTS = ("duckdb", "spark", "postgres")


@command(
    "compile",
    help=_(
        "写出一个政策的 SQL，在自己的数据库里核算，不必把数据拿出来。\n\n"
        "脚本里逐步注明规则编号和条款，供人核对。开头的注释写着要先备好哪些表、算完留下什么；"
        "以前各次的结果、例外和名单不在脚本里。算不准的数、没定下来的限额会使脚本报错停下，不会算错。\n\n"
        "  policyrun compile hebei-2023 --dialect postgres --output 河北.sql"
    ),
)
@options.policy
@options.scheme
@click.option(
    "--dialect",
    type=click.Choice(DIALECTS),
    default=DIALECTS[0],
    metavar="|".join(DIALECTS),
    help=_("写给哪种数据库：DuckDB、Spark 4 或 PostgreSQL 15。"),
)
@options.as_of
@options.known_on
@options.readings
@options.overlays
@click.option("--output", type=options.NewFile(), metavar="F", help=_("写到文件，否则写到屏幕。"))
def compile_(
    policy: str,
    policies: Path | None,
    scheme: str | None,
    dialect: str,
    as_of: date | None,
    known_on: date | None,
    readings: Mapping[str, str],
    overlays: tuple[Path, ...],
    output: Path | None,
) -> int:
    from policyrun.app.compile import chosen, compile_policy
    from policyrun.app.settings import settings_for
    from policyrun.cli.working import while_working
    from policyrun.columnar.plan import Unlowered
    from policyrun.datasets.atomic import replacing

    checked = the_policy(policy, policies, overlays)
    found = Diagnostics()
    schemes = chosen(checked, scheme, found)
    settings = settings_for(checked, found, as_of=as_of, known_on=known_on, readings=readings)
    if found.failed:
        raise PolicyrunError(found)
    try:
        with while_working():
            text = compile_policy(checked, schemes, settings, dialect)
    except Unlowered as reason:
        found.add("PR626", _("{reason}：{dialect} 的 SQL 写不出来").format(reason=reason, dialect=dialect))
        raise PolicyrunError(found) from reason
    if output is None:
        echo(text)
        return 0
    with replacing(output) as place:
        place.write_text(text, encoding="utf-8")
    return 0
