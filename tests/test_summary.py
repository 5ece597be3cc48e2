"""汇总 adds up; 原因 is one sentence per code; the result's rows are the contract's."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyrun.app.result import RESULT_COLUMNS, result_cells, result_digest, result_rows
from policyrun.app.sentence import money_text, quantity_text, reason_sentence
from policyrun.app.summary import Grouping, Line, Tally, payments, reconcile, summarise
from policyrun.datasets.write_csv import csv_bytes
from policyrun.model.decision import Conclusion, LimitState, NoticeCode, Outcome, Reason
from policyrun.model.sentence_templates import TEMPLATES
from policyrun.model.values import Value
from sample_run import cite, granted, make_policy, make_run, other, refused


def amounts(grouping: Grouping) -> dict[tuple[str, ...], str]:
    return {line.key: money_text(line.tally.amount) for line in grouping.lines}


def test_columns_are_the_contracts() -> None:
    written = "项目, 序号, 结论, 补贴金额, 受款人, 收款方, 资金渠道, 原因代码, 原因, 规则, 条款, 提示"
    assert ", ".join(RESULT_COLUMNS) == written


def test_every_row_gets_one_line_in_input_order() -> None:
    run = make_run()
    rows = result_rows(run).rows
    assert [row[1] for row in rows] == [str(n) for n in range(1, 13)] + ["0012", "2"]
    assert {len(row) for row in rows} == {len(RESULT_COLUMNS)}


def test_amount_is_blank_where_nothing_is_decided() -> None:
    by_serial = {row[1]: row for row in result_rows(make_run()).rows[:12]}
    assert by_serial["1"][3] == "2000.00"
    assert by_serial["4"][3] == "0.00"
    assert by_serial["6"][3] == ""
    assert by_serial["9"][3] == ""


def test_payee_and_fund_are_blank_unless_granted() -> None:
    denied = replace(refused(4), payee="培训机构", payee_name="某校", fund="就业补助资金")
    assert result_cells(make_policy(), denied)[4:7] == ("", "", "")


def test_rules_clauses_and_notices_stand_once_and_in_order() -> None:
    outcome = replace(
        granted(0, "1", "个人", "", "", NoticeCode.DRAFT, NoticeCode.PARTIAL, NoticeCode.LATE),
        rules=("A-1", "A-2", "A-1"),
        clauses=(cite("一"), cite("二"), cite("一")),
    )
    row = result_cells(make_policy(), outcome)
    assert row[9] == "A-1;A-2"
    assert row[10] == "云人社发〔2024〕12号 一;云人社发〔2024〕12号 二"
    assert row[11] == "PARTIAL;LATE;DRAFT"


def test_kept_input_follows_and_a_shared_column_stands_once() -> None:
    columns, rows = result_rows(make_run(), keep_input=True)
    assert columns[:12] == RESULT_COLUMNS
    assert columns[12:14] == ("身份证号码", "姓名")
    assert len(set(columns)) == len(columns)
    firm = dict(zip(columns, rows[12], strict=True))
    assert (firm["企业名称"], firm["身份证号码"]) == ("云岭精工有限公司", "")


def test_digest_is_of_the_rows_alone() -> None:
    run = make_run()
    assert result_digest(run) == result_digest(replace(run, inputs=(), sample=False))
    outcomes = run.schemes[0].outcomes
    changed = replace(run.schemes[0], outcomes=(replace(outcomes[0], amount=Fraction(1)), *outcomes[1:]))
    assert result_digest(run) != result_digest(replace(run, schemes=(changed, run.schemes[1])))


def test_csv_reads_back_as_it_was() -> None:
    columns, rows = result_rows(make_run(), keep_input=True)
    text = b"".join(csv_bytes(columns, rows)).decode("utf-8")
    assert [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))] == [columns, *rows]
    assert "\r" not in text


def state(used: Value | None, asks: Value, room: int | None, limit: str = "每年三次") -> LimitState:
    return LimitState(limit, (), used, asks, None if room is None else Fraction(room), (), passed=False)


REASONS: list[tuple[Outcome, str]] = [
    (granted(0, "1600.5", "个人", "", ""), "符合全部条件，准予补贴1600.50元。"),
    (
        granted(0, "9", "个人", "", "", NoticeCode.LATE, NoticeCode.PARTIAL),
        "符合全部条件，准予补贴9.00元（按余额部分准予）。",
    ),
    (other(0, Reason.INELIGIBLE, "培训合格"), "依据第三条，不符合“培训合格”的条件，不予补贴。"),
    (
        other(0, Reason.INELIGIBLE, "适用版本"),
        "业务日期不在本政策施行期（2024-03-01至2026-12-31）内，不予补贴。",
    ),
    (other(0, Reason.INELIGIBLE, "金额为零"), "符合全部条件，但核定金额为零，不予补贴。"),
    (refused(0), "依据第七条，受“每年三次”限制：限3次，已用3次，本条需1次，不予补贴。"),
    (
        other(0, Reason.LIMIT, "年度上限", limits=(state(Fraction(50000), Fraction(10000), 50000, "年度上限"),)),
        "依据第三条，受“年度上限”限制：限50000元，已用50000元，本条需10000元，不予补贴。",
    ),
    (
        other(0, Reason.LIMIT, "单位个人互斥", limits=(state("个人", "企业", None, "单位个人互斥"),)),
        "依据第三条，受“单位个人互斥”限制：此前已按“个人”补贴，本条为“企业”，不予补贴。",
    ),
    (
        other(0, Reason.LIMIT, "就高不重复", limits=(state(Fraction(60000), Fraction(20000), None, "就高不重复"),)),
        "依据第三条，受“就高不重复”限制：此前已补贴60000元，本条标准20000元，不予补贴。",
    ),
    (
        other(0, Reason.LIMIT, "已足额"),
        "此前预付及补差已达应补金额，没有应补的差额，不予补贴。",
    ),
    (
        other(0, Reason.UNDECIDED, "补贴标准", "新职业"),
        "缺少“补贴标准”“新职业”，尚不能作出结论，待核实。",
    ),
    (
        other(0, Reason.UNDECIDED, "适用版本"),
        "业务日期不在本政策施行期（2024-03-01至2026-12-31）内，适用哪一版本待核实。",
    ),
    (
        other(0, Reason.INVALID, "发证时间"),
        "“发证时间”填写有误（为空、无法识别、重复或与其他行矛盾），请更正后重报。",
    ),
]


@pytest.mark.parametrize(("outcome", "sentence"), REASONS, ids=[outcome.code for outcome, _ in REASONS])
def test_reason_is_one_sentence(outcome: Outcome, sentence: str) -> None:
    assert reason_sentence(outcome, make_policy()) == sentence
    assert sentence.count("。") == 1


def test_the_reason_is_the_limit_that_refused_and_not_one_that_was_waived() -> None:
    waived = replace(state(Fraction(3), Fraction(1), 3, "每年三次"), waived=True)
    refusing = state(Fraction(50000), Fraction(10000), 50000, "年度上限")
    outcome = other(0, Reason.LIMIT, "年度上限", limits=(waived, refusing))
    assert "限50000元，已用50000元，本条需10000元" in reason_sentence(outcome, make_policy())


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        (granted(0, "0", "", "", ""), "各项相符。"),
        (other(0, Reason.INELIGIBLE, "公示期满"), "依据第三条，不符合“公示期满”的要求。"),
        (other(0, Reason.UNDECIDED, "拨付日期"), "缺少“拨付日期”，尚不能作出结论，待核实。"),
    ],
)
def test_a_check_says_nothing_of_money(outcome: Outcome, sentence: str) -> None:
    policy = make_policy()
    checking = replace(policy, schemes=(replace(policy.schemes[0], amount=None),))
    assert reason_sentence(outcome, checking) == sentence


def test_a_check_is_counted_and_pays_nobody() -> None:
    run = make_run()
    firms = run.schemes[1]
    passed = replace(granted(0, "0", "", "", ""), scheme="示范企业", serial="0012")
    waiting = replace(firms.outcomes[1], least=None, most=None)
    check = replace(firms, scheme=replace(firms.scheme, amount=None), outcomes=(passed, waiting))
    both, first = replace(run, schemes=(run.schemes[0], check)), replace(run, schemes=run.schemes[:1])
    summary, alone = summarise(both), summarise(first)
    assert reconcile(summary) == ()
    assert summary.checks == {"示范企业"}
    assert summary.total == Tally(alone.total.rows + 2, alone.total.amount)
    assert (summary.by_fund, summary.by_payee, payments(both)) == (alone.by_fund, alone.by_payee, payments(first))
    assert summary.undecided == alone.undecided


def test_every_code_has_a_template() -> None:
    assert {reason.value for reason in Reason} <= TEMPLATES.keys()


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0", "0.00"), ("2000", "2000.00"), ("1/3", "0.33"), ("1/200", "0.01"), ("0.004", "0.00"), ("-1.005", "-1.01")],
)
def test_money_has_two_decimals(amount: str, text: str) -> None:
    assert money_text(Fraction(amount)) == text


@given(st.integers(min_value=-(10**20), max_value=10**20))
def test_whole_cents_print_as_they_are(cents: int) -> None:
    assert Fraction(money_text(Fraction(cents, 100))) == Fraction(cents, 100)


@pytest.mark.parametrize(
    ("value", "text"),
    [(Fraction(3), "3"), (Fraction(5, 2), "2.5"), (Fraction(1, 3), "1/3"), (Fraction(-1, 4), "-0.25"), (None, "无")],
)
def test_quantities_are_exact(value: Fraction | None, text: str) -> None:
    assert quantity_text(value) == text


def test_summary_adds_up() -> None:
    summary = summarise(make_run())
    assert reconcile(summary) == ()
    assert summary.total == Tally(14, Fraction("1288968.39"))
    assert summary.granted.rows == 5
    assert summary.concluded() == {
        Conclusion.GRANTED: 5,
        Conclusion.DENIED: 3,
        Conclusion.UNDECIDED: 4,
        Conclusion.INVALID: 2,
    }
    assert amounts(summary.by_fund) == {
        ("就业补助资金",): "1236567.89",
        ("失业保险基金",): "51600.50",
        ("",): "800.00",
    }
    assert amounts(payments(make_run()))[("培训机构", "云岭市第一职业培训学校", "失业保险基金")] == "1600.50"


def test_payment_list_is_in_order_of_names() -> None:
    keys = [line.key for line in payments(make_run()).lines]
    assert keys == sorted(keys)


def test_reasons_come_by_conclusion_then_the_most_frequent_first() -> None:
    assert [line.key[1] for line in summarise(make_run()).by_reason.lines] == [
        "GRANTED",
        "INELIGIBLE:培训合格",
        "INELIGIBLE:金额为零",
        "LIMIT:每年三次",
        "UNDECIDED:在岗月数",
        "UNDECIDED:培训合格",
        "UNDECIDED:补贴标准、培训合格",
        "UNDECIDED:适用版本",
        "INVALID:发证时间",
        "INVALID:身份证号码",
    ]


def test_rules_come_by_number() -> None:
    run = make_run()
    rules = ("HB-E14", "HB-E2", "A", "HB-E2a")
    part = replace(run.schemes[1], outcomes=tuple(replace(each, rules=rules) for each in run.schemes[1].outcomes))
    summary = summarise(replace(run, schemes=(part,)))
    assert [line.key[0] for line in summary.by_rule.lines] == ["A", "HB-E2", "HB-E2a", "HB-E14"]


def test_a_row_counts_under_each_of_its_rules() -> None:
    rules = {line.key[0]: line.tally.rows for line in summarise(make_run()).by_rule.lines}
    assert rules["YL-S1"] == 5
    assert rules["YL-L1"] == 6


def test_undecided_rows_say_the_least_and_the_most() -> None:
    training, firms = summarise(make_run()).undecided
    assert (training.rows, training.bounded, training.least, training.most) == (3, 1, 0, 2000)
    assert (firms.least, firms.most) == (1000, Fraction(50000, 3))


def test_what_does_not_add_up_is_named() -> None:
    summary = summarise(make_run())
    short = replace(summary.by_fund, lines=summary.by_fund.lines[1:])
    [mismatch] = reconcile(replace(summary, by_fund=short))
    assert mismatch.title == "按资金渠道"
    assert mismatch.expected.rows - mismatch.found.rows == 2


def test_a_dropped_row_is_noticed() -> None:
    run = make_run()
    part = replace(run.schemes[0], outcomes=run.schemes[0].outcomes[:-1])
    titles = {each.title for each in reconcile(summarise(replace(run, schemes=(part, run.schemes[1]))))}
    assert {"按项目", "按结论", "按原因"} <= titles


@given(st.lists(st.tuples(st.sampled_from("甲乙丙"), st.sampled_from(["基金", ""]), st.integers(0, 10**9))))
def test_any_run_reconciles(grants: list[tuple[str, str, int]]) -> None:
    run = make_run()
    outcomes = tuple(
        replace(granted(n, "0", "企业", name, fund), amount=Fraction(cents, 100))
        for n, (name, fund, cents) in enumerate(grants)
    )
    data = replace(run.schemes[0].data, rows=[()] * len(outcomes))
    run = replace(run, schemes=(replace(run.schemes[0], data=data, outcomes=outcomes),))
    paid = payments(run)
    assert reconcile(summarise(run), paid) == ()
    assert sum(line.tally.amount for line in paid.lines) == Fraction(sum(c for *_, c in grants), 100)


def test_an_empty_run_has_an_empty_summary() -> None:
    summary = summarise(replace(make_run(), schemes=()))
    assert summary.total == Tally(0, Fraction(0))
    assert summary.by_scheme.lines == tuple[Line, ...]()
    assert reconcile(summary) == ()
