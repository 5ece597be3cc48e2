"""Run with Spark, by ``test_columnar_spark``: prints the digests that Spark comes to, as JSON.

Arguments: a folder with scripts of policies, each a JSON file with the script, its tables and the schemes it decides.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from policyrun.app.engine import EngineName
from policyrun.app.evaluate import Request, run
from policyrun.app.library import list_policies
from policyrun.app.load import load
from policyrun.columnar.spark import Spark
from policyrun.source.diagnostic import Diagnostics


def decided(ref: str) -> str:
    """The digest of a policy's sample; what was not decided by Spark has none."""
    found = Diagnostics()
    policy = load(ref, found)
    assert policy is not None
    result = run(policy, Request(engine=EngineName.SPARK), found)
    by_reference = [each.message for each in found if each.code == "PR623"]
    return result.digest() if result is not None and not by_reference else f"{by_reference}"


def scripted(given: dict[str, Any]) -> dict[str, str]:
    """The digests of what a script leaves, by scheme."""
    from pyspark.sql import SparkSession

    with Spark():  # its settings are the process's
        session = SparkSession.builder.getOrCreate().newSession()
    session.conf.set("spark.sql.codegen.wholeStage", "false")
    for name, (header, *rows) in given["tables"].items():
        types = ", ".join(f"`{each}` {'BIGINT' if each == 'row_no' else 'STRING'}" for each in header)
        cells = [(int(first), *rest) for first, *rest in rows]
        session.createDataFrame(cells, types).createOrReplaceTempView(f"`{name}`")
    for statement in given["script"].split(";\n"):
        if any(line and not line.startswith("--") for line in statement.splitlines()):
            session.sql(statement).collect()
    return {scheme: told(session.table(f"`{scheme}_结果`").orderBy("row_no").collect()) for scheme in given["schemes"]}


def told(rows: list[Any]) -> str:
    return digest([["" if cell is None else cell for cell in row[1:]] for row in rows])


def digest(rows: list[list[str]]) -> str:
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


if __name__ == "__main__":
    decisions = {entry.ref: decided(entry.ref) for entry in list_policies(())}
    scripts = {path.stem: scripted(json.loads(path.read_text("utf-8"))) for path in Path(sys.argv[1]).glob("*.json")}
    print(json.dumps({"decided": decisions, "scripted": scripts}, ensure_ascii=False))
