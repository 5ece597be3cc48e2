"""What is said to a user about a place: a value that renderers turn into text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from policyrun.source.text import Span


class Severity(Enum):
    """``ERROR`` stops the work; ``WARNING`` is a finding; ``NOTE`` reports what was done or left out."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file that has no text lines: a workbook cell, a csv field, or a whole file.

    ``where`` is the reader's own address for it, such as ``职业培训补贴!C7`` or ``第 7 行“发证时间”``.
    """

    path: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.where}" if self.where else self.path


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that matters, with what it has to do with the first."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    Attributes:
        code: a row of ``source.codes``, such as ``PR203``.
        message: the headline; makes sense alone.
        at: the span in a text, the place in a data file, or None where there is no file.
        label: a few words under the caret.
        others: further places, for instance the other side of a conflict.
        help: what to do about it.
        cite: the clause concerned, as text.
    """

    code: str
    message: str
    at: Span | Place | None = None
    label: str = ""
    others: tuple[Label, ...] = ()
    help: str = ""
    cite: str = ""
    severity: Severity = Severity.ERROR


class Diagnostics:
    """The findings of a stage, in the order found; every stage is handed one and adds to it."""

    def __init__(self, found: Iterable[Diagnostic] = ()) -> None:
        self._found: list[Diagnostic] = list(found)

    def add(
        self,
        code: str,
        message: str,
        at: Span | Place | None = None,
        *,
        label: str = "",
        others: tuple[Label, ...] = (),
        help: str = "",  # noqa: A002 - the word a reader of diagnostics expects
        cite: str = "",
        severity: Severity = Severity.ERROR,
    ) -> None:
        self._found.append(Diagnostic(code, message, at, label, others, help, cite, severity))

    def extend(self, others: Iterable[Diagnostic]) -> None:
        self._found.extend(others)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    @property
    def failed(self) -> bool:
        """Whether any finding is an error."""
        return any(found.severity is Severity.ERROR for found in self._found)


class PolicyrunError(Exception):
    """Raised by the Python API when work cannot go on; carries the diagnostics that say why and reads as them."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        # Late: whoever prints a diagnostic needs the renderer, whoever makes one does not.
        from policyrun.source.render.full import render

        errors = [each for each in self.diagnostics if each.severity is Severity.ERROR]
        return "\n\n".join(render(each) for each in errors) or "policyrun"
