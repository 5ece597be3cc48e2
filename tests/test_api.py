"""The Python API: pandas in and out, mistakes as one kind of exception, and a quick import."""

from __future__ import annotations

import csv
import doctest
import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest

import policyrun
from command_line import DEMO, SCHEME, STAR, CommandLine, person, read_csv, training, write_csv
from policyrun.app import api, api_tables
from rosters import counties, roster

pd = pytest.importorskip("pandas")

ROWS = [
    training(1, 1),
    training(2, 2, 参保月数="3"),
    training(3, 3, 参保月数=""),
    training(5, 1, 发证日期="2024-07-01"),
]
COLUMNS = [
    "项目",
    "序号",
    "结论",
    "补贴金额",
    "受款人",
    "收款方",
    "资金渠道",
    "原因代码",
    "原因",
    "规则",
    "条款",
    "提示",
]


@pytest.fixture(scope="module")
def demo():
    return policyrun.load(DEMO)


def test_examples_hold():
    for module in (policyrun, api, api_tables):
        result = doctest.testmod(module)
        assert result.attempted and not result.failed


def test_importing_is_quick_and_lazy():
    script = "import sys, policyrun; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    ours = {name for name in done.stdout.split() if name.startswith("policyrun")}
    assert ours == {"policyrun"}


def test_the_frame_is_the_result_file(demo, capfd, tmp_path):
    result = policyrun.evaluate(demo, pd.DataFrame(ROWS), scheme=SCHEME, as_of="2024-12-31")
    data = write_csv(tmp_path / "数据.csv", ROWS)
    arguments = ("evaluate", "--policy", DEMO, "--input", f"{SCHEME}={data}", "--as-of", "2024-12-31")
    assert CommandLine(capfd)(*arguments, "--output", tmp_path / "结果.csv").code == 0
    assert list(result.columns) == COLUMNS
    result.to_csv(tmp_path / "框.csv", index=False, lineterminator="\n")
    assert read_csv(tmp_path / "框.csv") == read_csv(tmp_path / "结果.csv")


def test_money_is_exact_and_none_where_nothing_is_decided(demo):
    amounts = policyrun.evaluate(demo, pd.DataFrame(ROWS), scheme=SCHEME, as_of=date(2024, 12, 31))["补贴金额"]
    assert amounts.tolist() == [Decimal("2000.00"), Decimal("0.00"), None, Decimal("0.00")]
    assert amounts.dropna().sum() == Decimal(2000)


def test_typed_columns_count_as_the_text_of_their_values(demo):
    frame = pd.DataFrame(ROWS)
    typed = frame.assign(
        序号=frame["序号"].astype(int),
        发证日期=pd.to_datetime(frame["发证日期"]),
        参保月数=pd.to_numeric(frame["参保月数"]),
        紧缺职业=[False] * len(frame),
    )
    plain = policyrun.evaluate(demo, frame, scheme=SCHEME, as_of="2024-12-31")
    pd.testing.assert_frame_equal(policyrun.evaluate(demo, typed, scheme=SCHEME, as_of="2024-12-31"), plain)


def test_the_users_frame_is_left_alone(demo):
    frame = pd.DataFrame(ROWS)
    before = frame.copy(deep=True)
    policyrun.evaluate(demo, frame, scheme=SCHEME, as_of="2024-12-31")
    pd.testing.assert_frame_equal(frame, before)


def test_frames_of_several_schemes_come_back_in_declared_order(demo):
    star = {"序号": 1, "身份证号码": person(1), "称号": "技能能手", "认定日期": "2024-05-01"}
    frames = {STAR: pd.DataFrame([star]), SCHEME: pd.DataFrame(ROWS)}
    result = policyrun.evaluate(demo, frames, as_of="2024-12-31")
    assert result["项目"].tolist() == [SCHEME] * 4 + [STAR]


def test_notes_say_what_was_not_used(demo):
    result = policyrun.evaluate(demo, pd.DataFrame(ROWS).assign(备注="无"), scheme=SCHEME, as_of="2024-12-31")
    assert any("备注" in note for note in result.attrs["notes"])


