"""The wheel, installed in an environment of its own, works far from the repository."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def call(*command: object, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    texts = [str(part) for part in command]
    done = subprocess.run(texts, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory) -> Path:
    """A folder with an environment that holds the wheel and what it asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("elsewhere")
    call(sys.executable, "-m", "pip", "wheel", ROOT, "--no-deps", "--wheel-dir", folder, folder=folder)
    [wheel] = folder.glob("policyrun-*.whl")
    venv.create(folder / "env", with_pip=True)
    call(folder / "env" / "bin" / "python", "-m", "pip", "install", wheel, folder=folder)
    return folder


def policyrun(folder: Path, *args: str) -> str:
    return call(folder / "env" / "bin" / "policyrun", *args, folder=folder).stdout


def test_help(elsewhere):
    assert "evaluate" in policyrun(elsewhere, "--help")


def test_policies_come_along(elsewhere):
    listed = policyrun(elsewhere, "list")
    for path in (ROOT / "policies").glob("*/*/v*.yaml"):
        assert path.parent.name in listed


def test_messages_come_along(elsewhere, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert "Usage: policyrun" in policyrun(elsewhere, "--help")


def test_a_policy_runs_on_its_sample(elsewhere):
    policyrun(elsewhere, "evaluate", "--policy", "hebei-2023")
