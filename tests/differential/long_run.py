"""The longer run: policies one after the other over several processes, with a word each minute, to be gone on with."""

from __future__ import annotations

import gc
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import partial
from itertools import count
from multiprocessing import get_context
from pathlib import Path

from .compare import Engine
from .run import Plan, Tried, try_policy

#: How many policies a process is handed at a time, and how many it tries before another takes its place.
_HANDED, _LIFE = 50, 200
#: Policies between two looks for garbage.
_SWEPT = 8
#: Seconds between words on how it goes.
_PACE = 60


@dataclass(slots=True)
class Progress:
    """What has been tried of a seed, and how long it took; kept in a file, so that a run can be gone on with."""

    tried: Tried
    seconds: float = 0

    @classmethod
    def of(cls, path: Path | None) -> Progress:
        """What a file says; nothing yet where there is none."""
        if path is None or not path.exists():
            return cls(Tried())
        told = json.loads(path.read_text(encoding="utf-8"))
        tried = Tried(**{**told["tried"], **{name: Counter(told["tried"][name]) for name in ("declined", "seen")}})
        return cls(tried, told["seconds"])

    def keep(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        other = path.with_suffix(".new")
        tried = {each.name: getattr(self.tried, each.name) for each in fields(self.tried)}
        told = {"tried": tried, "seconds": self.seconds}
        other.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
        other.replace(path)

    @property
    def rate(self) -> float:
        """Pairs a second."""
        return self.tried.pairs / max(self.seconds, 0.001)

    def line(self) -> str:
        tried, now = self.tried, time.strftime("%H:%M:%S")
        told = f"{now} {tried.pairs:>12,} pairs  {tried.policies:>7,} policies  {self.rate:>7,.0f} pairs/s"
        return f"{told}  {len(tried.found)} found  up to policy {tried.number}"


def run(plan: Plan, engine: Engine, pairs: int, processes: int, most_found: int, kept: Path | None) -> Progress:
    """Tries policies until so many pairs are done or so many finds are made, and says how it goes.

    Args:
        kept: where the progress is kept, and where that of an earlier run with the same plan is found.
    """
    progress = Progress.of(kept)
    began, shown = time.monotonic() - progress.seconds, time.monotonic()
    whole = progress.tried
    if whole.pairs >= pairs:
        return progress
    for tried in _tried_policies(plan, engine, whole.number + 1, processes):
        whole.add(tried)
        progress.seconds = time.monotonic() - began
        for each in tried.found:
            print(f"FOUND {each}", flush=True)
        ended = whole.pairs >= pairs or len(whole.found) >= most_found
        if ended or time.monotonic() - shown >= _PACE:
            shown = time.monotonic()
            print(progress.line(), flush=True)
            if kept is not None:
                progress.keep(kept)
        if ended:
            break
    return progress


def _tried_policies(plan: Plan, engine: Engine, first: int, processes: int) -> Iterator[Tried]:
    """Policies from a number on, in their order, without end."""
    one: Callable[[int], Tried] = partial(_try, plan, engine)
    gc.freeze()  # what is there now no process has to look through for garbage
    try:
        with get_context("fork").Pool(processes, gc.disable, maxtasksperchild=_LIFE) as pool:
            for start in count(first, _HANDED * processes):
                yield from pool.imap(one, range(start, start + _HANDED * processes))
    finally:
        gc.unfreeze()


def _try(plan: Plan, engine: Engine, number: int) -> Tried:
    """One policy; garbage is looked for after some alone, for looking for it all the time takes a fifth of the time."""
    tried = try_policy(plan, engine, number)
    if number % _SWEPT == 0:
        gc.collect()
    return tried
