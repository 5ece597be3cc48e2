"""Run what the documents show, and write down what came out: ``python scripts/docs.py``.

Every document is walked through in a temporary copy of the project; its fenced blocks are the steps, in order:

- ``console``: lines that begin with ``$ `` are run, the lines below each are its output. A line ``…`` stands for any
  number of lines left out; what stands around it decides which lines are kept. ``…`` inside a line stands for what
  changes often and is not the point.
- ``diff FILE``: an edit of one passage of a file: ``-`` lines become ``+`` lines.
- any other language with a file name, such as ``yaml FILE``: the file is written.

Blocks without a file name, in another language than ``console``, are only read by people. The index of
``engine/decisions`` is brought up to date as well.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import chain, repeat
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DECISIONS = ROOT / "engine" / "decisions"
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
#: What the commands see of the project.
COPIED = ("engine/policyrun", "grammar", "policies")
LEFT_OUT = "…"
PROMPT = "$ "
#: No document may come to show a defect of ours.
DEFECTS = ("PR601", "Traceback")

_FENCE = re.compile(r"(?<=^```)(?P<kind>\w+)(?: (?P<file>\S+))?\n(?P<body>.*?)(?=^```$)", re.MULTILINE | re.DOTALL)


def rewritten(text: str) -> str:
    """A document with the outputs that its commands have today."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for each in COPIED:
            shutil.copytree(ROOT / each, folder / each)
        return _FENCE.sub(lambda block: _step(block, folder), text)


def _step(block: re.Match[str], folder: Path) -> str:
    """Takes one step and gives its block as it should read."""
    body: str = block["body"]
    if block["kind"] == "console":
        return f"console\n{_console(body, folder)}"
    if block["file"]:
        path = folder / block["file"]
        if block["kind"] == "diff":
            path.write_text(edited(path.read_text("utf-8"), body), "utf-8", newline="\n")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, "utf-8", newline="\n")
    return block[0]


def _console(body: str, folder: Path) -> str:
    parts: list[str] = []
    for shown in re.split(r"^(?=\$ )", body, flags=re.MULTILINE):
        if shown:
            command, *expected = shown.splitlines()
            output = run(command.removeprefix(PROMPT), folder).splitlines()
            lines = kept([line.rstrip() for line in output], expected)
            parts += [command, *map(shortened, lines, chain(expected, repeat("")))]
    return "".join(f"{line}\n" for line in parts)


def edited(text: str, change: str) -> str:
    """A text with one passage changed.

    >>> edited("a: 1\\nb: 2\\n", "-b: 2\\n+b: 3\\n")
    'a: 1\\nb: 3\\n'
    """
    lines = change.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if not line.startswith("+"))
    new = "".join(line[1:] for line in lines if not line.startswith("-"))
    if text.count(old) != 1:
        raise ValueError(f"{text.count(old)} passages, not one, read:\n{old}")
    return text.replace(old, new)


def kept(output: Sequence[str], shown: Sequence[str]) -> list[str]:
    """The lines of an output that a document keeps, given what it shows now.

    The lines before the first ``…`` are kept from the beginning, those after the last from the end, and those
    between two from where the first of them is found.

    >>> kept(["one", "2", "three", "four"], ["one", "two", "…"])
    ['one', '2', '…']
    >>> kept(["one", "two", "three", "4"], ["…", "two", "…", "four"])
    ['…', 'two', '…', '4']
    """
    if LEFT_OUT not in shown:
        return list(output)
    passages: list[list[str]] = [[]]
    for line in shown:
        if line == LEFT_OUT:
            passages.append([])
        else:
            passages[-1].append(line)
    first, *middle, last = passages
    lines = list(output[: len(first)])
    at = len(first)
    for passage in middle:
        start = _nearest(output, passage[0], at)
        at = start + len(passage)
        lines += [LEFT_OUT, *output[start:at]]
    return [*lines, LEFT_OUT, *output[max(at, len(output) - len(last)) :]]


def shortened(line: str, shown: str) -> str:
    """A line as a document shows it, as long as that is true.

    >>> shortened("44 cases, 0 wrong", "…, 0 wrong"), shortened("44 cases, 1 wrong", "…, 0 wrong")
    ('…, 0 wrong', '44 cases, 1 wrong')
    """
    pattern = ".*".join(map(re.escape, shown.split(LEFT_OUT)))
    return shown if LEFT_OUT in shown and re.fullmatch(pattern, line) else line


def _nearest(output: Sequence[str], line: str, start: int) -> int:
    """Where a line is found, or the line most like it."""
    likeness = [SequenceMatcher(None, line, other).ratio() for other in output[start:]]
    return start + likeness.index(max(likeness)) if likeness else len(output)


def run(command: str, folder: Path) -> str:
    """What a command prints, on both streams, as a terminal would show it."""
    name, *args = shlex.split(command)
    if name in BUILT_IN:
        return BUILT_IN[name](folder, args)
    program = {"policyrun": [sys.executable, "-m", "policyrun"], "python": [sys.executable]}[name]
    done = subprocess.run(
        [*program, *args],
        cwd=folder,
        env=_environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if any(sign in done.stdout for sign in DEFECTS):
        raise RuntimeError(f"{command}\n{done.stdout}")
    return done.stdout


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of the reader's own settings shows in a document."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "COLUMNS"))}
    return own | {
        "LC_ALL": "C",
        "PYTHONPATH": str(folder / "engine"),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
    }


def _copy(folder: Path, args: Sequence[str]) -> str:
    source, target = (folder / each for each in args if each != "-r")
    target = target / source.name if target.is_dir() else target
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)
    return ""


def _make_folder(folder: Path, args: Sequence[str]) -> str:
    for each in args:
        (folder / each).mkdir()
    return ""


def _show_file(folder: Path, args: Sequence[str]) -> str:
    return "".join((folder / each).read_text("utf-8-sig") for each in args)


#: The few commands besides policyrun that documents use, here so that they work where there is no shell.
BUILT_IN: Mapping[str, Callable[[Path, Sequence[str]], str]] = {
    "cp": _copy,
    "mkdir": _make_folder,
    "cat": _show_file,
}


def indexed(text: str) -> str:
    """The index of the decisions, with a row for every page: its number and its title."""
    pages = sorted(DECISIONS.glob("[0-9]*.md"))
    titles = {page.name: page.read_text("utf-8").splitlines()[0].partition(" · ")[2] for page in pages}
    rows = "".join(f"| [{name[:4]}]({name}) | {title} |\n" for name, title in titles.items())
    return re.sub(r"(?<=^\|---\|---\|\n)(?:\|.*\n)*", lambda _old: rows, text, flags=re.MULTILINE)


def main() -> None:
    for path in (DECISIONS / "README.md", *DOCUMENTS):
        text = path.read_text("utf-8")
        today = rewritten(text) if path in DOCUMENTS else indexed(text)
        if today != text:
            path.write_text(today, "utf-8", newline="\n")
            print(f"rewritten: {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
