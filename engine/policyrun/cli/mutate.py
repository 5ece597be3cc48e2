"""``policyrun test --mutate``: which figures could be wrong without any case noticing."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from policyrun.cli.output import echo, tell
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.app.mutation import Mutant
    from policyrun.source.text import Span


def is_watertight(ref: str, folders: Sequence[Path]) -> bool:
    """Alters every figure of a policy whose cases all pass, and prints what nobody noticed; whether all was noticed."""
    from policyrun.app.mutation import Fate, trial

    found = Diagnostics()
    tried = trial(ref, found, folders=folders)
    if tried is None:
        raise PolicyrunError(found)
    fates: Counter[Fate] = Counter()
    for span in _shown(tried.figures):
        mutant = tried.mutant(span)
        fates[mutant.fate] += 1
        if mutant.fate is Fate.SURVIVED:
            _survivor(mutant)
    tell(
        _("逐一改动 {all} 个数：{noticed} 个由例子发现，{refused} 个由 check 发现，{survived} 个无人发现").format(
            all=fates.total(),
            noticed=fates[Fate.NOTICED],
            refused=fates[Fate.REFUSED],
            survived=fates[Fate.SURVIVED],
        )
    )
    return not fates[Fate.SURVIVED]


def _survivor(mutant: Mutant) -> None:
    at = mutant.span
    echo(
        _("✗ {at}: {old} 改成 {new}，无人发现").format(
            at=f"{at.file.path}:{at.line}:{at.column}", old=at.text, new=mutant.altered
        )
    )
    echo(f"    {at.file.line(at.line).strip()}")


def _shown(figures: Sequence[Span]) -> Iterator[Span]:
    """The figures one by one, with a bar on a terminal for how many are left."""
    if not sys.stderr.isatty():
        yield from figures
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(figures, _("正在逐一改动"), console=Console(stderr=True), transient=True)
