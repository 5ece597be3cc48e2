"""While work is long: a sign of life on a terminal, nothing in a pipe, and no time spent on what cannot be found."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING

from policyrun.source.messages import _

if TYPE_CHECKING:
    from rich.progress import Progress

#: Seconds that work may take before anything is shown.
PATIENCE = 1.5


#: How many objects more than before make the collector look for cycles, its first threshold.
SELDOM = 200_000


@contextmanager
def while_working() -> Iterator[None]:
    """Shows on stderr that work goes on, and for how long, once it takes longer than a moment.

    The collector looks seldom meanwhile: rows live until the run ends and have no cycles, and looking through
    millions of cells over and over again is a fifth of a long run.
    """
    thresholds = gc.get_threshold()
    gc.set_threshold(SELDOM, *thresholds[1:])
    try:
        with _sign_of_life():
            yield
    finally:
        gc.set_threshold(*thresholds)


@contextmanager
def _sign_of_life() -> Iterator[None]:
    if not sys.stderr.isatty():
        yield
        return
    shown: list[Progress] = []
    timer = Timer(PATIENCE, _show, [shown])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        for progress in shown:
            progress.stop()


def _show(shown: list[Progress]) -> None:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    progress.add_task(_("正在核算"), total=None)
    progress.start()
    shown.append(progress)
