"""Evaluating records: from files, or from rows already at hand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path

from policyrun.app.engine import EngineName
from policyrun.app.inputs import Wanted, read_records, wanted_of
from policyrun.app.result import InputFile, RunResult, SchemeResult
from policyrun.app.settings import settings_for
from policyrun.app.side_files import read_exceptions, read_history, read_lists
from policyrun.interp.remarks import note_empty
from policyrun.interp.run import Decided, decide
from policyrun.ir.policy import Policy
from policyrun.model.decision import Outcome
from policyrun.model.past import ExceptionEntry, HistoryRow
from policyrun.model.raw import SchemeInput
from policyrun.model.settings import Settings
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.messages import _

#: The note on sheets that are not read.
_SHEETS_LEFT = "PR524"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a run is asked for, as on the command line; without ``sources`` it runs on the bundled sample.

    Attributes:
        engine: whoever needs what each limit said to a row (``Outcome.limits``) asks for the reference.
    """

    sources: tuple[str, ...] = ()
    scheme: str | None = None
    as_of: date | None = None
    known_on: date | None = None
    history: tuple[str, ...] = ()
    exceptions: str | None = None
    lists: str | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    engine: EngineName = EngineName.DUCKDB
    spark_master: str | None = None


def evaluate_records(
    policy: Policy,
    inputs: Sequence[SchemeInput],
    settings: Settings,
    history: Sequence[HistoryRow] = (),
    exceptions: Sequence[ExceptionEntry] = (),
    found: Diagnostics | None = None,
    engine: EngineName = EngineName.REFERENCE,
    spark_master: str | None = None,
) -> Mapping[str, tuple[Outcome, ...]] | None:
    """The outcomes of each scheme's rows, in input order; None if the history cannot be relied upon.

    Every engine decides alike; only the reference says what each limit said to a row (``Outcome.limits``). What a plan
    cannot decide exactly the reference does, and ``found`` says so.

    Args:
        spark_master: where Spark runs, for that engine; None: in this process.

    Raises:
        PolicyrunError: if the engine cannot be started.
    """
    found = found if found is not None else Diagnostics()
    if engine is not EngineName.REFERENCE:
        from policyrun.app.databases import database
        from policyrun.app.planned import decide_by_plan
        from policyrun.columnar.plan import Beyond, Unlowered

        try:
            opening = partial(database, engine, spark_master, found)
            return decide_by_plan(policy, inputs, settings, history, exceptions, found, opening)
        except (Beyond, Unlowered) as reason:
            found.add("PR623", by_reference(str(reason)), severity=Severity.NOTE)
    decided = decide(policy, inputs, settings, history, exceptions, found)
    if decided is None:
        return None
    _report_empty(decided, found)
    return decided.outcomes


def by_reference(reason: str) -> str:
    """What to say where a plan cannot decide exactly, and the reference does."""
    return _("{reason}，数据库算不准，改由参考引擎逐行核算，结果相同，只是慢些").format(reason=reason)


def _report_empty(decided: Decided, found: Diagnostics) -> None:
    for group in decided.empty_groups:
        note_empty(group, found)


def run(policy: Policy, request: Request, found: Diagnostics, others: Sequence[Policy] = ()) -> RunResult | None:
    """Reads what a request names and decides it; None, with the reasons in ``found``, if it cannot run.

    Args:
        others: versions run on the same request; its exceptions may name limits that only they have.
    """
    named = with_sources(policy, request, found)
    if named is None:
        return None
    wanted = [wanted_of(policy, one) for one in policy.schemes]
    inputs = read_named(wanted, named, found, sample=not request.sources)
    result = run_inputs(policy, named, inputs, found, others=others)
    if result is None or inputs is None:
        return None
    return replace(result, inputs=(*files_of(inputs), *result.inputs), sample=not request.sources)


def with_sources(policy: Policy, request: Request, found: Diagnostics) -> Request | None:
    """A request that names its records: where it names none, the policy's sample and its day; or None and why."""
    if request.sources:
        return request
    sample = sample_path(policy)
    if sample is None:
        found.add(
            "PR622",
            _("政策“{policy}”没有自带样例，请给出要核算的文件").format(policy=policy.ref),
            help=_("例如 --input 数据.xlsx；空白表可用 policyrun template 生成"),
        )
        return None
    return replace(request, sources=(str(sample),), as_of=request.as_of or sample_day(sample))


def read_named(
    wanted: Sequence[Wanted], named: Request, found: Diagnostics, *, sample: bool
) -> tuple[SchemeInput, ...] | None:
    """The records that a request names; in a sample, sheets that are there for other commands are no news."""
    noticed = Diagnostics()
    inputs = read_records(wanted, named.sources, named.scheme, noticed)
    found.extend(each for each in noticed if not (sample and each.code == _SHEETS_LEFT))
    return inputs


