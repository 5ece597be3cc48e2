"""The summary of a run for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from policyrun.app.result import RunResult, Told
from policyrun.app.summary import Summary, Undecided, add_up, reconcile
from policyrun.cli.page import ALARM, DOUBT, LABEL, Page, yuan
from policyrun.model.decision import Conclusion, Outcome, Reason
from policyrun.model.vocabulary import Standing, Status
from policyrun.report.shown import value_text, version_text
from policyrun.source.diagnostic import Diagnostic
from policyrun.source.messages import _
from policyrun.source.render.safe import safe

#: What a scheme that only checks pays.
NOTHING = "–"
#: Reasons, and missing names, that are listed; further ones are counted.
MOST_REASONS = 8


def write_summary(run: Told, files: Sequence[tuple[str, Path]], found: Iterable[Diagnostic]) -> None:
    """Prints what a run came to.

    Args:
        files: what was written, and where.
        found: what there is to say about the run.
    """
    page = Page()
    summary = run.summary()
    _headline(page, run)
    _conclusions(page, summary)
    _reasons(page, summary)
    _undecided(page, summary)
    _funds(page, summary)
    _notices(page, found)
    _files(page, run, files)


def _headline(page: Page, run: Told) -> None:
    policy, settings = run.policy, run.settings
    page.line((policy.title, "bold"), (f"  {policy.ref}", LABEL))
    if policy.status is Status.DRAFT:
        page.line((_("草案：尚未施行，结果不作为拨付依据"), ALARM))
    if policy.status is Status.REPEALED:
        page.line((_("已废止：只用于核对当时的结果"), ALARM))
    if run.sample:
        page.line((_("没有给 --input：这是自带的合成样例，不是真实记录"), DOUBT))
    known = (
        "" if settings.known_on == settings.as_of else _("，只用 {day} 以前印发的数值").format(day=settings.known_on)
    )
    pairs = [(_("状态"), policy.status.value), (_("基准日"), f"{settings.as_of}{known}")]
    chosen = [
        _("{name}={way}（默认 {default}）").format(name=name, way=settings.readings[name], default=reading.default)
        for name, reading in policy.readings.items()
        if settings.readings[name] != reading.default
    ]
    pairs.append((_("读法"), "；".join(chosen) or _("全部按默认")))
    pairs += [(_("补充文件"), path) for path in policy.overlays]
    pairs += [(part.run.policy.ref, version_text(part)) for part in run.versions]
    assumed = [
        f"{name} {'、'.join(value_text(dated.value, one.type) for dated in one.values)}"
        for name, one in policy.parameters.items()
        if one.standing is Standing.ASSUMED
    ]
    if assumed:
        pairs.append((_("待确认"), "；".join(assumed)))
    page.pairs(pairs)


def _conclusions(page: Page, summary: Summary) -> None:
    header = (_("项目"), _("行数"), *(one.value for one in Conclusion), _("补贴金额（元）"))
    rows = [
        _tallied(
            name,
            [tally.rows for _each, tally in tallies],
            NOTHING if name in summary.checks else yuan(add_up(t for _each, t in tallies).amount),
        )
        for name, tallies in summary.conclusions
    ]
    if len(rows) > 1:
        rows.append(_tallied(_("合计"), list(summary.concluded().values()), yuan(summary.total.amount)))
    page.table(header, rows, right=range(1, len(header)))
    for each in reconcile(summary):
        page.line((_("✗ {title}与结果不一致").format(title=each.title), ALARM))


def _tallied(name: str, counts: Sequence[int], amount: str) -> tuple[str, ...]:
    return (name, str(sum(counts)), *map(str, counts), amount)


def _reasons(page: Page, summary: Summary) -> None:
    lines = [line for line in summary.by_reason.lines if line.key[1] != Reason.GRANTED.value]
    if not lines:
        return
    lines.sort(key=lambda line: -line.tally.rows)
    page.heading(_("没有准予的原因"), _("行数最多的在前"))
    page.columns(
        ((str(line.tally.rows), line.key[0], plain_words(line.key[1]), line.key[1]) for line in lines[:MOST_REASONS]),
        right=(0,),
    )
    rest = lines[MOST_REASONS:]
    if rest:
        rows = sum(line.tally.rows for line in rest)
        page.line((_("另有 {kinds} 种原因，共 {rows} 行").format(kinds=len(rest), rows=rows), LABEL), indent=2)


def plain_words(code: str) -> str:
    """A reason code in plain words.

    >>> plain_words("UNDECIDED:补贴标准、新职业")
    '缺少“补贴标准”“新职业”'
    """
    special = {
        "INELIGIBLE:适用版本": _("不在施行期内"),
        "INELIGIBLE:金额为零": _("核定金额为零"),
        "LIMIT:已足额": _("已经补足，没有差额"),
        "UNDECIDED:适用版本": _("不在施行期内，适用哪一版本待核实"),
    }
    kind, _colon, about = code.partition(":")
    words = {
        Reason.INELIGIBLE.value: _("不符合“{about}”"),
        Reason.LIMIT.value: _("“{about}”的额度已用完"),
        Reason.UNDECIDED.value: _("缺少“{about}”"),
        Reason.INVALID.value: _("“{about}”填写有误"),
        Reason.GRANTED.value: _("准予"),
    }
    return special.get(code) or words[kind].format(about=about.replace("、", "”“"))


def _undecided(page: Page, summary: Summary) -> None:
    missing = summary.missing
    if not missing:
        return
    page.heading(_("待核实的行还缺什么"))
    named = [_("“{name}”{rows} 行").format(name=name, rows=rows) for name, rows in missing[:MOST_REASONS]]
    if len(missing) > MOST_REASONS:
        named.append(_("另有 {count} 项").format(count=len(missing) - MOST_REASONS))
    page.line("，".join(named), indent=2)
    page.columns((line.scheme, _range(line)) for line in summary.undecided)


def _range(line: Undecided) -> str:
    open_end = line.rows - line.bounded
    if not line.bounded:
        return _("{rows} 行，最少 {least} 元，最多未知").format(rows=line.rows, least=yuan(line.least))
    said = _("{rows} 行，最少 {least} 元，最多 {most} 元").format(
        rows=line.rows, least=yuan(line.least), most=yuan(line.most)
    )
    return said + _("（另有 {count} 行上限未知）").format(count=open_end) if open_end else said


def _funds(page: Page, summary: Summary) -> None:
    for grouping in (summary.by_fund, summary.by_payee):
        if grouping.lines:
            page.heading(grouping.title)
            lines = sorted(grouping.lines, key=lambda line: -line.tally.amount)
            page.columns(
                (
                    (line.key[0] or _("（不明）"), _("{rows} 笔").format(rows=line.tally.rows), yuan(line.tally.amount))
                    for line in lines
                ),
                right=(1, 2),
            )


def _notices(page: Page, found: Iterable[Diagnostic]) -> None:
    lines = list(dict.fromkeys(_notice(each) for each in found))
    if lines:
        page.heading(_("须留意"))
        for line in lines:
            page.line("· ", line, indent=2)


def _notice(each: Diagnostic) -> str:
    place = f"（{each.at}）" if each.at is not None else ""
    return safe(f"{each.message}{place} {each.code}", personal=False)


def _files(page: Page, run: Told, files: Sequence[tuple[str, Path]]) -> None:
    page.heading(_("写出的文件")) if files else page.gap()
    page.pairs([*((name, str(path)) for name, path in files), (_("结果摘要"), run.digest())])
    if not files:
        page.line((_("没有给 --output，没有写出文件"), LABEL), indent=2)


def interesting(run: RunResult) -> Outcome | None:
    """A record whose story is worth telling: one that a limit refused, that waits, that is refused, or is granted."""
    wanted = (Reason.LIMIT, Reason.UNDECIDED, Reason.INELIGIBLE, Reason.GRANTED)
    for reason in wanted:
        for outcome in run.outcomes():
            if outcome.reason is reason:
                return outcome
    return None
