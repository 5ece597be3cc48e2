"""What was decided before a run, at random: history with revocations and top-ups, and exceptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from random import Random

from policyrun.interp.history import read_past
from policyrun.interp.records import type_rows
from policyrun.ir.policy import Policy, Scheme
from policyrun.model.past import ExceptionEntry, HistoryRow
from policyrun.model.raw import Origin, SchemeInput
from policyrun.model.settings import Settings
from policyrun.source.diagnostic import Diagnostics

_NOTICES = ((), (), ("PROVISIONAL",), ("TOPUP",), ("EXCEPTION",), ("PARTIAL", "LATE"))
_TOPPED_UP = (*_NOTICES, *(("PROVISIONAL",),) * 6)
#: How many grants a scheme has behind it.
_GRANTS = (2, 6, 12, 30, 120)
_AMOUNTS = ("0", "100", "300.5", "800", "1000", "2500.01")


def draw_history(
    policy: Policy, inputs: Sequence[SchemeInput], settings: Settings, rng: Random
) -> tuple[HistoryRow, ...]:
    """Grants whose cells are those of rows of this run, so that they meet the same limits; and their revocations.

    Now and then a row stays that the limits cannot do with: then no engine may decide anything.
    """
    evaluated = {one.scheme for one in inputs}
    grants: list[HistoryRow] = []
    for data in inputs:
        scheme = policy.scheme(data.scheme)
        if scheme is None or scheme.amount is None:
            continue
        chosen = rng.sample(range(len(data.rows)), min(len(data.rows), rng.choice(_GRANTS)))
        part = replace(data, rows=[data.rows[at] for at in chosen], origins=[data.origins[at] for at in chosen])
        for line in type_rows(policy, scheme, part, settings):
            if line.row is not None:
                values = dict(line.row.cells)
                for name in [name for name in values if name == "序号" or rng.random() < 0.03]:
                    del values[name]
                grants.append(_grant(policy, scheme, len(grants), values, rng))
    if rng.random() > 0.02:
        grants = [grant for grant in grants if _counts(policy, [grant], settings, evaluated)]
    revoked = [_revocation(grant, rng) for grant in grants if rng.random() < 0.15]
    whole = [*grants, *revoked]
    rng.shuffle(whole)
    if not _counts(policy, whole, settings, evaluated) and rng.random() > 0.1:
        return tuple(grants)
    return tuple(whole)


def _grant(policy: Policy, scheme: Scheme, number: int, values: dict, rng: Random) -> HistoryRow:
    limits = policy.limits_over(scheme.name)
    ids = [rule for limit in limits for rule in limit.grounds.ids]
    citations = [str(citation) for limit in limits for citation in limit.grounds.cite]
    amount = None if rng.random() < 0.03 else Fraction(rng.choice(_AMOUNTS))
    return HistoryRow(
        scheme=scheme.name,
        serial=rng.choice((str(number), str(number), "")),
        revoked=False,
        amount=amount,
        notices=rng.choice(_TOPPED_UP if scheme.top_up else _NOTICES),
        rules=tuple(rng.sample(ids, min(len(ids), rng.randint(0, 2)))),
        clauses=tuple(rng.sample(citations, rng.choice((0, 0, len(citations) // 2, len(citations))))),
        values=values,
        payee=rng.choice((None, "个人", "企业")),
        origin=Origin("历史.csv", "", number + 2),
    )


def _revocation(grant: HistoryRow, rng: Random) -> HistoryRow:
    amount = grant.amount if rng.random() < 0.6 else rng.choice((None, Fraction(1)))
    origin = Origin("历史.csv", "", grant.origin.number + 1000)
    return replace(grant, revoked=True, amount=amount, notices=(), rules=(), clauses=(), origin=origin)


def _counts(policy: Policy, rows: Sequence[HistoryRow], settings: Settings, evaluated: set[str]) -> bool:
    """Whether a history can be relied upon."""
    found = Diagnostics()
    read_past(policy, rows, settings, evaluated, found)
    return not found.failed


def draw_exceptions(policy: Policy, inputs: Sequence[SchemeInput], rng: Random) -> tuple[ExceptionEntry, ...]:
    """Rows that may pass a limit, some of them by limits that they do not meet."""
    if not policy.limits:
        return ()
    entries = []
    for data in inputs:
        share = len(data.rows) // rng.choice((4, 10, 50))
        for number in rng.sample(range(1, len(data.rows) + 1), min(len(data.rows), 1 + share)):
            met = policy.limits_over(data.scheme) if rng.random() < 0.9 else ()
            limit = rng.choice(met or policy.limits).name
            origin = Origin("例外.csv", "", len(entries) + 2)
            entries.append(ExceptionEntry(data.scheme, Fraction(number), limit, "甲", "会议", date(2023, 1, 1), origin))
    return tuple(entries)
