"""The conformance kit: what every adapter promises, as tests that its author runs (extra ``[testing]``).

::

    class TestOurSystem(AdapterConformance):
        @pytest.fixture
        def harness(self, tmp_path: Path) -> OurHarness:
            return OurHarness(tmp_path)

The harness puts records into the source by a way of its own, so that the adapter is not tested by itself.
"""

import pytest

# Before the import, so that a failing assertion in there shows both sides.
pytest.register_assert_rewrite("relationkit.plugins.testing.conformance")

from relationkit.plugins.testing.conformance import AdapterConformance, Harness  # noqa: E402 - see above
from relationkit.plugins.testing.scenarios import EMPTY, EVERY_KIND, Scenario  # noqa: E402 - see above

__all__ = ["EMPTY", "EVERY_KIND", "AdapterConformance", "Harness", "Scenario"]
