"""Dates of a parameter's values in words: since when, published when, picked by which day."""

from __future__ import annotations

from policyrun.model.trace import Dating
from policyrun.model.vocabulary import DatedValue
from policyrun.source.messages import _


def dates_of(value: DatedValue) -> str:
    """``2025-01-01 起生效，2024-12-20 印发``."""
    said = [_("{day} 起生效").format(day=value.effective)] if value.effective else []
    said += [_("{day} 印发").format(day=value.published)] if value.published else []
    return "，".join(said)


def why_taken(dating: Dating) -> str:
    """Which value was taken and by which day; what is missing where none was."""
    if dating.by and dating.day is None:
        return _("按“{by}”取值，它是空的").format(by=dating.by)
    if dating.taken is None:
        return ""
    picked = _("按{by} {day} 取").format(by=dating.by, day=dating.day) if dating.by else ""
    return "；".join(part for part in (dates_of(dating.taken), picked) if part)
