"""PR2xx: names."""

from policyrun.source.codes.page import CodePage

NAMES: dict[str, CodePage] = {}
