"""The result as the contract writes it, from the conclusions: twelve columns of text, in input order.

What rows say is made of few things: why they ended so, their notices, what they rest on and lack. Each combination
that occurs is put into words once, in the relation ``<scheme>_文字``; a row finds its words by ``mark``, 64 bits of
the combination. Only the amount, the payee, the fund and 序号 are the row's own. Where even amounts, payees and
funds are few, each combination with them is put into words once, in ``<scheme>_行文``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from policyrun.columnar.conclusions import COMBINATION, MARK, Answer
from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import Sql, both, cases, column, compare, either, equal, not_null, text, whole
from policyrun.columnar.plan import ROW, Guard, Part, Step
from policyrun.columnar.sentences import Said, grant_sentence, how_text, money_text, notices_text, sentence
from policyrun.columnar.tables import aliased, of, quoted, table
from policyrun.columnar.texts import CITATIONS, CLAUSES, LACKS, LACKS_SAID, RULES, TEXTS, text_key, texts_step
from policyrun.ir.policy import Policy
from policyrun.model.decision import RESULT_COLUMNS, Conclusion
from policyrun.source.messages import _

_CODE, _REASON, _NOTICES = "原因代码", "原因", "提示"
_CONCLUSION, _HOW, _TAIL = "结论", "how", "tail"
_ROWS, _WORDS = "行", "文"
#: What a row's words depend on, where amounts are few; and of each such kind of row how many there are, and the first.
KIND = (MARK, "amount", "payee", "fund")
ROWS, FIRST = "rows", "first"
#: So many kinds of rows, at most, are put into words before their rows are.
FEW = 100_000
#: Columns that no kind of row has in common, and what stands before, between and after them in a line of csv.
_OWN = ("序号", "收款方")
SAID = tuple(name for name in RESULT_COLUMNS if name not in _OWN)
_HEAD, _MIDDLE, _END = "前", "中", "后"


def words_name(answer: Answer) -> str:
    """The relation of what combinations say."""
    return f"{answer.scheme.name}_文字"


def wording(policy: Policy, answer: Answer, dialect: Dialect) -> list[Part]:
    """The step that puts each combination into words, and the guard that no two have the same mark."""
    bases = texts_step(_bases_name(answer), answer.relation, answer.book, answer.lacking)
    step = Step(words_name(answer), _Wording(policy, answer, dialect).query(), "每种结论的文字，各写一次", kept=True)
    marks = exp.Count(this=exp.Distinct(expressions=[column(MARK)]))
    twice = exp.Sub(this=exp.Count(this=exp.Star()), expression=marks)
    rows = exp.select(twice).from_(table(words_name(answer)))
    return [bases, step, Guard(rows, _("“{scheme}”有两种结论的散列相同").format(scheme=answer.scheme.name))]


def kinds(answer: Answer) -> Step:
    """The kinds of rows: what is the same of each, how many there are, and which is the first."""
    count, first = exp.Count(this=exp.Star()), exp.Min(this=column(ROW))
    own = [column(name) for name in KIND]
    query = exp.select(*own, aliased(count, ROWS), aliased(first, FIRST)).from_(table(answer.relation))
    return Step(kinds_name(answer), query.group_by(*own), "每种行有几条，首条在哪", kept=True)


def kinds_name(answer: Answer) -> str:
    return f"{answer.scheme.name}_行种"


def sayings(answer: Answer, dialect: Dialect) -> tuple[Step, Answer]:
    """The step that puts each kind of row into words (``SAID``), and the answer whose rows are read by it."""
    cells = _cells(answer, dialect)
    said = {name: cells[name] for name in SAID}
    lines = {name: dialect.joined(*parts) for name, parts in _pieces(answer, cells, dialect).items()}
    query = exp.select(*(of(_ROWS, name) for name in KIND), *(aliased(v, n) for n, v in (said | lines).items()))
    query = query.from_(table(kinds_name(answer), _ROWS))
    query = query.join(table(words_name(answer), _WORDS), on=equal(of(_ROWS, MARK), of(_WORDS, MARK)))
    name = f"{answer.scheme.name}_行文"
    step = Step(name, query, "每种行的文字，各写一次", kept=True)
    return step, replace(answer, sayings=name)


def _bases_name(answer: Answer) -> str:
    return f"{answer.scheme.name}_依据"


class _Wording:
    def __init__(self, policy: Policy, answer: Answer, dialect: Dialect) -> None:
        self._policy = policy
        self._answer = answer
        self._dialect = dialect

    def query(self) -> exp.Query:
        answer, dialect = self._answer, self._dialect
        own = [MARK, *COMBINATION, *answer.book.columns, *answer.lacking.columns]
        told = (
            exp.select(*(column(name) for name in own)).distinct(copy=False).from_(table(answer.relation), copy=False)
        )
        texts = {name: column(name) for name in TEXTS}
        endings = {
            _CONCLUSION: self._by_why([ending.conclusion.value for ending in answer.endings.all]),
            "reason": self._by_why([ending.reason.value for ending in answer.endings.all]),
            "about": self._by_why([ending.about for ending in answer.endings.all]),
        }
        kept = {name: column(name) for name in own}
        first = _select(kept | texts | endings, self._with_bases(told, own))
        second = _select(
            {
                **{name: column(name) for name in (MARK, "why", _CONCLUSION)},
                _CODE: self._code(),
                _REASON: sentence(self._policy, answer.scheme, answer.limits, self._said(), dialect),
                RULES: column(RULES),
                CITATIONS: column(CITATIONS),
                _NOTICES: notices_text(column("notices"), dialect),
                _HOW: how_text(column("notices"), dialect),
            },
            first,
        )
        names = (MARK, "why", _CONCLUSION, _CODE, _REASON, RULES, CITATIONS, _NOTICES, _HOW)
        tail = joined_as_csv([column(name) for name in (RULES, CITATIONS, _NOTICES)], dialect)
        return _select({**{name: column(name) for name in names}, _TAIL: tail}, second)

    def _with_bases(self, told: exp.Select, own: Sequence[str]) -> exp.Select:
        """Combinations with the texts of what they rest on and lack."""
        key = text_key(self._answer.book, self._answer.lacking)
        names = [*(of(_ROWS, name) for name in own), *(of(_WORDS, name) for name in TEXTS)]
        rows = exp.Subquery(this=told, alias=exp.TableAlias(this=quoted(_ROWS)))
        same = both(equal(of(_ROWS, name), of(_WORDS, name)) for name in key)
        return (
            exp.select(*names)
            .from_(rows, copy=False)
            .join(table(_bases_name(self._answer), _WORDS), on=same, copy=False)
        )

    def _by_why(self, said: Sequence[str]) -> Sql:
        return cases([(equal(column("why"), whole(place)), text(words)) for place, words in enumerate(said)])

    def _code(self) -> Sql:
        dialect = self._dialect
        about = cases([(compare(exp.NEQ, column("about"), text("")), column("about"))], column(LACKS))
        colon = dialect.joined(column("reason"), text(":"), about)
        return cases([(equal(column("reason"), text("GRANTED")), column("reason"))], colon)

    def _said(self) -> Said:
        return Said(
            reason=column("reason"),
            about=column("about"),
            amount=whole(0),
            per_yuan=self._answer.per_yuan,
            notices=column("notices"),
            clauses=column(CLAUSES),
            lacks_said=column(LACKS_SAID),
            refused_by=column("refused_by"),
            used=column("used_num"),
            asks=column("asks_num"),
            room=column("room_num"),
            used_text=column("used_text"),
            asks_text=column("asks_text"),
        )


def result_query(answer: Answer, dialect: Dialect) -> exp.Select:
    """``row_no`` and the result columns of a scheme's rows; a blank is NULL. Not ordered."""
    cells = _cells(answer, dialect)
    if answer.sayings:
        cells |= {name: of(_WORDS, name) for name in SAID}
    return _joined_rows(answer, {ROW: of(_ROWS, ROW), **cells})


