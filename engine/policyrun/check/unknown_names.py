"""Names that mean nothing: what the author probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from policyrun.ir.ops import FUNCTION_NAMES
from policyrun.model.types import Kind, Type
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.source.suggest import closest
from policyrun.source.text import Span

_WORDS = (
    *("不属于", "不为空", "不少于", "不超过", "属于", "为空", "超过", "不满", "介于", "并且", "否则"),
    *("且", "或", "则", "若", "非", "和", "以上", "以下", "以内", "and", "or", "then", "else", "in", "if", "not"),
)
_LETTERS = re.compile(r"(?<=[^\x00-\x7f])(?:and|or|in|then|else)(?=[^\x00-\x7f])")


@cache
def unsupported() -> Mapping[str, str]:
    """Functions of FEEL that are refused by name, and what to use."""
    no_time = _("没有时刻和时区，规则以日计")
    no_lists = _("没有列表运算；列表只用在 属于 之后和 合计、最大值 等函数里")
    as_of = _("用 基准日，由 --as-of 给出")
    groups = {
        "today now": as_of,
        "round": _("写明方式：四舍五入、进一、舍去、五舍六入 或 四舍六入五成双"),
        "date": _('常量写成 2024年1月1日 或 date("2024-01-01")，算出的日期用 日期(年, 月, 日)'),
        "duration": _('写成 6个月、30天 或 duration("P6M")'),
        "time date_and_time": no_time,
        "matches replace split": _("没有正则表达式；用 含有、开头是、结尾是、截取"),
        "day_of_week": _("用 星期(日期)，星期一是 1"),
        "month_of_year": _("用 月(日期)"),
        "append concatenate insert_before remove reverse index_of union flatten sort sublist": no_lists,
        "distinct_values duplicate_values list_replace partition string_join": no_lists,
        "product median stddev mode": _("用 合计、平均值、最大值、最小值"),
        "sqrt log exp": _("结果不是精确的数"),
        "odd even": _("用 取余(数, 2)"),
        "get_value get_entries context context_put context_merge": _("没有上下文；写成几个判定（decisions）"),
        "is range before after meets met_by overlaps overlaps_before overlaps_after": _("用 属于 或比较"),
        "finishes finished_by includes during starts started_by coincides": _("用 属于 或比较"),
    }
    return {name.replace("_", " "): fix for names, fix in groups.items() for name in names.split()}


def report_unknown_name(name: str, span: Span, names: Iterable[str], place: Type | None, found: Diagnostics) -> None:
    """Report a name; ``place`` is the type of what it is compared with, if known."""
    known = tuple(names)
    if place is not None and place.kind is Kind.ENUM and name in place.members:
        found.add("PR208", _("“{name}”是文本，要加引号").format(name=name), span, help=_('写成 "{}"').format(name))
        return
    if name in FUNCTION_NAMES:
        found.add("PR205", _("函数“{name}”后面要有括号").format(name=name), span, help=f"{name}(…)")
        return
    pieces = next(_unglued(name, frozenset(known)), None)
    if pieces is not None:
        fix = " ".join(piece for piece in pieces if piece)
        found.add("PR125", _("“{name}”连在一起了").format(name=name), span, help=_("写成 {fix}").format(fix=fix))
        return
    near = closest(name, known)
    found.add(
        "PR203",
        _("找不到名字“{name}”").format(name=name),
        span,
        label=_("不是列、参数、判定或读法"),
        help=_("是不是“{near}”？").format(near=near) if near else _('是文本的话，写成 "{}"').format(name),
    )


def _unglued(name: str, known: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """Ways to read a word as two operands around a word of the language; either side may be empty."""
    for word in _WORDS:
        at = name.find(word)
        while at >= 0:
            left, right = name[:at], name[at + len(word) :]
            if (left or right) and all(not side or _is_operand(side, known) for side in (left, right)):
                yield left, word, right
            at = name.find(word, at + 1)
    # a word in Latin letters between Chinese ones is never a name, even where its neighbours are misspelt
    if match := _LETTERS.search(name):
        yield name[: match.start()], match[0], name[match.end() :]


def _is_operand(side: str, known: frozenset[str]) -> bool:
    return side in known or side[0].isdigit() or any(True for _ in _unglued(side, known))


def report_unknown_function(name: str, span: Span, names: Iterable[str], found: Diagnostics) -> None:
    if name in unsupported():
        code = "PR130" if name == "round" else "PR122"
        found.add(code, _("不支持函数“{name}”").format(name=name), span, help=unsupported()[name])
    elif name in names:
        found.add("PR206", _("“{name}”不是函数").format(name=name), span, help=_("去掉括号，或在括号前写上运算符"))
    else:
        near = closest(name, FUNCTION_NAMES)
        found.add(
            "PR204",
            _("没有函数“{name}”").format(name=name),
            span,
            help=_("是不是“{near}”？").format(near=near) if near else _("函数见 grammar/functions.md"),
        )
