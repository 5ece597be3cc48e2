"""The reference of the policy file format, written from the schema into ``grammar/README.md``.

Run ``python -m policyrun.syntax.reference`` after a change of the schema; a test says when that was forgotten.
"""

from __future__ import annotations

from policyrun.source.data import data_dir
from policyrun.syntax.schema import Kinds, Shape, definition, schema

BEGIN = "<!-- 以下由 grammar/policy.schema.json 生成：python -m policyrun.syntax.reference -->"
END = "<!-- 生成到此 -->"


def format_reference() -> str:
    """A table of keys for every part of a file that has a title, in the order of the schema."""
    shapes = (definition(name) for name in schema()["$defs"])
    return "\n\n".join(_section(shape) for shape in shapes if shape.title)


def with_reference(page: str) -> str:
    """The page with the part between the two marks written anew."""
    before, _begin, rest = page.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{format_reference()}\n\n{END}{after}"


def _section(shape: Shape) -> str:
    rows = [_row(key, inner, shape) for key, inner in shape.properties.items()]
    if shape.others is not None:
        rows.append(f"| （自取的名字） |  | {_form(shape.others)} | {shape.others.description} |")
    lines = [f"### {shape.title}", "", f"{shape.description}。", "", "| 键 | 必填 | 写法 | 说明 |", "|---|---|---|---|"]
    return "\n".join([*lines, *rows])


def _row(key: str, inner: Shape, shape: Shape) -> str:
    return f"| `{key}` | {_due(key, shape)} | {_form(inner)} | {inner.description} |"


def _due(key: str, shape: Shape) -> str:
    """When a key is due: always, as one of several, or beside another."""
    if key in shape.required:
        return "是"
    if key in shape.one_of:
        return "恰一"
    if key in shape.any_of:
        return "至少一"
    beside = [other for other, needs in shape.dependent.items() if key in needs]
    return f"有 {'、'.join(beside)} 时" if beside else ""


def _form(shape: Shape) -> str:
    """How a value is written, in a few words."""
    if shape.values:
        return "、".join(f"`{value}`" for value in shape.values)
    words = {
        Kinds(True, False, False): "值",
        Kinds(False, True, False): "列表",
        Kinds(False, False, True): "键: 值",
    }
    return words.get(shape.kinds) or "或".join(_form(each) for each in shape.alternatives)


def _main() -> None:
    path = data_dir("grammar") / "README.md"
    path.write_text(with_reference(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    _main()
