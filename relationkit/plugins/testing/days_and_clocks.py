"""Days and clocks: no hour and no day is lost where clocks change, months are short, and ends are open."""
# ruff: noqa: S101 - these are tests

from collections.abc import Mapping
from datetime import UTC, date
from typing import Any, Final

from relationkit.plugins.ports import CaseReader
from relationkit.plugins.testing.catalogue import must, should
from relationkit.plugins.testing.kit import MOMENT, Kit, Open, loaded, read
from relationkit.plugins.testing.scenarios import CLOCK_CHANGES, EVERY_KIND, WITHIN_A_SECOND

#: The day or moment at which each kind ends.
_END: Final[Mapping[str, str]] = {"assignments": "ended_on", "placements": "ended_on", "absences": "ends_at"}
_DAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "children": ("born_on",),
    "assignments": ("started_on", "ended_on"),
    "placements": ("started_on", "ended_on"),
}


class DayAndClockTests(Kit):
    """Instants are aware and in UTC; days are days; an end that is not there is None."""

    @must("RK-C-050")
    def test_an_open_end_stays_open(self, reader: CaseReader) -> None:
        """A guessed end would hide who is responsible today.

        Remedy: give None for an end that is not there, and never a day far away.
        """
        for kind in self.held(reader, *_END, by=_END):
            count = sum(getattr(row, _END[kind]) is None for row in read(reader, kind))
            assert count == sum(getattr(row, _END[kind]) is None for row in loaded(EVERY_KIND, kind)), kind

    @must("RK-C-051")
    def test_moments_are_aware_and_in_utc(self, reader: CaseReader) -> None:
        """A moment without a zone cannot be compared, and another zone sorts otherwise as text.

        Remedy: store UTC, and give it back with tzinfo=UTC; SQLite drops a zone without a word.
        """
        for kind in self.held(reader, *MOMENT):
            zones = {str(getattr(row, MOMENT[kind]).tzinfo) for row in read(reader, kind)} - {str(UTC)}
            assert not zones, f"{kind}: came moments with the zone {', '.join(sorted(zones))}, expected UTC"

    @must("RK-C-052")
    def test_moments_come_back_as_they_were(self, reader: CaseReader) -> None:
        """An hour lost moves a deadline.

        Remedy: convert with the zone that the system really writes in, and its clock changes.
        """
        for kind in self.held(reader, *MOMENT, by=MOMENT):
            assert _sorted(read(reader, kind), MOMENT[kind]) == _sorted(loaded(EVERY_KIND, kind), MOMENT[kind]), kind

    @must("RK-C-053")
    def test_the_hours_around_a_clock_change_stay_apart(self, opened: Open) -> None:
        """At the end of October one wall-clock hour comes twice: two messages an hour apart read the same.

        Remedy: store UTC; where the system writes local time, take its mark for the second pass.
        """
        reader = opened(CLOCK_CHANGES)
        for kind in self.held(reader, *MOMENT, by=MOMENT):
            assert _sorted(read(reader, kind), MOMENT[kind]) == _sorted(loaded(CLOCK_CHANGES, kind), MOMENT[kind]), kind

    @must("RK-C-054")
    def test_a_session_over_a_clock_change_keeps_its_length(self, opened: Open) -> None:
        """A visit of an hour does not last none, nor two.

        Remedy: convert start and end each by its own offset.
        """
        reader = opened(CLOCK_CHANGES)
        self.held(reader, "sessions", by="ends_at")
        found = [row.ends_at - row.starts_at for row in read(reader, "sessions")]
        assert sorted(found) == sorted(row.ends_at - row.starts_at for row in loaded(CLOCK_CHANGES, "sessions"))

    @must("RK-C-055")
    def test_days_come_back_as_they_were(self, opened: Open) -> None:
        """Midnight in summer is the day before in UTC; a day moved by one makes a change where none was.

        Remedy: read days as days, and never through a moment.
        """
        reader = opened(CLOCK_CHANGES)
        fields = {kind: names[-1] for kind, names in _DAYS.items() if kind != "children"}
        for kind in self.held(reader, *fields, by=fields):
            for name in _DAYS[kind]:
                assert _sorted(read(reader, kind), name) == _sorted(loaded(CLOCK_CHANGES, kind), name), f"{kind} {name}"

    @must("RK-C-056")
    def test_a_day_is_a_day_and_no_midnight(self, reader: CaseReader) -> None:
        """A datetime passes for a date, and compares with none.

        Remedy: call .date() on what the driver gives.
        """
        for kind in self.held(reader, *_DAYS):
            days = [getattr(row, name) for row in read(reader, kind) for name in _DAYS[kind]]
            assert {type(day) for day in days if day is not None} <= {date}, kind

    @must("RK-C-057")
    def test_leap_days_are_days(self, reader: CaseReader) -> None:
        """Children are born on 29 February, and workers begin.

        Remedy: use the calendar of datetime, and no arithmetic on years.
        """
        for kind, name in (("children", "born_on"), ("assignments", "started_on")):
            if kind in reader.capabilities and self._has(kind, name):
                days = [getattr(row, name) for row in read(reader, kind)]
                assert sum(day is not None and (day.month, day.day) == (2, 29) for day in days) == 1, kind

    @must("RK-C-058")
    def test_an_end_is_the_first_day_that_is_over(self, opened: Open) -> None:
        """Where one worker ends and the next begins on one day there is no gap, and no day with two.

        Remedy: add a day to a system's last day.
        """
        reader = opened(CLOCK_CHANGES)
        for kind in self.held(reader, "assignments", "placements", by="ended_on"):
            rows = [row for row in read(reader, kind) if row.child_id == "C1"]
            assert [row.ended_on for row in rows[:-1]] == [row.started_on for row in rows[1:]], kind

    @should("RK-C-059")
    def test_a_moment_keeps_its_microseconds(self, opened: Open) -> None:
        """Two messages within a second have an order, and the answer is the later one.

        Remedy: use a column with microseconds; where the system keeps whole seconds or minutes, declare this one gap.
        """
        reader = opened(WITHIN_A_SECOND)
        self.held(reader, "messages", by="at")
        assert _sorted(read(reader, "messages"), "at") == _sorted(loaded(WITHIN_A_SECOND, "messages"), "at")


def _sorted(rows: list[Any], name: str) -> list[Any]:
    return sorted((getattr(row, name) for row in rows), key=str)
