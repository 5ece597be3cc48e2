"""A command that is killed at the last moment, all written and nothing in its place, leaves nothing that looks done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from policyrun.app.evaluate import sample_path
from policyrun.app.load import load
from policyrun.source.diagnostic import Diagnostics

#: Ends the process where a file that has been written would take its place.
KILLED = """
import os, pathlib, signal, sys
pathlib.Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
from policyrun.cli.main import main
sys.exit(main(sys.argv[1:]))
"""

EVALUATE = "evaluate --policy yunling-2024@1 --output"
STREAMED = f"{EVALUATE} %s --input %s --as-of 2024-12-31 --memory 1GB"
DIFF = "diff hebei-2023@1 hebei-2023@2"
COMMANDS = [
    f"{EVALUATE} 结果.xlsx",
    f"{EVALUATE} 结果.csv",
    f"{EVALUATE} 结果.parquet",
    STREAMED % ("结果.xlsx", "样例"),
    STREAMED % ("结果.csv", "样例"),
    STREAMED % ("结果.parquet", "样例"),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_that_looks_done_is_left(command: str, tmp_path: Path) -> None:
    policy = load("yunling-2024@1", Diagnostics())
    assert policy is not None
    words = [str((sample_path(policy) or Path()).resolve()) if word == "样例" else word for word in command.split()]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, *words], cwd=tmp_path, env={**os.environ}, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == []
