"""The records that a change is tried on: files as for ``--input``, or the bundled sample by its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from policyrun.cli import options
from policyrun.source.messages import _

F = TypeVar("F", bound=Callable[..., Any])

#: The word for the policy's bundled sample.
SAMPLE = "sample"

#: Scheme ("" where none is named) and path; no path is the sample.
Sources = tuple[tuple[str, Path | None], ...]


class Records(options.Input):
    """``F``, ``项目=F`` or ``sample``."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == SAMPLE and not Path(value).exists():
            return "", None
        return super().convert(value, param, ctx)


def records(option: str, said: str) -> Callable[[F], F]:
    """The option that names them, under the name a command gives it."""
    return click.option(option, "inputs", type=Records(), multiple=True, metavar=_("[项目=]F"), help=said)


def files(inputs: Sources) -> tuple[tuple[str, Path], ...]:
    """The files among them: none at all is the sample."""
    return tuple((scheme, path) for scheme, path in inputs if path is not None)
