"""The workbook beside a policy: as it lies there, and as files that a database reads."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from policyrun.app.evaluate import Request, sample_day, sample_path
from policyrun.app.inputs import read_inputs
from policyrun.app.library import list_policies
from policyrun.app.load import load
from policyrun.ir.policy import Policy
from policyrun.model.raw import SchemeInput
from policyrun.source.diagnostic import Diagnostics

#: The shipped policies that have one.
SAMPLED = [entry.ref for entry in list_policies(()) if (entry.path.parent / "sample.xlsx").is_file()]


def bundled_texts(policy: Policy) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """The rows of each sheet of a policy's ``sample.xlsx``, header first; a blank cell is an empty text."""
    book = openpyxl.load_workbook(Path(policy.path).with_name("sample.xlsx"), read_only=True)
    return {
        sheet.title: tuple(tuple("" if cell is None else cell for cell in row) for row in sheet.values)
        for sheet in book
    }


def policy_and_sample(ref: str, folder: Path) -> tuple[Policy, Request]:
    """A shipped policy, and what asks for its sample, which is written into a folder as text."""
    found = Diagnostics()
    policy = load(ref, found)
    assert policy is not None
    workbook = sample_path(policy)
    assert workbook is not None
    sample = read_inputs(policy, [str(workbook)], None, found)
    assert sample is not None
    return policy, Request(sources=(str(_written(folder, sample)),), as_of=sample_day(workbook))


def _written(folder: Path, sample: tuple[SchemeInput, ...]) -> Path:
    """A csv per scheme, the first scheme in two files of different formats."""
    folder.mkdir()
    for number, data in enumerate(sample):
        rows = [[cell.text for cell in row] for row in data.rows]
        half = len(rows) // 2 if number == 0 else len(rows)
        with (folder / f"{data.scheme}-1.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([list(data.columns), *rows[:half]])
        if rows[half:]:
            columns = [pa.array(list(values), pa.string()) for values in zip(*rows[half:], strict=True)]
            pq.write_table(pa.table(columns, names=list(data.columns)), folder / f"{data.scheme}-2.parquet")
    return folder