def run_inputs(
    policy: Policy,
    request: Request,
    inputs: Sequence[SchemeInput] | None,
    found: Diagnostics,
    earlier: Sequence[HistoryRow] = (),
    others: Sequence[Policy] = (),
) -> RunResult | None:
    """Decides rows already at hand by all else that a request names; its inputs are the files beside the records.

    Args:
        inputs: None, with the reasons in ``found``, where they could not be read; what else is wrong is found too.
        earlier: grants that count beside those of the history files.
        others: as for ``run``.
    """
    beside = read_beside(policy, request, None if inputs is None else {one.scheme for one in inputs}, found, others)
    if found.failed or inputs is None or beside is None:
        return None
    settings, history = beside.settings, [*beside.history, *earlier]
    outcomes = evaluate_records(
        policy, inputs, settings, history, beside.exceptions, found, request.engine, request.spark_master
    )
    if outcomes is None:
        return None
    return RunResult(policy, settings, _parts(policy, inputs, outcomes), side_files(policy, request))


@dataclass(frozen=True, slots=True)
class Beside:
    """What a run is told beside its records."""

    settings: Settings
    history: Sequence[HistoryRow]
    exceptions: Sequence[ExceptionEntry]


def read_beside(
    policy: Policy,
    request: Request,
    evaluated: AbstractSet[str] | None,
    found: Diagnostics,
    others: Sequence[Policy] = (),
) -> Beside | None:
    """Reads all that a request names beside the records; None, with the reasons in ``found``, if something is wrong.

    Args:
        evaluated: the schemes that have records; None where those could not be read.
        others: as for ``run``.
    """
    lists = read_lists(policy, request.lists, found) if request.lists else {}
    settings = settings_for(
        policy, found, as_of=request.as_of, known_on=request.known_on, readings=request.readings, lists=lists
    )
    history = _history(policy, request, evaluated, settings, found)
    exceptions = read_exceptions((policy, *others), request.exceptions, found) if request.exceptions else ()
    if history is None or exceptions is None:
        return None
    return Beside(settings, history, exceptions)


def _history(
    policy: Policy, request: Request, evaluated: AbstractSet[str] | None, settings: Settings, found: Diagnostics
) -> list[HistoryRow] | None:
    """The rows of every history file that share a limit with what is evaluated, in the order named."""
    read = [read_history(policy, path, settings, found, evaluated) for path in request.history]
    rows = [row for each in read if each is not None for row in each]
    return None if None in read else rows


def _parts(
    policy: Policy, inputs: Sequence[SchemeInput], outcomes: Mapping[str, tuple[Outcome, ...]]
) -> tuple[SchemeResult, ...]:
    data = {one.scheme: one for one in inputs}
    return tuple(
        SchemeResult(scheme, data[scheme.name], outcomes[scheme.name])
        for scheme in policy.schemes
        if scheme.name in data
    )


def files_of(inputs: Sequence[SchemeInput]) -> list[InputFile]:
    rows: dict[str, int] = {}
    for one in inputs:
        for origin in one.origins:
            rows[origin.path] = rows.get(origin.path, 0) + 1
    return [InputFile(path, digest_of(path), count) for path, count in rows.items()]


def side_files(policy: Policy, request: Request) -> tuple[InputFile, ...]:
    """The files that a request names beside the records."""
    named = [(path, "历史") for path in request.history]
    if request.exceptions:
        named.append((request.exceptions, "例外"))
    if request.lists:
        named += [(str(path), "名单") for path in sorted(Path(request.lists).glob("*.csv"))]
    return (*(InputFile(path, digest_of(path), 0, role) for path, role in named), *overlay_files(policy))


def overlay_files(policy: Policy) -> list[InputFile]:
    return [InputFile(path, digest_of(path), 0, "补充") for path in policy.overlays]


def digest_of(path: str | Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sample_path(policy: Policy) -> Path | None:
    """The policy's bundled synthetic workbook, if it has one."""
    path = Path(policy.path).parent / "sample.xlsx"
    return path if path.is_file() else None


def sample_day(sample: Path) -> date | None:
    """The 基准日 that the bundled sample was made for: the ``as_of`` of the ``sample.yaml`` beside it."""
    hints = sample.with_suffix(".yaml")
    if not hints.is_file():
        return None
    for line in hints.read_text(encoding="utf-8").splitlines():
        key, _colon, value = line.partition(":")
        if key == "as_of":
            return date.fromisoformat(value.strip())
    return None
