"""A slice of the fuzzing: every reader, some broken inputs, always the same ones."""

import importlib.util
import itertools
import sys
from pathlib import Path
from types import ModuleType

import pytest

from relationkit.errors import RelationkitError

READERS = (
    *("csv", "ssda903", "annex-a", "ssd", "dfe-api", "policies.toml", "policies.json", "form.toml", "form.json"),
    *("submission", "profiles.toml", "profiles.json", "offers.toml", "visits.toml", "handovers.toml", "story.toml"),
    *("audit.json", "picture", "link"),
)


@pytest.fixture(scope="module")
def fuzz() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz", Path(__file__).parents[1] / "fuzz.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fuzz"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def targets(fuzz: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    return {target.name: target for target in fuzz.targets(tmp_path_factory.mktemp("fuzz"))}


def test_every_reader_is_here(targets: dict[str, object]) -> None:
    assert tuple(targets) == READERS


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_reads_what_is_good_and_refuses_in_words_what_is_broken(
    fuzz: ModuleType, targets: dict[str, object], reader: str
) -> None:
    target = targets[reader]

    for seed in target.seeds:
        assert target.read(seed) or reader == "story.toml"
    for data in itertools.islice(fuzz.inputs(target, seed=1), 30):
        assert fuzz.uncaught(target, data) is None, data


def test_a_reader_that_breaks_is_found(fuzz: ModuleType) -> None:
    def breaks(data: bytes) -> object:
        if b"=1+1" in data:
            raise KeyError(data)
        raise RelationkitError("a refusal")

    target = fuzz.Target("breaks", (b"fine",), breaks)
    found = [fuzz.uncaught(target, data) for data in itertools.islice(fuzz.inputs(target, seed=1), 300)]

    assert any(trouble is not None and "KeyError" in trouble for trouble in found)
    assert found.count(None) > 200
