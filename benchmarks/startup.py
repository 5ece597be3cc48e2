"""How long a command takes from the shell's point of view, beside an interpreter that does nothing."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from measure import Measured, measure, middle

POLICYRUN = [sys.executable, "-m", "policyrun"]
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "policyrun --help": [*POLICYRUN, "--help"],
    "policyrun list": [*POLICYRUN, "list"],
    "policyrun check --all": [*POLICYRUN, "check", "--all"],
    "policyrun evaluate --policy hebei-2023": [*POLICYRUN, "evaluate", "--policy", "hebei-2023"],
}


def times(runs: int) -> Mapping[str, Measured]:
    """The median of several runs of each command, in turns, after one that compiles and fills the disk cache."""
    for command in COMMANDS.values():
        measure(command)
    found: dict[str, list[Measured]] = {name: [] for name in COMMANDS}
    for _run in range(runs):
        for name, command in COMMANDS.items():
            found[name].append(measure(command))
    return {name: middle(taken) for name, taken in found.items()}
