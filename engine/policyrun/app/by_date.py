"""Evaluating records by the versions of their days: one run, each record decided by the version then in force.

The versions are run in the order of their times. What an earlier one grants counts for the later ones as history
does, so that a limit of a year holds across a change of versions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from policyrun.app.by_date_rows import Assigned, Standing, assign
from policyrun.app.evaluate import Request, files_of, run_inputs, with_sources
from policyrun.app.inputs import Wanted, read_records, wanted_of
from policyrun.app.library import locate
from policyrun.app.load import load
from policyrun.app.releases import read_releases
from policyrun.app.result import RunResult, SchemeResult, VersionRun
from policyrun.app.settings import settings_for
from policyrun.app.shelf import Located
from policyrun.app.side_files import read_exceptions
from policyrun.app.timeline import Head, Reign, read_heads, timeline
from policyrun.app.trace import find_row
from policyrun.datasets.grid import place_of
from policyrun.datasets.header import header_key
from policyrun.interp.records import type_rows
from policyrun.ir.policy import Policy, RecordType
from policyrun.model.decision import Conclusion, NoticeCode, Outcome
from policyrun.model.past import HistoryRow
from policyrun.model.raw import SchemeInput
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.files import read_source
from policyrun.source.messages import _
from policyrun.syntax.nodes import Scalar
from policyrun.syntax.yaml_reader import read_yaml


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of a policy that take part, the earliest first, each with the days on which it holds."""

    reigns: tuple[Reign, ...]
    policies: tuple[Policy, ...]

    def wanted(self) -> list[Wanted]:
        """The schemes of all versions, those of the latest first."""
        return _wanted(self.policies)


def open_versions(
    ref: str, found: Diagnostics, *, folders: Sequence[Path] = (), overlays: Sequence[Path] = ()
) -> Versions | None:
    """The versions that records may be taken to; None, with the reasons in ``found``, if there are none.

    Args:
        ref: a policy's id. Of its versions those released take part, or all but drafts where none is released.
        overlays: one that is ``for`` a single version is laid over that one only.
    """
    if "@" in ref:
        hint = _("只写政策编号；只用一个版本就不写 --by-date")
        found.add("PR700", _("“{ref}”是一个版本，--by-date 要按日期选版本").format(ref=ref), help=hint)
        return None
    located = locate(ref, folders, found)
    reigns = None if located is None else _reigns(located, found)
    if located is None or reigns is None:
        return None
    policies = [_load(reign, located, folders, overlays, found) for reign in reigns]
    loaded = tuple(policy for policy in policies if policy is not None)
    return Versions(reigns, loaded) if len(loaded) == len(reigns) else None


def run_by_date(
    ref: str, request: Request, found: Diagnostics, *, folders: Sequence[Path] = (), overlays: Sequence[Path] = ()
) -> RunResult | None:
    """Decides every record by the version in force on its day; None, with the reasons in ``found``, if it cannot.

    Args:
        ref, overlays: as for ``open_versions``.
    """
    versions = open_versions(ref, found, folders=folders, overlays=overlays)
    named = None if versions is None else with_sources(versions.policies[-1], request, found)
    if versions is None or named is None:
        return None
    inputs = read_records(versions.wanted(), named.sources, named.scheme, found)
    result = run_inputs_by_date(versions, named, inputs, found)
    if result is None or inputs is None:
        return None
    return replace(result, inputs=(*files_of(inputs), *result.inputs), sample=not request.sources)


def run_inputs_by_date(
    versions: Versions, request: Request, inputs: Sequence[SchemeInput] | None, found: Diagnostics
) -> RunResult | None:
    """``run_by_date`` for rows already at hand; ``inputs`` is None where they could not be read."""
    standings = _standings(versions, request, found)
    if inputs is None or found.failed:
        return None
    assigned = {data.scheme: assign(data, standings) for data in inputs}
    parts = _run_parts(standings, inputs, assigned, request, found)
    if parts is None or not _exceptions_hold(versions, parts, request, found):
        return None
    return _whole(standings, inputs, assigned, parts)


