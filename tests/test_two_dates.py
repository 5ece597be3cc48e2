"""Two dates on every value: since when it holds, and since when it is known; and which date of a record picks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import CommandLine, person, read_csv, write_csv
from policyrun.app.load import load
from policyrun.source.diagnostic import Diagnostics

#: The rate doubles from January, but the notice that says so is of 20 May; who began before keeps the old one.
POLICY = """\
policy: dated
version: 1
title: 两个日期
status: 生效
documents:
  办法: {number: 示人社发〔2025〕1号, title: 示例补贴办法, published: 2024-12-10}
  通知: {number: 示人社函〔2025〕9号, title: 提高标准的通知, published: 2025-05-20}
in_force: {from: 2025-01-01, to: 2025-12-31, cite: 办法 第九条}
rounding: {to: 0.01元, how: 四舍五入, cite: 办法 第八条}
records:
  补贴:
    - 序号: 序号!
    - 身份证号码: 身份证!
    - 开班日期: 日期?
    - 发证时间: 日期?
parameters:
  标准:
    type: 金额
    ids: DT-S1
    values:
      - {effective: 2024-01-01, published: 2023-12-10, value: 500元, cite: 办法 第一条}
      - {effective: 2025-01-01, published: 2025-05-20, value: 800元, cite: 通知 第一条}
schemes:
  补贴:
    record: 补贴
    day: 发证时间
    cite: 办法 第一条
    requirements: {}
    amount: {value: 标准, cite: 办法 第一条, ids: DT-S1}
