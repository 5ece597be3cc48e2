"""A place where YAML cannot be read, in a policy author's words.

The parser says where it gave up, which is often a line after the mistake; what was meant is found by looking at the
text around. The parser's own sentences only choose among cases, and are never shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from policyrun.source.diagnostic import Diagnostics, Label
from policyrun.source.messages import _
from policyrun.source.text import SourceFile, Span
from policyrun.syntax import yaml_traps as traps


@dataclass(frozen=True, slots=True)
class Failure:
    """Where and why the parser gave up.

    Attributes:
        at: offset of the character it could not take.
        since: offset where the construct it was reading began; None if it does not say.
        problem, context: the parser's words.
    """

    at: int
    since: int | None
    problem: str
    context: str

    @property
    def in_flow(self) -> bool:
        return "flow" in self.context


def report_failure(file: SourceFile, failure: Failure, found: Diagnostics) -> None:
    """Add the one diagnostic that fits best."""
    if _report_trap(file, failure, found):
        return
    for words, report in _CASES:
        if re.search(words, failure.problem) or re.search(words, failure.context):
            report(file, failure, found)
            return
    found.add("PR140", _("这里读不下去"), _char(file, failure.at), help=_("检查这一行和上一行的缩进、冒号和引号"))


def _report_trap(file: SourceFile, failure: Failure, found: Diagnostics) -> bool:
    """Whether the lines before the place hold one of the usual slips of the keyboard; if so it is reported."""
    if failure.in_flow and _report_flow_comma(file, failure, found):
        return True
    for span in _lines_back(file, failure.at):
        tab = traps.TAB_INDENT.match(span.text)
        if tab:
            at = span.within(*tab.span("bad"))
            found.add("PR141", _("缩进用了制表符"), at, label=_("制表符"), help=_("缩进一律用空格"))
            return True
        for pattern, report in (
            (traps.FULL_COLON, traps.report_full_colon),
            (traps.ODD_BLANK, traps.report_odd_blank),
            (traps.BLANK_AFTER_COLON, traps.report_odd_blank),
            (traps.TIGHT_COLON, traps.report_tight_colon),
        ):
            trap = pattern.match(span.text)
            if trap:
                report(span.within(*trap.span("bad")), found)
                return True
    return False


def _report_flow_comma(file: SourceFile, failure: Failure, found: Diagnostics) -> bool:
    """Whether a full-width comma or colon stands between the bracket and the place; if so it is reported."""
    if failure.since is None:
        return False
    between = file.text[failure.since : failure.at]
    comma = re.search(r"[，；：]", between)
    if not comma:
        return False
    at = Span(file, failure.since + comma.start(), failure.since + comma.end())
    if at.text == "：":
        traps.report_full_colon(at, found)
    else:
        traps.report_full_comma(at, found)
    return True


def _lines_back(file: SourceFile, at: int, count: int = 2) -> Iterator[Span]:
    """The line of an offset and the lines before it that hold something, ``count`` in all, nearest first."""
    number = file.position(min(at, len(file.text)))[0]
    while number >= 1 and count:
        line = file.line(number)
        if line.strip():
            start = file.line_starts[number - 1]
            yield Span(file, start, start + len(line))
            count -= 1
        number -= 1


def _char(file: SourceFile, at: int) -> Span:
    """The character at an offset; at the end of the text, the last one that shows."""
    at = min(at, len(file.text))
    if not file.text[at : at + 1].strip():
        at = max(len(file.text[:at].rstrip()) - 1, 0)
    return Span(file, at, min(at + 1, len(file.text)))


def _rest_of_line(file: SourceFile, at: int) -> Span:
    """From an offset to the end of its line, without a trailing comment."""
    line_end = file.text.find("\n", at)
    rest = file.text[at : len(file.text) if line_end < 0 else line_end]
    written = re.split(r"\s#", rest, maxsplit=1)[0].rstrip()
    return Span(file, at, at + max(1, len(written)))


def _quote(file: SourceFile, failure: Failure, found: Diagnostics) -> None:
    at = _char(file, failure.at if failure.since is None else failure.since)
    found.add("PR155", _("引号没有配对"), at, label=_("从这里开始"), help=_("补上另一半引号"))


def _flow(file: SourceFile, failure: Failure, found: Diagnostics) -> None:
    opened = _char(file, failure.at if failure.since is None else failure.since)
    at = _char(file, failure.at)
    if at.text in ("]", "}"):
        found.add("PR156", _("括号没有配对"), at, others=(Label(opened, _("与这个括号不配")),), help=_("检查两种括号"))
        return
    ends = file.text.find("\n", opened.start)
    if failure.at < (ends if ends >= 0 else len(file.text)):
        others = (Label(opened, _("括号从这里开始")),)
        word = _word_before(file, at)
        found.add("PR163", _("这里少一个逗号"), word, label=_("前面缺“,”"), others=others, help=_("各项之间用“, ”隔开"))
        return
    closing = {"[": "]", "{": "}"}.get(opened.text, "]")
    found.add("PR156", _("括号没有配对"), opened, label=_("从这里开始"), help=_("补上“{mark}”").format(mark=closing))


def _word_before(file: SourceFile, at: Span) -> Span:
    """The word a colon follows; any other place stays."""
    if at.text != ":":
        return at
    before = file.text[: at.start]
    start = at.start - len(before) + len(before.rstrip(" "))
    while start > 0 and file.text[start - 1] not in " \n,{[":
        start -= 1
    return Span(file, start, max(at.start, start + 1))


def _colon_in_value(file: SourceFile, failure: Failure, found: Diagnostics) -> None:
    line, column = file.position(failure.at)
    text = file.line(line)
    key = re.match(r"^\s*(?:- +)*[^:]+?: +", text[: column - 1])
    if key:
        value = _rest_of_line(file, file.line_starts[line - 1] + key.end())
        found.add("PR158", _("值里有“: ”"), value, label=_("会被当成又一个键"), help=_("把整个值放进引号"))
        return
    above = next(iter(_lines_back(file, file.line_starts[line - 1] - 1, 1)), None) if line > 1 else None
    if above and ":" not in above.text and _indentation(above.text) == _indentation(text):
        _report_no_colon(above.within(_indentation(above.text), len(above.text.rstrip())), found)
        return
    _indent(file, failure, found)


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _indent(file: SourceFile, failure: Failure, found: Diagnostics) -> None:
    line, column = file.position(failure.at)
    text = file.line(line)
    first = re.search(r"[^ :]+", text)
    start, end = first.span() if first else (column - 1, column)
    at = Span(file, file.line_starts[line - 1] + start, file.line_starts[line - 1] + end)
    found.add("PR157", _("这一行的缩进和上面对不上"), at, help=_("同一层的键左边对齐，下一层多缩进两格"))


def _out_of_place(file: SourceFile, failure: Failure, found: Diagnostics) -> None:
    """Something stands where only a key of the same level may."""
    at = _char(file, failure.at)
    if at.text in ("]", "}"):
        found.add("PR156", _("多出来的括号“{mark}”").format(mark=at.text), at, help=_("删去，或补上它的另一半"))
    elif file.text[: failure.at].rstrip(" ")[-1:] in ('"', "'"):
        rest = _rest_of_line(file, failure.at)
        found.add("PR162", _("引号后面还有文字"), rest, label=_("多出来的"), help=_("把整个值都放进引号"))
    else:
        _indent(file, failure, found)


def _list_on_line(file: SourceFile, failure: Failure, found: Diagnostics) -> None:
    found.add("PR157", _("列表要另起一行"), _char(file, failure.at), help=_("换行后缩进写“- ”，或用“[甲, 乙]”"))


def _no_colon(file: SourceFile, failure: Failure, found: Diagnostics) -> None:
    _report_no_colon(_rest_of_line(file, failure.at if failure.since is None else failure.since), found)


def _report_no_colon(at: Span, found: Diagnostics) -> None:
    found.add("PR164", _("这一行不是“键: 值”"), at, help=_("补上冒号；接着上一行的文字要缩进"))


def _reserved(file: SourceFile, failure: Failure, found: Diagnostics) -> None:
    mark = _char(file, failure.at if failure.since is None else failure.since)
    message = _("值不能以“{mark}”开头").format(mark=mark.text)
    found.add("PR159", message, mark, help=_("把整个值放进引号"))


def _escape(file: SourceFile, failure: Failure, found: Diagnostics) -> None:
    start = max(failure.at - 1, 0) if file.text[failure.at : failure.at + 1] != "\\" else failure.at
    at = Span(file, start, min(start + 2, len(file.text)))
    found.add(
        "PR161", _("双引号里不认识的转义“{text}”").format(text=at.text), at, help=_("改用单引号，里面的反斜线照原样")
    )


def _no_value(file: SourceFile, failure: Failure, found: Diagnostics) -> None:
    at = _char(file, failure.at)
    if failure.in_flow and failure.at >= len(file.text.rstrip()):
        found.add("PR156", _("括号没有配对"), at, label=_("从这里开始"), help=_("补上另一半括号"))
        return
    if failure.in_flow:
        found.add("PR163", _("这里少一个值，或多一个逗号"), at, help=_("各项之间用一个“, ”隔开"))
        return
    _reserved(file, failure, found)


def _documents(file: SourceFile, failure: Failure, found: Diagnostics) -> None:
    found.add("PR146", _("一个文件只能有一份政策"), _char(file, failure.at), help=_("删去“---”“...”，或拆成几个文件"))


def _anchor(file: SourceFile, failure: Failure, found: Diagnostics) -> None:
    report_anchor(_property(file, failure), found)


def _alias(file: SourceFile, failure: Failure, found: Diagnostics) -> None:
    report_alias(_property(file, failure), None, found)


def _property(file: SourceFile, failure: Failure) -> Span:
    """An anchor or alias, up to the next blank."""
    at = _rest_of_line(file, failure.at if failure.since is None else failure.since)
    return at.within(0, len(at.text.split(maxsplit=1)[0]))


def report_anchor(at: Span, found: Diagnostics) -> None:
    found.add("PR143", _("政策文件里不用锚点“{text}”").format(text=at.text), at, help=_("删去，值照写"))


def report_alias(at: Span, anchor: Span | None, found: Diagnostics) -> None:
    others = (Label(anchor, _("指的是这里")),) if anchor else ()
    message = _("政策文件里不用别名“{text}”").format(text=at.text)
    found.add("PR144", message, at, others=others, help=_("把所指的内容照写一遍；文字以 * 打头的放进引号"))


def _tag(file: SourceFile, failure: Failure, found: Diagnostics) -> None:
    start = failure.at if failure.since is None else failure.since
    report_tag(_rest_of_line(file, start), found)


def report_tag(at: Span, found: Diagnostics) -> None:
    found.add(
        "PR145", _("政策文件里不用标签“{text}”").format(text=at.text), at, help=_("删去；文字照写，需要时放进引号")
    )


_Report = Callable[[SourceFile, Failure, Diagnostics], None]

#: The parser's words, of either of its two versions, and what they mean; the first that fits is taken.
_CASES: tuple[tuple[str, _Report], ...] = (
    (r"end of stream|document separator", _quote),
    (r"escape character|hexadecimal", _escape),
    (r"node content", _no_value),
    (r"(did not find )?expected ',' or '[\]}]'", _flow),
    (r"mapping values", _colon_in_value),
    (r"sequence entries", _list_on_line),
    (r"document start", _documents),
    (r"tag|directive", _tag),
    (r"anchor", _anchor),
    (r"alias", _alias),
    (r"cannot start any token|comment or (a )?line break|mapping keys|chomping", _reserved),
    (r"could not find expected ':'", _no_colon),
    (r"expected key|expected <block end>|'-' indicator|indentation", _out_of_place),
)