def _exceptions_hold(versions: Versions, parts: Mapping[int, RunResult], request: Request, found: Diagnostics) -> bool:
    """Whether every exception is to a limit of the version that decided its row; reports those that are not."""
    entries = read_exceptions(versions.policies, request.exceptions, found) if request.exceptions else ()
    for entry in entries or ():
        for part in parts.values():
            limits = [limit.name for limit in part.policy.limits_over(entry.scheme)]
            if entry.limit not in limits and find_row(part, entry.scheme, str(entry.serial)) is not None:
                message = _("序号 {serial} 由 {ref} 核定，这个版本没有限额“{limit}”").format(
                    serial=entry.serial, ref=part.policy.ref, limit=entry.limit
                )
                hint = _("可以填：{names}").format(names="、".join(limits) or _("无"))
                at = place_of(entry.origin.path, entry.origin.sheet, entry.origin.number, "限额")
                found.add("PR704", message, at, help=hint)
    return not found.failed


# ------------------------------------------------------------------------------------------------------- the versions


def _reigns(located: Located, found: Diagnostics) -> tuple[Reign, ...] | None:
    """The versions that take part with their days; a policy of drafts takes part with the one that its id means."""
    releases = read_releases(located.path.parent, located.shelf, found)
    if releases is None:
        return None
    heads = read_heads(located)
    released = [head for head in heads if head.version in releases]
    reigns = timeline(released or heads)
    if reigns:
        return reigns
    only = [head for head in heads if located.path.stem == f"v{head.version}"]
    if not only:
        found.add("PR702", _("没有可以按日期选的版本"), help=_("政策放在“政策编号/v版本号.yaml”，写明 in_force"))
        return None
    return tuple(Reign(head, date.min, date.max) for head in only)


def _load(
    reign: Reign, located: Located, folders: Sequence[Path], overlays: Sequence[Path], found: Diagnostics
) -> Policy | None:
    """A version with the overlays that are for it, its time in force cut to the days on which it holds."""
    path = located.path.with_name(f"v{reign.head.version}.yaml")
    laid = [overlay for overlay in overlays if _is_for(overlay, reign.head)]
    policy = load(located.shelf.shown(path), found, folders=folders, overlays=laid)
    if policy is None or found.failed:
        return None
    last = None if reign.last == date.max else reign.last
    return replace(policy, in_force=replace(policy.in_force, last=last))


def _is_for(overlay: Path, head: Head) -> bool:
    """Whether an overlay is not for another version; one that cannot be read is for all, and so reported."""
    file = read_source(overlay, Diagnostics())
    root = None if file is None else read_yaml(file, Diagnostics())
    said = None if root is None else root.get("for")
    return not isinstance(said, Scalar) or "@" not in said.text or said.text == head.ref


def _standings(versions: Versions, request: Request, found: Diagnostics) -> list[Standing]:
    """Each version with the readings that it has; a reading that none has is reported by the latest."""
    reigns, policies = versions.reigns, versions.policies
    known = {name for policy in policies for name in policy.readings}
    standings = []
    for reign, policy in zip(reigns, policies, strict=True):
        chosen = _readings(policy, request.readings, () if policy is not policies[-1] else known)
        settings = settings_for(policy, found, as_of=request.as_of, known_on=request.known_on, readings=chosen)
        standings.append(Standing(policy, settings, reign.first, reign.last))
    return standings


def _readings(policy: Policy, asked: Mapping[str, str], known: Iterable[str]) -> dict[str, str]:
    unknown = set(asked) - set(known) if known else set()
    return {name: way for name, way in asked.items() if name in policy.readings or name in unknown}


# -------------------------------------------------------------------------------------------------------- the records


def _wanted(policies: Sequence[Policy]) -> list[Wanted]:
    """The schemes of all versions, those of the latest first; a column is required if all that have it require it."""
    by_name: dict[str, list[Wanted]] = {}
    for policy in reversed(policies):
        for scheme in policy.schemes:
            by_name.setdefault(scheme.name, []).append(wanted_of(policy, scheme))
    return [_joined(same) for same in by_name.values()]


def _joined(same: Sequence[Wanted]) -> Wanted:
    required = set.intersection(*(set(one.required) for one in same))
    fields = {field.name: field for one in reversed(same) for field in one.record.fields}
    order = dict.fromkeys(field.name for one in same for field in one.record.fields)
    record = RecordType(
        name=same[0].record.name,
        fields=tuple(replace(fields[name], required=name in required) for name in order),
    )
    beside = dict.fromkeys(name for one in same for name in one.beside if name not in order)
    return Wanted(same[0].name, record, tuple(beside))


