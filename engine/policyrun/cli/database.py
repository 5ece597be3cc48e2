"""The database that a command reads, decides and counts records in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policyrun.cli.usage import Misuse
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.columnar.embedded import Embedded
    from policyrun.columnar.engine import Engine

#: Records of so many bytes are decided as rows at hand: all that it takes to stream them would take longer.
_FEW_BYTES = 1_000_000


class Memory(click.ParamType[str]):
    """``4GB``, as the database takes it."""

    name = "memory"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?[KMGT]i?B", value, re.IGNORECASE):
            raise Misuse("PR028", _("“{value}”不是内存的大小").format(value=value), _("例如 4GB、500MB"), ctx)
        return str(value)


memory = click.option(
    "--memory",
    type=Memory(),
    metavar="4GB",
    help=_("最多用多少内存；不够时放到硬盘上，慢些，结果相同。"),
)


def is_long(inputs: Sequence[tuple[str, Path]], memory: str | None) -> bool:
    """Whether records are better left in a database: there are many, or memory is to be held in check."""
    return memory is not None or sum(file.stat().st_size for file in files_of(inputs)) > _FEW_BYTES


def files_of(inputs: Sequence[tuple[str, Path]]) -> Iterator[Path]:
    """The files that are named, and all those of the folders that are."""
    for _scheme, path in inputs:
        yield from (file for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file())


class Work:
    """One run after another in a database, as a sign of life shows them.

    Args:
        runs: how many there are; each has a pace of its own.
    """

    def __init__(self, engine: Engine, runs: int = 1) -> None:
        self._engine = engine
        self._runs = runs
        self._pace = engine.pace
        self._over = 0

    @property
    def task(self) -> tuple[int, str]:
        pace = self._engine.pace
        if pace.reading:
            return pace.parts, _("正在读入“{sheet}”").format(sheet=pace.reading)
        return (pace.parts if self._runs == 1 else 0), _("正在核算")

    @property
    def rows(self) -> int:
        pace = self._engine.pace
        return pace.rows * (1 if pace.reading else self._runs)

    @property
    def percent(self) -> int:
        if self._engine.pace is not self._pace:
            self._over += self._pace.whole > 0 and not self._pace.reading
            self._pace = self._engine.pace
        if self._pace.reading:
            return self._engine.percent
        return min(99, (100 * self._over + self._engine.percent) // self._runs)


def work_in(engine: Engine | None, runs: int = 1) -> Work | None:
    """The work of a database; None where the reference does it."""
    return None if engine is None else Work(engine, runs)


@contextmanager
def database(
    engine: str, found: Diagnostics, *, sample: bool, memory: str | None = None, output: Path | None = None
) -> Iterator[Embedded | None]:
    """A database for as long as a run is of use; None where the reference is asked for, or enough.

    Args:
        engine: as ``--engine`` names it.
        sample: whether the records are the bundled sample, which is small.
        output: what does not fit in memory goes beside it.

    Raises:
        PolicyrunError: if memory or disk do not suffice, with the reason in ``found``.
    """
    from policyrun.app.engine import EngineName

    if sample or engine == EngineName.REFERENCE.value:
        yield None
        return
    from policyrun.columnar.embedded import Embedded, embedded_faults

    with embedded_faults(found), Embedded(memory, None if output is None else output.parent) as embedded:
        yield embedded
