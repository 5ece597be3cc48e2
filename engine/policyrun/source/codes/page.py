"""What there is to say about a diagnostic."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CodePage:
    """A page of ``policyrun code``.

    Attributes:
        title: a few words, as in a list.
        what: what was found.
        why: why it is not accepted, where that is not plain.
        example: the least text, command or table that brings it about.
        fix: what to do.
    """

    title: str
    what: str
    why: str = ""
    example: str = ""
    fix: str = ""
