"""Spellings refused by name: what other languages, habits or the rest of FEEL write, each with its way here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.source.text import Span
from policyrun.syntax.normalise import code_only

#: From the text that was found: the headline, and what to write instead.
Words = Callable[[str], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Refusal:
    code: str
    pattern: str
    words: Words


def _operator(fix: Callable[[], str]) -> Words:
    return lambda text: (_("没有运算符“{text}”").format(text=text), fix())


def _construct(fix: Callable[[], str]) -> Words:
    return lambda text: (_("不支持“{text}”").format(text=text), fix())


def _bare_date(text: str) -> tuple[str, str]:
    year, month, day = (int(part) for part in text.split("-"))
    return (
        _("日期不能写成 {text}").format(text=text),
        _("减号会使它成为算式；写成 {date}").format(date=f"{year}年{month}月{day}日"),
    )


def _full_width(text: str) -> tuple[str, str]:
    return (
        _("全角字符“{text}”").format(text=text),
        _("数字和字母用半角：{narrow}").format(narrow=unicodedata.normalize("NFKC", text)),
    )


def _quotes(text: str) -> tuple[str, str]:
    message = _("不能用这种引号：{text}").format(text=text)
    return message, _("写成 {fixed}").format(fixed=f'"{text.strip(_QUOTES)}"')


#: Quotation marks other than the one that texts have.
_QUOTES = "“”„‟‘’「」『』＂＇'"

#: Words that glue themselves to a number when no blank is left, as in 6且年龄.
_GLUE = "且|或|并且|则|否则|属于|不属于|介于|和|为空|不为空|超过|不满|不少于|不超过|and|or|then|else|in|between"

_REFUSALS = (
    Refusal("PR114", rf"[{_QUOTES}](?:[^{_QUOTES}\n]*[{_QUOTES}])?", _quotes),
    Refusal("PR128", r"[０-９Ａ-Ｚａ-ｚ＿]+", _full_width),
    Refusal(
        "PR128",
        r"[、；。：？｛｝＆｜]",
        lambda text: (_("全角标点“{text}”").format(text=text), _("各项之间用逗号；条件之间用 且、或")),
    ),
    Refusal("PR115", r"(?<![\w.])\d{4}-\d{1,2}-\d{1,2}(?!\w)", _bare_date),
    Refusal(
        "PR123",
        r"(?<!\w)\d+年\d{1,2}月(?![\d])",
        lambda text: (_("“{text}”不是一天").format(text=text), _("写出日，如 2024年1月1日")),
    ),
    Refusal("PR120", r"==+", _operator(lambda: _("相等写成 ="))),
    Refusal("PR120", r"<>", _operator(lambda: _("不相等写成 !="))),
    Refusal("PR120", r"=[<>]", _operator(lambda: _("大于等于写成 >=，小于等于写成 <="))),
    Refusal("PR120", r"&+", _operator(lambda: _("写成 且"))),
    Refusal("PR120", r"\|+", _operator(lambda: _("写成 或；表格里几个值之间用逗号"))),
    Refusal("PR120", r"!(?!=)", _operator(lambda: _("写成 非"))),
    Refusal("PR120", r"\*\*|\^", _operator(lambda: _("没有乘方，写成连乘"))),
    Refusal("PR121", r"[{}]", _construct(lambda: _("没有上下文；写成几个判定（decisions）"))),
    Refusal(
        "PR121",
        r"(?<!\w)for(?!\w)",
        _construct(lambda: _("没有循环；一条规则只看一条记录，整批记录的合计见结果的汇总")),
    ),
    Refusal("PR121", r"(?<!\w)(?:some|every|satisfies)(?!\w)", _construct(lambda: _("用 属于、全部(…)、任一(…)"))),
    Refusal("PR121", r"(?<!\w)function(?!\w)", _construct(lambda: _("不能定义函数；写成判定（decisions）"))),
    Refusal("PR121", r"(?<!\w)instance\s+of(?!\w)", _construct(lambda: _("类型在检查时已经确定"))),
    Refusal("PR121", r"(?<!\w)return(?!\w)", _construct(lambda: _("写成 若 … 则 … 否则 …"))),
    Refusal("PR121", r"\?", _construct(lambda: _("直接写出条件，如 >= 16"))),
    Refusal(
        "PR129",
        r"(?<!\w)not(?=\s+[^\s(])",
        lambda _text: (_("not 后面要有括号"), _("写成 not(…) 或 非 …")),
    ),
    Refusal("PR132", r"(?<=[\w)%‰\s])(?:以外|届满)(?!\w)", _construct(lambda: _("写成 超过、不满、以上 或 以下"))),
    Refusal(
        "PR125",
        rf"(?<![\w.])\d+(?:\.\d+)?[%‰]?(?:{_GLUE})\w*",
        lambda text: (_("“{text}”连在一起了").format(text=text), _("运算词前后各空一格")),
    ),
)
_PATTERNS = tuple((refusal, re.compile(refusal.pattern)) for refusal in _REFUSALS)


def refuse(source: str, span: Span, found: Diagnostics) -> bool:
    """Report each refused spelling of a normalised source; true if there was one."""
    code = code_only(source)
    hits = [(match.start(), match.end(), refusal) for refusal, pattern in _PATTERNS for match in pattern.finditer(code)]
    covered = -1
    for start, end, refusal in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if start < covered:
            continue
        covered = end
        message, hint = refusal.words(code[start:end])
        found.add(refusal.code, message, span.within(start, end), help=hint)
    return bool(hits)
