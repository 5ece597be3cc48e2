"""The documents are true: what they show was run, what they point to is there."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from language import check, check_cell, value
from policyrun.cli.main import COMMANDS
from policyrun.model.values import Operand

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = ROOT / "docs" / "language.md"
DECISIONS = ROOT / "engine" / "decisions"
POINTING = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    ROOT / "benchmarks" / "README.md",
    DECISIONS / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
)

LINK = re.compile(r"\]\((?!https?:)(?P<file>[^)#]*)(?:#(?P<heading>[^)]*))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
#: A path in back quotes: it has a slash, and its first folder is one of the project's.
NAMED_PATH = re.compile(r"`((?:engine|grammar|policies|tests|scripts|docs|benchmarks)/[^`\s<>*]*)`")
#: ``expression → value`` or ``expression ✗ code``, the expressions of one block aligned.
EXAMPLE = re.compile(r"^(?P<text>\S.*?) +(?P<sign>→|✗) (?P<expect>.+)$", re.MULTILINE)


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_script", ROOT / "scripts" / "docs.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


DOCS = script()


@pytest.mark.parametrize("path", DOCS.DOCUMENTS, ids=lambda path: path.stem)
def test_what_is_shown_is_what_comes_out(path: Path) -> None:
    text = path.read_text("utf-8")
    assert DOCS.rewritten(text) == text, "python scripts/docs.py writes the outputs anew; read the difference"


@pytest.mark.parametrize(
    "example", list(EXAMPLE.finditer(LANGUAGE.read_text("utf-8"))), ids=lambda found: found["text"]
)
def test_expressions_are_worth_what_the_guide_says(example: re.Match[str]) -> None:
    if example["sign"] == "✗":
        expr, found = check(example["text"])
        assert expr is None
        assert [each.code for each in found] == [example["expect"]]
    else:
        assert value(example["text"]) == constant(example["expect"])


@pytest.mark.parametrize("cell", re.findall(r"^\| `([^`]+)` \|", LANGUAGE.read_text("utf-8"), re.MULTILINE))
def test_cells_are_as_the_guide_writes_them(cell: str) -> None:
    expr, found = check_cell(cell, "等级" if "级" in cell else "年龄")
    assert expr is not None, [each.message for each in found]


def constant(text: str) -> Operand:
    return None if text == "null" else value(text)


@pytest.mark.parametrize("path", POINTING, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for link in LINK.finditer(path.read_text("utf-8")):
        target = path.parent / link["file"] if link["file"] else path
        assert target.exists(), link[0]
        if link["heading"]:
            assert link["heading"] in anchors(target.read_text("utf-8")), link[0]


def anchors(text: str) -> set[str]:
    """The headings of a document as links name them."""
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in HEADING.findall(text)}


@pytest.mark.parametrize("path", POINTING, ids=lambda path: str(path.relative_to(ROOT)))
def test_paths_named_are_there(path: Path) -> None:
    named = NAMED_PATH.findall(path.read_text("utf-8"))
    assert not [name for name in named if not (ROOT / name).exists()]


@pytest.mark.parametrize("path", POINTING, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_named_are_there(path: Path) -> None:
    named = set(re.findall(r"(?<![\w/.])policyrun ([a-z][a-z-]*)\b", "\n".join(code_of(path.read_text("utf-8")))))
    assert named <= set(COMMANDS)


def code_of(text: str) -> list[str]:
    """Fenced blocks that people type, and code inside lines."""
    fenced = re.findall(r"^```(?:sh|bat|console)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [*fenced, *re.findall(r"`([^`\n]+)`", text)]


def test_every_decision_is_in_the_index() -> None:
    text = (DECISIONS / "README.md").read_text("utf-8")
    assert DOCS.indexed(text) == text, "python scripts/docs.py writes the index anew"


def test_what_is_left_out_stays_out() -> None:
    assert DOCS.kept(["one", "2", "three", "four"], ["one", "two", "…"]) == ["one", "2", "…"]
    assert DOCS.kept(["one", "two", "three", "4"], ["…", "two", "…", "four"]) == ["…", "two", "…", "4"]
    assert DOCS.kept(["new"], ["old", "older"]) == ["new"]
    assert DOCS.shortened("44 cases, 0 wrong", "…, 0 wrong") == "…, 0 wrong"
    assert DOCS.shortened("44 cases, 1 wrong", "…, 0 wrong") == "44 cases, 1 wrong"


def test_an_edit_must_meet_one_passage() -> None:
    assert DOCS.edited("a: 1\nb: 2\n", " a: 1\n-b: 2\n+b: 3\n") == "a: 1\nb: 3\n"
    with pytest.raises(ValueError, match="0 passages"):
        DOCS.edited("a: 1\n", "-b: 2\n+b: 3\n")
