"""Errors and privacy: a refusal harms nothing, a bad row is told and the rest read, and nobody is ever named."""
# ruff: noqa: S101 - these are tests

import logging
import pickle
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Final

import pytest

from relationkit.errors import NotSupportedError, Problem
from relationkit.plugins.ports import CaseReader, SupportsHandovers, SupportsPromises
from relationkit.plugins.specs import KINDS
from relationkit.plugins.testing.catalogue import must, should
from relationkit.plugins.testing.harness import WatchedHarness
from relationkit.plugins.testing.kit import BY_CHILD, Kit, Open, loaded, read
from relationkit.plugins.testing.scenarios import EMPTY, EVERY_KIND, PRIVATE_WORDS
from relationkit.plugins.testing.stores import a_plan, a_tick
from relationkit.records import WorkerId

__all__ = ["ErrorTests"]

#: A private word, as it would stand in a filter by mistake.
_NAME: Final = PRIVATE_WORDS[0]


class ErrorTests(Kit):
    """What goes wrong is said, in words that travel further than records do."""

    @must("RK-C-190")
    def test_after_a_refusal_it_goes_on(self, reader: CaseReader) -> None:
        """One report lacks a kind, and the next one is made all the same.

        Remedy: check arguments before anything is opened, and leave the reader as it was.
        """
        kind = min(reader.capabilities)
        before = read(reader, kind)
        for refuse in _refusals(reader):
            with pytest.raises((NotSupportedError, TypeError, ValueError)):
                refuse()

        assert read(reader, kind) == before

    @should("RK-C-191")
    def test_an_error_passes_between_processes(self, reader: CaseReader) -> None:
        """Work that is spread over processes brings its errors home by pickle.

        Remedy: raise the errors of relationkit.errors, or derive from them.
        """
        for refuse in _refusals(reader):
            with pytest.raises((NotSupportedError, TypeError, ValueError)) as refused:
                refuse()
            again = pickle.loads(pickle.dumps(refused.value))  # noqa: S301 - made on the line itself
            assert (type(again), str(again)) == (type(refused.value), str(refused.value))

    @must("RK-C-192")
    def test_a_bad_row_is_told_and_the_others_are_read(self, watched: WatchedHarness, opened: Open) -> None:
        """One slip of the pen must not hide a whole council, nor vanish itself.

        Remedy: add a Problem with where, what and remedy, and go on with the next row.
        """
        reader = self._spoilt(watched, opened)
        for kind in sorted(reader.capabilities):
            found, put_in = (self.shown(kind, rows) for rows in (read(reader, kind), loaded(EVERY_KIND, kind)))
            assert [row for row in put_in if row not in found] == [], kind

        assert reader.problems, "came no problem, expected one for the row that spoil() added"
        for problem in reader.problems:
            assert type(problem) is Problem
            lacking = [name for name in ("where", "what", "remedy") if not getattr(problem, name)]
            assert not lacking, f"came a problem without {', '.join(lacking)}, expected all three"

    @must("RK-C-193")
    def test_a_problem_is_told_once_however_often_it_is_read(self, watched: WatchedHarness, opened: Open) -> None:
        """Two reports over one source would list it twice, and three reports three times.

        Remedy: keep problems in a ProblemLog.
        """
        reader = self._spoilt(watched, opened)
        listed = []
        for _ in range(2):
            for kind in sorted(reader.capabilities):
                read(reader, kind)
            listed.append(list(reader.problems))

        assert listed[0] == listed[1]
        assert len({str(problem) for problem in listed[0]}) == len(listed[0])

    @must("RK-C-194")
    def test_a_problem_shows_no_name_that_slipped_into_another_column(
        self, watched: WatchedHarness, opened: Open
    ) -> None:
        """A name in the place of a day is still a name.

        Remedy: show a value only where relationkit.plugins.adapters.problems.showable does.
        """
        reader = self._spoilt(watched, opened)
        for kind in sorted(reader.capabilities):
            read(reader, kind)

        _name_nobody(" ".join(f"{problem} {problem!r}" for problem in reader.problems))

    @must("RK-C-195")
    def test_the_harness_spoils_a_row_as_it_says(self, watched: WatchedHarness, opened: Open) -> None:
        """What is not bad, or holds no name, proves nothing about bad rows: this one is about the harness.

        Remedy: let spoil() add one row with Quillaby where a day or a code belongs, return it as written, and let
        clear() take it out again.
        """
        self._spoils(watched)
        blank = opened(EMPTY)
        nothing = (_counted(blank), list(blank.problems))
        before = _counted(opened(EVERY_KIND))
        row = str(watched.spoil())
        assert _NAME in row, "spoil(): came a row without the kit's name in it, expected it returned as it was written"
        after = _counted(opened(None))
        more = [kind for kind, count in after.items() if count > before[kind]]
        assert not more, f"spoil(): came one more record of {', '.join(more)}, expected a row that cannot be a record"

        watched.clear()
        reader: CaseReader = opened(None)
        assert (_counted(reader), list(reader.problems)) == nothing, "clear() after spoil()"

    @must("RK-C-200")
    def test_nobody_is_named_in_reprs(self, reader: CaseReader) -> None:
        """Logs and tracebacks travel further than records.

        Remedy: keep names, places and words out of every repr; the house's records do.
        """
        rows = [repr(row) for kind in reader.capabilities for row in read(reader, kind)]

        _name_nobody(" ".join([repr(reader), str(reader), reader.source, *reader.caveats, *rows]))

    @must("RK-C-201")
    def test_nobody_is_named_in_an_error(self, reader: CaseReader) -> None:
        """Errors are pasted into tickets and e-mails.

        Remedy: say ids, fields and codes; never repeat what was given in place of one.
        """
        for refuse in _refusals(reader):
            with pytest.raises((NotSupportedError, TypeError, ValueError)) as refused:
                refuse()
            _name_nobody(f"{refused.value} {refused.value!r} {refused.value.__cause__}")

    @must("RK-C-202")
    def test_nobody_is_named_when_a_store_refuses(self, reader: CaseReader) -> None:
        """What a child said why is nobody's business who reads an error.

        Remedy: name the plan, the promise and the field.
        """
        for refuse in _stores_refusals(reader):
            with pytest.raises(Exception) as refused:  # noqa: PT011 - whichever it is, it names nobody
                refuse()
            _name_nobody(f"{refused.value} {refused.value!r}")

    @must("RK-C-203")
    def test_nobody_is_named_in_logs_or_on_the_screen(
        self, opened: Open, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """A log at its finest level, switched on for an afternoon, is kept for years.

        Remedy: log ids and counts; print nothing.
        """
        opened(EVERY_KIND)
        capfd.readouterr()
        with caplog.at_level(logging.DEBUG):
            caplog.clear()
            reader = opened(None)
            for kind in sorted(reader.capabilities):
                read(reader, kind)
        printed = capfd.readouterr()

        _name_nobody(" ".join([record.getMessage() for record in caplog.records]))
        assert not printed.out, "came something on the screen, expected nothing"

    def _spoilt(self, watched: WatchedHarness, opened: Open) -> CaseReader:
        self._spoils(watched)
        watched.clear()
        watched.load(EVERY_KIND)
        watched.spoil()
        reader: CaseReader = opened(None)
        return reader

    def _spoils(self, watched: WatchedHarness) -> None:
        if not watched.can_spoil:
            pytest.skip("this source does not hold bad rows, or its harness has no spoil()")


def _refusals(reader: CaseReader) -> Iterator[Callable[[], object]]:
    """Yield calls that every reader refuses, a private word among what is given."""
    for kind in sorted(set(KINDS) - reader.capabilities):
        yield getattr(reader, kind)
    for kind in sorted(reader.capabilities):
        method, name = getattr(reader, kind), "child_ids" if kind in BY_CHILD else "worker_ids"
        yield lambda method=method, name=name: method(**{name: _NAME})  # type: ignore[misc]  # bound for this turn
        if kind in ("messages", "sessions"):
            yield lambda method=method: method(since=datetime(2025, 1, 1))  # type: ignore[misc]  # noqa: DTZ001 - naive


def _stores_refusals(reader: CaseReader) -> Iterator[Callable[[], object]]:
    """Yield calls that a store refuses, with a child's words in what is given."""
    if isinstance(reader, SupportsPromises):
        yield lambda: reader.tick([a_tick("nothing")])
    if isinstance(reader, SupportsHandovers):
        day, who = date(2025, 3, 10), WorkerId("SW1")
        seen = reader.keep_handover(a_plan("A9"))
        done = seen.plan.skipped("my_story", day, who, f"{_NAME} said thanks", "child")
        reader.keep_handover(done, seen=seen)
        yield lambda: reader.keep_handover(seen.plan.done("my_story", day, who), seen=seen)
        yield lambda: reader.keep_handover(a_plan("A9"))


def _counted(reader: CaseReader) -> dict[str, int]:
    return {kind: len(read(reader, kind)) for kind in sorted(reader.capabilities)}


def _name_nobody(text: str) -> None:
    count = sum(word in text for word in PRIVATE_WORDS)
    assert not count, f"came {count} of the kit's private words, expected none: ids, fields and codes alone"
