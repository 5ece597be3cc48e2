"""What the commands that evaluate have in common: their options as one value, the policy and the run they ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NotRequired, TypedDict

import click

from policyrun.cli import options
from policyrun.cli.usage import Misuse
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.app.evaluate import Request
    from policyrun.app.result import RunResult
    from policyrun.ir.policy import Policy


class Asked(TypedDict):
    """The options of ``asked``, as click hands them over."""

    policy: str
    policies: Path | None
    scheme: str | None
    inputs: tuple[tuple[str, Path], ...]
    as_of: date | None
    known_on: date | None
    history: tuple[Path, ...]
    exceptions: Path | None
    lists: Path | None
    overlays: tuple[Path, ...]
    readings: Mapping[str, str]
    engine: NotRequired[str]
    spark_master: NotRequired[str | None]


#: All that says which records are evaluated, by which rules.
asked = options.both(options.policy, options.scheme, options.input, options.run)


def the_policy(ref: str, policies: Path | None, overlays: tuple[Path, ...] = ()) -> Policy:
    """The checked policy that an option names.

    Raises:
        PolicyrunError: if there is none, or it has errors.
    """
    from policyrun.app.load import load

    found = Diagnostics()
    policy = load(ref, found, folders=options.folders(policies), overlays=overlays)
    if policy is None or found.failed:
        raise PolicyrunError(found)
    return policy


def the_run(
    asked: Asked,
    found: Diagnostics,
    prepared: Callable[[Policy], Policy] | None = None,
    *,
    in_full: bool = False,
) -> RunResult:
    """The run that the options ask for; what there is to say about it is added to ``found``.

    Args:
        prepared: what makes of the policy the one that is evaluated.
        in_full: with what each limit said to each row, as only the reference tells it.

    Raises:
        PolicyrunError: if it cannot run.
    """
    from policyrun.app.engine import EngineName
    from policyrun.app.evaluate import run
    from policyrun.cli.working import while_working

    with while_working():
        policy = the_policy(asked["policy"], asked["policies"], asked["overlays"])
        told = replace(request(asked), engine=EngineName.REFERENCE) if in_full else request(asked)
        result = run(prepared(policy) if prepared else policy, told, found)
    if result is None:
        raise PolicyrunError(found)
    return result


def request(asked: Asked) -> Request:
    from policyrun.app.engine import EngineName
    from policyrun.app.evaluate import Request

    return Request(
        sources=sources_of(asked["inputs"]),
        scheme=asked["scheme"],
        as_of=asked["as_of"],
        known_on=asked["known_on"],
        history=tuple(map(str, asked["history"])),
        exceptions=str(asked["exceptions"]) if asked["exceptions"] else None,
        lists=str(asked["lists"]) if asked["lists"] else None,
        readings=asked["readings"],
        engine=EngineName(asked.get("engine", EngineName.REFERENCE.value)),
        spark_master=asked.get("spark_master"),
    )


def sources_of(inputs: tuple[tuple[str, Path], ...]) -> tuple[str, ...]:
    """The ``--input`` options as ``app`` takes them."""
    return tuple(f"{scheme}={path}" if scheme else str(path) for scheme, path in inputs)


def only_workbook(inputs: tuple[tuple[str, Path], ...], sent_back: Path) -> str:
    """The one workbook that ``--return`` sends back."""
    files = [path for _scheme, path in inputs]
    if len(files) != 1 or files[0].suffix.lower() != ".xlsx":
        raise Misuse("PR021", _("--return 只能与一个 --input 合用，而且是 xlsx"), _("一次给一个 xlsx 文件"))
    if files[0].resolve() == sent_back.resolve():
        raise Misuse("PR022", _("--return 会覆盖输入的文件"), _("换一个文件名"))
    return str(files[0])


#: ``--return``, for commands that can send the input back with marks in it.
sent_back = click.option(
    "--return",
    "sent_back",
    type=options.NewFile(),
    metavar="F",
    help=_("另写一份退回表：输入的 xlsx，标出要改和要补的单元格。"),
)
