"""``policyrun compile``: what scripts say, and that DuckDB runs them to the reference's result."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pytest

from columnar_samples import POLICIES
from columnar_scripts import Trial, selected, trial_of
from command_line import DEMO, SCHEME, CommandLine
from policyrun.columnar import script

DIALECTS = ("duckdb", "spark", "postgres")


@pytest.fixture
def run(capfd):
    return CommandLine(capfd)


def _load(connection: duckdb.DuckDBPyConnection, trial: Trial) -> None:
    for table, (header, *rows) in trial.tables.items():
        columns = ", ".join(f'"{name}" {"BIGINT" if name == "row_no" else "VARCHAR"}' for name in header)
        connection.execute(f'CREATE TABLE "{table}" ({columns})')
        if rows:
            connection.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(header))})', rows)


def _differences(connection: duckdb.DuckDBPyConnection, trial: Trial, schema: str) -> list[tuple[Sequence[str], ...]]:
    pairs = []
    for scheme, expected in trial.expected.items():
        found = connection.sql(selected(scheme).replace('FROM "', f'FROM "{schema}"."')).fetchall()
        pairs += [pair for pair in zip(found, expected, strict=True) if pair[0] != pair[1]]
    return pairs


@pytest.mark.parametrize("ref", POLICIES)
def test_duckdb_decides_a_sample_as_the_reference(ref):
    trial = trial_of(ref, "duckdb")
    with duckdb.connect() as connection:
        _load(connection, trial)
        connection.execute(trial.script)
        connection.execute(trial.script)  # again, over what it left
        assert _differences(connection, trial, ref) == []


def test_a_script_with_too_few_passes_stops_and_leaves_nothing(monkeypatch):
    monkeypatch.setattr(script, "PASSES", 1)
    trial = trial_of("quzhou-craftsman@1", "duckdb")
    with duckdb.connect() as connection:
        _load(connection, trial)
        with pytest.raises(duckdb.InvalidInputException, match="限额还有没定下来的"):
            connection.execute(trial.script)
        connection.execute("ROLLBACK")
        left = connection.sql("SELECT table_name FROM information_schema.tables").fetchall()
        assert {name for (name,) in left} == {*trial.tables}


def test_a_number_too_large_for_plans_stops_the_script():
    trial = trial_of(DEMO, "duckdb")
    header, first, *rows = trial.tables[f"{SCHEME}_原始"]
    place = header.index("参保月数")
    huge = (*first[:place], "9" * 20, *first[place + 1 :])
    with duckdb.connect() as connection:
        _load(connection, trial._replace(tables={**trial.tables, f"{SCHEME}_原始": [header, huge, *rows]}))
        with pytest.raises(duckdb.InvalidInputException, match=f"“{SCHEME}”有的数太大"):
            connection.execute(trial.script)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_script_tells_what_it_reads_leaves_and_rests_on(run, dialect):
    done = run("compile", "hebei-2023", "--dialect", dialect, "--as-of", "2023-09-30", "--reading", "超次处理=仅提示")
    assert (done.code, done.err) == (0, "")
    head = done.out[: done.out.index("BEGIN" if dialect != "spark" else "SET ")]
    assert "基准日 2023-09-30" in head and "读法 超次处理：仅提示" in head
    assert "  职业培训补贴_原始：row_no、序号、身份证号码" in head and "  职业培训补贴_结果" in head
    assert "-- 限额“每年三次”：HB-L2 " in done.out or "-- 限额“每年三次”：" in done.out
    assert "-- 条件“培训合格”：" in done.out


def test_one_scheme_alone_in_a_file(run, tmp_path):
    path = tmp_path / "脚本.sql"
    done = run("compile", "--policy", DEMO, "--scheme", SCHEME, "--dialect", "postgres", "--output", path)
    assert (done.code, done.out, done.err) == (0, "", "")
    text = path.read_text("utf-8")
    assert f'CREATE TABLE "{SCHEME}_结果"' in text and "师带徒补贴" not in text
    assert run("compile", DEMO, "--scheme", SCHEME, "--dialect", "postgres").out.split() == text.split()


def test_postgres_repeats_until_nothing_is_open_and_others_as_often_as_written(run):
    assert run("compile", DEMO, "--dialect", "postgres").out.count("WHILE (SELECT") > 0
    for dialect in ("duckdb", "spark"):
        out = run("compile", DEMO, "--dialect", dialect).out
        assert f"-- 第 {script.PASSES} 轮" in out and "限额还有没定下来的" in out


def test_unknown_scheme_and_dialect_are_refused(run):
    done = run("compile", DEMO, "--scheme", "技能补贴")
    assert done.code == 2 and "PR540" in done.err
    assert run("compile", DEMO, "--dialect", "oracle").code == 2
