"""A plan as a script that people read and a database runs, without this program.

A writer per dialect says how a relation is stored or named, how a pass is repeated, and what stops the script: rows
that no plan can work out exactly, and limits that are not settled, are errors, never a wrong result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from sqlglot import exp

from policyrun.columnar.dialect import DIALECTS, Dialect
from policyrun.columnar.parsing import Query
from policyrun.columnar.plan import Guard, Loop, Part, Step, Supply

#: Passes over the limits that a script has where its dialect cannot repeat until nothing is open.
PASSES = 12
_STILL_OPEN = "限额还有没定下来的：把上面那一轮再重复几次"


class ScriptWriter(Protocol):
    """How a dialect says the parts of a script: statements without the semicolon, comments among them."""

    @property
    def dialect(self) -> Dialect: ...

    def opening(self) -> Iterator[str]:
        """What comes first: where the relations of the script are to stand."""

    def closing(self) -> Iterator[str]:
        """What comes last."""

    def kept(self, name: str, query: Query) -> Iterator[str]:
        """Stores a relation."""

    def view(self, name: str, query: Query) -> Iterator[str]:
        """Gives a query a name."""

    def check(self, rows: Query, about: str) -> Iterator[str]:
        """Stops with an error where a query counts any row."""

    def loop(self, loop: Loop) -> Iterator[str]:
        """Repeats a pass until nothing is open, or stops with an error."""


def script(
    parts: Iterable[Part],
    results: Mapping[str, exp.Query],
    writer: ScriptWriter,
    heading: Sequence[str],
    notes: Mapping[str, Sequence[str]],
) -> str:
    """The text of a script; the trees of its queries are used up.

    Args:
        results: what it leaves in the end, by the name of the relation.
        heading: lines of the comment at its head.
        notes: lines for the comments of relations, after what the plan says of them.
    """
    blocks = [comment(heading), *_ended(writer.opening())]
    for part in parts:
        blocks += _part(part, writer, notes)
    for name, query in results.items():
        blocks += [comment([name, *notes.get(name, ())]), *_ended(writer.kept(name, query))]
    return "\n".join([*blocks, "", *_ended(writer.closing()), ""])


def comment(lines: Iterable[str]) -> str:
    """A comment, set apart from what comes before it."""
    return "\n".join(["", *(f"-- {' '.join(line.split(chr(10)))}".rstrip() for line in lines)])


def _part(part: Part, writer: ScriptWriter, notes: Mapping[str, Sequence[str]]) -> list[str]:
    match part:
        case Step(name=name, query=query):
            told = comment([f"{name}：{part.comment}", *notes.get(name, ())])
            return [told, *_ended((writer.kept if part.kept else writer.view)(name, query))]
        case Loop():
            return [comment([part.comment]), *_ended(writer.loop(part))]
        case Guard(rows=rows, about=about):
            return [comment([f"核对：{about}的行数必须是 0"]), *_ended(writer.check(rows, about))]
        case Supply(name=name):
            raise AssertionError(f"a script brings nothing along, but reads {name}")


def _ended(statements: Iterable[str]) -> list[str]:
    return [each if each.startswith("--") else f"{each};" for each in statements]


class DuckDbWriter:
    """DuckDB: relations stand in a schema of their own; a view says what a pass is, and is stored pass by pass."""

    dialect = DIALECTS["duckdb"]

    def __init__(self, schema: str) -> None:
        self._schema = schema

    def opening(self) -> Iterator[str]:
        own = quoted(self._schema)
        yield "BEGIN TRANSACTION"
        yield f"DROP SCHEMA IF EXISTS {own} CASCADE"
        yield f"CREATE SCHEMA {own}"
        yield f"SET search_path = {_said(own + ',main', self.dialect)}"

    def closing(self) -> Iterator[str]:
        yield "-- 全部算完才算数"
        yield "COMMIT"
        yield "RESET search_path"

    def kept(self, name: str, query: Query) -> Iterator[str]:
        yield f"CREATE TABLE {self._own(name)} AS\n{self.dialect.sql(query, spent=True)}"

    def view(self, name: str, query: Query) -> Iterator[str]:
        yield f"CREATE VIEW {self._own(name)} AS\n{self.dialect.sql(query, spent=True)}"

    def check(self, rows: Query, about: str) -> Iterator[str]:
        counted = self.dialect.sql(rows, spent=True)
        yield f"SELECT CASE WHEN ({counted}) > 0 THEN ERROR({_said(about, self.dialect)}) END"

    def loop(self, loop: Loop) -> Iterator[str]:
        *before, last = loop.steps
        for step in (*before, Step(pass_name(loop), last.query)):
            yield from self.view(step.name, step.query)
        state, following = self._own(loop.state), self._own(loop.state_next)
        finished = self.dialect.sql(loop.finished, spent=True)
        for number in range(1, PASSES + 1):
            yield f"-- 第 {number} 轮"
            yield f"INSERT INTO {self._own(loop.settled)}\n{finished}"
            yield f"CREATE TABLE {following} AS SELECT * FROM {self._own(pass_name(loop))}"
            yield f"DROP TABLE {state}"
            yield f"ALTER TABLE {following} RENAME TO {quoted(loop.state)}"
        yield from self.check(loop.open_rows, _STILL_OPEN)

    def _own(self, name: str) -> str:
        return f"{quoted(self._schema)}.{quoted(name)}"


class PostgresWriter:
    """PostgreSQL: relations stand in a schema of their own; a DO block repeats a pass until nothing is open."""

    dialect = DIALECTS["postgres"]

    def __init__(self, schema: str) -> None:
        self._schema = schema

    def opening(self) -> Iterator[str]:
        own = quoted(self._schema)
        path = _said(f"{own}, ", self.dialect)
        yield "BEGIN"
        yield f"DROP SCHEMA IF EXISTS {own} CASCADE"
        yield f"CREATE SCHEMA {own}"
        yield f"SELECT SET_CONFIG('search_path', {path} || CURRENT_SETTING('search_path'), TRUE)"
        yield "-- 编译这样长的式子比算它还慢"
        yield "SET LOCAL jit = off"

    def closing(self) -> Iterator[str]:
        yield "-- 全部算完才算数"
        yield "COMMIT"

    def kept(self, name: str, query: Query) -> Iterator[str]:
        yield f"CREATE TABLE {quoted(name)} AS\n{self.dialect.sql(query, spent=True)}"
        yield f"ANALYZE {quoted(name)}"

    def view(self, name: str, query: Query) -> Iterator[str]:
        yield f"CREATE VIEW {quoted(name)} AS\n{self.dialect.sql(query, spent=True)}"

    def check(self, rows: Query, about: str) -> Iterator[str]:
        error = f"RAISE EXCEPTION USING MESSAGE = {_said(about, self.dialect)}"
        yield f"DO $check$ BEGIN\nIF ({self.dialect.sql(rows, spent=True)}) > 0 THEN {error}; END IF;\nEND $check$"

    def loop(self, loop: Loop) -> Iterator[str]:
        aside = f"INSERT INTO {quoted(loop.settled)}\n{self.dialect.sql(loop.finished, spent=True)}"
        made = [each for step in loop.steps for each in self.kept(step.name, step.query)]
        gone = [f"DROP TABLE {quoted(step.name)}" for step in loop.steps if step.name != loop.state_next]
        swap = [
            f"DROP TABLE {quoted(loop.state)}",
            f"ALTER TABLE {quoted(loop.state_next)} RENAME TO {quoted(loop.state)}",
        ]
        body = "".join(f"{each};\n" for each in (aside, *made, *gone, *swap))
        opened = self.dialect.sql(loop.open_rows, spent=True)
        yield f"DO $pass$ BEGIN\nWHILE ({opened}) > 0 LOOP\n{body}END LOOP;\nEND $pass$"


class SparkWriter:
    """Spark: stored relations are numbered tables, for names of tables are ASCII, and views have their names."""

    dialect = DIALECTS["spark"]

    def __init__(self, schema: str) -> None:
        self._schema = "policyrun_" + "".join(letter if letter.isalnum() else "_" for letter in schema.lower())
        self._stored = 0
        self._tables: dict[str, str] = {}

    def opening(self) -> Iterator[str]:
        yield "SET spark.sql.ansi.enabled = true"
        yield "SET spark.sql.session.timeZone = UTC"
        yield f"DROP DATABASE IF EXISTS {self._schema} CASCADE"
        yield f"CREATE DATABASE {self._schema}"

    def closing(self) -> Iterator[str]:
        yield from ()

    def kept(self, name: str, query: Query) -> Iterator[str]:
        yield from self._keep(name, self.dialect.sql(query, spent=True))

    def view(self, name: str, query: Query) -> Iterator[str]:
        yield self._named(name, self.dialect.sql(query, spent=True))

    def check(self, rows: Query, about: str) -> Iterator[str]:
        counted = self.dialect.sql(rows, spent=True)
        yield f"SELECT CASE WHEN ({counted}) > 0 THEN RAISE_ERROR({_said(about, self.dialect)}) END"

    def loop(self, loop: Loop) -> Iterator[str]:
        *before, last = loop.steps
        for step in (*before, Step(pass_name(loop), last.query)):
            yield from self.view(step.name, step.query)
        finished = self.dialect.sql(loop.finished, spent=True)
        for number in range(1, PASSES + 1):
            yield f"-- 第 {number} 轮"
            yield f"INSERT INTO {self._tables[loop.settled]}\n{finished}"
            yield from self._keep(loop.state, f"SELECT * FROM {_backticked(pass_name(loop))}")
        yield from self.check(loop.open_rows, _STILL_OPEN)

    def _keep(self, name: str, query: str) -> Iterator[str]:
        self._stored += 1
        stored = self._tables[name] = f"{self._schema}.t{self._stored:03}"
        yield f"CREATE TABLE {stored} USING parquet AS\n{query}"
        yield self._named(name, f"SELECT * FROM {stored}")

    def _named(self, name: str, query: str) -> str:
        return f"CREATE OR REPLACE TEMPORARY VIEW {_backticked(name)} AS\n{query}"


WRITERS: Mapping[str, type[DuckDbWriter | PostgresWriter | SparkWriter]] = {
    "duckdb": DuckDbWriter,
    "spark": SparkWriter,
    "postgres": PostgresWriter,
}


def pass_name(loop: Loop) -> str:
    """The view that says what a pass makes of the state."""
    return f"{loop.state}_一轮"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _backticked(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _said(words: str, dialect: Dialect) -> str:
    return exp.Literal.string(words).sql(dialect.name)
