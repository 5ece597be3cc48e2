"""``python -m tests.differential``: the reference against another engine on generated policies and records."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from . import coverage, engines
from .long_run import Progress, run
from .run import Plan


def main() -> int:
    """Runs, prints a summary, and returns 1 if anything was found."""
    asked = _asked()
    engine = {"columnar": engines.columnar, "shuffled": engines.shuffled}[asked.engine]
    without = tuple(asked.without.split(",")) if asked.without else ()
    plan = Plan(asked.seed, asked.datasets, asked.rows, shipped=asked.shipped, without=without)
    progress = run(plan, engine, asked.pairs, asked.processes, asked.most_found, asked.kept)
    print("\n".join(_summary(asked, progress)))
    return 1 if progress.tried.found else 0


def _summary(asked: argparse.Namespace, progress: Progress) -> list[str]:
    whole, lacking = progress.tried, coverage.missing(progress.tried.seen)
    policies = "policies that come with the engine" if asked.shipped else "policies"
    left = [f"left to the reference: {rows:,} records, {why}" for why, rows in whole.declined.most_common()]
    return [
        *coverage.told(whole.seen),
        f"engine {asked.engine}, seed {asked.seed}, {whole.policies:,} {policies} to number {whole.number}",
        f"{whole.pairs:,} pairs in {progress.seconds:,.0f} s ({progress.rate:,.0f}/s)",
        *left,
        f"never occurred: {'、'.join(lacking) if lacking else 'nothing'}",
        f"{len(whole.found)} found",
        *(each.partition("\n")[0] for each in whole.found),
    ]


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("--pairs", type=int, default=1_000_000, help="how many (policy, record) pairs in all")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kept", type=Path, help="a file that keeps the progress: the same command goes on from there")
    parser.add_argument("--engine", choices=("columnar", "shuffled"), default="columnar")
    parser.add_argument("--shipped", action="store_true", help="the policies that come with the engine, none drawn")
    parser.add_argument("--without", default="", help="keys that drawn policies do without: checks,lists,split")
    parser.add_argument("--datasets", type=int, default=1, help="datasets of each policy")
    parser.add_argument("--rows", type=int, default=5000, help="rows of a dataset, on average")
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--most-found", type=int, default=20, help="stop after so many finds")
    return parser.parse_args()


sys.exit(main())
