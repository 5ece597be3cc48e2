"""What all tests share. Messages are asserted in the language they are written in, whoever runs the tests."""

import os

os.environ["LC_ALL"] = "C"
