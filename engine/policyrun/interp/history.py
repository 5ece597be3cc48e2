"""What was granted before this run, as the fold and the top-ups see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from policyrun.interp.expressions import Row
from policyrun.interp.ledger import Key, Ledger
from policyrun.interp.unknowns import is_known, unknowns
from policyrun.ir.nodes import Supplied, looks_at
from policyrun.ir.policy import Limit, Policy, SameKind, Scheme, Total
from policyrun.model.decision import Conclusion, NoticeCode, Outcome, RowRef
from policyrun.model.past import CERTIFICATE, HistoryRow
from policyrun.model.settings import Settings
from policyrun.model.values import Value
from policyrun.source.diagnostic import Diagnostics, Place
from policyrun.source.messages import _


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant of an earlier run that still stands."""

    scheme: Scheme
    past: HistoryRow
    row: Row

    @property
    def ref(self) -> RowRef:
        granted, earlier = self.past.amount or Fraction(0), not self.past.this_run
        return RowRef(self.scheme.name, self.past.serial, self.row.date(), granted, earlier)

    def has(self, code: NoticeCode) -> bool:
        return code.value in self.past.notices


@dataclass(slots=True)
class Past:
    """Standing grants, and what has been paid on each provisional one, this run included."""

    grants: tuple[Grant, ...] = ()
    _paid: dict[tuple[str, Key], Fraction] = field(default_factory=dict)

    def enter(self, ledgers: Iterable[Ledger]) -> None:
        """Enters every standing grant under the limits that its scheme shares."""
        for ledger in ledgers:
            for grant in self.grants:
                if _counts_under(ledger, grant):
                    ledger.grant(grant.row, grant.ref)

    def paid_for(self, scheme: Scheme, row: Row) -> Fraction | None:
        """What has been paid on the provisional grant that a candidate completes; None if it completes none."""
        return self._paid.get((scheme.name, _top_up_key(scheme, row))) if scheme.top_up else None

    @property
    def paid(self) -> Mapping[tuple[str, Key], Fraction]:
        """Scheme and top-up key → what has been paid on the provisional grant, in yuan."""
        return self._paid

    def note(self, scheme: Scheme, row: Row, outcome: Outcome) -> None:
        """Adds a grant of this run to what its provisional predecessor has been paid."""
        key = scheme.name, _top_up_key(scheme, row)
        if key in self._paid and outcome.conclusion is Conclusion.GRANTED:
            self._paid[key] += outcome.amount or Fraction(0)


def _top_up_key(scheme: Scheme, row: Row) -> Key:
    return tuple(row.cells.get(column) for column in scheme.top_up.key) if scheme.top_up else ()


def _counts_under(ledger: Ledger, grant: Grant) -> bool:
    """A top-up used no room, nor did a grant by exception of the limits that it passed so."""
    limit = ledger.limit
    if grant.scheme.name not in limit.over or grant.has(NoticeCode.TOPUP) or not ledger.concerns(grant.row):
        return False
    if Supplied.SERIAL in _blank_keys(limit, grant):  # 序号 tells rows of one run apart, not those of two
        return False
    return not (grant.has(NoticeCode.EXCEPTION) and _leaves_out(grant.past, limit))


def _leaves_out(past: HistoryRow, limit: Limit) -> bool:
    """Whether the 规则 or 条款 of a grant leave a limit out, as they do where an exception let it pass.

    What it rests on may name the same rule as the limit, and then other citations tell them apart, if anything does.
    """
    ids, citations = set(limit.grounds.ids), {str(citation) for citation in limit.grounds.cite}
    if past.clauses and (not ids or ids & set(past.rules)):
        return not citations <= set(past.clauses)
    return bool(past.rules) and not ids & set(past.rules)


def read_past(
    policy: Policy, rows: Sequence[HistoryRow], settings: Settings, evaluated: AbstractSet[str], found: Diagnostics
) -> Past:
    """The grants that stand after revocations; a revocation of nothing is an error.

    So is a grant without the key of a limit that it shares with a scheme that is evaluated.
    """
    grants: list[Grant] = []
    for past in rows:
        scheme = policy.scheme(past.scheme)
        if scheme is not None:
            grants.append(Grant(scheme, past, _row(scheme, past, settings)))
    asked = [limit for limit in policy.limits if evaluated & set(limit.over)]
    for grant in grants:
        _check_keys(asked, grant, found)
    if found.failed:
        return Past()
    standing = [grant for grant in grants if not grant.past.revoked]
    for revocation in sorted((grant for grant in grants if grant.past.revoked), key=_canonical):
        revoked = _revoked_by(policy, revocation, standing)
        if revoked is None:
            found.add(
                "PR610",
                _("撤销一行找不到对应的准予记录"),
                _place(revocation.past),
                help=_("撤销行的项目、限额键和证书编号要与被撤销的准予行一致（空白与空白相同）"),
            )
        else:
            standing.remove(revoked)
    standing.sort(key=_canonical)
    return Past(tuple(standing), _paid_on_provisional(standing))


