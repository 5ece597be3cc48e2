"""Progress against targets: which rows count, where, and what is said of the rest."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_line import DEMO, STAR, CommandLine, person, read_csv, training, write_csv
from policyrun.app.library import list_policies
from policyrun.app.progress import Aim, percent_text, verdict
from policyrun.source.diagnostic import Diagnostics

COLUMNS = ["表", "上级", "地区", "指标", "目标", "完成", "完成率", "说明"]
VERDICTS = read_csv(Path(__file__).parent / "schedule" / "verdicts.csv")


@pytest.fixture
def run(capfd):
    return CommandLine(capfd)


@pytest.fixture
def progress(run, tmp_path):
    """The rows of the demo policy's progress by 表, 地区 and 指标 for some records of each scheme."""

    def done(*options: object, **schemes: Iterable[Mapping[str, str]]) -> dict[tuple[str, str, str], dict[str, str]]:
        inputs = []
        for name, rows in schemes.items():
            inputs += ["--input", f"{name}={write_csv(tmp_path / f'{name}.csv', rows)}"]
        output = tmp_path / "进度.csv"
        outcome = run("progress", "--policy", DEMO, "--as-of", "2025-06-30", *inputs, "--output", output, *options)
        assert outcome.code == 0, outcome.err
        rows = read_csv(output)
        assert list(rows[0]) == COLUMNS
        return {(row["表"], row["地区"], row["指标"]): row for row in rows}

    return done


def test_granted_rows_count_in_their_region_and_all_above(progress):
    rows = progress(
        技能提升补贴=[
            training(1, 1),
            training(2, 2, 所属区县="西城"),
            training(3, 3, 所属区县="云岭县"),
            training(4, 4, 所属区县="飞云县"),  # undecided until the county has rules
            training(5, 5, 证书类型="无"),  # refused
            training(6, 6, 发证日期="昨天"),  # invalid
        ]
    )
    name = "培训（2024年）"
    counted = {
        region: row["完成"] for (table, region, indicator), row in rows.items() if (table, indicator) == ("附件", name)
    }
    assert counted == {"云岭市": "3", "市区": "2", "东城区": "1", "西城区": "1", "云岭县": "1", "飞云县": "0"}
    assert rows["附件", "云岭市", name]["说明"] == (
        "单位人次；未完成，还差9997人次；待核实 1 行，数据错误 1 行，未计入"
    )
    assert "待核实 1 行，未计入" in rows["附件", "飞云县", name]["说明"]
    assert "目标含更正" in rows["附件", "飞云县", name]["说明"]
    assert "待核实" not in rows["附件", "云岭县", name]["说明"]
    assert rows["附件", "东城区", name]["完成率"] == "0.03%"


def test_a_person_counts_once_in_each_region(progress):
    rows = progress(
        技能提升补贴=[
            training(1, 1),
            training(2, 1, 职业工种="焊工", 所属区县="西城区"),
            training(3, 1, 职业工种="钳工", 发证日期="2025-02-01"),
            training(4, 2, 项目等级="四级"),
        ]
    )
    people = {
        (region, name): row["完成"] for (_table, region, name), row in rows.items() if name.startswith("技能人才")
    }
    assert people["东城区", "技能人才（2024年）"] == people["西城区", "技能人才（2024年）"] == "1"
    assert people["市区", "技能人才（2024年）"] == people["云岭市", "技能人才（2024年）"] == "1"
    assert people["云岭市", "技能人才（2025年）"] == "1"
    assert rows["附件", "云岭市", "培训（2024年）"]["完成"] == "3"


def test_money_is_added_up_in_the_unit_of_the_target(progress):
    mentor = {
        "序号": "1",
        "身份证号码": person(1),
        "所在单位": "甲厂",
        "协议年度": "2024",
        "带徒月数": "12",
        "带徒课时": "30",
        "协议结束日期": "2024-12-31",
        "徒弟取证": "是",
    }
    rows = progress(师带徒补贴=[mentor])
    assert rows["目标", "", "带徒补贴（2024年）"]["完成"] == "0.6"
    assert "未超过，还差4.4万元" in rows["目标", "", "带徒补贴（2024年）"]["说明"]


def test_records_that_were_not_given_are_said(progress):
    star = {"序号": "1", "身份证号码": person(1), "称号": "技能新秀", "认定日期": "2024-06-01"}
    rows = progress(**{STAR: [star]})
    assert rows["目标", "", "技能之星"]["完成"] == "1"
    assert rows["目标", "", "培训人次"]["完成"] == rows["附件", "云岭市", "培训"]["完成"] == ""
    assert "没有给出技能提升补贴的记录" in rows["附件", "云岭市", "培训"]["说明"]
    assert rows["目标", "", "技能人才占比"]["说明"] == "单位百分点；记录算不出：缺从业人员数"


