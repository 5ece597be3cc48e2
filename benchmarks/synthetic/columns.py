"""Columns of a synthetic file as Arrow arrays, built without a Python object per cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy
import pyarrow

from synthetic.draws import Marks, Numbers

_ID_WEIGHTS = numpy.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_ID_CHECKS = numpy.frombuffer(b"10X98765432", dtype=numpy.uint8)
_EPOCH = numpy.datetime64("1970-01-01", "D")

#: How dates are spelled in a bureau's csv, with how many in a hundred are spelled so.
_SPELLINGS = (("{y:04d}-{m:02d}-{d:02d}", 90), ("{y}/{m}/{d}", 4), ("{y:04d}{m:02d}{d:02d}", 4), ("{y}年{m}月{d}日", 2))
SPELLING_WEIGHTS = tuple(weight for _, weight in _SPELLINGS)


def chosen(values: Sequence[str], places: Numbers, blank: Marks | None = None) -> pyarrow.Array:
    """Texts by their places in ``values``; null where ``blank``."""
    indices = pyarrow.array(places.astype(numpy.int32), mask=blank)
    return pyarrow.DictionaryArray.from_arrays(indices, pyarrow.array(values, pyarrow.string()))


def flags(values: Marks, blank: Marks) -> pyarrow.Array:
    """Yes or no, null where ``blank``."""
    return pyarrow.array(values, mask=blank)


def counts(values: Numbers, blank: Marks) -> pyarrow.Array:
    return pyarrow.array(values.astype(numpy.int32), mask=blank)


def days(first: str, after: Numbers, blank: Marks) -> pyarrow.Array:
    """Dates so many days after the first, null where ``blank``."""
    start = int((numpy.datetime64(first, "D") - _EPOCH).astype(int))
    return pyarrow.array((start + after).astype("datetime64[D]"), mask=blank)


def fixed_width(texts: numpy.ndarray) -> pyarrow.Array:
    """Texts from a matrix of ASCII codes, one row per text."""
    rows, width = texts.shape
    offsets = numpy.arange(0, (rows + 1) * width, width, dtype=numpy.int32)
    data = numpy.ascontiguousarray(texts, dtype=numpy.uint8)
    return pyarrow.StringArray.from_buffers(rows, pyarrow.py_buffer(offsets), pyarrow.py_buffer(data))


def digits_of(numbers: Numbers, width: int) -> numpy.ndarray:
    """Decimal digits as a matrix of small integers, leading zeros included."""
    found = numpy.empty((len(numbers), width), dtype=numpy.uint8)
    rest = numbers.copy()
    for place in range(width - 1, -1, -1):
        rest, digit = numpy.divmod(rest, 10)
        found[:, place] = digit
    return found


def numbered(prefix: str, numbers: Numbers, width: int) -> pyarrow.Array:
    """An ASCII prefix and a number of fixed width."""
    texts = numpy.empty((len(numbers), len(prefix) + width), dtype=numpy.uint8)
    texts[:, : len(prefix)] = numpy.frombuffer(prefix.encode(), dtype=numpy.uint8)
    texts[:, len(prefix) :] = digits_of(numbers, width) + ord("0")
    return fixed_width(texts)


def id_numbers(regions: Numbers, births: numpy.ndarray, orders: Numbers, wrong: Marks) -> pyarrow.Array:
    """18-character ID numbers; their check character is not the right one where ``wrong``.

    Args:
        regions: six digits.
        births: dates (datetime64[D]).
        orders: three digits, odd for men.
    """
    months = births.astype("datetime64[M]")
    year = births.astype("datetime64[Y]").astype(int) + 1970
    month = months.astype(int) % 12 + 1
    day = (births - months).astype(int) + 1
    digits = numpy.hstack([digits_of(regions, 6), digits_of(year * 10000 + month * 100 + day, 8), digits_of(orders, 3)])
    check = (digits @ _ID_WEIGHTS + wrong) % 11
    return fixed_width(numpy.hstack([digits + ord("0"), _ID_CHECKS[check][:, None]]))


def spelled_dates(dates: pyarrow.Array, spelling: Numbers, impossible: Marks) -> pyarrow.Array:
    """Dates as text in the spellings of a bureau's csv; a day that does not exist where ``impossible``."""
    known = numpy.asarray(dates.is_valid())
    raw = numpy.asarray(dates.fill_null(0).cast(pyarrow.int32()))
    unique, places = numpy.unique(raw, return_inverse=True)
    texts: list[str] = []
    for number in unique.tolist():
        day = (_EPOCH + number).item()
        texts += [form.format(y=day.year, m=day.month, d=day.day) for form, _ in _SPELLINGS]
    texts.append("2021-02-30")
    at = numpy.where(impossible, len(texts) - 1, places * len(_SPELLINGS) + spelling)
    return chosen(texts, at, ~(known | impossible))
