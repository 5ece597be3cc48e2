"""The Python API, which the package re-exports. Tables are pandas; mistakes are raised as ``PolicyrunError``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from policyrun.app.api_arguments import Day, Path_, folders, inputs_of, request
from policyrun.app.by_date import open_versions, run_inputs_by_date
from policyrun.app.diff import Difference
from policyrun.app.diff import diff as compare
from policyrun.app.engine import EngineName
from policyrun.app.evaluate import Request, run_inputs
from policyrun.app.inputs import wanted_of
from policyrun.app.load import load as load_policy
from policyrun.app.result import AMOUNT, RESULT_COLUMNS, RunResult, result_rows
from policyrun.app.trace import find_row, trace_row
from policyrun.ir.policy import Policy
from policyrun.model.trace import Trace
from policyrun.source.diagnostic import Diagnostics, PolicyrunError, Severity
from policyrun.source.messages import _
from policyrun.source.render.concise import render

if TYPE_CHECKING:
    import pandas as pd

    from policyrun.app.api_arguments import Frames


def load(ref: Path_, policies: Path_ | Iterable[Path_] | None = None, with_: Iterable[Path_] = ()) -> Policy:
    """The checked policy.

    Args:
        ref: ``hebei-2023`` (the latest version), ``hebei-2023@1``, or the path of a policy file.
        policies: a folder of your own policies, or several, looked in first.
        with_: local overlay files, in order; a later one wins.

    >>> load("hebei-2023@1").ref
    'hebei-2023@1'
    """
    found = Diagnostics()
    policy = load_policy(os.fspath(ref), found, folders=folders(policies), overlays=[Path(each) for each in with_])
    if policy is None or found.failed:
        raise PolicyrunError(found)
    return policy


def evaluate(
    policy: Policy | Path_,
    frame: Frames,
    scheme: str | None = None,
    as_of: Day | None = None,
    known_on: Day | None = None,
    history: Path_ | Sequence[Path_] = (),
    exceptions: Path_ | None = None,
    readings: Mapping[str, str] | None = None,
    lists: Path_ | None = None,
    by_date: bool = False,
) -> pd.DataFrame:
    """Decides every row and returns the result: a row per input row in its order, with the columns of a result file.

    Args:
        policy: a loaded policy, or what ``load`` takes.
        frame: the rows of one scheme, or of several by name. None, NaN and NaT are blank.
        scheme: the scheme of a single frame; may be left out where the policy has only one.
        as_of: 基准日, today in Asia/Shanghai unless given.
        known_on: values published later are hidden; as_of unless given.
        history: result files of earlier runs, which count towards limits.
        exceptions: a file of rows that may pass a limit without room.
        readings: reading → way, for those that are not read the default way.
        lists: a folder of dated lists.
        by_date: each row by the version in force on its day; ``policy`` is then an id, or the path of any version.

    Returns:
        补贴金额 is a ``Decimal``, None where nothing is decided; all other columns are text, "" where blank.
        ``attrs["notes"]`` says what was noticed on the way, such as columns not used.

    Raises:
        PolicyrunError: if the run could not be made.
    """
    import pandas as pd

    found = Diagnostics()
    asked = request(as_of, known_on, history, exceptions, readings, lists)
    run = (_run_by_date if by_date else _run)(policy, frame, scheme, asked, found)
    columns, rows = result_rows(run)
    result = pd.DataFrame(rows, columns=list(columns), dtype=object)
    name = RESULT_COLUMNS[AMOUNT]
    result[name] = pd.Series([Decimal(row[AMOUNT]) if row[AMOUNT] else None for row in rows], dtype=object)
    result.attrs["notes"] = [render(each) for each in found if each.severity is not Severity.ERROR]
    return result


def trace(
    policy: Policy | Path_,
    frame: Frames,
    serial: str | int,
    scheme: str | None = None,
    as_of: Day | None = None,
    known_on: Day | None = None,
    history: Path_ | Sequence[Path_] = (),
    exceptions: Path_ | None = None,
    readings: Mapping[str, str] | None = None,
    lists: Path_ | None = None,
    by_date: bool = False,
) -> Trace:
    """Why the row with a 序号 was decided as it was; all other arguments are those of ``evaluate``.

    With frames of several schemes, ``scheme`` says whose row is meant; all of them are evaluated.
    """
    found = Diagnostics()
    asked = replace(request(as_of, known_on, history, exceptions, readings, lists), engine=EngineName.REFERENCE)
    run = (_run_by_date if by_date else _run)(policy, frame, scheme, asked, found)
    name = scheme or run.schemes[0].scheme.name
    place = find_row(run, name, str(serial))
    if place is None:
        found.add("PR630", _("“{scheme}”没有序号“{serial}”").format(scheme=name, serial=serial))
        raise PolicyrunError(found)
    part, index = place
    run, outcome = run.decided_by(part.outcomes[index])
    own = next(one for one in run.schemes if one.scheme.name == outcome.scheme)
    return trace_row(run, own, outcome.row)


def diff(old: Path_, new: Path_, policies: Path_ | Iterable[Path_] | None = None) -> tuple[Difference, ...]:
    """What differs in meaning between two versions of a policy, each by reference or path.

    >>> diff("hebei-2023@1", "hebei-2023@1")
    ()
    """
    found = Diagnostics()
    compared = compare(os.fspath(old), os.fspath(new), found, folders=folders(policies))
    if compared is None:
        raise PolicyrunError(found)
    return compared[2]


def _run(policy: Policy | Path_, frame: Frames, scheme: str | None, request: Request, found: Diagnostics) -> RunResult:
    """Evaluates frames.

    Raises:
        PolicyrunError: if they could not be evaluated.
    """
    checked = policy if isinstance(policy, Policy) else load(policy)
    wanted = [wanted_of(checked, one) for one in checked.schemes]
    run = run_inputs(checked, request, inputs_of(wanted, frame, scheme, found), found)
    if run is None:
        raise PolicyrunError(found)
    return run


def _run_by_date(
    policy: Policy | Path_, frame: Frames, scheme: str | None, request: Request, found: Diagnostics
) -> RunResult:
    """Evaluates frames, each row by the version of its day.

    Raises:
        PolicyrunError: if they could not be evaluated, or the policy is one version.
    """
    versions = open_versions(policy.ref if isinstance(policy, Policy) else os.fspath(policy), found)
    inputs = None if versions is None else inputs_of(versions.wanted(), frame, scheme, found)
    run = None if versions is None else run_inputs_by_date(versions, request, inputs, found)
    if run is None:
        raise PolicyrunError(found)
    return run
