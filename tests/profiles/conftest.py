"""Made-up workers; the telephone numbers are those that Ofcom keeps for drama."""

from collections.abc import Callable
from typing import Any

import pytest

from relationkit.profiles import WorkerProfile

Build = Callable[..., WorkerProfile]


@pytest.fixture
def a_profile() -> Build:
    def build(**changes: Any) -> WorkerProfile:
        facts = {
            "worker_id": "w1",
            "name": "Made-up Sam",
            "what_i_do": "I am your social worker.",
            "three_things": ("I like puns", "I have a dog", "I grew up by the sea"),
            "ways": [{"kind": "text", "label": "Text me", "value": "07700 900123"}],
            "hours": "Monday to Thursday, 9 till 5",
            "cover": {
                "worker_id": "w2",
                "name": "Made-up Priya",
                "ways": [{"kind": "call", "label": "Call", "value": "01632 960002"}],
            },
            "duty": {"name": "Duty team", "ways": [{"kind": "call", "label": "Call", "value": "01632 960999"}]},
        }
        return WorkerProfile.model_validate(facts | changes)

    return build
