"""What does not parse, said in the words of a policy author."""

from __future__ import annotations

import re
from collections.abc import Collection

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.source.text import Span

_OPEN = {")": "(", "]": "["}
_KEYWORD = re.compile(
    r"^(?:且|或|非|并且|或者|若|如果|则|否则|属于|不属于|介于|和|为空|不为空|超过|不满|不少于|不超过|以上|以下|以内)\w"
    r"|\w(?:且|或|则|否则|属于|不属于|介于|为空|不为空|超过|不满|不少于|不超过|以上|以下|以内)$"
)


def report_syntax_error(error: UnexpectedInput, source: str, span: Span, found: Diagnostics) -> None:
    """Report where a normalised source went wrong; ``span`` is the whole expression."""
    at = error.pos_in_stream if isinstance(error, UnexpectedCharacters) else None
    if at is not None:
        found.add(
            "PR113",
            _("不认识的字符“{char}”").format(char=source[at]),
            span.within(at, at + 1),
            help=_("名字由汉字、字母、数字和下划线组成，不以数字开头"),
        )
        return
    assert isinstance(error, UnexpectedToken)
    accepts = error.accepts or error.expected
    if error.token.type == "$END":
        end = len(source.rstrip())
        found.add(
            "PR112",
            _("表达式没有写完"),
            span.within(max(end - 1, 0), end),
            label=_("后面应有{what}").format(what=expected(accepts)),
        )
        return
    start = error.token.start_pos or 0
    _report_token(error, span.within(start, start + len(error.token)), accepts, source[:start], found)


def _report_token(error: UnexpectedToken, at: Span, accepts: Collection[str], before: str, found: Diagnostics) -> None:
    kind, text = error.token.type, str(error.token)
    operand_wanted = "WORD" in accepts
    if kind == "COMPARE" and "_AND" in accepts:
        found.add("PR133", _("比较不能连写"), at, help=_("写成 x in [1..5]，或用 且 连接两个比较"))
    elif (kind == "RSQB" and operand_wanted) or (kind == "LSQB" and "RSQB" in accepts and ".." in before):
        found.add("PR118", _("区间的括号写反了"), at, help=_("含端点用方括号，不含用圆括号：[1..5)"))
    elif kind == "LSQB" and not operand_wanted:
        found.add(
            "PR121", _("不支持用方括号筛选或取第几项"), at, help=_("列表只用在 属于 之后和 合计、最大值 等函数里")
        )
    elif kind == "BOUND":
        found.add("PR132", _("“{text}”只用在 属于 之后和表格里").format(text=text), at, help=_("写成 >= 或 <="))
    elif kind == "NOT":
        found.add("PR129", _("not 不能写在这里"), at, help=_("写成 不属于、不为空、!= 或 not(…)"))
    elif kind == "WORD" and _KEYWORD.search(text):
        found.add("PR125", _("“{text}”连在一起了").format(text=text), at, help=_("运算词前后各空一格"))
    elif kind in ("RPAR", "RSQB") and not operand_wanted:
        found.add("PR117", _("多了“{text}”").format(text=text), at, help=_("核对括号是否成对"))
    else:
        found.add(
            "PR111",
            _("“{text}”不应出现在这里").format(text=text),
            at,
            label=_("这里应是{what}").format(what=expected(accepts)),
        )


def expected(accepts: Collection[str]) -> str:
    """What may come next, in a few words.

    >>> expected(["WORD", "NUMBER", "LPAR"])
    '名字、数或文本'
    >>> expected(["PLUS", "THEN", "_OR"])
    '“则”'
    """
    if "WORD" in accepts:
        return _("名字、数或文本")
    words = {
        "THEN": _("“则”"),
        "ELSE": _("“否则”"),
        "WITH": _("“和”"),
        "RPAR": _("右括号"),
        "RSQB": _("右方括号"),
        "LPAR": _("左括号"),
        "TEXT": _("引号里的文本"),
    }
    named = [word for token, word in words.items() if token in accepts and token != "LPAR"]
    if named:
        return _("或").join(named)
    return words["LPAR"] if list(accepts) == ["LPAR"] else _("运算符或结尾")
