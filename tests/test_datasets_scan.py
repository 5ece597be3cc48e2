"""Files as relations of a database: the same rows, columns and remarks as the readers that go cell by cell."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow
import pytest
from pyarrow import parquet

from build import make_id
from data_files import HEADER, ROW, TRAINING, book, csv_text, small_policy
from policyrun.app.inputs import wanted_of
from policyrun.datasets.files import open_file
from policyrun.datasets.merge import scheme_input
from policyrun.datasets.parquet_columns import parquet_columns
from policyrun.datasets.scan import scan_table, scheme_relation
from policyrun.datasets.scan_csv import scan_csv
from policyrun.datasets.scan_rows import quoted, relation_of
from policyrun.model.raw import CellKind, RawTable, SchemeInput
from policyrun.model.relation import RawRelation, RawType
from policyrun.source.diagnostic import Diagnostics

SCHEME = small_policy().schemes[0]
WANTED = wanted_of(small_policy(), SCHEME)


def by_cells(paths: Sequence[Path], found: Diagnostics) -> SchemeInput | None:
    tables: list[RawTable] = []
    for path in paths:
        file = open_file(path, found)
        table = None if file is None else file.table(_sheet(file.sheets), WANTED.required, WANTED.known, found)
        if table is None:
            return None
        tables.append(table)
    return scheme_input(TRAINING, SCHEME.record, WANTED.beside, tables, found)


def by_scan(paths: Sequence[Path], connection: duckdb.DuckDBPyConnection, found: Diagnostics) -> RawRelation | None:
    tables = []
    for place, path in enumerate(paths):
        file = open_file(path, found)
        if file is None:
            return None
        sheet = _sheet(file.sheets)
        table = scan_table(connection, f"文件{place}", file, sheet, WANTED.required, WANTED.known, found)
        if table is None:
            return None
        tables.append(table)
    return scheme_relation(connection, "原文", TRAINING, SCHEME.record, WANTED.beside, tables, found)


def _sheet(sheets: Sequence[str]) -> str:
    return sheets[0] if sheets else ""


def agree(*paths: Path) -> RawRelation | None:
    """Asserts that both ways say the same; the relation, if there is one."""
    told, remarked = Diagnostics(), Diagnostics()
    data = by_cells(paths, told)
    with duckdb.connect() as connection:
        relation = by_scan(paths, connection, remarked)
        # Numbers that collide are found once cells are typed: app.stream_serials, tests/test_engines.py.
        assert [str(one) for one in remarked] == [str(one) for one in told if one.code != "PR531"]
        if data is None or relation is None:
            assert data is None
            assert relation is None
            return None
        assert tuple(column.name for column in relation.columns) == data.columns
        assert (relation.unused, relation.absent, relation.empty) == (data.unused, data.absent, data.empty)
        assert (relation.rows, relation.lacking) == (len(data.rows), data.lacking)
        wanted = [tuple(cell.text for cell in row) for row in data.rows]
        assert texts_of(connection, relation) == wanted
        kinds_agree(connection, relation, data)
        places = connection.execute('SELECT row_no FROM "原文" ORDER BY row_no').fetchall()
        inside = [part for (row_no,) in places for part in relation.parts if part.first <= row_no < part.end]
        assert [(part.path, part.sheet) for part in inside] == [(one.path, one.sheet) for one in data.origins]
    return relation


def texts_of(connection: duckdb.DuckDBPyConnection, relation: RawRelation) -> list[tuple[str, ...]]:
    cells = ", ".join(f"coalesce(CAST({quoted(column.held_as)} AS VARCHAR), '')" for column in relation.columns)
    return connection.execute(f'SELECT {cells} FROM "原文" ORDER BY row_no').fetchall()


def kinds_agree(connection: duckdb.DuckDBPyConnection, relation: RawRelation, data: SchemeInput) -> None:
    """Kinds are those of the cells where the relation tells them, and matter to nobody where it does not."""
    for place, column in enumerate(relation.columns):
        cells = [row[place] for row in data.rows]
        if column.has_kind:
            found = connection.execute(f'SELECT {quoted(column.kind_column)} FROM "原文" ORDER BY row_no').fetchall()
            assert [kind or "text" for (kind,) in found] == [cell.kind.value if cell.text else "text" for cell in cells]
        else:
            assert CellKind.ERROR not in {cell.kind for cell in cells}


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


LINE = ",".join(ROW)
CSV = {
    "plain": csv_text(ROW, ROW),
    "no last line end": csv_text(ROW).rstrip("\n"),
    "title": "某某培训,,\n" + csv_text(ROW),
    "title in quotes": '"某,某"\n' + csv_text(ROW),
    "blank line before": "\n" + csv_text(ROW),
    "quoted": csv_text(("1", make_id(), '"电,工"', '"三""级"', "", '""')),
    "line end in quotes": csv_text(("1", make_id(), '"电\n工"', "三级", "", ""), ROW),
    "quotes inside": csv_text(("1", make_id(), '电"工"', "三级", "", "")),
    "blank before quotes": csv_text(("1", make_id(), ' "电工"', "三级", "", "")),
    "blank after quotes": csv_text(("1", make_id(), '"电工" ', "三级", "", "")),
    "quotes that do not pair": csv_text(("1", make_id(), '"电工', "三级", "", "")),
    "carriage returns": csv_text(ROW, ROW).replace("\n", "\r\n"),
    "mixed line ends": csv_text(ROW, ROW, ROW).replace("\n", "\r\n", 2),
    "carriage return alone": csv_text(ROW, ROW).replace("\n", "\r"),
    "blank lines": csv_text(ROW) + "\n\n" + LINE + "\n\n",
    "empty rows": csv_text(ROW, ("",) * 6, (" ", "\u3000", "", "", "", ""), ROW),
    "short": csv_text(ROW, ROW[:4], ROW),
    "long": csv_text(ROW, (*ROW, "x"), ROW),
    "long but blank": csv_text(ROW, (*ROW, ""), ROW),
    "byte order mark": "\ufeff" + csv_text(ROW),
    "no records": csv_text(),
    "nothing": "\n\n",
    "no header": LINE + "\n",
    "equal headers": csv_text((*ROW, "x"), header=(*HEADER, "序 号")),
    "no name": csv_text((*ROW, "x"), header=(*HEADER, "")),
    "no name and nothing there": csv_text((*ROW, ""), header=(*HEADER, "")),
    "unused, told apart by case": csv_text((*ROW, "1", "2", "3"), header=(*HEADER, "a", "A", "ROW_NO")),
    "other names": csv_text(ROW, header=("序 号", "身份证号码", "职业(工种)", "项目等级", "发证时间", "补贴标准")),
    "a cell that is too long": csv_text(("1", make_id(), "电" * 140_000, "三级", "", "")),
    "white space kept": csv_text((" 1 ", make_id(), "\t电工\u3000", "三级", "", "")),
    "nul": csv_text(("1", make_id(), "电\0工", "三级", "", "")),
    "one column": "序号\n1\n2\n",
}


@pytest.mark.parametrize("text", CSV.values(), ids=CSV)
def test_csv(tmp_path: Path, text: str) -> None:
    agree(written(tmp_path / "数据.csv", text))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "latin-1"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = csv_text(ROW, ROW).encode(encoding, "replace")
    (tmp_path / "数据.csv").write_bytes(text)
    agree(tmp_path / "数据.csv")


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_any_csv(tmp_path: Path, line_end: str) -> None:
    """Rows with a field spoiled at random: both read them alike, or both say what is wrong."""
    chance = random.Random(7)
    odd = ['"', '""', '"a"', '"a,b"', '"a\nb"', 'a"b', ' "a"', '"a" ', '"a""b"', '"""', "", " ", ",", "\r", "\n", "中"]
    for number in range(150):
        rows = [[str(at), make_id(), "电工", "三级", "", "9"] for at in range(4)]
        for _spoiled in range(chance.randint(1, 3)):
            chance.choice(rows)[chance.randint(0, 5)] = chance.choice(odd)
        text = csv_text(*rows) if number % 3 else csv_text(*rows).rstrip("\n")
        agree(written(tmp_path / f"{number}.csv", text.replace("\n", line_end)))


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_plain_files_are_read_by_the_database(tmp_path: Path, line_end: str, quote: str) -> None:
    row = tuple(f"{quote}{cell}{quote}" for cell in ROW)
    path = written(tmp_path / "数据.csv", csv_text(row, row).replace("\n", line_end))
    with duckdb.connect() as connection:
        table = scan_csv(connection, "表", path, ["序号"], Diagnostics())
        assert table is not None
        assert table.rows == 2


