"""The conformance kit: what every adapter promises, as tests that its author runs (extra ``[testing]``).

::

    class TestOurSystem(AdapterConformance):
        @pytest.fixture
        def harness(self, tmp_path: Path) -> OurHarness:
            return OurHarness(tmp_path)

The harness puts records into the source by a way of its own, so that the adapter is not tested by itself.
``relationkit check-plugin`` runs the same tests over a harness without a test file, and
``pytest -p relationkit.plugins.testing.plugin --relationkit-report=FILE`` writes what they found.
"""

import pytest

# Before the imports, so that a failing assertion in there shows both sides.
pytest.register_assert_rewrite(
    *(
        f"relationkit.plugins.testing.{theme}"
        for theme in (
            "capabilities", "changes", "concurrency", "contract", "days_and_clocks", "errors", "feedback", "filters",
            "imports", "machine", "messages_and_sessions", "order", "outbox", "spells", "stores", "writing",
        )
    )
)  # fmt: skip

from relationkit.plugins.testing.catalogue import KitTest, Level  # noqa: E402 - see above
from relationkit.plugins.testing.conformance import KIT_TESTS, AdapterConformance  # noqa: E402 - see above
from relationkit.plugins.testing.harness import Harness, SpoilsRows  # noqa: E402 - see above
from relationkit.plugins.testing.scenarios import (  # noqa: E402 - see above
    CLOCK_CHANGES,
    EMPTY,
    EVERY_KIND,
    KIT_WORDS,
    PAGES,
    SPELLS,
    WITHIN_A_SECOND,
    Scenario,
)

__all__ = [
    "CLOCK_CHANGES",
    "EMPTY",
    "EVERY_KIND",
    "KIT_TESTS",
    "KIT_WORDS",
    "PAGES",
    "SPELLS",
    "WITHIN_A_SECOND",
    "AdapterConformance",
    "Harness",
    "KitTest",
    "Level",
    "Scenario",
    "SpoilsRows",
]
