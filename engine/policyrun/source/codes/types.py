"""PR3xx: types and units."""

from policyrun.source.codes.page import CodePage

TYPES: dict[str, CodePage] = {}
