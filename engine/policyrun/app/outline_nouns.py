"""Entries for what holds no rule: the head of a file, words, columns, lists, readings, targets, deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from policyrun.app.deadlines import rule_text
from policyrun.app.outline import RECORDS, Entry, Part, uses_of
from policyrun.app.outline_counting import counting_parts, placing_parts, relation_parts, uses_of_counting
from policyrun.app.outline_places import Places
from policyrun.app.sentence import quantity_text
from policyrun.ir.cells import CELL_TYPES
from policyrun.ir.ops import OPS
from policyrun.ir.policy import Field, Policy, RecordType
from policyrun.ir.show import show, show_value
from policyrun.model.regions import RegionColumn
from policyrun.model.types import MONEY
from policyrun.model.vocabulary import NO_GROUNDS, Enumeration, Goal, Quota, QuotaNode, SourceStatus
from policyrun.source.messages import _


def head_entries(policy: Policy, places: Places) -> Iterator[Entry]:
    section = _("题头")
    title = Part("", policy.title, at=places.at("title"))
    yield Entry(section, _("标题"), "", (title,), at=title.at)
    status = Part("", policy.status.value, at=places.at("status"))
    yield Entry(section, _("状态"), "", (status,), at=status.at)
    for document in policy.documents:
        path = ("documents", document.key)
        said = (
            (_("文号"), document.number, "number"),
            (_("名称"), document.title, "title"),
            (_("机关"), document.issuer, "issuer"),
            (_("印发"), _day(document.published), "published"),
        )
        parts = tuple(Part(label, text, at=places.at(*path, key)) for label, text, key in said if text)
        yield Entry(section, _("文件"), document.key, (*parts, *places.note(*path)), at=places.at(*path))
    yield _in_force(policy, places, section)
    rounding = f"{OPS[policy.rounding.op].chinese} {show_value(policy.rounding.step, MONEY)}"
    part = Part("", rounding, grounds=policy.rounding.grounds, at=places.at("rounding"))
    yield Entry(section, _("取整"), "", (part, *places.note("rounding")), at=part.at)


def _in_force(policy: Policy, places: Places, section: str) -> Entry:
    force = policy.in_force
    parts = [
        Part(_("起"), _day(force.first), grounds=force.grounds, at=places.at("in_force", "from")),
        Part(_("止"), _day(force.last), at=places.at("in_force", "to")),
    ]
    if force.outside is not None:
        parts.append(Part(_("期外"), show(force.outside), at=places.at("in_force", "outside")))
    parts += places.note("in_force")
    return Entry(section, _("施行期"), "", tuple(parts), at=places.at("in_force"), uses=uses_of(force.outside))


def vocabulary_entries(policy: Policy, places: Places) -> Iterator[Entry]:
    for name, words in policy.enumerations.items():
        at = places.at("vocabulary", name)
        yield Entry(_("词汇"), _("词汇"), name, tuple(_words(words, name, places)), at=at)


def _words(words: Enumeration, name: str, places: Places) -> Iterator[Part]:
    path = ("vocabulary", name)
    yield Part(_("取值"), "、".join(words.members), at=places.at(*path, "values"), names=words.members)
    for place, member in enumerate(words.members):
        grounds = NO_GROUNDS if place else words.grounds
        yield Part(_("取值 {word}").format(word=member), member, grounds=grounds, at=places.at(*path, "values", place))
    for alias, member in words.aliases.items():
        at = places.at(*path, "aliases", member)
        yield Part(_("别名 {word}").format(word=alias), member, at=at, is_detail=True)
    for group, members in words.sets.items():
        yield Part(_("组 {word}").format(word=group), "、".join(members), at=places.at(*path, "sets", group))
    yield from places.note(*path)


def record_entries(policy: Policy, places: Places) -> Iterator[Entry]:
    paid: dict[str, RecordType] = {scheme.record.name: scheme.record for scheme in policy.schemes}
    for record in (paid | {name: policy.records[name] for name in policy.forms}).values():
        names = tuple(field.name for field in record.fields)
        at = places.at("records", record.name)
        order = Part(_("各列"), "、".join(names), at=at, names=names)
        yield Entry(RECORDS, RECORDS, record.name, (order,), at=at)
        for field in record.fields:
            where = places.column(record.name, field.name)
            parts = [Part("", _field(field), grounds=field.grounds, at=where)]
            if field.region is not None:
                parts.append(Part(_("地区"), _region(field.region), grounds=field.region.grounds, at=where))
            yield Entry(RECORDS, _("列"), field.name, tuple(parts), record.name, where, uses_of(field.blank))


def _field(field: Field) -> str:
    """``金额，可空，空白按 当地补贴标准``."""
    kind = CELL_TYPES[field.cell].name if field.enumeration is None else field.enumeration.name
    said = [kind, _("必填") if field.required else _("可空")]
    unit = str(field.type)
    if field.cell == "int" and unit not in (kind, "数"):
        said.append(_("单位 {unit}").format(unit=unit))
    if field.least is not None:
        said.append(_("不小于 {bound}").format(bound=quantity_text(field.least)))
    if field.most is not None:
        said.append(_("不大于 {bound}").format(bound=quantity_text(field.most)))
    if field.blank is not None:
        said.append(_("空白按 {rule}").format(rule=show(field.blank)))
    if field.absent_unknown:
        said.append(_("没有这一列即未知"))
    if field.group:
        said.append(_("金额按它分组"))
    if field.meaning:
        said.append(_("空白即{meaning}").format(meaning=field.meaning))
    return "，".join([*said, *([field.note] if field.note else [])])


def _region(region: RegionColumn) -> str:
    """``附件3 的地区，上级看 设区市，上虞市 即 上虞区``."""
    said = [_("{tree} 的地区").format(tree=region.tree)]
    if region.above:
        said.append(_("上级看 {column}").format(column=region.above))
    said += [_("{alias} 即 {name}").format(alias=alias, name=name) for alias, name in region.aliases.items()]
    if region.shared:
        said.append(_("{names} 要写明上级").format(names="、".join(sorted(region.shared))))
    return "，".join(said)


def list_entries(policy: Policy, places: Places) -> Iterator[Entry]:
    for one in policy.lists:
        text = _("以“{key}”查名单，决定“{column}”").format(key=one.key, column=one.column)
        at = places.at("lists", one.name)
        uses = frozenset((one.key, one.column))
        parts = (Part("", text, grounds=one.grounds, at=at), *places.note("lists", one.name))
        yield Entry(_("名单"), _("名单"), one.name, parts, at=at, uses=uses)


def reading_entries(policy: Policy, places: Places) -> Iterator[Entry]:
    for name, reading in policy.readings.items():
        path = ("readings", name)
        parts = (
            Part(_("问题"), reading.question, grounds=reading.grounds, at=places.at(*path, "question")),
            Part(_("读法"), "、".join(reading.ways), at=places.at(*path, "ways")),
            Part(_("理由"), reading.reason, at=places.at(*path, "reason")),
            Part(_("问题编号"), reading.issue, at=places.at(*path, "issue")),
            *places.note(*path),
        )
        said = _said(parts)
        yield Entry(_("读法"), _("读法"), name, said, at=places.at(*path))


def quota_entries(policy: Policy, places: Places) -> Iterator[Entry]:
    for quota in policy.quotas:
        path = ("quotas", quota.name)
        parts = [Part(_("表"), quota.table, grounds=quota.grounds, at=places.at(*path, "table"))]
        for name, unit in zip(quota.indicators, quota.units, strict=True):
            grounds = quota.indicator_grounds.get(name, quota.grounds)
            text = _("{unit}，分项相加").format(unit=unit) if name in quota.additive else unit
            at = places.at(*path, "indicators", name)
            parts.append(Part(_("指标 {name}").format(name=name), text, grounds=grounds, at=at))
            parts += counting_parts(policy, (quota.name, name), places.at(*path, "indicators", name, "counts"))
        parts += _targets(quota, quota.root, "", places)
        parts += [
            Part(_("注 {number}").format(number=number), note, at=places.at(*path, "notes", number - 1))
            for number, note in enumerate(quota.notes, 1)
        ]
        parts += relation_parts(quota, places)
        parts += placing_parts(policy, quota.name, places.at(*path, "region"))
        uses = frozenset().union(*(uses_of_counting(policy, quota.name, name) for name in quota.indicators))
        yield Entry(_("任务分解"), _("任务分解"), quota.name, tuple(parts), at=places.at(*path), uses=uses)


def _targets(quota: Quota, node: QuotaNode, above: str, places: Places) -> Iterator[Part]:
    where = f"{above}/{node.region}" if above else node.region
    for cell in node.cells:
        index = quota.indicators.index(cell.indicator)
        at = places.at("quotas", quota.name, "rows", where, index)
        label = f"{where} {cell.indicator}"
        yield Part(label, quantity_text(cell.target), grounds=node.grounds, at=at, number=cell.target)
        if cell.status is not SourceStatus.ORIGINAL or cell.note:
            said = "：".join(part for part in (cell.status.value, cell.note) if part)
            yield Part(_("{label} 来源").format(label=label), said, at=places.at("quotas", quota.name, "status"))
    at = places.at("quotas", quota.name, "rows", where)
    for what, text in ((_("约束"), node.bound), (_("谁"), node.who)):
        if text:
            yield Part(f"{where} {what}", text, at=at)
    for child in node.children:
        yield from _targets(quota, child, where, places)


def schedule_entries(policy: Policy, places: Places) -> Iterator[Entry]:
    for deadline in policy.deadlines:
        path = ("deadlines", deadline.name)
        parts = (
            Part(_("谁"), deadline.who, grounds=deadline.grounds, at=places.at(*path, "who")),
            Part(_("起"), _day(deadline.first), at=places.at(*path, "first")),
            Part(_("止"), _day(deadline.last), at=places.at(*path, "last")),
            Part(_("期限"), rule_text(deadline.rule), at=places.at(*path)),
            Part(_("说明"), deadline.note, at=places.at(*path, "note")),
        )
        said = _said(parts)
        yield Entry(_("期限"), _("期限"), deadline.name, said, at=places.at(*path))
    for goal in policy.goals:
        path = ("goals", goal.name)
        target = f"{goal.bound} {quantity_text(goal.target)} {goal.unit}"
        goals = (
            Part("", target, grounds=goal.grounds, at=places.at(*path, "target")),
            Part(_("容差"), _tolerance(goal), at=places.at(*path, "tolerance")),
            *counting_parts(policy, ("", goal.name), places.at(*path, "counts")),
            Part(_("说明"), goal.note, at=places.at(*path, "note")),
        )
        uses = uses_of_counting(policy, "", goal.name)
        yield Entry(_("目标"), _("目标"), goal.name, _said(goals), at=places.at(*path), uses=uses)


def _tolerance(goal: Goal) -> str:
    return "" if goal.tolerance is None else f"±{quantity_text(goal.tolerance)}"


def _said(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts that say anything."""
    return tuple(part for part in parts if part.text or part.grounds != NO_GROUNDS)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
