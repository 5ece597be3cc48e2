"""What differs between the SQL of DuckDB, Spark and PostgreSQL: a class each, one method for each thing."""

from __future__ import annotations

from collections.abc import Mapping

from policyrun.columnar.dialect_duckdb import CALENDAR_DAYS, DuckDb
from policyrun.columnar.dialect_postgres import Postgres
from policyrun.columnar.dialect_spark import Spark

__all__ = ["CALENDAR_DAYS", "DIALECTS", "Dialect", "DuckDb", "Postgres", "Spark"]

Dialect = DuckDb

#: Every dialect by its name.
DIALECTS: Mapping[str, Dialect] = {dialect.name: dialect for dialect in (DuckDb(), Spark(), Postgres())}