def test_many_files(tmp_path: Path) -> None:
    first = written(tmp_path / "1.csv", csv_text(ROW, ROW))
    other = written(tmp_path / "2.csv", csv_text((*ROW, "x"), header=(*reversed(HEADER), "备注")))
    third = parquet_of(tmp_path / "3.parquet", {"发证时间": [date(2023, 5, 1)], "补贴标准": [2000]})
    relation = agree(first, other, third, book(tmp_path / "4.xlsx", {TRAINING: [HEADER, ROW]}))
    assert relation is not None
    assert {column.type for column in relation.columns} == {RawType.TEXT}


def parquet_of(path: Path, columns: dict[str, object]) -> Path:
    """A file with one row per value of the columns given; the others repeat."""
    count = max(len(values) for values in columns.values())  # type: ignore[arg-type]
    whole: dict[str, object] = {name: [value] * count for name, value in zip(HEADER, ROW, strict=True)}
    parquet.write_table(pyarrow.table({**whole, **columns}), path)
    return path


def test_parquet_keeps_types(tmp_path: Path) -> None:
    columns = {
        "序号": [1, 2, None],
        "发证时间": [date(2023, 5, 1), None, date(1, 1, 1)],
        "补贴标准": [Decimal("2000.10"), None, Decimal("-1.00")],
        "培训合格": [True, None, False],
        "离校": [datetime(2023, 5, 1), None, datetime(2023, 5, 2)],
    }
    relation = agree(parquet_of(tmp_path / "数据.parquet", columns))
    assert relation is not None
    types = {column.name: column.type for column in relation.columns}
    assert types["序号"] is RawType.WHOLE
    assert types["发证时间"] is types["离校"] is RawType.DATE
    assert types["培训合格"] is RawType.BOOL
    assert types["补贴标准"] is RawType.MONEY


