"""The table of codes and the engine hold the same codes."""

import re
from pathlib import Path

import pytest

import policyrun
from policyrun.source.codes import CODES

ENGINE = Path(policyrun.__file__).parent
TABLE = ENGINE / "source" / "codes"


def codes_used() -> dict[str, str]:
    """Each code that the engine reports, with a place where it does."""
    used: dict[str, str] = {}
    for path in sorted(ENGINE.rglob("*.py")):
        if TABLE in path.parents:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for code in re.findall(r'"(PR\d{3})"', line):
                used.setdefault(code, f"{path.relative_to(ENGINE)}:{number}")
    return used


def test_every_code_has_a_page():
    missing = {code: place for code, place in codes_used().items() if code not in CODES}
    assert not missing


def test_every_page_has_a_code():
    assert not set(CODES) - set(codes_used())


def test_pages_are_in_order_and_never_share_a_title():
    assert list(CODES) == sorted(CODES)
    titles = [page.title for page in CODES.values()]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("code", CODES)
def test_a_page_says_what_and_how(code):
    page = CODES[code]
    assert page.title and page.what and page.fix
    assert not page.title.endswith("。")
    assert page.what.endswith("。")
