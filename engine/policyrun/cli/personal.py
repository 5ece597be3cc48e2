"""Names as they may be shown."""

from __future__ import annotations

from policyrun.app.result import SchemeResult
from policyrun.model.decision import Outcome
from policyrun.source.mask import mask_name

#: Columns that hold the name of a person, not of a firm or a school.
_OF_PERSONS = ("姓名",)


def payee_name(part: SchemeResult, outcome: Outcome, personal: bool) -> str:
    """收款方 of a row; a person's name is masked unless ``personal`` may be shown."""
    name, payee = outcome.payee_name or "", part.scheme.payee
    column = payee.names.get(outcome.payee or "", "") if payee else ""
    return mask_name(name) if column in _OF_PERSONS and not personal else name
