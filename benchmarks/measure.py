"""Whole processes as a shell sees them: time, processor time, and the most memory they held."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from statistics import median
from time import perf_counter

#: policyrun as a shell starts it.
POLICYRUN = [sys.executable, "-m", "policyrun"]


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
    """Runs a command to its end; stops everything, with what it said, if it fails.

    Under a process of its own: a command starts with the memory of whoever starts it, which would count as its peak.
    """
    found = subprocess.run([sys.executable, __file__, *command], stdout=subprocess.PIPE, check=False)
    if found.returncode:
        sys.exit(found.returncode)
    return Measured(*json.loads(found.stdout))


def _run(command: Sequence[str]) -> Measured:
    """The same under this process, which should be a small one."""
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
class Turns:
    """Runs of commands in turns, so that a busy moment of the machine meets all of them; the first is ours."""

    runs: tuple[tuple[Measured, ...], ...]

    def ratio(self, other: int) -> float:
        """How many times the time of another command ours takes: the median over the turns."""
        return median(one.seconds / than.seconds for one, than in zip(self.runs[0], self.runs[other], strict=True))

    def cpu_ratio(self, other: int) -> float:
        """The same of processor time."""
        return median(one.cpu / than.cpu for one, than in zip(self.runs[0], self.runs[other], strict=True))


def in_turns(commands: Sequence[Sequence[str]], turns: int) -> Turns:
    """Measures commands by turns, in the other order every other time."""
    found: list[list[Measured]] = [[] for _ in commands]
    for turn in range(turns):
        for place in sorted(range(len(commands)), reverse=turn % 2 == 1):
            found[place].append(measure(commands[place]))
            print(".,;"[place % 3], end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return Turns(tuple(map(tuple, found)))


if __name__ == "__main__":
    print(json.dumps(astuple(_run(sys.argv[1:]))))
