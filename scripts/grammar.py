"""Write the tables of the parser anew, after a change of ``expr.lark`` or with another lark: ``make grammar``."""

from __future__ import annotations

import lark

from policyrun.source.data import data_dir
from policyrun.syntax.grammar import TABLES, built, made_from, tables_text

if __name__ == "__main__":
    folder = data_dir("grammar")
    grammar = (folder / "expr.lark").read_text("utf-8")
    text = tables_text(built(grammar), made_from(grammar, lark.__version__))
    (folder / TABLES).write_text(text, "utf-8")
