"""The reference of the policy file format, written from the schema into ``grammar/README.md``.

Run ``python -m policyrun.syntax.reference`` after a change of the schema; a test says when that was forgotten.
"""

from __future__ import annotations

from policyrun.source.data import data_dir
from policyrun.syntax.nodes import Mapping, Node, Scalar, Sequence
from policyrun.syntax.schema import Rule, choice, definition, kinds, schema, texts

BEGIN = "<!-- 以下由 grammar/policy.schema.json 生成：python -m policyrun.syntax.reference -->"
END = "<!-- 生成到此 -->"

_WORDS: dict[type[Node], str] = {Scalar: "值", Sequence: "列表", Mapping: "键: 值"}


def format_reference() -> str:
    """A table of keys for every part of a file that has a title, in the order of the schema."""
    return "\n\n".join(_section(rule) for rule in schema()["$defs"].values() if "title" in rule)


def with_reference(page: str) -> str:
    """The page with the part between the two marks written anew."""
    before, _begin, rest = page.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{format_reference()}\n\n{END}{after}"


def _section(rule: Rule) -> str:
    rows = [_row(f"`{key}`", _due(key, rule), inner) for key, inner in rule["properties"].items()]
    if rule["additionalProperties"]:
        rows.append(_row("（自取的名字）", "", rule["additionalProperties"]))
    heading = [f"### {rule['title']}", "", f"{rule['description']}。"]
    return "\n".join([*heading, "", "| 键 | 必填 | 写法 | 说明 |", "|---|---|---|---|", *rows])


def _row(key: str, due: str, rule: Rule) -> str:
    """A row on a key; what is said of the key itself comes before what is said of all that is written like it."""
    meant = _referred(rule)
    return f"| {key} | {due} | {_form(meant)} | {rule.get('description') or meant['description']} |"


def _due(key: str, rule: Rule) -> str:
    """When a key is due: always, as one of several, or beside another."""
    if key in rule.get("required", ()):
        return "是"
    if key in choice(rule, "oneOf"):
        return "恰一"
    if key in choice(rule, "anyOf"):
        return "至少一"
    beside = [other for other, needs in rule.get("dependentRequired", {}).items() if key in needs]
    return f"有 {'、'.join(beside)} 时" if beside else ""


def _form(rule: Rule) -> str:
    """How a value is written, in a few words."""
    return "、".join(f"`{text}`" for text in texts(rule)) or "或".join(_WORDS[kind] for kind in kinds(rule))


def _referred(rule: Rule) -> Rule:
    """The rule itself, or the one it refers to."""
    while "$ref" in rule:
        rule = definition(rule["$ref"].rpartition("/")[2])
    return rule


def _main() -> None:
    path = data_dir("grammar") / "README.md"
    path.write_text(with_reference(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    _main()