def test_history_and_readings_and_overlays(demo, tmp_path):
    first = policyrun.evaluate(demo, pd.DataFrame(ROWS[:1]), scheme=SCHEME, as_of="2024-12-31")
    kept = pd.concat([first, pd.DataFrame(ROWS[:1]).drop(columns="序号")], axis=1)
    kept.to_csv(tmp_path / "历史.csv", index=False)
    again = pd.DataFrame([training(9, 1, 发证日期="2024-09-01")])
    result = policyrun.evaluate(demo, again, scheme=SCHEME, as_of="2024-12-31", history=tmp_path / "历史.csv")
    assert result.loc[0, "原因代码"] == "LIMIT:同职业同等级"
    scarce = pd.DataFrame([training(1, 1, 紧缺职业="是", 参保月数="72")])
    amounts = [
        policyrun.evaluate(demo, scarce, scheme=SCHEME, as_of="2024-12-31", readings={"上浮叠加": way})["补贴金额"][0]
        for way in ("取高", "连乘")
    ]
    assert amounts == [Decimal("2500.00"), Decimal("3000.00")]


def test_trace_is_a_value(demo):
    trace = policyrun.trace(demo, pd.DataFrame(ROWS), 2, scheme=SCHEME, as_of="2024-12-31")
    assert trace.outcome.code == "INELIGIBLE:补贴对象"
    assert [step.value for step in trace.requirements] == [True, False, True]


def test_diff_is_values():
    assert policyrun.diff(DEMO, DEMO) == ()
    assert policyrun.diff(DEMO, "yunling-2024@2")


@pytest.mark.parametrize(
    ("call", "code", "words"),
    [
        (lambda demo: policyrun.load("yunling-2042"), "PR210", "是不是“yunling-2024”？"),
        (lambda demo: policyrun.evaluate(demo, pd.DataFrame(ROWS)), "PR631", SCHEME),
        (lambda demo: policyrun.evaluate(demo, pd.DataFrame(ROWS), "技能提升补帖"), "PR540", f"是不是“{SCHEME}”？"),
        (lambda demo: policyrun.evaluate(demo, pd.DataFrame({"序号": [1]}), scheme=SCHEME), "PR520", "身份证号码"),
        (lambda demo: policyrun.evaluate(demo, pd.DataFrame(ROWS), SCHEME, as_of="去年"), "PR007", "去年"),
        (lambda demo: policyrun.evaluate(demo, pd.DataFrame(ROWS), SCHEME, readings={"x": "y"}), "PR620", "x"),
        (lambda demo: policyrun.trace(demo, pd.DataFrame(ROWS), 99, SCHEME), "PR630", "99"),
        (lambda demo: policyrun.diff(DEMO, "没有"), "PR210", "没有"),
    ],
)  # fmt: skip
def test_a_mistake_reads_as_on_the_command_line(demo, call, code, words):
    with pytest.raises(policyrun.PolicyrunError) as caught:
        call(demo)
    assert str(caught.value).startswith(f"错误[{code}]: ")
    assert words in str(caught.value)
    assert caught.value.diagnostics


def test_an_unknown_attribute_is_said_as_python_says_it():
    with pytest.raises(AttributeError, match="policyrun"):
        policyrun.evalaute  # noqa: B018 - asking is the test
    assert set(policyrun.__all__) <= set(dir(policyrun))


# ------------------------------------------------------------------------- forms, indicators, targets, days, splits

LIVELIHOOD, FORM = "zhejiang-2022-livelihood", "统计表"


@pytest.fixture(scope="module")
def trainees():
    return roster(120, 3, counties()[:12])


def as_texts(frame):
    """A frame as the csv of the command has it."""
    return [["" if cell is None else str(cell) for cell in row] for row in frame.to_numpy().tolist()]


def written(run, tmp_path, *args):
    output = tmp_path / "输出.csv"
    assert run(*args, "--output", output).code == 0
    with output.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    return header, rows


def test_a_report_is_the_file_of_the_command(trainees, capfd, tmp_path):
    frame = policyrun.make_report(LIVELIHOOD, pd.DataFrame(trainees), FORM, "2022-04", as_of="2023-12-31")
    source = write_csv(tmp_path / "信息表.csv", trainees)
    asked = ("report", "--policy", LIVELIHOOD, "--report", FORM, "--month", "2022-04", "--input", source)
    header, rows = written(CommandLine(capfd), tmp_path, *asked)
    assert (list(frame.columns), as_texts(frame)) == (header, rows)
    assert frame.loc[0, "1"] == sum(frame.loc[frame["级别"] == "县", "1"])
    assert any("没有归期的日期" in note for note in frame.attrs["notes"])


