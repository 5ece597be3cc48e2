"""PR5xx: data files."""

from policyrun.source.codes.page import CodePage

DATA: dict[str, CodePage] = {}
