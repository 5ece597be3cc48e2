"""The manifest of a run: what went in, what was chosen, what came out; enough to run it again and compare."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path
from typing import Any

from policyrun.app.result import InputFile, Told, VersionRun
from policyrun.app.sentence import money_text
from policyrun.app.summary import Tally
from policyrun.ir.policy import Policy
from policyrun.model.decision import Conclusion
from policyrun.model.settings import Settings
from policyrun.model.vocabulary import Standing


def manifest(run: Told) -> dict[str, Any]:
    """The manifest as plain data in a fixed order; knows no clock and no machine."""
    summary = run.summary()
    tallies = dict(summary.conclusions)
    return {
        **rules_told(run.policy, run.settings),
        "sample": run.sample,
        **({"versions": [_version(part) for part in run.versions]} if run.versions else {}),
        "inputs": files_told(run.inputs),
        "schemes": {scheme: _counts(tallies[scheme]) for scheme in tallies},
        "total": _counts([pair for pairs in tallies.values() for pair in pairs]),
        "result_digest": run.digest(),
    }


def rules_told(policy: Policy, settings: Settings) -> dict[str, Any]:
    """By which rules, as read and known on which days: how every manifest begins."""
    return {
        "policy": policy.ref,
        "title": policy.title,
        "status": policy.status.value,
        "policy_digest": policy.digest,
        "engine": version("policyrun"),
        "as_of": settings.as_of.isoformat(),
        "known_on": settings.known_on.isoformat(),
        "readings": dict(settings.readings),
        "overlays": list(policy.overlays),
        "lists": {name: len(entries) for name, entries in settings.lists.items()},
        "assumed": [name for name, one in policy.parameters.items() if one.standing is Standing.ASSUMED],
        "open": [name for name, one in policy.parameters.items() if one.standing is Standing.OPEN],
    }


def files_told(files: Iterable[InputFile]) -> list[dict[str, Any]]:
    """The files that went in, without the folders they lay in."""
    return [{"file": Path(one.path).name, "sha256": one.sha256, "rows": one.rows, "role": one.role} for one in files]


def _version(part: VersionRun) -> dict[str, Any]:
    """What a version decided in a run by date: the days on which it holds, its rows, those outside every version."""
    policy = part.run.policy
    first, last = policy.in_force.first, policy.in_force.last
    return {
        "policy": policy.ref,
        "policy_digest": policy.digest,
        "first": first.isoformat() if first else None,
        "last": last.isoformat() if last else None,
        "readings": dict(part.run.settings.readings),
        "overlays": list(policy.overlays),
        "outside": part.outside,
        **_counts([pair for _scheme, pairs in part.run.summary().conclusions for pair in pairs]),
    }


def _counts(tallies: Iterable[tuple[Conclusion, Tally]]) -> dict[str, Any]:
    """Rows, rows by conclusion, and what was granted."""
    counts = dict.fromkeys(Conclusion, 0)
    granted = Fraction(0)
    for conclusion, tally in tallies:
        counts[conclusion] += tally.rows
        granted += tally.amount
    return {
        "rows": sum(counts.values()),
        **{conclusion.value: count for conclusion, count in counts.items()},
        "补贴金额": money_text(granted),
    }


def manifest_path(output: Path) -> Path:
    """Where the manifest of an output file goes: beside it."""
    return output.with_name(f"{output.name}.manifest.json")


def write_manifest(run: Told, path: Path) -> None:
    """Writes the manifest of a run; whoever calls sees to it that nothing is left half written."""
    save_manifest(manifest(run), path)


def save_manifest(told: Mapping[str, Any], path: Path) -> None:
    """``write_manifest`` for a manifest at hand."""
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
