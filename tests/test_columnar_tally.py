"""Targets counted in a database: byte for byte what the reference counts, for every policy and its own samples."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from command_line import DEMO, CommandLine, read_csv, training, write_csv
from policyrun.app.library import list_policies
from policyrun.app.load import load
from policyrun.app.progress import counting
from policyrun.app.sample import sample
from policyrun.ir.policy import Policy
from policyrun.model.raw import SchemeInput
from policyrun.source.diagnostic import Diagnostics

#: What takes the place of a cell.
SPOILED = ("", "火星", "杭州市", "1", "是", "否", "2022-02-30", "2024-06-30", "飞云县", "西城")


def counted() -> list[str]:
    """The policies that have targets."""
    found = [(entry.ref, load(entry.ref, Diagnostics())) for entry in list_policies(())]
    return [ref for ref, policy in found if policy is not None and (policy.quotas or policy.goals)]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capfd)


def agree(run: CommandLine, folder: Path, *command: object) -> list[dict[str, str]]:
    """The rows of the progress that both engines come to; what they say must be equal, too."""
    told = []
    for engine in ("duckdb", "reference"):
        output = folder / "进度.csv"
        done = run("progress", *command, "--output", output, "--engine", engine)
        told.append((done.code, done.out, done.err, output.read_bytes()))
    assert told[0] == told[1]
    assert "PR623" not in told[0][2]
    return read_csv(folder / "进度.csv")


def spoiled(data: SchemeInput, chance: random.Random) -> list[dict[str, str]]:
    rows = [dict(zip(data.columns, (cell.text for cell in row), strict=True)) for row in data.rows]
    for row in rows:
        if chance.random() < 0.3:
            row[chance.choice(list(row))] = chance.choice(SPOILED)
    return rows


def given(policy: Policy, folder: Path, seed: int) -> list[object]:
    """Samples of what targets count as files, some of their cells other ones."""
    chance = random.Random(seed)
    options: list[object] = []
    names = {scheme.name for scheme in counting(policy).schemes}
    for data in sample(policy, 40 * len(names), seed, Diagnostics()):
        if data.scheme in names and data.rows:
            options += ["--input", f"{data.scheme}={write_csv(folder / f'{data.scheme}.csv', spoiled(data, chance))}"]
    return options


@pytest.mark.parametrize("ref", counted())
@pytest.mark.parametrize("seed", [1, 2])
def test_every_policy(run: CommandLine, tmp_path: Path, ref: str, seed: int) -> None:
    policy = load(ref, Diagnostics())
    assert policy is not None
    assert agree(run, tmp_path, "--policy", ref, "--as-of", "2025-06-30", *given(policy, tmp_path, seed))


def test_people_regions_years_and_what_is_left_out(run: CommandLine, tmp_path: Path) -> None:
    places = ("东城区", "西城", "云岭县", "飞云县", "月亮县", "")
    rows = [
        training(serial, serial % 17, 所属区县=places[serial % 6], 发证日期=f"202{4 + serial % 2}-0{1 + serial % 6}-01")
        for serial in range(1, 120)
    ]
    rows += [training(200, 1, 证书类型="无"), training(201, 2, 发证日期="昨天"), training(202, 3, 发证日期="")]
    rows += [training(300 + number, number, 项目等级="四级", 职业工种="焊工") for number in range(9)]
    records = write_csv(tmp_path / "记录.csv", rows)
    told = agree(run, tmp_path, "--policy", DEMO, "--as-of", "2025-06-30", "--input", f"技能提升补贴={records}")
    assert any(row["完成"] not in ("", "0") for row in told)
