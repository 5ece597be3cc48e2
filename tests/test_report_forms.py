"""The form as a workbook, and forms handed in held against the records."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path as FilePath
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest

from command_line import CommandLine, Done, read_csv, write_csv
from rosters import FORM, OVERLAY, POLICY, ROSTER, counties, policy, roster, trainee


class Bench:
    """A roster and the commands on it."""

    def __init__(self, run: CommandLine, folder: FilePath) -> None:
        self.run = run
        self.folder = folder
        self.rows = roster(300, 11, counties()[:20])
        self.input = write_csv(folder / "信息表.csv", self.rows)

    def report(self, *more: object, input_: FilePath | None = None) -> Done:
        data = input_ or self.input
        return self.run("report", "--policy", POLICY, "--report", FORM, "--year", "2022", "--input", data, *more)


@pytest.fixture
def bench(capfd: pytest.CaptureFixture[str], tmp_path: FilePath) -> Bench:
    return Bench(CommandLine(capfd), tmp_path)


def test_the_form_has_three_parts(bench: Bench) -> None:
    path = bench.folder / "表.xlsx"
    assert bench.report("--output", path).code == 0
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["主表", "续表一", "续表二"]
    keys = {"主表": range(1, 15), "续表一": range(15, 22), "续表二": range(22, 40)}
    bench.report("--output", bench.folder / "表.csv")
    told = read_csv(bench.folder / "表.csv")
    for sheet in book:
        values = [list(row) for row in sheet.values]
        at = next(number for number, row in enumerate(values) if row[0] == "甲")
        assert values[at] == ["甲", "乙", *map(str, keys[sheet.title])]
        assert [row[1] for row in values[at + 1 : at + 115]] == [row["地区"] for row in told]
        for row, ours in zip(values[at + 1 : at + 115], told, strict=True):
            assert [float(cell) for cell in row[2:]] == [float(ours[str(key)]) for key in keys[sheet.title]]
        assert str(values[1][0]) == "填报单位：浙江省"
        assert "计量单位：人次、万元" in map(str, values[1])
        assert [text for text in values[at + 115] if text] == [
            "单位负责人：",
            "处（科）室负责人：",
            "填表人：",
            "报出日期：",
        ]
        assert sheet.merged_cells.ranges


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_form_that_agrees(bench: Bench, ending: str) -> None:
    path = bench.folder / f"表.{ending}"
    bench.report("--output", path)
    done = bench.report("--check", path)
    assert (done.code, "账表相符" in done.out) == (0, True)


def test_an_altered_cell_is_found_in_a_csv(bench: Bench) -> None:
    path = bench.folder / "表.csv"
    bench.report("--output", path)
    rows = read_csv(path)
    place = next(row for row in rows if row["级别"] == "县" and int(row["16"]) > 0)
    row = next(number for number, one in enumerate(rows) if one is place)
    rows[row] = {**place, "16": str(int(place["16"]) + 1)}
    done = bench.report("--check", write_csv(path, rows))
    assert done.code == 1
    (line,) = [line.split("\t") for line in done.out.splitlines() if line.startswith("县\t")]
    assert line[:7] == ["县", place["设区市"], place["地区"], "16", "职业资格证书", place["16"], rows[row]["16"]]
    named = line[8].split("、")
    behind = [one["序号"] for one in bench.rows if _is_behind(one, place)]
    assert named == behind[: len(named)]
    assert int(line[7]) == len(behind) == int(place["16"])
    assert "取证按类型" in done.err
    assert "上级等于下级之和" in done.err


def _is_behind(row: dict[str, str], place: dict[str, str]) -> bool:
    here = (row["所属行政区"], row["设区市"]) == (place["地区"], place["设区市"])
    return here and row["证书类型"] == "职业资格证书" and bool(row["发证时间"])


def test_an_altered_cell_is_found_in_the_form(bench: Bench) -> None:
    path = bench.folder / "表.xlsx"
    bench.report("--output", path)
    book = openpyxl.load_workbook(path)
    sheet = book["续表二"]
    at = next(number for number, row in enumerate(sheet.values, 1) if row[0] == "甲")
    cell = sheet.cell(at + 3, 3)
    cell.value = (cell.value or 0) + 0.02
    book.save(path)
    done = bench.report("--check", path)
    assert done.code == 1
    assert "账表不符：1 格" in done.out
    assert "上城区\t22\t职业技能培训资金数" in done.out


def test_rounding_apart_breaks_no_relation(bench: Bench) -> None:
    rows = [trainee(number, counties()[0], **{"补贴金额(元)": "49.99"}) for number in range(1, 4)]
    rows += [trainee(4, counties()[1], **{"补贴金额(元)": "49.99"})]
    file = write_csv(bench.folder / "零钱.csv", rows)
    bench.report("--output", bench.folder / "表.csv", input_=file)
    done = bench.report("--check", bench.folder / "表.csv", input_=file)
    assert (done.code, "PR683" in done.err) == (0, False)


def test_a_county_hands_in_its_own_row(bench: Bench) -> None:
    county = counties()[0]
    file = write_csv(bench.folder / "本县信息表.csv", [row for row in bench.rows if row["所属行政区"] == county[-1]])
    for ending in ("csv", "xlsx"):
        path = bench.folder / f"本县.{ending}"
        bench.report("--region", county[-1], "--output", path, input_=file)
        assert bench.report("--check", path, input_=file).code == 0
        done = bench.report("--check", path)
        assert done.code == 1, "other counties of the roster have no row in the form"
    assert [row["地区"] for row in read_csv(bench.folder / "本县.csv")] == [county[-1]]


def test_what_records_cannot_tell_is_not_compared(bench: Bench) -> None:
    bench.report("--output", bench.folder / "表.csv")
    rows = [{name: text for name, text in row.items() if name != "农民工"} for row in bench.rows]
    done = bench.report("--check", bench.folder / "表.csv", input_=write_csv(bench.folder / "少列.csv", rows))
    assert done.code == 0
    assert "PR684" in done.err


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"地区": "火星"}, "PR681"),
        ({"地区": "拱墅区"}, "PR682"),
    ],
)
def test_forms_that_cannot_be_read(bench: Bench, change: dict[str, str], code: str) -> None:
    bench.report("--output", bench.folder / "表.csv")
    rows = read_csv(bench.folder / "表.csv")
    rows[2] |= change
    done = bench.report("--check", write_csv(bench.folder / "坏.csv", rows))
    assert (done.code, code in done.err) == (2, True)


def test_a_file_of_something_else_is_refused(bench: Bench) -> None:
    done = bench.report("--check", bench.input)
    assert (done.code, "PR680" in done.err) == (2, True)


@pytest.mark.parametrize(("region", "code"), [("经开区", 2), ("温州市/经开区", 0), ("火星", 2), ("杭州市", 0)])
def test_whose_form(bench: Bench, region: str, code: int) -> None:
    done = bench.report("--region", region, "--output", bench.folder / "表.xlsx")
    assert done.code == code
    assert ("PR685" in done.err) is bool(code)
    if not code:
        sheet = openpyxl.load_workbook(bench.folder / "表.xlsx").worksheets[0]
        assert sheet["A2"].value == f"填报单位：{region.rpartition('/')[2]}"


def test_indicators_as_a_workbook_and_a_picture(bench: Bench) -> None:
    book, picture = bench.folder / "指标.xlsx", bench.folder / "进度.svg"
    done = bench.run(*("indicators", "--policy", POLICY, "--input", bench.input, "--output", book, "--chart", picture))
    assert done.code == 0
    opened = openpyxl.load_workbook(book)
    assert opened.sheetnames == ["指标", "进度", "说明"]
    assert opened["指标"].max_row == 114 * 5 + 1
    assert opened["指标"]["E2"].value == 300
    assert opened["进度"].max_row == 12
    assert any("由“信息表”得出" in str(row[1]) for row in opened["说明"].values)
    root = ElementTree.parse(picture).getroot()
    assert root.tag.endswith("svg")
    # White ground, a key and eleven bars for each of three indicators.
    assert len(root.findall("{http://www.w3.org/2000/svg}rect")) == 1 + 3 + 33


def told_beside(output: FilePath) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(output.with_name(f"{output.name}.manifest.json").read_text("utf-8"))
    return manifest


def test_a_report_has_a_manifest_beside_it(bench: Bench) -> None:
    csv, xlsx = bench.folder / "表.csv", bench.folder / "表.xlsx"
    assert bench.report("--output", csv, "--region", "杭州市", "--reading", "归月口径=补贴发放时间").code == 0
    assert bench.report("--output", xlsx, "--region", "杭州市", "--reading", "归月口径=补贴发放时间").code == 0
    told = told_beside(csv)
    assert told == told_beside(xlsx)
    assert told["result_digest"] == sha256(csv.read_bytes()).hexdigest()
    assert (told["command"], told["report"], told["period"], told["region"]) == (
        "report",
        FORM,
        "2022年",
        "浙江省/杭州市",
    )
    assert told["policy_digest"] == policy().digest
    assert told["readings"]["归月口径"] == "补贴发放时间"
    assert told["inputs"] == [
        {"file": "信息表.csv", "sha256": sha256(bench.input.read_bytes()).hexdigest(), "rows": 300, "role": "数据"}
    ]
    rows = dict(told["rows"])
    assert rows.pop("rows") == 300 == sum(rows.values())
    assert told["sample"] is False


def test_indicators_have_a_manifest_beside_them(bench: Bench) -> None:
    overlay = bench.folder / "前期准备.yaml"
    overlay.write_text(OVERLAY % "true", encoding="utf-8")
    csv = bench.folder / "指标.csv"
    done = bench.run("indicators", "--policy", POLICY, "--input", bench.input, "--output", csv, "--with", overlay)
    assert done.code == 0
    told = told_beside(csv)
    assert told["command"] == "indicators"
    assert told["result_digest"] == sha256(csv.read_bytes()).hexdigest()
    assert [file["role"] for file in told["inputs"]] == ["数据", "补充"]
    assert told["rows"] == {ROSTER: {"rows": 300, "数据错误": 0}}


@pytest.mark.parametrize("command", ["report", "indicators"])
def test_nothing_is_left_of_an_output_that_cannot_be_written(bench: Bench, command: str) -> None:
    for output in (bench.folder / "没有" / "表.csv", bench.folder / "表.doc", bench.input):
        before = sorted(bench.folder.iterdir())
        more = ("--report", FORM, "--year", "2022") if command == "report" else ()
        done = bench.run(command, "--policy", POLICY, *more, "--input", bench.input, "--output", output)
        assert done.code == 2
        assert sorted(bench.folder.iterdir()) == before


def test_a_blank_form_is_read_back(bench: Bench) -> None:
    path = bench.folder / "空白.xlsx"
    assert bench.run("template", "--policy", POLICY, "--scheme", ROSTER, "--output", path).code == 0
    book = openpyxl.load_workbook(path)
    header = [cell.value for cell in book[ROSTER][1]]
    row = trainee(1, counties()[0])
    row["职业工种"] = row["职业(工种)"]
    book[ROSTER].append([row.get(str(name), "") for name in header])
    book.save(path)
    done = bench.run("validate", "--policy", POLICY, "--scheme", ROSTER, "--input", path)
    assert (done.code, "1 行，没有填错的单元格" in done.out) == (0, True)
