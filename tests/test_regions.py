"""Forms: columns that name regions, rules among the cells of a row, columns that a file does not have."""

from __future__ import annotations

from pathlib import Path as FilePath

import pytest

from command_line import CommandLine, read_csv, write_csv
from rosters import POLICY, ROSTER, counties, trainee

PLACE, CITY, FUND, MONEY = "所属行政区", "设区市", "资金来源", "补贴金额(元)"

#: Cells of a row → the columns that are to be put right.
CELLS = [
    ({}, []),
    ({PLACE: "上虞市", CITY: ""}, []),
    ({PLACE: "上虞市", CITY: "绍兴市"}, []),
    ({PLACE: "上虞区", CITY: "绍兴市"}, []),
    ({PLACE: "余杭区", CITY: ""}, []),
    ({PLACE: "　余杭区 ", CITY: " 杭州市"}, []),
    ({PLACE: "经开区", CITY: "温州市"}, []),
    ({PLACE: "经开区", CITY: "嘉兴市"}, []),
    ({PLACE: "市本级", CITY: "舟山市"}, []),
    ({PLACE: "火星", CITY: ""}, [PLACE]),
    ({PLACE: "", CITY: "杭州市"}, [PLACE]),
    ({PLACE: "杭州市", CITY: ""}, [PLACE]),
    ({PLACE: "杭州市", CITY: "杭州市"}, [PLACE]),
    ({PLACE: "浙江省", CITY: ""}, [PLACE]),
    ({PLACE: "余杭区", CITY: "宁波市"}, [PLACE]),
    ({PLACE: "余杭区", CITY: "杭州"}, [PLACE]),
    ({PLACE: "经开区", CITY: ""}, [PLACE]),
    ({PLACE: "经开区", CITY: "杭州市"}, [PLACE]),
    ({PLACE: "高新区", CITY: ""}, [PLACE]),
    ({PLACE: "市本级", CITY: ""}, [PLACE]),
    ({PLACE: "开发区", CITY: ""}, [PLACE]),
    ({PLACE: "开发区", CITY: "丽水市"}, [PLACE]),
    ({FUND: ""}, [FUND]),
    ({FUND: "", MONEY: "0"}, []),
    ({FUND: "", MONEY: "0.00"}, []),
    ({FUND: "", MONEY: "0.01"}, [FUND]),
    ({FUND: "彩票公益金"}, [FUND]),
    ({FUND: "", MONEY: "1800元"}, [MONEY]),
    ({FUND: "", PLACE: "火星", CITY: ""}, [PLACE, FUND]),
    ({"人员类别": "农村转移就业劳动者(不含企业职工)"}, []),
    ({"人员类别": "城乡未继续升学初高中毕业生（两后生）"}, []),
    ({"项目等级": "高级工"}, []),
    ({"证书类型": ""}, []),
    ({"发证时间": "2022年2月30日"}, ["发证时间"]),
    ({MONEY: "18.005"}, [MONEY]),
]


@pytest.mark.parametrize(("cells", "wrong"), CELLS)
def test_every_bad_cell_is_named(
    cells: dict[str, str], wrong: list[str], capfd: pytest.CaptureFixture[str], tmp_path: FilePath
) -> None:
    row = trainee(1, counties()[0], **cells)
    output = tmp_path / "问题.csv"
    file = write_csv(tmp_path / "信息表.csv", [row])
    run = CommandLine(capfd)
    done = run("validate", "--policy", POLICY, "--scheme", ROSTER, "--input", file, "--output", output)
    assert done.code == int(bool(wrong))
    found = read_csv(output)
    assert [line["列"] for line in found] == wrong
    assert [line["原因代码"] for line in found] == [f"INVALID:{name}" for name in wrong]
    assert all("ZJ24-" in line["说明"] for line in found)


def test_every_county_is_known(capfd: pytest.CaptureFixture[str], tmp_path: FilePath) -> None:
    rows = [trainee(serial, path) for serial, path in enumerate(counties(), 1)]
    file = write_csv(tmp_path / "信息表.csv", rows)
    done = CommandLine(capfd)("validate", "--policy", POLICY, "--scheme", ROSTER, "--input", file)
    assert (done.code, len(rows)) == (0, 102)
    assert "有关的数是缺" in done.err
    assert "102 行，没有填错的单元格" in done.out


def test_serials_are_unique_over_all_files(capfd: pytest.CaptureFixture[str], tmp_path: FilePath) -> None:
    folder = tmp_path / "各县"
    folder.mkdir()
    for number in range(2):
        write_csv(folder / f"{number}.csv", [trainee(1, counties()[number])])
    output = tmp_path / "问题.csv"
    CommandLine(capfd)("validate", "--policy", POLICY, "--scheme", ROSTER, "--input", folder, "--output", output)
    assert [line["原因代码"] for line in read_csv(output)] == ["INVALID:序号"] * 2
