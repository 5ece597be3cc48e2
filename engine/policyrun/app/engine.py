"""What decides records."""

from __future__ import annotations

from enum import Enum


class EngineName(Enum):
    """The engines, as ``--engine`` names them: all decide alike."""

    DUCKDB = "duckdb"
    SPARK = "spark"
    REFERENCE = "reference"
