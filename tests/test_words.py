"""Suggestions, widths and masks."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyrun.source.mask import mask_id, mask_name, mask_text
from policyrun.source.suggest import closest
from policyrun.source.visible import visible
from policyrun.source.width import caret_line, cut, pad, width, wrap


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("参保月份", "参保月数"),
        ("发证日期", "发证时间"),
        ("身份证号", "身份证号码"),
        ("職業工種", None),
        ("性别", None),
        ("Evaluate", "evaluate"),
        ("evalaute", "evaluate"),
        ("hebei2023", "hebei-2023"),
        ("补贴标准（元）", "补贴标准"),
        ("", None),
    ],
)
def test_did_you_mean(wrong, right):
    names = ["参保月数", "发证时间", "身份证号码", "职业工种", "evaluate", "validate", "hebei-2023", "补贴标准", "年龄"]
    assert closest(wrong, names) == right
    random.Random(7).shuffle(names)
    assert closest(wrong, names) == right


def test_no_candidates():
    assert closest("甲", []) is None


@pytest.mark.parametrize(("text", "columns"), [("", 0), ("ab", 2), ("补贴", 4), ("（a）", 5), ("e\u0301", 1), ("ｱ", 1)])
def test_width(text, columns):
    assert width(text) == columns


def test_pad_and_cut():
    assert pad("补贴", 6) == "补贴  "
    assert pad("补贴", 6, right=True) == "  补贴"
    assert pad("补贴标准", 2) == "补贴标准"
    assert cut("补贴标准", 8) == "补贴标准"
    assert cut("补贴标准", 7) == "补贴标…"
    assert cut("补贴标准", 6) == "补贴…"


def test_caret_line():
    assert caret_line("补贴 x", 3, 4) == "     ^"
    assert caret_line("补贴", 2, 2) == "    ^"


@given(st.text(alphabet="补贴 abx", max_size=60), st.integers(10, 30))
def test_wrapping_loses_nothing_and_fits(text, columns):
    lines = wrap(text, columns)
    assert "".join("".join(lines).split()) == "".join(text.split())
    # A word that is longer than a line stays whole.
    assert all(width(line) <= columns or len(line.split()) == 1 for line in lines)


def test_closing_punctuation_does_not_start_a_line():
    assert wrap("一二三，四五。", 6) == ["一二三，", "四五。"]


@given(st.text())
def test_visible_text_is_safe_and_stays_so(text):
    shown = visible(text)
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in shown)
    assert visible(shown) == shown


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("99999919900101001X", "999*************1X"),
        ("号码 999999199001010011，重复", "号码 999*************11，重复"),
        ("９９９９９９１９９００１０１００１Ｘ", "９９９*************１Ｘ"),
        ("999999 19900101 001x", "999***************1x"),
        ("99999919900101001", "999************01"),
        ("999999900101001", "999**********01"),
        ("共 12345678 行", "共 12345678 行"),
        ("2023-08-31", "2023-08-31"),
        ("sha256 0123456789abcdef0123456789abcdef", "sha256 0123456789abcdef0123456789abcdef"),
    ],
)
def test_masks(text, masked):
    assert mask_text(text) == masked
    assert len(masked) == len(text)


def test_mask_names():
    assert [mask_name(name) for name in ("", "张", "张三", "欧阳小小")] == ["", "张", "张*", "欧***"]
    assert mask_id("123") == "***"
