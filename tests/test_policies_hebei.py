"""hebei-2023 against what the data contract fixes: names, order, columns, readings, targets."""

from __future__ import annotations

import pytest

from policyrun.app.load import load
from policyrun.ir.policy import Policy
from policyrun.model.vocabulary import Quota, QuotaCell, QuotaNode, SourceStatus
from policyrun.source.diagnostic import Diagnostics, Severity


@pytest.fixture(scope="module")
def policy() -> Policy:
    found = Diagnostics()
    policy = load("hebei-2023@1", found)
    assert policy is not None, [one.message for one in found]
    assert not [one.message for one in found if one.severity is not Severity.NOTE]
    return policy


TRAINING = """
序号! 身份证号码! 人员类别! 毕业学年? 离校日期? 补贴申领地! 户籍地? 常住地? 培训地? 求职就业地? 职业工种!
项目等级! 证书类型? 证书编号? 发证时间? 培训开始日期! 培训结束日期! 培训合格? 新职业? 就业日期?
在系统? 承训机构在名单? 补贴标准? 资金来源?
"""
ASSESSMENT = """
序号! 身份证号码! 职业工种! 项目等级! 证书类型? 证书编号? 发证时间? 参加补贴性培训? 鉴定通过? 免费鉴定协议?
评价机构在名单? 已向个人收费? 鉴定补贴标准? 资金来源?
"""
#: The steps of a class, of which the contract says nothing: in the order in which they come.
STEPS = """
序号! 培训班! 组织部门? 系统提交? 开班审核日期? 资金来源? 培训开始日期! 培训结束日期! 评价机构公布日期? 评价完成日期?
申请日期? 审核部门? 审核日期? 公示首日? 拨付日期?
"""


@pytest.mark.parametrize(
    ("scheme", "columns"), [("职业培训补贴", TRAINING), ("鉴定补贴", ASSESSMENT), ("办理环节", STEPS)]
)
def test_columns_stand_in_the_contracts_order(policy: Policy, scheme: str, columns: str) -> None:
    found = policy.scheme(scheme)
    assert found is not None
    assert [f"{field.name}{'!' if field.required else '?'}" for field in found.record.fields] == columns.split()


def test_the_contracts_schemes_pay_and_those_that_only_check_follow(policy: Policy) -> None:
    assert [(scheme.name, scheme.amount is not None) for scheme in policy.schemes] == [
        ("职业培训补贴", True),
        ("鉴定补贴", True),
        ("办理环节", False),
    ]


def test_what_only_checks_is_under_no_limit_and_has_no_day(policy: Policy) -> None:
    steps = policy.scheme("办理环节")
    assert steps is not None
    assert (steps.day, list(policy.limits_over("办理环节"))) == (None, [])
    checked = {rule for requirement in steps.requirements for rule in requirement.grounds.ids}
    assert checked == {"HB-D5", "HB-D6", "HB-D7", "HB-D8", "HB-E4", "HB-F2", "HB-P1", "HB-P2"}


def test_requirements_have_the_contracts_names_and_order(policy: Policy) -> None:
    paying = [scheme for scheme in policy.schemes if scheme.amount is not None]
    names = {scheme.name: [one.name for one in scheme.requirements] for scheme in paying}
    assert names == {
        "职业培训补贴": ["在系统", "承训机构在名单", "申领地", "毕业生时限", "培训合格", "取得证书"],
        "鉴定补贴": ["参加补贴性培训", "鉴定通过", "证书范围", "免费鉴定协议", "评价机构在名单", "未向个人收费"],
    }


def test_limits_have_the_contracts_names_and_order(policy: Policy) -> None:
    assert [limit.name for limit in policy.limits_over("职业培训补贴")] == ["同职业同等级", "每年三次"]
    assert [limit.name for limit in policy.limits_over("鉴定补贴")] == ["初次鉴定"]


def test_default_readings_are_the_contracts(policy: Policy) -> None:
    assert {reading.name: reading.ways for reading in policy.readings.values()} == {
        "期外记录": ("待核实", "提示", "不予"),
        "计年日期": ("发证时间", "培训结束日期"),
        "超次处理": ("不予", "仅提示"),
        "不重复期限": ("终身", "自然年"),
        "鉴定证书范围": ("前五类", "前三类"),
        "河北比例适用": ("全部", "重点群体就业培训"),
        "在岗职工视为已就业": ("是", "否"),
        "就业窗口起点": ("培训结束日期", "发证时间"),
        "就业早于结训": ("不算", "算"),
        "已就业仅合格证": ("100%", "50%"),
    }
    assert all(reading.default == reading.ways[0] for reading in policy.readings.values())
    assert all(reading.reason and reading.question and reading.issue for reading in policy.readings.values())


def test_every_rule_of_the_document_has_a_place(policy: Policy) -> None:
    numbered = {"D": 8, "E": 14, "F": 2, "G": 4, "L": 2, "P": 3, "Q": 10, "R": 3, "S": 5}
    assert set(policy.ids) == {f"HB-{letter}{n + 1}" for letter, last in numbered.items() for n in range(last)}


def _quota(policy: Policy, table: str) -> Quota:
    return next(quota for quota in policy.quotas if quota.table == table)


def _cells(node: QuotaNode) -> list[QuotaCell]:
    return [*node.cells, *(cell for child in node.children for cell in _cells(child))]


@pytest.mark.parametrize(("table", "to_check", "corrected"), [("附件表一", 2, 3), ("附件表二", 6, 3)])
def test_quota_cells_say_what_stands_behind_them(policy: Policy, table: str, to_check: int, corrected: int) -> None:
    cells = _cells(_quota(policy, table).root)
    statuses = [cell.status for cell in cells]
    assert statuses.count(SourceStatus.TO_CHECK) == to_check
    assert statuses.count(SourceStatus.CORRECTED) == corrected


def test_quotas_have_the_root_and_fourteen_cities(policy: Policy) -> None:
    for table, columns in (("附件表一", 4), ("附件表二", 5)):
        root = _quota(policy, table).root
        assert root.region == "全省合计"
        assert len(root.children) == 14
        assert len(root.cells) == columns
        for place, cell in enumerate(root.cells):
            assert cell.target == sum(child.cells[place].target for child in root.children)


def test_junior_and_senior_certificates_add_up_in_every_city(policy: Policy) -> None:
    root = _quota(policy, "附件表二").root
    for node in (root, *root.children):
        total, junior, senior, technicians, _domestic = (cell.target for cell in node.cells)
        assert total == junior + senior
        assert technicians <= senior
