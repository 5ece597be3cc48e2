"""Every operator and function against its file of cases in ``tests/functions``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from language import check, is_list, type_of, value
from policyrun.interp.functions import FUNCTIONS, OWN
from policyrun.ir.ops import OPS, Form, Missing, Op
from policyrun.ir.reference import reference_markdown
from policyrun.model.types import Type
from policyrun.model.values import Value
from policyrun.source.data import data_dir

FILES = sorted((Path(__file__).parent / "functions").glob("*.yaml"))
CASES: dict[str, list[dict[str, Any]]] = {}
for path in FILES:
    content = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    CASES[content["op"]] = content["cases"]

INFIX = {
    "neg": "-({0})",
    "and": "({0}) 且 ({1})",
    "or": "({0}) 或 ({1})",
    "not": "非 ({0})",
    "is_null": "({0}) 为空",
    "not_null": "({0}) 不为空",
    "between": "({0}) 介于 ({1}) 和 ({2})",
    "in": "({0}) 属于 {1}",
}


def spellings(op: Op, args: list[str]) -> Iterator[str]:
    """An application in each of the row's spellings."""
    match op.form:
        case Form.OPERATOR:
            yield INFIX.get(op.key, f"({{0}}) {op.feel} ({{1}})").format(*args)
        case Form.PROPERTY:
            yield f"({args[0]}).{op.feel}"
        case Form.FUNCTION:
            for name in filter(None, (op.feel, op.chinese)):
                yield f"{name}({', '.join(args)})"


def constant(text: str) -> Value | None:
    """The value of a case's text; null is a missing one."""
    if text == "null":
        return None
    worth = value(text)
    assert not isinstance(worth, tuple)
    return worth


def types_of(key: str, case: dict[str, Any]) -> list[Type | None]:
    """The type of each operand, None for a list; a missing one has that of ``types`` or of another case."""
    rows = [case.get("types", case["args"]), *(other["args"] for other in CASES[key] if "args" in other)]
    types: list[Type | None] = []
    for index, arg in enumerate(case["args"]):
        sample = next(row[index] for row in rows if index < len(row) and row[index] != "null")
        types.append(None if is_list(arg) else type_of(sample))
    return types


def ids(cases: list[tuple[str, dict[str, Any]]]) -> list[str]:
    return [f"{key}: {case.get('text') or ', '.join(case['args'])}" for key, case in cases]


EVERY = [(key, case) for key, cases in CASES.items() for case in cases]
WITH_ARGS = [(key, case) for key, case in EVERY if "args" in case]
WITHOUT_NULL = [(key, case) for key, case in WITH_ARGS if "null" not in case["args"]]
AS_TEXT = [(key, case) for key, case in EVERY if "text" in case]


@pytest.mark.parametrize(("key", "case"), WITHOUT_NULL, ids=ids(WITHOUT_NULL))
def test_constants(key: str, case: dict[str, Any]) -> None:
    for text in spellings(OPS[key], case["args"]):
        assert value(text) == constant(case["expect"]), text


@pytest.mark.parametrize(("key", "case"), WITH_ARGS, ids=ids(WITH_ARGS))
def test_columns(key: str, case: dict[str, Any]) -> None:
    """The same with each operand in a column, where it may be missing; a list keeps its place."""
    names = [arg if is_list(arg) else f"列{index}" for index, arg in enumerate(case["args"])]
    columns, cells = {}, {}
    for name, arg, type_ in zip(names, case["args"], types_of(key, case), strict=True):
        if type_ is not None:
            columns[name], cells[name] = type_, constant(arg)
    for text in spellings(OPS[key], names):
        assert value(text, cells, columns) == constant(case["expect"]), text


@pytest.mark.parametrize(("key", "case"), AS_TEXT, ids=ids(AS_TEXT))
def test_texts(key: str, case: dict[str, Any]) -> None:
    if "refused" in case:
        expr, found = check(case["text"])
        assert expr is None
        assert [each.code for each in found] == [case["refused"]]
    else:
        assert value(case["text"]) == constant(case["expect"])


def test_table_functions_and_cases_hold_the_same_names() -> None:
    assert set(CASES) == set(OPS)
    assert {path.stem for path in FILES} == set(OPS)
    assert set(FUNCTIONS) == {key for key, op in OPS.items() if op.missing is not Missing.LOWERED}
    assert set(FUNCTIONS) >= OWN


@pytest.mark.parametrize("op", [op for op in OPS.values() if op.missing is Missing.STRICT], ids=lambda op: op.key)
def test_strict_rows_have_a_case_with_a_missing_operand(op: Op) -> None:
    assert any("null" in case.get("args", ()) and case["expect"] == "null" for case in CASES[op.key])


@pytest.mark.parametrize("op", OPS.values(), ids=lambda op: op.key)
def test_examples_are_true(op: Op) -> None:
    text, expect = op.example.split(" → ")
    assert value(text) == constant(expect)


def test_the_printed_reference_is_up_to_date() -> None:
    assert (data_dir("grammar") / "functions.md").read_text("utf-8") == reference_markdown()


def test_names_of_several_words_are_tokens_of_the_grammar() -> None:
    grammar = (data_dir("grammar") / "expr.lark").read_text("utf-8")
    for op in OPS.values():
        if op.form is Form.FUNCTION and " " in op.feel:
            assert op.feel.replace(" ", r"\s+") in grammar


def test_spellings_are_distinct() -> None:
    names = [name for op in OPS.values() if op.form is Form.FUNCTION for name in (op.feel, op.chinese) if name]
    assert len(names) == len(set(names))
