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
STREAMED = "--input 样例 --as-of 2024-12-31 --memory 1GB"
LIVELIHOOD = "--policy zhejiang-2022-livelihood"
COMMANDS = [
    f"{EVALUATE} 结果.xlsx",
    f"{EVALUATE} 结果.csv",
    f"{EVALUATE} 结果.parquet",
    f"{EVALUATE} 结果.xlsx {STREAMED}",
    f"{EVALUATE} 结果.csv {STREAMED} --keep-input",
    f"{EVALUATE} 结果.parquet {STREAMED}",
    "validate --policy yunling-2024@1 --scheme 师带徒补贴 --input 样例 --output 要改的.csv",
    f"report {LIVELIHOOD} --report 统计表 --year 2022 --output 报表.csv",
    f"report {LIVELIHOOD} --report 统计表 --year 2022 --output 报表.xlsx",
    f"indicators {LIVELIHOOD} --output 指标.csv",
    f"indicators {LIVELIHOOD} --output 指标.xlsx --chart 指标.svg",
    "progress --policy hebei-2023 --output 进度.csv",
    "diff yunling-2024@1 yunling-2024@2 --html 比较.html",
    "sweep --policy yunling-2024 --vary 紧缺上浮=0%..30%/30% --html 试算.html",
    "decompose --policy hebei-2023 --table 附件表一 --indicator 农民工培训 --by 年度培训任务总数 --output 分解.csv",
    "deadlines --policy hebei-2023 --output 日历.ics",
    "template --policy yunling-2024 --output 模板.xlsx",
    "sample --policy yunling-2024 --rows 5 --output 样本.xlsx",
    "compile yunling-2024@1 --dialect duckdb --output 政策.sql",
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
