"""What the generated policies have shown about the reference itself, each by the smallest policy that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from build import make_id
from differential import engines
from differential.compare import COLUMNS, Engine, Line, lines_of, reference
from differential.policies import loaded
from policyrun.app.evaluate import evaluate_records
from policyrun.app.planned import decide_by_plan
from policyrun.ir.policy import Policy
from policyrun.model.past import HistoryRow
from policyrun.model.raw import Origin, RawCell, SchemeInput
from policyrun.model.settings import Settings
from policyrun.model.values import Value
from policyrun.source.diagnostic import Diagnostics, Severity

SETTINGS = Settings(date(2023, 12, 31), date(2023, 12, 31), {})
HEAD = """
policy: drawn
version: 1
title: 云岭
status: 生效
documents: {办法: {title: 云岭}}
rounding: {to: 0.01元, how: 四舍五入, cite: 一}
"""
LIMIT = """
orders: {次序: [序号]}
limits:
  限额: {over: 补贴, per: {人: 身份证号码}, measure: MEASURE, order: 次序, cite: 三}
"""
ONE = make_id()


def policy(text: str) -> Policy:
    found = Diagnostics()
    checked = loaded(HEAD + text, found)
    assert checked is not None, [each.message for each in found]
    return checked


def refused(text: str) -> list[str]:
    found = Diagnostics()
    return [] if loaded(HEAD + text, found) else [each.code for each in found if each.severity is Severity.ERROR]


def rows(columns: str, *lines: str) -> list[SchemeInput]:
    cells = [tuple(RawCell(text) for text in line.split(",")) for line in lines]
    return [SchemeInput("补贴", tuple(columns.split(",")), cells, [Origin("甲.csv", "", 2)] * len(cells))]


def past(notices: tuple[str, ...] = (), **values: Value) -> HistoryRow:
    return HistoryRow("补贴", "1", False, Fraction(100), notices, (), values, None, Origin("历史.csv", "", 2))


def lines(
    engine: Engine, checked: Policy, data: list[SchemeInput], history: Sequence[HistoryRow] = ()
) -> Sequence[Line]:
    return lines_of(checked, engine(checked, data, SETTINGS, history, ()))["补贴"]


SPLIT = """
records: {补贴: [序号: 序号!, 班: 文本!, 总额: 金额?, 身份证号码: 身份证!]}
schemes:
  补贴:
    record: 补贴
    cite: 二
    requirements: {}
    amount: {value: 总额, cite: 二}
    split: {total: 总额, per: 班, remainder: 末行, cite: 二}
"""


def test_a_total_that_may_be_blank_is_no_total():
    assert refused(SPLIT) == ["PR434"]
    assert refused(SPLIT.replace("总额: 金额?", "总额: 金额!")) == []


def test_a_room_without_a_value_leaves_the_row_undecided():
    text = """
records: {补贴: [序号: 序号!, 身份证号码: 身份证!, 标准: 金额!]}
decisions: {余额: {type: 金额, formula: 若 标准 > 100元 则 500元 否则 null, cite: 二}}
schemes: {补贴: {record: 补贴, cite: 二, requirements: {}, amount: {value: 标准, cite: 二}}}
"""
    text += LIMIT.replace("MEASURE", "补贴金额, room: 余额")
    given = evaluate_records(policy(text), rows("序号,身份证号码,标准", f"1,{ONE},100"), SETTINGS)
    assert given is not None
    assert given["补贴"][0].code == "UNDECIDED:限额"


def test_a_grant_of_history_of_unknown_kind_is_told_and_not_an_end():
    text = """
records: {补贴: [序号: 序号!, 身份证号码: 身份证!, 标准: 金额!]}
schemes:
  补贴:
    record: 补贴
    cite: 二
    requirements: {}
    amount: {value: 标准, cite: 二}
    payee: {category: 若 序号 < 40 则 "个人" 否则 "企业", cite: 二}
"""
    text += LIMIT.replace("MEASURE", "{same: 受款人}")
    found = Diagnostics()
    given = evaluate_records(
        policy(text),
        rows("序号,身份证号码,标准", f"1,{ONE},100"),
        SETTINGS,
        [past(身份证号码=ONE)],
        found=found,
    )
    assert given is None
    assert [(each.code, "受款人" in each.message) for each in found] == [("PR611", True)]


TOP_UP = """
records: {补贴: [序号: 序号!, 身份证号码: 身份证!, 标准: 金额!]}
schemes:
  补贴:
    record: 补贴
    cite: 二
    requirements: {}
    amount: {value: 标准, cite: 二}
    notices: {PROVISIONAL: {test: 标准 < 500元, cite: 二}}
    top_up: {key: [身份证号码], cite: 二}
