"""What holds for the text of the project itself: style, types, sizes, and nothing of one machine or one network."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ENGINE = ROOT / "engine"
LONGEST_FILE = 400
LONGEST_FUNCTION = 60

REGISTRY_HOST = re.compile(r"https?://[^\s\"]+/(?:simple|packages)/|(?:extra-)?index-url *[=:]|find-links *[=]")
LOCAL_PATH = re.compile(r"(?<![\w.])/(?:work|tmp|root|home)/\w")
TEXT_SUFFIXES = {"", ".cfg", ".csv", ".lark", ".md", ".po", ".py", ".toml", ".txt", ".yaml", ".yml", ".json", ".sh"}


def python(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *args], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")


@pytest.mark.parametrize(
    "tool",
    [("ruff", "check", "--no-cache"), ("ruff", "format", "--check", "--no-cache"), ("mypy",)],
    ids=["ruff", "format", "mypy"],
)
def test_tool_has_nothing_to_say(tool):
    done = python(*tool)
    assert done.returncode == 0, done.stdout + done.stderr


def project_files() -> list[Path]:
    """Every text of the project: what git knows where there is git, else what lies in its folders."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True)
    if listed.returncode == 0:
        paths = [ROOT / name.decode() for name in listed.stdout.split(b"\0") if name]
    else:
        folders = ("engine", "grammar", "policies", "tests", "benchmarks", "scripts")
        paths = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    return [path for path in paths if path.is_file() and path.suffix in TEXT_SUFFIXES]


def test_no_registry_hosts_and_no_local_paths():
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in project_files()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8-sig", errors="replace").splitlines(), 1)
        if REGISTRY_HOST.search(line) or LOCAL_PATH.search(line)
    ]
    assert not found, "\n".join(found)


def test_files_and_functions_stay_small():
    long = []
    for path in sorted(ENGINE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if (length := text.count("\n")) > LONGEST_FILE:
            long.append(f"{path.relative_to(ROOT)}: {length} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and (size := node.end_lineno - node.lineno + 1) > LONGEST_FUNCTION:
                long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {size} lines")
    assert not long, "\n".join(long)


def test_no_floats_where_anything_is_decided():
    # The edges meet floats of others: cells of a frame, the width of a column, the time a run has taken.
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted(ENGINE.rglob("*.py"))
        if not {"cli", "datasets", "report"} & set(path.relative_to(ENGINE).parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
    ]
    assert not found, "\n".join(found)
