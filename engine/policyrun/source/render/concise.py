"""One line per diagnostic: ``path:line:col: PR203 message``, as editors and ``grep`` expect it."""

from __future__ import annotations

from policyrun.source.diagnostic import Diagnostic
from policyrun.source.render.safe import safe


def render(d: Diagnostic, *, personal: bool = False) -> str:
    place = f"{safe(str(d.at), personal)}: " if d.at is not None else ""
    return f"{place}{d.code} {safe(d.message, personal)}"
