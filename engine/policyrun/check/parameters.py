"""Parameters: figures of the document, dated; those assumed for want of one; those left open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from policyrun.check.citations import Citer
from policyrun.check.columns import RecordDeclared
from policyrun.check.constants import read_constant
from policyrun.check.dates import ALL_DAYS, Dated, Period, in_sequence
from policyrun.check.hints import did_you_mean
from policyrun.check.names import Names, Noun
from policyrun.check.overlays import Overlays, Supplement
from policyrun.check.scalars import read_date
from policyrun.check.shape import flag_at, mappings_at, named_mappings, scalar_at
from policyrun.check.typewords import type_word
from policyrun.ir.nodes import Column, ParameterRef
from policyrun.model.types import DATE, Type
from policyrun.model.vocabulary import DatedValue, Enumeration, Grounds, Standing
from policyrun.source.diagnostic import Diagnostics, Label
from policyrun.source.messages import _
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Scalar


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of a policy.

    Attributes:
        refs: each as it stands where it is declared.
        grounds: what each rests on.
        replaced: names whose place a decision of an overlay takes.
    """

    refs: dict[str, ParameterRef]
    grounds: dict[str, Grounds]
    replaced: dict[str, Supplement]


def lower_parameters(
    root: nodes.Mapping,
    overlays: Overlays,
    enumerations: Mapping[str, Enumeration],
    records: Mapping[str, RecordDeclared],
    period: Period,
    citer: Citer,
    names: Names,
    found: Diagnostics,
) -> Parameters:
    parameters = Parameters({}, {}, {})
    for key, node in named_mappings(root, "parameters"):
        standing = _standing(node)
        names.declare(Noun.PARAMETER, key.text, key.span)
        supplied = overlays.parameters.get(key.text)
        replacing = overlays.decisions.get(key.text)
        if supplied is not None or replacing is not None:
            _require_replaceable(key, standing, supplied or replacing, found)
        if replacing is not None:
            parameters.replaced[key.text] = replacing
            continue
        type_ = _type(node, enumerations, found)
        if type_ is None:
            names.lacks_type(key.text)
            continue
        names.use_type(type_)
        column = _dated_by(node, records, found)
        # A column of its own may hold days long before the policy came into force.
        days = period if scalar_at(node, "dated_by") is None else ALL_DAYS
        values = _values(key, node, type_, days, citer, found)
        if supplied is not None:
            values = _values(supplied.key, supplied.node, type_, days, supplied.citer, found)
            standing = Standing.GIVEN
        parameters.refs[key.text] = ParameterRef(
            type=type_, span=key.span, name=key.text, values=values, standing=standing, dated_by=column
        )
        parameters.grounds[key.text] = _with_values(citer.grounds(node), values)
    return parameters


def dated_values(
    name: str, entries: tuple[nodes.Mapping, ...], type_: Type, period: Period, citer: Citer, found: Diagnostics
) -> tuple[DatedValue, ...]:
    """The values of a list of ``{effective, published, value, cite}``, by effective day."""
    read = (_dated(entry, type_, citer, found) for entry in entries)
    return in_sequence(name, [dated for dated in read if dated is not None], period, found)


def _dated(entry: nodes.Mapping, type_: Type, citer: Citer, found: Diagnostics) -> Dated | None:
    scalar = scalar_at(entry, "value")
    value = None if scalar is None else read_constant(scalar, type_, found)
    if value is None:
        return None
    return Dated(
        DatedValue(
            effective=read_date(scalar_at(entry, "effective"), found),
            published=read_date(scalar_at(entry, "published"), found),
            value=value,
            grounds=citer.grounds(entry),
        ),
        read_date(scalar_at(entry, "until"), found),
        entry.span,
    )


def _dated_by(node: nodes.Mapping, records: Mapping[str, RecordDeclared], found: Diagnostics) -> Column | None:
    """The column whose date picks the value, where the parameter names one."""
    written = scalar_at(node, "dated_by")
    if written is None:
        return None
    columns = [record.columns[written.text] for record in records.values() if written.text in record.columns]
    if columns and all(column.word.type == DATE for column in columns):
        return Column(type=DATE, span=written.span, name=written.text)
    dates = {name for record in records.values() for name, one in record.columns.items() if one.word.type == DATE}
    hint = did_you_mean(written.text, dates) or _("日期列有：{names}").format(names="、".join(sorted(dates)))
    found.add("PR260", _("dated_by 写的“{name}”不是日期列").format(name=written.text), written.span, help=hint)
    return None


def _standing(node: nodes.Mapping) -> Standing:
    if flag_at(node, "open"):
        return Standing.OPEN
    return Standing.ASSUMED if flag_at(node, "assumed") else Standing.GIVEN


def _type(node: nodes.Mapping, enumerations: Mapping[str, Enumeration], found: Diagnostics) -> Type | None:
    written = scalar_at(node, "type")
    return None if written is None else type_word(written, enumerations, found)


def _values(
    key: Scalar, node: nodes.Mapping, type_: Type, period: Period, citer: Citer, found: Diagnostics
) -> tuple[DatedValue, ...]:
    """One ``value``, or the list of ``values``; grounds that an entry does not state are the parameter's."""
    entries = mappings_at(node, "values") or ((node,) if scalar_at(node, "value") is not None else ())
    own = citer.grounds(node)
    return tuple(
        DatedValue(value.effective, value.published, value.value, _filled(value.grounds, own))
        for value in dated_values(key.text, entries, type_, period, citer, found)
    )


def _filled(grounds: Grounds, own: Grounds) -> Grounds:
    return replace(grounds, ids=grounds.ids or own.ids, cite=grounds.cite or own.cite)


def _with_values(own: Grounds, values: tuple[DatedValue, ...]) -> Grounds:
    """A parameter's own grounds; where it states no clause, those of its values."""
    cited = dict.fromkeys(citation for value in values for citation in value.grounds.cite)
    return replace(own, cite=own.cite or tuple(cited))


def _require_replaceable(key: Scalar, standing: Standing, by: Supplement | None, found: Diagnostics) -> None:
    if standing is Standing.GIVEN and by is not None:
        found.add(
            "PR239",
            _("文件给定的参数“{name}”不能由补充文件改写").format(name=key.text),
            by.key.span,
            others=(Label(key.span, _("文件在这里给定")),),
            help=_("补充文件只补待定（open）或推定（assumed）的参数；要改文件的数，出新版本"),
        )
