"""``validate``: every cell that does not type, and nothing else."""

from __future__ import annotations

import pytest

from command_line import DEMO, SCHEME, CommandLine, person, read_csv, training, write_csv

BAD = [
    training(1, 1),
    training(2, 2, 身份证号码="999999199001010001", 项目等级="八级", 参保月数="-1"),
    training(3, 3, 职业工种=""),
    training(3, 4),
    training(5, 5, 发证日期="2024-02-30"),
]


@pytest.fixture
def validate(capfd, tmp_path):
    run = CommandLine(capfd)

    def command(rows, *more: object, scheme: str = SCHEME):
        data = write_csv(tmp_path / "数据.csv", rows)
        return run("validate", "--policy", DEMO, "--scheme", scheme, "--input", data, "--as-of", "2024-12-31", *more)

    return command


def test_every_bad_cell_has_a_row(validate, tmp_path):
    output = tmp_path / "问题.csv"
    done = validate(BAD, "--output", output)
    assert done.code == 1
    rows = read_csv(output)
    assert list(rows[0]) == ["项目", "序号", "列", "原因代码", "说明"]
    assert [(row["序号"], row["列"]) for row in rows] == [
        ("2", "身份证号码"),
        ("2", "项目等级"),
        ("2", "参保月数"),
        ("3", "序号"),
        ("3", "职业工种"),
        ("3", "序号"),
        ("5", "发证日期"),
    ]
    assert all(row["原因代码"] == f"INVALID:{row['列']}" and row["项目"] == SCHEME for row in rows)
    said = {row["列"]: row["说明"] for row in rows}
    assert said["发证日期"] == "第 6 行：填的是“2024-02-30”，没有这一天"
    assert said["职业工种"] == "第 4 行：必填，不能为空"
    assert "5 行中有 4 行、7 个单元格要改" in done.out


def test_a_sound_file_is_clean(validate, tmp_path):
    output = tmp_path / "问题.csv"
    done = validate(BAD[:1], "--output", output)
    assert done.code == 0
    assert output.read_text("utf-8") == "项目,序号,列,原因代码,说明\n"


def test_a_rule_across_rows_is_a_rule_of_the_form(validate, tmp_path):
    row = {"序号": "1", "项目编号": "A", "补贴总额": "100", "身份证号码": person(1), "培训完成": "是"}
    other = {**row, "序号": "2", "身份证号码": person(2), "补贴总额": "200"}
    output = tmp_path / "问题.csv"
    assert validate([row, other], "--output", output, scheme="项目制培训补贴").code == 1
    assert {each["列"] for each in read_csv(output)} == {"补贴总额"}


def test_without_output_the_cells_are_listed_masked(validate):
    done = validate(BAD)
    assert done.code == 1
    assert "INVALID:项目等级" in done.out
    assert "999999199001010001" not in done.out
    assert "999999199001010001" in validate(BAD, "--show-personal").out


def test_workbook_output_and_return(validate, tmp_path, capfd):
    pandas = pytest.importorskip("pandas")
    source, output, back = tmp_path / "数据.xlsx", tmp_path / "问题.xlsx", tmp_path / "退回.xlsx"
    pandas.DataFrame(BAD).to_excel(source, sheet_name=SCHEME, index=False)
    run = CommandLine(capfd)
    arguments = ("validate", "--policy", DEMO, "--scheme", SCHEME, "--input", source, "--as-of", "2024-12-31")
    assert run(*arguments, "--output", output, "--return", back).code == 1
    assert len(pandas.read_excel(output, engine="openpyxl")) == 7
    assert back.is_file()


@pytest.mark.parametrize(
    ("more", "scheme", "code"),
    [
        (["--output", "结果.pdf"], SCHEME, "PR590"),
        ([], "技能提升", "PR540"),
        (["--return", "退.xlsx"], SCHEME, "PR021"),
    ],
)
def test_what_cannot_be_checked(validate, more, scheme, code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = validate(BAD, *more, scheme=scheme)
    assert done.code == 2
    assert f"[{code}]" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["数据.csv"]


def test_a_missing_required_column_is_no_finding_but_an_error(validate):
    row = training(1, 1)
    del row["职业工种"]
    done = validate([row])
    assert done.code == 2 and "PR520" in done.err


def test_the_input_is_never_overwritten(validate, tmp_path):
    done = validate(BAD, "--output", tmp_path / "数据.csv")
    assert done.code == 2 and "PR022" in done.err
    assert len(read_csv(tmp_path / "数据.csv")) == 5