def line_query(answer: Answer, dialect: Dialect) -> exp.Select:
    """``row_no`` and ``line``: each row of the result as a line of its canonical csv, line feed included."""
    cells = _cells(answer, dialect)
    serial, payee = (csv_field(cells[name], dialect) for name in _OWN)
    pieces: dict[str, list[Sql]] = {name: [of(_WORDS, name)] for name in (_HEAD, _MIDDLE, _END)}
    if not answer.sayings:
        pieces = _pieces(answer, cells, dialect)
    line = dialect.joined(*pieces[_HEAD], serial, *pieces[_MIDDLE], payee, *pieces[_END])
    return _joined_rows(answer, {ROW: of(_ROWS, ROW), "line": line})


def _pieces(answer: Answer, cells: Mapping[str, Sql], dialect: Dialect) -> dict[str, list[Sql]]:
    """A line of csv but for the fields ``_OWN``: what stands before the one, between them, and after the other."""
    amount = exp.Coalesce(this=cells["补贴金额"], expressions=[text("")])
    code, reason = csv_field(of(_WORDS, _CODE), dialect), csv_field(cells[_REASON], dialect)
    payee, fund = (csv_field(cells[name], dialect) for name in ("受款人", "资金渠道"))
    comma = text(",")
    return {
        _HEAD: [text(csv_text(answer.scheme.name) + ",")],
        _MIDDLE: [comma, of(_WORDS, _CONCLUSION), comma, amount, comma, payee, comma],
        _END: [comma, fund, comma, code, comma, reason, comma, of(_WORDS, _TAIL), text("\n")],
    }


