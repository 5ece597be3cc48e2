"""``python -m tests.differential``: the reference against another engine on generated policies and records."""

from __future__ import annotations

import argparse
import os
import sys
import time

from . import coverage, engines
from .run import Plan, run


def main() -> int:
    """Runs, prints a summary, and returns 1 if anything was found."""
    asked = _asked()
    engine = {"columnar": engines.columnar(), "shuffled": engines.shuffled}[asked.engine]
    if engine is None:
        print("the columnar engine cannot be imported; --engine shuffled tries the reference against itself")
        return 2
    without = tuple(asked.without.split(",")) if asked.without else ()
    plan = Plan(asked.seed, asked.datasets, asked.rows, shipped=asked.shipped, without=without)
    began = time.monotonic()
    whole = run(plan, engine, asked.pairs, asked.first, asked.processes, asked.most_found)
    seconds = time.monotonic() - began
    print("\n".join(coverage.told(whole.seen)))
    print(f"engine {asked.engine}, seed {asked.seed}, policies {asked.first} to {whole.number}")
    print(f"{whole.pairs:,} pairs of {whole.policies:,} policies in {seconds:,.0f} s ({whole.pairs / seconds:,.0f}/s)")
    print(f"{len(whole.found)} found")
    for why, rows in whole.declined.most_common():
        print(f"left to the reference: {rows:,} records, {why}")
    lacking = coverage.missing(whole.seen)
    print(f"never occurred: {'、'.join(lacking) if lacking else 'nothing'}")
    print(f"go on with: --seed {asked.seed} --first {whole.number + 1}")
    return 1 if whole.found else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("--pairs", type=int, default=1_000_000, help="how many (policy, record) pairs")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--first", type=int, default=0, help="number of the first policy, to go on where a run ended")
    parser.add_argument("--engine", choices=("columnar", "shuffled"), default="columnar")
    parser.add_argument("--shipped", action="store_true", help="the policies that come with the engine, none drawn")
    parser.add_argument("--without", default="", help="keys that drawn policies do without: checks,lists,split")
    parser.add_argument("--datasets", type=int, default=2, help="datasets of each policy")
    parser.add_argument("--rows", type=int, default=2000, help="rows of each dataset")
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--most-found", type=int, default=20, help="stop after so many finds")
    return parser.parse_args()


sys.exit(main())
