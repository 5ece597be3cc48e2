"""Every operator and function: one row each. Checker, evaluator, reference and case files read this table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from policyrun.ir.op import Form, Missing, Op
from policyrun.ir.rows_dates import DATES
from policyrun.ir.rows_numbers import LISTS, NUMBERS
from policyrun.ir.rows_operators import OPERATORS
from policyrun.ir.rows_texts import TEXTS

__all__ = ["FUNCTION_NAMES", "OPS", "PROPERTIES", "Form", "Missing", "Op"]

#: Every row by its key.
OPS: Mapping[str, Op] = MappingProxyType({op.key: op for op in (*OPERATORS, *NUMBERS, *LISTS, *TEXTS, *DATES)})

#: Functions by each of their spellings.
FUNCTION_NAMES: Mapping[str, Op] = MappingProxyType(
    {name: op for op in OPS.values() if op.form is Form.FUNCTION for name in (op.feel, op.chinese) if name}
)

#: Properties of dates and durations by their spelling; a function of one date is one too.
PROPERTIES: Mapping[str, Op] = MappingProxyType(
    {op.feel: op for op in OPS.values() if op.form is Form.PROPERTY}
    | {key: OPS[key] for key in ("year", "month", "day", "weekday")}
)
