"""PR4xx: tables, dates and limits."""

from policyrun.source.codes.page import CodePage

TABLES: dict[str, CodePage] = {}
