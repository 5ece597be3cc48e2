"""Lists put together as Arrow arrays by hand hold what ``pyarrow.array`` would, and load no pandas."""

import subprocess
import sys
from pathlib import Path

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from policyrun.datasets import write_parquet as writing
from policyrun.datasets.arrow_texts import number_array, text_array
from policyrun.datasets.write_parquet import write_parquet
from policyrun.source.diagnostic import Diagnostics


@given(st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=40))
def test_texts(texts: list[str | None]) -> None:
    held = text_array(texts)
    held.validate(full=True)
    assert held.equals(pyarrow.array(texts, pyarrow.string()))


def test_numbers() -> None:
    assert number_array(range(-3, 4)).equals(pyarrow.array(range(-3, 4), pyarrow.int64()))


@pytest.mark.parametrize("rows", [0, 3, 7])
def test_a_table_is_written_in_pieces(rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "ROW_GROUP", 3)
    lines = [(str(number), "" if number % 2 else "乙") for number in range(rows)]
    assert write_parquet(tmp_path / "x.parquet", ("甲", "乙"), lines, Diagnostics())
    read = parquet.read_table(tmp_path / "x.parquet")
    assert read.schema == pyarrow.schema([("甲", pyarrow.string()), ("乙", pyarrow.string())])
    assert read.to_pylist() == [{"甲": first, "乙": second or None} for first, second in lines]


def test_pandas_stays_out(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from policyrun.datasets.write_parquet import write_parquet\n"
        "from policyrun.source.diagnostic import Diagnostics\n"
        f"assert write_parquet(Path({str(tmp_path / 'x.parquet')!r}), ['a'], [['1'], ['']], Diagnostics())\n"
        "sys.exit('pandas' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
