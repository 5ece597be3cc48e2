"""``diff`` of a shipped policy and a hypothetical second version with every kind of change: each is named, no other.

The second version is the first with the edits of a file made in its text; each edit says what it makes different.
"""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from policyrun.app.comparison import Comparison, Versions, compare_versions
from policyrun.app.diff import Added, Changed, Difference, Removed, Renamed, diff
from policyrun.report.diff_markdown import markdown
from policyrun.report.diff_page import page
from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics

FIRST = data_dir("policies") / "hebei" / "hebei-2023" / "v1.yaml"
EDITS = yaml.safe_load(
    (Path(__file__).parent / "versions" / "hebei-2023-hypothetical" / "edits.yaml").read_text("utf-8")
)["edits"]
EXPECTED = [expected for edit in EDITS for expected in edit["expect"]]

SECTIONS = {"题头", "词汇", "记录", "名单", "读法", "参数", "推算", "项目", "限额", "次序", "任务分解", "期限", "目标"}


def second() -> str:
    """The text of the hypothetical version: places are found in the first version, names are changed at the end."""
    text = first = FIRST.read_text("utf-8")
    for edit in EDITS:
        for old, new in edit.get("change", {}).items():
            assert first.count(old) == text.count(old) == 1, f"{edit['what']}：“{old}”应当恰好出现一次"
            text = text.replace(old, new)
    for old, new in (each for edit in EDITS for each in edit.get("rename", {}).items()):
        text = re.sub(rf"(?<!\w){old}(?!\w)", new, text)
    for old, new in (each for edit in EDITS for each in edit.get("everywhere", {}).items()):
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("假设") / "假设的第二版.yaml"
    path.write_text(second(), "utf-8")
    return str(path)


def compared(old: str, new: str) -> Comparison:
    found = Diagnostics()
    comparison = compare_versions(Versions(old=old, new=new), None, found)
    assert comparison is not None, [each.message for each in found]
    return comparison


@pytest.fixture(scope="module")
def hypothetical(path) -> Comparison:
    return compared("hebei-2023@1", path)


@pytest.fixture(scope="module")
def demo() -> Comparison:
    return compared("yunling-2024@1", "yunling-2024@2")


def said(each: Difference) -> str:
    match each:
        case Added(path=path):
            return f"+ {path}"
        case Removed(path=path):
            return f"- {path}"
        case Renamed(path=path):
            return f"= {path}"
        case Changed(path=path, old=old, new=new):
            return f"~ {path}: {old} → {new}"


def test_it_says_that_it_is_hypothetical(hypothetical):
    assert second().startswith("# 假设，仅供测试")
    assert hypothetical.new.policy.title.startswith("假设，仅供测试")
    assert hypothetical.new.policy.version == 2


def test_every_edit_is_named_and_nothing_else(hypothetical):
    assert Counter(map(said, hypothetical.differences)) == Counter(EXPECTED)


def test_diff_says_what_a_comparison_says(hypothetical, path):
    both = diff("hebei-2023@1", path, Diagnostics())
    assert both is not None
    assert list(map(said, both[2])) == list(map(said, hypothetical.differences))


def test_every_section_and_every_kind_of_difference_occurs(hypothetical):
    assert {each.section for each in hypothetical.differences} == SECTIONS
    assert {type(each) for each in hypothetical.differences} == {Added, Removed, Changed, Renamed}


def test_the_way_back_turns_each_around(hypothetical, path):
    back = compared(path, "hebei-2023@1").differences
    turned = {Added: Removed, Removed: Added, Changed: Changed, Renamed: Renamed}
    assert Counter(turned[type(each)] for each in back) == Counter(map(type, hypothetical.differences))
    there = {each.path for each in hypothetical.differences if isinstance(each, Removed)}
    assert {each.path for each in back if isinstance(each, Added)} == there


# ------------------------------------------------------------------------------------------- what a reviewer is shown


def row_of(each: Difference) -> tuple[str, ...]:
    """A difference as a reviewer should find it: its mark, where, and what it was and is."""
    owner = each.entry.owner
    where = each.path.removeprefix(f"{owner} ") if owner and each.section == "项目" else each.path
    return said(each)[0], where, getattr(each, "old", ""), getattr(each, "new", "")


def rows_of_markdown(text: str) -> Counter[tuple[str, ...]]:
    cells = (re.split(r"(?<!\\) \| ", line[2:-2]) for line in text.splitlines() if line.startswith("| "))
    plain = ([re.sub(r"\\(.)", r"\1", cell) for cell in row] for row in cells)
    return Counter(tuple(row[1:5]) for row in plain if len(row) == 6 and row[1] in ("+", "-", "~", "="))


class Page(HTMLParser):
    """The rows of a page's tables, its tags, and every address in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.place = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data", "action")]
        self.place = ("class", "place") in attrs
        if tag == "tr":
            self.rows.append([])
        elif tag == "td" and ("class", "clause") not in attrs:
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1] and not self.place:
            self.rows[-1][-1] += data.strip()

    def differences(self) -> Counter[tuple[str, ...]]:
        marked = (row for row in self.rows if len(row) == 5 and row[0][:1] in ("+", "-", "~", "="))
        return Counter((row[0][0], *row[1:4]) for row in marked)


@pytest.mark.parametrize("which", ["hypothetical", "demo"])
def test_the_markdown_names_each(which, request):
    comparison = request.getfixturevalue(which)
    expected = Counter(map(row_of, comparison.differences))
    assert rows_of_markdown(markdown(comparison, rows=0, personal=False)) == expected


@pytest.mark.parametrize("which", ["hypothetical", "demo"])
def test_the_page_names_each_and_needs_nothing_else(which, request):
    comparison = request.getfixturevalue(which)
    text = page(comparison)
    read = Page(text)
    assert read.differences() == Counter(map(row_of, comparison.differences))
    assert all(address.startswith("#") for address in read.addresses)
    assert not read.tags & {"script", "link", "img", "iframe", "object", "embed"}
    assert not re.search(r"https?://|@import|url\(", text)


def test_the_two_versions_of_the_demo_differ_in_every_way(demo):
    assert {type(each) for each in demo.differences} == {Added, Removed, Changed, Renamed}
    assert {"题头", "参数", "推算", "项目", "限额", "任务分解", "期限", "目标"} <= {
        each.section for each in demo.differences
    }
