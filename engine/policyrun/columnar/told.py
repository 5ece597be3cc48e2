"""What each kind of row says, and how the rows of a result are read by it: as cells, or as lines of csv.

Where amounts are few they are part of what a kind says. Else they are a row's own, and what a kind says has a place for
them: in 补贴金额, which is the amount, and within 原因, which is told in two halves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from sqlglot import exp

from policyrun.columnar.conclusions import Answer, judged_name
from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import Sql, cases, column, either, equal, nothing, text
from policyrun.columnar.plan import ROW
from policyrun.columnar.result import HOW, TAIL, cells_of, csv_field, csv_text, doubled, is_special, words_name
from policyrun.columnar.sentences import grant_halves, money_text
from policyrun.columnar.tables import aliased, named, of, quoted, table
from policyrun.model.decision import RESULT_COLUMNS, Conclusion

#: The number of a kind of rows, from 1; and 序号 as verdicts hold it.
NUMBER, SERIAL = "number", "serial"
#: Columns that no kind of row has in common; the others; and those of them that amounts stand in.
_OWN = ("序号", "收款方")
SAID = tuple(name for name in RESULT_COLUMNS if name not in _OWN)
AMOUNT, REASON, _CONCLUSION = "补贴金额", "原因", "结论"
ABOUT_AMOUNTS = (AMOUNT, REASON)
#: 原因 before and after the amount.
BEFORE, AFTER = "原因前半", "原因后半"
#: What stands in a line of csv before 序号, between that and 收款方, and behind that; or the same about each amount.
_PIECES = ("行首", "序号后", "收款方后")
_PIECES_ABOUT_AMOUNTS = ("行首", "序号后", "金额后", "收款方后", "行末")
#: How a row's own amount is written.
MONEY = "money"
#: The columns of ``rows_query`` that stand between pieces.
_BETWEEN = _OWN
_BETWEEN_WITH_AMOUNTS = ("序号", MONEY, "收款方", MONEY)
_ROWS, _WORDS = "行", "文"
_own, _joined = partial(of, _ROWS), partial(of, _WORDS)
_COMMA = text(",")


@dataclass(frozen=True, slots=True)
class Telling:
    """How the result of a scheme is read.

    Attributes:
        whole: whether amounts are few and thus part of what kinds of rows say.
        in_order: whether verdicts stand in input order, so that rows are told from where they are.
        few: whether there are few kinds, so that their words fit in memory.
    """

    answer: Answer
    whole: bool
    in_order: bool
    few: bool = True

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
    def pieces(self) -> tuple[str, ...]:
        """The columns of words that a line of csv is put together from."""
        return _PIECES if self.whole else _PIECES_ABOUT_AMOUNTS

    @property
    def between(self) -> tuple[str, ...]:
        """The columns of ``rows_query`` that stand between them, one after each piece but the last."""
        return _BETWEEN if self.whole else _BETWEEN_WITH_AMOUNTS

    @property
    def numbered(self) -> str:
        """The relation of the numbers of rows, where these are told in place."""
        return self.relation("行号")

    @property
    def by_lookup(self) -> bool:
        """Whether rows are verdicts whose numbers are looked up as they are read, by one thread, which keeps order."""
        return self.in_order and self.answer.ways.contested is None

    @property
    def pairs(self) -> str:
        """The relation of kinds of verdicts with what became of them."""
        return self.relation("判裁种")

    @property
    def settlements(self) -> str:
        """The relation of what became of rows that contended."""
        return self.relation("裁定种")

    @property
    def settled(self) -> str:
        """The relation of rows that contended, each with the number of what became of it."""
        return self.relation("裁定号")

    @property
    def passing(self) -> tuple[str, ...]:
        """The relations that neither a result nor its summary is read from, in the order they can be dropped."""
        verdicts = () if self.in_order else (judged_name(self.answer.scheme),)
        looked_up = () if self.by_lookup else (self.pairs,)
        names = (self.answer.relation, *verdicts, *looked_up, self.settlements, self.settled)
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
    halves = (cells[REASON], text(""))
    if not told.whole:
        granted = equal(_joined(_CONCLUSION), text(Conclusion.GRANTED.value))
        of_grant = grant_halves(answer.scheme, _joined(HOW), dialect)
        halves = cases([(granted, of_grant[0])], halves[0]), cases([(granted, of_grant[1])], halves[1])
    first = {name: cells[name] for name in SAID if name != REASON} | {BEFORE: halves[0], AFTER: halves[1]}
    query = exp.select(of(_ROWS, NUMBER), *named({**first, TAIL: _joined(TAIL)}))
    query = query.from_(table(told.kinds, _ROWS), copy=False)
    same = equal(of(_ROWS, NUMBER), of(_WORDS, NUMBER))
    below = query.join(table(words_name(answer), _WORDS), on=same, copy=False).subquery(quoted(_WORDS), copy=False)
    said = {name: _joined(name) for name in (NUMBER, *first)}
    return exp.select(*named({**said, **_pieces(told, dialect)})).from_(below, copy=False)


def _without_amount(name: str) -> Sql:
    return nothing() if name == "amount" else of(_ROWS, name)


def _pieces(told: Telling, dialect: Dialect) -> dict[str, Sql]:
    """The pieces of a line of csv, from the cells of a kind."""
    field = {name: csv_field(_joined(name), dialect) for name in ("受款人", "资金渠道", "原因代码")}
    amount = exp.Coalesce(this=_joined(AMOUNT), expressions=[text("")])
    before, after = _halves_of_field(_joined(BEFORE), _joined(AFTER), dialect)
    head = [text(csv_text(told.answer.scheme.name) + ",")]
    first = [_COMMA, _joined(_CONCLUSION), _COMMA, amount]
    second = [_COMMA, field["受款人"], _COMMA]
    third = [_COMMA, field["资金渠道"], _COMMA, field["原因代码"], _COMMA, before]
    last = [after, _COMMA, _joined(TAIL), text("\n")]
    parts = (head, first + second, third + last) if told.whole else (head, first, second, third, last)
    return {name: dialect.joined(*each) for name, each in zip(told.pieces, parts, strict=True)}


def _halves_of_field(before: Sql, after: Sql, dialect: Dialect) -> tuple[Sql, Sql]:
    """A field of csv in two halves, with an amount between them, which never needs quotes."""
    special = either((is_special(before, dialect), is_special(after, dialect)))
    mark = text('"')
    return (
        cases([(special, dialect.joined(mark, doubled(before)))], before),
        cases([(special, dialect.joined(doubled(after), mark))], after),
    )


# ---------------------------------------------------------------------------------------------------------------- rows


def cells_query(told: Telling, dialect: Dialect) -> exp.Select:
    """``row_no`` and the result columns of a scheme's rows, a blank being NULL; in input order."""
    cells = _own_cells(told) | {name: _joined(name) for name in SAID if name != REASON}
    cells[REASON] = _joined(BEFORE)
    if not told.whole:
        cells[AMOUNT] = exp.Coalesce(this=_own(MONEY), expressions=[cells[AMOUNT]])
        cells[REASON] = dialect.run_together(_joined(BEFORE), _own(MONEY), _joined(AFTER))
    return _with_words(told, {ROW: _own(ROW), **cells}, dialect)


