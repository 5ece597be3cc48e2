"""What a trace says: every step of the decision, the room others used, and what would have to differ."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import cache

import pytest

from build import make_id
from policyrun.app.engine import EngineName
from policyrun.app.evaluate import Request, evaluate_records, run
from policyrun.app.load import load
from policyrun.app.result import RunResult, SchemeResult
from policyrun.app.settings import settings_for
from policyrun.app.trace import trace_row
from policyrun.ir.policy import Policy
from policyrun.model.decision import Conclusion, Reason
from policyrun.model.raw import Origin, RawCell, SchemeInput
from policyrun.model.trace import Fact, FactKind, Trace
from policyrun.source.diagnostic import Diagnostics

SCHEME = "职业培训补贴"
SOUND = {
    "身份证号码": make_id(),
    "人员类别": "下岗失业人员",
    "补贴申领地": "甲地",
    "户籍地": "甲地",
    "职业工种": "电工",
    "项目等级": "四级",
    "证书类型": "职业技能等级证书",
    "发证时间": "2023-06-01",
    "培训开始日期": "2023-05-01",
    "培训结束日期": "2023-05-20",
    "培训合格": "是",
    "在系统": "是",
    "承训机构在名单": "是",
    "补贴标准": "1000",
}


@cache
def hebei() -> Policy:
    policy = load("hebei-2023", Diagnostics())
    assert policy is not None
    return policy


def traced(*changes: dict[str, str]) -> Trace:
    """The trace of the last of some rows, each the sound row with changes."""
    scheme = hebei().scheme(SCHEME)
    assert scheme is not None
    columns = tuple(field.name for field in scheme.record.fields)
    rows = [
        tuple(RawCell((SOUND | {"序号": str(place)} | change).get(name, "")) for name in columns)
        for place, change in enumerate(changes, start=1)
    ]
    data = SchemeInput(SCHEME, columns, rows, [Origin("rows.csv", "", place + 2) for place in range(len(rows))])
    found = Diagnostics()
    settings = settings_for(hebei(), found, as_of=datetime.date(2023, 12, 31))
    decided = evaluate_records(hebei(), [data], settings, found=found)
    assert decided is not None
    part = SchemeResult(scheme, data, decided[SCHEME])
    return trace_row(RunResult(hebei(), settings, (part,)), part, len(rows) - 1)


def facts(found: tuple[Fact, ...]) -> Iterator[Fact]:
    for fact in found:
        yield fact
        yield from facts(fact.inner)


@pytest.mark.parametrize(
    ("change", "about", "says"),
    [
        ({"在系统": "否"}, "在系统", ["在系统 须为是（现为否）"]),
        ({"证书类型": "无"}, "取得证书", ["证书类型 不能为 “无”"]),
        (
            {"补贴申领地": "乙地", "常住地": "丙地", "培训地": "丙地", "求职就业地": "丙地"},
            "申领地",
            ["补贴申领地 须为", "户籍地"],
        ),
        (
            {"人员类别": "高校毕业生", "毕业学年": "否", "离校日期": "2021-04-30"},
            "毕业生时限",
            ["人员类别 不能为 “高校毕业生”", "毕业学年 须为是", "培训开始日期 须不晚于"],
        ),
    ],
)
def test_a_refusal_says_what_would_have_to_differ(change: dict[str, str], about: str, says: list[str]) -> None:
    trace = traced(change)
    assert trace.outcome.code == f"INELIGIBLE:{about}"
    for words in says:
        assert words in trace.changes[0]


def test_a_limit_names_the_records_that_used_the_room() -> None:
    trace = traced({}, {"发证时间": "2023-06-02", "身份证号码": make_id()})
    assert trace.outcome.code == "LIMIT:同职业同等级"
    state = trace.outcome.limits[0]
    assert ([user.serial for user in state.users], state.used, state.room) == (["1"], 1, 1)
    assert "占用额度的记录少一条" in trace.changes[0]


def test_every_requirement_is_shown_with_its_clause_even_after_the_first_failure() -> None:
    trace = traced({"在系统": "否", "培训合格": "否"})
    assert [(step.name, step.value) for step in trace.requirements if step.value is False] == [
        ("在系统", False),
        ("培训合格", False),
    ]
    assert all(step.grounds.cite for step in trace.requirements)


def test_the_amount_shows_cells_figures_and_decisions_with_their_worth() -> None:
    trace = traced({})
    assert trace.amount is not None
    seen = {(fact.kind, fact.name): fact.value for fact in facts(trace.amount.facts)}
    assert seen[FactKind.COLUMN, "补贴标准"] == 1000
    assert seen[FactKind.DECISION, "补贴比例"] == trace.outcome.amount / 1000  # type: ignore[operator]
    assert trace.amount.value == trace.outcome.amount == 800


@pytest.mark.parametrize(
    ("change", "number", "asked", "counts", "rules"),
    [
        ({}, 3, "证书类型 属于", "取证比例", ("HB-S3",)),
        ({"人员类别": "企业职工"}, 2, "按已就业给付 为是", "已就业比例", ("HB-S2",)),
        ({"证书类型": "培训合格证书", "新职业": "否"}, 5, "新职业 为否", "合格证比例", ("HB-S4",)),
    ],
)
def test_a_table_shows_the_row_that_applies_and_its_figure_alone(
    change: dict[str, str], number: int, asked: str, counts: str, rules: tuple[str, ...]
) -> None:
    trace = traced(change)
    assert trace.amount is not None
    ratio = next(fact for fact in trace.amount.facts if fact.name == "补贴比例")
    assert ratio.formula.startswith(f"判定表第 {number} 行：") and asked in ratio.formula
    assert ratio.grounds.ids == rules
    assert [fact.name for fact in ratio.inner if fact.kind is FactKind.PARAMETER] == [counts]


def test_a_table_that_is_open_shows_every_row_that_may_apply() -> None:
    trace = traced({"证书类型": "培训合格证书"})
    assert trace.amount is not None
    ratio = next(fact for fact in trace.amount.facts if fact.name == "补贴比例")
    assert ratio.formula.startswith("判定表中可能是：判定表第 4 行") and "第 5 行" in ratio.formula
    assert [fact.name for fact in ratio.inner if fact.kind is FactKind.PARAMETER] == ["取证比例", "合格证比例"]


def test_an_invalid_cell_is_named_with_its_fault() -> None:
    trace = traced({"培训结束日期": "2023-02-30"})
    assert trace.outcome.code == "INVALID:培训结束日期"
    assert "没有这一天" in trace.changes[0]
    assert (trace.requirements, trace.amount) == ((), None)


def test_every_row_of_the_bundled_run_can_be_traced_and_agrees_with_its_result() -> None:
    found = Diagnostics()
    whole = run(hebei(), Request(engine=EngineName.REFERENCE), found)
    assert whole is not None
    for part in whole.schemes:
        for outcome in part.outcomes:
            trace = trace_row(whole, part, outcome.row)
            unmet = [step.name for step in trace.requirements if step.value is False]
            if outcome.reason is Reason.INELIGIBLE and outcome.about[0] not in ("适用版本", "金额为零"):
                assert outcome.about[0] == unmet[0]
            if outcome.conclusion is Conclusion.GRANTED:
                assert not unmet
            else:
                assert trace.changes or outcome.about[0] in ("适用版本", "金额为零", "已足额")
