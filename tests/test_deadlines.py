"""What is due when: ``schedule/due.csv``; what was handed in: ``schedule/handed-in.csv``."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_line import DEMO, CommandLine, read_csv, write_csv
from policyrun.app.library import list_policies
from policyrun.model.schedule import Every, Period, Recurring, read_period
from policyrun.source.diagnostic import Diagnostics

FOLDER = Path(__file__).parent / "schedule"
LIVELIHOOD = "zhejiang-2022-livelihood"

PERIODS = st.one_of(
    st.builds(Period, st.just(Every.MONTH), st.integers(1900, 2100), st.integers(1, 12)),
    st.builds(Period, st.just(Every.QUARTER), st.integers(1900, 2100), st.integers(1, 4)),
    st.builds(Period, st.just(Every.YEAR), st.integers(1900, 2100)),
)


@pytest.fixture
def run(capfd):
    return CommandLine(capfd)


def cases(name: str) -> list[dict[str, str]]:
    return read_csv(FOLDER / name)


def listed(run: CommandLine, *args: object) -> list[dict[str, str]]:
    done = run("deadlines", *args)
    assert done.code == 0, done.err
    return list(csv.DictReader(done.out.splitlines(), delimiter="\t"))


@pytest.mark.parametrize("case", cases("due.csv"), ids=lambda case: f"{case['item']} {case['due']}")
def test_due(run, case):
    event = ["--event", case["event"]] if case["event"] else []
    rows = listed(run, "--policy", case["policy"], "--month", case["month"], *event)
    found = [(row["止"], row["星期"]) for row in rows if (row["事项"], row["期"]) == (case["item"], case["about"])]
    assert found == [(case["due"], case["weekday"])]


@pytest.mark.parametrize("case", cases("handed-in.csv"), ids=lambda case: f"{case['item']} {case['day']}")
def test_handed_in(run, tmp_path, case):
    row = {"事项": case["item"], "期": case["about"], "报送日期": case["day"]}
    output = tmp_path / "核对.csv"
    written = write_csv(tmp_path / "报送.csv", [row])
    done = run("deadlines", "--policy", case["policy"], "--check", written, "--output", output)
    assert [row["结果"] for row in read_csv(output)] == [case["result"]], done.err
    assert done.code == (case["result"] != "按时")


@pytest.mark.parametrize(
    ("code", "row"),
    [
        ("PR651", {"事项": "市级报统计", "期": "2022-03", "报送日期": "2022-04-06"}),
        ("PR652", {"事项": "市级报信息表", "期": "2022-03", "报送日期": "2022-04-06"}),
        ("PR652", {"事项": "市级报统计表", "期": "2022-13", "报送日期": "2022-04-06"}),
        ("PR652", {"事项": "市级报统计表", "期": "2022-03", "报送日期": ""}),
        ("PR652", {"事项": "市级报统计表", "期": "2022-03", "报送日期": "四月六日"}),
    ],
)
def test_a_row_without_sense_stops_the_check(run, tmp_path, code, row):
    done = run("deadlines", "--policy", LIVELIHOOD, "--check", write_csv(tmp_path / "报送.csv", [row]))
    assert (done.code, done.out) == (2, "")
    assert code in done.err


def test_periods_before_and_after_the_time_in_force_are_not_due(run):
    assert listed(run, "--policy", LIVELIHOOD, "--month", "2022-01") == []
    assert listed(run, "--policy", LIVELIHOOD, "--month", "2023-02") == []
    assert len(listed(run, "--policy", LIVELIHOOD)) == 12 + 12 + 4


def test_what_follows_an_event_is_listed_without_a_day(run):
    rows = listed(run, "--policy", DEMO, "--month", "2024-05")
    assert ("", "资金拨付") in {(row["止"], row["事项"]) for row in rows}
    done = run("deadlines", "--policy", DEMO, "--event", "公告=2024-05-01")
    assert done.code == 2 and "PR650" in done.err


def test_working_days_of_a_year_nobody_knows_are_said(run):
    done = run("deadlines", "--policy", DEMO, "--month", "2024-05", "--event", "公示=2003-05-01")
    assert done.code == 0 and "PR653" in done.err and "2003" in done.err


@pytest.mark.parametrize("month", ["2022-13", "2022Q1", "四月"])
def test_a_month_is_a_month(run, month):
    assert "PR007" in run("deadlines", "--policy", LIVELIHOOD, "--month", month).err


def events(path: Path) -> Iterator[icalendar.Event]:
    yield from icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")


def test_a_calendar_says_the_same_and_is_the_same_again(run, tmp_path):
    one, two = tmp_path / "一.ics", tmp_path / "二.ics"
    for path in (one, two):
        assert run("deadlines", "--policy", LIVELIHOOD, "--month", "2022", "--output", path).code == 0
    assert one.read_bytes() == two.read_bytes()
    rows = listed(run, "--policy", LIVELIHOOD, "--month", "2022")
    found = list(events(one))
    assert [event["DTSTART"].dt.isoformat() for event in found] == [row["止"] for row in rows]
    assert all(event["DTEND"].dt - event["DTSTART"].dt == timedelta(days=1) for event in found)
    assert len({event["UID"] for event in found}) == len(found)
    assert {event["DTSTAMP"].dt.date() for event in found} == {date(2022, 3, 17)}


def test_a_calendar_keeps_its_names_when_less_is_asked_for(run, tmp_path):
    for month in ("2022", "2022-04"):
        run("deadlines", "--policy", LIVELIHOOD, "--month", month, "--output", tmp_path / f"{month}.ics")
    whole = {event["UID"] for event in events(tmp_path / "2022.ics")}
    part = {event["UID"] for event in events(tmp_path / "2022-04.ics")}
    assert len(part) == 3 and part <= whole


@pytest.mark.parametrize("policy", [one.ref for one in list_policies(Diagnostics())])
def test_every_policy_has_a_calendar(run, tmp_path, policy):
    done = run("deadlines", "--policy", policy, "--output", tmp_path / "期限.ics")
    assert done.code == 0, done.err
    icalendar.Calendar.from_ical((tmp_path / "期限.ics").read_bytes())


@given(PERIODS)
def test_a_period_is_read_as_it_is_written(period):
    assert read_period(str(period)) == period


@given(PERIODS, st.integers(1, 28), st.integers(1, 12))
def test_a_period_is_due_once_and_found_on_that_day(period, day, month):
    rule = Recurring(period.every, day, month if period.every is Every.YEAR else 0)
    due = rule.due(period)
    assert list(rule.periods_due(due, due)) == [period]
    if period.every is not Every.YEAR:
        assert period.last < due <= period.last + timedelta(days=day)
