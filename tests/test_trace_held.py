"""The story of a row is the same whether all rows are at hand or those alone that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bundled import SAMPLED, policy_and_sample
from command_line import DEMO, SCHEME, CommandLine, person, training, write_csv
from policyrun.app.engine import EngineName
from policyrun.app.evaluate import Request, run
from policyrun.app.impact_run import Side
from policyrun.app.load import load
from policyrun.app.result import RunResult
from policyrun.app.share import Group, Share, by_clause, by_rule, clauses_of, share_of
from policyrun.app.share_held import HeldShares
from policyrun.app.stream import stream
from policyrun.app.trace import find_row, trace_row
from policyrun.app.trace_held import HeldRows, held_rows
from policyrun.columnar.embedded import Embedded
from policyrun.ir.policy import Policy
from policyrun.model.decision import Outcome, Reason
from policyrun.source.diagnostic import Diagnostics


def assert_same_story(whole: RunResult, rows: HeldRows, outcome: Outcome) -> None:
    if not rows.can_tell(outcome.scheme):
        return
    place = find_row(whole, outcome.scheme, outcome.serial)
    row = rows.find(outcome.scheme, outcome.serial)
    assert place is not None and row is not None
    part, index = place
    few, alone = rows.told(outcome.scheme, row)
    own = next(each for each in few.schemes if each.scheme.name == outcome.scheme)
    told, expected = trace_row(few, own, alone.row), trace_row(whole, part, index)
    for name in ("where", "cells", "requirements", "amount", "changes"):
        assert getattr(told, name) == getattr(expected, name)
    assert told.outcome == replace(expected.outcome, row=alone.row)


def both(policy: Policy, request: Request, engine: Embedded) -> tuple[RunResult, HeldRows]:
    found = Diagnostics()
    whole = run(policy, request, found)
    rows = held_rows(Side(policy, request), engine, found)
    assert whole is not None and rows is not None
    return whole, rows


@pytest.mark.parametrize("ref", SAMPLED)
def test_every_row_of_every_sample(ref: str, few_or_many: bool, tmp_path: Path) -> None:
    policy, asked = policy_and_sample(ref, tmp_path / "数据")
    request = replace(asked, engine=EngineName.REFERENCE)
    with Embedded() as engine:
        whole, rows = both(policy, request, engine)
        for outcome in list(whole.outcomes())[:: 1 if few_or_many else 40]:
            assert_same_story(whole, rows, outcome)


def test_rows_of_many_that_share_limits(tmp_path: Path) -> None:
    records = [_record(serial) for serial in range(1, 3001)]
    folder = tmp_path / SCHEME
    folder.mkdir()
    write_csv(folder / "1.csv", records[:1500])
    write_csv(folder / "2.csv", records[1500:])
    policy = load(DEMO, Diagnostics())
    assert policy is not None
    request = Request(sources=(f"{SCHEME}={folder}",), engine=EngineName.REFERENCE)
    with Embedded() as engine:
        whole, rows = both(policy, request, engine)
        outcomes = list(whole.outcomes())
        refused = [one for one in outcomes if one.reason is Reason.LIMIT]
        assert len(refused) > 100
        for outcome in (*outcomes[::197], *refused[::100]):
            assert_same_story(whole, rows, outcome)


def _record(serial: int) -> dict[str, str]:
    issued = f"2025-0{serial % 9 + 1}-11"
    return training(serial, 1, 身份证号码=person(serial % 400), 职业工种=f"工种{serial % 7}", 发证日期=issued)


@pytest.mark.parametrize("form", ["text", "json"])
def test_trace_within_bounds_of_memory_is_the_same(
    form: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    cli = CommandLine(capfd)
    data = write_csv(tmp_path / "记录.csv", [_record(serial) for serial in range(1, 1500)])
    asked = ["trace", DEMO, "--input", f"{SCHEME}={data}", "--format", form]
    for row in (f"{SCHEME}:1201", "1499", "9999", "没有:1", f"{SCHEME}:没有"):
        at_hand = cli(*asked, "--row", row)
        assert cli(*asked, "--row", row, "--memory", "500MB") == at_hand
        assert at_hand.code == (0 if row in (f"{SCHEME}:1201", "1499") else 2)


def all_of(share: Share) -> tuple[tuple[Group, ...], list[Outcome]]:
    """What a share says, without what only the reference knows of a row."""
    return share.groups, [replace(one, limits=(), row=0) for one in share.outcomes]


@pytest.mark.parametrize("ref", SAMPLED)
def test_every_rule_and_clause_of_every_sample(ref: str, tmp_path: Path) -> None:
    policy, asked = policy_and_sample(ref, tmp_path / "数据")
    request, found = replace(asked, engine=EngineName.REFERENCE), Diagnostics()
    whole = run(policy, request, found)
    assert whole is not None
    with Embedded() as engine:
        streamed = stream(policy, request, engine, found)
        assert streamed is not None
        held = HeldShares(streamed)
        assert set(held.clauses()) == set(clauses_of(whole))
        for concerned in (*map(by_rule, policy.ids), *map(by_clause, clauses_of(whole)), by_clause("没有")):
            assert all_of(held.of(concerned)) == all_of(share_of(whole, concerned))


@pytest.mark.parametrize("form", ["text", "json"])
def test_shares_within_bounds_of_memory_are_the_same(
    form: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    cli = CommandLine(capfd)
    data = write_csv(tmp_path / "记录.csv", [_record(serial) for serial in range(1, 400)])
    asked = ["trace", DEMO, "--input", f"{SCHEME}={data}", "--format", form]
    policy = load(DEMO, Diagnostics())
    assert policy is not None
    for named in (*(("--rule", rule) for rule in policy.ids[:6]), ("--rule", "没有"), ("--clause", "没有")):
        at_hand = cli(*asked, *named)
        assert cli(*asked, *named, "--memory", "500MB") == at_hand


def with_history(folder: Path) -> Request:
    """Records of people who were granted before, one of them waived."""
    earlier, cli = folder / "去年.csv", [_record(serial) for serial in range(1, 200)]
    rows = [
        {
            "项目": SCHEME,
            "序号": str(5000 + at),
            "结论": "准予",
            "补贴金额": "2000.00",
            "规则": "",
            "提示": "",
            **_without(row),
        }
        for at, row in enumerate(cli[::2])
    ]
    write_csv(earlier, rows)
    exceptions = folder / "例外.csv"
    policy = load(DEMO, Diagnostics())
    assert policy is not None
    limits = [limit.name for limit in policy.limits_over(SCHEME)]
    write_csv(
        exceptions,
        [
            {
                "项目": SCHEME,
                "序号": str(at),
                "限额": limits[at % len(limits)],
                "批准人": "某某",
                "依据": "批示",
                "日期": "2025-01-01",
            }
            for at in range(1, 60)
        ],
    )
    data = write_csv(folder / "记录.csv", [_record(serial) for serial in range(1, 600)])
    return Request(
        sources=(f"{SCHEME}={data}",),
        history=(str(earlier),),
        exceptions=str(exceptions),
        as_of=date(2025, 12, 31),
        engine=EngineName.REFERENCE,
    )


def _without(row: Mapping[str, str]) -> dict[str, str]:
    return {name: cell for name, cell in row.items() if name != "序号"}


def test_rows_of_people_with_a_history_and_exceptions(tmp_path: Path) -> None:
    policy, request = load(DEMO, Diagnostics()), with_history(tmp_path)
    assert policy is not None
    with Embedded() as engine:
        whole, rows = both(policy, request, engine)
        outcomes = list(whole.outcomes())
        before = [one for one in outcomes if any(user.from_history for state in one.limits for user in state.users)]
        waived = [one for one in outcomes if any(state.waived for state in one.limits)]
        assert len(before) > 50 and len(waived) > 10
        for outcome in (*outcomes[::13], *waived, *before[::7]):
            assert_same_story(whole, rows, outcome)
