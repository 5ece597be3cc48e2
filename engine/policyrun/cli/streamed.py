"""``evaluate`` where the result goes straight from a database to a file, so that its length does not matter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from policyrun.cli.asked import Asked, request, the_policy
from policyrun.cli.database import Work, files_of, is_long
from policyrun.cli.options import SPARK
from policyrun.source.diagnostic import Diagnostics, PolicyrunError, Severity
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.app.streamed import Streamed
    from policyrun.columnar.embedded import Embedded
    from policyrun.columnar.spark import Spark


def streams(given: Asked, output: Path, *, memory: str | None, keep_input: bool, apart: bool) -> bool:
    """Whether a run stays in a database: its records are long, and nothing asks for its rows.

    Cells of parquet that go into a workbook do: columns in a database no longer say how such a file held them.

    Args:
        apart: the run is told by its rows all the same.
    """
    from policyrun.app.engine import EngineName
    from policyrun.datasets.probe import Format, format_of

    planned = given.get("engine") in (EngineName.DUCKDB.value, EngineName.SPARK.value)
    if not planned or not given["inputs"] or apart or format_of(output) is None:
        return False
    if keep_input and format_of(output) is Format.XLSX and Format.PARQUET in map(format_of, files_of(given["inputs"])):
        return False
    return is_long(given["inputs"], memory)


def evaluate_streamed(
    given: Asked, output: Path, found: Diagnostics, *, memory: str | None, keep_input: bool, excel_csv: bool
) -> bool:
    """Decides and writes a run. False, with nothing written, if its records have to go by the reference.

    Raises:
        PolicyrunError: if it cannot run, or its result cannot be written.
    """
    from policyrun.app.stream import stream
    from policyrun.cli.summary_text import write_summary
    from policyrun.cli.working import while_working
    from policyrun.columnar.plan import Beyond, Unlowered

    policy = the_policy(given["policy"], given["policies"], given["overlays"])
    with _engine(given, output, found, memory) as engine:
        try:
            with while_working(Work(engine)):
                run = stream(policy, request(given), engine, found)
                if run is None:
                    raise PolicyrunError(found)
                run.shed()
                files = _write(run, output, found, keep_input=keep_input, excel_csv=excel_csv)
        except (Beyond, Unlowered):
            return False
        write_summary(run, files, (each for each in found if each.severity is not Severity.ERROR))
    return True


@contextmanager
def _engine(given: Asked, output: Path, found: Diagnostics, memory: str | None) -> Iterator[Embedded | Spark]:
    """The database that the run stays in."""
    if given.get("engine", "") == SPARK:
        from policyrun.columnar.spark import LOCAL, open_spark, spark_faults

        with open_spark(given.get("spark_master") or LOCAL, found) as spark, spark_faults(found):
            yield spark
        return
    from policyrun.columnar.embedded import Embedded, embedded_faults

    with embedded_faults(found), Embedded(memory, output.parent) as embedded:
        yield embedded


def _write(
    run: Streamed, output: Path, found: Diagnostics, *, keep_input: bool, excel_csv: bool
) -> list[tuple[str, Path]]:
    """Writes the result and its manifest, or neither: the manifest waits beside its place until the result stands."""
    from policyrun.app.manifest import manifest_path, write_manifest
    from policyrun.app.planned import AFTERWARDS
    from policyrun.datasets.atomic import replacing
    from policyrun.report.streamed_export import write_streamed

    beside = manifest_path(output)
    with ExitStack() as waiting:
        place = waiting.enter_context(replacing(beside))
        if not write_streamed(run, output, found, keep_input=keep_input, excel_csv=excel_csv):
            raise PolicyrunError(found)
        run.engine.pace.begin(AFTERWARDS)
        write_manifest(run, place)
    return [(_("结果"), output), (_("运行清单"), beside)]
