"""What belongs into a column: guidance for those who fill in forms, from the field itself."""

from __future__ import annotations

from dataclasses import dataclass

from policyrun.app.inputs import wanted_of
from policyrun.ir.cells import CELL_TYPES
from policyrun.ir.policy import Field, Policy, Scheme
from policyrun.report.shown import value_text

#: Nobody's ID number (region 999999) with a valid check character.
SAMPLE_ID = "999999199001010016"

_EXAMPLES = {"serial": "1", "id_card": SAMPLE_ID, "date": "2023-08-31", "int": "12", "money": "1200.00", "bool": "是"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A column of a form.

    Attributes:
        cell: its cell type, a key of ``ir.cells.CELL_TYPES``.
        required: whether a blank is an error.
        kind: the type in words.
        accepts: what may be written.
        blank: what a blank means.
        choices: the values to choose from; empty where it is not a choice.
    """

    name: str
    cell: str
    required: bool
    kind: str
    accepts: str
    blank: str
    example: str
    choices: tuple[str, ...] = ()
    field: Field | None = None

    @property
    def guidance(self) -> str:
        """All of it in a few lines, for a comment on the header."""
        lines = ["必填" if self.required else "选填", f"填写：{self.accepts}"]
        if not self.required:
            lines.append(f"空白：{self.blank}")
        if self.example:
            lines.append(f"例如：{self.example}")
        return "\n".join(lines)


def entries(policy: Policy, scheme: Scheme) -> tuple[Entry, ...]:
    """The columns of a scheme in order, then those that only name a payee or are looked up in a list."""
    own = tuple(entry_of(field) for field in scheme.record.fields)
    return own + tuple(_beside(policy, name) for name in wanted_of(policy, scheme).beside)


def entry_of(field: Field) -> Entry:
    """The guidance for one field."""
    choices = _choices(field)
    return Entry(
        name=field.name,
        cell=field.cell,
        required=field.required,
        kind=CELL_TYPES[field.cell].name,
        accepts=_accepts(field, choices),
        blank="不能为空" if field.required else _blank(field),
        example=choices[0] if choices else _EXAMPLES.get(field.cell, ""),
        choices=choices,
        field=field,
    )


def _beside(policy: Policy, name: str) -> Entry:
    """A column that no rule reads: it names the payee, or is what a list is searched for."""
    uses = [f"提供名单“{each.name}”时由它决定“{each.column}”" for each in policy.lists if each.key == name]
    accepts = "；".join(uses) if uses else "收款方的名称，写入结果的“收款方”"
    return Entry(name, "text", False, CELL_TYPES["text"].name, accepts, "结果中相应留空", "")


def _choices(field: Field) -> tuple[str, ...]:
    if field.cell == "bool":
        return ("是", "否")
    return field.enumeration.members if field.enumeration is not None else ()


def _accepts(field: Field, choices: tuple[str, ...]) -> str:
    said = "、".join(choices) if choices else CELL_TYPES[field.cell].doc
    bounds = [
        f"{word}{value_text(bound, field.type)}"
        for word, bound in (("不小于", field.least), ("不大于", field.most))
        if bound is not None
    ]
    return "；".join(part for part in (said, "，".join(bounds), field.note) if part)


def _blank(field: Field) -> str:
    if field.meaning:
        return field.meaning
    if field.blank is not None:
        return f"按“{field.blank.span.text}”"
    return "未知；决定时用到它，该行即为待核实"