def _part(
    data: SchemeInput, assigned: Assigned, version: int, policy: Policy, found: Diagnostics
) -> SchemeInput | None:
    """The rows of a scheme that go to a version; None if there are none."""
    chosen = [index for index, each in enumerate(assigned.version) if each == version]
    scheme = policy.scheme(data.scheme)
    if not chosen or scheme is None:
        return None
    present = {header_key(name) for name in data.columns}
    lacking = [each for each in scheme.record.fields if header_key(each.name) not in present]
    missing = [each.name for each in lacking if each.required]
    if missing:
        message = _("{ref} 管的 {count} 行要有这些列：{columns}").format(
            ref=policy.ref, count=len(chosen), columns="、".join(missing)
        )
        found.add("PR703", message, help=_("在“{scheme}”的数据里补上").format(scheme=data.scheme))
    return replace(
        data,
        rows=[data.rows[index] for index in chosen],
        origins=[data.origins[index] for index in chosen],
        absent=tuple(each.name for each in lacking if not each.required),
        empty=0,
    )


# ----------------------------------------------------------------------------------------------------------- the runs


def _run_parts(
    standings: Sequence[Standing],
    inputs: Sequence[SchemeInput],
    assigned: Mapping[str, Assigned],
    request: Request,
    found: Diagnostics,
) -> dict[int, RunResult] | None:
    """What each version that has rows decides, by its place among the versions."""
    parts: dict[int, RunResult] = {}
    earlier: list[HistoryRow] = []
    for version, standing in enumerate(standings):
        policy = standing.policy
        cut = [_part(data, assigned[data.scheme], version, policy, found) for data in inputs]
        own = [data for data in cut if data is not None]
        if found.failed:
            return None
        if not own and version < len(standings) - 1:
            continue
        asked = replace(request, readings=standing.settings.readings)
        part = run_inputs(policy, asked, own, found, earlier, [each.policy for each in standings])
        if part is None:
            return None
        parts[version] = part
        earlier += _grants(part)
    return parts


def _grants(run: RunResult) -> list[HistoryRow]:
    """What a version granted, as later versions see it."""
    grants = []
    for part in run.schemes:
        lines = type_rows(run.policy, part.scheme, part.data, run.settings)
        for line, outcome in zip(lines, part.outcomes, strict=True):
            if outcome.conclusion is Conclusion.GRANTED and line.row is not None:
                # What is provisional in this run is no earlier grant to be topped up: contract 4 asks for history.
                notices = tuple(one.value for one in outcome.notices if one is not NoticeCode.PROVISIONAL)
                grants.append(
                    HistoryRow(
                        scheme=outcome.scheme,
                        serial=outcome.serial,
                        revoked=False,
                        amount=outcome.amount,
                        notices=notices,
                        rules=outcome.rules,
                        clauses=tuple(map(str, outcome.clauses)),
                        values=line.row.cells,
                        payee=outcome.payee,
                        origin=part.data.origins[outcome.row],
                        this_run=True,
                    )
                )
    return grants


def _whole(
    standings: Sequence[Standing],
    inputs: Sequence[SchemeInput],
    assigned: Mapping[str, Assigned],
    parts: Mapping[int, RunResult],
) -> RunResult:
    """The parts as one result, its rows in the order of the input."""
    latest = parts[len(standings) - 1]
    versions = tuple(_version_run(version, part, assigned) for version, part in parts.items())
    schemes = tuple(_merged(data, assigned[data.scheme], parts, standings) for data in inputs)
    side = dict.fromkeys(file for part in parts.values() for file in part.inputs)
    return replace(latest, schemes=schemes, inputs=tuple(side), versions=versions)


def _version_run(version: int, part: RunResult, assigned: Mapping[str, Assigned]) -> VersionRun:
    places: dict[str, dict[int, int]] = {}
    outside = 0
    for scheme, rows in assigned.items():
        own = [index for index, each in enumerate(rows.version) if each == version]
        places[scheme] = {index: place for place, index in enumerate(own)}
        outside += len(rows.outside.intersection(own))
    return VersionRun(part, places, outside)


def _merged(
    data: SchemeInput, assigned: Assigned, parts: Mapping[int, RunResult], standings: Sequence[Standing]
) -> SchemeResult:
    decided = {
        version: iter(one.outcomes)
        for version, part in parts.items()
        for one in part.schemes
        if one.scheme.name == data.scheme
    }
    outcomes: list[Outcome] = [
        replace(next(decided[version]), row=index) for index, version in enumerate(assigned.version)
    ]
    scheme = next(one for each in reversed(standings) if (one := each.policy.scheme(data.scheme)) is not None)
    return SchemeResult(scheme, data, tuple(outcomes))
