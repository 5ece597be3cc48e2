"""Commands about a policy rather than records: show, readings, quotas, template, sample, test."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest

from command_line import DEMO, SCHEME, CommandLine, read_csv
from policyrun.source.data import data_dir

DEMO_FOLDER = data_dir("policies") / "demo" / "yunling-2024"


@pytest.fixture
def run(capfd):
    return CommandLine(capfd)


@pytest.fixture
def own(tmp_path):
    """A folder of policies with a copy of the demo policy, and a way to alter its first version."""
    folder = tmp_path / "policies" / "demo" / "yunling-2024"
    shutil.copytree(DEMO_FOLDER, folder)
    shutil.copytree(data_dir("policies") / "national", tmp_path / "policies" / "national")

    def alter(old: str, new: str) -> Path:
        path = folder / "v1.yaml"
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")
        return tmp_path / "policies"

    return alter


# ---------------------------------------------------------------------------------------------------------------- show


def test_outline_reads_the_policy_in_document_order(run):
    done = run("show", "--policy", DEMO)
    assert (done.code, done.err) == (0, "")
    headings = [line for line in done.out.splitlines() if line and not line.startswith(" ")][1:]
    assert headings == [
        "题头", "词汇", "记录", "名单", "读法", "参数", "推算", "项目", "次序", "限额", "任务分解", "期限", "目标",
    ]  # fmt: skip
    assert "参数 稳岗前比例：类型 比率；70%  YL-S2 第八条" in done.out


def test_aliases_are_told_to_who_asks_for_the_word(run):
    assert "别名" not in run("show", "hebei-2023").out
    assert "别名 初级工" in run("show", "hebei-2023", "项目等级").out


def test_functions_and_rows_are_read_in_chinese(run):
    out = run("show", "hebei-2023").out
    assert "年(业务日期)" in out and "最大值(" in out and "四舍五入 0.01元" in out
    assert not re.search(r"\b(year|max|string|true|false)\b", out)


@pytest.mark.parametrize(
    ("old", "new", "title"),
    [
        ("in_force: {", "in_force: {note: 批注一处, ", "施行期"),
        ("rounding: {", "rounding: {note: 批注一处, ", "取整"),
        ("amount: {value: 称号标准, ", "amount: {value: 称号标准, note: 批注一处, ", "技能之星奖励 金额"),
        ("  企业年度封顶:\n", "  企业年度封顶:\n    note: 批注一处\n", "企业年度封顶"),
        ("  区县:\n", "  区县:\n    note: 批注一处\n", "区县"),
    ],
)
def test_notes_are_read_out(run, own, old, new, title):
    assert re.search("说明 +批注一处", run("show", DEMO, title, "--policies", own(old, new)).out)


def test_a_name_shows_its_text_clause_place_and_users(run):
    out = run("show", "--policy", DEMO, "紧缺上浮").out
    assert "自 2024-03-01  20%，2024-02-06 印发" in out
    assert "推算 紧缺系数" in out
    line = next(n for n, text in enumerate((DEMO_FOLDER / "v1.yaml").read_text("utf-8").splitlines(), 1)
                if text.strip() == "紧缺上浮:")  # fmt: skip
    assert f"v1.yaml:{line}" in out


def test_an_id_shows_everything_it_stands_for(run):
    out = run("show", "--policy", DEMO, "--id", "YL-L3").out
    assert "参数 每年次数" in out and "限额 每年两次" in out


def test_a_scheme_shows_its_rules_and_limits(run):
    out = run("show", "--policy", DEMO, "--scheme", SCHEME).out
    for title in (f"{SCHEME} 条件 补贴对象", f"{SCHEME} 金额", "限额 企业年度封顶"):
        assert title in out
    assert "限额 就高不重复" not in out


@pytest.mark.parametrize("asked", [["紧缺上扶"], ["--id", "YL-L33"], ["--scheme", "技能提升补帖"]])
def test_an_unknown_name_is_an_error_with_a_suggestion(run, asked):
    done = run("show", "--policy", DEMO, *asked)
    assert (done.code, done.out) == (2, "")
    assert "PR027" in done.err and "是不是“" in done.err


def test_help_keeps_examples_apart(run):
    examples = [line.strip() for line in run("show", "--help").out.splitlines() if line.startswith("    policyrun")]
    assert "policyrun show hebei-2023" in examples and "policyrun show --ids" in examples


# ------------------------------------------------------------------------------------------------ which policy is meant


@pytest.mark.parametrize(
    "command",
    [
        ["show", "{}"],
        ["show", "{}", "紧缺上浮"],
        ["show", "{}", "--id", "YL-L3"],
        ["check", "{}"],
        ["test", "{}"],
        ["readings", "{}"],
        ["quotas", "{}"],
    ],
)
def test_a_policy_may_be_named_by_a_word_an_option_or_its_path(run, command):
    """All three ways say the same."""

    def told(*named: str) -> str:
        before, after = command[: command.index("{}")], command[command.index("{}") + 1 :]
        return run(*before, *named, *after).out

    assert told(DEMO) == told("--policy", DEMO) == told(str(DEMO_FOLDER / "v1.yaml"))


@pytest.mark.parametrize("command", ["evaluate", "trace", "readings", "quotas", "template", "show"])
def test_whoever_names_no_policy_is_told_how_to_list_them(run, command):
    more = ["--output", "x.xlsx"] if command == "template" else []
    done = run(command, *more)
    assert done.code == 2
    assert "PR003" in done.err and "policyrun list" in done.err


def test_a_policy_named_twice_is_an_error(run):
    done = run("readings", DEMO, "--policy", "hebei-2023")
    assert done.code == 2 and "PR006" in done.err


# ------------------------------------------------------------------------------------------------------------ readings


def test_readings_mark_the_way_in_force(run):
    out = run("readings", "--policy", DEMO).out
    assert "● 取高  默认" in out and "○ 连乘" in out
    chosen = run("readings", "--policy", DEMO, "--reading", "上浮叠加=连乘").out
    assert "● 连乘  本次指定" in chosen and "○ 取高  默认" in chosen
    assert "PR621" in run("readings", "--policy", DEMO, "--reading", "上浮叠加=相加").err


# -------------------------------------------------------------------------------------------------------------- quotas

QUOTAS = ["表", "上级", "地区", "指标", "目标", "单位", "来源状态"]


def test_quotas_as_csv(run, tmp_path):
    output = tmp_path / "分解.csv"
    assert run("quotas", "--policy", DEMO, "--output", output).code == 0
    rows = read_csv(output)
    assert list(rows[0]) == QUOTAS
    assert list(rows[0].values()) == ["附件", "", "云岭市", "培训", "10000", "人次", "原文"]
    status = {(row["地区"], row["指标"]): row["来源状态"] for row in rows}
    assert status["西城区", "技能人才"] == "待核"
    assert status["飞云县", "培训"] == "含更正"
    assert next(row for row in rows if row["地区"] == "东城区")["上级"] == "市区"


def test_quotas_on_the_terminal_and_in_a_workbook_say_the_same(run, tmp_path):
    pandas = pytest.importorskip("pandas")
    out = run("quotas", "--policy", DEMO).out
    listed = list(csv.reader(out.splitlines(), delimiter="\t"))
    run("quotas", "--policy", DEMO, "--output", tmp_path / "分解.xlsx")
    book = pandas.read_excel(tmp_path / "分解.xlsx", dtype=str, keep_default_na=False, engine="openpyxl")
    assert listed == [QUOTAS, *book.to_numpy().tolist()]


def test_sums_that_do_not_hold_are_said(run, own):
    assert "分项之和都等于合计" in run("quotas", "--policy", DEMO).err
    policies = own("云岭市/市区/东城区: [3500, 1500]", "云岭市/市区/东城区: [3400, 1500]")
    done = run("quotas", "--policy", DEMO, "--policies", policies)
    assert done.code == 0
    assert "附件 市区 培训：写的是 6000 人次，分项之和是 5900，差 100" in done.err
    assert "原件自身的差异" not in done.err


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("jinhua-2020", "附件1 金华市区合计 职业技能培训：写的是 2.2 万人次，分项之和是 1.7，差 0.5；原件自身的差异"),
        ("quzhou-craftsman", "写的是 50000 人次/年，分项之和是 60194，差 10194；这一列不要求相加"),
        ("hebei-2023", "应当可加的各列，分项之和都等于合计"),
        ("zhejiang-2022-livelihood", "应当可加的各列，分项之和都等于合计"),
    ],
)
def test_what_a_document_says_of_itself_is_shown_as_such(run, policy, said):
    assert said in run("quotas", "--policy", policy).err


# -------------------------------------------------------------------------------------------------- template, sample


def test_template_is_a_workbook_of_the_schemes_asked_for(run, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    output = tmp_path / "空表.xlsx"
    assert run("template", "--policy", DEMO, "--scheme", SCHEME, "--output", output).code == 0
    assert SCHEME in openpyxl.load_workbook(output).sheetnames
    done = run("template", "--policy", DEMO, "--scheme", "没有", "--output", tmp_path / "x.xlsx")
    assert done.code == 2 and not (tmp_path / "x.xlsx").exists()


def test_a_sample_is_the_same_for_the_same_seed_and_can_be_evaluated(run, tmp_path):
    one, two, other = (tmp_path / f"{name}.xlsx" for name in ("一", "二", "三"))
    for path, seed in ((one, 7), (two, 7), (other, 8)):
        done = run("sample", "--policy", "hebei-2023", "--rows", "40", "--seed", seed, "--output", path)
        assert done.code == 0
    assert one.read_bytes() == two.read_bytes() != other.read_bytes()
    done = run("evaluate", "--policy", "hebei-2023", "--input", one, "--output", tmp_path / "r.csv")
    assert done.code == 0
    assert len(read_csv(tmp_path / "r.csv")) == 40


def test_a_sample_is_a_workbook(run, tmp_path):
    assert "PR026" in run("sample", "--policy", DEMO, "--output", tmp_path / "样例.csv").err
    assert not list(tmp_path.iterdir())


# ---------------------------------------------------------------------------------------------------------------- test


def test_cases_that_hold_are_clean(run):
    done = run("test", "--policy", DEMO)
    assert (done.code, done.out) == (0, "")
    assert "0 处不符" in done.err


def test_a_case_that_does_not_hold_is_a_finding(run, own):
    policies = own("每年次数: {type: 数, value: 2,", "每年次数: {type: 数, value: 1,")
    done = run("test", "--policy", DEMO, "--policies", policies)
    assert done.code == 1
    assert "✗" in done.out and "得到“" in done.out


def test_nothing_to_test_is_wrong_usage(run):
    assert "PR003" in run("test").err
    assert run("test", "--policy", "没有").code == 2
