"""What the author may have meant, as a sentence of help."""

from __future__ import annotations

from collections.abc import Iterable

from policyrun.source.messages import _
from policyrun.source.suggest import closest


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question naming the known name nearest to one that is not known; "" if none is near."""
    near = closest(name, known)
    return _("是不是“{name}”？").format(name=near) if near else ""
