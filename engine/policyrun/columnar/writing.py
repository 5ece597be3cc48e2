"""SQL trees as text: what sqlglot's generators write, to the letter, in about half the time.

Plans are long, and nearly all of their nodes are of a dozen kinds. Those are written here without what they never
have; anything else, and any of them with something unusual about it, goes to the generator of the dialect.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from inspect import isfunction
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.generator import Generator


def written(query: exp.Expr, dialect: str, *, spent: bool = False) -> str:
    """The text of a tree, laid out to be read, every name in quotation marks.

    Args:
        dialect: as sqlglot calls it.
        spent: the tree is not used again; it may be taken apart, which saves copying it.
    """
    own = Dialect.get_or_raise(dialect)
    return _writer(own.generator_class)(dialect=own, pretty=True, identify=True).generate(query, copy=not spent)


@cache
def _writer(dialect: type[Generator]) -> type[Generator]:
    if not isfunction(dialect.generate):
        return dialect  # compiled to machine code (sqlglot[c]), which is quick and cannot be built upon
    return type(f"Quick{dialect.__name__}", (_Quick, dialect), {"types": {}})


class _Quick(Generator):
    """Goes before the generator of a dialect. Its methods are called after the kinds of nodes that they write."""

    #: Types as the dialect has them; there are few.
    types: ClassVar[dict[exp.DataType, str]]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._names: dict[str, str] = {}
        self._texts: dict[str, str] = {}

    def sql(self, expression: str | exp.Expr | None, key: str | None = None, comment: bool = True) -> str:
        node: Any = expression
        if key and node:
            node, comment = node.args.get(key), True
        if not node:
            return ""
        handler = self._dispatch.get(type(node))
        if handler is None:
            return node if isinstance(node, str) else super().sql(node, comment=comment)
        text = handler(self, node)
        return self.maybe_comment(text, node) if comment and node.comments else text

    # ------------------------------------------------------------------------------------------------------- layout

    def indent(
        self, sql: str, level: int = 0, pad: int | None = None, skip_first: bool = False, skip_last: bool = False
    ) -> str:
        last = sql.rfind("\n") if skip_last else len(sql)
        if not sql or last < 0:
            return sql
        gap = " " * (level * self._indent + (self.pad if pad is None else pad))
        text = sql[:last].replace("\n", "\n" + gap) + sql[last:]
        return text if skip_first else gap + text

    def too_wide(self, args: Iterable[Any]) -> bool:
        return sum(map(len, args)) > self.max_text_width

    def expressions(self, *args: Any, **layout: Any) -> str:
        nodes = None if layout or len(args) != 1 else args[0].args.get("expressions")
        if not nodes or any(node.comments for node in nodes):
            return super().expressions(*args, **layout)
        return self.indent(",\n".join([self.sql(node) for node in nodes]))

    def format_args(self, *args: Any, sep: str = ", ") -> str:
        texts = [self.sql(each) for each in args if each is not None and not isinstance(each, bool)]
        if not self.too_wide(texts):
            return sep.join(texts)
        lines = f"{sep.strip()}\n".join(texts)
        return self.indent(f"\n{lines}\n", skip_first=True, skip_last=True)

    # -------------------------------------------------------------------------------------------------------- queries

    def select_sql(self, expression: exp.Select) -> str:
        if _has_more(expression, _PLAIN_SELECT):
            return super().select_sql(expression)
        args = expression.args
        joins = [self.sql(join) for join in args.get("joins") or ()]
        clauses = (self.sql(args.get(clause)) for clause in ("where", "group", "having"))
        return "".join(["SELECT\n", self.expressions(expression), self.sql(args.get("from_")), *joins, *clauses])

    def subquery_sql(self, expression: exp.Subquery, sep: str = " AS ") -> str:
        args = expression.args
        if _has_more(expression, _PLAIN_SOURCE):
            return super().subquery_sql(expression, sep)
        alias = f"{sep}{self.sql(args['alias'])}" if args.get("alias") else ""
        return f"(\n{self.indent(self.sql(args['this']))}\n){alias}"

    def table_sql(self, expression: exp.Table, sep: str = " AS ") -> str:
        args = expression.args
        if _has_more(expression, _PLAIN_SOURCE):
            return super().table_sql(expression, sep)
        alias = f"{sep}{self.sql(args['alias'])}" if args.get("alias") else ""
        return f"{self.sql(args['this'])}{alias}"

    # --------------------------------------------------------------------------------------------- names and literals

    def identifier_sql(self, expression: exp.Identifier) -> str:
        name = expression.args["this"]
        written = self._names.get(name)
        if written is None:
            written = self._names[name] = super().identifier_sql(expression)
        return written

    def column_sql(self, expression: exp.Column) -> str:
        args = expression.args
        name = args["this"]
        own = self.sql(name) if name.comments else self._names.get(name.args.get("this")) or self.sql(name)
        if len(args) == 1:
            return own
        if len(args) == 2 and args.get("table"):
            return f"{self.sql(args['table'])}.{own}"
        return super().column_sql(expression)

    def literal_sql(self, expression: exp.Literal) -> str:
        text: str = expression.args["this"]
        if not expression.args["is_string"]:
            return text
        written = self._texts.get(text)
        if written is None:
            written = self._texts[text] = super().literal_sql(expression)
        return written

    def alias_sql(self, expression: exp.Alias) -> str:
        args = expression.args
        return f"{self.sql(args['this'])} AS {self.sql(args['alias'])}"

    def datatype_sql(self, expression: exp.DataType) -> str:
        written = self.types.get(expression)
        if written is None:
            written = self.types[expression.copy()] = super().datatype_sql(expression)
        return written

    # ------------------------------------------------------------------------------------------------------ operators

    def paren_sql(self, expression: exp.Paren) -> str:
        return f"(\n{self.indent(self.sql(expression.args['this']))}\n)"

    def binary(self, expression: exp.Binary, op: str) -> str:
        args, kind = expression.args, type(expression)
        left, right = args["this"], args["expression"]
        if len(args) > 2 or expression.comments or type(left) is kind or type(right) is kind:
            return super().binary(expression, op)
        return f"{self.sql(left)} {op} {self.sql(right)}"

    def connector_sql(self, expression: exp.Connector, op: str, stack: list[str | exp.Expr] | None = None) -> str:
        if stack is not None:
            return super().connector_sql(expression, op, stack)
        todo: list[tuple[str, Any]] = [("", expression)]
        lines: list[str] = []
        while todo:
            before, node = todo.pop()
            own = _CONNECTORS.get(type(node))
            if own is None:
                lines.append(before + self.sql(node))
            elif node.comments:
                return super().connector_sql(expression, op)
            else:
                todo += ((own, node.args["expression"]), (before, node.args["this"]))
        return ("\n" if self.too_wide(lines) else " ").join(lines)

    def case_sql(self, expression: exp.Case) -> str:
        args = expression.args
        if args.get("this"):
            return super().case_sql(expression)
        lines = ["CASE"]
        for arm in args["ifs"]:
            lines.append(f"WHEN {self.sql(arm.args['this'])}")
            lines.append(f"THEN {self.sql(arm.args['true'])}")
        if args.get("default"):
            lines.append(f"ELSE {self.sql(args['default'])}")
        lines.append("END")
        if self.too_wide(lines):
            return self.indent("\n".join(lines), skip_first=True, skip_last=True)
        return " ".join(lines)

    def anonymous_sql(self, expression: exp.Anonymous) -> str:
        if isinstance(expression.parent, exp.Dot):
            return super().anonymous_sql(expression)
        name = self.normalize_func(self.sql(expression.args["this"]))
        return f"{name}({self.format_args(*expression.args.get('expressions', ()))})"


def _has_more(node: exp.Expr, plain: frozenset[str]) -> bool:
    """Whether a node has parts beside the plain ones."""
    return any(key not in plain and value for key, value in node.args.items())


_PLAIN_SELECT = frozenset({"expressions", "from_", "joins", "where", "group", "having"})
_PLAIN_SOURCE = frozenset({"this", "alias"})
_CONNECTORS: dict[type, str] = {exp.And: "AND ", exp.Or: "OR "}
