"""Running the command line in tests, and small inputs for it."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from policyrun.app.sample_persons import person_id
from policyrun.cli.main import main

DEMO = "yunling-2024@1"
SCHEME = "技能提升补贴"
STAR = "技能之星奖励"


class Done(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


class CommandLine:
    """The command line in this process."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *args: object) -> Done:
        self._capture.readouterr()
        code = main([str(arg) for arg in args])
        out, err = self._capture.readouterr()
        return Done(code, out, err)


def in_a_process(*args: object, **env: str) -> Done:
    """The command line as a process of its own, with other environment variables."""
    command = [sys.executable, "-m", "policyrun", *map(str, args)]
    done = subprocess.run(command, env={**os.environ, **env}, capture_output=True, encoding="utf-8")
    return Done(done.returncode, done.stdout, done.stderr)


def person(number: int, birth: date = date(1990, 1, 1)) -> str:
    """The ID number of a person who does not exist."""
    return person_id(birth, number, True)


def training(serial: int, number: int, **cells: str) -> dict[str, str]:
    """A row of the demo policy's 技能提升补贴 that is granted 2000 yuan, but for the cells given."""
    row = {
        "序号": str(serial),
        "姓名": "张小三",
        "身份证号码": person(number),
        "所属区县": "东城区",
        "申领主体": "个人",
        "所在单位": "",
        "职业工种": "电工",
        "项目等级": "三级",
        "证书类型": "职业技能等级证书",
        "证书编号": f"Z{serial:04}",
        "发证日期": "2024-06-01",
        "参保月数": "24",
        "失业登记": "否",
        "紧缺职业": "否",
        "稳岗满三月": "是",
        "资金来源": "就业补助资金",
    }
    return {**row, **cells}


def write_csv(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
