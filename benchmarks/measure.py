"""Whole processes as a shell sees them: time, processor time, and the most memory they held."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True)
class Measured:
    """One run.

    Attributes:
        seconds: from start to end.
        cpu: seconds of processor time, of all its threads; other people's work hardly touches it.
        peak: most memory held at once, in MB.
    """

    seconds: float
    cpu: float
    peak: float


def measure(command: Sequence[str]) -> Measured:
    """Runs a command to its end; stops everything, with what it said, if it fails."""
    start = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)}\n{said.decode(errors='replace')}ended with {process.returncode}")
    return Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def middle(runs: Sequence[Measured]) -> Measured:
    """The median of each figure; of memory the most."""
    return Measured(median(run.seconds for run in runs), median(run.cpu for run in runs), max(run.peak for run in runs))


@dataclass(frozen=True)
class Pairs:
    """Runs of two commands in turns, so that a busy moment of the machine meets both."""

    ours: tuple[Measured, ...]
    theirs: tuple[Measured, ...]

    @property
    def ratio(self) -> float:
        """How many times the time of the other command ours takes: the median over the pairs."""
        return median(one.seconds / other.seconds for one, other in zip(self.ours, self.theirs, strict=True))

    @property
    def cpu_ratio(self) -> float:
        """The same of processor time."""
        return median(one.cpu / other.cpu for one, other in zip(self.ours, self.theirs, strict=True))


def in_turns(ours: Sequence[str], theirs: Sequence[str], pairs: int) -> Pairs:
    """Measures two commands by turns, each first every other time."""
    found: dict[bool, list[Measured]] = {True: [], False: []}
    for pair in range(pairs):
        for is_ours in (pair % 2 == 0, pair % 2 == 1):
            found[is_ours].append(measure(ours if is_ours else theirs))
            print("." if is_ours else ",", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return Pairs(tuple(found[True]), tuple(found[False]))
