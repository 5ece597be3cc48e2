"""The parser of expressions: from the tables that ship with the grammar, for working them out takes a while.

The tables are lark's own (``Lark.save``) as JSON, good for one grammar and one version of lark; where either is
another, the parser is built from the grammar as if there were none.
"""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policyrun.source.data import data_dir

if TYPE_CHECKING:  # lark is slow to load and not every command parses
    from lark import Lark

TABLES = "expr.tables.json"


def the_parser() -> Lark:
    """The parser of an expression or of a table cell."""
    from lark import Lark, __version__

    folder = data_dir("grammar")
    grammar = (folder / "expr.lark").read_text("utf-8")
    held = _held(folder / TABLES)
    if held.get("made from") == made_from(grammar, __version__):
        return Lark.load(held["tables"])
    return built(grammar)


def built(grammar: str) -> Lark:
    """The parser worked out from the text of the grammar."""
    from lark import Lark

    return Lark(
        grammar,
        parser="lalr",
        lexer="basic",
        start=["expression", "cell"],
        propagate_positions=True,
        maybe_placeholders=False,
    )


def made_from(grammar: str, lark: str) -> dict[str, str]:
    """What tables are good for.

    Args:
        lark: its version.
    """
    return {"grammar": hashlib.sha256(grammar.encode()).hexdigest(), "lark": lark}


def tables_text(parser: Lark, made: dict[str, str]) -> str:
    """A parser as the file of tables."""
    import pickle

    file = BytesIO()
    parser.save(file)
    tables = pickle.loads(file.getvalue())  # what was saved a line above
    return json.dumps({"made from": made, "tables": tables}, ensure_ascii=False, separators=(",", ":")) + "\n"


def _held(path: Path) -> dict[str, Any]:
    """The tables of a file; nothing where there is none."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    held: dict[str, Any] = json.loads(text, object_hook=_numbered)
    return held


def _numbered(entries: dict[str, Any]) -> dict[Any, Any]:
    """A mapping with the numbers as keys that JSON has made texts of."""
    return {int(key): value for key, value in entries.items()} if all(map(str.isdecimal, entries)) else entries
