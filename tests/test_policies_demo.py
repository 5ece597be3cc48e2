"""The fictional policy exercises what the format offers, in both versions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from policyrun.app.load import load
from policyrun.ir.nodes import Expr, Table
from policyrun.ir.policy import Highest, Policy, SameKind, Total
from policyrun.model.vocabulary import Standing
from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics, Severity

FOLDER = data_dir("policies") / "demo" / "yunling-2024"


def _load(version: int, *overlays: str) -> Policy:
    found = Diagnostics()
    paths = [FOLDER / "overlays" / name for name in overlays]
    policy = load(f"yunling-2024@{version}", found, overlays=paths)
    assert policy is not None, [one.message for one in found]
    assert not [one for one in found if one.severity is not Severity.NOTE]
    return policy


@pytest.fixture(scope="module")
def policy() -> Policy:
    return _load(1)


def _tables(policy: Policy) -> Iterator[Table]:
    expressions: list[Expr] = [decision.expr for decision in policy.decisions.values()]
    return (expr for expr in expressions if isinstance(expr, Table))


def test_tables_of_both_kinds_and_a_default(policy: Policy) -> None:
    tables = list(_tables(policy))
    assert {table.hit for table in tables} == {"U", "F"}
    assert any(table.default is not None for table in tables)


def test_limits_of_every_measure(policy: Policy) -> None:
    measures = [limit.measure for limit in policy.limits]
    assert any(isinstance(measure, SameKind) for measure in measures)
    assert any(isinstance(measure, Highest) for measure in measures)
    assert any(isinstance(measure, Total) and measure.partial for measure in measures)
    assert any(limit.when is not None for limit in policy.limits)
    assert any(len(limit.over) > 1 for limit in policy.limits)


def test_parameters_of_every_standing(policy: Policy) -> None:
    assert {parameter.standing for parameter in policy.parameters.values()} == set(Standing)
    dated = [parameter for parameter in policy.parameters.values() if len(parameter.values) > 1]
    assert any(value.effective != value.published for parameter in dated for value in parameter.values)


def test_schemes_with_gate_split_top_up_and_without_a_date(policy: Policy) -> None:
    assert any(scheme.gates for scheme in policy.schemes)
    assert any(scheme.split for scheme in policy.schemes)
    assert any(scheme.top_up for scheme in policy.schemes)
    assert any(scheme.day is None for scheme in policy.schemes)
    assert policy.lists
    assert policy.goals
    assert policy.deadlines
    assert any(child.children for child in policy.quotas[0].root.children)


def test_schemes_that_share_a_cap_are_one_fold(policy: Policy) -> None:
    assert ("技能提升补贴", "师带徒补贴") in [tuple(scheme.name for scheme in fold) for fold in policy.folds()]


def test_an_overlay_fills_what_is_open_and_replaces_what_is_assumed() -> None:
    policy = _load(1, "feiyun.yaml")
    assert policy.parameters["交通补贴日标准"].standing is Standing.GIVEN
    assert policy.parameters["退休年龄"].values[0].value == 63
    assert policy.readings["就高方式"].default == "不再给"


def test_the_latest_version_is_the_one_named_without_a_number() -> None:
    found = Diagnostics()
    latest = load("yunling-2024", found)
    assert latest is not None
    assert latest.version == 2


@pytest.mark.parametrize("path", sorted(FOLDER.parent.parent.rglob("*.yaml")), ids=lambda path: path.stem)
def test_policy_texts_are_plain(path: Path) -> None:
    """No tabs, no blanks at the end of a line, no byte order mark, one line feed at the end."""
    data = path.read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    assert b"\t" not in data
    assert data.endswith(b"\n")
    assert not data.endswith(b"\n\n")
    assert not [line for line in data.split(b"\n") if line.endswith(b" ")]
