"""Diagnostics for programs, as a JSON array; lines and columns (in characters) count from 1, ends are exclusive."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from policyrun.source.diagnostic import Diagnostic, Place
from policyrun.source.render.safe import masked
from policyrun.source.text import Span
from policyrun.source.visible import visible

Object = dict[str, object]

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def render(diagnostics: Iterable[Diagnostic], *, personal: bool = False) -> str:
    """All diagnostics as one array."""
    objects = [_object(d, personal) for d in diagnostics]
    text = json.dumps(objects, ensure_ascii=False, indent=2)
    return _NOT_ASCII.sub(lambda found: _escaped(found.group()), text)


def _object(d: Diagnostic, personal: bool) -> Object:
    return {
        "code": d.code,
        "severity": d.severity.value,
        "message": masked(d.message, personal),
        "at": _place(d.at, personal),
        "label": masked(d.label, personal),
        "others": [{"at": _place(other.span, personal), "label": masked(other.text, personal)} for other in d.others],
        "help": masked(d.help, personal),
        "cite": d.cite,
    }


def _place(at: Span | Place | None, personal: bool) -> Object | None:
    match at:
        case Span(file=file, start=start, end=end):
            line, column = file.position(start)
            end_line, end_column = file.position(end)
            return {"path": file.path, "line": line, "column": column, "end_line": end_line, "end_column": end_column}
        case Place(path=path, where=where):
            return {"path": path, "where": masked(where, personal)}
        case None:
            return None


def _escaped(char: str) -> str:
    """Characters a terminal would obey are written as JSON escapes; JSON text has them only inside strings."""
    return char if visible(char) == char else json.dumps(char)[1:-1]
