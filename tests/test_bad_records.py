"""What users get wrong in files of records: each is said with a code, a place and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from build import make_id
from data_files import HEADER, LIVING, ROW, TRAINING, book, csv_text, edited, ole, small_policy, truncated
from policyrun.app.history import read_history
from policyrun.app.inputs import read_inputs
from policyrun.app.side_files import read_exceptions, read_lists
from policyrun.datasets.write_csv import write_csv
from policyrun.datasets.write_parquet import write_parquet
from policyrun.ir.cells import Invalid, read_cell
from policyrun.model.settings import Settings
from policyrun.source.diagnostic import Diagnostics, Severity

AS_OF = date(2023, 12, 31)
SHEET = "xl/worksheets/sheet1.xml"


@dataclass(frozen=True)
class Bad:
    """A mistake.

    Attributes:
        make: makes the files in a folder and acts on them, as a user would.
        code, where: the diagnostic expected and what the text of its place ends with.
        severity: an error unless the run goes on.
    """

    name: str
    make: Callable[[Path, Diagnostics], object]
    code: str
    where: str
    severity: Severity = Severity.ERROR


def read(found: Diagnostics, *sources: object, scheme: str | None = None) -> object:
    return read_inputs(small_policy(), [str(source) for source in sources], scheme, found)


def a_csv(text: str | bytes, name: str = "a.csv") -> Callable[[Path, Diagnostics], object]:
    """The mistake is in the text of a csv file."""

    def make(folder: Path, found: Diagnostics) -> object:
        path = folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read(found, f"{TRAINING}={path}")

    return make


def a_book(*rows: object, sheet: str = TRAINING, scheme: str | None = None) -> Callable[[Path, Diagnostics], object]:
    """The mistake is in the rows or the name of a sheet."""

    def make(folder: Path, found: Diagnostics) -> object:
        return read(found, book(folder / "a.xlsx", {sheet: rows}), scheme=scheme)  # type: ignore[dict-item]

    return make


def broken(how: Callable[[Path], Path]) -> Callable[[Path, Diagnostics], object]:
    """The mistake is in the file of a workbook."""

    def make(folder: Path, found: Diagnostics) -> object:
        return read(found, how(book(folder / "a.xlsx", {TRAINING: [HEADER, ROW]})))

    return make


def given(*sources: str, scheme: str | None = None) -> Callable[[Path, Diagnostics], object]:
    """The mistake is in what is given; ``{}`` stands for the folder."""
    return lambda folder, found: read(found, *(source.format(folder) for source in sources), scheme=scheme)


def bytes_of(data: bytes, name: str) -> Callable[[Path, Diagnostics], object]:
    def make(folder: Path, found: Diagnostics) -> object:
        (folder / name).write_bytes(data)
        return read(found, f"{TRAINING}={folder / name}")

    return make


def two_files(folder: Path, found: Diagnostics) -> object:
    (folder / "a.csv").write_text(csv_text(ROW), encoding="utf-8")
    return read(found, f"{TRAINING}={folder}/a.csv", f"{TRAINING}={folder}/./a.csv")


def far_cell(folder: Path, found: Diagnostics) -> object:
    path = book(folder / "a.xlsx", {TRAINING: [HEADER, ROW]})
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return read(found, edited(path, SHEET, lambda part: part.replace(b"</sheetData>", far)))


def nested_parquet(folder: Path, found: Diagnostics) -> object:
    import pyarrow
    from pyarrow import parquet

    table = pyarrow.table({**{name: [value] for name, value in zip(HEADER, ROW, strict=True)}, "材料": [["甲", "乙"]]})
    parquet.write_table(table, folder / "a.parquet")
    return read(found, f"{TRAINING}={folder}/a.parquet")


def half_parquet(folder: Path, found: Diagnostics) -> object:
    write_parquet(folder / "a.parquet", HEADER, [ROW], found)
    return read(found, f"{TRAINING}={truncated(folder / 'a.parquet')}")


def history(*rows: tuple[str, ...], header: tuple[str, ...]) -> Callable[[Path, Diagnostics], object]:
    def make(folder: Path, found: Diagnostics) -> object:
        (folder / "h.csv").write_text(csv_text(*rows, header=header), encoding="utf-8")
        return read_history(small_policy(), folder / "h.csv", Settings(AS_OF, AS_OF, {}), found)

    return make


def exceptions(*row: str) -> Callable[[Path, Diagnostics], object]:
    def make(folder: Path, found: Diagnostics) -> object:
        header = ("项目", "序号", "限额", "批准人", "依据", "日期")
        (folder / "e.csv").write_text(csv_text(row, header=header), encoding="utf-8")
        return read_exceptions([small_policy()], folder / "e.csv", found)

    return make


def listed(*row: str, name: str = "承训机构.csv") -> Callable[[Path, Diagnostics], object]:
    def make(folder: Path, found: Diagnostics) -> object:
        (folder / name).write_text(csv_text(row, header=("名称", "生效", "失效", "依据")), encoding="utf-8")
        return read_lists(small_policy(), folder, found)

    return make


def unwritable(path: str) -> Callable[[Path, Diagnostics], object]:
    def make(folder: Path, found: Diagnostics) -> object:
        (folder / "folder.csv").mkdir()
        return write_csv(folder / path, HEADER, [ROW], found)

    return make


H = ("项目", "序号", "结论", "补贴金额", *HEADER[1:5])
PAID = (TRAINING, "1", "准予", "2000.00", *ROW[1:5])
HTML = b"<html><table><tr><td>1</td></tr></table></html>"
GOOD = csv_text(ROW)
NO_LEVEL = tuple(name for name in HEADER if name != "项目等级")

CASES = [
    Bad("no such file", given(TRAINING + "={}/没有.csv"), "PR501", "没有.csv"),
    Bad("no such workbook", given("{}/没有.xlsx"), "PR501", "没有.xlsx"),
    Bad(
        "a folder named like a workbook",
        lambda f, d: ((f / "a.xlsx").mkdir(), read(d, f / "a.xlsx")),
        "PR542",
        "a.xlsx",
    ),
    Bad("old Excel", bytes_of(b"x", "a.xls"), "PR504", "a.xls"),
    Bad("open document", bytes_of(b"x", "a.ods"), "PR504", "a.ods"),
    Bad("plain text", bytes_of(b"x", "a.txt"), "PR504", "a.txt"),
    Bad("packed", bytes_of(b"x", "a.csv.gz"), "PR504", "a.csv.gz"),
    Bad("no ending", bytes_of(b"x", "a"), "PR504", "a"),
    Bad("empty csv", a_csv(""), "PR509", "a.csv"),
    Bad("empty workbook file", bytes_of(b"", "a.xlsx"), "PR509", "a.xlsx"),
    Bad("blank lines only", a_csv("\n\n  \n"), "PR509", "a.csv"),
    Bad("empty sheet", a_book(), "PR509", f"工作表“{TRAINING}”"),
    Bad("csv named xlsx", bytes_of(GOOD.encode(), "a.xlsx"), "PR505", "a.xlsx"),
    Bad("web page named xlsx", bytes_of(HTML, "a.xlsx"), "PR505", "a.xlsx"),
    Bad("web page named csv", a_csv(HTML), "PR505", "a.csv"),
    Bad("workbook named csv", bytes_of(b"PK\x03\x04rest", "a.csv"), "PR505", "a.csv"),
    Bad("old Excel named xlsx", broken(lambda path: ole(path, encrypted=False)), "PR505", "a.xlsx"),
    Bad("password", broken(lambda path: ole(path, encrypted=True)), "PR507", "a.xlsx"),
    Bad("truncated workbook", broken(truncated), "PR506", "a.xlsx"),
    Bad("sheet cut in the middle", broken(lambda p: edited(p, SHEET, lambda part: part[:400])), "PR506", "a.xlsx"),
    Bad(
        "workbook without sheets part", broken(lambda p: edited(p, "xl/workbook.xml", lambda part: b"<x")), "PR506", ""
    ),
    Bad("zip bomb", broken(lambda p: edited(p, SHEET, lambda part: part + bytes(200 * 1024**2))), "PR508", "a.xlsx"),
    Bad("cells too far apart", far_cell, "PR510", f"工作表“{TRAINING}”"),
    Bad("UTF-16", a_csv(GOOD.encode("utf-16")), "PR511", "a.csv"),
    Bad("NUL bytes", a_csv(GOOD.encode() + b"\0\0"), "PR511", "a.csv"),
    Bad("bytes of no encoding", a_csv(GOOD.encode() + b"\xff\xff\n"), "PR511", "第 3 行"),
    Bad("open quote", a_csv(GOOD + '2,"x\n'), "PR512", "第 3 行"),
    Bad("text after a quote", a_csv(GOOD + '2,"x"y,a,b,c,d\n'), "PR512", "第 3 行"),
    Bad("huge cell", a_csv(GOOD + '2,"' + "x" * 200_000 + '"\n'), "PR513", "第 3 行"),
    Bad("a comma too many", a_csv(csv_text((*ROW[:-1], "2", "000"))), "PR514", "第 2 行"),
    Bad("a row cut short", a_csv(GOOD + "2,x\n"), "PR515", "第 3 行", Severity.WARNING),
    Bad("broken parquet", half_parquet, "PR516", "a.parquet"),
    Bad("parquet that is none", bytes_of(b"PAR1xxxxPAR1", "a.parquet"), "PR516", "a.parquet"),
    Bad("lists in parquet", nested_parquet, "PR517", "“材料”"),
    Bad("a required column missing", a_csv(csv_text(header=NO_LEVEL)), "PR520", "第 1 行"),
    Bad("header too far down", a_csv("说明\n" * 20 + GOOD), "PR520", "第 1 行"),
    Bad("header misspelt", a_book([*NO_LEVEL, "项目登记"], ROW), "PR520", f"工作表“{TRAINING}”第 1 行"),
    Bad(
        "duplicate header",
        a_csv(csv_text((*ROW, ""), header=(*HEADER, "职业（工种）"))),
        "PR521",
        "第 1 行“职业（工种）”",
    ),
    Bad(
        "duplicate header nobody reads",
        a_csv(csv_text((*ROW, "", ""), header=(*HEADER, "备注", "备 注"))),
        "PR521",
        "第 1 行“备 注”",
    ),
    Bad("header only", a_csv(csv_text()), "PR522", "第 1 行", Severity.NOTE),
    Bad("a column without a name", a_book(HEADER, (*ROW, "x")), "PR523", "第 1 行", Severity.NOTE),
    Bad("unknown column", a_csv(csv_text((*ROW, ""), header=(*HEADER, "培训合个"))), "PR525", "a.csv", Severity.NOTE),
    Bad("optional columns missing", a_csv(GOOD), "PR526", "a.csv", Severity.NOTE),
    Bad("empty rows", a_csv(GOOD + ",,,,,\n"), "PR527", "a.csv", Severity.NOTE),
    Bad("other encoding", a_csv(GOOD.encode("gb18030")), "PR528", "a.csv", Severity.NOTE),
    Bad(
        "a number shown as a date",
        a_book(HEADER, (*ROW[:4], date(1900, 1, 5), 1)),
        "PR529",
        "第 2 行",
        Severity.WARNING,
    ),
    Bad("wrong sheet", a_book(HEADER, ROW, sheet="Sheet1"), "PR530", "a.xlsx"),
    Bad("unknown scheme", given("{}/a.csv", scheme="职业培训补助"), "PR540", ""),
    Bad("unknown scheme of a file", given("培训=a.csv"), "PR540", ""),
    Bad("csv of no scheme", lambda f, d: ((f / "a.csv").write_text(GOOD), read(d, f / "a.csv")), "PR541", "a.csv"),
    Bad("folder without data", given("{}"), "PR542", ""),
    Bad("the same file twice", two_files, "PR543", "a.csv"),
    Bad("no input", given(), "PR545", ""),
    Bad("only another scheme's file", given(LIVING + "=a.csv", scheme=TRAINING), "PR545", ""),
    Bad("output into no folder", unwritable("没有/r.csv"), "PR535", "r.csv"),
    Bad("output is a folder", unwritable("folder.csv"), "PR535", "folder.csv"),
    Bad("no folder of lists", lambda f, d: read_lists(small_policy(), f / "没有", d), "PR550", "没有"),
    Bad("unknown list", listed("甲校", "", "", "", name="承训机关.csv"), "PR551", "承训机关.csv", Severity.NOTE),
    Bad("list date", listed("甲校", "去年", "", ""), "PR552", "第 2 行“生效”"),
    Bad("list ends before it begins", listed("甲校", "2023-02-01", "2023-01-01", ""), "PR552", "第 2 行“失效”"),
    Bad("list line without a name", listed("", "2023-02-01", "", "文"), "PR552", "第 2 行“名称”"),
    Bad(
        "exception without a ground",
        exceptions(TRAINING, "1", "每年一次", "王某", "", "2023-01-01"),
        "PR555",
        "第 2 行“依据”",
    ),
    Bad("exception date", exceptions(TRAINING, "1", "每年一次", "王某", "文", "2023-02-30"), "PR555", "第 2 行“日期”"),
    Bad(
        "exception of no limit",
        exceptions(TRAINING, "1", "每年两次", "王某", "文", "2023-02-03"),
        "PR557",
        "第 2 行“限额”",
    ),
    Bad(
        "exception of no scheme",
        exceptions("补贴", "1", "每年一次", "王某", "文", "2023-02-03"),
        "PR557",
        "第 2 行“项目”",
    ),
    Bad("history without keys", history(PAID[:5], header=H[:5]), "PR560", "h.csv"),
    Bad("history without 项目", history(PAID[1:], header=H[1:]), "PR520", "第 1 行"),
    Bad("history with a bad date", history((*PAID[:-1], "昨天"), header=H), "PR561", "第 2 行“发证时间”"),
    Bad("history with a bad amount", history((*PAID[:3], "两千", *PAID[4:]), header=H), "PR561", "第 2 行“补贴金额”"),
    Bad("history of others", history((LIVING, *PAID[1:]), header=H), "PR562", "h.csv", Severity.NOTE),
    Bad(
        "history with a word of its own",
        history((*PAID[:2], "同意", *PAID[3:]), header=H),
        "PR565",
        "第 2 行“结论”",
        Severity.WARNING,
    ),
]


@pytest.mark.parametrize("bad", CASES, ids=lambda bad: bad.name)
def test_it_is_said(bad: Bad, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = Diagnostics()
    bad.make(tmp_path, found)
    said = [one for one in found if one.code == bad.code]
    assert said, [str(one) for one in found]
    assert any(str(one.at or "").endswith(bad.where) for one in said), [str(one.at) for one in said]
    assert all(one.severity is bad.severity for one in said)
    assert all(one.message for one in said)
    assert all(one.help for one in said), said
    assert found.failed is (bad.severity is Severity.ERROR)


def test_every_error_leaves_no_result(tmp_path: Path) -> None:
    for number, bad in enumerate(CASES):
        (folder := tmp_path / str(number)).mkdir()
        result = bad.make(folder, Diagnostics())
        if bad.severity is Severity.ERROR and not isinstance(result, tuple):
            assert not result, bad.name
        assert not list(folder.glob(".*")), bad.name


CELLS = [
    ("text in a money cell", "补贴标准", "两千", Invalid.NOT_A_NUMBER),
    ("a unit in a money cell", "补贴标准", "2000元", Invalid.UNIT),
    ("a negative amount", "补贴标准", -5, Invalid.NEGATIVE),
    ("thousandths", "补贴标准", 1.125, Invalid.DECIMALS),
    ("a date in a money cell", "补贴标准", date(2023, 5, 1), Invalid.NOT_A_NUMBER),
    ("an ID typed as a number", "身份证号码", int(make_id()), Invalid.ID_NUMBER),
    ("an ID cut short", "身份证号码", make_id()[:-1], Invalid.ID_FORM),
    ("two digits swapped", "身份证号码", "999999190910010016", Invalid.ID_CHECK),
    ("a serial date", "发证时间", 45000, Invalid.SERIAL_DATE),
    ("a birth date that is none", "身份证号码", "999999199002300015", Invalid.ID_BIRTH),
    ("31 June", "发证时间", "2023-06-31", Invalid.IMPOSSIBLE_DATE),
    ("a word for a date", "发证时间", "待定", Invalid.NOT_A_DATE),
    ("a level nobody knows", "项目等级", "六级", Invalid.NOT_A_MEMBER),
    ("no level", "项目等级", "　", Invalid.BLANK),
    ("a letter in 序号", "序号", "A1", Invalid.NOT_A_NUMBER),
    ("half a row number", "序号", 1.5, Invalid.NOT_WHOLE),
    ("a formula nobody calculated", "补贴标准", "=1+1", Invalid.ERROR),
]


@pytest.mark.parametrize(("column", "value", "reason"), [pytest.param(*case[1:], id=case[0]) for case in CELLS])
def test_a_cell_does_not_type(column: str, value: object, reason: Invalid, tmp_path: Path) -> None:
    row = [value if name == column else cell for name, cell in zip(HEADER, ROW, strict=True)]
    path = book(tmp_path / "a.xlsx", {TRAINING: [HEADER, row]})  # type: ignore[list-item]
    if reason is Invalid.ERROR:
        edited(path, SHEET, lambda part: part.replace(b"</f><v>0</v>", b"</f>"))
    policy, found = small_policy(), Diagnostics()
    inputs = read_inputs(policy, [str(path)], None, found)
    assert inputs is not None
    cell = inputs[0].rows[0][inputs[0].columns.index(column)]
    field = policy.schemes[0].record.field(column)
    assert field is not None
    assert read_cell(cell, field, AS_OF) is reason
