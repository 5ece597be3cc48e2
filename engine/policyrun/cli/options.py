"""Options that commands share, and the kinds of value they take, refused in our own words.

A command puts them on like ``click.option``:

    @command("evaluate", help=_("…"))
    @options.policy
    @options.run
    def evaluate(policy: str, policies: Path | None, …) -> int: ...
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from policyrun.cli.output import FORMS
from policyrun.cli.usage import Misuse
from policyrun.source.messages import _

F = TypeVar("F", bound=Callable[..., Any])
Decorator = Callable[[F], F]

#: How a command may tell what it found, where that is no diagnostic.
TEXT_FORMS = ("text", "json")

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Day(click.ParamType[date]):
    """A date written ``2023-08-31``."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            if _DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        raise Misuse("PR007", _("“{value}”不是日期").format(value=value), _("日期写成 2023-08-31"), ctx)


class Pair(click.ParamType[tuple[str, str]]):
    """``NAME=VALUE``, as a pair."""

    name = "pair"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value[0], value[1]
        name, equals, text = value.partition("=")
        if not (equals and name.strip() and text.strip()):
            raise Misuse("PR008", _("“{value}”不是“名称=值”").format(value=value), _("例如 计年日期=培训结束日期"), ctx)
        return name.strip(), text.strip()


class Existing(click.ParamType[Any]):
    """A path to something that is there: a file, a folder, or (both) either."""

    name = "path"

    def __init__(self, *, file: bool = True, folder: bool = False) -> None:
        self.file = file
        self.folder = folder

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if (self.file and path.is_file()) or (self.folder and path.is_dir()):
            return path
        wanted = _("文件或文件夹") if self.file and self.folder else _("文件夹") if self.folder else _("文件")
        if path.exists():
            raise Misuse("PR009", _("“{path}”不是{wanted}").format(path=path, wanted=wanted), ctx=ctx)
        raise Misuse("PR009", _("找不到{wanted}“{path}”").format(wanted=wanted, path=path), ctx=ctx)


class PolicyRef(click.ParamType[str]):
    """A policy's id, ``hebei-2023`` or ``hebei-2023@1``, the path of its file, which must be there, or ``git:…``."""

    name = "policy"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value.startswith("git:"):
            return str(value)
        if Path(value).is_file() or value.endswith((".yaml", ".yml")) or "/" in value or os.sep in value:
            path = Existing().convert(value, param, ctx)
            # A path without a folder could be taken for an id; Path would drop the leading dot.
            return os.path.join(os.curdir, path)  # noqa: PTH118
        return str(value)


