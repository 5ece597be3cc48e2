"""汇总: titled blocks that each end in a total, the payment list last because it can be long."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from policyrun.app.result import Told
from policyrun.app.sentence import money_text
from policyrun.app.summary import Grouping, Summary, Tally, Undecided, add_up, reconcile
from policyrun.model.decision import Conclusion
from policyrun.report.sheets import SheetWriter, page_setup, row_height

#: Key columns come first; then 行数 and 金额; then what only some blocks have.
_KEYS = 3
_COUNT, _MONEY, _EXTRA = _KEYS, _KEYS + 1, _KEYS + 2
_LAST = _EXTRA + 3
_WIDTHS = (15, 29, 24, 9, 17, 14, 14, 10, 10)
_UNKNOWN = "（未填）"
#: What a scheme that only checks pays.
_NOTHING = "–"


class SummarySheet:
    """Writes block after block and remembers the row it is at."""

    def __init__(self, writer: SheetWriter) -> None:
        self._writer = writer
        self._row = 0

    def write(self, run: Told, summary: Summary, footer: str, draft: bool) -> None:
        sheet = self._writer.sheet
        sheet.hide_gridlines(2)
        for column, wide in enumerate(_WIDTHS):
            sheet.set_column(column, column, wide)
        self._heading(run, draft)
        paid = run.payments()
        self._figures(summary, paid)
        self._by_scheme(summary)
        if summary.undecided:
            self._undecided(summary.undecided)
        self._grouping(summary.by_fund)
        self._grouping(summary.by_payee)
        self._grouping(summary.by_reason)
        self._grouping(summary.by_rule, remark="一行可以依据几条规则，各行不能相加。")
        self._grouping(paid, count="笔数")
        page_setup(sheet, footer, draft=draft)

    def _heading(self, run: Told, draft: bool) -> None:
        writer = self._writer
        writer.sheet.set_row(0, 28)
        writer.merged(0, 0, _LAST, f"{run.policy.title}　补贴核定汇总", "title")
        said = [run.policy.ref, f"基准日 {run.settings.as_of.isoformat()}", "金额单位：元"]
        writer.merged(1, 0, _LAST, "　·　".join(said), "subtitle")
        self._row = 2
        if draft:
            self._line("本政策为草案，以下金额不作为拨付依据。", "alarm")
        if run.sample:
            self._line("记录是政策所附的合成样例，不是真人真事。", "alarm")
        self._row += 1

    def _line(self, text: str, look: str) -> None:
        self._writer.merged(self._row, 0, _LAST, text, look)
        self._row += 1

    def _figures(self, summary: Summary, paid: Grouping) -> None:
        """The whole at a glance, and whether it agrees with the rows."""
        self._block("总览")
        figures: list[tuple[str, Fraction | int]] = [("补贴金额合计（元）", summary.total.amount)]
        figures.append(("输入行数", summary.total.rows))
        figures.extend((conclusion.value, rows) for conclusion, rows in summary.concluded().items())
        places = ((0, 1), (2, 2), (3, 4), (5, 5), (6, 6), (7, 8))
        self._writer.sheet.set_row(self._row, 28)
        for (_, figure), place in zip(figures, places, strict=True):
            self._figure(figure, place)
        self._row += 1
        for (name, _), (first, last) in zip(figures, places, strict=True):
            self._writer.merged(self._row, first, last, name, "figure_name")
        self._row += 2
        mismatches = reconcile(summary, paid)
        if not mismatches:
            self._line("✓ 与结果页一致：各项分类的行数合计等于输入行数，金额合计等于补贴金额合计。", "agrees")
        for each in mismatches:
            found, expected = _said(each.found), _said(each.expected)
            self._line(f"✗ 与结果页不一致：{each.title}为{found}，应为{expected}。", "alarm")
        self._row += 1

    def _figure(self, figure: Fraction | int, place: tuple[int, int]) -> None:
        look = "figure_money" if isinstance(figure, Fraction) else "figure"
        first, last = place
        if first != last:
            self._writer.merged(self._row, first, last, "", look)
        number = Decimal(money_text(figure)) if isinstance(figure, Fraction) else figure
        self._writer.number(self._row, first, number, look)

    def _by_scheme(self, summary: Summary) -> None:
        self._block(summary.by_scheme.title)
        self._header(("项目",), ("行数", "补贴金额", *(conclusion.value for conclusion in Conclusion)))
        for name, tallies in summary.conclusions:
            self._keys((name,))
            whole, each = add_up(tally for _, tally in tallies), [tally.rows for _, tally in tallies]
            self._numbers(whole, each, pays=name not in summary.checks)
        self._total(summary.total, list(summary.concluded().values()))

    def _undecided(self, lines: Sequence[Undecided]) -> None:
        self._block("待核实的行可能补贴多少")
        self._header(("项目",), ("行数", "最少", "最多", "其中上限未知"))
        for line in lines:
            self._keys((line.scheme,))
            self._bounds(line, "")
            self._row += 1
        whole = Undecided(
            "",
            sum(line.rows for line in lines),
            sum(line.bounded for line in lines),
            sum((line.least for line in lines), Fraction(0)),
            sum((line.most for line in lines), Fraction(0)),
        )
        self._writer.merged(self._row, 0, _KEYS - 1, "合计", "total")
        self._bounds(whole, "total_")
        self._row += 1
        self._line("“最多”只加已知上限的行；限额还可能使实际金额更少。", "remark")
        self._row += 1

    def _bounds(self, line: Undecided, total: str) -> None:
        writer = self._writer
        writer.number(self._row, _COUNT, line.rows, f"{total}count")
        writer.number(self._row, _MONEY, Decimal(money_text(line.least)), f"{total}money")
        writer.number(self._row, _EXTRA, Decimal(money_text(line.most)), f"{total}money")
        writer.number(self._row, _EXTRA + 1, line.rows - line.bounded, f"{total}count")

    def _grouping(self, grouping: Grouping, remark: str = "", count: str = "行数") -> None:
        if not grouping.lines:
            return
        scope = "（只计准予的行）" if grouping.granted_only else ""
        self._block(grouping.title + scope)
        self._header(grouping.columns, (count, "补贴金额"))
        for line in grouping.lines:
            self._keys(line.key)
            self._numbers(line.tally)
        if remark:
            self._line(remark, "remark")
            self._row += 1
        else:
            self._total(add_up(line.tally for line in grouping.lines))

    def _block(self, title: str) -> None:
        self._writer.sheet.set_row(self._row, 22)
        self._writer.merged(self._row, 0, _LAST, title, "block")
        self._row += 1

    def _header(self, keys: Sequence[str], numbers: Sequence[str]) -> None:
        for (first, last), name in zip(_key_places(len(keys)), keys, strict=True):
            self._writer.merged(self._row, first, last, name, "header")
        for offset, name in enumerate(numbers):
            self._writer.text(self._row, _KEYS + offset, name, "header_right")
        self._row += 1

    def _keys(self, key: Sequence[str]) -> None:
        places = _key_places(len(key))
        rooms = (sum(_WIDTHS[first : last + 1]) for first, last in places)
        self._writer.sheet.set_row(self._row, row_height(zip(key, rooms, strict=True)))
        for (first, last), name in zip(places, key, strict=True):
            self._writer.merged(self._row, first, last, name or _UNKNOWN, "wrap")

    def _numbers(self, tally: Tally, extra: Sequence[int] = (), total: str = "", pays: bool = True) -> None:
        writer = self._writer
        writer.number(self._row, _COUNT, tally.rows, f"{total}count")
        if pays:
            writer.number(self._row, _MONEY, Decimal(money_text(tally.amount)), f"{total}money")
        else:
            writer.text(self._row, _MONEY, _NOTHING, f"{total}money")
        for offset, rows in enumerate(extra):
            writer.number(self._row, _EXTRA + offset, rows, f"{total}count")
        self._row += 1

    def _total(self, tally: Tally, extra: Sequence[int] = ()) -> None:
        self._writer.merged(self._row, 0, _KEYS - 1, "合计", "total")
        self._numbers(tally, extra, "total_")
        self._row += 1


def _key_places(count: int) -> tuple[tuple[int, int], ...]:
    """First and last sheet column of each of one, two or three key columns."""
    return {1: ((0, 2),), 2: ((0, 0), (1, 2)), 3: ((0, 0), (1, 1), (2, 2))}[count]


def _said(tally: Tally) -> str:
    return f"{tally.rows} 行、{money_text(tally.amount)} 元"
