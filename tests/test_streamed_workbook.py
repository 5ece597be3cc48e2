"""A workbook written from a database: the same bytes as one written from rows at hand."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest

from command_line import DEMO, SCHEME, CommandLine, training
from policyrun.app.engine import EngineName
from policyrun.app.evaluate import Request, run, sample_day, sample_path
from policyrun.app.library import list_policies
from policyrun.app.load import load
from policyrun.app.stream import stream
from policyrun.app.summary import payments
from policyrun.columnar.embedded import Embedded
from policyrun.datasets import scan_xlsx
from policyrun.report import workbook
from policyrun.report.export import write_result
from policyrun.report.streamed_export import write_streamed
from policyrun.source.diagnostic import Diagnostics

SAMPLED = [entry.ref for entry in list_policies(()) if (entry.path.parent / "sample.xlsx").is_file()]


def parts(path: Path) -> dict[str, bytes]:
    """What a workbook is made of."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("ref", "few"),
    [
        *((ref, None) for ref in SAMPLED),
        pytest.param(DEMO, (0, 2000), id="many amounts"),
        pytest.param(DEMO, (0, 0), id="many kinds"),
    ],
)
def test_the_sample_makes_the_same_workbook(
    ref: str, few: tuple[int, int] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, most in zip(("FEW_AMOUNTS", "FEW_KINDS"), few or (), strict=False):
        monkeypatch.setattr(f"policyrun.app.stream.{name}", most)
    monkeypatch.setattr(scan_xlsx, "_BATCH", 20)
    policy = load(ref, Diagnostics())
    assert policy is not None
    source = sample_path(policy)
    assert source is not None
    request = Request(sources=(str(source),), as_of=sample_day(source), engine=EngineName.REFERENCE)
    reference = run(policy, request, Diagnostics())
    assert reference is not None
    with Embedded() as engine:
        found = Diagnostics()
        streamed = stream(policy, request, engine, found)
        assert streamed is not None
        assert streamed.payments() == payments(reference)
        for keep_input in (False, True):
            one, other = tmp_path / f"一{keep_input}.xlsx", tmp_path / f"二{keep_input}.xlsx"
            assert write_result(reference, one, found, keep_input=keep_input)
            assert write_streamed(streamed, other, found, keep_input=keep_input)
            assert parts(one) == parts(other)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in tmp_path.glob("*.xlsx"))


def records(folder: Path, **cells: str) -> Path:
    """Two records as csv, the second with other cells."""
    path = folder / "数据.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = [{**training(1, 1), "备注": "甲"}, {**training(2, 2), "备注": "乙", **cells}]
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def evaluated(capfd: pytest.CaptureFixture[str], data: Path, *more: str) -> tuple[int, str]:
    output = data.with_name("结果.xlsx")
    done = CommandLine(capfd)(
        *("evaluate", "--policy", DEMO, "--input", f"{SCHEME}={data}", "--as-of", "2024-12-31", "--output", output),
        *more,
    )
    return done.code, done.out + done.err


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_what_a_sheet_has_no_room_for_leaves_nothing(
    engine: str, capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = ("--engine", engine, "--keep-input", *(("--memory", "1GB") if engine == "duckdb" else ()))
    code, said = evaluated(capfd, records(tmp_path, 备注="长" * 40_000), *more)
    assert (code, "PR593" in said, "第 3 行" in said) == (2, True, True)
    monkeypatch.setattr(workbook, "MAX_ROWS", 2)
    code, said = evaluated(capfd, records(tmp_path), *more)
    assert (code, "PR593" in said, "有 2 行" in said) == (2, True, True)
    assert [path.name for path in tmp_path.iterdir()] == ["数据.csv"]


def test_control_characters_are_told_of(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, said = evaluated(capfd, records(tmp_path, 备注="甲\x07乙"), "--keep-input", "--memory", "1GB")
    assert (code, "PR594" in said) == (0, True)
