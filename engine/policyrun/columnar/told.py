"""What each kind of row says, and how the rows of a result are read by it: as cells, or as lines of csv.

Where amounts are few they are part of what a kind says. Else they are a row's own, and what a kind says has a place for
them: in 补贴金额, which is the amount, and within 原因, which is told in two halves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlglot import exp

from policyrun.columnar.conclusions import Answer, judged_name
from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import Sql, call, cases, column, either, equal, nothing, text
from policyrun.columnar.plan import ROW
from policyrun.columnar.result import HOW, TAIL, cells_of, csv_field, csv_text, doubled, is_special, words_name
from policyrun.columnar.sentences import grant_halves, money_text
from policyrun.columnar.tables import aliased, named, of, quoted, table
from policyrun.model.decision import RESULT_COLUMNS, Conclusion

#: The number of a kind of rows, from 1; and 序号 as verdicts hold it.
NUMBER, SERIAL = "number", "serial"
#: Columns that no kind of row has in common; the others; and those of them that amounts stand in.
_OWN = ("序号", "收款方")
_SAID = tuple(name for name in RESULT_COLUMNS if name not in _OWN)
_AMOUNT, _REASON, _CONCLUSION = "补贴金额", "原因", "结论"
#: 原因 before and after the amount.
_BEFORE, _AFTER = "原因前半", "原因后半"
#: What stands in a line of csv before 序号, between that and the amount, and so on: amount, 收款方, amount.
_PIECES = ("行首", "序号后", "金额后", "收款方后", "行末")
_ROWS, _WORDS = "行", "文"
_own, _joined = partial(of, _ROWS), partial(of, _WORDS)
_COMMA = text(",")


@dataclass(frozen=True, slots=True)
class Telling:
    """How the result of a scheme is read.

    Attributes:
        whole: whether amounts are few and thus part of what kinds of rows say.
        listed: whether words are held as lists.
    """

    answer: Answer
    whole: bool
    listed: bool = True

    def relation(self, what: str) -> str:
        return f"{self.answer.scheme.name}_{what}"

    @property
    def kinds(self) -> str:
        """The relation of kinds of rows: their numbers, what is the same of each, and their figures."""
        return self.relation("行种")

    @property
    def words(self) -> str:
        """The relation of what each kind says."""
        return self.relation("行文")

    @property
    def rows(self) -> str:
        """The relation of rows, in input order."""
        return self.relation("逐行结果")

    @property
    def passing(self) -> tuple[str, ...]:
        """The relations that neither a result nor its summary is read from, in the order they can be dropped."""
        names = (
            self.answer.relation,
            judged_name(self.answer.scheme),
            self.relation("自身行种"),
            self.relation("争用结论"),
        )
        contested = self.answer.ways.contested
        return names if contested is None else (*names, contested)

    @property
    def key(self) -> tuple[str, ...]:
        """What tells one kind from another."""
        return (*(("amount",) if self.whole else ()), "payee", "fund", *self.answer.ways.combination)

    @property
    def judged_key(self) -> tuple[str, ...]:
        """The same of verdicts."""
        return tuple(name for name in self.answer.ways.alone if self.whole or name != "amount")


# --------------------------------------------------------------------------------------------------------------- kinds


def words_query(told: Telling, dialect: Dialect) -> exp.Select:
    """What each kind of row says, by its number: ``listed_columns``."""
    answer = told.answer
    cells = cells_of(answer, _own if told.whole else _without_amount, _joined, dialect)
    halves = (cells[_REASON], text(""))
    if not told.whole:
        granted = equal(_joined(_CONCLUSION), text(Conclusion.GRANTED.value))
        of_grant = grant_halves(answer.scheme, _joined(HOW), dialect)
        halves = cases([(granted, of_grant[0])], halves[0]), cases([(granted, of_grant[1])], halves[1])
    first = {name: cells[name] for name in _SAID if name != _REASON} | {_BEFORE: halves[0], _AFTER: halves[1]}
    query = exp.select(of(_ROWS, NUMBER), *named({**first, TAIL: _joined(TAIL)}))
    query = query.from_(table(told.kinds, _ROWS), copy=False)
    same = equal(of(_ROWS, NUMBER), of(_WORDS, NUMBER))
    below = query.join(table(words_name(answer), _WORDS), on=same, copy=False).subquery(quoted(_WORDS), copy=False)
    said = {name: _joined(name) for name in (NUMBER, *first)}
    return exp.select(*named({**said, **_pieces(answer, dialect)})).from_(below, copy=False)


def _without_amount(name: str) -> Sql:
    return nothing() if name == "amount" else of(_ROWS, name)


def _pieces(answer: Answer, dialect: Dialect) -> dict[str, Sql]:
    """The pieces of a line of csv, from the cells of a kind."""
    field = {name: csv_field(_joined(name), dialect) for name in ("受款人", "资金渠道", "原因代码")}
    amount = exp.Coalesce(this=_joined(_AMOUNT), expressions=[text("")])
    before, after = _halves_of_field(_joined(_BEFORE), _joined(_AFTER), dialect)
    parts: Sequence[Sequence[Sql]] = (
        [text(csv_text(answer.scheme.name) + ",")],
        [_COMMA, _joined(_CONCLUSION), _COMMA, amount],
        [_COMMA, field["受款人"], _COMMA],
        [_COMMA, field["资金渠道"], _COMMA, field["原因代码"], _COMMA, before],
        [after, _COMMA, _joined(TAIL), text("\n")],
    )
    return {name: dialect.joined(*each) for name, each in zip(_PIECES, parts, strict=True)}


def _halves_of_field(before: Sql, after: Sql, dialect: Dialect) -> tuple[Sql, Sql]:
    """A field of csv in two halves, with an amount between them, which never needs quotes."""
    special = either((is_special(before, dialect), is_special(after, dialect)))
    mark = text('"')
    return (
        cases([(special, dialect.joined(mark, doubled(before)))], before),
        cases([(special, dialect.joined(doubled(after), mark))], after),
    )


# ---------------------------------------------------------------------------------------------------------------- rows


def listed_columns() -> tuple[str, ...]:
    """The columns of words that are looked up by number."""
    return (*(name for name in _SAID if name != _REASON), _BEFORE, _AFTER, *_PIECES)


def list_name(told: Telling, name: str) -> str:
    """The list that holds a column of words."""
    return f"{told.words}·{name}"


def cells_query(told: Telling, dialect: Dialect) -> exp.Select:
    """``row_no`` and the result columns of a scheme's rows, a blank being NULL; in input order where rows are read."""
    word = partial(_word, told)
    own = {"序号": _serial(told), "收款方": of(_ROWS, "payee_name")}
    cells: dict[str, Sql] = {name: exp.Nullif(this=value, expression=text("")) for name, value in own.items()}
    cells |= {name: word(name) for name in _SAID if name != _REASON}
    cells[_REASON] = word(_BEFORE)
    if not told.whole:
        cells[_AMOUNT] = exp.Coalesce(this=of(_ROWS, "money"), expressions=[cells[_AMOUNT]])
        cells[_REASON] = call("CONCAT", word(_BEFORE), of(_ROWS, "money"), word(_AFTER))
    return _read(told, {ROW: of(_ROWS, ROW), **cells}, dialect)


