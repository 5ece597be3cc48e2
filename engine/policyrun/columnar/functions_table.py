"""What each operator and function becomes in SQL: one entry per row of ``ir.ops`` that an engine meets."""

from __future__ import annotations

from collections.abc import Mapping

from policyrun.columnar import functions_dates, functions_numbers, functions_texts, functions_workdays
from policyrun.columnar.functions_numbers import Function

FUNCTIONS: Mapping[str, Function] = {
    **functions_numbers.FUNCTIONS,
    **functions_texts.FUNCTIONS,
    **functions_dates.FUNCTIONS,
    **functions_workdays.FUNCTIONS,
}
