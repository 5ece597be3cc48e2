"""The form for people: headline, place, source line with the characters meant underlined, what to do, the clause.

error[PR203]: 找不到名字“参保月份”
  --> policies/demo/policy.yaml:22:22
   |
22 |     require: 本市户籍 or 参保月份 >= 最低参保月数
   |                          ^^^^^^^^ 不是字段、参数或规则
   |
   = help: 是不是“参保月数”（第 11 行）？
   = cite: 办法 第三条
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from policyrun.source.diagnostic import Diagnostic, Place, Severity
from policyrun.source.messages import _
from policyrun.source.render.excerpt import excerpt
from policyrun.source.render.safe import masked, safe
from policyrun.source.text import SourceFile, Span

_RESET = "\x1b[0m"
_BOLD = "\x1b[1m"
_BLUE = "\x1b[1;34m"
_COLORS = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m", Severity.NOTE: "\x1b[1;36m"}

#: Lines of a long span shown at each end.
_ENDS = 2


def render(d: Diagnostic, color: bool = False, *, personal: bool = False) -> str:
    """The diagnostic in several lines, without a final line break."""
    return "\n".join(_Page(d, color, personal).lines())


@dataclass(frozen=True, slots=True)
class _Mark:
    """Characters ``start`` to ``end`` of one line, underlined; the label stands under the last line of a span."""

    number: int
    start: int
    end: int
    label: str
    primary: bool


@dataclass(frozen=True, slots=True)
class _Page:
    """One diagnostic being laid out."""

    d: Diagnostic
    color: bool
    personal: bool

    def lines(self) -> Iterator[str]:
        yield self._headline()
        sources = _sources(self.d)
        gutter = len(str(max((m.number for _file, marks in sources for m in marks), default=1)))
        blank = " " * (gutter + 1)
        bar = self._paint("|", _BLUE)
        if isinstance(self.d.at, Place):
            yield self._arrow(gutter, "-->", str(self.d.at))
            if self.d.label:
                yield f"{blank}{bar} {self._safe(self.d.label)}"
        for file, marks in sources:
            first = marks[0]
            arrow = "-->" if any(m.primary for m in marks) else ":::"
            yield self._arrow(gutter, arrow, str(self.d.at) if arrow == "-->" else _address(file, first))
            yield f"{blank}{bar}"
            yield from self._snippet(file, marks, gutter)
        notes = [(_("建议"), self.d.help), (_("依据"), self.d.cite)]
        if sources and any(text for _word, text in notes):
            yield f"{blank}{bar}"
        for word, text in notes:
            if text:
                yield f"{blank}{self._paint('=', _BLUE)} {self._paint(word + ':', _BOLD)} {self._safe(text)}"

    def _headline(self) -> str:
        word = self._paint(f"{_severity(self.d.severity)}[{self.d.code}]", _COLORS[self.d.severity])
        return f"{word}{self._paint(': ' + self._safe(self.d.message), _BOLD)}"

    def _arrow(self, gutter: int, arrow: str, place: str) -> str:
        return f"{' ' * gutter}{self._paint(arrow, _BLUE)} {self._safe(place)}"

    def _snippet(self, file: SourceFile, marks: list[_Mark], gutter: int) -> Iterator[str]:
        """The lines that have marks, each with its marks below; an ellipsis where lines are left out."""
        bar = self._paint("|", _BLUE)
        before = marks[0].number - 1
        for number, group in groupby(marks, key=lambda m: m.number):
            if number > before + 1:
                yield self._paint("...", _BLUE)
            before = number
            on_line = list(group)
            shown = excerpt(masked(file.line(number), self.personal), on_line[0].start)
            yield f"{self._paint(f'{number:>{gutter}} |', _BLUE)} {shown.text}".rstrip()
            for mark in on_line:
                under = shown.marks(mark.start, mark.end, "^" if mark.primary else "-")
                label = f" {self._safe(mark.label)}" if mark.label else ""
                hue = _COLORS[self.d.severity] if mark.primary else _BLUE
                yield f"{' ' * (gutter + 1)}{bar} {self._paint(under + label, hue)}"

    def _safe(self, text: str) -> str:
        return safe(text, self.personal)

    def _paint(self, text: str, hue: str) -> str:
        return f"{hue}{text}{_RESET}" if self.color else text


def _severity(severity: Severity) -> str:
    match severity:
        case Severity.ERROR:
            return _("错误")
        case Severity.WARNING:
            return _("警告")
        case Severity.NOTE:
            return _("提示")


def _sources(d: Diagnostic) -> list[tuple[SourceFile, list[_Mark]]]:
    """The files concerned, that of the diagnostic first, each with its marks in line order."""
    spans = [(other.span, other.text, False) for other in d.others]
    if isinstance(d.at, Span):
        spans.insert(0, (d.at, d.label, True))
    files: dict[SourceFile, list[_Mark]] = {}
    for span, label, primary in spans:
        files.setdefault(span.file, []).extend(_marks(span, label, primary))
    return [(file, sorted(marks, key=lambda m: (m.number, not m.primary, m.start))) for file, marks in files.items()]


def _marks(span: Span, label: str, primary: bool) -> Iterable[_Mark]:
    """One mark per line of a span; of a long one only the lines at both ends."""
    first, start = span.file.position(span.start)
    last, end = span.file.position(span.end)
    if last > first and end == 1:
        # The span ends with a line break; the line after it is not meant.
        last -= 1
        end = len(span.file.line(last)) + 1
    for number in range(first, last + 1):
        if first + _ENDS <= number <= last - _ENDS:
            continue
        line = span.file.line(number)
        indent = len(line) - len(line.lstrip())
        begin = start - 1 if number == first else indent
        stop = end - 1 if number == last else len(line.rstrip())
        yield _Mark(number, begin, stop, label if number == last else "", primary)


def _address(file: SourceFile, mark: _Mark) -> str:
    return f"{file.path}:{mark.number}:{mark.start + 1}"
