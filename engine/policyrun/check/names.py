"""The one namespace of a policy: which names there are, what each is, and which were used.

Parameters, decisions, readings, vocabulary sets, columns and the values a run supplies share it, so that a name in an
expression means one thing. Vocabularies, lists, requirements and schemes are named in places of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from policyrun.ir.nodes import Supplied
from policyrun.model.types import Type
from policyrun.source.diagnostic import Diagnostics, Label, Severity
from policyrun.source.messages import N_, _
from policyrun.source.text import Span

#: Values that the run or the row supplies.
SUPPLIED = (
    Supplied.AS_OF,
    Supplied.DAY,
    Supplied.AMOUNT,
    Supplied.SCHEME,
    Supplied.SERIAL,
    Supplied.PAYEE,
    Supplied.VALUE,
)


class Noun(Enum):
    """What a name can stand for, in the words of a policy author."""

    PARAMETER = N_("参数")
    DECISION = N_("判定")
    READING = N_("读法")
    SET = N_("词汇组")
    COLUMN = N_("列")
    VOCABULARY = N_("词汇")
    IMPORT = N_("引入的词汇")
    ORDER = N_("次序")
    RECORD = N_("记录")

    @property
    def shown(self) -> str:
        """The word in the reader's language."""
        return _(self.value)


@dataclass(frozen=True, slots=True)
class Declared:
    """Where a name was given its meaning.

    Attributes:
        own: declared by the policy itself, so that it should be used; what shared files offer need not be.
    """

    noun: Noun
    span: Span
    own: bool = True


class Names:
    """The namespace, filled while sections are read and asked while expressions are checked."""

    def __init__(self, found: Diagnostics) -> None:
        self._found = found
        self._declared: dict[str, Declared] = {}
        self._aside: dict[tuple[Noun, str], Span] = {}
        self._used: set[tuple[Noun, str]] = set()
        self._untyped: set[str] = set()

    def declare(self, noun: Noun, name: str, span: Span, own: bool = True) -> None:
        """Give a name its meaning; a name that has one already is reported with both places."""
        if name in SUPPLIED and not (noun is Noun.COLUMN and name == Supplied.SERIAL):
            self._found.add(
                "PR221",
                _("“{name}”是运行时给出的值，不能另作{noun}").format(name=name, noun=noun.shown),
                span,
                help=_("换一个名字"),
            )
            return
        first = self._declared.setdefault(name, Declared(noun, span, own))
        if first.noun is Noun.COLUMN and noun is Noun.COLUMN:
            return
        if first.span is not span:
            self._found.add(
                "PR220",
                _("名字“{name}”有两个意思：{first}和{second}").format(
                    name=name, first=first.noun.shown, second=noun.shown
                ),
                span,
                label=_("这里是{noun}").format(noun=noun.shown),
                others=(Label(first.span, _("这里是{noun}").format(noun=first.noun.shown)),),
                help=_("参数、判定、读法、词汇组和列合用一套名字，请改其中一个"),
            )

    def declare_aside(self, noun: Noun, name: str, span: Span) -> None:
        """Note a name that lives outside the namespace but should be used all the same."""
        self._aside[noun, name] = span

    def is_declared_aside(self, noun: Noun, name: str) -> bool:
        return (noun, name) in self._aside

    def use(self, noun: Noun, name: str) -> None:
        self._used.add((noun, name))

    def use_type(self, type_: Type) -> None:
        """Note that a type was named; that of a vocabulary uses the vocabulary."""
        self.use(Noun.VOCABULARY, type_.enumeration)
        self.use(Noun.IMPORT, type_.enumeration)

    def lacks_type(self, name: str) -> None:
        """Note a name whose type could not be understood, which has been reported."""
        self._untyped.add(name)

    @property
    def typed(self) -> bool:
        """Whether every name has a type, without which expressions cannot be checked."""
        return not self._untyped

    def noun_of(self, name: str) -> Noun | None:
        declared = self._declared.get(name)
        return None if declared is None else declared.noun

    def all(self) -> Iterable[str]:
        """Every name an expression may use."""
        return (*self._declared, *SUPPLIED)

    def report_unused(self) -> None:
        """Warn of names nobody asked for. Columns are left out: a form has columns that no rule reads."""
        for name, declared in self._declared.items():
            if declared.own and declared.noun is not Noun.COLUMN:
                self._report_if_unused(declared.noun, name, declared.span)
        for (noun, name), span in self._aside.items():
            self._report_if_unused(noun, name, span)

    def _report_if_unused(self, noun: Noun, name: str, span: Span) -> None:
        if (noun, name) not in self._used:
            self._found.add(
                "PR234",
                _("{noun}“{name}”没有用到").format(noun=noun.shown, name=name),
                span,
                help=_("删去它，或在规则里用上它"),
                severity=Severity.WARNING,
            )
