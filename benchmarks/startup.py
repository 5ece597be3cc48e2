"""How long a command takes from the shell's point of view, beside an interpreter that does nothing.

    make bench

Whole processes, run in turn so that a busy moment of the machine meets all of them; medians are compared.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

POLICYRUN = [sys.executable, "-m", "policyrun"]
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "policyrun --help": [*POLICYRUN, "--help"],
    "policyrun list": [*POLICYRUN, "list"],
    "policyrun check --all": [*POLICYRUN, "check", "--all"],
    "policyrun evaluate --policy hebei-2023": [*POLICYRUN, "evaluate", "--policy", "hebei-2023"],
}


def seconds(command: list[str], folder: Path) -> float:
    start = perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=11)
    runs = parser.parse_args().runs
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        for name, command in COMMANDS.items():
            seconds(command, Path(folder))  # the first run compiles and fills the disk cache
            print(f"warm: {name}", file=sys.stderr)
        for _run in range(runs):
            for name, command in COMMANDS.items():
                times[name].append(seconds(command, Path(folder)))
    base = median(times["python -c pass"])
    for name, taken in times.items():
        print(f"{name:<40} {median(taken) * 1000:7.0f} ms  {median(taken) / base:6.1f} x")


if __name__ == "__main__":
    main()