def _cells(answer: Answer, dialect: Dialect) -> dict[str, Sql]:
    amount = of(_ROWS, "amount")
    money = money_text(amount, answer.per_yuan, dialect)
    denied = equal(of(_WORDS, _CONCLUSION), text(Conclusion.DENIED.value))
    granted = not_null(amount)
    told = grant_sentence(answer.scheme, money, of(_WORDS, _HOW), dialect)
    return {
        "项目": text(answer.scheme.name),
        "序号": _blank(of(_ROWS, "serial_text")),
        "结论": of(_WORDS, _CONCLUSION),
        "补贴金额": cases([(granted, money), (denied, text("0.00"))]),
        "受款人": _blank(of(_ROWS, "payee")),
        "收款方": _blank(of(_ROWS, "payee_name")),
        "资金渠道": _blank(of(_ROWS, "fund")),
        _CODE: of(_WORDS, _CODE),
        _REASON: cases([(granted, told)], of(_WORDS, _REASON)),
        RULES: _blank(of(_WORDS, RULES)),
        CITATIONS: _blank(of(_WORDS, CITATIONS)),
        _NOTICES: _blank(of(_WORDS, _NOTICES)),
    }


def _joined_rows(answer: Answer, columns: Mapping[str, Sql]) -> exp.Select:
    query = exp.select(*(aliased(value, name) for name, value in columns.items()))
    query = query.from_(table(answer.relation, _ROWS), copy=False)
    if not answer.sayings:
        return query.join(table(words_name(answer), _WORDS), on=equal(of(_ROWS, MARK), of(_WORDS, MARK)), copy=False)
    same = both(exp.NullSafeEQ(this=of(_ROWS, name), expression=of(_WORDS, name)) for name in KIND)
    return query.join(table(answer.sayings, _WORDS), on=same, copy=False)


# ----------------------------------------------------------------------------------------------------------------- csv


def csv_text(value: str) -> str:
    """A text as a field of the canonical csv."""
    return '"' + value.replace('"', '""') + '"' if any(mark in value for mark in _SPECIAL) else value


def csv_field(value: Sql, dialect: Dialect) -> Sql:
    """A text as a field of the canonical csv; nothing where it is NULL."""
    special = either(dialect.contains(value, text(mark)) for mark in _SPECIAL)
    doubled = exp.Anonymous(this="REPLACE", expressions=[value, text('"'), text('""')])
    quoted = dialect.joined(text('"'), doubled, text('"'))
    return exp.Coalesce(this=cases([(special, quoted)], value), expressions=[text("")])


def joined_as_csv(values: Sequence[Sql], dialect: Dialect) -> Sql:
    """Fields with commas between them."""
    parts: list[Sql] = []
    for value in values:
        parts += [text(",")] if parts else []
        parts.append(csv_field(value, dialect))
    return dialect.joined(*parts)


#: What makes a field stand in quotes.
_SPECIAL = (",", '"', "\n", "\r")


# ------------------------------------------------------------------------------------------------------------- helpers


def _blank(value: Sql) -> Sql:
    return exp.Nullif(this=value, expression=text(""))


def _select(columns: Mapping[str, Sql], source: exp.Select) -> exp.Select:
    query = exp.select(*(aliased(value, name) for name, value in columns.items()))
    return query.from_(exp.Subquery(this=source, alias=exp.TableAlias(this=quoted("组合"))), copy=False)
