"""Reports: the statistics form from rosters, against the contract said once more, and what must hold in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path as FilePath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from command_line import CommandLine, read_csv, write_csv
from policyrun.app.report import cell_text
from policyrun.app.settings import settings_for
from policyrun.interp.reports import Tabulated, broken, tabulate
from policyrun.model import period
from policyrun.model.period import Period
from policyrun.model.raw import SchemeInput
from policyrun.source.diagnostic import Diagnostics
from rosters import (
    FLAGS,
    FORM,
    FUNDS,
    GROUPS,
    PAPERS,
    POLICY,
    ROSTER,
    counties,
    data,
    data_of,
    policy,
    roster,
    statistics,
    trainee,
)

HEAD = ("级别", "设区市", "地区")
KEYS = tuple(str(number) for number in range(1, 40))
#: Days on which the months of tests begin and end, and the days beside them.
DAYS = ("", "20220331", "20220401", "20220430", "20220501", "20230401")


def the_month(text: str) -> Period:
    found = period.month(text)
    assert found is not None
    return found


APRIL, YEAR = the_month("2022-04"), period.year("2022")


def filled(input_: SchemeInput, when: Period | None = APRIL, readings: Mapping[str, str] | None = None) -> Tabulated:
    assert when is not None
    chosen = settings_for(policy(), Diagnostics(), as_of=date(2023, 12, 31), readings=readings)
    return tabulate(policy(), policy().reports[0], input_, chosen, when)


def agrees(table: Tabulated, rows: Sequence[Mapping[str, str]], first: str, last: str, **ways: str) -> None:
    told = statistics(rows, first, last, ways)
    for region in table.regions:
        assert table.cells[region.path] == {key: told[region.path][key] for key in KEYS}, region.path


# ------------------------------------------------------------------------------------------------ what it comes to


def rows_strategy() -> st.SearchStrategy[list[dict[str, str]]]:
    yes_no = st.sampled_from(("是", "否", ""))
    few = [counties()[0], counties()[1], ("浙江省", "温州市", "经开区"), ("浙江省", "嘉兴市", "经开区")]
    paid = st.sampled_from((("0", ""), ("0.01", FUNDS[0]), ("1200.5", FUNDS[1]), ("333.33", FUNDS[2]), ("0", FUNDS[3])))
    cells = st.fixed_dictionaries(
        {
            "人员类别": st.sampled_from(GROUPS),
            "证书类型": st.sampled_from((*PAPERS, "无", "")),
            "发证时间": st.sampled_from(DAYS),
            "补贴发放时间": st.sampled_from(DAYS),
            "应补贴": yes_no,
            **dict.fromkeys(FLAGS, yes_no),
        }
    )

    def row(serial: int, place: int, money: tuple[str, str], more: dict[str, str]) -> dict[str, str]:
        return trainee(serial, few[place], **{"补贴金额(元)": money[0], "资金来源": money[1]}, **more)

    drawn = st.lists(st.tuples(st.integers(0, len(few) - 1), paid, cells), min_size=1, max_size=12)
    return drawn.map(lambda rows: [row(serial, *one) for serial, one in enumerate(rows, 1)])


@settings(max_examples=60, deadline=None)
@given(
    rows_strategy(),
    st.sampled_from(("其中项", "并列项")),
    st.sampled_from(("发证时间", "全部", "补贴发放时间")),
    st.sampled_from(("全部", "只计补贴")),
    st.sets(st.sampled_from((*FLAGS, "应补贴"))),
)
def test_the_form_is_what_the_contract_says(rows, startup, month, papers, dropped) -> None:  # type: ignore[no-untyped-def]
    ways = {"创业培训": startup, "归月口径": month, "取证栏口径": papers}
    kept = [{name: text for name, text in row.items() if name not in dropped} for row in rows]
    agrees(filled(data(kept), APRIL, ways), kept, "20220401", "20220430", **ways)


@pytest.fixture(scope="module")
def many() -> list[dict[str, str]]:
    return roster(5000, 1, counties()[5:65])


def test_relations_hold_for_many_rows(many: list[dict[str, str]]) -> None:
    for startup in ("其中项", "并列项"):
        table = filled(data(many), YEAR, {"创业培训": startup})
        cells = {
            path: {
                column.key: value / column.scale
                for column in table.report.columns
                if (value := row[column.key]) is not None
            }
            for path, row in table.cells.items()
        }
        chosen = settings_for(policy(), Diagnostics(), readings={"创业培训": startup})
        assert broken(table.report, table.regions, cells, chosen, rounded=False) == []
        assert table.cells["浙江省",]["1"]


def test_cities_are_the_sums_of_their_counties(many: list[dict[str, str]]) -> None:
    table = filled(data(many), YEAR)
    for region in table.regions:
        below = [(*region.path, child.region) for child in region.node.children]
        if below:
            for key in KEYS:
                parts = [table.cells[path][key] for path in below]
                assert table.cells[region.path][key] == sum(part for part in parts if part is not None)


def test_many_rows_are_what_the_contract_says(many: list[dict[str, str]]) -> None:
    agrees(filled(data(many), APRIL), many, "20220401", "20220430")
    taken = filled(data(many), APRIL).taken
    assert taken.counted + taken.undated + taken.elsewhere + taken.invalid == len(many)
    assert taken.undated == sum(not row["发证时间"] for row in many)


def test_county_files_together_are_one_file(many: list[dict[str, str]]) -> None:
    by_county: dict[str, list[dict[str, str]]] = {}
    for row in many:
        by_county.setdefault(row["设区市"] + row["所属行政区"], []).append(row)
    apart = data_of((f"{name}.csv", rows) for name, rows in sorted(by_county.items()))
    assert len(by_county) > 50
    assert filled(apart, APRIL).cells == filled(data(many), APRIL).cells


def test_a_county_without_a_flag_leaves_the_others_theirs() -> None:
    one, two, other = counties()[0], counties()[1], counties()[30]
    told = [trainee(number, place, 农民工="是") for number, place in ((1, one), (2, other))]
    silent = [trainee(3, two, 人员类别="失业人员")]
    cells = filled(data_of([("甲.csv", told), ("乙.csv", silent)]), the_month("2022-01")).cells
    assert [cells[path]["4"] for path in (one, two, one[:2], other, other[:2], one[:1])] == [1, None, None, 1, 1, None]
    assert cells[one[:1]]["3"] == 2


def test_money_is_summed_before_it_is_rounded() -> None:
    rows = [trainee(number, counties()[0], **{"补贴金额(元)": "49.99"}) for number in range(1, 4)]
    table = filled(data(rows), the_month("2022-01"))
    column = table.report.column("22")
    assert column is not None
    assert cell_text(column, table.cells["浙江省",]["22"]) == "0.01"  # 149.97 yuan; rounded one by one: nothing
    rows[0]["补贴金额(元)"] = "50.02"
    assert (
        cell_text(column, filled(data(rows), the_month("2022-01")).cells["浙江省",]["22"]) == "0.02"
    )  # 150.00, half up


# ------------------------------------------------------------------------------------------------ the command line


@pytest.fixture
def report(capfd: pytest.CaptureFixture[str], tmp_path: FilePath):  # type: ignore[no-untyped-def]
    run = CommandLine(capfd)

    def command(input_: FilePath, *more: object):  # type: ignore[no-untyped-def]
        return run("report", "--policy", POLICY, "--report", FORM, "--input", input_, *more)

    return command


def test_the_csv_of_the_contract(report, many, tmp_path: FilePath) -> None:  # type: ignore[no-untyped-def]
    data_file, output = write_csv(tmp_path / "信息表.csv", many[:400]), tmp_path / "表.csv"
    done = report(data_file, "--month", "2022-04", "--output", output)
    assert done.code == 0
    rows = read_csv(output)
    assert tuple(rows[0]) == (*HEAD, *KEYS)
    assert len(rows) == 114
    assert tuple(rows[0][name] for name in HEAD) == ("省", "", "浙江省")
    assert tuple(rows[1][name] for name in HEAD) == ("市", "杭州市", "杭州市")
    told = statistics(many[:400], "20220401", "20220430")
    assert rows[0]["1"] == str(told["浙江省",]["1"])
    assert all(row["22"].count(".") == 1 and len(row["22"].split(".")[1]) == 2 for row in rows)
    assert "没有日期" in done.err


def test_a_folder_of_counties(report, many, tmp_path: FilePath) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "各县"
    folder.mkdir()
    for number in range(4):
        write_csv(folder / f"县{number}.csv", many[number:400:4])
    report(write_csv(tmp_path / "全部.csv", many[:400]), "--quarter", "2022-2", "--output", tmp_path / "一.csv")
    report(folder, "--quarter", "2022-2", "--output", tmp_path / "二.csv")
    assert (tmp_path / "一.csv").read_text("utf-8") == (tmp_path / "二.csv").read_text("utf-8")


def test_rows_with_bad_cells_are_left_out_and_said(report, tmp_path: FilePath) -> None:  # type: ignore[no-untyped-def]
    rows = [trainee(1, counties()[0]), trainee(2, counties()[0], 所属行政区="火星", 设区市="")]
    output = tmp_path / "表.csv"
    done = report(write_csv(tmp_path / "信息表.csv", rows), "--year", "2022", "--output", output)
    assert done.code == 0
    assert "1 行数据错误" in done.err
    assert read_csv(output)[0]["1"] == "1"
    assert read_csv(output)[0]["4"] == "缺"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ((), "PR675"),
        (("--month", "2022-04", "--year", "2022"), "PR675"),
        (("--month", "2022-13"), "PR676"),
        (("--quarter", "2022-5"), "PR676"),
    ],
)
def test_a_period_is_due(report, tmp_path: FilePath, more: tuple[str, ...], code: str) -> None:  # type: ignore[no-untyped-def]
    done = report(write_csv(tmp_path / "信息表.csv", [trainee(1, counties()[0])]), *more)
    assert done.code == 2
    assert code in done.err


def test_an_unknown_report_is_refused(capfd: pytest.CaptureFixture[str], tmp_path: FilePath) -> None:
    rows = write_csv(tmp_path / "信息表.csv", [trainee(1, counties()[0])])
    run = CommandLine(capfd)
    done = run("report", "--policy", POLICY, "--report", "统记表", "--month", "2022-04", "--input", rows)
    assert done.code == 2
    assert "PR671" in done.err
    assert "统计表" in done.err


# --------------------------------------------------------------------------------- files that number from one each


def county_files(folder: FilePath, *, apart: bool) -> list[FilePath]:
    files = []
    for number, county in enumerate(counties()[:3]):
        first = 1 + (1000 * number if apart else 0)
        rows = [trainee(serial, county) for serial in range(first, first + 4)]
        files.append(write_csv(folder / f"{ROSTER}-{county[-1]}.csv", rows))
    return files


def test_counties_that_each_number_from_one_are_told_so_once(
    capfd: pytest.CaptureFixture[str], tmp_path: FilePath
) -> None:
    run = CommandLine(capfd)
    county_files(tmp_path, apart=False)
    asked = ("report", "--policy", POLICY, "--report", FORM, "--year", "2022", "--input", tmp_path)
    done = run(*asked)
    assert done.code == 0
    assert done.err.count("PR531") == 1
    (told,) = [line for line in done.err.splitlines() if "PR531" in line]
    assert "“信息表”的 4 个序号在两个文件里都有，如 1：" in told
    named = sorted(tmp_path.iterdir())
    assert f"{named[0]} 第 1 条，{named[1]} 第 1 条；还有 1 个文件也这样" in told
    assert "数据错误 12 行" in done.err
    county_files(tmp_path, apart=True)
    done = run(*asked)
    assert "PR531" not in done.err
    assert "计入 12 行" in done.err


def test_a_number_repeated_within_one_file_is_not_about_files(
    capfd: pytest.CaptureFixture[str], tmp_path: FilePath
) -> None:
    rows = [trainee(1, counties()[0]), trainee(1, counties()[0])]
    write_csv(tmp_path / f"{ROSTER}-1.csv", rows)
    write_csv(tmp_path / f"{ROSTER}-2.csv", [trainee(2, counties()[1])])
    done = CommandLine(capfd)("report", "--policy", POLICY, "--report", FORM, "--year", "2022", "--input", tmp_path)
    assert "PR531" not in done.err
    assert "数据错误 2 行" in done.err
