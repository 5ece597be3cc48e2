"""YAML text becomes nodes that know their characters; bytes become text, or a reason why not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.files import LARGEST, read_source
from policyrun.source.text import SourceFile, Span
from policyrun.syntax import yaml_reader
from policyrun.syntax.nodes import Mapping, Node, Scalar, Sequence
from policyrun.syntax.yaml_reader import read_yaml

POLICIES = Path(__file__).parent.parent / "policies"


def read(text: str) -> Mapping:
    found = Diagnostics()
    root = read_yaml(SourceFile("a.yaml", text), found)
    assert root is not None, list(found)
    assert not list(found)
    return root


def codes(text: str) -> list[str]:
    found = Diagnostics()
    assert read_yaml(SourceFile("a.yaml", text), found) is None
    return [each.code for each in found]


def scalars(node: Node) -> Iterator[Scalar]:
    match node:
        case Scalar():
            yield node
        case Sequence():
            for item in node:
                yield from scalars(item)
        case Mapping():
            for key, value in node:
                yield key
                yield from scalars(value)


def plain(node: Node) -> object:
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [plain(item) for item in node]
        case Mapping():
            return {key.text: plain(value) for key, value in node}


@pytest.mark.parametrize("written", ["0012", "no", "1.30", "1_000", "0x1F", "2023-04-01", "~", "是", "1e3", "12:30"])
def test_a_scalar_is_the_text_it_looks_like(written: str) -> None:
    value = read(f"键: {written}").get("键")
    assert isinstance(value, Scalar)
    assert (value.text, value.span.text, value.quoted) == (written, written, False)


@pytest.mark.parametrize(
    ("written", "text", "raw"),
    [
        ('"𠮷 # 😀"', "𠮷 # 😀", "𠮷 # 😀"),
        ("'a''b'", "a'b", "a''b"),
        (r'"a\nb"', "a\nb", r"a\nb"),
        ('""', "", ""),
        (">-\n  若 甲\n  则 乙\n", "若 甲 则 乙", "若 甲\n  则 乙"),
        ("|  # 注\n\n    甲\n     乙\n\n", "\n甲\n 乙\n", "甲\n     乙"),
        ("|-\n", "", ""),
    ],
)
def test_the_span_of_a_quoted_scalar_is_what_stands_inside(written: str, text: str, raw: str) -> None:
    value = read(f"😀: x\n键: {written}").get("键")
    assert isinstance(value, Scalar)
    assert (value.text, value.span.text, value.quoted) == (text, raw, True)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("甲: 𠮷野 # 注\n乙: 值\n", 2, 4), ("- 😀\n- {乙: [𠮷, 值]}\n", 2, 11), ("# 😀𠮷\n\n甲:\n  乙: >-\n    值", 5, 5)],
)
def test_places_count_characters_beyond_the_basic_plane(text: str, line: int, column: int) -> None:
    value = next(scalar for scalar in scalars(read(f"根:\n{indented(text)}")) if scalar.text == "值")
    assert value.span.text == "值"
    assert (value.span.line, value.span.column) == (line + 1, column + 2)


def indented(text: str) -> str:
    return "".join(f"  {line}" if line.strip() else line for line in text.splitlines(keepends=True))


def test_spans_of_collections_end_with_what_they_hold() -> None:
    root = read("甲:\n  乙: [1, 2]  # 注\n\n# 注\n丙: {丁: 戊}\n\n")
    assert [value.span.text for _key, value in root] == ["乙: [1, 2]", "{丁: 戊}"]
    assert root.span.text.endswith("{丁: 戊}")


@pytest.mark.parametrize("path", sorted(POLICIES.rglob("*.yaml")), ids=lambda path: path.stem)
def test_every_plain_scalar_of_the_policies_is_its_span(path: Path) -> None:
    found = Diagnostics()
    file = read_source(path, found)
    root = read_yaml(file, found) if file else None
    assert root is not None
    for scalar in scalars(root):
        if not scalar.quoted and "\n" not in scalar.span.text:
            assert scalar.span.text == scalar.text


HIDDEN = ("Cc", "Cs", "Zl", "Zp")
TEXTS = st.text(st.characters(exclude_categories=HIDDEN, exclude_characters="\ufeff\ufffe\uffff"))
TREES = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS.filter(bool), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS.filter(bool), TREES, min_size=1, max_size=5), st.booleans(), st.booleans())
def test_what_is_written_is_read(tree: dict[str, object], flow: bool, unicode: bool) -> None:
    text = yaml.safe_dump(tree, allow_unicode=unicode, default_flow_style=flow, default_style='"', width=1000)
    root = read(text)
    assert plain(root) == tree
    for scalar in scalars(root):
        around = text[scalar.span.start - 1] + text[scalar.span.end : scalar.span.end + 1]
        assert around == '""'
        if "\\" not in scalar.span.text:
            assert scalar.span.text == scalar.text


@given(st.text("ab: -[]{},\"'#&*!|>%@?\n\t：“”，　𠮷", max_size=40))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    found = Diagnostics()
    root = read_yaml(SourceFile("a.yaml", text), found)
    assert (root is None) == found.failed
    for each in found:
        assert isinstance(each.at, Span)
        assert 0 <= each.at.start <= each.at.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "甲: &a 1\n乙: *a",
            "a: b: c",
            "a: [1, 2",
            'a: "x',
            "a:\n  b: 1\n c: 2",
            "a: >= 3",
            "a: @x",
            "a: {x: 1 y: 2}",
        ),
        *("a: {x: 1 y: 2}", "a: {b: [c, d}", "a: - b", "x\ny: 1", "a： 1\nb: 2", "a:\n\tb: 1", 'a: "b" c', 'a: "\\q"'),
        "a: 1\n---\nb: 1",
    ],
)
def test_both_parsers_lead_to_the_same_words(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = codes(text)
    monkeypatch.setattr(yaml_reader, "_Loader", yaml.SafeLoader)
    assert codes(text) == fast


def test_aliases_are_refused_before_they_grow() -> None:
    levels = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 60)]
    assert "PR144" in codes("\n".join(["a0: &a0 [x, x, x]", *levels]))


def test_deep_nesting_is_refused_without_exhausting_the_stack() -> None:
    assert codes("a: " + "[" * 5000) == ["PR149"]
    assert codes("".join(f"{' ' * i}a:\n" for i in range(500))) == ["PR149"]


def test_an_empty_file_says_so() -> None:
    assert codes("") == codes("# 注\n") == codes("---\n") == ["PR108"]


def file_of(folder: Path, data: bytes) -> Path:
    path = folder / "政策.yaml"
    path.write_bytes(data)
    return path


def test_a_byte_order_mark_and_line_ends_of_windows_are_no_matter(tmp_path: Path) -> None:
    found = Diagnostics()
    file = read_source(file_of(tmp_path, "\ufeff甲: 1\r\n乙: >-\r\n  丙\r\n  丁\r\n".encode()), found)
    assert file is not None
    assert [(each.code, each.severity) for each in found] == [("PR106", Severity.NOTE)]
    assert plain(read(file.text)) == {"甲": "1", "乙": "丙 丁"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_named(encoding: str, tmp_path: Path) -> None:
    found = Diagnostics()
    assert read_source(file_of(tmp_path, "policy: demo\ntitle: 办法\n".encode(encoding)), found) is None
    assert [each.code for each in found] == ["PR105"]
    assert "UTF-16" in next(iter(found)).message


def test_gb18030_is_named_at_its_first_character(tmp_path: Path) -> None:
    found = Diagnostics()
    assert read_source(file_of(tmp_path, "policy: demo\ntitle: 补贴办法\n".encode("gb18030")), found) is None
    (only,) = found
    assert isinstance(only.at, Span)
    assert (only.code, only.at.line, only.at.text) == ("PR105", 2, "补")


def test_a_workbook_is_not_a_text(tmp_path: Path) -> None:
    found = Diagnostics()
    assert read_source(file_of(tmp_path, b"PK\x03\x04\xff\xff\x00\x81\n\x80\xff"), found) is None
    assert [each.code for each in found] == ["PR105"]


def test_what_is_not_a_file(tmp_path: Path) -> None:
    found = Diagnostics()
    assert read_source(tmp_path, found) is None
    assert read_source(tmp_path / "没有.yaml", found) is None
    assert read_source(file_of(tmp_path, b"a" * (LARGEST + 1)), found) is None
    assert [each.code for each in found] == ["PR102", "PR101", "PR104"]
