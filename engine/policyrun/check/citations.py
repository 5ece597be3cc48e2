"""Documents, and the clauses of them that everything in a policy rests on."""

from __future__ import annotations

import re

from policyrun.check.hints import did_you_mean
from policyrun.check.scalars import read_date
from policyrun.check.shape import named_mappings, scalar_at, scalars_at, text_at
from policyrun.model.vocabulary import Citation, Document, Grounds
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.syntax.nodes import Mapping, Node, Scalar

_ID = re.compile(r"[A-Z0-9]+-[A-Z]+[0-9]+", re.ASCII)


def lower_documents(root: Mapping, found: Diagnostics) -> tuple[Document, ...]:
    return tuple(
        Document(
            key=key.text,
            number=text_at(node, "number"),
            title=text_at(node, "title"),
            issuer=text_at(node, "issuer"),
            published=read_date(scalar_at(node, "published"), found),
        )
        for key, node in named_mappings(root, "documents")
    )


class Citer:
    """Reads ``cite`` and ``ids`` against the documents of one file.

    With one document a citation is a clause (三(五)); with several its first word is the document's key (通知 三(五)).
    """

    def __init__(self, documents: tuple[Document, ...], found: Diagnostics) -> None:
        self._documents = {document.key: document for document in documents}
        self._found = found

    def grounds(self, node: Node | None) -> Grounds:
        """What a mapping's ``ids`` and ``cite`` say."""
        ids = tuple(self._id(scalar) for scalar in scalars_at(node, "ids"))
        cited = (self._citation(scalar) for scalar in scalars_at(node, "cite"))
        place = node.span.start if node is not None else 0
        return Grounds(ids, tuple(citation for citation in cited if citation is not None), place)

    def _id(self, scalar: Scalar) -> str:
        if not _ID.fullmatch(scalar.text):
            self._found.add(
                "PR233",
                _("规则编号“{text}”的写法不对").format(text=scalar.text),
                scalar.span,
                help=_("编号如 HB-S2：大写字母或数字、连字符、类别字母、序号"),
            )
        return scalar.text

    def _citation(self, scalar: Scalar) -> Citation | None:
        if len(self._documents) == 1:
            (only,) = self._documents.values()
            key, _space, clause = scalar.text.partition(" ")
            return Citation(only, clause.strip() if key == only.key and clause else scalar.text)
        key, _space, clause = scalar.text.partition(" ")
        document = self._documents.get(key)
        if document is None:
            self._found.add(
                "PR232",
                _("没有名为“{key}”的文件").format(key=key),
                scalar.span,
                label=_("有几个文件时，依据以文件名开头，空一格再写条款"),
                help=did_you_mean(key, self._documents) or _("文件名见 documents 一节"),
            )
            return None
        return Citation(document, clause.strip())
