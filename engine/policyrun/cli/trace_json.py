"""Traces for programs: the same as the text, as JSON; exact numbers are texts."""

from __future__ import annotations

import json
from datetime import date
from textwrap import indent
from typing import Any

from policyrun.app.result import RESULT_COLUMNS, RunResult, Told, result_cells
from policyrun.app.sentence import money_text
from policyrun.app.share import Share
from policyrun.app.trace import trace_row
from policyrun.cli.output import echo
from policyrun.cli.personal import payee_name
from policyrun.ir.show import show_value
from policyrun.model.decision import LimitState, Outcome
from policyrun.model.trace import Dating, Fact, Step
from policyrun.model.types import NUMBER
from policyrun.model.values import Value
from policyrun.model.vocabulary import DatedValue, Grounds
from policyrun.source.mask import mask_id, mask_text


def print_trace(run: RunResult, outcome: Outcome, *, personal: bool) -> None:
    """Prints why a row was decided as it was."""
    part = next(part for part in run.schemes if part.scheme.name == outcome.scheme)
    trace = trace_row(run, part, outcome.row)
    result = dict(zip(RESULT_COLUMNS, result_cells(run.policy, outcome), strict=True))
    if result["收款方"]:
        result["收款方"] = payee_name(part, outcome, personal)
    told = {
        "policy": run.policy.ref,
        "as_of": run.settings.as_of.isoformat(),
        "known_on": run.settings.known_on.isoformat(),
        "sample": run.sample,
        "where": trace.where,
        "result": result,
        "least": None if outcome.least is None else money_text(outcome.least),
        "most": None if outcome.most is None else money_text(outcome.most),
        "requirements": [_step(step, personal) for step in trace.requirements],
        "amount": None if trace.amount is None else _step(trace.amount, personal),
        "limits": [_limit(state) for state in outcome.limits],
        "changes": list(trace.changes),
    }
    _print(told, personal)


def print_share(run: Told, name: str, share: Share) -> None:
    """Prints what a rule or clause had a part in, every record of it, one at a time: there may be many."""
    told = {
        "policy": run.policy.ref,
        "as_of": run.settings.as_of.isoformat(),
        "sample": run.sample,
        "name": name,
        "rows": share.rows,
        "amount": money_text(share.amount),
        "groups": [
            {
                "项目": group.scheme,
                "结论": group.conclusion.value,
                "rows": group.rows,
                "amount": money_text(group.amount),
            }
            for group in share.groups
        ],
    }
    head, _end = _text(told, personal=False).rsplit("\n", 1)
    echo(f"{head},")
    waiting = '  "records": ['
    for outcome in share.outcomes:
        echo(waiting if waiting.endswith("[") else f"{waiting},")
        waiting = indent(_text(_record(outcome), personal=False), "    ")
    echo(f"{waiting}]" if waiting.endswith("[") else f"{waiting}\n  ]")
    echo("}")


def _record(outcome: Outcome) -> dict[str, Any]:
    return {
        "项目": outcome.scheme,
        "序号": outcome.serial,
        "结论": outcome.conclusion.value,
        "补贴金额": None if outcome.amount is None else money_text(outcome.amount),
        "原因代码": outcome.code,
    }


def _print(told: dict[str, Any], personal: bool) -> None:
    echo(_text(told, personal))


def _text(told: dict[str, Any], personal: bool) -> str:
    text = json.dumps(told, ensure_ascii=False, indent=2)
    return text if personal else mask_text(text)


def _step(step: Step, personal: bool) -> dict[str, Any]:
    return {
        "name": step.name,
        "text": step.text,
        "value": _value(step.value),
        **_grounds(step.grounds),
        "at": str(step.span),
        "facts": [_fact(fact, personal) for fact in step.facts],
        "changes": list(step.changes),
    }


def _fact(fact: Fact, personal: bool) -> dict[str, Any]:
    value = _value(fact.value)
    return {
        "kind": fact.kind.value,
        "name": fact.name,
        "value": mask_id(value) if fact.personal and not personal and isinstance(value, str) else value,
        "formula": fact.formula,
        **_grounds(fact.grounds),
        **({} if fact.dating is None else {"dating": _dating(fact.dating)}),
        "facts": [_fact(inner, personal) for inner in fact.inner],
    }


def _dating(dating: Dating) -> dict[str, Any]:
    return {
        "taken": None if dating.taken is None else _dated(dating.taken),
        "by": dating.by,
        "day": _value(dating.day),
        "known_on": dating.known_on.isoformat(),
        "hidden": [_dated(each) for each in dating.hidden],
    }


def _dated(value: DatedValue) -> dict[str, Any]:
    return {
        "value": _value(value.value),
        "effective": _value(value.effective),
        "published": _value(value.published),
        **_grounds(value.grounds),
    }


def _limit(state: LimitState) -> dict[str, Any]:
    return {
        "name": state.limit,
        "key": {label: _value(value) for label, value in state.key},
        "used": _value(state.used),
        "asks": _value(state.asks),
        "room": _value(state.room),
        "passed": state.passed,
        "waived": state.waived,
        "users": [
            {
                "项目": ref.scheme,
                "序号": ref.serial,
                "day": ref.day.isoformat() if ref.day else None,
                "granted": money_text(ref.granted),
                "history": ref.from_history,
            }
            for ref in state.users
        ],
    }


def _grounds(grounds: Grounds) -> dict[str, Any]:
    return {"ids": list(grounds.ids), "cite": [str(citation) for citation in grounds.cite]}


def _value(value: Value | None) -> str | bool | None:
    """A value as JSON has it; a number is its exact text."""
    if value is None or isinstance(value, bool | str):
        return value
    return value.isoformat() if isinstance(value, date) else show_value(value, NUMBER)
