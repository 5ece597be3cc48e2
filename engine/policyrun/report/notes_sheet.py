"""说明: everything the result rests on, in two columns for people; the manifest says the same to machines."""

from __future__ import annotations

from collections.abc import Iterable

from policyrun.app.result import Told
from policyrun.app.summary import Summary
from policyrun.ir.nodes import ParameterRef
from policyrun.model.decision import Conclusion, NoticeCode
from policyrun.model.vocabulary import Standing, Status
from policyrun.report.sheets import SheetWriter, page_setup, row_height
from policyrun.report.shown import day_text, period_text, value_text, version_text

_WIDTHS = (24, 92)

CONCLUSION_NOTES = {
    Conclusion.GRANTED: "符合全部条件，限额有余，按“补贴金额”支付。",
    Conclusion.DENIED: "不符合条件，或限额已用完；补贴金额为 0.00。",
    Conclusion.UNDECIDED: "缺少决定所需的数据或参数；补齐后重新核定，不是不予。",
    Conclusion.INVALID: "单元格无法识别或序号重复；更正后重报，不参与核定。",
}
NOTICE_NOTES = {
    NoticeCode.PROVISIONAL: "先按较低比例支付，窗口期内就业的可补差。",
    NoticeCode.TOPUP: "本次是对以前支付的补差。",
    NoticeCode.PARTIAL: "限额余量不足，按余量部分支付。",
    NoticeCode.EXCEPTION: "限额已用完，因批准的例外或当前读法而准予。",
    NoticeCode.LATE: "晚于文件规定的时间。",
    NoticeCode.OUT_OF_FORCE: "业务日期不在施行期内。",
    NoticeCode.DRAFT: "政策为草案，不作为拨付依据。",
}


class NotesSheet:
    """Writes titled blocks of name and value."""

    def __init__(self, writer: SheetWriter) -> None:
        self._writer = writer
        self._row = 0

    def write(self, run: Told, summary: Summary, digest: str, footer: str) -> None:
        sheet = self._writer.sheet
        sheet.hide_gridlines(2)
        for column, wide in enumerate(_WIDTHS):
            sheet.set_column(column, column, wide)
        sheet.set_row(0, 28)
        self._writer.merged(0, 0, 1, "说明：本次核定的依据", "title")
        self._row = 2
        self._policy(run)
        self._run(run, summary, digest)
        self._readings(run)
        self._parameters(run)
        self._lists(run)
        self._columns(run)
        self._codes()
        page_setup(sheet, footer, landscape=False, draft=run.policy.status is Status.DRAFT)

    def _policy(self, run: Told) -> None:
        policy = run.policy
        self._block("政策")
        self._pair("名称", policy.title)
        for document in policy.documents:
            said = [document.number, document.title, document.issuer, day_text(document.published, "印发")]
            self._pair("文件", "　".join(part for part in said if part))
        self._pair("标识与版本", policy.ref)
        standing = policy.status.value
        self._pair("状态", standing, "value" if policy.status is Status.IN_FORCE else "value_alarm")
        self._pair("施行期", period_text(policy.in_force.first, policy.in_force.last))
        self._pair("政策文本摘要", policy.digest, "digest")
        for part in run.versions:
            self._pair(f"版本 {part.run.policy.ref}", version_text(part))
            self._pair("　文本摘要", part.run.policy.digest, "digest")
        for overlay in policy.overlays:
            self._pair("本地补充文件", overlay)

    def _run(self, run: Told, summary: Summary, digest: str) -> None:
        self._block("本次核定")
        if run.sample:
            self._pair("数据来源", "政策所附的合成样例，不是真实记录", "value_alarm")
        self._pair("基准日", run.settings.as_of.isoformat())
        self._pair("采用截至此日印发的数值", run.settings.known_on.isoformat())
        for file in run.inputs:
            self._pair(f"{file.role}文件", f"{file.path}（{file.rows} 行）" if file.rows else file.path)
            self._pair("　文件摘要", file.sha256, "digest")
        counts = "，".join(f"{conclusion.value} {rows}" for conclusion, rows in summary.concluded().items())
        self._pair("结论", f"共 {summary.total.rows} 行：{counts}")
        self._pair("结果摘要", digest, "digest")

    def _readings(self, run: Told) -> None:
        if not run.policy.readings:
            return
        self._block("采用的读法（条文可作不同理解之处）")
        for name, reading in run.policy.readings.items():
            way = run.settings.readings.get(name, reading.default)
            others = [other for other in reading.ways if other != way]
            lines = [f"{way}{'' if way == reading.default else '（本次指定，默认为' + reading.default + '）'}"]
            lines.append(f"问题：{reading.question}{'　' + reading.issue if reading.issue else ''}")
            if others:
                lines.append(f"其他读法：{'、'.join(others)}")
            self._pair(name, "\n".join(lines), "value" if way == reading.default else "value_open")

    def _parameters(self, run: Told) -> None:
        marked = [ref for ref in run.policy.parameters.values() if ref.standing is not Standing.GIVEN]
        if not marked:
            return
        self._block("待确认与待定的数值")
        for ref in marked:
            self._pair(ref.name, self._parameter(ref, run), "value_open")

    def _parameter(self, ref: ParameterRef, run: Told) -> str:
        grounds = run.policy.parameter_grounds.get(ref.name)
        clauses = "、".join(str(clause) for clause in grounds.cite) if grounds else ""
        cite = f"　依据：{clauses}" if clauses else ""
        if ref.standing is Standing.OPEN:
            return f"待定：文件没有给出，由记录或本地补充文件给出{cite}"
        return f"待确认：{_values(ref)}{cite}"

    def _lists(self, run: Told) -> None:
        if not run.policy.lists:
            return
        self._block("名单")
        for each in run.policy.lists:
            entries = run.settings.lists.get(each.name)
            if entries is None:
                self._pair(each.name, f"未提供；按记录中“{each.column}”一栏")
            else:
                self._pair(each.name, f"已提供 {len(entries)} 条，由“{each.key}”决定“{each.column}”")

    def _columns(self, run: Told) -> None:
        """Nothing silent: what was not read, taken as blank or skipped."""
        lines = []
        for records in run.records:
            if records.unused:
                lines.append((records.scheme, f"没有用到的列：{'、'.join(records.unused)}"))
            if records.absent:
                lines.append((records.scheme, f"数据中没有、视为空白的列：{'、'.join(records.absent)}"))
            if records.empty:
                lines.append((records.scheme, f"略过空行 {records.empty} 行"))
        if lines:
            self._block("数据中的列与空行")
            self._pairs(lines)

    def _codes(self) -> None:
        self._block("结论与提示")
        self._pairs((conclusion.value, note) for conclusion, note in CONCLUSION_NOTES.items())
        self._pairs((code.value, note) for code, note in NOTICE_NOTES.items())

    def _block(self, title: str) -> None:
        self._writer.sheet.set_row(self._row, 22)
        self._writer.merged(self._row, 0, 1, title, "block")
        self._row += 1

    def _pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        for name, value in pairs:
            self._pair(name, value)

    def _pair(self, name: str, value: str, look: str = "value") -> None:
        self._writer.sheet.set_row(self._row, row_height([(name, _WIDTHS[0]), (value, _WIDTHS[1] - 2)]))
        self._writer.text(self._row, 0, name, "label")
        self._writer.text(self._row, 1, value, look)
        self._row += 1


def _values(ref: ParameterRef) -> str:
    said = []
    for dated in ref.values:
        since = day_text(dated.effective, "起")
        said.append(value_text(dated.value, ref.type) + (f"（{since}）" if since else ""))
    return "；".join(said)
