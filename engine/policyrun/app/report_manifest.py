"""Manifests of reports and indicators, which begin as every manifest does."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from policyrun.app.indicators import INDICATOR_COLUMNS, IndicatorRun
from policyrun.app.manifest import files_told, rules_told
from policyrun.app.report import ReportRun
from policyrun.datasets.write_csv import csv_bytes


def report_manifest(run: ReportRun) -> dict[str, Any]:
    taken = run.table.taken
    return {
        "command": "report",
        **rules_told(run.policy, run.settings),
        "sample": run.sample,
        "report": run.report.name,
        "period": run.period.name,
        "region": "/".join(run.within),
        "inputs": files_told(run.files),
        "rows": {
            "rows": run.read,
            "计入": taken.counted,
            "其他时期": taken.elsewhere,
            "没有日期": taken.undated,
            "数据错误": taken.invalid,
        },
        "result_digest": digest(run.columns, run.rows()),
    }


def indicator_manifest(run: IndicatorRun) -> dict[str, Any]:
    return {
        "command": "indicators",
        **rules_told(run.policy, run.settings),
        "sample": run.sample,
        "inputs": files_told(run.files),
        "rows": {
            record: {"rows": rows, "数据错误": run.rates.invalid.get(record, 0)} for record, rows in run.read.items()
        },
        "result_digest": digest(INDICATOR_COLUMNS, run.rows()),
    }


def digest(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """SHA-256 of a table's csv form, whatever it is written as, in hexadecimal."""
    lines = hashlib.sha256()
    for line in csv_bytes(columns, rows):
        lines.update(line)
    return lines.hexdigest()
