"""The command ``policyrun``: finds the command asked for, and turns whatever stops it into a message and an exit code.

0 clean or done, 1 findings or differences, 2 wrong usage or a run that could not be made, 130 interrupted.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from typing import NoReturn

import click

from policyrun.cli.help import LazyGroup
from policyrun.cli.output import say
from policyrun.cli.usage import UNUSABLE, apologise, explain, explain_os_error
from policyrun.cli.working import SELDOM
from policyrun.source.diagnostic import PolicyrunError
from policyrun.source.messages import _

INTERRUPTED = 130
BROKEN_PIPE = 141

#: Each command with the first line of its help; a command lives in the module of its name (``list`` in ``list_``).
COMMANDS = {
    "evaluate": _("逐行核算，写出结果。"),
    "trace": _("说明一行为什么这样定，或一条规则、一个条款定了哪些行。"),
    "validate": _("逐格检查数据，列出填错的单元格。"),
    "template": _("写一份空白的填报表（xlsx），带下拉选项和填表说明。"),
    "sample": _("生成合成记录（xlsx），供试用和练习。"),
    "list": _("列出可用的政策。"),
    "show": _("按文件的次序读出一个政策，或说明其中一处：写的什么，依据哪一条，在哪一行，谁用到它。"),
    "readings": _("列出条文可作不同理解之处：问题、各种读法、采用的一种、理由和条款。"),
    "quotas": _("列出任务分解表，核对分项之和。"),
    "decompose": _("按份额把总数分到各单位，各数之和恰等于总数（最大余数法）。"),
    "report": _("由记录填出报表，每个地区一行。"),
    "indicators": _("由记录算出各项指标，每个地区一行，数的是文件里的全部记录。"),
    "progress": _("按记录算出各项任务和目标的完成数、完成率。"),
    "deadlines": _("列出期限：哪天、什么事、谁办、依据哪一条。"),
    "diff": _("比较一个政策的两个版本，逐项列出意思上的不同。"),
    "sweep": _("让一个参数取不同的值，各算一遍，列出每个值的钱和人。"),
    "compile": _("写出一个政策的 SQL，在自己的数据库里核算，不必把数据拿出来。"),
    "check": _("检查政策文件，报告问题。"),
    "test": _("运行政策旁边 cases 文件夹里的例子，报告与预期不符的。"),
    "new-version": _("复制最新的版本，作为下一个版本的草案。"),
    "release": _("发布一个版本：记下它的摘要，从此不再改动。"),
    "code": _("说明一个诊断代码。"),
}


@click.group(
    "policyrun",
    cls=LazyGroup,
    commands_help=COMMANDS,
    package="policyrun.cli",
    help=_("把政策文件写成规则，逐行精确计算，逐条说明依据。"),
    epilog=_("“policyrun 命令 --help”说明一个命令；“policyrun code 代码”说明一个诊断。"),
)
@click.version_option(package_name="policyrun", message="%(prog)s %(version)s", help=_("显示版本。"))
def policyrun() -> None:
    """The group itself does nothing."""


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code; without ``args`` it is that of the process, which ends with it."""
    _speak_utf8()
    if args is None:
        gc.set_threshold(SELDOM)  # what a command makes mostly lives as long as its process
        _end(_guarded(sys.argv[1:]))
    return _guarded(list(args))


def _end(code: int) -> NoReturn:
    """End the process as Python does, but for taking apart all that was made, which takes a tenth of a second."""
    atexit._run_exitfuncs()  # what others want done at the end
    with suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _guarded(args: list[str]) -> int:
    """A command, whatever stops it."""
    try:
        code = _run(args)
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
        return BROKEN_PIPE
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    return code


def _run(args: list[str]) -> int:
    try:
        with policyrun.make_context("policyrun", args) as context:
            code = policyrun.invoke(context)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        return explain(error)
    except PolicyrunError as error:
        say(error.diagnostics)
        return UNUSABLE
    except BrokenPipeError:
        raise
    except OSError as error:
        return explain_os_error(error)
    except Exception as error:  # noqa: BLE001 - the last boundary: a defect of ours must not show as a traceback
        apologise(error)
        return UNUSABLE
    return code if isinstance(code, int) else 0


def _speak_utf8() -> None:
    """Chinese text must come out whatever the locale or the console's code page says."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _drop_output() -> None:
    """Nobody reads any more: let the flush at exit go nowhere instead of failing."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
