"""Every mistake a policy author can make, as prose and a fragment: ``tests/diagnostics/*.md``.

A fragment is a fenced block. Its first word says how it is read:

    ```yaml                       a whole policy file
    ```yaml base=minimal          sections that take the place of those of ``base-minimal.yaml``, or are added to it
    ```yaml overlay=minimal       an overlay file, laid over ``base-minimal.yaml``

A comment ``# error: PR142`` at the end of a line, or alone on the line above it, says that loading reports that code on
that line; several codes are separated by blanks. ``# warning:`` and ``# note:`` likewise. Exactly what is marked must
be reported, but for warnings about the base (a parameter that is no longer used because its limit was replaced).
A comment that stands above the place of two marks may be repeated, one below the other.

A fenced ``text`` block after a fragment is the page a user sees; ``python tests/test_diagnostics.py`` writes it anew.
Read the difference.
"""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from policyrun.app.load import load
from policyrun.source.diagnostic import Diagnostic, Diagnostics, Severity
from policyrun.source.render.full import render
from policyrun.source.text import Span

FOLDER = Path(__file__).parent / "diagnostics"
FENCE = re.compile(r"^```yaml(?P<how>[^\n]*)\n(?P<yaml>.*?)^```\n(?:\n?```text\n(?P<text>.*?)^```\n)?", re.M | re.S)
MARK = re.compile(r"#\s*(?P<severity>error|warning|note):\s*(?P<codes>PR\d{3}(?:\s+PR\d{3})*)")
HEADING = re.compile(r"^#+ (.+)$", re.M)
SECTION = re.compile(r"^([a-z_]+):", re.M)

Expected = list[tuple[int, str, str]]


@dataclass(frozen=True)
class Fragment:
    """A fragment with the heading it stands under and the page expected, if any."""

    file: str
    title: str
    how: str
    yaml: str
    page: str | None

    def __str__(self) -> str:
        return f"{self.file}: {self.title}"


def fragments(path: Path) -> list[Fragment]:
    text = path.read_text(encoding="utf-8")
    found = []
    for match in FENCE.finditer(text):
        headings = HEADING.findall(FENCE.sub("", text[: match.start()]))
        title = f"{headings[-1]} (line {text.count(chr(10), 0, match.start()) + 1})"
        found.append(Fragment(path.stem, title, match["how"].strip(), match["yaml"], match["text"]))
    return found


def marks(yaml: str) -> Expected:
    """Line, severity and code of everything marked."""
    expected: Expected = []
    waiting: list[tuple[str, str]] = []
    for number, line in enumerate(yaml.splitlines(), 1):
        mark = MARK.search(line)
        codes = [(mark["severity"], code) for code in mark["codes"].split()] if mark else []
        if mark and not line[: mark.start()].strip():
            waiting += codes
            continue
        expected += [(number, *each) for each in waiting + codes]
        waiting = []
    return sorted(expected)


def composed(fragment: str, base: str) -> str:
    """The fragment, so that its lines keep their numbers, and the sections of the base that it does not have."""
    own = set(SECTION.findall(fragment))
    starts = [match.start() for match in SECTION.finditer(base)] + [len(base)]
    rest = [base[start:end] for start, end in pairwise(starts)]
    return fragment + "".join(part for part in rest if part.partition(":")[0] not in own)


def reported(fragment: Fragment, folder: Path) -> list[Diagnostic]:
    """What loading a fragment reports, with the folder as the one the user is in."""
    kind, _equals, base_name = fragment.how.partition("=")
    base = (FOLDER / f"base-{base_name}.yaml").read_text(encoding="utf-8") if base_name else ""
    policy, overlays = folder / "policy.yaml", []
    if kind == "overlay":
        policy.write_text(base, encoding="utf-8")
        overlays = [folder / "local.yaml"]
        overlays[0].write_text(fragment.yaml, encoding="utf-8")
    else:
        policy.write_text(composed(fragment.yaml, base) if kind == "base" else fragment.yaml, encoding="utf-8")
    found = Diagnostics()
    load(str(policy), found, overlays=overlays)
    return [each for each in found if not is_about_base(each, fragment)]


def is_about_base(diagnostic: Diagnostic, fragment: Fragment) -> bool:
    """Whether it is a warning about a line that the fragment does not have."""
    at = diagnostic.at
    if diagnostic.severity is Severity.ERROR or not isinstance(at, Span):
        return False
    return (fragment.how.startswith("overlay") and at.file.path == "policy.yaml") or at.line > fragment.yaml.count("\n")


def page(diagnostics: list[Diagnostic]) -> str:
    return "\n\n".join(render(each) for each in diagnostics) + "\n"


ALL = [fragment for path in sorted(FOLDER.glob("*.md")) for fragment in fragments(path)]


@pytest.mark.parametrize("fragment", ALL, ids=str)
def test_fragment(fragment: Fragment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    diagnostics = reported(fragment, tmp_path)
    shown = page(diagnostics)
    actual = sorted(
        (each.at.line if isinstance(each.at, Span) else 0, each.severity.value, each.code) for each in diagnostics
    )
    assert actual == marks(fragment.yaml), shown
    if fragment.page is not None:
        assert shown == fragment.page


@pytest.mark.parametrize("base", sorted(FOLDER.glob("base-*.yaml")), ids=lambda path: path.stem)
def test_base_is_a_policy(base: Path) -> None:
    found = Diagnostics()
    assert load(str(base), found) is not None, page(list(found))
    assert not list(found)


def rewrite() -> None:
    """Write the pages of all fragments that have one anew."""
    for path in sorted(FOLDER.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        for fragment in fragments(path):
            if fragment.page is not None:
                with tempfile.TemporaryDirectory() as folder:
                    os.chdir(folder)
                    anew = page(reported(fragment, Path(folder)))
                # With the fence, for a page that is yet to be written is empty.
                text = text.replace(f"```text\n{fragment.page}```", f"```text\n{anew}```", 1)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    rewrite()
