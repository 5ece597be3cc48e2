"""Scalars that hold a date or a number as YAML fields write them."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.syntax.nodes import Node, Scalar

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_NUMBER = re.compile(r"\d+(\.\d+)?", re.ASCII)


def read_date(node: Node | None, found: Diagnostics) -> date | None:
    """The day a scalar names, as ``2023-08-31``; None where there is no scalar or it is not a day."""
    if not isinstance(node, Scalar):
        return None
    written = _DATE.fullmatch(node.text)
    if written is not None:
        try:
            return date(int(written[1]), int(written[2]), int(written[3]))
        except ValueError:
            pass
    found.add(
        "PR344",
        _("“{text}”不是日期").format(text=node.text),
        node.span,
        help=_("日期写成 2023-08-31 的样子"),
    )
    return None


def read_number(node: Node | None, found: Diagnostics) -> Fraction | None:
    """The number a scalar names, in digits with at most one point; None where it is not a number."""
    if not isinstance(node, Scalar):
        return None
    if _NUMBER.fullmatch(node.text):
        return Fraction(node.text)
    found.add("PR345", _("“{text}”不是数").format(text=node.text), node.span, help=_("只写数字，单位另写"))
    return None
