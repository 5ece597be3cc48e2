"""A sign of life on a terminal while work is long; nothing in a pipe."""

from __future__ import annotations

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


@contextmanager
def while_working() -> Iterator[None]:
    """Shows on stderr that work goes on, and for how long, once it takes longer than a moment."""
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
