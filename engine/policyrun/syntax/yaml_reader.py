"""YAML text → nodes with spans.

The parser's events are read, never its values: ``0012``, ``no`` and ``1.30`` stay the text they are, an alias is
refused before anything is expanded, and a repeated key is seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import yaml

from policyrun.source.diagnostic import Diagnostic, Diagnostics, Label, Place, Severity
from policyrun.source.messages import _
from policyrun.source.text import SourceFile, Span
from policyrun.syntax import yaml_traps as traps
from policyrun.syntax.nodes import Mapping, Node, Scalar, Sequence
from policyrun.syntax.yaml_errors import Failure, report_alias, report_anchor, report_failure, report_tag

#: Levels of lists and mappings in each other. Policies need about ten.
DEEPEST = 60

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Mark(Protocol):
    """Where an event begins or ends; ``index`` counts characters."""

    index: int


class _StopError(Exception):
    """Reading cannot go on; the reason is among the diagnostics."""


@dataclass(slots=True, eq=False)
class _Open:
    """A list or mapping being read.

    Attributes:
        key: of a mapping, the key that waits for its value.
        dropped: the key that waits was refused, and its value is read for its own mistakes only.
        seen: of a mapping, its keys by text.
    """

    start: int
    flow: bool
    is_mapping: bool
    items: list[Node] = field(default_factory=list)
    entries: list[tuple[Scalar, Node]] = field(default_factory=list)
    key: Scalar | None = None
    dropped: bool = False
    seen: dict[str, Scalar] = field(default_factory=dict)


def read_yaml(file: SourceFile, found: Diagnostics) -> Mapping | None:
    """The mapping a file consists of, or None where it cannot be read or holds something policies do not use."""
    before = _errors(found)
    bad = traps.FORBIDDEN.search(file.text)
    if bad:
        code = f"U+{ord(bad[0]):04X}"
        at = Span(file, bad.start(), bad.end())
        found.add("PR107", _("文件里有看不见的控制字符（{code}）").format(code=code), at, help=_("删去这个字符"))
        return None
    try:
        root = _Reader(file, found).read()
    except _StopError:
        return None
    if root is None:
        found.add("PR108", _("文件是空的"), Span(file, 0, 0), help=_("写上内容，或换一个文件"))
        return None
    if not isinstance(root, Mapping):
        instead = isinstance(root, Scalar) and traps.look_instead_of_collection(root, found)
        if not instead:
            found.add(
                "PR160", _("文件的最外层要是“键: 值”"), _first_line(root.span), help=_("每一行写“键: 值”，不以“- ”开头")
            )
        return None
    return root if _errors(found) == before else None


def _errors(found: Diagnostics) -> int:
    return sum(1 for one in found if one.severity is Severity.ERROR)


def _offset(mark: _Mark | None) -> int:
    return mark.index if mark else 0


def _first_line(span: Span) -> Span:
    return span.within(0, len(span.text.split("\n", 1)[0]))


class _Reader:
    """Builds nodes from events with a stack of its own, so that depth cannot exhaust Python's."""

    def __init__(self, file: SourceFile, found: Diagnostics) -> None:
        self.file = file
        self.found = found
        self.stack: list[_Open] = []
        self.anchors: dict[str, Span] = {}
        self.root: Node | None = None
        self.documents = 0

    def read(self) -> Node | None:
        for event in self._events():
            match event:
                case yaml.DocumentStartEvent():
                    self._document(event)
                case yaml.AliasEvent():
                    self._alias(event)
                case yaml.ScalarEvent():
                    self._properties(event)
                    self._place(self._scalar(event))
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._properties(event)
                    self._open(event)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self._close(event)
        return self.root

    def _events(self) -> Iterator[yaml.Event]:
        try:
            yield from yaml.parse(self.file.text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark, context = error.problem_mark, error.context_mark
            at = mark.index if mark else len(self.file.text)
            since = context.index if context else None
            failure = Failure(at, since, error.problem or "", error.context or "")
            last = Diagnostics()
            report_failure(self.file, failure, last)
            self.found.extend(each for each in last if not self._is_reported(each))
            raise _StopError from None

    def _is_reported(self, diagnostic: Diagnostic) -> bool:
        """Whether a slip that the parser fell over has been seen before it did."""
        return any(each.code == diagnostic.code and _same(each.at, diagnostic.at) for each in self.found)

    def _span(self, event: yaml.Event) -> Span:
        return Span(self.file, _offset(event.start_mark), _offset(event.end_mark))

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self.documents += 1
        at = self._span(event)
        if self.documents > 1:
            self.found.add("PR146", _("一个文件只能有一份政策"), at, help=_("拆成几个文件，或删去“---”"))
            raise _StopError
        if event.version or event.tags:
            report_tag(_first_line(at), self.found)

    def _properties(self, event: yaml.NodeEvent) -> None:
        """Report an anchor or a tag written before a value."""
        start = _offset(event.start_mark)
        if event.anchor is not None:
            mark = self.file.text.find(f"&{event.anchor}", start)
            at = Span(self.file, mark, mark + 1 + len(event.anchor))
            self.anchors.setdefault(event.anchor, at)
            report_anchor(at, self.found)
        if getattr(event, "tag", None) is not None:
            mark = self.file.text.find("!", start)
            end = mark
            while end < len(self.file.text) and not self.file.text[end].isspace():
                end += 1
            report_tag(Span(self.file, mark, end), self.found)

    def _alias(self, event: yaml.AliasEvent) -> None:
        at = self._span(event)
        report_alias(at, self.anchors.get(event.anchor or ""), self.found)
        raise _StopError

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        span = self._span(event)
        match event.style:
            case "|" | ">":
                return Scalar(event.value, _block_body(span), quoted=True)
            case "'" | '"':
                start = span.text.find(event.style)
                return Scalar(event.value, span.within(start + 1, len(span.text) - 1), quoted=True)
            case _:
                return Scalar(event.value, span)

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        if len(self.stack) >= DEEPEST:
            at = Span(self.file, _offset(event.start_mark), _offset(event.start_mark) + 1)
            self.found.add(
                "PR149", _("嵌套超过 {levels} 层").format(levels=DEEPEST), at, help=_("检查括号和缩进是不是写错了")
            )
            raise _StopError
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        self.stack.append(_Open(_offset(event.start_mark), bool(event.flow_style), is_mapping))

    def _close(self, event: yaml.CollectionEndEvent) -> None:
        opened = self.stack.pop()
        node: Node
        if opened.is_mapping:
            last = opened.entries[-1][1].span.end if opened.entries else opened.start
            end = _offset(event.end_mark) if opened.flow else last
            node = Mapping(tuple(opened.entries), Span(self.file, opened.start, end))
        else:
            last = opened.items[-1].span.end if opened.items else opened.start
            end = _offset(event.end_mark) if opened.flow else last
            node = Sequence(tuple(opened.items), Span(self.file, opened.start, end))
        self._place(node)

    def _place(self, node: Node) -> None:
        """Put a finished node where it belongs."""
        if not self.stack:
            self.root = None if isinstance(node, Scalar) and not node.text and not node.quoted else node
            return
        parent = self.stack[-1]
        if not parent.is_mapping:
            self._look_at_value(node, in_flow_list=parent.flow)
            parent.items.append(node)
        elif parent.dropped:
            parent.dropped = False
        elif parent.key is None:
            parent.dropped = not self._take_key(parent, node)
        else:
            self._look_at_value(node, in_flow_list=False)
            parent.entries.append((parent.key, node))
            parent.key = None

    def _look_at_value(self, node: Node, *, in_flow_list: bool) -> None:
        if isinstance(node, Scalar):
            traps.look_at_scalar(node, in_flow_list=in_flow_list, found=self.found)

    def _take_key(self, parent: _Open, node: Node) -> bool:
        """Whether a node is fit to be the next key of a mapping; if not, that is reported."""
        if not isinstance(node, Scalar) or not node.text:
            self.found.add("PR147", _("键要是一段文字"), _first_line(node.span), help=_("写成“键: 值”"))
            return False
        if node.text == "<<" and not node.quoted:
            self.found.add("PR148", _("政策文件里不用合并键“<<”"), node.span, help=_("把要合并的内容照写一遍"))
            return False
        if not traps.look_at_key(node, self.found):
            return False
        traps.look_at_scalar(node, in_flow_list=False, found=self.found)
        first = parent.seen.setdefault(node.text, node)
        if first is not node:
            others = (Label(first.span, _("第一次在这里")),)
            message = _("键“{key}”写了两次").format(key=node.text)
            self.found.add("PR142", message, node.span, label=_("又一次"), others=others, help=_("合成一处，或改名"))
            return False
        parent.key = node
        return True


def _same(left: Span | Place | None, right: Span | Place | None) -> bool:
    return isinstance(left, Span) and isinstance(right, Span) and left.file is right.file and left.start == right.start


def _block_body(span: Span) -> Span:
    """The text of a block scalar without its header and the blanks around it."""
    raw = span.text
    header = raw.find("\n")
    if header < 0 or not raw[header:].strip():
        return span.within(len(raw), len(raw))
    body = raw[header:]
    start = header + len(body) - len(body.lstrip())
    return span.within(start, len(raw.rstrip()))