@pytest.mark.parametrize(
    ("digits", "scale", "held"),
    [(15, 2, RawType.MONEY), (2, 2, RawType.MONEY), (16, 2, RawType.TEXT), (9, 1, RawType.TEXT), (9, 3, RawType.TEXT)],
)
def test_decimals_are_money_with_two_decimals_and_room(tmp_path: Path, digits: int, scale: int, held: RawType) -> None:
    most = Decimal(10**digits - 1).scaleb(-scale)
    amounts = pyarrow.array([most, -most, Decimal(0), None], pyarrow.decimal128(digits, scale))
    relation = agree(parquet_of(tmp_path / "数据.parquet", {"补贴标准": amounts}))
    assert relation is not None
    assert {column.type for column in relation.columns if column.name == "补贴标准"} == {held}


def test_decimals_of_several_files_have_one_type(tmp_path: Path) -> None:
    """The first of many files has the fewest digits, and makes the table that all rows go to."""
    few, many = pyarrow.decimal128(4, 2), pyarrow.decimal128(15, 2)
    paths = [
        parquet_of(tmp_path / f"{place:02}.parquet", {"补贴标准": pyarrow.array([Decimal("12.34")], few)})
        for place in range(9)
    ]
    paths.append(parquet_of(tmp_path / "99.parquet", {"补贴标准": pyarrow.array([Decimal("1234567890123.45")], many)}))
    relation = agree(*paths)
    assert relation is not None
    assert {column.type for column in relation.columns if column.name == "补贴标准"} == {RawType.MONEY}


