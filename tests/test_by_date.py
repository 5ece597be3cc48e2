"""``--by-date``: each record by the version in force on its day, limits across versions included."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

import policyrun
from command_line import CommandLine, Done, person, read_csv, write_csv

#: Version 1 pays 100 yuan twice a year until the middle of 2025; version 2 pays 150 yuan, and asks for 合格.
POLICY = """\
policy: turning
version: 1
title: 转版
status: 生效
documents:
  办法: {number: 示人社发〔2025〕1号, title: 示例补贴办法, published: 2024-12-10}
in_force: {from: 2025-01-01, to: 2025-12-31, outside: 期外记录, cite: 第九条}
rounding: {to: 0.01元, how: 四舍五入, cite: 第八条}
records:
  补贴:
    - 序号: 序号!
    - 身份证号码: 身份证!
    - 发证时间: 日期?
  奖励:
    - 序号: 序号!
readings:
  期外记录: {ways: [待核实, 提示, 不予], question: 期外的怎么办, reason: 交人核实, cite: 第九条}
parameters:
  标准: {type: 金额, value: 100元, cite: 第一条, ids: TN-S1}
schemes:
  补贴:
    record: 补贴
    day: 发证时间
    cite: 第一条
    requirements: {}
    amount: {value: 标准, cite: 第一条, ids: TN-S1}
  奖励:
    record: 奖励
    cite: 第二条
    requirements: {}
    amount: {value: 10元, cite: 第二条}
orders:
  先后: [业务日期, 序号]
limits:
  每年两次:
    over: [补贴]
    per: {身份证号码: 身份证号码, 年: year(业务日期)}
    measure: 1
    room: 2
    order: 先后
    cite: 第三条
    ids: TN-L1
