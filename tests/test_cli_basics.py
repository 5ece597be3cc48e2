"""The command line itself: exit codes, wrong usage, streams, and what start-up may import."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from policyrun.cli.help import module_name
from policyrun.cli.main import COMMANDS, main, policyrun

COMMAND = [sys.executable, "-m", "policyrun"]
HEAVY = ("jsonschema", "lark", "openpyxl", "pandas", "pyarrow", "rich", "xlsxwriter", "yaml", "numpy")


def run(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **env}
    return subprocess.run([*COMMAND, *args], env=environment, capture_output=True, text=True, encoding="utf-8")


def command(name: str) -> click.Command:
    found = policyrun.get_command(click.Context(policyrun), name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_overview_tells_what_the_command_says_of_itself(name):
    found = command(name)
    assert found.name == name
    assert (found.help or "").split("\n", 1)[0] == COMMANDS[name]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained(name):
    unexplained = [p.name for p in command(name).params if isinstance(p, click.Option) and not p.help]
    assert not unexplained


def test_every_command_module_is_in_the_overview():
    folder = Path(sys.modules[main.__module__].__file__).parent
    modules = {path.stem for path in folder.glob("*.py") if "\n@command(" in path.read_text(encoding="utf-8")}
    assert modules == {module_name(name) for name in COMMANDS}


def test_help_and_version_are_clean():
    for option in ("--help", "--version"):
        done = run(option)
        assert (done.returncode, done.stderr) == (0, "")
        assert "policyrun" in done.stdout


def test_help_imports_nothing_heavy():
    script = "import sys; from policyrun.cli.main import main; main(['--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8")
    assert not set(HEAVY) & set(done.stdout.splitlines()[-1].split())


def test_no_arguments_show_the_help_and_are_wrong_usage():
    done = run()
    assert done.returncode == 2
    assert done.stdout == ""
    assert "用法: policyrun" in done.stderr


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["cod"], "PR001", ["没有“cod”这个命令", "是不是“code”？"]),
        (["--hepl"], "PR002", ["没有“--hepl”这个选项", "是不是“--help”？"]),
        (["code", "--halp"], "PR002", ["是不是“--help”？"]),
        (["code", "PR001", "PR002"], "PR006", ["PR002"]),
        (["code", "PR0001"], "PR010", ["是不是“PR001”？"]),
        (["code", "甲"], "PR010", ["没有诊断代码“甲”", "policyrun code"]),
    ],
)
def test_wrong_usage(args, code, words, capfd):
    assert main(args) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith(f"错误[{code}]: ")
    for word in words:
        assert word in err
    assert "Error" not in err and "Usage" not in err


def test_code_page(capfd):
    assert main(["code", "pr001"]) == 0
    out = capfd.readouterr().out
    assert out.startswith("PR001 没有这个命令\n")
    assert "怎么改\n" in out


def test_code_list(capfd):
    assert main(["code"]) == 0
    rows = [line.split("\t") for line in capfd.readouterr().out.splitlines()]
    assert rows[0] == ["代码", "含义"]
    assert ["PR001", "没有这个命令"] in rows


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "latin-1"])
def test_output_is_utf8_whatever_the_console_says(encoding):
    done = subprocess.run([*COMMAND, "code", "PR001"], env={"PYTHONIOENCODING": encoding}, capture_output=True)
    assert "没有这个命令" in done.stdout.decode("utf-8")


def test_a_reader_that_leaves_is_no_error():
    process = subprocess.Popen([*COMMAND, "code"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait() in (0, 141)
    assert err == b""


FAILING = """
import sys
import policyrun.cli.code as module
from policyrun.cli.help import command
from policyrun.cli.main import main

@command("code", help="…")
def code() -> int:
    {statement}

module.code = code
sys.exit(main(["code"]))
"""


def failing(statement: str, **env: str) -> subprocess.CompletedProcess[str]:
    script = FAILING.format(statement=statement)
    environment = {**os.environ, **env}
    return subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, encoding="utf-8"
    )


def test_our_own_failure_is_an_apology_without_a_traceback():
    done = failing("raise KeyError('999999199001010011')")
    assert done.returncode == 2
    assert done.stderr.startswith("错误[PR601]: ")
    assert "KeyError" in done.stderr
    assert "Traceback" not in done.stderr and "999999199001010011" not in done.stderr


def test_traceback_on_demand():
    assert "Traceback" in failing("raise KeyError('x')", POLICYRUN_DEBUG="1").stderr


def test_interrupt():
    done = failing("raise KeyboardInterrupt")
    assert (done.returncode, done.stderr) == (130, "")


def test_the_system_says_no():
    done = failing("open('/nowhere/to/be/found')")
    assert done.returncode == 2
    assert done.stderr.startswith("错误[PR012]: ")
    assert "/nowhere/to/be/found" in done.stderr


def test_findings_of_a_run_that_cannot_be_made():
    statement = (
        "from policyrun.source.diagnostic import Diagnostic, PolicyrunError;"
        "raise PolicyrunError([Diagnostic('PR203', '找不到名字')])"
    )
    done = failing(statement)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("错误[PR203]: 找不到名字\n")
