"""Wrong usage of the command line, and failures of our own, as diagnostics."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path

import click

from policyrun.cli.output import say
from policyrun.source.diagnostic import Diagnostic, Place
from policyrun.source.messages import _
from policyrun.source.suggest import closest

#: Exit code of wrong usage and of a run that could not be made.
UNUSABLE = 2


class Misuse(click.UsageError):
    """A mistake on the command line with its code and what to do about it."""

    def __init__(self, code: str, message: str, help: str = "", ctx: click.Context | None = None) -> None:  # noqa: A002
        super().__init__(message, ctx)
        self.code = code
        self.help = help


#: More candidates than this are not listed.
_LISTED = 12


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """A help text that names the nearest candidate, or lists them where none is near and they are few."""
    candidates = list(candidates)
    near = closest(name, candidates)
    if near is not None:
        return _("是不是“{name}”？").format(name=near)
    return _("可以用：{names}").format(names="、".join(candidates)) if 0 < len(candidates) <= _LISTED else ""


def explain(error: click.ClickException) -> int:
    """Say what was wrong on stderr and return the exit code. No arguments at all get the help page."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return UNUSABLE
    say([diagnose(error)])
    return UNUSABLE


def explain_os_error(error: OSError) -> int:
    """Say which file could not be read or written, in the system's words, and return the exit code."""
    message = _("读写失败：{reason}").format(reason=error.strerror or error)
    say([Diagnostic("PR012", message, at=Place(str(error.filename)) if error.filename else None)])
    return UNUSABLE


def diagnose(error: click.ClickException) -> Diagnostic:
    """The diagnostic for an error that the command line's parser found."""
    match error:
        case Misuse(code=code, message=message, help=help_text):
            return Diagnostic(code, message, help=help_text or _see_help(error))
        case click.NoSuchOption(option_name=name):
            return _unknown_option(name, error)
        case click.MissingParameter(param=param):
            named = _param_name(param)
            return Diagnostic("PR003", _("缺少{name}").format(name=named), help=_see_help(error))
        case click.BadOptionUsage(option_name=name):
            message = _("选项“{name}”后面应当有一个值").format(name=name)
            if _is_flag(name, error.ctx):
                message = _("选项“{name}”不带值").format(name=name)
            return Diagnostic("PR004", message, help=_see_help(error))
        case click.BadParameter(param=param):
            return _bad_value(error, param)
        case click.UsageError():
            return Diagnostic(
                "PR006", _("参数过多或写法不对：{detail}").format(detail=error.message), help=_see_help(error)
            )
        case _:
            return Diagnostic("PR009", error.format_message())


def apologise(error: Exception) -> None:
    """Say that the fault is ours; the traceback is for those who ask for it with ``POLICYRUN_DEBUG``."""
    if os.environ.get("POLICYRUN_DEBUG"):
        traceback.print_exception(error, file=sys.stderr)
    message = _("policyrun 内部出错（{kind}，{place}），不是您的文件有错").format(
        kind=type(error).__name__, place=_scene(error)
    )
    advice = _("抱歉。请把这一行和所用的命令报告给维护者；设环境变量 POLICYRUN_DEBUG=1 再运行一次可得到详细记录")
    say([Diagnostic("PR601", message, help=advice)])


def _scene(error: Exception) -> str:
    """The innermost line of ours, such as ``limits.py:88``; holds nothing of the user's data."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "policyrun" in Path(frame.filename).parts] or list(frames)
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "?"


def _unknown_option(name: str, error: click.UsageError) -> Diagnostic:
    options = [opt for param in _params(error.ctx) if isinstance(param, click.Option) for opt in param.opts]
    return Diagnostic("PR002", _("没有“{name}”这个选项").format(name=name), help=did_you_mean(name, options))


def _bad_value(error: click.BadParameter, param: click.Parameter | None) -> Diagnostic:
    named = _param_name(param)
    match param.type if param else None:
        case click.Choice(choices=choices):
            listed = "、".join(map(str, choices))
            return Diagnostic("PR005", _("{name}的值只能是：{choices}").format(name=named, choices=listed))
        case click.IntRange(min=least):
            return Diagnostic("PR005", _("{name}的值应是不小于 {least} 的整数").format(name=named, least=least))
        case click.types.IntParamType():
            return Diagnostic("PR005", _("{name}的值应是整数").format(name=named))
    return Diagnostic("PR005", _("{name}的值不合要求：{detail}").format(name=named, detail=error.message))


def _param_name(param: click.Parameter | None) -> str:
    if isinstance(param, click.Option):
        return _("选项“{name}”").format(name=max(param.opts, key=len))
    return _("参数“{name}”").format(name=(param.metavar or param.name or "") if param else "")


def _is_flag(name: str, ctx: click.Context | None) -> bool:
    return any(isinstance(param, click.Option) and name in param.opts and param.is_flag for param in _params(ctx))


def _params(ctx: click.Context | None) -> list[click.Parameter]:
    return ctx.command.get_params(ctx) if ctx else []


def _see_help(error: click.ClickException) -> str:
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    return _("“{command} --help”列出全部选项").format(command=ctx.command_path) if ctx else ""
