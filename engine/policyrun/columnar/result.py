"""The result as the contract writes it, from the conclusions: twelve columns of text, in input order.

What rows say is made of few things: why they ended so, their notices, what they rest on and lack. Each combination
that occurs is put into words once, in the relation ``<scheme>_文字``; a row finds its words by ``mark``, 64 bits of
the combination. Only the amount, the payee, the fund and 序号 are the row's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from sqlglot import exp

from policyrun.columnar.conclusions import MARK, Answer
from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import (
    Sql,
    among,
    both,
    call,
    cases,
    column,
    compare,
    either,
    equal,
    not_null,
    text,
    whole,
)
from policyrun.columnar.plan import ROW, Guard, Part, Step
from policyrun.columnar.sentences import Said, grant_sentence, how_text, money_text, notices_text, sentence
from policyrun.columnar.tables import aliased, named, of, quoted, table
from policyrun.columnar.texts import (
    CITATIONS,
    CLAUSES,
    LACKS,
    LACKS_SAID,
    RULES,
    TEXTS,
    special_texts,
    text_key,
    texts_step,
)
from policyrun.ir.policy import Policy
from policyrun.model.decision import Conclusion, NoticeCode, Reason
from policyrun.model.vocabulary import Status
from policyrun.source.messages import _

_CODE, _REASON, _NOTICES = "原因代码", "原因", "提示"
#: Words beside the result's columns: what is special about a grant, and the last three fields of a line of csv.
_CONCLUSION, HOW, TAIL = "结论", "how", "tail"
_ROWS, _WORDS = "行", "文"
#: What gives a column by its name.
Columns = Callable[[str], Sql]


def words_name(answer: Answer) -> str:
    """The relation of what combinations say."""
    return f"{answer.scheme.name}_文字"


def wording(policy: Policy, answer: Answer, dialect: Dialect) -> list[Part]:
    """The steps that put each combination into words by its ``mark``, and the guard that no two have the same."""
    marks = exp.Count(this=exp.Distinct(expressions=[column(MARK)]))
    twice = exp.Sub(this=exp.Count(this=exp.Star()), expression=marks)
    rows = exp.select(twice).from_(table(words_name(answer)))
    guard = Guard(rows, _("“{scheme}”有两种结论的散列相同").format(scheme=answer.scheme.name))
    return [*words_steps(policy, answer, answer.relation, MARK, dialect), guard]


def words_steps(policy: Policy, answer: Answer, relation: str, key: str, dialect: Dialect) -> list[Part]:
    """The steps that put each combination of a relation into words.

    Args:
        relation: has the columns of a combination and ``key``, which is the same of the same combination.
    """
    bases = texts_step(_bases_name(answer), relation, answer.book, answer.lacking)
    query = _Wording(policy, answer, relation, key, dialect).query()
    return [bases, Step(words_name(answer), query, "每种结论的文字，各写一次", kept=True)]


def _bases_name(answer: Answer) -> str:
    return f"{answer.scheme.name}_依据"


class _Wording:
    def __init__(self, policy: Policy, answer: Answer, relation: str, key: str, dialect: Dialect) -> None:
        self._policy = policy
        self._answer = answer
        self._relation = relation
        self._key = key
        self._dialect = dialect

    def query(self) -> exp.Query:
        answer, dialect = self._answer, self._dialect
        own = [self._key, *answer.ways.combination]
        told = exp.select(*(column(name) for name in own)).distinct(copy=False).from_(table(self._relation), copy=False)
        texts = {name: column(name) for name in TEXTS}
        endings = {
            _CONCLUSION: self._by_why([ending.conclusion.value for ending in answer.endings.all]),
            "reason": self._by_why([ending.reason.value for ending in answer.endings.all]),
            "about": self._by_why([ending.about for ending in answer.endings.all]),
        }
        kept = {name: column(name) for name in own}
        first = _select(kept | texts | endings, self._with_bases(told, own))
        notices = self._notices()
        second = _select(
            {
                **{name: column(name) for name in (self._key, "why", _CONCLUSION)},
                _CODE: self._code(),
                _REASON: sentence(self._policy, answer.scheme, answer.limits, self._said(), dialect, self._ends()),
                RULES: column(RULES),
                CITATIONS: column(CITATIONS),
                _NOTICES: notices_text(column("notices"), dialect, notices),
                HOW: how_text(column("notices"), dialect, notices),
            },
            first,
        )
        names = (self._key, "why", _CONCLUSION, _CODE, _REASON, RULES, CITATIONS, _NOTICES, HOW)
        special = special_texts(answer.book, answer.lacking, is_special_text)
        fields = [csv_field(column(n), dialect) if n in special else column(n) for n in (RULES, CITATIONS, _NOTICES)]
        tail = dialect.joined(fields[0], text(","), fields[1], text(","), fields[2])
        return _select({**{name: column(name) for name in names}, TAIL: tail}, second)

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
        places: defaultdict[str, list[Sql]] = defaultdict(list)
        for place, words in enumerate(said):
            places[words].append(whole(place))
        return cases([(among(column("why"), each), text(words)) for words, each in places.items()])

    def _ends(self) -> list[tuple[Reason, str]]:
        """What rows are told by ``sentence``: grants say what they pay, and are put into words one by one."""
        pays = self._answer.scheme.amount is not None
        every = ((ending.reason, ending.about) for ending in self._answer.endings.all)
        return [end for end in every if not (pays and end[0] is Reason.GRANTED)]

    def _notices(self) -> list[NoticeCode]:
        """The notices that a row of the scheme may have."""
        policy, scheme = self._policy, self._answer.scheme
        may_have = {notice.code for notice in scheme.notices}
        may_have |= {NoticeCode.DRAFT} if policy.status is Status.DRAFT else set()
        may_have |= {NoticeCode.OUT_OF_FORCE} if policy.in_force.outside is not None else set()
        may_have |= {NoticeCode.TOPUP} if scheme.top_up is not None else set()
        may_have |= {NoticeCode.PARTIAL, NoticeCode.EXCEPTION} if self._answer.limits else set()
        return [code for code in NoticeCode if code in may_have]

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
    cells = cells_of(answer, partial(of, _ROWS), partial(of, _WORDS), dialect)
    query = exp.select(*(aliased(value, name) for name, value in {ROW: of(_ROWS, ROW), **cells}.items()))
    query = query.from_(table(answer.relation, _ROWS), copy=False)
    return query.join(table(words_name(answer), _WORDS), on=equal(of(_ROWS, MARK), of(_WORDS, MARK)), copy=False)


def cells_of(answer: Answer, own: Columns, word: Columns, dialect: Dialect) -> dict[str, Sql]:
    """The result columns of a row.

    Args:
        own: the row's own figures.
        word: its words.
    """
    amount = own("amount")
    money = money_text(amount, answer.per_yuan, dialect)
    denied = equal(word(_CONCLUSION), text(Conclusion.DENIED.value))
    granted = not_null(amount)
    told = grant_sentence(answer.scheme, money, word(HOW), dialect)
    return {
        "项目": text(answer.scheme.name),
        "序号": _blank(own("serial_text")),
        "结论": word(_CONCLUSION),
        "补贴金额": cases([(granted, money), (denied, text("0.00"))]),
        "受款人": _blank(own("payee")),
        "收款方": _blank(own("payee_name")),
        "资金渠道": _blank(own("fund")),
        _CODE: word(_CODE),
        _REASON: cases([(granted, told)], word(_REASON)),
        RULES: _blank(word(RULES)),
        CITATIONS: _blank(word(CITATIONS)),
        _NOTICES: _blank(word(_NOTICES)),
    }


# ----------------------------------------------------------------------------------------------------------------- csv


def csv_text(value: str) -> str:
    """A text as a field of the canonical csv."""
    return '"' + value.replace('"', '""') + '"' if is_special_text(value) else value


def is_special_text(value: str) -> bool:
    """Whether a text has to stand in quotes."""
    return any(mark in value for mark in _SPECIAL)


def csv_field(value: Sql, dialect: Dialect) -> Sql:
    """A text as a field of the canonical csv; nothing where it is NULL."""
    quoted = dialect.joined(text('"'), doubled(value), text('"'))
    return exp.Coalesce(this=cases([(is_special(value, dialect), quoted)], value), expressions=[text("")])


def is_special(value: Sql, dialect: Dialect) -> Sql:
    """Whether a text has to stand in quotes."""
    return either(dialect.contains(value, text(mark)) for mark in _SPECIAL)


def doubled(value: Sql) -> Sql:
    """A text as it stands within quotes."""
    return call("REPLACE", value, text('"'), text('""'))


#: What makes a field stand in quotes.
_SPECIAL = (",", '"', "\n", "\r")


# ------------------------------------------------------------------------------------------------------------- helpers


def _blank(value: Sql) -> Sql:
    return exp.Nullif(this=value, expression=text(""))


def _select(columns: Mapping[str, Sql], source: exp.Select) -> exp.Select:
    query = exp.select(*named(columns), copy=False)
    return query.from_(exp.Subquery(this=source, alias=exp.TableAlias(this=quoted("组合"))), copy=False)
