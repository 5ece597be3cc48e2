"""Every shipped policy decided within a database: the same bytes, summary and manifest as by the reference."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from bundled import SAMPLED, policy_and_sample
from command_line import DEMO, SCHEME, CommandLine, training, write_csv
from policyrun.app.engine import EngineName
from policyrun.app.evaluate import run
from policyrun.app.manifest import manifest
from policyrun.app.result import result_rows
from policyrun.app.stream import stream
from policyrun.app.streamed_table import copy_parquet, kept_lines
from policyrun.app.summary import reconcile
from policyrun.columnar.embedded import Embedded
from policyrun.datasets.write_csv import csv_bytes
from policyrun.source.diagnostic import Diagnostics


@pytest.mark.usefixtures("few_or_many")
@pytest.mark.parametrize(
    ("ref", "few"),
    [
        *((ref, None) for ref in SAMPLED),
        pytest.param(DEMO, (0, 2000), id="many amounts"),
        pytest.param(DEMO, (10, 2000), id="many amounts in some schemes"),
        pytest.param(DEMO, (0, 0), id="many kinds"),
    ],
)
def test_a_database_decides_and_tells_as_the_reference_does(
    ref: str, few: tuple[int, int] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, most in zip(("FEW_AMOUNTS", "FEW_KINDS"), few or (), strict=False):
        monkeypatch.setattr(f"policyrun.app.stream.{name}", most)
    policy, asked = policy_and_sample(ref, tmp_path / "数据")
    request = replace(asked, engine=EngineName.REFERENCE)
    told: list[list[str]] = [[], []]
    noticed = Diagnostics()
    reference = run(policy, request, noticed)
    assert reference is not None
    told[0] = sorted(each.code for each in noticed)
    noticed = Diagnostics()
    with Embedded() as engine:
        streamed = stream(policy, request, engine, noticed)
        assert streamed is not None
        told[1] = sorted(each.code for each in noticed)
        assert b"".join(streamed.lines()) == b"".join(csv_bytes(*result_rows(reference)))
        assert b"".join(kept_lines(streamed)) == b"".join(csv_bytes(*result_rows(reference, keep_input=True)))
        copy_parquet(streamed, tmp_path / "结果.parquet", keep_input=False)
        monkeypatch.setattr("policyrun.model.relation.FEW", -1)
        assert b"".join(streamed.lines()) == b"".join(csv_bytes(*result_rows(reference)))
        copy_parquet(streamed, tmp_path / "结果长.parquet", keep_input=False)
        assert streamed.summary() == reference.summary()
        assert reconcile(streamed.summary()) == ()
        assert manifest(streamed) == manifest(reference)
    assert told[0] == told[1]
    for name in ("结果.parquet", "结果长.parquet"):
        table = pq.read_table(tmp_path / name)
        rows = [tuple(cell or "" for cell in row.values()) for row in table.to_pylist()]
        assert rows == result_rows(reference).rows
        assert set(map(str, table.schema.types)) == {"string"}


@pytest.mark.usefixtures("few_or_many")
def test_what_people_were_granted_before_counts_in_a_database_too(tmp_path: Path) -> None:
    """The same people hand in as much again, some of it refused now."""
    policy, asked = policy_and_sample("jinhua-2020", tmp_path / "数据")
    request, found = replace(asked, engine=EngineName.REFERENCE), Diagnostics()
    before = run(policy, request, found)
    assert before is not None
    (tmp_path / "以前.csv").write_bytes(b"".join(csv_bytes(*result_rows(before, keep_input=True))))
    request = replace(request, history=(str(tmp_path / "以前.csv"),))
    reference = run(policy, request, found)
    assert reference is not None
    assert result_rows(reference).rows != result_rows(before).rows
    with Embedded() as engine:
        streamed = stream(policy, request, engine, found)
        assert streamed is not None
        assert b"".join(streamed.lines()) == b"".join(csv_bytes(*result_rows(reference)))


def test_what_a_database_cannot_work_out_goes_by_the_reference(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A number of seventeen digits is beyond the integers of a plan, and no reason not to be granted."""
    rows = [training(1, 1), training(10**16, 2)]
    data = tmp_path / "数据.csv"
    write_csv(data, rows)
    arguments = ("evaluate", "--policy", DEMO, "--input", f"{SCHEME}={data}", "--as-of", "2024-12-31", "--output")
    results = []
    for engine in ("duckdb", "reference"):
        done = CommandLine(capfd)(*arguments, tmp_path / f"{engine}.csv", "--engine", engine)
        assert done.code == 0, done.err
        assert ("PR623" in done.out) is (engine == "duckdb")
        results.append((tmp_path / f"{engine}.csv").read_bytes())
    assert results[0] == results[1]
    assert results[0].count(b"GRANTED") == 2


def test_too_little_memory_is_told_and_nothing_is_written(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    data = tmp_path / "数据.csv"
    write_csv(data, [training(number, number) for number in range(1, 50)])
    output = tmp_path / "结果.csv"
    done = CommandLine(capfd)(
        *("evaluate", "--policy", DEMO, "--input", f"{SCHEME}={data}", "--output", output, "--memory", "1MB")
    )
    assert done.code == 2
    assert "PR624" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["数据.csv"]


def test_numbers_that_collide_between_files_are_told(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "数据"
    folder.mkdir()
    for part, numbers in (("1", (1, 2, 3)), ("2", (3, 4, 2))):
        write_csv(folder / f"{SCHEME}-{part}.csv", [training(number, number) for number in numbers])
    arguments = ("evaluate", "--policy", DEMO, "--input", folder, "--as-of", "2024-12-31", "--output")
    for engine in ("duckdb", "reference"):
        done = CommandLine(capfd)(*arguments, tmp_path / f"{engine}.csv", "--engine", engine)
        assert done.code == 0, done.err
        assert f"“{SCHEME}”的 2 个序号在两个文件里都有，如 3：" in done.out.replace("\n", "").replace("  ", "")
        assert f"{SCHEME}-1.csv 第" in done.out.replace("\n", "").replace("  ", "")
    assert (tmp_path / "duckdb.csv").read_bytes() == (tmp_path / "reference.csv").read_bytes()
