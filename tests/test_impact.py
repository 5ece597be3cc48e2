"""What a change does to people and money: record by record the difference of two runs, and every sum adds up."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from command_line import DEMO, SCHEME, CommandLine, person, training, write_csv
from policyrun.app.comparison import Versions, compare_versions
from policyrun.app.evaluate import Request, run
from policyrun.app.impact import Impact, compare
from policyrun.app.impact_groups import BARS, adds_up, distribution, groupings
from policyrun.app.impact_listed import TurnsAtHand
from policyrun.app.impact_turns import Kind
from policyrun.app.load import load, read_policy
from policyrun.app.sweep import with_value
from policyrun.check.lower import lower_policy
from policyrun.model.decision import Conclusion
from policyrun.report.diff_page import page
from policyrun.report.plot import Mark, bars
from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics

SAMPLES = sorted(path.parent.name for path in data_dir("policies").glob("*/*/sample.xlsx"))


@pytest.fixture
def cli(capfd):
    return CommandLine(capfd)


def other_reading(name: str) -> Impact:
    """A policy on its sample, as it is and with the last way of every reading."""
    found = Diagnostics()
    policy = load(name, found)
    assert policy is not None
    before = run(policy, Request(), found)
    ways = {reading.name: reading.ways[-1] for reading in policy.readings.values()}
    after = run(policy, Request(readings=ways), found)
    assert before is not None and after is not None
    return compare(before, after)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_impact_is_the_difference_of_two_runs_record_by_record(name):
    impact = other_reading(name)
    told = {(turn.scheme, turn.either.outcome.row): turn for turn in impact.turns.first(impact.turned)}
    total = Fraction(0)
    for old, new in zip(impact.before.outcomes(), impact.after.outcomes(), strict=True):
        change = paid(new) - paid(old)
        total += change
        turn = told.pop((new.scheme, new.row), None)
        assert (turn.change if turn else 0) == change
        if turn is None:
            assert replace(old, limits=(), rules=(), clauses=()) == replace(new, limits=(), rules=(), clauses=())
    assert not told
    assert total == impact.change == impact.turns.change
    assert all(adds_up(grouping, impact) for grouping in groupings(impact))
    assert sum(impact.rows_by_kind().values()) == impact.turned == len(impact.turns)
    assert sum(impact.persons_by_kind().values()) == impact.persons
    changed = [turn for turn in impact.turns.first(impact.turned) if turn.change]
    assert sum(bar.rows for bar in distribution(impact.turns)) == len(changed)


def paid(outcome):
    return (outcome.amount or 0) if outcome.conclusion is Conclusion.GRANTED else 0


def test_a_person_is_counted_once_over_all_records(tmp_path):
    """Two records of one person, of which the limit grants one before and both after, is one who gets more."""
    old = write_csv(tmp_path / "a.csv", [training(serial, 1, 职业工种=f"工种{serial}") for serial in (1, 2, 3)])
    found = Diagnostics()
    source = read_policy(DEMO, found)
    assert source is not None
    wider = with_value(source, "每年次数", "3")
    assert wider is not None
    policies = lower_policy(source, found), lower_policy(wider, found)
    runs = [run(policy, Request(sources=(f"{SCHEME}={old}",)), found) for policy in policies if policy]
    impact = compare(*(one for one in runs if one))
    assert impact.rows_by_kind()[Kind.GAINED] == 1
    assert impact.persons_by_kind()[Kind.MORE] == impact.persons == 1
    assert impact.change == 2000
    assert impact.persons_paid() == (1, 1)


GROUPED = {
    "hebei-2023": "人员类别",
    "jinhua-2020": "组织主体",
    "quzhou-craftsman": "主办单位类型",
    "yunling-2024": "申领主体",
    "zhejiang-2022-capability": "组织主体",
}


@pytest.mark.parametrize(("name", "column"), GROUPED.items())
def test_money_is_told_by_the_kind_of_person_that_a_policy_groups_by(name, column):
    impact = other_reading(name)
    grouping = next(each for each in groupings(impact) if each.title == column)
    assert adds_up(grouping, impact)
    fields = [scheme.record.field(column) for scheme in impact.after.policy.schemes]
    members = {member for field in fields if field and field.enumeration for member in field.enumeration.members}
    told = {shift.name for shift in grouping.shifts}
    assert len(told) > 1 and told <= {*members, "（没有这一列）"}


def test_a_group_is_what_a_cell_means(tmp_path):
    """Blank is the member that it stands for, an alias the member that it means."""
    columns = ("序号", "身份证号码", "补贴申领地", "户籍地", "职业工种", "项目等级", "证书类型", "证书编号", "发证时间")
    own = ("组织主体", "补贴标准", "资金来源")
    rows = []
    for serial, (level, organiser) in enumerate((("三级", ""), ("三级", "个人"), ("三级", "企业 ")), 1):
        cells = (serial, person(serial), "杭州", "杭州", "电工", level, "职业资格证书", f"A{serial}", "2022-06-01")
        rows.append(dict(zip((*columns, *own), (*map(str, cells), organiser, "1000", "其他资金"), strict=True)))
    data = write_csv(tmp_path / "记录.csv", rows)
    found = Diagnostics()
    policy = load("zhejiang-2022-capability", found)
    assert policy is not None
    once = run(policy, Request(sources=(str(data),), scheme="职业培训补贴"), found)
    assert once is not None
    shifts = next(each for each in groupings(compare(once, once)) if each.title == "组织主体").shifts
    assert [(shift.name, shift.new_rows) for shift in shifts] == [("个人", 2), ("企业", 1)]


def test_a_distribution_has_few_bars_that_cover_every_change():
    impact = other_reading("zhejiang-2022-livelihood")
    turns = (replace_change(turn, change) for change, turn in enumerate(impact.whole.records[:40], 1))
    shown = distribution(TurnsAtHand(tuple(turns)))
    assert len(shown) <= BARS and sum(bar.rows for bar in shown) == 40
    assert all(left.most == right.least for left, right in pairwise(shown))


def replace_change(turn, change):
    outcome = replace(turn.new.outcome, conclusion=Conclusion.GRANTED, amount=Fraction(change * 137, 100))
    return replace(turn, old=None, new=replace(turn.new, outcome=outcome))


# ------------------------------------------------------------------------------------------------------------ pages


class _Page(HTMLParser):
    """Tags that are open, and every address the page would fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "br", "line", "rect"):
            self.open.append(tag)
        self.fetched += [value for name, value in attrs if name in ("src", "href") and not value.startswith("#")]

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_whole_needs_nothing_else_and_names_nobody():
    found = Diagnostics()
    comparison = compare_versions(Versions(old="yunling-2024@1", new="yunling-2024@2"), Request(), found)
    assert comparison is not None
    text = page(comparison)
    read = _Page(text)
    assert read.open == [] and read.fetched == []
    assert "<script" not in text
    assert not re.search(r"999999\d{11}[\dX]", text)
    assert "相符" in text and "改名" in text and "<svg" in text
    assert re.search(r"999999\d{11}[\dX]", page(comparison, personal=True))


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_two_policies_are_said_to_be_two_and_two_files_of_one_are_told_apart(cli, tmp_path, form):
    def said(new: str) -> str:
        page = tmp_path / "页.html"
        more = ["--html", page] if form == "html" else ["--format", form]
        told = cli("diff", DEMO, new, *more).out
        text = page.read_text("utf-8") if form == "html" else told
        return re.sub(r"\s|\\", "", text)

    caution = "两边不是同一个政策的版本"
    draft = tmp_path / "稿.yaml"
    draft.write_text((data_dir("policies") / "demo" / "yunling-2024" / "v1.yaml").read_text("utf-8"), "utf-8")
    assert caution in said("zhejiang-2022-capability")
    assert caution not in said(str(draft))
    assert "稿.yaml）" in said(str(draft)) and "v1.yaml）→" in said(str(draft))