def _row(scheme: Scheme, past: HistoryRow, settings: Settings) -> Row:
    given: dict[str, Value | None] = {Supplied.SCHEME: scheme.name, Supplied.AMOUNT: past.amount}
    if past.payee is not None:  # 受款人 as it was paid; else it is worked out from the row, if it has the columns
        given[Supplied.PAYEE] = past.payee
    payee = scheme.payee.category if scheme.payee else None
    return Row(scheme.record, past.values, settings, scheme.day, payee, given)


def _canonical(grant: Grant) -> tuple[date, str, str, Fraction]:
    """An order that does not depend on how the history file was sorted."""
    return grant.row.date() or date.max, grant.scheme.name, grant.past.serial, grant.past.amount or Fraction(0)


def _place(past: HistoryRow) -> Place:
    where = f"{past.origin.sheet}!{past.origin.number}" if past.origin.sheet else str(past.origin.number)
    return Place(past.origin.path, where)


def _check_keys(limits: Sequence[Limit], grant: Grant, found: Diagnostics) -> None:
    for limit in limits:
        ledger = Ledger(limit)
        if grant.scheme.name not in limit.over or not ledger.concerns(grant.row):
            continue
        blank = _blank_keys(limit, grant) - {Supplied.SERIAL} | _unmeasured(limit, grant)
        if blank:
            found.add(
                "PR611",
                _("历史记录缺少限额“{limit}”的键：{columns}").format(
                    limit=limit.name, columns="、".join(sorted(blank))
                ),
                _place(grant.past),
                help=_("补上这些单元格；键为空的准予记录无法计入限额"),
            )


def _blank_keys(limit: Limit, grant: Grant) -> set[str]:
    """What a grant lacks to be laid to a key; 序号 is never given, since each run numbers its own rows."""
    return {name for part in limit.per for name in unknowns(part.expr, grant.row)}


def _unmeasured(limit: Limit, grant: Grant) -> set[str]:
    """What a grant lacks to be measured; a row that takes a grant back need not say what it measured.

    A file that gives 受款人 needs nothing of what it is worked out from. What only 序号, which is never given, or
    nothing with a name is missing from is laid to 受款人 where the measure looks at it, else to the limit.
    """
    match limit.measure:
        case Total(measure=node) | SameKind(kind=node) if not grant.past.revoked and not is_known(node, grant.row):
            names = unknowns(node, grant.row) - {Supplied.SERIAL}
            return names or {Supplied.PAYEE if looks_at(node, Supplied.PAYEE) else limit.name}
        case _:
            return set()


def _identity(policy: Policy, grant: Grant) -> tuple[Value | Key | None, ...]:
    """Scheme, limit keys and 证书编号: what a revocation and its grant have in common."""
    keys = [_key_if_concerned(limit, grant) for limit in policy.limits_over(grant.scheme.name)]
    return (grant.scheme.name, *keys, grant.row.cells.get(CERTIFICATE))


def _key_if_concerned(limit: Limit, grant: Grant) -> Key | None:
    ledger = Ledger(limit)
    return ledger.key(grant.row) if ledger.concerns(grant.row) else None


def _revoked_by(policy: Policy, revocation: Grant, standing: Sequence[Grant]) -> Grant | None:
    """The one grant taken back: of the sum named if there is one, a top-up before the grant it topped up."""
    wanted = _identity(policy, revocation)
    matching = [grant for grant in standing if not grant.past.this_run and _identity(policy, grant) == wanted]
    return min(
        matching,
        key=lambda grant: (
            grant.past.amount != revocation.past.amount,
            not grant.has(NoticeCode.TOPUP),
            _canonical(grant),
        ),
        default=None,
    )


def _paid_on_provisional(standing: Sequence[Grant]) -> dict[tuple[str, Key], Fraction]:
    keyed = [(grant, (grant.scheme.name, _top_up_key(grant.scheme, grant.row))) for grant in standing]
    provisional = {key for grant, key in keyed if grant.scheme.top_up and grant.has(NoticeCode.PROVISIONAL)}
    paid = dict.fromkeys(provisional, Fraction(0))
    for grant, key in keyed:
        if key in paid:
            paid[key] += grant.past.amount or Fraction(0)
    return paid
