"""PR1xx: text and YAML."""

from policyrun.source.codes.page import CodePage

TEXT: dict[str, CodePage] = {}
