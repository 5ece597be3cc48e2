"""The workbook beside a policy, as it lies there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import openpyxl

from policyrun.ir.policy import Policy


def bundled_texts(policy: Policy) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """The rows of each sheet of a policy's ``sample.xlsx``, header first; a blank cell is an empty text."""
    book = openpyxl.load_workbook(Path(policy.path).with_name("sample.xlsx"), read_only=True)
    return {
        sheet.title: tuple(tuple("" if cell is None else cell for cell in row) for row in sheet.values)
        for sheet in book
    }
