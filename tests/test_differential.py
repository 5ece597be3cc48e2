"""The reference held against other engines on generated policies and records; see ``differential/``.

A longer run: ``make differential PAIRS=10000000 SEED=8``. Whatever it finds becomes a case in
``differential/found/``, which is replayed here for ever.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from differential import coverage, engines, long_run
from differential.compare import Answer, Engine, answer, differences, reference
from differential.found import cases, read_case, write_case
from differential.policies import draw_policy, text_of
from differential.records import Dataset, draw_dataset
from differential.run import Plan, Tried, find, try_policy
from differential.shrink import Budget, shrink
from policyrun.app.evaluate import evaluate_records
from policyrun.app.inputs import read_inputs
from policyrun.app.planned import decide_by_plan
from policyrun.ir.policy import Policy
from policyrun.model.decision import Conclusion, NoticeCode, Reason
from policyrun.model.raw import SchemeInput
from policyrun.source.diagnostic import Diagnostics

#: Policies that are tried with another order of rows; each has two datasets of so many rows.
POLICIES, ROWS = 32, 90


def tried(engine: Engine, policies: Sequence[int], datasets: int, rows: int) -> Tried:
    plan = Plan(seed=1, datasets=datasets, rows=rows, folder=None, shrink_seconds=10)
    whole = Tried()
    for number in policies:
        whole.add(try_policy(plan, engine, number))
        if whole.found:  # making it small takes longer than all the rest
            break
    return whole


def test_order_of_rows_makes_no_difference_and_everything_occurs():
    whole = tried(engines.shuffled, range(POLICIES), 2, ROWS)
    assert whole.found == []
    assert whole.pairs > POLICIES * ROWS
    assert coverage.missing(whole.seen) == []


def test_the_columnar_engine_decides_as_the_reference_does():
    whole = tried(engines.columnar, range(100, 120), datasets=1, rows=400)
    assert whole.found == []
    assert whole.pairs > 5000
    assert whole.pairs > whole.declined.total()  # what a plan leaves to the reference says nothing about it


def test_both_engines_say_the_same_beside_the_result():
    said = Counter[str]()
    for number in range(50, 60):
        drawn = draw_policy(number)
        data = draw_dataset(drawn.policy, number, 120)
        told = [Diagnostics(), Diagnostics()]
        given = data.inputs, data.settings, data.history, data.exceptions
        with suppress(*engines.DECLINING):
            decide_by_plan(drawn.policy, *given, told[1])
            evaluate_records(drawn.policy, *given, found=told[0])
            one, other = ([(each.code, each.message, each.help) for each in found] for found in told)
            assert one == other
            said += Counter(code for code, _message, _help in one)
    assert min(said[code] for code in ("PR612", "PR613")) > 0


@pytest.mark.usefixtures("few_or_many")
@pytest.mark.parametrize("folder", cases(), ids=lambda folder: folder.name)
def test_what_was_found_once_stays_mended(folder):
    case = read_case(folder)
    assert find(case.policy, case.data, engines.shuffled)[0] == ""
    with suppress(*engines.DECLINING):  # what is left to the reference is no difference
        assert find(case.policy, case.data, engines.columnar)[0] == ""


def test_a_long_run_goes_on_where_it_was_stopped(tmp_path):
    plan, kept = Plan(seed=4, datasets=1, rows=40, folder=None), tmp_path / "kept" / "4.json"
    whole = long_run.run(plan, engines.shuffled, 400, 1, 20, None).tried
    first = long_run.run(plan, engines.shuffled, 150, 1, 20, kept).tried
    again = long_run.run(plan, engines.shuffled, 150, 1, 20, kept).tried  # all is done already
    assert again == first
    assert first.pairs < whole.pairs
    assert long_run.run(plan, engines.shuffled, 400, 1, 20, kept).tried == whole


def test_a_long_run_tells_what_it_finds(tmp_path):
    plan = Plan(seed=2, datasets=1, rows=120, folder=tmp_path, shrink_tries=20)
    progress = long_run.run(plan, engines.rounding_down, 10_000, 1, 1, tmp_path / "kept.json")
    assert len(progress.tried.found) == len(cases(tmp_path)) == 1
    assert long_run.Progress.of(tmp_path / "kept.json").tried == progress.tried


def test_seeds_give_the_same_policy_and_the_same_records():
    one, other = draw_policy(11), draw_policy(11)
    assert one.text == other.text
    assert draw_dataset(one.policy, 5, 40) == draw_dataset(other.policy, 5, 40)
    assert draw_policy(12).text != one.text


# ----------------------------------------------------------------------------------------------- the harness notices


@pytest.mark.parametrize("engine", engines.WRONG, ids=lambda engine: engine.__name__)
def test_a_wrong_engine_is_found_out_and_its_case_repeats(engine, tmp_path):
    plan = Plan(seed=2, datasets=1, rows=120, folder=tmp_path, shrink_tries=200)
    found = next(one.found for one in (try_policy(plan, engine, number) for number in range(40)) if one.found)
    (folder,) = cases(tmp_path)
    assert found[0].startswith(str(folder))
    case = read_case(folder)
    assert find(case.policy, case.data, engine)[0]
    assert find(case.policy, case.data, engines.shuffled)[0] == ""
    assert case.data.rows <= 12


#: A change of an outcome, and columns that show it.
CHANGES: tuple[tuple[dict[str, Any], set[str]], ...] = (
    ({"scheme": "?"}, {"项目"}),
    ({"serial": "?"}, {"序号"}),
    ({"conclusion": Conclusion.UNDECIDED}, {"结论"}),
    ({"amount": Fraction(1, 3)}, {"补贴金额", "原因"}),
    ({"payee": "?"}, {"受款人"}),
    ({"payee_name": "?"}, {"收款方"}),
    ({"fund": "?"}, {"资金渠道"}),
    ({"reason": Reason.INVALID, "about": ("?",)}, {"原因代码", "原因"}),
    ({"rules": ("?",)}, {"规则"}),
    ({"clauses": ()}, {"条款"}),
    ({"notices": tuple(NoticeCode)}, {"提示"}),
    ({"least": Fraction(1)}, {"最少"}),
    ({"most": Fraction(1)}, {"最多"}),
)


def test_every_column_and_both_bounds_are_compared():
    drawn = draw_policy(1)
    data = draw_dataset(drawn.policy, 1, 60)
    whole = answer(reference, drawn.policy, data)
    assert whole is not None
    scheme = next(iter(whole))
    granted = next(place for place, one in enumerate(whole[scheme]) if one.conclusion is Conclusion.GRANTED)
    for change, columns in CHANGES:
        rows = list(whole[scheme])
        rows[granted] = replace(rows[granted], **change)
        told = differences(drawn.policy, whole, {**whole, scheme: rows})
        assert {(each.scheme, each.row) for each in told} == {(scheme, granted)}
        assert columns <= {each.column for each in told}
    assert differences(drawn.policy, whole, None) and differences(drawn.policy, None, whole)
    assert differences(drawn.policy, whole, {**whole, scheme: whole[scheme][:-1]})


def test_what_the_refusing_limit_said_is_compared():
    for number in range(40):
        drawn = draw_policy(number)
        whole = answer(reference, drawn.policy, draw_dataset(drawn.policy, number, 60)) or {}
        for scheme, rows in whole.items():
            for place, one in enumerate(rows):
                states = tuple(each if each.passed or each.waived else replace(each, asks="?") for each in one.limits)
                if one.reason is Reason.LIMIT and states != one.limits:
                    changed = [*rows[:place], replace(one, limits=states), *rows[place + 1 :]]
                    told = differences(drawn.policy, whole, {**whole, scheme: changed})
                    assert [(each.row, each.column) for each in told] == [(place, "原因")]
                    return
    raise AssertionError("no limit refuses a row")


def reasons_of(given: Answer) -> set[Reason]:
    return {one.reason for rows in (given or {}).values() for one in rows}


def test_a_case_holds_all_that_a_run_was_given(tmp_path):
    kept = Counter[str]()
    for number in range(10):
        drawn = draw_policy(number)
        data = draw_dataset(drawn.policy, number, 25)
        again = read_case(write_case(drawn.text, data, ["nothing"], tmp_path)).data
        assert answer(reference, drawn.policy, again) == answer(reference, drawn.policy, data)
        assert (again.settings, again.history, again.exceptions) == (data.settings, data.history, data.exceptions)
        kept += Counter(history=len(data.history), exceptions=len(data.exceptions), lists=len(data.settings.lists))
    assert min(kept[name] for name in ("history", "exceptions", "lists")) > 0


def test_shrinking_keeps_what_was_found_and_little_else():
    drawn = draw_policy(3)
    data = draw_dataset(drawn.policy, 3, 200)

    def shows(policy: Policy, tried: Dataset) -> bool:
        whole = answer(reference, policy, tried)
        return Reason.INVALID in reasons_of(whole)

    assert shows(drawn.policy, data)
    small = shrink(drawn.tree, data, shows, Budget(tries=150, seconds=60))
    assert small.data.rows == 1
    assert small.text.count("\n") < text_of(drawn.tree).count("\n") / 2


# ------------------------------------------------------------------------------------------------------ through files


def from_files(data: SchemeInput, folder: Path, parts: int) -> None:
    """Writes the rows of a scheme as csv files, each of its own files in so many parts."""
    folder.mkdir(parents=True)
    paths = list(dict.fromkeys(origin.path for origin in data.origins))
    for path in paths:
        rows = [row for row, origin in zip(data.rows, data.origins, strict=True) if origin.path == path]
        lost = data.lacking.get((path, ""), frozenset())
        kept = [place for place, name in enumerate(data.columns) if name not in lost]
        size = max(1, -(-len(rows) // parts))
        for part in range(max(1, -(-len(rows) // size))):
            with (folder / f"{Path(path).stem}-{part:03d}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow([data.columns[place] for place in kept])
                for row in rows[part * size : (part + 1) * size]:
                    writer.writerow([row[place].text for place in kept])


def read_back(policy: Policy, data: Dataset, folder: Path, parts: int) -> Answer:
    for one in data.inputs:
        from_files(one, folder / one.scheme, parts)
    found = Diagnostics()
    inputs = read_inputs(policy, [f"{one.scheme}={folder / one.scheme}" for one in data.inputs], None, found)
    assert inputs is not None, [each.message for each in found]

    def engine(policy, _inputs, settings, history, exceptions):
        return evaluate_records(policy, inputs, settings, history, exceptions)

    return answer(engine, policy, data)


def test_how_rows_lie_in_files_makes_no_difference(tmp_path):
    for number in range(6):
        drawn = draw_policy(number)
        data = draw_dataset(drawn.policy, number, 40, plain=True)
        whole = answer(reference, drawn.policy, data)
        for parts in (1, 7):
            got = read_back(drawn.policy, data, tmp_path / f"{number}-{parts}", parts)
            assert differences(drawn.policy, whole, got) == []
