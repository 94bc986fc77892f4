"""The error family: one root, one line each, and the line says where and what to do."""

import importlib.util
import inspect
import pickle
import re
from pathlib import Path

import pytest

from relationkit import errors
from relationkit.errors import (
    CODES,
    FAMILIES,
    InvalidRecordError,
    MissingExtraError,
    NotSupportedError,
    PluginError,
    Problem,
    RelationkitError,
    SourceError,
    UnknownAdapterError,
    UnreadableSourceError,
)

ROOT = Path(__file__).parents[1]
CLASSES = [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, Exception)]


@pytest.mark.parametrize("error", CLASSES, ids=lambda error: error.__name__)
def test_every_error_is_ours_and_named_for_its_situation(error: type[Exception]) -> None:
    assert issubclass(error, RelationkitError)
    assert error.__name__.endswith("Error")


@pytest.mark.parametrize("error", CLASSES, ids=lambda error: error.__name__)
def test_the_tree_at_the_top_of_the_module_shows_every_error(error: type[Exception]) -> None:
    line = next(
        line for line in (errors.__doc__ or "").splitlines() if f" {error.__name__} " in f" {line.lstrip('│├└─ ')} "
    )
    for builtin in (ValueError, ImportError, LookupError):
        assert (builtin.__name__ in line) == issubclass(error, builtin)


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (Problem("a.csv", "is empty", "Export it again"), "a.csv: is empty. Export it again."),
        (
            Problem("a.csv", "is not a day", "Write dd/mm/yyyy", row=3, field="SW_DEC", found="31/02/2024"),
            "a.csv, row 3, SW_DEC: is not a day (found '31/02/2024'). Write dd/mm/yyyy.",
        ),
        (
            Problem("Message m1", "is missing", "Give it a value", field="at"),
            "Message m1, at: is missing. Give it a value.",
        ),
    ],
)
def test_a_problem_is_one_line(problem: Problem, line: str) -> None:
    assert str(problem) == line


def test_what_was_found_cannot_break_the_line() -> None:
    assert "\n" not in str(Problem("a.csv", "is not a code", "Correct it", found="a\nb"))


def test_errors_keep_their_facts() -> None:
    unknown = UnknownAdapterError("cvs:folder", "cvs", ["sql", "csv"])
    unsupported = NotSupportedError("ssda903:folder", "messages")
    unreadable = UnreadableSourceError("csv:f", "nothing could be read", "Look", [Problem("a", "b", "C")])
    plugin = PluginError(
        "acme", "cannot be imported", "Reinstall it", distribution="acme 1.0", hook="relationkit_adapters"
    )

    assert (unknown.name, unknown.known) == ("cvs", ("csv", "sql"))
    assert unsupported.capability == "messages"
    assert len(unreadable.problems) == 1
    assert isinstance(unsupported, SourceError)
    assert str(plugin) == "plugin 'acme' from acme 1.0, hook relationkit_adapters: cannot be imported. Reinstall it."
    assert InvalidRecordError("Child", None, []).problems == ()


def test_a_missing_extra_says_what_to_install() -> None:
    error = MissingExtraError("The command line", extra="cli")

    assert isinstance(error, ImportError)
    assert 'pip install "relationkit[cli]"' in str(error)


def test_errors_pass_between_processes_whole() -> None:
    for error in (
        InvalidRecordError("Child", "c1", [Problem("Child c1", "is missing", "Give it a value", field="id")]),
        UnknownAdapterError("cvs:folder", "cvs", ["csv"]),
        NotSupportedError("ssda903:folder", "messages"),
        MissingExtraError("The command line", extra="cli"),
        errors.NaiveMomentError("now"),
        errors.UnknownFormVersionError("form", "3"),
        errors.HandoverConflictError("handover:A1", ["goodbye"], what="written down twice"),
        errors.InvalidRuleFileError("visits.toml", [Problem("visits.toml", "is missing", "Write one")]),
        errors.SeveralChildrenError(["c1", "c2"], remedy="Take one"),
        PluginError("acme", "cannot be imported", "Reinstall it"),
        errors.ContractBrokenError("ours:x", "assignments", "gave dict", plugin="'acme'"),
        errors.SourceUnavailableError("ours:x", "locked out", "Ask", is_retryable=False),
    ):
        again = pickle.loads(pickle.dumps(error))

        assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


# Codes.


@pytest.mark.parametrize("error", CLASSES, ids=lambda error: error.__name__)
def test_every_error_has_a_code_of_its_own(error: type[Exception]) -> None:
    assert error in CODES, "give it the next free number of its family in CODES; a number is never used again"
    assert re.fullmatch(r"RK-[1-9]\d{3}", CODES[error])


def test_no_code_is_used_twice_and_each_belongs_to_a_family() -> None:
    assert len(set(CODES.values())) == len(CODES)
    assert {code[:4] for code in CODES.values()} == set(FAMILIES)


def test_an_error_says_its_code_and_an_heir_its_parents() -> None:
    class OursError(errors.SourceNotFoundError):
        pass

    assert NotSupportedError("ssda903:folder", "messages").code == "RK-3004"
    assert OursError("ours:x", "no such account", "Check it").code == "RK-3002"


def test_a_case_system_that_does_not_answer_says_whether_waiting_helps() -> None:
    assert errors.SourceUnavailableError("ours:x", "no answer", "Try again later").is_retryable
    assert not errors.SourceUnavailableError("ours:x", "locked out", "Ask for access", is_retryable=False).is_retryable


def test_the_page_of_errors_is_made_from_the_code() -> None:
    spec = importlib.util.spec_from_file_location("write_errors", ROOT / "docs" / "reference" / "write_errors.py")
    assert spec is not None
    assert spec.loader is not None
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)

    assert writer.PAGE.read_text(encoding="utf-8") == writer.page_text(), "run python docs/reference/write_errors.py"
