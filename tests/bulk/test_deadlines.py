"""The deadline table says, for every microsecond, what the policy says."""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationkit import bulk
from relationkit.bulk.deadlines import DAY_LENGTH, Segment, instant_number
from relationkit.errors import HolidaysNotKnownError, InvalidWindowError, UnreadableSourceError
from relationkit.records import Channel, Message, Role
from relationkit.sla import PolicyBook, ResponsePolicy, WorkingCalendar, uk_calendar

TICK = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OFFICE = WorkingCalendar({day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")})
LONG_AGO = date(2000, 1, 1)


def a_book(target: timedelta = timedelta(hours=8), calendar: WorkingCalendar | None = OFFICE) -> PolicyBook:
    return PolicyBook([ResponsePolicy(name="local", target=target, calendar=calendar, in_force_from=LONG_AGO)])


def looked_up(
    table: bulk.DeadlineTable, at: datetime, *, channel: str = "text", role: str = "social_worker"
) -> datetime:
    """Look a due time up as a database does: which policy, which segment; each must be the only one."""
    sent = instant_number(at)
    (policy_id,) = (
        row.policy_id
        for row in table.in_force
        if (row.channel, row.role) == (channel, role) and row.from_at <= sent < row.to_at
    )
    (segment,) = (
        row
        for row in table.segments
        if (row.policy_id, row.utc_day) == (policy_id, sent // DAY_LENGTH) and row.seg_from <= sent < row.seg_to
    )
    return EPOCH + (segment.base + segment.slope * sent) * TICK


def at_utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]  # year, month, day, then what of the time is said


# Both sides of every edge.


@pytest.mark.parametrize(
    ("sent", "due"),
    [
        (at_utc(2025, 1, 7, 9), at_utc(2025, 1, 7, 17)),  # used up exactly at closing
        (at_utc(2025, 1, 7, 9) + TICK, at_utc(2025, 1, 8, 9) + TICK),
        (at_utc(2025, 1, 7, 9) - TICK, at_utc(2025, 1, 7, 17)),
        (at_utc(2025, 1, 7, 17), at_utc(2025, 1, 8, 17)),  # sent at closing
        (at_utc(2025, 1, 7, 17) - TICK, at_utc(2025, 1, 8, 17) - TICK),
        (at_utc(2025, 1, 10, 18), at_utc(2025, 1, 13, 17)),  # over a weekend
        (at_utc(2025, 1, 7, 23, 59, 59, 999999), at_utc(2025, 1, 8, 17)),
        (at_utc(2025, 1, 8), at_utc(2025, 1, 8, 17)),
    ],
)
def test_an_amount_used_up_at_closing_is_due_at_closing(sent: datetime, due: datetime) -> None:
    assert looked_up(bulk.deadline_table(a_book(), date(2025, 1, 6), date(2025, 1, 12)), sent) == due


@pytest.mark.parametrize("day", [date(2025, 3, 30), date(2025, 10, 26)])
def test_hours_are_real_hours_over_both_clock_changes(day: date) -> None:
    every_day = WorkingCalendar({name: [("00:30", "04:00")] for name in ("sat", "sun", "mon")})
    book = a_book(timedelta(hours=2), every_day)
    table = bulk.deadline_table(book, day, day)

    for minute in range(0, 24 * 60, 7):
        sent = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
        assert looked_up(table, sent) == book.policies[0].due_at(sent)


def test_elapsed_hours_are_one_segment_a_day() -> None:
    table = bulk.deadline_table(a_book(timedelta(hours=72), None), date(2024, 2, 28), date(2024, 3, 1))

    hours_72 = 72 * 3600 * 10**6
    days = [19_781 + n for n in range(3)]
    assert table.segments == tuple(Segment(0, d, d * DAY_LENGTH, (d + 1) * DAY_LENGTH, 1, hours_72) for d in days)


# Which policy holds is a table too.


def test_each_channel_role_and_date_finds_the_policy_that_the_book_finds() -> None:
    books = PolicyBook(
        [
            ResponsePolicy(name="all", in_force_from=LONG_AGO, channels=set(Channel) - {Channel.CALL}),
            ResponsePolicy(name="calls", in_force_from=LONG_AGO, channels={"call"}, target=timedelta(hours=4)),
            ResponsePolicy(name="calls", in_force_from=date(2025, 6, 1), channels={"call"}, target=timedelta(hours=2)),
        ]
    )
    table = bulk.deadline_table(books, date(2025, 5, 30), date(2025, 6, 3))
    midnight = at_utc(2025, 5, 31, 23)  # of 1 June in London

    for at in (midnight - TICK, midnight, at_utc(2025, 5, 30), at_utc(2025, 6, 3, 23, 59, 59, 999999)):
        for channel in Channel:
            message = Message(id="m", child_id="c", at=at, direction="from_child", channel=channel)
            for role in Role:
                policy = books.policy_for(message, role=role)
                assert looked_up(table, at, channel=channel.value, role=role.value) == policy.due_at(at)


def test_a_policy_that_is_not_in_force_has_no_segment_and_needs_no_holidays() -> None:
    known = uk_calendar("England", years=range(2025, 2027))
    book = PolicyBook(
        [
            ResponsePolicy(name="local", in_force_from=LONG_AGO),
            ResponsePolicy(name="local", in_force_from=date(2025, 2, 1), calendar=known, target=timedelta(hours=8)),
            ResponsePolicy(name="local", in_force_from=date(2026, 2, 1)),
        ]
    )

    table = bulk.deadline_table(book, date(2024, 1, 1), date(2025, 12, 31))

    assert {row.policy_id for row in table.segments} == {0, 1}
    assert (
        min(row.utc_day for row in table.segments if row.policy_id == 1) == (date(2025, 2, 1) - date(1970, 1, 1)).days
    )


def test_days_before_the_book_have_no_policy() -> None:
    book = PolicyBook([ResponsePolicy(name="local", in_force_from=date(2025, 1, 10))])

    table = bulk.deadline_table(book, date(2025, 1, 1), date(2025, 1, 20))

    assert {row.from_at for row in table.in_force} == {instant_number(at_utc(2025, 1, 10))}


# What cannot be.


def test_a_due_time_beyond_the_known_holidays_is_refused() -> None:
    book = a_book(calendar=uk_calendar("England", years=range(2025, 2026)))

    with pytest.raises(HolidaysNotKnownError):
        bulk.deadline_table(book, date(2025, 1, 1), date(2025, 12, 31))


def test_reversed_days_are_refused() -> None:
    with pytest.raises(InvalidWindowError, match=r"2025-01-01.*Swap"):
        bulk.deadline_table(a_book(), date(2025, 1, 2), date(2025, 1, 1))


# Disjoint and complete, by what a segment is: each begins where the one before it ends.


def assert_whole(table: bulk.DeadlineTable) -> None:
    for before, after in pairwise(table.segments):
        if before.policy_id == after.policy_id:
            assert before.seg_to == after.seg_from
    for row in table.segments:
        assert row.utc_day * DAY_LENGTH <= row.seg_from < row.seg_to <= (row.utc_day + 1) * DAY_LENGTH
    ends: dict[int, list[Segment]] = {}
    for row in table.segments:
        ends.setdefault(row.policy_id, []).append(row)
    for held in table.in_force:
        own = ends[held.policy_id]
        assert own[0].seg_from <= held.from_at < held.to_at <= own[-1].seg_to


def test_the_segments_of_two_years_neither_overlap_nor_leave_a_gap() -> None:
    nations = ("England", "Wales", "Scotland", "Northern Ireland")
    roles = list(Role)
    book = PolicyBook(
        ResponsePolicy(
            name=nation,
            target=timedelta(hours=hours),
            calendar=uk_calendar(nation),
            in_force_from=LONG_AGO,
            roles={roles[n]} if n < 3 else set(roles[3:]),
        )
        for n, (nation, hours) in enumerate(zip(nations, (4, 8, 16, 24), strict=True))
    )

    table = bulk.deadline_table(book, date(2024, 1, 1), date(2025, 12, 31))

    assert_whole(table)
    assert len({row.utc_day for row in table.segments}) == 731


# Whatever the calendar: the property that the whole of it rests on.

QUARTERS = st.lists(st.integers(0, 96), unique=True, max_size=6)
NEAR = st.sampled_from([date(2025, 3, 28), date(2025, 3, 30), date(2025, 3, 31), date(2025, 4, 1)])


def spans(ends: list[int]) -> list[tuple[str, str]]:
    texts = [f"{quarter // 4:02}:{quarter % 4 * 15:02}" for quarter in sorted(ends[: len(ends) // 2 * 2])]
    return list(zip(texts[::2], texts[1::2], strict=True))


SPANS = QUARTERS.map(spans)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    week = draw(st.dictionaries(st.sampled_from(("mon", "tue", "thu", "sat", "sun")), SPANS, min_size=1))
    if not any(week.values()):
        week["sun"] = [("00:15", "03:00")]
    zone = draw(st.sampled_from(["Europe/London", "Australia/Lord_Howe", "America/St_Johns", "UTC"]))
    shifts, breaks = draw(st.dictionaries(NEAR, SPANS, max_size=2)), draw(st.dictionaries(NEAR, SPANS, max_size=2))
    return WorkingCalendar(week, zone, draw(st.frozensets(NEAR, max_size=1)), breaks, shifts)


@settings(deadline=None, max_examples=60)
@given(
    calendar=st.none() | calendars(),
    target=st.integers(1, 200).map(lambda n: timedelta(minutes=15 * n)) | st.timedeltas(TICK, timedelta(hours=60)),
    hours=st.lists(st.timedeltas(timedelta(0), timedelta(days=8) - TICK), max_size=5),
)
def test_the_table_gives_what_the_policy_gives_to_the_microsecond(
    calendar: WorkingCalendar | None, target: timedelta, hours: list[timedelta]
) -> None:
    book = a_book(target, calendar)
    table = bulk.deadline_table(book, date(2025, 3, 27), date(2025, 4, 3))
    start, end = at_utc(2025, 3, 27), at_utc(2025, 4, 4)
    edges = [EPOCH + number * TICK for row in table.segments for number in (row.seg_from - 1, row.seg_from)]

    assert_whole(table)
    assert (table.segments[0].seg_from, table.segments[-1].seg_to) == (instant_number(start), instant_number(end))
    starts = [row.seg_from for row in table.segments]
    for sent in [*edges[1:], *(start + after for after in hours), end - TICK]:
        number = instant_number(sent)
        row = table.segments[bisect_right(starts, number) - 1]
        assert EPOCH + (row.base + row.slope * number) * TICK == book.policies[0].due_at(sent)


# Out.


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_both_tables_are_written_for_other_programs(tmp_path, ending: str) -> None:
    table = bulk.deadline_table(a_book(), date(2025, 1, 6), date(2025, 1, 12))

    table.write(tmp_path / f"deadlines.{ending}")
    table.write_policies(tmp_path / f"policies.{ending}")

    with duckdb.connect() as connection:
        assert connection.sql(f"FROM '{tmp_path}/deadlines.{ending}'").fetchall() == list(table.segments)
        assert connection.sql(f"FROM '{tmp_path}/policies.{ending}'").fetchall() == list(table.in_force)


def test_another_ending_is_refused(tmp_path) -> None:
    with pytest.raises(UnreadableSourceError, match=r"\.parquet or \.csv"):
        bulk.deadline_table(a_book(), LONG_AGO, LONG_AGO).write(tmp_path / "deadlines.xlsx")
