"""The tables that ship with the grammar are those of the grammar, and are not used for another."""

import json
import shutil
from pathlib import Path

import lark
import pytest
from lark.exceptions import UnexpectedInput

from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.files import read_source
from policyrun.syntax import grammar
from policyrun.syntax.nodes import Mapping, Node, Scalar
from policyrun.syntax.yaml_reader import read_yaml

FOLDER = data_dir("grammar")
GRAMMAR = (FOLDER / "expr.lark").read_text("utf-8")
HELD = json.loads((FOLDER / grammar.TABLES).read_text("utf-8"))
BROKEN = ("a +", "若 a 则", "(", "1 2", "a 属于", "[1..2", '"', "a = = b", "且")


def test_the_tables_are_of_this_grammar():
    made = grammar.made_from(GRAMMAR, HELD["made from"]["lark"])
    assert HELD["made from"] == made, "grammar/expr.lark has changed: make grammar"


def texts(node: Node) -> list[str]:
    if isinstance(node, Scalar):
        return [node.text]
    below = [value for _key, value in node] if isinstance(node, Mapping) else list(node)
    return [text for each in below for text in texts(each)]


def parsed(parser: lark.Lark, text: str, start: str) -> object:
    try:
        return parser.parse(text, start=start)
    except UnexpectedInput as error:
        return type(error), error.pos_in_stream, sorted(getattr(error, "accepts", None) or ())


@pytest.mark.skipif(HELD["made from"]["lark"] != lark.__version__, reason="the tables are another lark's")
@pytest.mark.parametrize("start", ["expression", "cell"])
def test_parsing_by_the_tables_is_parsing_by_the_grammar(start):
    file = read_source(data_dir("policies") / "jinhua" / "jinhua-2020" / "v1.yaml", Diagnostics())
    root = None if file is None else read_yaml(file, Diagnostics())
    assert root is not None
    loaded, built = grammar.the_parser(), grammar.built(GRAMMAR)
    assert loaded.source_path != built.source_path, "the tables are used"
    for text in {*texts(root), *BROKEN}:
        assert parsed(loaded, text, start) == parsed(built, text, start), text


@pytest.mark.parametrize("change", ["no tables", "another grammar", "another lark"])
def test_other_tables_are_left_alone(change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "expr.lark").write_text(GRAMMAR + ("\n" if change == "another grammar" else ""), "utf-8")
    if change != "no tables":
        shutil.copy(FOLDER / grammar.TABLES, tmp_path)
    if change == "another lark":
        monkeypatch.setattr(lark, "__version__", "1.2.999")
    monkeypatch.setattr(grammar, "data_dir", lambda _name: tmp_path)
    parser = grammar.the_parser()
    assert parser.source_path != "<deserialized>"
    parser.parse("1 + 2", start="expression")