def test_what_a_policy_says_is_no_markup(cli, tmp_path):
    text = (data_dir("policies") / "demo" / "yunling-2024" / "v1.yaml").read_text("utf-8")
    evil = tmp_path / "改.yaml"
    evil.write_text(text.replace("note: 由各区县自定，见 overlays", "note: '<script>|x</script>'"), "utf-8")
    html = tmp_path / "页.html"
    done = cli("diff", DEMO, evil, "--html", html, "--format", "markdown")
    assert done.code == 1
    assert "<script" not in html.read_text("utf-8") and "&lt;script&gt;" in html.read_text("utf-8")
    assert "\\<script\\>\\|x" in done.out


def test_a_page_that_cannot_be_written_leaves_what_was_there(cli, tmp_path):
    html = tmp_path / "页.html"
    html.write_text("旧", "utf-8")
    done = cli("diff", DEMO, "没有这个", "--html", html)
    assert done.code == 2 and html.read_text("utf-8") == "旧"


def test_bars_go_both_ways_and_are_the_same_text_each_time():
    marks = [Mark("甲", Fraction(-5), "-5"), Mark("乙<", Fraction(10), "+10")]
    drawn = bars(marks, "变化")
    assert drawn == bars(marks, "变化")
    assert drawn.count('class="less"') == drawn.count('class="more"') == 1
    assert "乙&lt;" in drawn
    assert bars([], "空") == ""


# ---------------------------------------------------------------------------------------------------------- what if


