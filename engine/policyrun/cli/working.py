"""While work is long: a sign of life on a terminal, nothing in a pipe, and no time spent on what cannot be found."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Protocol

from policyrun.source.messages import _

#: Seconds that work may take before anything is shown.
PATIENCE = 1.5
#: Seconds between two looks at work that goes on.
INTERVAL = 0.5


#: How many objects more than before make the collector look for cycles, its first threshold: more than a command makes
#: before its first row.
SELDOM = 500_000


class Paced(Protocol):
    """Work that can say how far it has come, from another thread."""

    @property
    def task(self) -> tuple[int, str]:
        """What is being done, and its number: what has another is told by itself, from nothing to all of it."""

    @property
    def rows(self) -> int:
        """How many rows it has to do; 0 before it knows."""

    @property
    def percent(self) -> int:
        """How far it has come, 0 to 99."""


@contextmanager
def while_working(work: Paced | None = None) -> Iterator[None]:
    """Shows on stderr that work goes on, and for how long, once it takes longer than a moment.

    Args:
        work: says how far it has come; then rows per second and the time left are shown as well.

    The collector looks seldom meanwhile: rows live until the run ends and have no cycles, and looking through
    millions of cells over and over again is a fifth of a long run.
    """
    thresholds = gc.get_threshold()
    gc.set_threshold(SELDOM, *thresholds[1:])
    try:
        with _sign_of_life(work):
            yield
    finally:
        gc.set_threshold(*thresholds)


@contextmanager
def _sign_of_life(work: Paced | None) -> Iterator[None]:
    if not sys.stderr.isatty():
        yield
        return
    over = Event()
    watcher = Thread(target=_watch, args=(work, over), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _watch(work: Paced | None, over: Event) -> None:
    """Shows how far work has come until it is over; nothing if that is soon."""
    if over.wait(PATIENCE):
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = [SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()]
    if work is not None:
        left = TextColumn(_("还要"))
        columns += [BarColumn(), TextColumn("{task.fields[pace]}"), left, TimeRemainingColumn(compact=True)]
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(_("正在核算"), total=None if work is None else 100, pace="")
        before = None
        while not over.wait(INTERVAL):
            if work is None:
                continue
            if work.task != before:
                before = work.task
                progress.reset(task, description=before[1], total=100)
            progress.update(task, completed=work.percent, pace=_pace(work, progress.tasks[0].elapsed or 0))


def _pace(work: Paced, elapsed: float) -> str:
    """Rows per second so far, for the eye alone: seconds are no figure of a result."""
    done = work.rows * work.percent // 100
    return _("{rows} 行/秒").format(rows=f"{int(done / elapsed):,}") if done and elapsed else ""