"""
TRANSITION = POLICY.replace("    type: 金额\n", "    type: 金额\n    dated_by: 开班日期\n", 1)


def record(serial: int, issued: str = "2025-03-01", began: str = "2024-11-01") -> dict[str, str]:
    return {"序号": str(serial), "身份证号码": person(serial), "开班日期": began, "发证时间": issued}


class Runs:
    """The commands on a policy and some records."""

    def __init__(self, run: CommandLine, folder: Path) -> None:
        self.run = run
        self.folder = folder

    def given(self, policy: str, *rows: dict[str, str]) -> list[object]:
        path = self.folder / "policy.yaml"
        path.write_text(policy, encoding="utf-8")
        data = write_csv(self.folder / "数据.csv", rows)
        return ["--policy", path, "--input", f"补贴={data}", "--as-of", "2025-12-31"]

    def amounts(self, policy: str, *rows: dict[str, str], known_on: str = "2025-12-31") -> list[str]:
        output = self.folder / "结果.csv"
        done = self.run("evaluate", *self.given(policy, *rows), "--known-on", known_on, "--output", output)
        assert done.code == 0, done.err
        return [row["补贴金额"] or row["原因代码"] for row in read_csv(output)]

    def trace(self, policy: str, row: dict[str, str], *more: str) -> str:
        done = self.run("trace", *self.given(policy, row), "--row", row["序号"], *more)
        assert done.code == 0, done.err
        return done.out


@pytest.fixture
def runs(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Runs:
    return Runs(CommandLine(capfd), tmp_path)


def test_a_value_published_in_may_is_hidden_in_april(runs: Runs) -> None:
    assert runs.amounts(POLICY, record(1), known_on="2025-04-30") == ["500.00"]
    assert runs.amounts(POLICY, record(1), known_on="2025-05-20") == ["800.00"]
    assert runs.amounts(POLICY, record(1), known_on="2025-06-30") == ["800.00"]


def test_a_comparison_knows_no_more_than_it_is_to(runs: Runs) -> None:
    """Two versions of the notice that differ in the later value alone are one in April, and two in June."""
    given = runs.given(POLICY, record(1))
    other = runs.folder / "另一稿.yaml"
    other.write_text(POLICY.replace("800元", "900元"), encoding="utf-8")
    asked = [given[1], other, "--data", given[3], "--as-of", "2025-12-31", "--format", "json"]
    changes = {
        day: json.loads(runs.run("diff", *asked, "--known-on", day).out)["effect"]["change"]
        for day in ("2025-04-30", "2025-06-30")
    }
    assert changes == {"2025-04-30": "0.00", "2025-06-30": "100.00"}


def test_trace_in_april_names_what_was_not_known_yet(runs: Runs) -> None:
    told = runs.trace(POLICY, record(1), "--known-on", "2025-04-30")
    assert "= 500.00 元" in told
    assert "2024-01-01 起生效，2023-12-10 印发" in told
    assert "尚未印发" in told and "2025-01-01 起生效，2025-05-20 印发，晚于已知日 2025-04-30" in told
    assert "第一条" in told


def test_trace_in_june_says_since_when_and_by_which_day(runs: Runs) -> None:
    told = runs.trace(POLICY, record(1), "--known-on", "2025-06-30")
    assert "= 800.00 元" in told
    assert "2025-01-01 起生效，2025-05-20 印发；按业务日期 2025-03-01 取" in told
    assert "尚未印发" not in told


def test_trace_tells_programs_the_same(runs: Runs) -> None:
    told = json.loads(runs.trace(POLICY, record(1), "--known-on", "2025-04-30", "--format", "json"))
    (fact,) = told["amount"]["facts"]
    assert told["known_on"] == "2025-04-30"
    assert fact["dating"]["taken"] == {
        "value": "500",
        "effective": "2024-01-01",
        "published": "2023-12-10",
        "ids": ["DT-S1"],
        "cite": ["示人社发〔2025〕1号 第一条"],
    }
    assert [each["published"] for each in fact["dating"]["hidden"]] == ["2025-05-20"]


def test_nothing_published_yet_is_unknown_and_named(runs: Runs) -> None:
    assert runs.amounts(POLICY, record(1), known_on="2023-01-01") == ["UNDECIDED:标准"]


def test_a_blank_date_leaves_the_value_open_unless_one_alone_is_known(runs: Runs) -> None:
    assert runs.amounts(POLICY, record(1, issued="")) == ["UNDECIDED:发证时间"]
    assert runs.amounts(POLICY, record(1, issued=""), known_on="2025-04-30") == ["500.00"]


def test_who_began_before_keeps_the_old_rate(runs: Runs) -> None:
    rows = [record(1, began="2024-12-31"), record(2, began="2025-01-01"), record(3, issued="", began="2025-02-01")]
    assert runs.amounts(TRANSITION, *rows) == ["500.00", "800.00", "800.00"]
    assert runs.amounts(TRANSITION, record(1, began="")) == ["UNDECIDED:开班日期"]


def test_trace_says_which_column_picked(runs: Runs) -> None:
    told = runs.trace(TRANSITION, record(1, began="2024-11-01"))
    assert "= 500.00 元" in told
    assert "2024-01-01 起生效，2023-12-10 印发；按开班日期 2024-11-01 取" in told
    blank = runs.trace(TRANSITION, record(1, began=""))
    assert "按“开班日期”取值，它是空的" in blank


def test_a_grant_cites_the_value_taken_even_where_two_are_equal(runs: Runs) -> None:
    equal = POLICY.replace("800元", "500元")
    output = runs.folder / "结果.csv"
    runs.run("evaluate", *runs.given(equal, record(1)), "--output", output)
    (row,) = read_csv(output)
    assert "示人社函〔2025〕9号 第一条" in row["条款"]


@pytest.mark.parametrize("column", ["证书编号", "序号"])
def test_the_column_that_picks_is_a_date(tmp_path: Path, column: str) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(TRANSITION.replace("dated_by: 开班日期", f"dated_by: {column}"), encoding="utf-8")
    found = Diagnostics()
    assert load(str(path), found) is None
    assert [each.code for each in found] == ["PR260"]


def test_a_record_without_the_column_that_picks_is_refused(tmp_path: Path) -> None:
    scheme = (
        "  另一项: {record: 另一项, cite: 办法 第二条, requirements: {}, amount: {value: 标准, cite: 办法 第二条}}\n"
    )
    text = TRANSITION.replace("parameters:\n", "  另一项:\n    - 序号: 序号!\nparameters:\n")
    path = tmp_path / "policy.yaml"
    path.write_text(text + scheme, encoding="utf-8")
    found = Diagnostics()
    assert load(str(path), found) is None
    assert [each.code for each in found] == ["PR246"]