def test_a_reading_on_one_side_is_a_what_if(cli):
    done = cli("diff", DEMO, DEMO, "--new-reading", "就高方式=不再给", "--data", "sample", "--format", "json")
    told = json.loads(done.out)
    assert done.code == 1
    assert [(each["path"], each["old"], each["new"]) for each in told["differences"]] == [
        ("读法 就高方式 采用", "补差", "不再给")
    ]
    assert told["effect"]["change"] == "-22000.00"
    assert cli("diff", DEMO, DEMO, "--data", "sample").code == 0


def test_an_exception_counts_on_the_side_that_has_its_limit(cli, tmp_path):
    """Version 1 grants twice a year, version 2 three times under another name."""
    rows = [training(serial, 1, 职业工种=f"工种{serial}", 发证日期="2025-03-01") for serial in (1, 2, 3, 4)]
    data = write_csv(tmp_path / "记录.csv", rows)
    columns = ("项目", "序号", "限额", "批准人", "依据", "日期")
    told = [(SCHEME, "4", name, "局长", "纪要", "2025-04-01") for name in ("每年两次", "每年三次")]
    exempt = write_csv(tmp_path / "例外.csv", [dict(zip(columns, one, strict=True)) for one in told])
    asked = ["diff", DEMO, DEMO.replace("@1", "@2"), "--data", f"{SCHEME}={data}", "--as-of", "2025-12-31"]
    turns = []
    for more in ([], ["--exceptions", exempt]):
        told = json.loads(cli(*asked, "--format", "json", *more).out)
        turns.append({turn["序号"]: (turn["old"], turn["new"]) for turn in told["effect"]["turns"]})
    assert turns[0]["4"] == ("LIMIT:每年两次", "LIMIT:每年三次")
    assert turns[1].get("4", ("GRANTED", "GRANTED")) == ("GRANTED", "GRANTED")


def test_an_overlay_on_one_side_is_a_what_if(cli):
    overlay = data_dir("policies") / "demo" / "yunling-2024" / "overlays" / "feiyun.yaml"
    told = json.loads(cli("diff", DEMO, DEMO, "--new-with", overlay, "--format", "json").out)
    assert {"参数 退休年龄", "参数 交通补贴日标准", "读法 就高方式 采用"} <= {
        each["path"] for each in told["differences"]
    }
    assert cli("diff", DEMO, DEMO, "--with", overlay).code == 0


def test_a_sweep_gives_exact_money_for_each_value(cli, tmp_path):
    firm = {"申领主体": "企业", "所在单位": "虚构厂", "稳岗满三月": "否"}
    data = write_csv(tmp_path / "数据.csv", [training(1, 1), training(2, 2, **firm)])
    asked = ("--policy", DEMO, "--input", f"{SCHEME}={data}", "--as-of", "2024-12-31", "--format", "json")
    done = cli("sweep", "--vary", "稳岗前比例=50%..100%/25%", "--html", tmp_path / "页.html", *asked)
    assert done.code == 0
    points = json.loads(done.out)["points"]
    assert [(each["value"], each["total"]) for each in points] == [
        ("50%", "3000.00"),
        ("75%", "3500.00"),
        ("100%", "4000.00"),
    ]
    assert (tmp_path / "页.html").read_text("utf-8").count("<svg") == 2


def test_an_open_parameter_can_be_tried(cli):
    done = cli("sweep", DEMO, "--vary", "交通补贴日标准=20元,30元")
    assert done.code == 0 and "20元" in done.out


@pytest.mark.parametrize(
    ("vary", "code"),
    [
        ("紧缺上浮", "PR711"),
        ("紧缺上浮=0..30%/5元", "PR711"),
        ("紧缺上浮=30%..0%/5%", "PR712"),
        ("紧缺上浮=0%..30%/0%", "PR712"),
        ("紧缺浮动=0%..30%/5%", "PR713"),
        ("紧缺上浮=2元,3元", "PR714"),
    ],
)
def test_values_that_cannot_be_tried_are_refused(cli, vary, code):
    done = cli("sweep", DEMO, "--vary", vary)
    assert (done.code, done.out) == (2, "")
    assert code in done.err


def test_two_policies_without_a_sample_are_not_run_on_one(cli, tmp_path):
    text = (data_dir("policies") / "demo" / "yunling-2024" / "v1.yaml").read_text("utf-8")
    draft = tmp_path / "稿.yaml"
    draft.write_text(text, "utf-8")
    done = cli("diff", draft, draft, "--data", "sample")
    assert done.code == 2 and "PR710" in done.err


def test_readings_say_what_the_other_ways_would_cost(cli):
    out = cli("readings", DEMO, "--cost").out
    assert "○ 不再给  换成这种，2 行不同，2 人，-22,000.00 元" in out
    assert "换成这种" not in cli("readings", DEMO).out
