"""What all tests share. Messages are asserted in the language they are written in, whoever runs the tests."""

import os

os.environ["LC_ALL"] = "C"

from hypothesis import settings

# A slow machine is no finding: speed is measured in benchmarks/.
settings.register_profile("policyrun", deadline=None)
settings.load_profile("policyrun")
