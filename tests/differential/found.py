"""Cases: a policy, records and all else a run was given, written so that the run can be repeated for ever.

A case is a folder of ``found/`` with ``policy.yaml``, which is loaded as any policy file, ``run.json`` and
``differed.txt``, which says what was found when it was written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from policyrun.app.load import load
from policyrun.ir.policy import Policy
from policyrun.model.past import ExceptionEntry, HistoryRow
from policyrun.model.raw import CellKind, Origin, RawCell, SchemeInput
from policyrun.model.settings import ListEntry, Settings
from policyrun.model.values import Value
from policyrun.source.diagnostic import Diagnostics

from .records import Dataset

FOLDER = Path(__file__).parent / "found"


@dataclass(frozen=True, slots=True)
class Case:
    """A case by the name of its folder."""

    name: str
    policy: Policy
    data: Dataset


def cases(folder: Path = FOLDER) -> list[Path]:
    return sorted(path.parent for path in folder.glob("*/run.json"))


def read_case(folder: Path) -> Case:
    found = Diagnostics()
    policy = load(str(folder / "policy.yaml"), found)
    assert policy is not None, [each.message for each in found]
    return Case(folder.name, policy, _dataset(json.loads((folder / "run.json").read_text(encoding="utf-8"))))


def write_case(text: str, data: Dataset, told: Sequence[str], folder: Path = FOLDER) -> Path:
    """Writes a case under a name that its contents give."""
    run = json.dumps(_plain(data), ensure_ascii=False, indent=1) + "\n"
    name = hashlib.sha256((text + run).encode()).hexdigest()[:10]
    home = folder / name
    home.mkdir(parents=True, exist_ok=True)
    (home / "policy.yaml").write_text(text, encoding="utf-8")
    (home / "run.json").write_text(run, encoding="utf-8")
    (home / "differed.txt").write_text("\n".join(told) + "\n", encoding="utf-8")
    return home


# ---------------------------------------------------------------------------------------------------- out to plain data


def _plain(data: Dataset) -> dict[str, Any]:
    settings = data.settings
    lists = {name: [_entry(entry) for entry in entries] for name, entries in settings.lists.items()}
    return {
        "settings": {
            "as_of": str(settings.as_of),
            "known_on": str(settings.known_on),
            "readings": dict(settings.readings),
            "lists": lists,
        },
        "inputs": [_input(one) for one in data.inputs],
        "history": [_past(row) for row in data.history],
        "exceptions": [[each.scheme, str(each.serial), each.limit] for each in data.exceptions],
    }


def _entry(entry: ListEntry) -> list[str | None]:
    return [entry.name, _day(entry.first), _day(entry.last)]


def _day(day: date | None) -> str | None:
    return None if day is None else str(day)


def _input(one: SchemeInput) -> dict[str, Any]:
    return {
        "scheme": one.scheme,
        "columns": list(one.columns),
        "rows": [[cell.text if cell.kind is CellKind.TEXT else list(cell) for cell in row] for row in one.rows],
        "files": [[origin.path, origin.number] for origin in one.origins],
        "absent": list(one.absent),
        "lacking": [[path, sorted(names)] for (path, _sheet), names in one.lacking.items()],
    }


def _past(row: HistoryRow) -> dict[str, Any]:
    return {
        "scheme": row.scheme,
        "serial": row.serial,
        "revoked": row.revoked,
        "amount": None if row.amount is None else str(row.amount),
        "notices": list(row.notices),
        "rules": list(row.rules),
        "clauses": list(row.clauses),
        "values": {name: _value(value) for name, value in row.values.items()},
        "payee": row.payee,
        "number": row.origin.number,
    }


def _value(value: Value | None) -> list[str] | None:
    match value:
        case None:
            return None
        case bool():
            return ["bool", str(value)]
        case Fraction():
            return ["number", str(value)]
        case date():
            return ["date", str(value)]
        case str():
            return ["text", value]
    raise AssertionError(f"no cell has the value {value}")


# ---------------------------------------------------------------------------------------------------- and back again


def _dataset(plain: dict[str, Any]) -> Dataset:
    said = plain["settings"]
    lists = {
        name: tuple(ListEntry(each[0], _date(each[1]), _date(each[2])) for each in entries)
        for name, entries in said["lists"].items()
    }
    settings = Settings(
        date.fromisoformat(said["as_of"]), date.fromisoformat(said["known_on"]), said["readings"], lists
    )
    return Dataset(
        tuple(_read_input(one) for one in plain["inputs"]),
        settings,
        tuple(_read_past(row) for row in plain["history"]),
        tuple(
            ExceptionEntry(
                scheme, Fraction(serial), limit, "甲", "会议", date(2023, 1, 1), Origin("例外.csv", "", at + 2)
            )
            for at, (scheme, serial, limit) in enumerate(plain["exceptions"])
        ),
    )


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _read_input(plain: dict[str, Any]) -> SchemeInput:
    rows = [
        tuple(RawCell(cell) if isinstance(cell, str) else RawCell(cell[0], CellKind(cell[1])) for cell in row)
        for row in plain["rows"]
    ]
    return SchemeInput(
        plain["scheme"],
        tuple(plain["columns"]),
        rows,
        [Origin(path, "", number) for path, number in plain["files"]],
        absent=tuple(plain["absent"]),
        lacking={(path, ""): frozenset(names) for path, names in plain["lacking"]},
    )


def _read_past(plain: dict[str, Any]) -> HistoryRow:
    return HistoryRow(
        scheme=plain["scheme"],
        serial=plain["serial"],
        revoked=plain["revoked"],
        amount=None if plain["amount"] is None else Fraction(plain["amount"]),
        notices=tuple(plain["notices"]),
        rules=tuple(plain["rules"]),
        clauses=tuple(plain.get("clauses", ())),
        values={name: _read_value(value) for name, value in plain["values"].items()},
        payee=plain["payee"],
        origin=Origin("历史.csv", "", plain["number"]),
    )


def _read_value(plain: list[str] | None) -> Value | None:
    match plain:
        case ["bool", text]:
            return text == "True"
        case ["number", text]:
            return Fraction(text)
        case ["date", text]:
            return date.fromisoformat(text)
        case ["text", text]:
            return text
        case _:
            return None
