"""Every test of the kit has an id, and its page says what the code says."""

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from relationkit.plugins.testing import KIT_TESTS, AdapterConformance, Level
from relationkit.plugins.testing.catalogue import must

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def writer() -> Any:
    spec = spec_from_file_location("write_conformance", ROOT / "docs" / "reference" / "write_conformance.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_tests_say(writer: Any) -> None:
    assert writer.PAGE.read_text(encoding="utf-8") == writer.page(), "run docs/reference/write_conformance.py"


def test_every_test_has_an_id_of_its_own() -> None:
    names = [name for name in dir(AdapterConformance) if name.startswith("test_")]

    assert len(names) == len(KIT_TESTS) >= 60
    assert {test.name for test in KIT_TESTS.values()} == set(names)
    assert all(re.fullmatch(r"RK-C-\d{3}", test_id) for test_id in KIT_TESTS)


def test_every_test_says_reason_and_remedy_in_whole_sentences() -> None:
    for test in KIT_TESTS.values():
        assert test.reason.endswith((".", "?")), test.id
        assert test.remedy.endswith("."), test.id
        assert re.fullmatch(r"\d+\.\d+", test.since), test.id
    assert {test.level for test in KIT_TESTS.values()} == set(Level)


def test_a_test_without_a_remedy_is_refused() -> None:
    def test_something() -> None:
        """It matters."""

    with pytest.raises(TypeError, match="does not say reason and remedy"):
        must("RK-C-999")(test_something)
