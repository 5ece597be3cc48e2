"""``diff`` of forms and indicators: told in words, lists as one thing, and the way expressions are written as none."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyrun.app.diff import Added, Changed, Removed, diff
from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics

SOURCE = data_dir("policies") / "zhejiang" / "zhejiang-2022-livelihood" / "v1.yaml"

CASES = {
    "a figure of a column": (
        '"35": {label: 毕业年度高校和中职毕业生, under: [按培训对象], unit: 万元, decimals: 2',
        '"35": {label: 毕业年度高校和中职毕业生, under: [按培训对象], unit: 万元, decimals: 1',
        ["~ 报表 统计表 第35栏 小数位: 2 → 1"],
    ),
    "what a column counts": (
        "count: 应补贴 且 创业培训",
        "count: 应补贴 或 创业培训",
        ["~ 报表 统计表 第14栏 数行: 应补贴 且 创业培训 → 应补贴 或 创业培训"],
    ),
    "an expression written otherwise": ("count: 应补贴 且 创业培训", "count: 应补贴  and (创业培训)", []),
    "a relation": (
        "人次按对象: {column: 1, equals: [3, 6,",
        "人次按对象: {column: 1, equals: [6,",
        ["~ 报表 统计表 关系 人次按对象 等于各栏之和: 3、6、7、8、9、10、11、12、13 → 6、7、8、9、10、11、12、13"],
    ),
    "a page": (
        "续表一: [15, 16, 17, 18, 19, 20, 21]",
        "续表一: [16, 15, 17, 18, 19, 20, 21]",
        ["~ 报表 统计表 分页 续表一: 15、16、17、18、19、20、21 → 16、15、17、18、19、20、21"],
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), CASES.values(), ids=CASES)
def test_a_form_is_told_in_words(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    text = SOURCE.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path = tmp_path / "改过的.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    found = Diagnostics()
    compared = diff(str(SOURCE), str(path), found)
    assert compared is not None, [each.message for each in found]
    assert [said(each) for each in compared[2]] == expected


def said(each: object) -> str:
    match each:
        case Added(path=path):
            return f"+ {path}"
        case Removed(path=path):
            return f"- {path}"
        case Changed(path=path, old=old, new=new):
            return f"~ {path}: {old} → {new}"
    raise AssertionError(each)


def test_no_key_of_the_file_is_shown() -> None:
    """The words of ``show`` and ``diff`` are those of who writes policies, not those of the file's keys."""
    from policyrun.app.opened import open_policy

    opened = open_policy(str(SOURCE), Diagnostics())
    assert opened is not None
    told = [entry for entry in opened.entries if entry.kind in ("报表", "指标", "检查")]
    labels = {part.label for entry in told for part in entry.parts}
    assert len(labels) > 100
    assert not [label for label in labels if label.isascii() and label]
    assert not [label for label in labels if any("a" <= letter <= "z" for letter in label)]