class Input(Existing):
    """``F`` or ``项目=F``: the scheme's name ("" where none is given) and the path."""

    name = "input"

    def __init__(self) -> None:
        super().__init__(file=True, folder=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        scheme, equals, path = value.partition("=")
        # A file whose own name has an equals sign is still a file.
        if not equals or Path(value).exists():
            scheme, path = "", value
        return scheme.strip(), super().convert(path, param, ctx)


class NewFile(click.ParamType[Path]):
    """A file to be written; its folder must be there."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if path.is_dir():
            raise Misuse("PR009", _("“{path}”是文件夹，不能写成文件").format(path=path), ctx=ctx)
        if not path.parent.is_dir():
            raise Misuse("PR009", _("找不到文件夹“{path}”").format(path=path.parent), _("先建好文件夹再运行"), ctx)
        return path


def once_each(ctx: click.Context, _param: click.Parameter, pairs: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """The pairs as a mapping; a name given twice with two values is a mistake."""
    values: dict[str, str] = {}
    for name, value in pairs:
        if values.setdefault(name, value) != value:
            message = _("“{name}”给了两个值：{one}、{other}").format(name=name, one=values[name], other=value)
            raise Misuse("PR011", message, _("只留一个"), ctx)
    return values


#: Where the word that names a policy waits for ``--policy``, in ``click.Context.meta``.
_POLICY_WORD = "policyrun.policy"


def _keep_policy(ctx: click.Context, _param: click.Parameter, word: str | None) -> None:
    ctx.meta[_POLICY_WORD] = word


def _the_policy(ctx: click.Context, _param: click.Parameter, option: str | None) -> str:
    """The policy named one way or the other."""
    word: str | None = ctx.meta.get(_POLICY_WORD)
    if word is not None and option is not None:
        message = _("政策给了两次：{one}、{other}").format(one=word, other=option)
        raise Misuse("PR006", message, _("只留一个；数据文件用 --input 给出"), ctx)
    named = word or option
    if not named:
        raise no_policy(ctx)
    return named


def no_policy(ctx: click.Context | None = None) -> Misuse:
    """What to say to who has not said which policy is meant."""
    return Misuse(
        "PR003", _("没有说是哪个政策"), _("加上 --policy ID，如 --policy hebei-2023；“policyrun list”列出全部政策"), ctx
    )


def folders(policies: Path | None) -> tuple[Path, ...]:
    """The user's own folders of policies, as ``app`` takes them."""
    return () if policies is None else (policies,)


def both(*decorators: Decorator[Any]) -> Decorator[Any]:
    """Several options as one, shown in the order given."""

    def decorate(function: F) -> F:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


def _only_for_spark(ctx: click.Context, _param: click.Parameter, master: str | None) -> str | None:
    """A cluster is of use to Spark alone."""
    if master is not None and ctx.params.get("engine") != SPARK:
        raise Misuse(
            "PR029", _("--spark-master 只用于 --engine spark"), _("加上 --engine spark，或者去掉 --spark-master"), ctx
        )
    return master


#: What decides records, the default first; ``app.engine.EngineName`` without importing it.
ENGINES = ("duckdb", "spark", "reference")
_DUCKDB, SPARK, REFERENCE = ENGINES

policies = click.option(
    "--policies",
    type=Existing(file=False, folder=True),
    metavar="DIR",
    help=_("自己的政策文件夹，先于自带的政策查找。"),
)
policy_option = click.option("--policy", metavar="ID", help=_("政策，如 hebei-2023 或 hebei-2023@1，或政策文件。"))
#: The policy, named by the first word of the command or by ``--policy``.
policy = both(
    click.argument(
        "word", required=False, metavar=_("[政策]"), expose_value=False, is_eager=True, callback=_keep_policy
    ),
    click.option(
        "--policy",
        metavar="ID",
        callback=_the_policy,
        help=_("政策，如 hebei-2023 或 hebei-2023@1，或政策文件；也可以不写 --policy，直接写编号。"),
    ),
    policies,
)
scheme = click.option("--scheme", metavar=_("项目"), help=_("只做这一个补贴项目。"))
input = click.option(  # noqa: A001 - named like the option
    "--input",
    "inputs",
    type=Input(),
    multiple=True,
    metavar=_("[项目=]F"),
    help=_("数据：xlsx、csv、parquet 文件或文件夹，可重复。"),
)
output = click.option("--output", type=NewFile(), metavar="F", help=_("写结果的文件：xlsx、csv 或 parquet。"))
as_of = click.option("--as-of", type=Day(), metavar=_("日期"), help=_("基准日，默认今天（上海）。"))
known_on = click.option("--known-on", type=Day(), metavar=_("日期"), help=_("只用这天以前印发的数值，默认同基准日。"))
history = click.option(
    "--history", type=Existing(), multiple=True, metavar="F", help=_("以前各次的结果，计入限额，可重复。")
)
exceptions = click.option("--exceptions", type=Existing(), metavar="F", help=_("经批准不受某项限额的记录。"))
lists = click.option(
    "--lists", type=Existing(file=False, folder=True), metavar="DIR", help=_("名单文件夹，每份名单一个 csv。")
)
overlays = click.option(
    "--with", "overlays", type=Existing(), multiple=True, metavar="F", help=_("本地补充文件（YAML），可重复。")
)
readings = click.option(
    "--reading",
    "readings",
    type=Pair(),
    multiple=True,
    callback=once_each,
    metavar=_("N=V"),
    help=_("选定一项理解，可重复。"),
)
engine = both(
    click.option(
        "--engine",
        type=click.Choice(ENGINES),
        default=ENGINES[0],
        is_eager=True,  # --spark-master looks at it
        metavar="|".join(ENGINES),
        help=_("由谁核算：内嵌数据库、Spark 集群，或逐行的参考引擎；结果相同。"),
    ),
    click.option(
        "--spark-master",
        metavar="URL",
        callback=_only_for_spark,
        help=_("Spark 集群的地址，如 spark://主机:7077；不写就在本机的进程里。"),
    ),
)
embedded = click.option(
    "--engine",
    type=click.Choice(("duckdb", "reference")),
    default="duckdb",
    metavar="duckdb|reference",
    help=_("由谁核算：内嵌数据库，或逐行的参考引擎；结果相同。"),
)
show_personal = click.option("--show-personal", is_flag=True, help=_("显示完整的身份证号码和姓名。"))
form = click.option(
    "--format", "form", type=click.Choice(FORMS), default=FORMS[0], metavar="|".join(FORMS), help=_("诊断的写法。")
)
told_as = click.option(
    "--format",
    "form",
    type=click.Choice(TEXT_FORMS),
    default=TEXT_FORMS[0],
    metavar="|".join(TEXT_FORMS),
    help=_("输出的写法。"),
)

#: All that a run is told beside the policy and the records.
run = both(as_of, known_on, history, exceptions, lists, overlays, readings)