"""
CHANGES = {
    "version: 1": "version: 2\nsupersedes: turning@1",
    "from: 2025-01-01, to: 2025-12-31": "from: 2025-07-01, to: 2026-12-31",
    "value: 100元": "value: 150元",
    "    - 发证时间: 日期?": "    - 发证时间: 日期?\n    - 合格: 是否!",
    "    day: 发证时间\n    cite: 第一条\n    requirements: {}": "    day: 发证时间\n    cite: 第一条\n"
    "    requirements: {合格: {test: 合格, cite: 第四条, ids: TN-E1}}",
    "  奖励:\n    - 序号: 序号!\n": "",
    "  奖励:\n    record: 奖励\n    cite: 第二条\n    requirements: {}\n    amount: {value: 10元, cite: 第二条}\n": "",
}


def row(serial: int, number: int, day: str, passed: str = "是") -> dict[str, str]:
    return {"序号": str(serial), "身份证号码": person(number), "发证时间": day, "合格": passed}


class Turning:
    """The policy in two versions, and the commands on it."""

    def __init__(self, run: CommandLine, top: Path) -> None:
        self._run = run
        self.top = top
        folder = top / "turning"
        folder.mkdir()
        second = POLICY
        for old, new in CHANGES.items():
            assert old in second
            second = second.replace(old, new, 1)
        (folder / "v1.yaml").write_text(POLICY, encoding="utf-8")
        (folder / "v2.yaml").write_text(second, encoding="utf-8")

    def __call__(self, command: str, rows: list[dict[str, str]], *more: object, scheme: str = "补贴") -> Done:
        data = write_csv(self.top / "数据.csv", rows)
        common = ["--policies", self.top, "--input", f"{scheme}={data}", "--as-of", "2025-12-31"]
        return self._run(command, "--policy", "turning", *common, *more)

    def results(self, rows: list[dict[str, str]], *more: object, scheme: str = "补贴") -> list[str]:
        output = self.top / "结果.csv"
        done = self("evaluate", rows, "--by-date", "--output", output, *more, scheme=scheme)
        assert done.code == 0, done.err
        return [result["补贴金额"] or result["原因代码"] for result in read_csv(output)]


@pytest.fixture
def turning(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Turning:
    return Turning(CommandLine(capfd), tmp_path)


def test_each_record_goes_to_the_version_of_its_day_and_the_order_stays(turning: Turning) -> None:
    rows = [row(1, 1, "2025-07-01"), row(2, 2, "2025-06-30"), row(3, 3, "2026-01-01", "否"), row(4, 4, "2025-01-01")]
    assert turning.results(rows) == ["150.00", "100.00", "0.00", "100.00"]
    assert [result["原因代码"] for result in read_csv(turning.top / "结果.csv")][2] == "INELIGIBLE:合格"


def test_a_day_outside_every_version_is_the_latest_ones_question(turning: Turning) -> None:
    rows = [row(1, 1, "2024-12-31"), row(2, 2, "2027-01-01"), row(3, 3, "")]
    assert turning.results(rows) == ["UNDECIDED:适用版本"] * 2 + ["UNDECIDED:发证时间"]
    assert turning.results(rows[:2], "--reading", "期外记录=提示") == ["150.00", "150.00"]


def test_a_limit_of_a_year_holds_across_versions(turning: Turning) -> None:
    days = ["2025-08-01", "2025-05-01", "2025-03-01", "2025-09-01"]
    rows = [row(serial, 1, day) for serial, day in enumerate(days, 1)]
    assert turning.results(rows) == ["0.00", "100.00", "100.00", "0.00"]
    told = turning("trace", rows, "--by-date", "--row", "补贴:1").out
    assert "本次  补贴 序号 2" in told and "历史" not in told


def test_trace_says_which_version_decided(turning: Turning) -> None:
    rows = [row(1, 1, "2025-05-01"), row(2, 2, "2025-08-01")]
    first = turning("trace", rows, "--by-date", "--row", "补贴:1")
    assert "由 turning@1 核定：转版，管 2025-01-01 至 2025-06-30" in first.err
    assert "100.00 元" in first.out
    second = json.loads(turning("trace", rows, "--by-date", "--row", "补贴:2", "--format", "json").out)
    assert second["policy"] == "turning@2"
    assert second["result"]["补贴金额"] == "150.00"


def test_a_rule_that_only_one_version_has_is_found(turning: Turning) -> None:
    rows = [row(1, 1, "2025-05-01"), row(2, 2, "2025-08-01", "否")]
    told = turning("trace", rows, "--by-date", "--rule", "TN-E1", "--format", "json")
    assert [record["序号"] for record in json.loads(told.out)["records"]] == ["2"]


def test_the_manifest_and_the_workbook_say_what_each_version_decided(turning: Turning) -> None:
    output = turning.top / "结果.xlsx"
    rows = [row(1, 1, "2025-05-01"), row(2, 2, "2025-08-01"), row(3, 3, "2030-01-01")]
    done = turning("evaluate", rows, "--by-date", "--output", output)
    assert "turning@1" in done.out and "管 2025-07-01 至 2026-12-31，2 行，其中期外 1 行" in done.out
    manifest = json.loads((turning.top / "结果.xlsx.manifest.json").read_text(encoding="utf-8"))
    versions = [(one["policy"], one["first"], one["last"], one["rows"], one["outside"]) for one in manifest["versions"]]
    assert versions == [
        ("turning@1", "2025-01-01", "2025-06-30", 1, 0),
        ("turning@2", "2025-07-01", "2026-12-31", 2, 1),
    ]
    assert manifest["total"]["rows"] == 3 and manifest["total"]["补贴金额"] == "250.00"
    notes = [cell.value for line in load_workbook(output)["说明"].iter_rows() for cell in line]
    assert "版本 turning@1" in notes and "管 2025-01-01 至 2025-06-30，1 行" in notes


def test_rows_that_share_a_serial_are_invalid_whatever_their_versions(turning: Turning) -> None:
    rows = [row(1, 1, "2025-05-01"), row(1, 2, "2025-08-01"), row(2, 3, "2025-08-01")]
    assert turning.results(rows) == ["INVALID:序号", "INVALID:序号", "150.00"]


def test_a_scheme_that_the_latest_no_longer_has_is_decided_by_the_last_that_had_it(turning: Turning) -> None:
    assert turning.results([{"序号": "1"}], scheme="奖励") == ["10.00"]


def test_a_column_is_due_only_where_its_version_decides(turning: Turning) -> None:
    rows = [{name: cell for name, cell in one.items() if name != "合格"} for one in [row(1, 1, "2025-05-01")]]
    assert turning.results(rows) == ["100.00"]
    rows.append({**rows[0], "序号": "2", "发证时间": "2025-08-01"})
    done = turning("evaluate", rows, "--by-date", "--output", turning.top / "无.csv")
    assert done.code == 2 and "[PR703]" in done.err and "合格" in done.err
    assert not (turning.top / "无.csv").exists()


def test_history_counts_for_every_version_and_is_taken_back_once(turning: Turning) -> None:
    past = turning.top / "历史.csv"
    write_csv(
        past,
        [
            {"项目": "补贴", "结论": "准予", "身份证号码": person(1), "发证时间": "2025-02-01"},
            {"项目": "补贴", "结论": "准予", "身份证号码": person(1), "发证时间": "2025-02-02"},
            {"项目": "补贴", "结论": "撤销", "身份证号码": person(1), "发证时间": "2025-02-02"},
        ],
    )
    rows = [row(1, 1, "2025-05-01"), row(2, 1, "2025-08-01")]
    assert turning.results(rows, "--history", past) == ["100.00", "0.00"]


def test_only_released_versions_take_part_once_there_are_any(turning: Turning) -> None:
    turning._run("release", "--policy", "turning@1", "--policies", turning.top)
    assert turning.results([row(1, 1, "2025-05-01"), row(2, 2, "2026-02-01")]) == ["100.00", "UNDECIDED:适用版本"]


def test_an_overlay_for_one_version_is_laid_over_that_one(turning: Turning) -> None:
    overlay = turning.top / "本地.yaml"
    text = "overlay: 本地\nfor: turning@2\ndocuments: {定: {title: 本地规定}}\n"
    overlay.write_text(text + "readings: {期外记录: {default: 不予, cite: 第一条}}\n", encoding="utf-8")
    assert turning.results([row(1, 1, "2025-05-01"), row(2, 2, "2030-01-01")], "--with", overlay) == ["100.00", "0.00"]


def exception(serial: int, limit: str) -> dict[str, str]:
    told = ("补贴", str(serial), limit, "甲局长", "会议纪要", "2025-09-30")
    return dict(zip(("项目", "序号", "限额", "批准人", "依据", "日期"), told, strict=True))


def test_an_exception_lets_a_row_pass_the_limit_of_its_version_and_uses_no_room(turning: Turning) -> None:
    days = ["2025-02-01", "2025-03-01", "2025-04-01", "2025-08-01", "2025-09-01"]
    rows = [row(serial, 1, day) for serial, day in enumerate(days, 1)]
    exempt = write_csv(turning.top / "例外.csv", [exception(3, "每年两次"), exception(5, "每年两次")])
    assert turning.results(rows, "--exceptions", exempt) == ["100.00", "100.00", "100.00", "0.00", "150.00"]
    assert [result["提示"] for result in read_csv(turning.top / "结果.csv")][2:] == ["EXCEPTION", "", "EXCEPTION"]


def test_an_exception_is_to_a_limit_of_the_version_that_decides_its_row(turning: Turning) -> None:
    second = turning.top / "turning" / "v2.yaml"
    second.write_text(second.read_text(encoding="utf-8").replace("每年两次:", "全年两次:"), encoding="utf-8")
    rows = [row(1, 1, "2025-02-01"), row(2, 1, "2025-08-01")]
    exempt = write_csv(turning.top / "例外.csv", [exception(1, "每年两次"), exception(2, "全年两次")])
    assert turning.results(rows, "--exceptions", exempt) == ["100.00", "150.00"]
    for wrong, code in ((exception(1, "全年两次"), "PR704"), (exception(1, "每年三次"), "PR557")):
        exempt = write_csv(turning.top / "例外.csv", [wrong])
        done = turning("evaluate", rows, "--by-date", "--output", turning.top / "无.csv", "--exceptions", exempt)
        assert done.code == 2 and f"[{code}]" in done.err and "例外.csv:第 2 行“限额”" in done.err
        assert not (turning.top / "无.csv").exists()


def test_from_python_as_from_the_command_line(turning: Turning) -> None:
    rows = [row(1, 1, "2025-07-01"), row(2, 2, "2025-06-30"), row(3, 1, "2025-09-01"), row(4, 1, "2025-01-02")]
    expected = turning.results(rows)
    policy, frame = turning.top / "turning" / "v1.yaml", pd.DataFrame(rows)
    result = policyrun.evaluate(policy, frame, scheme="补贴", as_of="2025-12-31", by_date=True)
    paid = zip(result["补贴金额"], result["原因代码"], strict=True)
    assert [code if amount is None else str(amount) for amount, code in paid] == expected
    told = policyrun.trace(policy, frame, 3, scheme="补贴", as_of="2025-12-31", by_date=True)
    assert told.outcome.code == "LIMIT:每年两次"
    with pytest.raises(policyrun.PolicyrunError, match="PR700"):
        policyrun.evaluate(policyrun.load(policy), frame, scheme="补贴", by_date=True)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["--policy", "turning@2"], "PR700"),
        (["--policy", "单独.yaml"], "PR702"),
        (["--reading", "没有=有"], "PR620"),
    ],
)
def test_what_cannot_be_asked_by_date(
    turning: Turning, monkeypatch: pytest.MonkeyPatch, more: list[str], code: str
) -> None:
    monkeypatch.chdir(turning.top)
    (turning.top / "单独.yaml").write_text(POLICY, encoding="utf-8")
    done = turning("evaluate", [row(1, 1, "2025-05-01")], "--by-date", "--output", "果.csv", *more)
    assert done.code == 2 and f"[{code}]" in done.err
    assert not (turning.top / "果.csv").exists()
