"""Every test of the kit has an id, and its page says what the code says."""

import re
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from relationkit.plugins import create_plugin_manager, offered_adapters, testing
from relationkit.plugins.adapters.base import KIND_OF
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.plugins.testing import EVERY_KIND, KIT_TESTS, KIT_WORDS, AdapterConformance, Level
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


def test_the_words_of_the_kit_all_stand_in_the_world_that_holds_every_kind() -> None:
    codes = {"role", "reason", "direction", "channel", "kind", "status", "language", "regime"}
    found = {
        (KIND_OF[type(row)], name, str(value))
        for row in EVERY_KIND.records
        for name, value in row
        if name in codes and value is not None
    }

    assert found == {
        (kind, name, word) for kind, fields in KIT_WORDS.items() for name, words in fields.items() for word in words
    }


def test_messages_that_cannot_tell_an_automatic_reply_fail_the_test_that_asks_for_it() -> None:
    fields = {"messages": ("id", "child_id", "at", "direction", "channel")}
    kit = type("Ours", (AdapterConformance,), {"fields": fields})()

    with MemoryAdapter(records=EVERY_KIND.records) as reader, pytest.raises(AssertionError, match="without kind"):
        kit.test_an_automatic_reply_stays_automatic(reader)


def test_the_page_of_adapters_says_of_each_what_it_can_and_cannot_know() -> None:
    page = (ROOT / "docs" / "reference" / "adapters.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| (.+) \| (.+) \|$", page, flags=re.MULTILINE)
    names = {spec.name for spec in offered_adapters(create_plugin_manager()).records}

    assert {name for name, *_ in rows} == set(re.findall(r"^## `([\w-]+)`: ", page, flags=re.MULTILINE)) == names


@pytest.mark.long
def test_the_kit_is_clean_in_an_editor() -> None:
    command = [sys.executable, "-m", "pyright", str(Path(testing.__file__).parent)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)

    assert "0 errors" in done.stdout, done.stdout
