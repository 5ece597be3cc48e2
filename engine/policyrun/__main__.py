"""``python -m policyrun``."""

import sys

from policyrun.cli.main import main

sys.exit(main())
