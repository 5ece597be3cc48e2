"""Spark decides generated records by generated policies as the reference does: a smaller set, for Spark takes long.

More of them, in the environment that these tests make:
``PYTHONPATH=engine .venv-spark/bin/python tests/spark_differential.py 300 $(seq 1000 1050)`` (rows, policies).
"""

from __future__ import annotations

import json
from pathlib import Path

from spark_environment import PROJECT, run_with_spark

ROWS = 250
#: The first two have shown what Spark says that no other database does: a union tripped over, a maximum of one value.
POLICIES = (0, 11, 1, 5)


def test_spark_decides_as_the_reference_does(tmp_path: Path) -> None:
    script = PROJECT / "tests" / "spark_differential.py"
    told = json.loads(run_with_spark(script, ROWS, *POLICIES, folder=tmp_path).splitlines()[-1])
    assert told["found"] == []
    assert told["policies"] == len(POLICIES)
    assert told["pairs"] > max(500, told["declined"])
