"""Sheets that our own workbooks hold beside the records; who reads such a workbook again need not hear of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

#: Of a result.
RESULT, SUMMARY, NOTES = "结果", "汇总", "说明"
#: Of a blank form.
GUIDE, CHOICES = "填表说明", "选项"
#: Of a workbook sent back.
LEGEND = "退回说明"

#: What must stand in a workbook for its sheets on the right to be ours; a sheet of a user may have one of the names.
_OURS = (
    (frozenset((RESULT, SUMMARY, NOTES)), frozenset((SUMMARY, NOTES))),
    (frozenset((GUIDE, CHOICES)), frozenset((GUIDE, CHOICES))),
    (frozenset((LEGEND,)), frozenset((LEGEND,))),
)


def unread(sheets: Sequence[str], taken: Iterable[str]) -> list[str]:
    """The sheets of a workbook that hold something of the user's and are not taken.

    >>> unread(["结果", "汇总", "说明", "底稿"], ["结果"])
    ['底稿']
    >>> unread(["结果", "说明"], ["结果"])
    ['说明']
    """
    ours = {sheet for together, those in _OURS if together.issubset(sheets) for sheet in those}
    return [sheet for sheet in sheets if sheet not in ours and sheet not in set(taken)]
