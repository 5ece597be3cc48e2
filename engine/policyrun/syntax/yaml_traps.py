"""What people type that YAML takes for something else: full-width punctuation, blanks that are not blanks."""

from __future__ import annotations

import re

from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.source.text import Span
from policyrun.syntax.nodes import Scalar

#: Characters YAML does not allow, among them NUL and lone surrogates; and those it alone takes for an end of line.
FORBIDDEN = re.compile("[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")

#: A key at the start of a line, before whatever stands for its colon.
_KEY = r"^[ ]*(?:- +)*(?P<key>[^\s:：#\"'\[\]{},，&*!|>%@`-][^\s:：#\"'\[\]{},，]*)"

FULL_COLON = re.compile(_KEY + r"(?P<bad>：)")
TIGHT_COLON = re.compile(_KEY + r"(?P<bad>:)(?=[^\s:])")
ODD_BLANK = re.compile(r"^[ ]*(?:- *)?(?P<bad>[\u3000\u00a0\u200b\u2003]+)")
BLANK_AFTER_COLON = re.compile(_KEY + r":(?P<bad>[\u3000\u00a0\u200b\u2003]+)")
TAB_INDENT = re.compile(r"^[ ]*(?P<bad>\t+)")

_QUOTES = {"“": "”", "‘": "’"}
_LISTS = {"［": "］", "【": "】", "｛": "｝"}


def report_full_colon(at: Span, found: Diagnostics) -> None:
    found.add("PR150", _("键后用了全角冒号“：”"), at, label=_("全角"), help=_("改为半角冒号加一个空格“: ”"))


def report_tight_colon(at: Span, found: Diagnostics) -> None:
    found.add("PR154", _("冒号后面少一个空格"), at, label=_("后面要有空格"), help=_("写成“键: 值”"))


def report_full_comma(at: Span, found: Diagnostics) -> None:
    found.add(
        "PR152",
        _("分隔用了全角标点“{mark}”").format(mark=at.text),
        at,
        label=_("全角"),
        help=_("改为半角；它若是文字的一部分，就把这段文字放进引号"),
    )


def report_odd_blank(at: Span, found: Diagnostics) -> None:
    found.add("PR153", _("这里的空白不是半角空格"), at, label=_("全角或不可见的空白"), help=_("删去，用半角空格"))


def look_at_scalar(scalar: Scalar, *, in_flow_list: bool, found: Diagnostics) -> None:
    """Report full-width quotes around a plain scalar, and a full-width comma in an item of ``[…]``."""
    if scalar.quoted or not scalar.text:
        return
    closing = _QUOTES.get(scalar.text[0])
    if closing and _wraps(scalar.text, closing):
        found.add(
            "PR151",
            _("用全角引号括住了整个值"),
            scalar.span.within(0, 1),
            label=_("全角"),
            help=_("去掉引号，或改为半角引号；引号若是文字的一部分，就在外面再加半角引号"),
        )
    comma = scalar.span.text.find("，") if in_flow_list else -1
    if comma >= 0:
        report_full_comma(scalar.span.within(comma, comma + 1), found)


def look_at_key(key: Scalar, found: Diagnostics) -> bool:
    """Whether a key is fit to be one; a full-width colon or blank in it is reported."""
    if key.quoted:
        return True
    blank = ODD_BLANK.match(key.span.text)
    if blank:
        report_odd_blank(key.span.within(*blank.span("bad")), found)
        return False
    colon = key.span.text.find("：")
    if colon > 0 and key.span.text[colon + 1 : colon + 2] in ("", " "):
        report_full_colon(key.span.within(colon, colon + 1), found)
        return False
    return True


def look_instead_of_collection(scalar: Scalar, found: Diagnostics) -> bool:
    """Whether a scalar, where a list or keys are due, is one because of its punctuation; if so it is reported."""
    if scalar.quoted:
        return False
    raw = scalar.span.text
    for pattern, report in ((FULL_COLON, report_full_colon), (TIGHT_COLON, report_tight_colon)):
        trap = pattern.match(raw)
        if trap:
            report(scalar.span.within(*trap.span("bad")), found)
            return True
    if raw and raw[0] in _LISTS:
        report_full_comma(scalar.span.within(0, 1), found)
        return True
    return False


def _wraps(text: str, closing: str) -> bool:
    """Whether the quote that opens a text closes at its very end, or never."""
    opening, end = text[0], text.find(closing)
    return end < 0 or (end == len(text) - 1 and opening not in text[1:])