def lines_query(told: Telling, dialect: Dialect) -> exp.Select:
    """``row_no`` and ``line``: each row of the result as a line of its canonical csv, line feed included."""
    serial, payee = (csv_field(each, dialect) for each in (_serial(told), of(_ROWS, "payee_name")))
    money = [] if told.whole else [of(_ROWS, "money")]
    head, first, second, third, end = (_word(told, name) for name in _PIECES)
    parts = (head, serial, first, *money, second, payee, third, *money, end)
    return _read(told, {ROW: of(_ROWS, ROW), "line": call("CONCAT", *parts)}, dialect)


def _serial(told: Telling) -> Sql:
    return told.answer.ways.held.serial_text(_ROWS, SERIAL)


def _word(told: Telling, name: str) -> Sql:
    if not told.listed:
        return _joined(name)
    return call("LIST_EXTRACT", call("GETVARIABLE", text(list_name(told, name))), of(_ROWS, NUMBER))


def _read(told: Telling, columns: Mapping[str, Sql], dialect: Dialect) -> exp.Select:
    """Columns over the rows of a result; where amounts are a row's own, ``money`` is what they are written as."""
    rows: exp.Table | exp.Subquery = table(told.rows, _ROWS)
    if not told.whole:
        money = aliased(money_text(column("amount"), told.answer.per_yuan, dialect), "money")
        rows = exp.select(exp.Star(), money).from_(table(told.rows)).subquery(quoted(_ROWS), copy=False)
    query = exp.select(*named(columns)).from_(rows, copy=False)
    if told.listed:
        return query
    same = equal(of(_ROWS, NUMBER), of(_WORDS, NUMBER))
    return query.join(table(told.words, _WORDS), on=same, copy=False).order_by(of(_ROWS, ROW), copy=False)
