"""Lists as Arrow arrays, put together by hand: ``pyarrow.array`` loads pandas only to ask what a list is."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow


def text_array(texts: Sequence[str | None]) -> pyarrow.StringArray:
    """Texts of less than 2 GB in all; None is null."""
    import pyarrow

    held = [b"" if text is None else text.encode() for text in texts]
    ends = array("i", accumulate(map(len, held), initial=0))
    nulls = texts.count(None)
    return pyarrow.StringArray.from_buffers(
        len(held),
        pyarrow.py_buffer(ends),
        pyarrow.py_buffer(b"".join(held)),
        pyarrow.py_buffer(_bits([text is not None for text in texts])) if nulls else None,
        nulls,
    )


def number_array(numbers: Sequence[int]) -> pyarrow.Int64Array:
    """Numbers of 64 bits."""
    import pyarrow

    held = pyarrow.py_buffer(array("q", numbers))
    return pyarrow.Array.from_buffers(pyarrow.int64(), len(numbers), [None, held])


def _bits(truths: Sequence[bool]) -> bytes:
    """A bit for each, the first the lowest of its byte."""
    digits = "".join("1" if truth else "0" for truth in reversed(truths))
    return int(digits, 2).to_bytes((len(truths) + 7) // 8, "little")
