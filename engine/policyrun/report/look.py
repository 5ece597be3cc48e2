"""How every workbook looks: one accent colour, soft conclusions, official fonts.

Named looks are dictionaries of cell properties; a ``Look`` makes the formats of one workbook from them, each once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

FONT = "等线"
ACCENT = "#1F3864"
ACCENT_SOFT = "#E9EEF6"
RULE = "#C9D2E0"
RULE_SOFT = "#E3E7ED"
INK_SOFT = "#5F6B7A"
ALARM = "#C00000"

#: Background and ink of each conclusion.
CONCLUSIONS = {
    "准予": ("#E6F2E8", "#1E5631"),
    "不予": ("#EEEEEE", "#4A4A4A"),
    "待核实": ("#FFF3D1", "#7A5200"),
    "数据错误": ("#FBE2DF", "#9B1C12"),
}

MONEY = "#,##0.00"
COUNT = "#,##0"
DAY = "yyyy-mm-dd"
MOMENT = "yyyy-mm-dd hh:mm:ss"

Properties = Mapping[str, Any]

_BASE: Properties = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
_CELL: Properties = {"bottom": 1, "bottom_color": RULE_SOFT}
_TOTAL: Properties = {"bold": True, "top": 1, "top_color": ACCENT, "bottom": 1, "bottom_color": ACCENT}

#: Whole columns of a blank template, by the kind of cell typed into them.
ENTRIES: Mapping[str, str] = {
    "serial": "0",
    "id_card": "@",
    "text": "@",
    "date": DAY,
    "int": "0",
    "money": MONEY,
    "bool": "@",
    "enum": "@",
}

_HEADER: Properties = {
    "bold": True,
    "font_color": ACCENT,
    "bg_color": ACCENT_SOFT,
    "top": 1,
    "top_color": ACCENT,
    "bottom": 1,
    "bottom_color": ACCENT,
    "text_wrap": True,
}

_APART: Properties = {"align": "center", "left": 1, "left_color": "#FFFFFF"}

LOOKS: Mapping[str, Properties] = {
    "title": {"font_size": 16, "bold": True, "font_color": ACCENT},
    "subtitle": {"font_color": INK_SOFT},
    "alarm": {"font_color": ALARM, "bold": True},
    "block": {"font_size": 12, "bold": True, "font_color": ACCENT, "valign": "bottom"},
    "remark": {"font_color": INK_SOFT, "font_size": 9, "text_wrap": True, "valign": "top"},
    "plain": {},
    "agrees": {"font_color": "#1E5631", "bold": True},
    "header": _HEADER,
    "header_centre": {**_HEADER, "align": "center"},
    "header_right": {**_HEADER, "align": "right", "indent": 1},
    "header_kept": {
        "font_color": INK_SOFT,
        "bg_color": "#F4F5F7",
        "bottom": 1,
        "bottom_color": RULE,
        "text_wrap": True,
    },
    "header_must": {**_HEADER, **_APART, "bg_color": ACCENT, "font_color": "#FFFFFF"},
    "header_may": {**_HEADER, **_APART},
    "text": {**_CELL, "num_format": "@"},
    "centre": {**_CELL, "num_format": "@", "align": "center"},
    "serial": {**_CELL, "align": "center"},
    "wrap": {**_CELL, "num_format": "@", "text_wrap": True},
    "label": {**_CELL, "font_color": INK_SOFT, "valign": "top"},
    "value": {**_CELL, "num_format": "@", "text_wrap": True, "valign": "top"},
    "value_must": {**_CELL, "text_wrap": True, "valign": "top", "font_color": ACCENT, "bold": True},
    "value_alarm": {**_CELL, "text_wrap": True, "valign": "top", "font_color": ALARM, "bold": True},
    "value_open": {**_CELL, "num_format": "@", "text_wrap": True, "valign": "top", "font_color": "#7A5200"},
    "digest": {**_CELL, "num_format": "@", "font_name": "Consolas", "font_size": 9, "valign": "top"},
    "number": {**_CELL, "align": "right"},
    "count": {**_CELL, "num_format": COUNT, "align": "right", "indent": 1},
    "money": {**_CELL, "num_format": MONEY, "align": "right", "indent": 1},
    "date": {**_CELL, "num_format": DAY, "align": "center"},
    "moment": {**_CELL, "num_format": MOMENT, "align": "center"},
    "total": _TOTAL,
    "total_count": {**_TOTAL, "num_format": COUNT, "align": "right", "indent": 1},
    "total_money": {**_TOTAL, "num_format": MONEY, "align": "right", "indent": 1},
    "figure": {"font_size": 16, "bold": True, "num_format": COUNT, "align": "center", "font_color": ACCENT},
    "figure_money": {"font_size": 16, "bold": True, "num_format": MONEY, "align": "center", "font_color": ACCENT},
    "figure_name": {"font_color": INK_SOFT, "align": "center", "font_size": 9},
    **{f"entry_{cell}": {"num_format": shown} for cell, shown in ENTRIES.items()},
    **{
        name: {**_CELL, "bg_color": paper, "font_color": ink, "align": "center"}
        for name, (paper, ink) in CONCLUSIONS.items()
    },
}


class _Book(Protocol):
    def add_format(self, properties: dict[str, Any]) -> Any: ...


class Look:
    """The formats of one workbook, by name."""

    def __init__(self, book: _Book) -> None:
        self._book = book
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._book.add_format({**_BASE, **LOOKS[name]})
        return self._made[name]
