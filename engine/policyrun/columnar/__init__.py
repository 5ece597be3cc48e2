"""The same meaning over millions of rows: a checked policy as one relational plan, for DuckDB, Spark and PostgreSQL."""
