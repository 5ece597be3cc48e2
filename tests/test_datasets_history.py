"""Which columns a history must have: what each kind of limit looks at."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from build import column, given, make_limit, make_policy, make_scheme
from data_files import csv_text
from policyrun.app.history import read_history
from policyrun.app.settings import settings_for
from policyrun.ir.policy import Limit
from policyrun.model import types
from policyrun.model.past import HistoryRow
from policyrun.source.diagnostic import Diagnostics

KEY = column("单位名称")
SPECS = "序号 serial!·单位名称 text!·组织主体 text?·发证时间 date?·月数 int?·证书编号 text?"

LIMITS = [
    (make_limit("次数", ["甲"], [KEY]), {"单位名称"}),
    (make_limit("每年", ["甲"], [KEY, given("业务日期", types.DATE)]), {"单位名称", "发证时间"}),
    (make_limit("上限", ["甲"], [KEY], measure=given("补贴金额", types.MONEY)), {"单位名称", "补贴金额"}),
    (make_limit("月数", ["甲"], [KEY], measure=column("月数", types.NUMBER)), {"单位名称", "月数"}),
    (make_limit("就高", ["甲"], [KEY], highest=True), {"单位名称", "补贴金额"}),
    (make_limit("有条件", ["甲"], [KEY], when=column("组织主体")), {"单位名称", "组织主体"}),
    (make_limit("互斥", ["甲"], [KEY], same=column("组织主体")), {"单位名称", "组织主体"}),
]
ALL = {"单位名称": "某社", "组织主体": "企业", "发证时间": "20230501", "月数": "3", "补贴金额": "5", "证书编号": "A1"}


def read(
    limit: Limit, columns: dict[str, str], folder: Path, found: Diagnostics, *, top_up: str = ""
) -> tuple[HistoryRow, ...] | None:
    policy = make_policy([make_scheme("甲", SPECS, day="发证时间", top_up=top_up)], [limit])
    cells = {"项目": "甲", **columns}
    (folder / "h.csv").write_text(csv_text(tuple(cells.values()), header=tuple(cells)), encoding="utf-8")
    return read_history(policy, folder / "h.csv", settings_for(policy, found, as_of=date(2023, 12, 31)), found)


def codes(limit: Limit, columns: dict[str, str], folder: Path, *, top_up: str = "") -> list[str]:
    found = Diagnostics()
    rows = read(limit, columns, folder, found, top_up=top_up)
    assert (rows is None) is found.failed
    return [one.code for one in found]


def test_rules_and_citations_are_read_as_a_result_writes_them(tmp_path: Path) -> None:
    told = {"单位名称": "某社", "规则": "甲-1;甲-2", "条款": "办法 第一条;办法 第二条"}
    rows = read(LIMITS[0][0], told, tmp_path, Diagnostics())
    assert rows is not None
    assert (rows[0].rules, rows[0].clauses) == (("甲-1", "甲-2"), ("办法 第一条", "办法 第二条"))


@pytest.mark.parametrize(("limit", "needed"), LIMITS, ids=lambda case: getattr(case, "name", None))
def test_exactly_the_columns_it_looks_at(limit: Limit, needed: set[str], tmp_path: Path) -> None:
    assert codes(limit, {name: ALL[name] for name in needed}, tmp_path) == []
    for name in needed:
        assert codes(limit, {other: ALL[other] for other in needed - {name}}, tmp_path) == ["PR560"], name


def test_the_payee_printed_stands_for_what_it_came_from(tmp_path: Path) -> None:
    limit = make_limit("互斥", ["甲"], [KEY], same=column("组织主体"))
    assert codes(limit, {"单位名称": "某社", "受款人": "企业"}, tmp_path) == []


def test_a_top_up_needs_notices_and_its_key(tmp_path: Path) -> None:
    limit, key = LIMITS[0][0], "单位名称 证书编号"
    whole = {**ALL, "提示": "PROVISIONAL"}
    assert codes(limit, whole, tmp_path, top_up=key) == []
    for name in ("提示", "证书编号", "补贴金额"):
        rest = {other: text for other, text in whole.items() if other != name}
        assert codes(limit, rest, tmp_path, top_up=key) == ["PR560"], name
