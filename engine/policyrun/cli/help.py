"""Commands and groups whose help speaks the reader's language and measures Chinese text in terminal columns."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

import click

from policyrun.cli.usage import Misuse, did_you_mean
from policyrun.source.messages import _
from policyrun.source.width import pad, width, wrap


class Formatter(click.HelpFormatter):
    """Wraps by terminal columns; Chinese text has no blanks to break at."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or _("用法: "))

    def write_text(self, text: str) -> None:
        """Paragraphs are wrapped, except those whose lines are indented (examples)."""
        indent = " " * self.current_indent
        for number, paragraph in enumerate(text.split("\n\n")):
            if number:
                self.write("\n")
            lines = paragraph.splitlines()
            if not any(line.startswith("  ") for line in lines):
                lines = wrap("".join(lines), self.width - self.current_indent)
            self.write("".join(f"{indent}{line}\n" for line in lines))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        first = min(max(width(term) for term, _text in rows), col_max) + col_spacing
        indent = " " * self.current_indent
        for term, text in rows:
            lines = wrap(text, max(20, self.width - self.current_indent - first))
            if width(term) > first - col_spacing:
                self.write(f"{indent}{term}\n")
                term = ""
            for line in lines:
                self.write(f"{indent}{pad(term, first)}{line}".rstrip() + "\n")
                term = ""


class _Context(click.Context):
    formatter_class = Formatter


class Command(click.Command):
    """A command with help in the reader's language."""

    context_class = _Context
    # What is left over is refused below, in our own words.
    allow_extra_args = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", _("[选项]"))
        super().__init__(*args, **kwargs)
        for param in self.params:
            # A word that also heads a column; in English what is to be filled in stands in capitals.
            if param.metavar and param.metavar.isalpha():
                param.metavar = param.metavar.upper()

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            # The parser itself does not always say whose options it was reading.
            error.ctx = error.ctx or ctx
            raise
        if rest:
            message = _("用不上的参数：{names}").format(names=" ".join(rest))
            raise Misuse("PR006", message, _("有空格的文件名要加引号"), ctx)
        return rest

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _in_our_words(super().get_help_option(ctx))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The text as it stands: taking away the common indent would make examples look like prose."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self.help or "")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_options(self, ctx, formatter)


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is run.

    Args:
        commands_help: each command with the first line of its help.
        package: where the modules are; each has a function of its own name.
    """

    context_class = _Context

    def __init__(self, *args: Any, commands_help: Mapping[str, str], package: str, **kwargs: Any) -> None:
        kwargs |= {"options_metavar": _("[选项]"), "subcommand_metavar": _("命令 …")}
        super().__init__(*args, **kwargs)
        self._commands_help = commands_help
        self._package = package

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._commands_help)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._commands_help:
            return None
        name = module_name(cmd_name)
        found = getattr(import_module(f"{self._package}.{name}"), name)
        assert isinstance(found, click.Command)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in self._commands_help and not name.startswith("-"):
            raise Misuse(
                "PR001", _("没有“{name}”这个命令").format(name=name), did_you_mean(name, self._commands_help), ctx
            )
        return super().resolve_command(ctx, args)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _in_our_words(super().get_help_option(ctx))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_options(self, ctx, formatter)
        with formatter.section(_("命令")):
            formatter.write_dl(list(self._commands_help.items()))


def module_name(command: str) -> str:
    """``list`` → ``list_``: a module is not named like a built-in; ``new-version`` → ``new_version``."""
    return f"{command}_" if hasattr(builtins, command) else command.replace("-", "_")


def command(name: str, help: str) -> Callable[[Callable[..., int]], Command]:  # noqa: A002 - click's own word
    """Declare a command. Its function returns the exit code; the first line of ``help`` is its line in the overview."""
    return click.command(name, cls=Command, help=help)


def _in_our_words(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = _("显示本说明。")
    return option


def _write_options(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    options = [param for param in command.get_params(ctx) if isinstance(param, click.Option)]
    records = [(record[0], _said(option)) for option in options if (record := option.get_help_record(ctx))]
    with formatter.section(_("选项")):
        formatter.write_dl(records)


def _said(option: click.Option) -> str:
    """What an option does and must be; click would say the latter in English, whatever the reader's language."""
    said = option.help or ""
    if option.required:
        said = _("{said}必填。").format(said=said)
    if isinstance(option.type, click.IntRange) and option.type.min is not None:
        said = _("{said}不小于 {least}。").format(said=said, least=option.type.min)
    return said
