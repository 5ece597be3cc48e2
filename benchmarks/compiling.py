"""How long the SQL of a policy takes: from the checked policy to the text of ``compile``, all schemes.

Steps are measured in processor time, in one process that has imported and done everything once before, and the best
of several runs counts, since other people's work only ever adds to it; the command is a process of its own.

    python benchmarks/compiling.py
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from time import process_time
from typing import TypeVar

from measure import POLICYRUN, Measured, measure, middle

from policyrun.app.compile import compile_policy
from policyrun.app.library import list_policies
from policyrun.app.load import load
from policyrun.app.settings import settings_for
from policyrun.cli.working import SELDOM
from policyrun.ir.policy import Policy
from policyrun.source.diagnostic import Diagnostics

DIALECT = "duckdb"
RUNS = 9

T = TypeVar("T")


@dataclass(frozen=True)
class Compiled:
    """What a policy costs.

    Attributes:
        loaded: seconds from the file to the checked policy.
        written: seconds from there to the SQL.
        size: of the SQL, in characters.
        command: ``policyrun compile`` as a whole.
    """

    policy: str
    schemes: int
    loaded: float
    written: float
    size: int
    command: Measured


def compiled(runs: int = RUNS) -> Iterator[Compiled]:
    """Every policy that is shipped."""
    gc.set_threshold(SELDOM)  # as the command line does
    for ref in sorted({entry.id for entry in list_policies()}):
        loaded, policy = best(partial(_load, ref), runs)
        written, text = best(partial(_written, policy), runs)
        command = [*POLICYRUN, "compile", ref, "--dialect", DIALECT]
        whole = middle([measure(command) for _ in range(3)])
        yield Compiled(ref, len(policy.schemes), loaded, written, len(text), whole)


def best(work: Callable[[], T], runs: int) -> tuple[float, T]:
    """The least processor time of several runs after a first one, in seconds, and what came of it."""
    came = work()
    times = []
    for _run in range(runs):
        gc.collect()
        start = process_time()
        came = work()
        times.append(process_time() - start)
    return min(times), came


def _load(ref: str) -> Policy:
    found = Diagnostics()
    policy = load(ref, found)
    if policy is None:
        sys.exit(f"{ref} does not load")
    return policy


def _written(policy: Policy) -> str:
    settings = settings_for(policy, Diagnostics(), as_of=None, known_on=None, readings={})
    return compile_policy(policy, policy.schemes, settings, DIALECT)


if __name__ == "__main__":
    for one in compiled():
        steps = f"load {one.loaded * 1000:4.0f} ms  to SQL {one.written * 1000:4.0f} ms  {one.size // 1000:4} kB"
        print(f"{one.policy:26} {one.schemes:2} schemes  {steps}  command {one.command.cpu * 1000:5.0f} ms cpu")
