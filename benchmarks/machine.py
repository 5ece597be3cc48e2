"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_OURS = ("policyrun", "duckdb", "sqlglot", "pyarrow")
_PEERS = ("openfisca-core", "zen-engine", "pandas", "numpy")
_ASK = "import sys, importlib.metadata as m; print(*(f'{n} {m.version(n)}' for n in sys.argv[1:]), sep=', ')"


def described(peers: Path | None = None) -> str:
    """Processor, memory, system and versions, in one line.

    Args:
        peers: the interpreter of the peers' environment, if it is there.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [
        f"{_processor()}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB",
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        ", ".join(f"{name} {_version(name)}" for name in _OURS),
    ]
    if peers is not None and peers.exists():
        asked = subprocess.run([peers, "-c", _ASK, *_PEERS], capture_output=True, text=True, check=True)
        parts.append(asked.stdout.strip())
    return "; ".join(parts)


def is_busy() -> bool:
    """Whether others use the machine so much that times mean little."""
    return os.getloadavg()[0] > 0.5


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "–"
