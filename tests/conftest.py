"""What all tests share. Messages are asserted in the language they are written in, whoever runs the tests."""

import os

os.environ["LC_ALL"] = "C"

import pytest
from hypothesis import settings

# A slow machine is no finding: speed is measured in benchmarks/.
settings.register_profile("policyrun", deadline=None)
settings.load_profile("policyrun")


@pytest.fixture(params=[True, False], ids=["few rows", "as if many"])
def few_or_many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether rows are few, so that a database hurries; as if they were many it takes the way of millions."""
    if not request.param:
        monkeypatch.setattr("policyrun.model.relation.FEW", -1)
        monkeypatch.setattr("policyrun.columnar.embedded.Embedded.portions", lambda _engine, _rows: 3)
    return bool(request.param)
