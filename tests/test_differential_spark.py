"""Spark decides generated records by generated policies as the reference does: a smaller set, for Spark takes long.

More of them, in the environment that these tests make:
``PYTHONPATH=engine .venv-spark/bin/python tests/spark_differential.py 1000 50 300``
(first policy, how many, rows of each).
"""

from __future__ import annotations

import json
from pathlib import Path

from spark_environment import PROJECT, run_with_spark

POLICIES, ROWS = 4, 250


def test_spark_decides_as_the_reference_does(tmp_path: Path) -> None:
    script = PROJECT / "tests" / "spark_differential.py"
    told = json.loads(run_with_spark(script, 0, POLICIES, ROWS, folder=tmp_path).splitlines()[-1])
    assert told["found"] == []
    assert told["policies"] == POLICIES
    assert told["pairs"] > max(500, told["declined"])
