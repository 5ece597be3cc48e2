"""What a checked policy promises to those who work with it, held against every policy shipped."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from policyrun.app.library import list_policies
from policyrun.app.load import load
from policyrun.ir.nodes import Apply, Column, DecisionRef, Expr, Given, ParameterRef, Table, children
from policyrun.ir.policy import Policy, Total
from policyrun.model.vocabulary import Standing
from policyrun.source.diagnostic import Diagnostics

REFS = [entry.ref for entry in list_policies()]
BASE = Path(__file__).parent / "diagnostics" / "base-minimal.yaml"


@cache
def policy(ref: str) -> Policy:
    found = Diagnostics()
    loaded = load(ref, found)
    assert loaded is not None, [str(each.message) for each in found]
    return loaded


def roots(policy: Policy) -> Iterator[Expr]:
    for scheme in policy.schemes:
        yield from (requirement.test for requirement in scheme.requirements)
        yield from (notice.test for notice in scheme.notices)
        if scheme.amount is not None:
            yield scheme.amount.value
    for limit in policy.limits:
        yield from (part.expr for part in limit.per)
        yield from (key.expr for key in limit.order.keys)


def nodes(policy: Policy) -> Iterator[Expr]:
    """Every expression reached from a scheme or a limit, each once."""
    todo, done = list(roots(policy)), set[int]()
    while todo:
        node = todo.pop()
        if id(node) not in done:
            done.add(id(node))
            yield node
            todo.extend(children(node))


@pytest.mark.parametrize("ref", REFS)
def test_no_finding_is_an_error(ref: str) -> None:
    assert policy(ref).ref == ref


@pytest.mark.parametrize("ref", REFS)
def test_all_mentions_of_a_decision_share_its_expression(ref: str) -> None:
    checked = policy(ref)
    for node in nodes(checked):
        if isinstance(node, DecisionRef) and node.name in checked.decisions:
            assert node.expr is checked.decisions[node.name].expr


@pytest.mark.parametrize("ref", REFS)
def test_tests_of_a_row_mention_the_input_itself(ref: str) -> None:
    for node in nodes(policy(ref)):
        if isinstance(node, Table):
            for row in node.rows:
                for column, test in zip(node.inputs, row.tests, strict=True):
                    assert test is None or column in leaves(test)


def leaves(test: Expr) -> list[Expr]:
    """The operands of comparisons, not looked into any further."""
    if isinstance(test, Apply):
        return [leaf for arg in test.args for leaf in ([arg] if not isinstance(arg, Apply) else [arg, *leaves(arg)])]
    return [test]


@pytest.mark.parametrize("ref", REFS)
def test_columns_are_in_the_record_of_each_scheme(ref: str) -> None:
    for scheme in policy(ref).schemes:
        names = {field.name for field in scheme.record.fields}
        expressions = [requirement.test for requirement in scheme.requirements]
        expressions += [scheme.amount.value] if scheme.amount else []
        todo, done = list(expressions), set[int]()
        while todo:
            node = todo.pop()
            if id(node) not in done:
                done.add(id(node))
                assert not isinstance(node, Column) or node.name in names
                todo.extend(children(node))


@pytest.mark.parametrize("ref", REFS)
def test_orders_end_in_the_serial_number(ref: str) -> None:
    for limit in policy(ref).limits:
        last = limit.order.keys[-1].expr
        assert isinstance(last, Given)
        assert last.name == "序号"


@pytest.mark.parametrize("ref", REFS)
def test_every_rule_rests_on_a_clause(ref: str) -> None:
    checked = policy(ref)
    grounds = [each.grounds for scheme in checked.schemes for each in (scheme, scheme.amount) if each is not None]
    grounds += [requirement.grounds for scheme in checked.schemes for requirement in scheme.requirements]
    grounds += [limit.grounds for limit in checked.limits]
    grounds += list(checked.parameter_grounds.values())
    assert all(each.cite for each in grounds)


def test_hebei_is_what_its_file_says() -> None:
    hebei = policy("hebei-2023@1")
    assert [scheme.name for scheme in hebei.schemes] == ["职业培训补贴", "鉴定补贴", "办理环节"]
    assert [limit.name for limit in hebei.limits_over("职业培训补贴")] == ["同职业同等级", "每年三次"]
    assert [[scheme.name for scheme in fold] for fold in hebei.folds()] == [
        ["职业培训补贴"],
        ["鉴定补贴"],
        ["办理环节"],
    ]
    assert hebei.parameters["当地补贴标准"].standing is Standing.OPEN
    assert hebei.ids[0] == "HB-D1"
    training = hebei.schemes[0]
    assert training.amount is not None
    assert str(training.amount.grounds.cite[0]) == "冀人社字〔2023〕65号 三(五)"
    yearly = hebei.limits[1].measure
    assert isinstance(yearly, Total)
    assert isinstance(yearly.room, ParameterRef)
    assert not yearly.partial


def overlaid(tmp_path: Path, text: str) -> Policy:
    overlay = tmp_path / "local.yaml"
    overlay.write_text("overlay: 某县\nfor: minimal\ndocuments:\n  县办法: {title: 某县办法}\n" + text, "utf-8")
    found = Diagnostics()
    checked = load(str(BASE), found, overlays=[overlay])
    assert checked is not None, [each.message for each in found]
    return checked


def test_an_overlay_gives_an_open_figure_with_its_own_grounds(tmp_path: Path) -> None:
    checked = overlaid(tmp_path, "parameters:\n  当地标准: {value: 800元, cite: 第一条}\n")
    given = checked.parameters["当地标准"]
    assert given.standing is Standing.GIVEN
    assert [(value.value, str(value.grounds.cite[0])) for value in given.values] == [(800, "县办法 第一条")]


def test_an_overlay_puts_a_decision_in_the_place_of_an_open_figure(tmp_path: Path) -> None:
    text = "decisions:\n  当地标准: {type: 金额, formula: 若 合格 则 800元 否则 0元, cite: 第一条}\n"
    checked = overlaid(tmp_path, text)
    blank = checked.schemes[0].record.field("标准")
    assert blank is not None
    assert isinstance(blank.blank, DecisionRef)
    assert blank.blank.expr is checked.decisions["当地标准"].expr
    assert "当地标准" not in checked.parameters


def test_an_overlay_chooses_a_reading(tmp_path: Path) -> None:
    checked = overlaid(tmp_path, "readings:\n  计年日期: {default: 申请时间, cite: 第一条}\n")
    assert checked.readings["计年日期"].default == "申请时间"
    assert checked.overlays


def test_decisions_stacked_too_high_are_refused_in_words(tmp_path: Path) -> None:
    chain = "".join(f"  甲{n}: {{type: 比率, formula: 甲{n + 1} * 100%, cite: 第五条}}\n" for n in range(200))
    chain += "  甲200: {type: 比率, formula: 50%, cite: 第五条}\n"
    text = BASE.read_text("utf-8").replace("decisions:\n", f"decisions:\n{chain}")
    path = tmp_path / "policy.yaml"
    path.write_text(text, "utf-8")
    found = Diagnostics()
    assert load(str(path), found) is None
    assert "PR237" in [each.code for each in found]
