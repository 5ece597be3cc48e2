"""The printed reference of operators and functions, written from the table."""

from __future__ import annotations

from policyrun.ir.ops import OPS, Form, Missing, Op

_TITLES = {Form.OPERATOR: "运算符", Form.FUNCTION: "函数", Form.PROPERTY: "属性"}


def reference_markdown() -> str:
    """``grammar/functions.md``: a table per form, a line per row of ``OPS``."""
    parts = [
        "# 运算符和函数\n",
        "由 `ir/ops.py` 生成，`python -m policyrun.ir.reference > grammar/functions.md`；请勿手改。",
        "除注明者外，有一个操作数缺失，结果即缺失。\n",
    ]
    for form, title in _TITLES.items():
        parts.append(f"## {title}\n")
        parts.append("| 中文 | FEEL | 操作数 | 说明 | 例 |\n|---|---|---|---|---|")
        parts.extend(_line(op) for op in OPS.values() if op.form is form)
        parts.append("")
    return "\n".join(parts)


def _line(op: Op) -> str:
    note = "" if op.missing is Missing.STRICT else f"（{op.missing.value}）"
    cells = (_code(op.chinese), _code(op.feel), _operands(op), f"{op.doc}{note}", _code(op.example))
    return f"| {' | '.join(cells)} |"


def _operands(op: Op) -> str:
    """The operands; those that may be left out in brackets, a repeated one with an ellipsis."""
    required = len(op.params) - op.optional
    named = [param if index < required else f"[{param}]" for index, param in enumerate(op.params)]
    return ", ".join(named) + (" …" if op.variadic else "")


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


if __name__ == "__main__":
    print(reference_markdown(), end="")