def test_a_top_up_is_no_second_training(progress, run, tmp_path):
    firm = {"申领主体": "企业", "所在单位": "甲厂", "稳岗满三月": "否"}
    first = write_csv(tmp_path / "一月.csv", [training(1, 1, **firm)])
    history = tmp_path / "历史.csv"
    done = run(
        "evaluate", "--policy", DEMO, "--as-of", "2024-06-30", "--input", f"技能提升补贴={first}",
        "--output", history, "--keep-input",
    )  # fmt: skip
    assert done.code == 0 and "PROVISIONAL" in history.read_text("utf-8")
    rows = progress("--history", history, 技能提升补贴=[training(7, 1, **{**firm, "稳岗满三月": "是"})])
    assert rows["附件", "云岭市", "培训"]["完成"] == "0"


def test_the_table_on_the_terminal_says_the_same(run, tmp_path):
    out = run("progress", "--policy", DEMO).out
    listed = list(csv.DictReader(out.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    run("progress", "--policy", DEMO, "--output", tmp_path / "进度.csv")
    assert listed == read_csv(tmp_path / "进度.csv")


def test_a_place_the_table_does_not_have_counts_in_the_whole_alone(run, tmp_path):
    sample = Path(__file__).parent.parent / "policies" / "hebei" / "hebei-2023" / "sample.xlsx"
    output = tmp_path / "进度.csv"
    assert run("progress", "--policy", "hebei-2023", "--input", sample, "--output", output).code == 0
    rows = [row for row in read_csv(output) if row["指标"] == "年度培训任务总数"]
    assert int(rows[0]["完成"]) >= sum(int(row["完成"]) for row in rows[1:]) > 0


@pytest.mark.parametrize("policy", [one.ref for one in list_policies(Diagnostics())])
def test_every_target_has_its_row(run, tmp_path, policy):
    done = run("progress", "--policy", policy, "--output", tmp_path / "进度.csv")
    assert done.code == 0, done.err
    for row in read_csv(tmp_path / "进度.csv"):
        assert row["说明"].startswith("单位")
        assert row["完成"] or "缺" in row["说明"] or "没有给出" in row["说明"], row


@pytest.mark.parametrize("case", VERDICTS, ids=lambda case: f"{case['bound']} {case['target']}: {case['done']}")
def test_verdict(case):
    tolerance = Fraction(case["tolerance"]) if case["tolerance"] else None
    aim = Aim(Fraction(case["target"]), case["unit"], case["bound"], tolerance)
    assert verdict(aim, Fraction(case["done"])) == case["said"]


@given(st.fractions(min_value=0, max_value=1000))
def test_a_percentage_is_rounded_half_up(ratio):
    shown = Fraction(percent_text(ratio).removesuffix("%"))
    assert -Fraction(1, 200) < shown - ratio * 100 <= Fraction(1, 200)


def trainee(serial: int, number: int, **cells: str) -> dict[str, str]:
    """A row of Zhejiang's 信息表: trained in 上城区, with a certificate of the third level."""
    row = {
        "序号": str(serial),
        "所属行政区": "上城区",
        "姓名": "张小三",
        "身份证号码": person(number),
        "所在单位": "甲厂",
        "人员类别": "企业职工",
        "职业工种": "电工",
        "项目等级": "三级",
        "证书类型": "职业技能等级证书",
        "发证单位": "乙院",
        "培训承办机构": "乙院",
        "证书编号": f"Z{serial:04}",
        "发证时间": "20220310",
        "补贴金额(元)": "1000.00",
        "补贴发放时间": "",
        "资金来源": "就业补助资金",
        "设区市": "杭州市",
    }
    return {**row, **cells}


def test_a_form_counts_by_its_own_column_of_regions(run, tmp_path):
    rows = [
        trainee(1, 1),
        trainee(2, 1, 证书类型="专项能力证书", 项目等级="专项能力", 职业工种="焊工"),
        trainee(3, 2, 所属行政区="市本级", 设区市="舟山市"),
        trainee(4, 3, 证书类型="无", 所属行政区="上虞市", 设区市=""),
        trainee(5, 4, 所属行政区="经开区", 设区市=""),  # which one, nobody can tell
    ]
    output = tmp_path / "进度.csv"
    written = write_csv(tmp_path / "信息表.csv", rows)
    done = run("progress", "--policy", "zhejiang-2022-livelihood", "--input", f"信息表={written}", "--output", output)
    assert done.code == 0, done.err
    said = {(row["上级"], row["地区"], row["指标"]): row for row in read_csv(output)}
    assert said["", "浙江省", "技能培训"]["完成"] == "0.0004"
    assert "数据错误 1 行，未计入" in said["", "浙江省", "技能培训"]["说明"]
    assert said["杭州市", "上城区", "技能培训"]["完成"] == "0.0002"
    assert said["舟山市", "市本级", "技能培训"]["完成"] == said["绍兴市", "上虞区", "技能培训"]["完成"] == "0.0001"
    assert said["杭州市", "上城区", "新增技能人才"]["完成"] == "0.0001"
    assert said["", "浙江省", "新增技能人才"]["完成"] == said["", "浙江省", "新增高技能人才"]["完成"] == "0.0002"
    assert said["", "", "新增高技能人才"]["完成率"] == "0.00%"
    assert "目标待核" in said["绍兴市", "越城区", "技能培训"]["说明"]