def lines_query(told: Telling, dialect: Dialect) -> exp.Select:
    """``row_no`` and ``line``: each row of the result as a line of its canonical csv, line feed included; in order."""
    own = _own_cells(told) | {MONEY: _own(MONEY)}
    parts: list[Sql] = [_joined(told.pieces[0])]
    for between, piece in zip(told.between, told.pieces[1:], strict=True):
        parts += [csv_field(own[between], dialect), _joined(piece)]
    return _with_words(told, {ROW: _own(ROW), "line": dialect.run_together(*parts)}, dialect)


def rows_query(told: Telling, dialect: Dialect) -> exp.Select:
    """``row_no``, the number of its kind and the cells of each row that are its own, a blank being NULL; in order.

    Where amounts are a row's own there is ``money``: how its amount is written, NULL where it has none.
    """
    columns = {ROW: _own(ROW), NUMBER: _own(NUMBER), **_own_cells(told)}
    columns |= {} if told.whole else {MONEY: _own(MONEY)}
    return exp.select(*named(columns)).from_(_rows(told, dialect), copy=False)


def _own_cells(told: Telling) -> dict[str, Sql]:
    own = {"序号": told.answer.ways.held.serial_text(_ROWS, SERIAL), "收款方": _own("payee_name")}
    return {name: exp.Nullif(this=value, expression=text("")) for name, value in own.items()}


def _with_words(told: Telling, columns: Mapping[str, Sql], dialect: Dialect) -> exp.Select:
    """Columns over the rows of a result and their words, in order."""
    same = equal(_own(NUMBER), _joined(NUMBER))
    query = exp.select(*named(columns)).from_(_rows(told, dialect), copy=False)
    return query.join(table(told.words, _WORDS), on=same, copy=False).order_by(_own(ROW), copy=False)


def _rows(told: Telling, dialect: Dialect) -> exp.Table | exp.Subquery:
    if told.whole:
        return table(told.rows, _ROWS)
    most = told.answer.ways.held.greatest["amount"]
    money = aliased(money_text(column("amount"), told.answer.per_yuan, dialect, most), MONEY)
    return exp.select(exp.Star(), money).from_(table(told.rows)).subquery(quoted(_ROWS), copy=False)


def words_in_order(told: Telling) -> exp.Select:
    """What each kind says, the kind of number 1 first."""
    return exp.select(exp.Star()).from_(table(told.words, _WORDS)).order_by(_joined(NUMBER), copy=False)
