"""What every test of the kit says about itself: an id that stays, how much it counts, since when, why, and the remedy.

The reason and the remedy stand in the test's docstring, once, and are read from there::

    @must("RK-C-021")
    def test_an_open_end_stays_open(self, ...) -> None:
        \"\"\"A guessed end would hide who is responsible today.

        Remedy: give None for an end that is not there.
        \"\"\"

An id is never given to another test, whatever becomes of the first. A new test that every adapter must pass arrives as
advice in one minor version and counts in the next, so that nobody's build breaks unannounced.
"""

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

import pytest

__all__ = ["ADVISED", "KitTest", "Level", "advisory", "described", "must", "should"]

TestT = TypeVar("TestT", bound=Callable[..., Any])

#: How the reason of an expected failure begins when a test only advises.
ADVISED: Final = "advised: "

_REMEDY: Final = "\n\nRemedy: "


class Level(StrEnum):
    """How much a test counts."""

    #: Rules give wrong answers about children without it.
    MUST = "must"
    #: Good adapters do; rules stay right without it.
    SHOULD = "should"
    #: Advice: a failure is reported and fails nothing, for now.
    ADVISORY = "advisory"


@dataclass(frozen=True, slots=True)
class KitTest:
    """One test of the kit.

    Attributes:
        id: Such as ``"RK-C-021"``; the same in every version.
        level: How much it counts.
        since: The version of the plugin API, :data:`relationkit.plugins.API_VERSION`, that brought it.
        name: Its name as a test.
        theme: What it is about: the module it stands in, in words.
        reason: Why the promise matters, one sentence or two.
        remedy: What to do when it fails.
    """

    id: str
    level: Level
    since: str
    name: str
    theme: str
    reason: str
    remedy: str


def must(test_id: str, *, since: str = "1.0") -> Callable[[TestT], TestT]:
    """Mark a test that every adapter has to pass."""
    return functools.partial(_marked, test_id, Level.MUST, since)


def should(test_id: str, *, since: str = "1.0") -> Callable[[TestT], TestT]:
    """Mark a test that a good adapter passes."""
    return functools.partial(_marked, test_id, Level.SHOULD, since)


def advisory(test_id: str, *, since: str = "1.0") -> Callable[[TestT], TestT]:
    """Mark a test that fails nothing yet; what it found is in the report."""
    return functools.partial(_marked, test_id, Level.ADVISORY, since)


def described(kit: type[object]) -> Iterator[KitTest]:
    """Yield what the tests of a class say about themselves, by id."""
    found = (getattr(member, "kit_test", None) for _, member in inspect.getmembers(kit, inspect.isfunction))
    yield from sorted((each for each in found if isinstance(each, KitTest)), key=lambda each: each.id)


def _marked(test_id: str, level: Level, since: str, test: TestT) -> TestT:
    reason, mark, remedy = inspect.cleandoc(test.__doc__ or "").partition(_REMEDY)
    if not (reason and mark and remedy):
        raise TypeError(f"{test.__qualname__} does not say reason and remedy: write them as must() shows")
    theme = test.__module__.rpartition(".")[2].replace("_", " ")
    marked = _advising(test) if level is Level.ADVISORY else test
    marked.kit_test = KitTest(test_id, level, since, test.__name__, theme, _line(reason), _line(remedy))  # type: ignore[attr-defined]  # read by described()
    return marked


def _advising(test: TestT) -> TestT:
    @functools.wraps(test)
    def advising(*arguments: Any, **named: Any) -> None:
        try:
            test(*arguments, **named)
        except AssertionError as error:
            pytest.xfail(ADVISED + next(iter(str(error).splitlines()), "the assertion failed"))

    return advising  # type: ignore[return-value]  # the same signature, which pytest reads through it


def _line(text: str) -> str:
    return " ".join(text.split())
