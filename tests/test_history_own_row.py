"""A limit whose key holds 序号 is about single rows of one run: an earlier run has no part in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from build import column, given, make_limit, make_policy, make_scheme
from data_files import csv_text
from policyrun.app.evaluate import evaluate_records
from policyrun.app.history import read_history
from policyrun.app.settings import settings_for
from policyrun.ir.nodes import Expr
from policyrun.ir.policy import Policy
from policyrun.model.raw import Origin, RawCell, SchemeInput
from policyrun.model.settings import Settings
from policyrun.model.types import NUMBER
from policyrun.source.diagnostic import Diagnostics

DAY = date(2023, 12, 31)
FIRM = column("单位名称")


def _policy(per: Sequence[Expr]) -> Policy:
    """One grant for each key."""
    return make_policy([make_scheme("甲", "序号 serial!·单位名称 text!")], [make_limit("一次", ["甲"], per)])


def _codes(policy: Policy, folder: Path, history: dict[str, str]) -> list[str]:
    """Reason codes of two rows of one firm after a run with the history given."""
    (folder / "h.csv").write_text(csv_text(tuple(history.values()), header=tuple(history)), encoding="utf-8")
    found = Diagnostics()
    past = read_history(policy, folder / "h.csv", settings_for(policy, found, as_of=DAY), found)
    rows = tuple((RawCell(serial), RawCell("某社")) for serial in ("1", "2"))
    data = SchemeInput("甲", ("序号", "单位名称"), rows, [Origin("甲.csv", "", 2 + at) for at in range(2)])
    settings = Settings(as_of=DAY, known_on=DAY, readings={})
    outcomes = None if past is None else evaluate_records(policy, [data], settings, past, (), found)
    assert outcomes is not None, [one.message for one in found]
    return [outcome.code for outcome in outcomes["甲"]]


def test_an_earlier_row_of_the_same_number_uses_nothing_up(tmp_path: Path) -> None:
    by_row = _policy([FIRM, given("序号", NUMBER)])
    history = {"项目": "甲", "序号": "1", "单位名称": "某社", "补贴金额": "1"}
    assert _codes(by_row, tmp_path, history) == ["GRANTED", "GRANTED"]


def test_the_history_need_not_have_the_number(tmp_path: Path) -> None:
    by_row = _policy([FIRM, given("序号", NUMBER)])
    assert _codes(by_row, tmp_path, {"项目": "甲", "单位名称": "某社", "补贴金额": "1"}) == ["GRANTED", "GRANTED"]


def test_other_keys_count_as_ever(tmp_path: Path) -> None:
    by_firm = _policy([FIRM])
    history = {"项目": "甲", "单位名称": "某社", "补贴金额": "1"}
    assert _codes(by_firm, tmp_path, history) == ["LIMIT:一次", "LIMIT:一次"]
