"""``trace``: a row's story, and the records and money of a rule or a clause."""

from __future__ import annotations

import json
import re

import pytest

from command_line import DEMO, SCHEME, CommandLine, person, training, write_csv

DEMO_IN_FORCE = "yunling-2024@2"
ROWS = [
    training(1, 1),
    training(2, 2, 参保月数="3"),
    training(3, 3, 参保月数=""),
    training(4, 4, 项目等级="八级"),
    training(5, 1, 发证日期="2024-07-01"),
]


@pytest.fixture
def trace(capfd, tmp_path):
    data = write_csv(tmp_path / "数据.csv", ROWS)
    run = CommandLine(capfd)
    return lambda *more: run("trace", "--policy", DEMO, "--input", f"{SCHEME}={data}", "--as-of", "2024-12-31", *more)


def test_a_grant_shows_values_formulas_and_clauses(trace):
    done = trace("--row", f"{SCHEME}:1")
    assert (done.code, done.err.count("PR525")) == (0, 0)
    for words in ("准予", "✓ 补贴对象", "= 2000.00 元", "等级标准 * 上浮系数 * 给付比例", "第五条", "✓ 同职业同等级"):
        assert words in done.out
    assert "个人 张**" in done.out


def test_a_refusal_says_what_would_have_to_differ(trace):
    out = trace("--row", "2").out
    assert "✗ 补贴对象" in out
    assert "参保月数 须不少于 最低参保月数（12）（现为3）" in out


def test_a_limit_names_the_record_that_used_it_up(trace):
    out = trace("--row", f"{SCHEME}：5").out
    assert "✗ 同职业同等级" in out
    assert re.search(rf"本次  {SCHEME} 序号 1  2024-06-01  2,000.00 元", out)


def test_an_undecided_row_says_what_is_missing_and_what_is_at_stake(trace):
    out = trace("--row", "3").out
    assert "? 补贴对象" in out
    assert "最少 0.00 元" in out and "最多 2,500.00 元" in out
    assert "补上：参保月数" in out


def test_a_malformed_row_says_what_to_correct(trace):
    out = trace("--row", "4").out
    assert "改正“项目等级”：不在可选项之内" in out


def test_ids_are_masked_unless_asked_for(trace):
    number = person(1)
    assert number not in trace("--row", "5").out
    assert number in trace("--row", "5", "--show-personal").out
    assert number not in trace("--row", "5", "--format", "json").out
    assert number in trace("--row", "5", "--format", "json", "--show-personal").out


def test_json_says_the_same(trace):
    told = json.loads(trace("--row", "5", "--format", "json").out)
    assert told["result"]["原因代码"] == "LIMIT:同职业同等级"
    refused = next(limit for limit in told["limits"] if not limit["passed"])
    assert refused["users"] == [
        {"项目": SCHEME, "序号": "1", "day": "2024-06-01", "granted": "2000.00", "history": False}
    ]
    assert [step["value"] for step in told["requirements"]] == [True, True, True]


def test_a_rule_lists_its_records_and_money(trace):
    out = trace("--rule", "YL-L2").out
    assert "参与决定 2 行，其中准予 2,000.00 元" in out
    assert f"{SCHEME}:1" in out and f"{SCHEME}:5" in out
    told = json.loads(trace("--rule", "YL-L2", "--format", "json").out)
    assert (told["rows"], told["amount"]) == (2, "2000.00")
    assert [record["序号"] for record in told["records"]] == ["1", "5"]


def test_a_clause_is_found_whatever_its_brackets(trace):
    told = json.loads(trace("--clause", "第 九条", "--format", "json").out)
    assert told["rows"] == 2
    assert "另有 1 行" in trace("--clause", "第九条", "--rows", "1").out


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ([], "PR023", "--row 职业培训补贴:12"),
        (["--row", "1", "--rule", "YL-L2"], "PR023", ""),
        (["--row", f"{SCHEME}:99"], "PR024", "序号从 1 到 5"),
        (["--row", "没有:1"], "PR024", ""),
        (["--row", "99"], "PR024", "序号从 1 到 5"),
        (["--rule", "YL-L22"], "PR025", "是不是“YL-L2”？"),
        (["--clause", "第九十九条"], "PR025", ""),
    ],
)
def test_wrong_usage(trace, more, code, words):
    done = trace(*more)
    assert (done.code, done.out) == (2, "")
    assert f"[{code}]" in done.err and words in done.err
    assert done.err.count("PR") == 1, "what is wrong with the request is said first and alone"


# --------------------------------------------------------------------------------------------------- the bundled sample


@pytest.fixture
def of_sample(capfd):
    run = CommandLine(capfd)
    return lambda row: run("trace", DEMO_IN_FORCE, "--row", row)


def test_of_the_sample_it_is_said_that_it_is_one_and_nothing_else(of_sample):
    done = of_sample(f"{SCHEME}:4")
    assert done.err == "没有给 --input：用的是自带的合成样例，不是真实记录\n"


def test_a_serial_alone_is_enough_where_one_scheme_has_it(of_sample):
    assert f"{SCHEME} · 序号 110" in of_sample("110").out
    several = of_sample("18")
    assert several.code == 2
    assert f"写成 项目:序号，如 {SCHEME}:18、师带徒补贴:18" in several.err


def test_a_grant_in_part_says_what_was_left_and_given(of_sample):
    out = of_sample("师带徒补贴:18").out
    assert "还剩 1400.00 元，不够本条所需，给 1400.00 元" in out


def test_a_kind_of_payee_is_told_in_words(of_sample):
    out = of_sample(f"{SCHEME}:4").out
    assert "此前没有给付，本条按“单位”" in out
    assert "没有，本条需要" not in out