"""


def test_a_top_up_without_limits_has_no_order():
    assert refused(TOP_UP) == ["PR435"]
    assert refused(TOP_UP + LIMIT.replace("MEASURE", "1, room: 9")) == []


UNNAMED = """
parameters: {上限: {type: 金额, value: 9元, cite: 二}}
records: {补贴: [序号: 序号!, 身份证号码: 身份证!, 标准: 金额!]}
decisions:
  空: {type: 是否, formula: 若 标准 > 100元 则 true 否则 null, cite: 二}
  额: {type: 金额, formula: 若 标准 > 100元 则 标准 否则 null, cite: 二}
schemes:
  补贴:
    record: 补贴
    cite: 二
    requirements: {够数: {test: TEST, cite: 二}}
    amount: {value: AMOUNT, cite: 二}
"""
GATE = "    gates: {关卡: {when: 空, cite: 二}}\n"


@pytest.mark.parametrize(
    ("gate", "test", "amount", "code"),
    [
        (GATE, "上限 < 标准", "标准", "UNDECIDED:关卡"),
        ("", "空", "标准", "UNDECIDED:够数"),
        ("", "上限 < 标准", "额", "UNDECIDED:补贴金额"),
        ("", "空", "额", "UNDECIDED:够数、补贴金额"),
    ],
)
def test_what_is_unknown_without_a_name_goes_by_its_own(gate, test, amount, code):
    checked = policy(UNNAMED.replace("TEST", test).replace("AMOUNT", amount) + gate)
    data = rows("序号,身份证号码,标准", f"1,{ONE},100")
    for decide in (reference, engines.columnar):
        (line,) = lines(decide, checked, data)
        assert line[COLUMNS.index("原因代码")] == code


SHARED = """
records: {补贴: [序号: 序号!, 班: 文本!, 总额: 金额!, 身份证号码: 身份证!, 证书编号: 文本?]}
schemes:
  补贴:
    record: 补贴
    cite: 二
    requirements: {}
    amount: {value: 总额, cite: 二}
    split: {total: 总额, per: [班], remainder: 末行, cite: 二}
orders: {次序: [序号]}
limits:
  限额: {over: [补贴], per: {证: 证书编号}, when: 补贴金额 > 100元, measure: 1, room: 9, order: 次序, cite: 三}
"""


def test_what_a_share_lacks_under_a_limit_that_looks_at_it_goes_by_the_reference():
    data = rows("序号,班,总额,身份证号码", f"1,甲,300,{ONE}")
    (line,) = lines(reference, policy(SHARED), data)
    assert line[COLUMNS.index("原因代码")] == "UNDECIDED:证书编号"
    with pytest.raises(engines.DECLINING, match="看各人所得"):
        engines.columnar(policy(SHARED), data, SETTINGS, (), ())


UNSURE = """
records: {补贴: [序号: 序号!, 身份证号码: 身份证!, 工会: 是否?]}
schemes: {补贴: {record: 补贴, cite: 二, requirements: {}, amount: {value: 100元, cite: 二}}}
orders: {次序: [序号]}
limits:
  限额: {over: [补贴], per: {人: 身份证号码}, binding: 工会, measure: 1, room: 1, order: 次序, cite: 三}
"""


def test_a_limit_binds_unless_it_is_known_not_to():
    data = rows(
        "序号,身份证号码,工会", *(f"{place},{ONE},{word}" for place, word in enumerate(("", "", "是", "否"), 1))
    )
    for decide in (reference, engines.columnar):
        told = lines(decide, policy(UNSURE), data)
        assert [line[COLUMNS.index("原因代码")] for line in told] == ["GRANTED", "LIMIT:限额", "LIMIT:限额", "GRANTED"]


PUBLIC = """
records: {补贴: [序号: 序号!, 身份证号码: 身份证!, 公示: 日期!, 天数: 整数!]}
schemes:
  补贴:
    record: 补贴
    cite: 二
    requirements: {公示: {test: "工作日后(公示, 天数) > 公示", cite: 二}}
    amount: {value: 100元, cite: 二}
"""


def test_years_without_a_notice_of_holidays_are_those_of_dates():
    data = rows("序号,身份证号码,公示,天数", f"1,{ONE},2023-06-01,5", f"2,{ONE},1999-06-01,5")
    told = [Diagnostics(), Diagnostics()]
    decide_by_plan(policy(PUBLIC), data, SETTINGS, (), (), told[0])
    evaluate_records(policy(PUBLIC), data, SETTINGS, found=told[1])
    for found in told:
        assert [(each.code, "1999" in each.message) for each in found] == [("PR614", True)]


EXCEPTED = """
records: {补贴: [序号: 序号!, 身份证号码: 身份证!, 标准: 金额!]}
schemes:
  补贴: {record: 补贴, cite: 二, requirements: {}, amount: {value: 标准, cite: 第二条, ids: TT-S2}}
