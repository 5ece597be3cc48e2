"""Run with Spark, by ``test_spark_reading``: prints what Spark reads from files, and what a run of them comes to.

Arguments: folders of files that are read as one relation; ``=``; a policy, a day, a folder of its records, and a place
for the results of a run.
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

from data_files import TRAINING, small_policy
from policyrun.app.evaluate import Request
from policyrun.app.inputs import wanted_of
from policyrun.app.load import load
from policyrun.app.stream import stream
from policyrun.app.streamed_table import copy_parquet, kept_lines
from policyrun.columnar.spark import Spark
from policyrun.datasets import spark_scan
from policyrun.datasets.files import open_file
from policyrun.datasets.spark_scan import Wish, spark_relation, spark_tables
from policyrun.source.diagnostic import Diagnostics

SCHEME = small_policy().schemes[0]
WANTED = wanted_of(small_policy(), SCHEME)


def read(folder: Path, engine: Spark) -> dict[str, Any]:
    """All rows of the files of a folder, and what was said of them."""
    found, wishes = Diagnostics(), []
    for path in sorted(folder.iterdir()):
        file = open_file(path, found)
        assert file is not None
        wishes.append(Wish(file, "", WANTED.required, WANTED.known))
    tables = spark_tables(engine.session, wishes, found)
    assert tables is not None, list(found)
    relation, rows = spark_relation(engine.session, "原文", TRAINING, SCHEME.record, WANTED.beside, tables, found)
    held = [f"COALESCE(CAST(`{column.held_as}` AS STRING), '')" for column in relation.columns]
    return {
        "rows": [list(row) for row in rows.orderBy("row_no").selectExpr("row_no", *held).collect()],
        "columns": [[column.name, column.type.value] for column in relation.columns],
        "told": [relation.rows, relation.empty, list(relation.unused), list(relation.absent)],
        "parts": [[part.path, part.first, part.end, part.rows] for part in relation.parts],
        "said": [str(each) for each in found if each.code != "PR628"],
        "at hand": [Path(str(each.at.path)).name for each in found if each.code == "PR628" and each.at],
    }


def told(ref: str, day: str, source: str, output: Path, engine: Spark) -> dict[str, Any]:
    """The results of a run that Spark reads, decides and tells."""
    found = Diagnostics()
    policy = load(ref, found)
    assert policy is not None
    run = stream(policy, Request(sources=(source,), as_of=date.fromisoformat(day)), engine, found)
    assert run is not None, list(found)
    run.shed()
    copy_parquet(run, output, keep_input=False)
    kept = hashlib.sha256(b"".join(map(bytes, kept_lines(run)))).hexdigest()
    counted = [repr(run.summary()), repr(run.payments()), run.digest()]
    with patch("policyrun.model.relation.FEW", -1):
        copy_parquet(run, output.with_name(f"{output.name}.long"), keep_input=False)
        lines = b"".join(map(bytes, run.lines()))
        assert hashlib.sha256(lines).hexdigest() == run.digest() == counted[-1]
    return {"counted": counted, "kept": kept, "said": sorted(each.code for each in found)}


if __name__ == "__main__":
    at = sys.argv.index("=")
    ref, day, source, output = sys.argv[at + 1 :]
    blocks = patch.dict(spark_scan._BLOCKS, dict.fromkeys(list(spark_scan._BLOCKS)[:2], "300"))
    with Spark() as engine, blocks:
        scans = {folder: read(Path(folder), engine) for folder in sys.argv[1:at]}
    with Spark() as engine:
        engine.hurry()
        print(json.dumps({"read": scans, "run": told(ref, day, source, Path(output), engine)}, ensure_ascii=False))
