"""How rows are spelt by the words of their kinds, which are held in memory: as cells, or as lines of the canonical csv.

A row brings the number of its kind and its own cells. Cells are dictionary arrays over the words, and lines are taken
piece by piece from one pool of texts: no text is joined, compared or copied but once, into its line.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from policyrun.app.result import RESULT_COLUMNS
from policyrun.columnar.told import AFTER, AMOUNT, BEFORE, MONEY, NUMBER, REASON, SAID, Telling, words_in_order

if TYPE_CHECKING:
    import numpy
    import pyarrow

    from policyrun.columnar.engine import Engine

    Numbers = numpy.ndarray[Any, Any]

#: What makes a field of csv stand in quotes.
_SPECIAL = b',"\n\r'


class Spelling:
    """The words of the kinds of rows of a scheme."""

    def __init__(self, told: Telling, engine: Engine) -> None:
        import pyarrow

        batches = list(engine.batches(words_in_order(told)))
        words = pyarrow.Table.from_batches(batches) if batches else None
        names = (*(name for name in SAID if name != REASON), BEFORE, AFTER, *told.pieces)
        empty = pyarrow.nulls(0, pyarrow.string())
        self._told = told
        self._words = {name: empty if words is None else words.column(name).combine_chunks() for name in names}
        self._words[REASON] = self._words[BEFORE]
        self._few = {name: self._words[name].dictionary_encode() for name in SAID}

    def cells(self, rows: pyarrow.RecordBatch, few: Collection[str]) -> pyarrow.RecordBatch:
        """The result columns of rows of ``rows_query``, a blank being null; the ``few`` as dictionary arrays.

        Where amounts are a row's own, so is what tells of them: neither is ``few`` then.
        """
        import pyarrow
        from pyarrow import compute

        kinds = _indexes(_kinds_of(rows))
        whole = self._told.whole
        names = [name for name in SAID if whole or name != REASON]
        said = {name: (self._few if name in few else self._words)[name].take(kinds) for name in names}
        if not whole:
            said[AMOUNT] = compute.coalesce(rows.column(MONEY), said[AMOUNT])
            said[REASON] = self._reasons(rows)
        cells = {name: said[name] if name in said else rows.column(name) for name in RESULT_COLUMNS}
        return pyarrow.RecordBatch.from_pydict(cells)

    def _reasons(self, rows: pyarrow.RecordBatch) -> pyarrow.Array:
        """原因 of rows whose amounts are their own, which stand between its halves; it always says something."""
        import numpy
        import pyarrow

        woven = self._woven(rows, (BEFORE, AFTER), {MONEY: rows.column(MONEY)}, (MONEY,))
        _validity, offsets, texts = woven.buffers()
        starts = numpy.frombuffer(offsets, numpy.int32)[::3].copy()
        return pyarrow.Array.from_buffers(pyarrow.string(), rows.num_rows, [None, pyarrow.py_buffer(starts), texts])

    def lines(self, rows: pyarrow.RecordBatch) -> memoryview:
        """Rows of ``rows_query`` as lines, one after the other."""
        between = self._told.between
        fields = {name: csv_fields(rows.column(name)) for name in dict.fromkeys(between)}
        return bytes_of(self._woven(rows, self._told.pieces, fields, between))

    def _woven(
        self,
        rows: pyarrow.RecordBatch,
        said: Sequence[str],
        fields: Mapping[str, pyarrow.Array],
        between: Sequence[str],
    ) -> pyarrow.Array:
        """Of each row what its kind says, one text after the other, and the row's own fields between them."""
        import numpy
        import pyarrow

        count, kinds = rows.num_rows, _kinds_of(rows)
        words = [self._words[name] for name in said]
        places = numpy.empty((count, len(said) + len(between)), dtype=numpy.int32)
        begin = 0
        for at, piece in enumerate(words):
            places[:, 2 * at] = kinds + begin
            begin += len(piece)
        own = numpy.arange(begin, begin + count, dtype=numpy.int32)
        for at, name in enumerate(between):
            places[:, 2 * at + 1] = own + list(fields).index(name) * count
        return pyarrow.concat_arrays([*words, *fields.values()]).take(_indexes(places))


def _kinds_of(rows: pyarrow.RecordBatch) -> Numbers:
    """The kinds of rows, from 0."""
    return numbers_of(rows.column(NUMBER)) - 1


def numbers_of(numbers: pyarrow.Array) -> Numbers:
    """Whole numbers, none of them null. Arrow's own ways there and back load pandas to see what they look at."""
    import numpy

    _validity, data = numbers.buffers()
    held = numpy.dtype(f"int{numbers.type.bit_width}")  # how wide a place is depends on the engine
    return numpy.frombuffer(data or b"", held)[numbers.offset : numbers.offset + len(numbers)]


def _indexes(places: Numbers) -> pyarrow.Array:
    """Numbers as 32 bits, one row after the other."""
    import numpy
    import pyarrow

    held = pyarrow.py_buffer(numpy.ascontiguousarray(places, numpy.int32))
    return pyarrow.Array.from_buffers(pyarrow.int32(), places.size, [None, held])


def csv_fields(texts: pyarrow.Array) -> pyarrow.Array:
    """Texts as fields of csv; null says nothing, which is what a blank says."""
    from pyarrow import compute

    data = bytes(bytes_of(texts))
    if not any(mark in data for mark in _SPECIAL):
        return texts
    marks = f"[{_SPECIAL.decode()}]"
    doubled = compute.replace_substring(texts, '"', '""')
    return compute.if_else(
        compute.match_substring_regex(texts, marks), compute.binary_join_element_wise('"', doubled, '"', ""), texts
    )


def bytes_of(texts: pyarrow.Array) -> memoryview:
    """The bytes of all texts of an array, one after the other, without copying them; those of nulls are none."""
    _validity, offsets, data = texts.buffers()
    if data is None:
        return memoryview(b"")
    places = memoryview(offsets).cast("i" if str(texts.type) == "string" else "q")
    return memoryview(data)[places[texts.offset] : places[texts.offset + len(texts)]]
