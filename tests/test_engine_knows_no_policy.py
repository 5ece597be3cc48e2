"""The engine's code holds nothing of a document: no name of its rules, none of its words, none of its figures.

Messages, docstrings and pages of diagnostic codes may give examples; what is looked through is all else.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path

import policyrun
from policyrun.app.load import read_policy
from policyrun.app.mutation import figures
from policyrun.check.lower import lower_policy
from policyrun.ir.policy import Policy
from policyrun.model.vocabulary import QuotaNode
from policyrun.source.diagnostic import Diagnostics
from policyrun.syntax.source_policy import PolicySource

ENGINE = Path(policyrun.__file__).parent
POLICIES = (
    "hebei-2023",
    "jinhua-2020",
    "quzhou-craftsman",
    "zhejiang-2022-capability",
    "zhejiang-2022-livelihood",
)

#: Words of the data contract and of the policy language that documents use as well.
ALLOWED = {
    *("准予", "不予", "待核实", "数据错误", "提示"),  # conclusions, and what becomes of a row out of force
    *("序号", "身份证号码", "证书编号", "年度"),  # columns that the contract gives a meaning
    *("级别", "上限", "上级", "合计", "类别", "政策", "施行期", "地区", "指标"),  # what the engine writes
    *("补差", "全额", "不再给", "末行", "最大余数"),  # ways of 就高 and of 分摊
    *("全部", "课时", "性别"),  # a function, a unit, a function
}
#: A name shorter than this is looked for only as a text by itself: inside others it is an ordinary word.
LONG = 4

#: Figures from here on are a document's own; smaller ones, such as 3 or 100, are anybody's.
LARGE = 500
#: Large numbers of the engine's own that happen to be some document's: where they stand, and what they are.
OWN_NUMBERS = {
    ("cli/working.py", 500000): "objects after which the collector looks for cycles",
    ("model/targets.py", 10000): "the number 万",
    ("app/progress.py", 20000): "two hundredths of a percent, for rounding half up",
    ("cli/database.py", 1000000): "bytes that count as a small file",
    ("columnar/cells_id_number.py", 1000): "the last digits of an ID number, cut off",
    ("columnar/cells_id_number.py", 10000): "a year in a day's eight digits",
    ("columnar/embedded.py", 20000): "rows handed over at a time",
    ("columnar/folding.py", 10000): "constants and columns that are kept",
    ("columnar/functions_dates.py", 10000): "a year in a day's eight digits",
    ("columnar/functions_numbers.py", 6000): "digits after which a power is refused",
    ("columnar/functions_texts.py", 10000): "a year in a day's eight digits",
    ("columnar/telling.py", 1000): "different amounts that count as few",
    ("columnar/telling.py", 10000): "kinds of rows that count as few",
    ("columnar/spark.py", 250000): "rows of a part of what is sorted",
    ("datasets/write_parquet.py", 100000): "rows of a group",
    ("datasets/scan_xlsx.py", 10000): "rows of a sheet read at a time",
    ("datasets/scan_xlsx.py", 20000): "different dates or numbers that are remembered",
    ("datasets/scan_rows.py", 50000): "rows handed to a database at a time",
    ("model/relation.py", 5000): "rows that count as few",
    ("report/progress_chart.py", 560): "the length of the longest bar",
    ("app/sample.py", 500): "serial numbers of made-up people",
    ("check/reporting_parts.py", 10000): "the number 万",
    ("check/boxes.py", 100000): "steps after which a check gives up",
    ("interp/functions_number.py", 6000): "digits after which a power is refused",
    ("report/impact_words.py", 1000): "a change in percent with one decimal, before rounding",
    ("app/trace_held.py", 1000): "rows taken out of a database at a time",
    ("report/result_sheet.py", 500): "rows looked at for the width of a column",
    ("syntax/literals.py", 1000): "per mille",
}


@cache
def _policies() -> tuple[tuple[PolicySource, Policy], ...]:
    pairs = []
    for ref in POLICIES:
        source = read_policy(ref, Diagnostics())
        assert source is not None
        policy = lower_policy(source, Diagnostics())
        assert policy is not None
        pairs.append((source, policy))
    return tuple(pairs)


def _names(policy: Policy) -> Iterator[str]:
    for words in policy.enumerations.values():
        yield from (words.name, *words.members, *words.aliases, *words.sets)
    for reading in policy.readings.values():
        yield from (reading.name, *reading.ways)
    for scheme in policy.schemes:
        yield scheme.name
        yield from (field.name for field in scheme.record.fields)
        yield from (part.name for part in (*scheme.gates, *scheme.requirements))
    for quota in policy.quotas:
        yield from (quota.name, *quota.indicators, *_regions(quota.root))
    named = (*policy.limits, *policy.lists, *policy.goals, *policy.deadlines)
    yield from (*policy.parameters, *policy.decisions, *(one.name for one in named))
    yield from (text for document in policy.documents for text in (document.number, document.title) if text)
    yield policy.id


def _regions(node: QuotaNode) -> Iterator[str]:
    yield node.region
    for child in node.children:
        yield from _regions(child)


def _figures(source: PolicySource) -> Iterator[int]:
    """Large whole figures, in yuan or persons as well as in the 万 they may be written in."""
    for span in figures(source.root):
        if span.text.replace(".", "").isdecimal():
            written = Fraction(span.text)
            yield from (int(value) for value in (written, written * 10000) if value >= LARGE and value.denominator == 1)


def _constants() -> Iterator[tuple[str, int, object]]:
    """Every constant of the engine's code with file and line, but for docstrings, messages, dates and code pages."""
    for path in sorted(ENGINE.rglob("*.py")):
        if "codes" in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        told = {id(inner) for node in ast.walk(tree) if _is_told(node) for inner in ast.walk(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and id(node) not in told:
                yield path.relative_to(ENGINE).as_posix(), node.lineno, node.value


def _is_told(node: ast.AST) -> bool:
    """Whether it speaks to people or is a date: a docstring, a message to be translated, the epoch of a workbook."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "date", "datetime")


def test_no_name_and_no_word_of_a_document() -> None:
    names = {name for _source, policy in _policies() for name in _names(policy) if len(name) > 1} - ALLOWED
    long = tuple(name for name in names if len(name) >= LONG)
    found = [
        f"{path}:{line}: {text}"
        for path, line, text in _constants()
        if isinstance(text, str) and (text in names or any(name in text for name in long))
    ]
    assert not found, "\n".join(found)


def test_no_figure_of_a_document() -> None:
    known = {number for source, _policy in _policies() for number in _figures(source)}
    written = {(path, number) for path, _line, number in _constants() if type(number) is int}
    assert not {(path, number) for path, number in written if number in known} - set(OWN_NUMBERS)
    assert not set(OWN_NUMBERS) - written, "numbers that stand nowhere any more"
