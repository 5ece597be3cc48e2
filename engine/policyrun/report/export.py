"""The result as a file; the name's ending says which kind. All kinds carry equal cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from policyrun.app.result import InputFile, RunResult, result_lines, result_rows, table_digest
from policyrun.datasets.write_csv import write_csv
from policyrun.datasets.write_parquet import write_parquet
from policyrun.report.workbook import write_workbook
from policyrun.source.diagnostic import Diagnostics, Place, Severity
from policyrun.source.messages import _

#: What a spreadsheet takes for the start of a formula.
_FORMULA = ("=", "+", "-", "@")


def write_result(
    run: RunResult, path: str | Path, found: Diagnostics, *, keep_input: bool = False, excel_csv: bool = False
) -> bool:
    """Writes a result whole or not at all; the reason for the latter is in ``found``.

    Args:
        path: ends in .xlsx, .csv or .parquet; never a file that the run has read.
        keep_input: append the input columns.
        excel_csv: begin a .csv with a byte order mark, so that Excel shows Chinese.
    """
    path = Path(path)
    if not is_writable(path, run.inputs, found):
        return False
    return _WRITERS[path.suffix.lower()](run, path, keep_input, excel_csv, found)


def is_writable(path: Path, inputs: Sequence[InputFile], found: Diagnostics) -> bool:
    """Whether a result can be written under this name; if not, ``found`` says why."""
    if path.suffix.lower() not in _WRITERS:
        found.add(
            "PR590",
            _("不认识的结果格式“{suffix}”").format(suffix=path.suffix or path.name),
            Place(str(path)),
            help=_("文件名以 .xlsx、.csv 或 .parquet 结尾"),
        )
        return False
    if path.resolve() in {Path(file.path).resolve() for file in inputs}:
        found.add(
            "PR592",
            _("结果会覆盖本次读入的文件"),
            Place(str(path)),
            help=_("换一个文件名"),
        )
        return False
    return True


def _to_workbook(run: RunResult, path: Path, keep_input: bool, excel_csv: bool, found: Diagnostics) -> bool:
    table = result_rows(run, keep_input)
    return write_workbook(
        run, table_digest(table), len(table.rows), table.columns, result_lines(run, table), path, found
    )


def _to_csv(run: RunResult, path: Path, keep_input: bool, excel_csv: bool, found: Diagnostics) -> bool:
    columns, rows = result_rows(run, keep_input)
    if excel_csv:
        warn_of_formulas(sum(text.startswith(_FORMULA) for row in rows for text in row), path, found)
    return write_csv(path, columns, rows, found, bom=excel_csv)


def _to_parquet(run: RunResult, path: Path, keep_input: bool, excel_csv: bool, found: Diagnostics) -> bool:
    return write_parquet(path, *result_rows(run, keep_input), found)


_WRITERS: dict[str, Callable[[RunResult, Path, bool, bool, Diagnostics], bool]] = {
    ".xlsx": _to_workbook,
    ".csv": _to_csv,
    ".parquet": _to_parquet,
}


def warn_of_formulas(count: int, path: Path, found: Diagnostics) -> None:
    """A csv cannot say that a cell is text; who asks for Excel's csv is told how many cells Excel may run."""
    if count:
        found.add(
            "PR595",
            _("{count} 个单元格以 = + - @ 开头，Excel 打开 csv 时会当作公式").format(count=count),
            Place(str(path)),
            help=_("来路不明的数据请改用 .xlsx，其中文字不会被执行"),
            severity=Severity.WARNING,
        )
