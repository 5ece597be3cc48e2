"""What history and exceptions bring to a plan: relations beside the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from policyrun.columnar.assemble import Assembled, Beside, Fold
from policyrun.columnar.candidates import KeyPart
from policyrun.columnar.fold_spec import LimitSpec
from policyrun.columnar.leaves import FEN
from policyrun.columnar.past import PAST_COLUMNS, cell_of, past_rows
from policyrun.interp.history import Past
from policyrun.interp.ledger import Key, Ledger
from policyrun.ir.policy import Policy, Scheme
from policyrun.model.past import ExceptionEntry

if TYPE_CHECKING:
    import pyarrow


@dataclass(frozen=True, slots=True)
class Supplies:
    """Accounts of the limits, exceptions, and what was paid on provisional grants."""

    policy: Policy
    ledgers: Mapping[str, Ledger]
    exceptions: Sequence[ExceptionEntry]
    paid: Mapping[tuple[str, Key], Fraction]

    @property
    def beside(self) -> Beside:
        return Beside(frozenset(self.ledgers), bool(self.exceptions), bool(self.paid))

    def tables(self, assembled: Assembled) -> dict[str, pyarrow.Table]:
        """The relations by name, as the plan calls them."""
        tables: dict[str, pyarrow.Table] = {}
        for fold in assembled.folds:
            for limit in fold.spec.limits:
                if limit.past is not None:
                    parts = fold.columns.keys[limit.name]
                    tables[limit.past] = _table(_accounts(limit, parts, self.ledgers[limit.name]))
            if fold.spec.waived is not None:
                tables[fold.spec.waived] = _table(self._waived(fold))
            if fold.spec.top_up is not None:
                tables[fold.spec.top_up.paid] = _table(self._paid(fold))
        return tables

    def _scheme_no(self, name: str) -> int:
        return [scheme.name for scheme in self.policy.schemes].index(name)

    def _waived(self, fold: Fold) -> list[dict[str, Any]]:
        places = {limit.name: place for place, limit in enumerate(fold.spec.limits)}
        return [
            {"scheme_no": self._scheme_no(entry.scheme), "serial": int(entry.serial), "limit_no": places[entry.limit]}
            for entry in self.exceptions
            if entry.limit in places and self.policy.scheme(entry.scheme) is not None
        ]

    def _paid(self, fold: Fold) -> list[dict[str, Any]]:
        assert fold.spec.top_up is not None, "only asked where there is something to top up"
        names = fold.spec.top_up.key
        rows = []
        for (scheme, key), paid in self.paid.items():
            own = self.policy.scheme(scheme)
            is_tied = scheme in fold.columns.columns  # a scheme of another fold has a key of its own
            if is_tied and own is not None and own.top_up is not None:
                cells = [cell_of(value, _den(own, name)) for name, value in zip(own.top_up.key, key, strict=True)]
                parts = dict(zip(names, (*cells, *[None] * (len(names) - len(key))), strict=True))
                shares = int(paid * fold.spec.per_yuan)
                rows.append({"scheme_no": self._scheme_no(scheme), **parts, "paid": shares})
        return rows


def supplies_of(policy: Policy, past: Past, exceptions: Sequence[ExceptionEntry]) -> Supplies:
    """What a run brings along, from the grants that stand and the exceptions."""
    ledgers = {limit.name: Ledger(limit) for limit in policy.limits}
    past.enter(ledgers.values())
    used = {name: ledger for name, ledger in ledgers.items() if ledger.accounts}
    return Supplies(policy, used, exceptions, past.paid)


def _accounts(limit: LimitSpec, parts: Sequence[KeyPart], ledger: Ledger) -> list[dict[str, Any]]:
    names = (*(part.name for part in parts), *PAST_COLUMNS)
    accounts = [(key, [used for _ref, used in account.grants]) for key, account in ledger.accounts.items()]
    return [dict(zip(names, row, strict=True)) for row in past_rows(limit, parts, accounts)]


def _den(scheme: Scheme, name: str) -> int:
    """The denominator of a column that holds numbers."""
    own = scheme.record.field(name)
    return FEN if own is not None and own.cell == "money" else 1


def _table(rows: Sequence[Mapping[str, Any]]) -> pyarrow.Table | None:
    """Rows as a table; numbers as texts, for they may be longer than 64 bits."""
    if not rows:
        return None
    import pyarrow

    plain = [{name: _plain(value) for name, value in row.items()} for row in rows]
    return pyarrow.Table.from_pylist(plain)


def _plain(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
