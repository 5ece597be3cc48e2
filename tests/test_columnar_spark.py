"""Spark decides every shipped sample as the reference does, as an engine and by a script of ``policyrun compile``."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from columnar_samples import POLICIES
from columnar_scripts import trial_of
from policyrun.app.engine import EngineName
from policyrun.app.evaluate import Request, run
from policyrun.app.load import load
from policyrun.source.diagnostic import Diagnostics
from spark_environment import run_with_spark

#: A policy whose script has a limit in it and is not long.
SCRIPTED = "zhejiang-2022-capability@1"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Spark came to, all in one process: it takes long to start."""
    folder = tmp_path_factory.mktemp("spark")
    trial = trial_of(SCRIPTED, "spark")
    given = {"script": trial.script, "tables": trial.tables, "schemes": list(trial.expected)}
    (folder / f"{SCRIPTED}.json").write_text(json.dumps(given, ensure_ascii=False), "utf-8")
    told = run_with_spark(Path(__file__).with_name("spark_digests.py"), folder, folder=folder)
    answer: dict[str, Any] = json.loads(told.splitlines()[-1])
    return answer


@pytest.mark.parametrize("ref", POLICIES)
def test_sample_has_the_digest_of_the_reference(found: dict[str, Any], ref: str) -> None:
    noticed = Diagnostics()
    policy = load(ref, noticed)
    assert policy is not None
    result = run(policy, Request(engine=EngineName.REFERENCE), noticed)
    assert result is not None and found["decided"][ref] == result.digest()


def test_script_leaves_the_result_of_the_reference(found: dict[str, Any]) -> None:
    for scheme, rows in trial_of(SCRIPTED, "spark").expected.items():
        text = json.dumps([list(row) for row in rows], ensure_ascii=False)
        assert found["scripted"][SCRIPTED][scheme] == hashlib.sha256(text.encode()).hexdigest(), scheme
