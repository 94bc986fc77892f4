"""What every adapter promises, as one class of tests to subclass."""
# ruff: noqa: S101 - these are tests

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, ClassVar, Final, Protocol, cast

import pytest

from relationkit.errors import NotSupportedError
from relationkit.plugins.adapters.base import RECORD_OF, contract_order
from relationkit.plugins.ports import CaseReader, SupportsWrite
from relationkit.plugins.specs import KINDS
from relationkit.plugins.testing.scenarios import EMPTY, EVERY_KIND, PRIVATE_WORDS, Scenario
from relationkit.records import Child, Message, Record

__all__ = ["AdapterConformance", "Harness"]

#: A zone that is not UTC, to give the same moments in.
_ELSEWHERE: Final = timezone(timedelta(hours=1))

#: The kinds that carry each filter.
_BY_CHILD: Final = ("children", "assignments", "messages", "sessions", "placements")
_BY_WORKER: Final = ("workers", "assignments", "sessions", "absences")
_BY_TIME: Final = {"messages": "at", "sessions": "starts_at"}


class Harness(Protocol):
    """How the kit reaches a source; the author of an adapter writes one."""

    def open(self) -> CaseReader:
        """Return the adapter under test, over the source as it is now."""
        ...

    def load(self, scenario: Scenario) -> None:
        """Put the records into the source, without the adapter where that can be; leave out what it cannot hold."""
        ...

    def clear(self) -> None:
        """Leave the source there and empty."""
        ...


