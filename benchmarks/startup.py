"""How long a command takes from the shell's point of view, beside an interpreter that does nothing."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter
from generate import tables
from measure import POLICYRUN, Measured, measure, middle
from synthetic import jinhua

#: Rows of the workbook, as a small bureau has them in a month.
FEW = 16
#: Of each command.
RUNS = 15


def commands(folder: Path) -> Mapping[str, list[str]]:
    """Commands by what they are called; what they read is put into a folder."""
    book = folder / "records.xlsx"
    workbook(book)
    evaluate = [*POLICYRUN, "evaluate", "--policy", jinhua.POLICY, "--input", str(book)]
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        "policyrun --help": [*POLICYRUN, "--help"],
        "policyrun list": [*POLICYRUN, "list"],
        "policyrun check --all": [*POLICYRUN, "check", "--all"],
        f"policyrun evaluate, {FEW} rows, workbook to workbook": [*evaluate, "--output", str(folder / "result.xlsx")],
        "policyrun evaluate --policy hebei-2023": [*POLICYRUN, "evaluate", "--policy", "hebei-2023"],
    }


def workbook(path: Path) -> None:
    """Writes synthetic records as a bureau would have them, every cell a text."""
    (table,) = tables(jinhua.POLICY, FEW, seed=1, as_text=True)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet(jinhua.SCHEME)
        for at, name in enumerate(table.column_names):
            sheet.write_column(0, at, [name, *table.column(name).to_pylist()])


def times() -> Mapping[str, Measured]:
    """The median of several runs of each command, in turns, after one that compiles and fills the disk cache."""
    with TemporaryDirectory() as folder:
        asked = commands(Path(folder))
        for command in asked.values():
            measure(command)
        found: dict[str, list[Measured]] = {name: [] for name in asked}
        for _run in range(RUNS):
            for name, command in asked.items():
                found[name].append(measure(command))
    return {name: middle(taken) for name, taken in found.items()}


if __name__ == "__main__":
    for name, taken in times().items():
        print(f"{taken.seconds * 1000:6.0f} ms  {taken.cpu * 1000:6.0f} ms cpu  {name}")
