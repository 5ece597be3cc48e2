"""Two runs compared within a database say what two runs at hand say, to the letter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import pytest

from bundled import SAMPLED, policy_and_sample
from command_line import DEMO, SCHEME, CommandLine, person, training, write_csv
from policyrun.app.comparison import Comparison, Versions, compare_versions
from policyrun.app.evaluate import Request
from policyrun.app.impact_turns import Turn
from policyrun.app.impact_whole import things_counted_by
from policyrun.app.load import load
from policyrun.cli.diff_json import print_json
from policyrun.columnar.embedded import Embedded
from policyrun.model.raw import Origin
from policyrun.report.diff_markdown import markdown
from policyrun.report.diff_page import page
from policyrun.source.diagnostic import Diagnostics


@contextmanager
def both_ways(versions: Versions, request: Request) -> Iterator[tuple[Comparison, Comparison]]:
    """The comparison at hand, and that within a database, which is open for as long."""
    found = Diagnostics()
    at_hand = compare_versions(versions, request, found)
    with Embedded() as engine:
        counted = compare_versions(versions, request, found, engine)
        assert at_hand is not None and counted is not None
        assert not [each for each in found if each.code == "PR623"]
        assert at_hand.impact is not None and counted.impact is not None
        assert type(at_hand.impact.whole) is not type(counted.impact.whole)
        assert page(at_hand, personal=True) == page(counted, personal=True)
        yield at_hand, counted


def assert_same(at_hand: Comparison, counted: Comparison, capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for one in (at_hand, counted):
        assert one.impact is not None
        print_json(one)
        printed = json.loads(capsys.readouterr().out)
        whole = one.impact.whole
        schemes = [part.scheme for part in one.impact.after.schemes]
        things = things_counted_by(one.old.policy, one.new.policy, schemes)
        shifts = [whole.shifts(by) for by in things]
        told.append((printed, markdown(one, rows=10**6, personal=True), shifts, whole.granted, whole.persons_paid))
    assert told[0] == told[1]


@pytest.mark.usefixtures("few_or_many")
@pytest.mark.parametrize("ref", SAMPLED)
def test_every_sample_read_another_way(ref: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy, request = policy_and_sample(ref, tmp_path / "数据")
    ways = {reading.name: reading.ways[-1] for reading in policy.readings.values()}
    with both_ways(Versions(old=ref, new=ref, new_readings=ways), request) as compared:
        assert_same(*compared, capsys)


def test_two_versions_on_many_records_of_several_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Persons who come back in other letters, blank or no ID numbers, lines that are blank, limits that tie."""
    folder = tmp_path / SCHEME
    folder.mkdir()
    for number in range(3):
        rows = [_record(serial) for serial in range(number * 1000 + 1, number * 1000 + 1001)]
        path = write_csv(folder / f"{number}.csv", rows)
        lines = path.read_text("utf-8").splitlines(keepends=True)
        path.write_text("".join([*lines[:7], "\n", *lines[7:]]), "utf-8")
    request = Request(sources=(f"{SCHEME}={folder}",))
    with both_ways(Versions(old=DEMO, new=DEMO.replace("@1", "@2")), request) as (at_hand, counted):
        assert at_hand.impact is not None and counted.impact is not None
        assert at_hand.impact.turned > 100 and at_hand.impact.change
        assert_same(at_hand, counted, capsys)
        mine, theirs = (each.turns for each in (at_hand.impact, counted.impact))
        for one, other in zip(mine.first(10**6), theirs.first(10**6), strict=True):
            assert _origin(one) == _origin(other)
        changes = [change for change in mine.by_change(10**6) or {} if change]
        assert theirs.by_change(len(changes)) == mine.by_change(len(changes))
        assert theirs.by_change(len(changes) - 1) is None
        assert theirs.bounds() == mine.bounds() == (changes[0], changes[-1])
        for step in (Fraction(1, 100), Fraction(7), Fraction(500)):
            assert theirs.spread(step) == mine.spread(step)


def _origin(turn: Turn) -> Origin:
    return turn.either.part.data.origins[turn.either.outcome.row]


def _record(serial: int) -> dict[str, str]:
    id_number = {0: "", 1: " 99999919900101001x ", 2: "９９ß"}.get(serial % 11, person(serial % 400))
    issued = f"2025-0{serial % 9 + 1}-11"
    return training(serial, 1, 身份证号码=id_number, 职业工种=f"工种{serial % 5}", 发证日期=issued)


def test_schemes_that_only_one_policy_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (Path(load(DEMO, Diagnostics()).path)).read_text("utf-8")  # type: ignore[union-attr]
    other = tmp_path / "另.yaml"
    assert f"  {SCHEME}:\n" in text
    other.write_text(text.replace(SCHEME, "另一补贴"), "utf-8")
    folder = tmp_path / "数据"
    folder.mkdir()
    for name in (SCHEME, "另一补贴"):
        write_csv(folder / f"{name}.csv", [_record(serial) for serial in range(1, 40)])
    with both_ways(Versions(old=DEMO, new=str(other)), Request(sources=(str(folder),))) as (at_hand, counted):
        assert at_hand.impact is not None and at_hand.impact.turned == 78
        assert_same(at_hand, counted, capsys)


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_a_diff_within_bounds_of_memory_is_the_same(
    form: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    cli = CommandLine(capfd)
    data = write_csv(tmp_path / "记录.csv", [_record(serial) for serial in range(1, 300)])
    told = []
    for more in ([], ["--memory", "500MB"], ["--memory", "500MB", "--engine", "reference"]):
        html = tmp_path / f"{len(told)}.html"
        asked = ["--data", f"{SCHEME}={data}", "--html", html, "--format", form, *more]
        told.append((cli("diff", DEMO, DEMO.replace("@1", "@2"), *asked), html.read_text("utf-8")))
    assert told[0] == told[1] == told[2]
    assert told[0][0].code == 1
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(".")]