def test_what_the_data_cannot_tell_is_none(trainees):
    bare = pd.DataFrame(trainees).drop(columns=["农民工"])
    frame = policyrun.make_report(LIVELIHOOD, bare, FORM, "2022", region="杭州市")
    assert set(frame["设区市"]) == {"杭州市"}
    assert frame["4"].tolist() == [None] * len(frame)
    assert all(isinstance(cell, Decimal) for cell in frame["5"])


def test_indicators_are_the_file_of_the_command(trainees, capfd, tmp_path):
    papers = ("身份证号码", "证书类型", "项目等级", "证书编号", "发证时间", "所属行政区", "设区市")
    platform = [
        {name: row[name] for name in papers}
        for row in trainees
        if row["证书类型"] not in ("", "无") and row["发证时间"]
    ]
    source, certificates = write_csv(tmp_path / "甲.csv", trainees), write_csv(tmp_path / "乙.csv", platform)
    for given, option in ((None, ()), (pd.DataFrame(platform), ("--certificates", certificates))):
        frame = policyrun.indicators(LIVELIHOOD, pd.DataFrame(trainees), given)
        asked = ("indicators", "--policy", LIVELIHOOD, "--input", source, *option)
        header, rows = written(CommandLine(capfd), tmp_path, *asked)
        assert (list(frame.columns), as_texts(frame)) == (header, rows)


def test_progress_quotas_and_deadlines_are_the_files_of_the_commands(trainees, capfd, tmp_path):
    run = CommandLine(capfd)
    source = write_csv(tmp_path / "信息表.csv", trainees)
    told = [
        (policyrun.progress(LIVELIHOOD, pd.DataFrame(trainees), "信息表"), ("progress", "--input", f"信息表={source}")),
        (policyrun.quotas(LIVELIHOOD), ("quotas",)),
        (policyrun.quotas(LIVELIHOOD, check=True), ("quotas", "--check")),
        (policyrun.deadlines(LIVELIHOOD, "2022-04"), ("deadlines", "--month", "2022-04")),
    ]
    for frame, (command, *more) in told:
        header, rows = written(run, tmp_path, command, "--policy", LIVELIHOOD, *more)
        assert (list(frame.columns), as_texts(frame)) == (header, rows)


def test_deadlines_count_from_events():
    frame = policyrun.deadlines(DEMO, "2025-03", {"公示": date(2025, 3, 3)})
    assert any(frame["期"] == "2025-03-03")


def test_a_split_says_where_remainders_went():
    shares = pd.DataFrame({"单位": ["甲", "乙", "丙"], "份额": [5, 3, 2], "下限": [None, None, 300]})
    frame = policyrun.decompose(1000, shares)
    assert frame["分得"].tolist() == [Decimal(438), Decimal(262), Decimal(300)]
    assert frame["说明"].tolist()[2] == "按比例不足下限，按下限"
    assert sum(policyrun.decompose("0.1", shares[["单位", "份额"]], step="0.01")["分得"]) == Decimal("0.1")


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda rows: policyrun.make_report(LIVELIHOOD, rows, "月报", "2022-04"), "PR671"),
        (lambda rows: policyrun.make_report(LIVELIHOOD, rows, FORM, "四月"), "PR676"),
        (lambda rows: policyrun.make_report(LIVELIHOOD, rows, FORM, "2022-04", region="苏州市"), "PR685"),
        (lambda rows: policyrun.make_report(LIVELIHOOD, rows.drop(columns=["姓名"]), FORM, "2022-04"), "PR520"),
        (lambda rows: policyrun.indicators(DEMO, rows), "PR677"),
        (lambda rows: policyrun.deadlines(DEMO, "三月"), "PR007"),
        (lambda rows: policyrun.deadlines(DEMO, events={"开会": "2025-03-03"}), "PR650"),
        (lambda rows: policyrun.decompose(10, pd.DataFrame({"单位": ["甲"], "份额": ["多"]})), "PR643"),
        (lambda rows: policyrun.decompose(1, pd.DataFrame({"单位": ["甲"], "份额": [1]}), least=2), "PR641"),
        (lambda rows: policyrun.quotas("没有这个政策"), "PR"),
    ],
)
def test_mistakes_are_raised(trainees, call, code):
    with pytest.raises(policyrun.PolicyrunError) as raised:
        call(pd.DataFrame(trainees))
    assert code in str(raised.value)
