"""The English catalogue is complete, keeps every placeholder, and is what the engine reads."""

import gettext
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from policyrun.source import messages

ROOT = Path(__file__).resolve().parent.parent
CHINESE = re.compile(r"[\u3400-\u9fff]")


def script():
    spec = importlib.util.spec_from_file_location("messages_script", ROOT / "scripts" / "messages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def catalogue() -> dict[str, str]:
    return {message.id: message.string for message in script().read_catalogue() if message.id}


@pytest.fixture(scope="module")
def extracted() -> set[str]:
    return {message.id for message in script().extracted() if message.id}


def placeholders(text: str) -> set[str]:
    """Names in braces; braces around more than a name are YAML shown to the reader."""
    return set(re.findall(r"\{(\w*)\}", text))


def test_every_message_has_an_english_text(catalogue, extracted):
    assert not sorted(extracted - {message for message, text in catalogue.items() if text})


def test_no_english_text_without_its_message(catalogue, extracted):
    assert not sorted(set(catalogue) - extracted)


def test_placeholders_are_the_same(catalogue):
    differing = {message: text for message, text in catalogue.items() if placeholders(message) != placeholders(text)}
    assert not differing


def test_messages_are_constants(extracted):
    """A message with a value already in it can never be found in a catalogue."""
    engine = Path(messages.__file__).parent.parent
    formatted = [
        f"{path.relative_to(engine)}: {found.group()}"
        for path in engine.rglob("*.py")
        for found in re.finditer(r"(?<![\w.])_\(\s*f[\"'].{0,20}", path.read_text(encoding="utf-8"))
    ]
    assert not formatted
    assert extracted


def test_a_template_says_nothing_but_messages():
    """Every Chinese text of a template is translated: what is not in ``_("…")`` is markup and values."""
    templates = list((script().ENGINE / "report" / "templates").glob("*.html"))
    assert templates
    for path in templates:
        text = re.sub(r'_\("[^"]*"\)', "", path.read_text(encoding="utf-8"))
        assert not re.findall(r"[\u3000-\u9fff\uff00-\uffef]+", text), path.name


def test_texts_of_templates_are_extracted(extracted):
    engine = script().ENGINE
    said = {
        text
        for path in (engine / "report" / "templates").glob("*.html")
        for text in re.findall(r'_\("([^"]*)"\)', path.read_text(encoding="utf-8"))
    }
    assert len(said) > 20
    assert said <= extracted


def test_a_page_for_an_english_reader_is_english(tmp_path):
    page = tmp_path / "page.html"
    command = [sys.executable, "-m", "policyrun", "diff", "yunling-2024@1", "yunling-2024@2", "--data", "sample"]
    done = subprocess.run([*command, "--html", str(page)], env={"LC_ALL": "en_US.UTF-8"}, capture_output=True)
    assert done.returncode == 1
    text = page.read_text(encoding="utf-8")
    assert '<html lang="en">' in text
    headings = re.findall(r"<th[^>]*>([^<]*)</th>", text)
    assert len(headings) > 30
    # A column that a policy groups by keeps its own name.
    assert {heading for heading in headings if CHINESE.search(heading)} == {"申领主体"}


def test_the_compiled_catalogue_is_that_of_the_text(catalogue):
    mo = script().PO.with_suffix(".mo")
    with mo.open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert {message: compiled.gettext(message) for message in catalogue} == catalogue


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "zh"),
        ({"LANG": "C"}, "zh"),
        ({"LANG": "POSIX"}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "C"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": ""}, "en"),
    ],
)
def test_the_locale_chooses(monkeypatch, variables, language):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert messages.language() == language


def every_help(locale: str) -> str:
    """The help of every command, as a reader of a locale sees it."""
    script = "from policyrun.cli.main import COMMANDS, main\nfor name in COMMANDS: print(main([name, '--help']))"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env={"LC_ALL": locale}, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_help_in_chinese_has_no_words_of_the_parser():
    text = every_help("zh_CN.UTF-8")
    assert "显示本说明。" in text and "必填。" in text
    assert not re.findall(r"\[(?:required|default|x)\b.*|Usage|Options|Show this message|[A-Z]+ \[OPTIONS\]", text)


def test_help_in_english_is_english():
    text = every_help("en_US.UTF-8")
    # Names out of policies and their records stand as they are; Chinese sentences have Chinese punctuation.
    assert not re.findall(r".*[，。；：、（）].*", text)


def test_an_english_reader_reads_english():
    command = [sys.executable, "-m", "policyrun", "cod"]
    done = subprocess.run(command, env={"LC_ALL": "en_US.UTF-8"}, capture_output=True, text=True, encoding="utf-8")
    assert done.stderr == "error[PR001]: there is no command “cod”\n  = help: did you mean “code”?\n\n"
    done = subprocess.run(
        [*command[:3], "--help"], env={"LANG": "en"}, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0
    assert not CHINESE.findall(done.stdout)
