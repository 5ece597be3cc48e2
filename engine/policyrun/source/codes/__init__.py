"""All diagnostic codes with a page each. A code is never used for another meaning, nor used again once withdrawn.

PR0xx command line, 1xx text and YAML, 2xx names, 3xx types and units, 4xx tables, dates and limits, 5xx data files,
6xx run time, 7xx what a change does.
"""

from __future__ import annotations

from collections.abc import Mapping

from policyrun.source.codes.beside import BESIDE
from policyrun.source.codes.by_date import BY_DATE
from policyrun.source.codes.change import CHANGE
from policyrun.source.codes.data import DATA
from policyrun.source.codes.names import NAMES
from policyrun.source.codes.page import CodePage
from policyrun.source.codes.progress import PROGRESS
from policyrun.source.codes.reports import REPORTING, REPORTS
from policyrun.source.codes.run import RUN
from policyrun.source.codes.schedule import SCHEDULE
from policyrun.source.codes.tables import TABLES
from policyrun.source.codes.text import TEXT
from policyrun.source.codes.types import TYPES
from policyrun.source.codes.usage import USAGE
from policyrun.source.codes.versions import VERSIONS
from policyrun.source.codes.yaml import YAML

CODES: Mapping[str, CodePage] = (
    USAGE
    | TEXT
    | YAML
    | NAMES
    | VERSIONS
    | TYPES
    | TABLES
    | REPORTS
    | SCHEDULE
    | DATA
    | BESIDE
    | RUN
    | PROGRESS
    | REPORTING
    | BY_DATE
    | CHANGE
)

__all__ = ["CODES", "CodePage"]