class AdapterConformance:
    """The promises of :class:`~relationkit.plugins.CaseReader`; subclass it and give the fixture ``harness``.

    No test may be overridden. A promise that a source cannot keep is declared, with a reason, in ``known_gaps``; its
    test must then fail, so that a gap that has closed is noticed.

    Attributes:
        known_gaps: By the name of a test: why the source cannot keep that promise.
        fields: By kind: the fields that the source can hold, where it cannot hold all of them.
    """

    known_gaps: ClassVar[Mapping[str, str]] = {}
    fields: ClassVar[Mapping[str, Collection[str]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a subclass that changes a test, or declares a gap that is no test."""
        super().__init_subclass__(**kwargs)
        tests = {name for name in dir(AdapterConformance) if name.startswith("test_")}
        if changed := sorted(tests & set(vars(cls))):
            raise TypeError(f"{cls.__name__} overrides {changed[0]}; declare it in known_gaps, with the reason")
        if unknown := sorted(set(cls.known_gaps) - tests):
            raise TypeError(f"{cls.__name__} declares the gap {unknown[0]}, which is not a test of the kit")

    @pytest.fixture(autouse=True)
    def _expect_known_gaps(self, request: pytest.FixtureRequest) -> None:
        reason = self.known_gaps.get(request.node.originalname)
        if reason is not None:
            request.applymarker(pytest.mark.xfail(reason=reason, strict=True))

    @pytest.fixture
    def reader(self, harness: Harness) -> Iterator[CaseReader]:
        """The adapter over a source that holds some of every kind."""
        harness.clear()
        harness.load(EVERY_KIND)
        with harness.open() as reader:
            yield reader

    def test_it_is_a_reader_that_says_what_it_holds(self, reader: CaseReader) -> None:
        """Rules ask what is held before they judge; remedy: give every attribute of CaseReader."""
        assert isinstance(reader, CaseReader)
        assert reader.capabilities
        assert reader.capabilities <= set(KINDS)
        assert ":" in reader.source
        assert all(isinstance(caveat, str) for caveat in reader.caveats)

    def test_everything_put_in_comes_out(self, reader: CaseReader) -> None:
        """A lost record is a child not seen; remedy: compare the fields that differ, or declare ``fields``."""
        for kind in sorted(reader.capabilities):
            assert _sorted(self._shown(kind, _read(reader, kind))) == _sorted(self._shown(kind, _loaded(kind)))

    def test_good_records_are_no_problem(self, reader: CaseReader) -> None:
        """A list of problems that cries wolf is not read; remedy: list only what was refused or read otherwise."""
        for kind in reader.capabilities:
            _read(reader, kind)

        assert list(reader.problems) == []

    def test_an_empty_source_answers_with_nothing(self, harness: Harness) -> None:
        """Empty is an answer; remedy: return an empty iterator for a kind that is held and has no rows."""
        harness.clear()
        harness.load(EMPTY)
        with harness.open() as reader:
            assert {kind: _read(reader, kind) for kind in reader.capabilities} == {
                kind: [] for kind in reader.capabilities
            }

    def test_records_come_in_order(self, reader: CaseReader) -> None:
        """Rules read child by child without keeping all; remedy: sort by code point, as CaseReader says."""
        for kind in sorted(reader.capabilities):
            rows = _read(reader, kind)
            assert rows == sorted(rows, key=contract_order)

    def test_an_open_end_stays_open(self, reader: CaseReader) -> None:
        """A guessed end would hide who is responsible today; remedy: None for an end that is not there."""
        ends = {"assignments": "ended_on", "placements": "ended_on", "absences": "ends_at"}
        for kind in sorted(reader.capabilities & set(ends)):
            is_open = [getattr(row, ends[kind]) is None for row in _read(reader, kind)]
            assert sum(is_open) == sum(getattr(row, ends[kind]) is None for row in _loaded(kind))

    def test_moments_come_back_in_utc(self, reader: CaseReader) -> None:
        """An hour lost at a clock change moves a deadline; remedy: store UTC, and give it back aware."""
        for kind in sorted(reader.capabilities & set(_BY_TIME)):
            moments = [getattr(row, _BY_TIME[kind]) for row in _read(reader, kind)]
            assert all(moment.tzinfo is UTC for moment in moments)
            assert sorted(moments) == sorted(getattr(row, _BY_TIME[kind]) for row in _loaded(kind))

    @pytest.mark.parametrize("wanted", [{"C2"}, ["C10", "c3"], {"nobody"}, ()], ids=["one", "two", "nobody", "none"])
    def test_a_filter_by_child_gives_theirs_and_no_others(self, reader: CaseReader, wanted: Collection[str]) -> None:
        """One child's page must not read a neighbour's; remedy: exact match, and an empty filter wants nothing."""
        for kind in sorted(reader.capabilities & set(_BY_CHILD)):
            field = "id" if kind == "children" else "child_id"
            expected = [row for row in _read(reader, kind) if getattr(row, field) in wanted]
            assert _read(reader, kind, child_ids=wanted) == expected

    @pytest.mark.parametrize("wanted", [{"SW2"}, ["SW10", "XX1"], ()], ids=["one", "two", "none"])
    def test_a_filter_by_worker_gives_theirs_and_no_others(self, reader: CaseReader, wanted: Collection[str]) -> None:
        """A worker's calendar holds their own; remedy: exact match, and an empty filter wants nothing."""
        for kind in sorted(reader.capabilities & set(_BY_WORKER)):
            field = "id" if kind == "workers" else "worker_id"
            expected = [row for row in _read(reader, kind) if getattr(row, field) in wanted]
            assert _read(reader, kind, worker_ids=wanted) == expected

    def test_filters_combine(self, reader: CaseReader) -> None:
        """Remedy: a record passes all filters that are given."""
        for kind in sorted(reader.capabilities & set(_BY_CHILD) & set(_BY_WORKER)):
            rows: list[Any] = _read(reader, kind)
            expected = [row for row in rows if (row.child_id, row.worker_id) == ("C2", "SW2")]
            assert _read(reader, kind, child_ids=["C2"], worker_ids=["SW2"]) == expected

    def test_one_string_is_not_taken_for_a_list_of_ids(self, reader: CaseReader) -> None:
        """Its letters would be taken for ids, and match nothing; remedy: raise TypeError."""
        kind = min(reader.capabilities)
        with pytest.raises(TypeError, match="ids"):
            getattr(reader, kind)(**{"child_ids" if kind in _BY_CHILD else "worker_ids": "C2"})

    def test_a_period_takes_its_first_moment_and_not_its_last(self, reader: CaseReader) -> None:
        """Two periods side by side count each message once; remedy: ``since <= at < until``."""
        for kind in sorted(reader.capabilities & set(_BY_TIME)):
            first, second, *_ = sorted(getattr(row, _BY_TIME[kind]) for row in _read(reader, kind))
            found = [getattr(row, _BY_TIME[kind]) for row in _read(reader, kind, since=first, until=second)]
            assert found == [first]
            elsewhere = first.astimezone(_ELSEWHERE)
            assert _read(reader, kind, since=elsewhere, until=second) == _read(reader, kind, since=first, until=second)

    def test_a_bound_without_a_zone_is_refused(self, reader: CaseReader) -> None:
        """Guessed zones are wrong half the year; remedy: raise ValueError when the method is called."""
        for kind in sorted(reader.capabilities & set(_BY_TIME)):
            with pytest.raises(ValueError, match="zone"):
                getattr(reader, kind)(since=datetime(2025, 1, 1))  # noqa: DTZ001 - naive is what is refused

    def test_a_kind_that_is_not_held_is_refused_when_called(self, reader: CaseReader) -> None:
        """An empty answer would read as "none"; remedy: raise NotSupportedError from the call itself."""
        for kind in sorted(set(KINDS) - reader.capabilities):
            with pytest.raises(NotSupportedError, match=kind):
                getattr(reader, kind)()

    def test_several_streams_run_side_by_side(self, reader: CaseReader) -> None:
        """Rules join streams; remedy: give each call its own cursor."""
        for kind in sorted(reader.capabilities):
            pairs = list(zip(getattr(reader, kind)(), getattr(reader, kind)(), strict=True))
            assert [left for left, _ in pairs] == [right for _, right in pairs] == _read(reader, kind)

    def test_closing_twice_does_nothing_more(self, harness: Harness) -> None:
        """Remedy: close() lets go of what is held, and may be called again."""
        harness.clear()
        harness.load(EVERY_KIND)
        with harness.open() as reader:
            _read(reader, min(reader.capabilities))
        reader.close()

    def test_nobody_is_named_in_reprs_and_problems(self, reader: CaseReader) -> None:
        """Logs travel further than records; remedy: ids, codes and field names only."""
        rows = [repr(row) for kind in reader.capabilities for row in _read(reader, kind)]
        text = " ".join([repr(reader), reader.source, *rows, *map(str, reader.problems)])

        assert [word for word in PRIVATE_WORDS if word in text] == []

    def test_what_is_written_is_read_and_the_same_id_is_an_update(self, harness: Harness) -> None:
        """A run that is repeated must not double a record; remedy: insert or update by id."""
        with _writer(harness) as reader:
            assert reader.write(EVERY_KIND.records) == len(EVERY_KIND.records)
            reader.write(EVERY_KIND.records)
            reader.write([Child.model_validate({"id": "C2", "language": "pl"})])

            assert [(row.id, row.language) for row in reader.children()] == [("C10", "en"), ("C2", "pl"), ("c3", "en")]
            assert len(_read(reader, "messages")) == len(_loaded("messages"))
            assert _read(reader, "absences") == sorted(_loaded("absences"), key=contract_order)

    def test_a_write_that_breaks_keeps_nothing(self, harness: Harness) -> None:
        """Half a run is worse than none; remedy: one transaction around the whole call."""
        with _writer(harness) as reader:
            with pytest.raises(ZeroDivisionError):
                reader.write(_breaking_off())

            assert _read(reader, "messages") == []

    def _shown(self, kind: str, rows: list[Record]) -> list[dict[str, Any]]:
        names = self.fields.get(kind, RECORD_OF[kind].model_fields)
        return [{name: getattr(row, name) for name in sorted(names)} for row in rows]


class _WritingReader(CaseReader, SupportsWrite, Protocol):
    """A reader that also keeps records."""


def _writer(harness: Harness) -> _WritingReader:
    harness.clear()
    reader = harness.open()
    if not isinstance(reader, SupportsWrite):
        reader.close()
        pytest.skip("this source is only read")
    return cast("_WritingReader", reader)


def _breaking_off() -> Iterator[Record]:
    """Give more records than any adapter is likely to take at once, then fail."""
    message = next(row for row in EVERY_KIND.records if isinstance(row, Message))
    for number in range(2_500):
        yield message.model_copy(update={"id": f"M{number}"})
    raise ZeroDivisionError


def _read(reader: CaseReader, kind: str, **filters: Any) -> list[Any]:
    return list(getattr(reader, kind)(**filters))


def _loaded(kind: str) -> list[Any]:
    return [row for row in EVERY_KIND.records if isinstance(row, RECORD_OF[kind])]


def _sorted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=repr)