PARQUET = {
    "numbers": {"补贴标准": [0.1, 0.1 + 0.2, 1e20, 3000.0, -0.0, float("nan"), float("inf"), 1234567.891, 1e-7, None]},
    "short numbers": {"补贴标准": pyarrow.array([0.1, 3000.5], pyarrow.float32())},
    "an id as a number": {"身份证号码": [999999199001010048.0, 9.5e17]},
    "a time of day": {
        "发证时间": [datetime(2023, 5, 1), datetime(2023, 5, 1, 10, 30), datetime(2023, 5, 1, 1, 1, 1, 5)]
    },
    "nanoseconds": {"发证时间": pyarrow.array([10**18 + 1], pyarrow.timestamp("ns"))},
    "a time zone": {"发证时间": pyarrow.array([10**9], pyarrow.timestamp("s", "Asia/Shanghai"))},
    "dictionary": {"项目等级": pyarrow.array(["三级", "三级", None]).dictionary_encode()},
    "large numbers": {"序号": pyarrow.array([2**64 - 1, 1], pyarrow.uint64())},
    "empty rows": {name: [value, None, " ", value] for name, value in zip(HEADER, ROW, strict=True)},
    "lengths of time": {"补贴标准": pyarrow.array([1, 2], pyarrow.duration("us"))},
    "short numbers still": {"补贴标准": pyarrow.array([0.5, 3000], pyarrow.float64()).cast(pyarrow.float16())},
    "many digits": {"补贴标准": pyarrow.array([Decimal("2000.10")], pyarrow.decimal256(50, 2))},
    "small numbers": {"序号": pyarrow.array([1, 2], pyarrow.uint8())},
    "bytes": {"补贴标准": [b"1", b"2"]},
    "days and hours": {"发证时间": pyarrow.array([36000], pyarrow.time32("s"))},
    "large texts": {"项目等级": pyarrow.array(["三级", None], pyarrow.large_string())},
    "a list": {"补贴标准": [[1], [2]]},
    "nothing at all": {"补贴标准": pyarrow.nulls(2)},
    "equal headers": {"序 号": ["1"]},
    "told apart by case": {"a": ["1"], "A": ["2"]},
    "no records": {name: pyarrow.array([], pyarrow.string()) for name in HEADER},
}


@pytest.mark.parametrize("columns", PARQUET.values(), ids=PARQUET)
def test_parquet(tmp_path: Path, columns: dict[str, object]) -> None:
    agree(parquet_of(tmp_path / "数据.parquet", columns))


@pytest.mark.parametrize("schema", ["@", "AAAA", "/////" + "A" * 39])
def test_parquet_that_names_a_schema_that_is_none(tmp_path: Path, schema: str) -> None:
    path = tmp_path / "数据.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT '1' AS 序号) TO '{path}' (FORMAT parquet, KV_METADATA {{'ARROW:schema': '{schema}'}})"
        )
        assert parquet_columns(connection, path) is None


def test_workbook(tmp_path: Path) -> None:
    agree(book(tmp_path / "数据.xlsx", {TRAINING: [HEADER, ("1", 2, "电工", True, date(2023, 5, 1), "=1/0"), ROW]}))


def test_rows_at_hand(tmp_path: Path) -> None:
    data = by_cells([written(tmp_path / "数据.csv", csv_text(ROW, ROW))], Diagnostics())
    assert data is not None
    with duckdb.connect() as connection:
        relation = relation_of(connection, "原文", data)
        assert texts_of(connection, relation) == [tuple(cell.text for cell in row) for row in data.rows]
        assert (relation.rows, relation.parts[0].end) == (2, 2)


def test_large_csv_keeps_its_order(tmp_path: Path) -> None:
    """So large that the database reads it in several pieces at once."""
    path = tmp_path / "数据.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(",".join(HEADER) + "\n")
        out.writelines(f"{number},{LINE[2:]}\n" for number in range(400_000))
    with duckdb.connect() as connection:
        relation = by_scan([path], connection, Diagnostics())
        assert relation is not None
        found = connection.execute('SELECT bool_and(CAST("序号" AS BIGINT) = row_no), max(row_no) FROM "原文"')
        assert found.fetchone() == (True, 399_999)
