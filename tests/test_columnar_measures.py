"""Measures in a database: region by region what ``interp.measures`` says, with reports and indicators made of them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import product
from pathlib import Path as FilePath

import pytest

from build import SPAN, column, literal
from command_line import CommandLine, write_csv
from policyrun.app.report_measures import MeasuredRows, tabulate_rows
from policyrun.app.sample import sample
from policyrun.app.settings import settings_for
from policyrun.columnar.embedded import Embedded
from policyrun.columnar.plan import Beyond, Unlowered
from policyrun.datasets.scan_rows import relation_of
from policyrun.interp.indicators import Measured, Rates, rates_of, work_out
from policyrun.interp.measures import Measurer
from policyrun.interp.records import typed_rows
from policyrun.interp.reports import NAMED, RowRegions, Tabulated, absent, tabulate
from policyrun.ir.nodes import Apply, Expr, If
from policyrun.ir.reporting import Measure
from policyrun.model import period, types
from policyrun.model.period import Period
from policyrun.model.raw import SchemeInput
from policyrun.model.regions import Path, regions_of
from policyrun.model.settings import Settings
from policyrun.source.diagnostic import Diagnostics
from rosters import CERTIFICATES, FLAGS, FORM, FUNDS, POLICY, ROSTER, counties, data_of, policy, roster


def the(found: Period | None) -> Period:
    assert found is not None
    return found


YEAR, QUARTER = the(period.year("2022")), the(period.quarter("2022-2"))
#: What takes the place of a cell.
SPOILED = ("", "火星", "杭州市", "上虞市", "经开区", "1", "是", "否", "20220431", "20220430", "-1", "999999", *FUNDS)
WAYS = [
    {"归月口径": month, "创业培训": starting, "取证栏口径": papers}
    for month, starting, papers in product(
        ("发证时间", "补贴发放时间", "全部"), ("其中项", "并列项"), ("全部", "只计补贴")
    )
]


@pytest.fixture
def engine() -> Iterator[Embedded]:
    with Embedded() as one:
        yield one


def chosen(readings: Mapping[str, str] | None = None) -> Settings:
    return settings_for(policy(), Diagnostics(), as_of=date(2023, 12, 31), readings=readings)


def files(seed: int, rows: int = 60) -> SchemeInput:
    """Rows in several files, some of which lack columns; some cells are spoiled, some 序号 shared."""
    chance = random.Random(seed)
    made = roster(rows, seed, [*counties()[:4], counties()[40], ("浙江省", "温州市", "经开区")])
    for row in made:
        for _cell in range(chance.choice((0, 0, 0, 1, 2))):
            row[chance.choice(list(row))] = chance.choice(SPOILED)
    parts = []
    for number in range(chance.choice((1, 2, 3))):
        lacks = chance.sample((*FLAGS, "应补贴"), chance.choice((0, 0, 1, 3)))
        own = [{name: cell for name, cell in row.items() if name not in lacks} for row in made[number::3]]
        parts.append((f"县{number}.csv", own))
    return data_of(parts)


def agrees(found: Tabulated, told: Tabulated) -> None:
    assert found.regions == told.regions
    assert found.taken == told.taken
    for region in told.regions:
        assert found.cells[region.path] == told.cells[region.path], region.path


@pytest.mark.parametrize("seed", range(24))
def test_a_report_is_the_same(engine: Embedded, seed: int) -> None:
    given, settings = files(seed), chosen(WAYS[seed % len(WAYS)])
    report, stretch = policy().reports[0], YEAR if seed % 2 else QUARTER
    told = tabulate(policy(), report, given, settings, stretch)
    found = tabulate_rows(
        policy(), report, relation_of(engine.connection, "原始", given), settings, stretch, engine, Diagnostics()
    )
    agrees(found, told)
    for region in told.regions:
        for key in ("1", "4", "22", "39"):
            assert found.behind(region.path, key) == told.behind(region.path, key)


def test_sixty_counties(engine: Embedded) -> None:
    given, report = data_of([("数据.csv", roster(5000, 3, counties()[:60]))]), policy().reports[0]
    told = tabulate(policy(), report, given, chosen(), YEAR)
    found = tabulate_rows(
        policy(), report, relation_of(engine.connection, "原始", given), chosen(), YEAR, engine, Diagnostics()
    )
    agrees(found, told)
    assert found.behind(("浙江省",), "1") == told.behind(("浙江省",), "1")
    assert found.behind(("浙江省",), "1").rows > NAMED
    assert planned_rates({ROSTER: given}, chosen()) == work_out(policy(), {ROSTER: given}, chosen())


# ------------------------------------------------------------------------------------------------------- indicators


def planned_rates(given: Mapping[str, SchemeInput], settings: Settings) -> Rates:
    with Embedded() as engine:
        relations = {name: relation_of(engine.connection, f"{name}_原始", one) for name, one in given.items()}

        def measured(source: str, by: str, measures: Sequence[Measure]) -> Measured:
            rows = MeasuredRows(policy(), source, by, measures, relations[source], settings, engine, Diagnostics())
            return rows.by_measure(), rows.invalid

        return rates_of(policy(), relations, measured, settings)


@pytest.mark.parametrize("seed", range(12))
def test_indicators_are_the_same(seed: int) -> None:
    training, papers, talents, platform = [
        *product(("全部", "只计补贴"), ("全部", "只计补贴"), ("按人", "按证书"), (0, 1))
    ][seed]
    settings = chosen({"培训人次口径": training, "取证栏口径": papers, "技能人才去重": talents})
    rows = [{**row, "证书编号": row["证书编号"][: seed % 3 * 4]} for row in roster(80, seed, counties()[25:31])]
    given = {ROSTER: data_of([("一.csv", rows[:50]), ("二.csv", rows[50:])])}
    if platform:
        names = ("身份证号码", "证书类型", "项目等级", "证书编号", "发证时间", "所属行政区", "设区市")
        given[CERTIFICATES] = data_of(
            [("证.csv", [{name: row[name] for name in names} for row in rows[:60]])], CERTIFICATES
        )
    assert planned_rates(given, settings) == work_out(policy(), given, settings)


# --------------------------------------------------------------------------------------------------- any measures


def apply(op: str, *args: Expr, type_: types.Type = types.BOOL) -> Apply:
    return Apply(type=type_, span=SPAN, op=op, args=args)


def any_measure(chance: random.Random) -> Measure:
    """A measure of the roster; money may be unknown or below 0, conditions unknown, people without a number."""
    fund, paper = column("资金来源"), column("证书类型")
    yes_no = [column(name, types.BOOL) for name in (*FLAGS, "应补贴")]
    money = column("补贴金额(元)", types.MONEY)
    tests: list[Expr | None] = [None, *yes_no, apply("eq", fund, literal(FUNDS[0], types.TEXT))]
    tests.append(apply("and", chance.choice(yes_no), apply("ne", paper, literal("无", types.TEXT))))
    tests.append(apply("lt", column("发证时间", types.DATE), column("补贴发放时间", types.DATE)))
    totals: list[Expr] = [money, apply("sub", money, literal(Fraction(500), types.MONEY), type_=types.MONEY)]
    totals.append(apply("div", money, literal(Fraction(3)), type_=types.MONEY))
    condition = apply("eq", fund, literal(FUNDS[1], types.TEXT))
    totals.append(
        If(type=types.MONEY, span=SPAN, condition=condition, then=money, otherwise=literal(Fraction(0), types.MONEY))
    )
    keys: list[tuple[Expr, ...]] = [(column("身份证号码"),), (column("证书编号"), paper), (fund, money), (yes_no[0],)]
    where = chance.choice(tests)
    match chance.randrange(3):
        case 0:
            return Measure(where=where, span=SPAN)
        case 1:
            return Measure(where=where, total=chance.choice(totals), span=SPAN)
        case _:
            return Measure(where=where, distinct=chance.choice(keys), span=SPAN)


def by_reference(measures: Sequence[Measure], given: SchemeInput, settings: Settings) -> Mapping[Path, object]:
    form = policy().of_form(ROSTER)
    record = form.schemes[0].record
    measurer, place = (
        Measurer(measures, record, settings, absent(given, record)),
        RowRegions(policy(), record, "所属行政区"),
    )
    for line in typed_rows(form, form.schemes[0], given, settings):
        if line.row is not None:
            measurer.lacks(place.of(line.row), line.row.lacking)
            measurer.add(place.of(line.row), line.index, line.row)
    return measurer.measured(regions_of(place.quota))


@pytest.mark.parametrize("seed", range(30))
def test_any_measures(engine: Embedded, seed: int) -> None:
    chance = random.Random(seed)
    measures = [any_measure(chance) for _measure in range(6)]
    given = files(seed, chance.choice((5, 30, 120)))
    relation = relation_of(engine.connection, "原始", given)
    try:
        rows = MeasuredRows(policy(), ROSTER, "所属行政区", measures, relation, chosen(), engine, Diagnostics())
    except Beyond:
        assert any(one.total is not None and one.where is not None for one in measures)
        return
    told = by_reference(measures, given, chosen())
    found = rows.figures()
    for path, row in told.items():
        assert found[path] == row, path


def test_what_is_told_apart_by_a_ratio_goes_by_the_reference(engine: Embedded) -> None:
    money = column("补贴金额(元)", types.MONEY)
    ratio = Measure(where=None, distinct=(apply("div", money, money, type_=types.NUMBER),), span=SPAN)
    relation = relation_of(engine.connection, "原始", files(1))
    with pytest.raises(Unlowered):
        MeasuredRows(policy(), ROSTER, "所属行政区", [ratio], relation, chosen(), engine, Diagnostics())


# ------------------------------------------------------------------------------------------------- the command line


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capfd)


REPORT = ("report", "--policy", POLICY, "--report", FORM, "--year", "2022")
INDICATORS = ("indicators", "--policy", POLICY)


def both(run: CommandLine, folder: FilePath, *command: object) -> tuple[str, str]:
    """What a command says by either engine, after what it writes has been compared byte by byte."""
    said = []
    for engine in ("duckdb", "reference"):
        output = folder / "表.csv"
        done = run(*command, "--output", output, "--engine", engine)
        beside = folder / "表.csv.manifest.json"
        said.append((done.code, done.out, done.err, output.read_bytes(), beside.read_bytes()))
    assert said[0][3:] == said[1][3:]
    assert said[0][:2] == said[1][:2]
    return said[0][2], said[1][2]


@pytest.mark.parametrize("command", [REPORT, INDICATORS], ids=["report", "indicators"])
def test_files_are_the_same_byte_for_byte(run: CommandLine, tmp_path: FilePath, command: tuple[str, ...]) -> None:
    rows = roster(400, 9, counties()[:7])
    rows[3]["所属行政区"] = "火星"
    folder = tmp_path / "各县"
    folder.mkdir()
    for number in range(3):
        own = [{name: cell for name, cell in row.items() if number or name != "农民工"} for row in rows[number::3]]
        write_csv(folder / f"县{number}.csv", own)
    there, here = both(run, tmp_path, *command, "--input", f"{ROSTER}={folder}")
    assert there == here
    assert "PR672" in there


def test_numbers_that_collide_are_told_of(run: CommandLine, tmp_path: FilePath) -> None:
    folder = tmp_path / "各县"
    folder.mkdir()
    for number in range(3):
        write_csv(folder / f"县{number}.csv", roster(5, number, counties()[:7]))
    there, here = both(run, tmp_path, *REPORT, "--input", folder)
    assert all(said.count("PR531") == 1 for said in (there, here))


@pytest.mark.parametrize("command", [REPORT, INDICATORS], ids=["report", "indicators"])
def test_numbers_too_large_go_by_the_reference(run: CommandLine, tmp_path: FilePath, command: tuple[str, ...]) -> None:
    rows = roster(20, 9, counties()[:2])
    rows[3]["补贴金额(元)"] = str(10**16)
    there, here = both(run, tmp_path, *command, "--input", f"{ROSTER}={write_csv(tmp_path / '信息表.csv', rows)}")
    assert "PR623" in there
    assert "PR623" not in here


def test_the_rows_behind_a_cell_are_the_same(run: CommandLine, tmp_path: FilePath) -> None:
    rows = roster(300, 11, counties()[:5])
    given = write_csv(tmp_path / "信息表.csv", rows)
    form = tmp_path / "报来.csv"
    run(*REPORT, "--input", write_csv(tmp_path / "少.csv", rows[:200]), "--output", form)
    told = [run(*REPORT, "--input", given, "--check", form, "--engine", engine) for engine in ("duckdb", "reference")]
    assert told[0] == told[1]
    assert told[0].code == 1
    assert "…" in told[0].out


@pytest.mark.parametrize("way", WAYS[:4])
def test_the_sample_is_the_same(engine: Embedded, way: Mapping[str, str]) -> None:
    (given,) = [one for one in sample(policy(), 40, 1, Diagnostics()) if one.scheme == ROSTER]
    relation, report = relation_of(engine.connection, "原始", given), policy().reports[0]
    told = tabulate(policy(), report, given, chosen(way), YEAR)
    agrees(tabulate_rows(policy(), report, relation, chosen(way), YEAR, engine, Diagnostics()), told)