orders: {次序: [序号]}
limits:
  限额:
    over: 补贴
    per: {人: 身份证号码}
    measure: 1
    room: 1
    order: 次序
    cite: 第三条
    ids: TT-S2
"""


@pytest.mark.parametrize(
    ("clauses", "code"),
    [
        (("办法 第二条",), "GRANTED"),
        (("办法 第二条", "办法 第三条"), "LIMIT:限额"),
        ((), "LIMIT:限额"),  # what the history does not say is taken to have been used
    ],
)
def test_a_grant_by_exception_is_told_by_its_citations_where_its_ids_are_those_of_the_amount(clauses, code):
    data = rows("序号,身份证号码,标准", f"1,{ONE},100")
    earlier = replace(past(("EXCEPTION",), 身份证号码=ONE), rules=("TT-S2",), clauses=clauses)
    for decide in (reference, engines.columnar):
        (line,) = lines(decide, policy(EXCEPTED), data, [earlier])
        assert line[COLUMNS.index("原因代码")] == code


TIED = """
records:
  前者: [序号: 序号!, 身份证号码: 身份证!]
  补贴: [序号: 序号!, 身份证号码: 身份证!, 数: 整数!]
decisions: {积: {type: 数, formula: 0 - 数 * 数, cite: 一}}
schemes:
  前者: {record: 前者, cite: 二, requirements: {}, amount: {value: 100元, cite: 二}}
  补贴: {record: 补贴, cite: 二, requirements: {}, amount: {value: 100元, cite: 二}}
orders: {次序: [项目, 序号]}
limits:
  共: {over: [前者, 补贴], per: {人: 身份证号码}, measure: 1, room: 9, order: 次序, cite: 三}
  限额: {over: [补贴], per: {积: 积}, measure: 1, room: 1, order: 次序, cite: 四}
"""


def test_a_wide_key_of_history_is_that_of_the_records_whatever_scheme_comes_first():
    other = make_id(number="007")
    others = replace(rows("序号,身份证号码", f"1,{other}")[0], scheme="前者")
    data = [others, *rows("序号,身份证号码,数", f"1,{ONE},2", f"2,{ONE},3")]
    earlier = past(身份证号码=ONE, 数=Fraction(2))
    for decide in (reference, engines.columnar):
        told = lines(decide, policy(TIED), data, [earlier])
        assert [line[COLUMNS.index("原因代码")] for line in told] == ["LIMIT:限额", "GRANTED"]


PART = """
records: {补贴: [序号: 序号!, 身份证号码: 身份证!, 标准: 金额!]}
decisions: {份数: {type: 数, formula: 若 补贴金额 >= 100元 则 2 否则 null, cite: 二}}
schemes: {补贴: {record: 补贴, cite: 二, requirements: {}, amount: {value: 标准, cite: 二}}}
orders: {次序: [序号]}
limits:
  余额: {over: 补贴, per: {人: 身份证号码}, measure: 补贴金额, room: 150元, partial: true, order: 次序, cite: 三}
  份额: {over: 补贴, per: {人: 身份证号码}, measure: ROOM, room: 4, order: 次序, cite: 四}
"""


def test_what_a_part_payment_is_not_known_to_measure_counts_as_asked_for():
    data = rows("序号,身份证号码,标准", f"1,{ONE},100", f"2,{ONE},100", f"3,{ONE},100")
    told = lines(reference, policy(PART.replace("ROOM", "份数")), data)
    assert [line[COLUMNS.index("补贴金额")] for line in told] == ["100.00", "50.00", "0.00"]
    assert told[2][COLUMNS.index("原因代码")] == "LIMIT:余额"


UNSHARED = """
records: {补贴: [序号: 序号!, 班: 文本!, 总额: 金额!, 身份证号码: 身份证!, 证书编号: 文本?]}
schemes:
  补贴:
    record: 补贴
    cite: 二
    requirements: {}
    amount: {value: 总额, cite: 二}
    split: {total: 总额, per: [班], remainder: 末行, cite: 二}
orders: {次序: [序号]}
limits:
  限额: {over: [补贴], per: {证: 证书编号}, measure: 1, room: 9, order: 次序, cite: 三}
"""


def test_the_most_of_an_undecided_share_is_the_share_and_no_multiple_of_the_step():
    text = HEAD.replace("0.01元", "10元") + UNSHARED
    checked = loaded(text)
    assert checked is not None
    data = rows("序号,班,总额,身份证号码", f"1,甲,105,{ONE}", f"2,甲,105,{ONE}")
    for decide in (reference, engines.columnar):
        told = lines(decide, checked, data)
        assert [line[COLUMNS.index("原因代码")] for line in told] == ["UNDECIDED:证书编号"] * 2
        assert [line[-2:] for line in told] == [("0", "50"), ("0", "55")]
