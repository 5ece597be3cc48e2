"""Folders of partitions, csv and parquet, say in every command what one file says, within any bound of memory."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from command_line import DEMO, SCHEME, CommandLine, person, training, write_csv
from policyrun.app.inputs import Wanted, read_records
from policyrun.app.load import load
from policyrun.source.diagnostic import Diagnostics
from rosters import FORM, POLICY, ROSTER, counties, roster

Rows = Sequence[Mapping[str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capfd)


def partitioned(folder: Path, rows: Rows) -> Path:
    """Rows by year and month as programs that write partitions leave them: the order is that of the names."""
    half, columns = len(rows) // 2, list(rows[0])
    first = folder / "年=2024" / "月=1"
    second = folder / "年=2024" / "月=2"
    third = folder / "年=2025"
    for place in (first, second, third):
        place.mkdir(parents=True)
    write_csv(first / "甲-0.csv", rows[: half // 2])
    write_csv(second / "甲-1.csv", rows[half // 2 : half])
    arrays = [pa.array([row[name] for row in rows[half:]], pa.string()) for name in columns]
    pq.write_table(pa.table(arrays, names=columns), third / "甲-2.parquet")
    (folder / "_SUCCESS").touch()
    (folder / "_temporary").mkdir()
    write_csv(folder / "_temporary" / "甲-3.csv", rows[:3])
    (first / ".甲-0.csv.crc").write_text("0")
    return folder


def records() -> list[dict[str, str]]:
    return [
        training(serial, 1, 身份证号码=person(serial % 40), 职业工种=f"工种{serial % 3}", 发证日期="2025-03-11")
        for serial in range(1, 241)
    ]


COMMANDS = {
    "evaluate": ("evaluate", DEMO, "--input"),
    "diff": ("diff", DEMO, DEMO.replace("@1", "@2"), "--format", "json", "--data"),
    "sweep": ("sweep", DEMO, "--vary", "每年次数=2,3", "--format", "json", "--input"),
    "readings": ("readings", DEMO, "--cost", "--input"),
    "trace": ("trace", DEMO, "--row", "201", "--format", "json", "--input"),
    "progress": ("progress", "--policy", DEMO, "--as-of", "2025-06-30", "--input"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_records_of_a_policy(run: CommandLine, tmp_path: Path, command: str) -> None:
    rows = records()
    whole = write_csv(tmp_path / "甲.csv", rows)
    parts = partitioned(tmp_path / SCHEME, rows)
    written = ["--output", tmp_path / "出.csv"] if command in ("evaluate", "progress") else []
    told = []
    for given in (f"{SCHEME}={whole}", f"{SCHEME}={parts}"):
        for memory in ([], ["--memory", "300MB"]):
            done = run(*COMMANDS[command], given, *written, *memory)
            assert done.code in (0, 1)
            text = (tmp_path / "出.csv").read_text("utf-8") if written else _unplaced(done.out)
            told.append((done.code, text))
    assert all(one == told[0] for one in told)


def _unplaced(text: str) -> str:
    """Without where a record stands."""
    return re.sub(r'"(where|来源|place)": "[^"]*"', "", text)


@pytest.mark.parametrize(
    "command", [("report", "--report", FORM, "--year", "2022"), ("indicators",)], ids=["report", "indicators"]
)
def test_records_of_a_report(run: CommandLine, tmp_path: Path, command: Sequence[str]) -> None:
    rows = roster(300, 5, counties()[:4])
    whole = write_csv(tmp_path / "甲.csv", rows)
    parts = partitioned(tmp_path / "数据" / ROSTER, rows)
    told = []
    for given in (f"{ROSTER}={whole}", f"{ROSTER}={parts}", parts.parent):
        for memory in ([], ["--memory", "300MB"], ["--engine", "reference"]):
            output = tmp_path / "出.csv"
            done = run(command[0], "--policy", POLICY, *command[1:], "--input", given, "--output", output, *memory)
            assert done.code == 0, done.err
            told.append(output.read_bytes())
    assert all(one == told[0] for one in told)


def test_what_is_not_read_is_said(tmp_path: Path) -> None:
    policy = load(DEMO, Diagnostics())
    assert policy is not None
    scheme = policy.scheme(SCHEME)
    assert scheme is not None
    partitioned(tmp_path / SCHEME, records())
    found = Diagnostics()
    inputs = read_records([Wanted(SCHEME, scheme.record)], [str(tmp_path)], None, found)
    assert inputs is not None and len(inputs[0].rows) == 240
    (said,) = [each.message for each in found if each.code == "PR544"]
    assert "_SUCCESS" in said and "_temporary" in said
    with (tmp_path / SCHEME / "年=2024" / "月=1" / "甲-0.csv").open(encoding="utf-8") as file:
        assert [cell.text for cell in inputs[0].rows[0]][:1] == [next(csv.DictReader(file))["序号"]]


def test_many_files_are_one(run: CommandLine, tmp_path: Path) -> None:
    rows = records()
    folder = tmp_path / SCHEME
    folder.mkdir()
    for number in range(24):
        write_csv(folder / f"{number:02}.csv", rows[number * 10 : number * 10 + 10])
    whole = write_csv(tmp_path / "甲.csv", rows)
    written = []
    for given in (whole, folder):
        output = tmp_path / "出.csv"
        asked = ("--input", f"{SCHEME}={given}", "--output", output, "--memory", "300MB")
        assert run("evaluate", DEMO, *asked).code == 0
        traced = run("trace", DEMO, "--row", "201", "--format", "json", *asked[:2], "--memory", "300MB")
        written.append((output.read_bytes(), _unplaced(traced.out)))
    assert written[0] == written[1]


def test_memory_is_a_number_and_a_unit(run: CommandLine) -> None:
    done = run("progress", DEMO, "--memory", "很多")
    assert done.code == 2 and "PR028" in done.err
