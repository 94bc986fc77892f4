"""Which rows of a table of messages can be used, which cannot, and that none goes missing."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from relationkit import bulk
from relationkit.errors import InvalidPolicyError, InvalidRecordError, NaiveMomentError, UnreadableSourceError
from relationkit.records import Message
from relationkit.sla import DEFAULT_POLICIES, PolicyBook, ResponsePolicy

NOW = datetime(2025, 3, 31, 12, tzinfo=UTC)
DEADLINES = bulk.deadline_table(DEFAULT_POLICIES, date(2025, 3, 1), date(2025, 3, 31))
GOOD: Mapping[str, str | None] = {
    "id": "m1",
    "child_id": "c1",
    "at": "2025-03-03T09:00:00Z",
    "direction": "from_child",
    "channel": "text",
    "worker_id": "w1",
    "kind": "message",
    "thread": None,
    "needs_reply": "true",
}
STATE = -2


def text_table(rows: Sequence[Mapping[str, str | None]]) -> duckdb.DuckDBPyRelation:
    connection = duckdb.connect(config={"threads": 1})
    unnested = ", ".join(f'unnest(?::VARCHAR[]) AS "{name}"' for name in GOOD)
    connection.execute(
        f"CREATE TABLE given AS SELECT {unnested}", [[(GOOD | row)[name] for row in rows] for name in GOOD]
    )
    return connection.table("given")


def clocks(*rows: Mapping[str, str | None], **given: object) -> bulk.BulkResult:
    return bulk.response_clocks(text_table(rows), DEADLINES, now=NOW, **given)  # type: ignore[arg-type]  # tables


def refused(result: bulk.BulkResult) -> dict[str, int]:
    return {refusal.reason: refusal.rows for refusal in result.refusals}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"id": None}, "id_missing"),
        ({"id": ""}, "id_missing"),
        ({"id": "m\n1"}, "id_unreadable"),
        ({"child_id": None}, "child_id_missing"),
        ({"child_id": "c\u2028"}, "child_id_unreadable"),
        ({"at": None}, "at_missing"),
        ({"at": "2025-03-03T09:00:00"}, "at_without_zone"),
        ({"at": "2025-03-03 09:00"}, "at_without_zone"),
        ({"at": "last Monday"}, "at_not_a_moment"),
        ({"at": "2025-02-30T09:00:00Z"}, "at_not_a_moment"),
        ({"at": "2025-03-03T09:00:00 Europe/London"}, "at_not_a_moment"),
        ({"at": "1899-12-31T23:59:59Z"}, "at_out_of_range"),
        ({"at": "2200-01-01T00:00:00Z"}, "at_out_of_range"),
        ({"direction": "sideways"}, "direction_unknown"),
        ({"direction": None}, "direction_unknown"),
        ({"channel": "pigeon"}, "channel_unknown"),
        ({"channel": None}, "channel_unknown"),
        ({"worker_id": ""}, "worker_id_empty"),
        ({"worker_id": "w\x7f"}, "worker_id_unreadable"),
        ({"kind": "song"}, "kind_unknown"),
        ({"needs_reply": "perhaps"}, "needs_reply_unknown"),
    ],
)
def test_a_row_that_cannot_be_is_counted_with_its_reason(values: dict[str, str | None], reason: str) -> None:
    result = clocks(values | {"worker_id": values.get("worker_id", "w9")}, {"id": "m2"})

    assert refused(result) == {reason: 1}
    ((told, *_, count),) = result.refused.fetchall()
    assert (told, count) == (reason, 1)
    assert [row[3] for row in result.rows()] == ["m2"]
    known_child = (GOOD | values)["child_id"] == "c1"
    assert [row[-1] for row in result.rows()] == [int(known_child)]
    with pytest.raises(InvalidRecordError):
        Message(**{name: value for name, value in (GOOD | values).items() if name != "needs_reply" or value != "true"})


def test_what_is_left_empty_is_what_a_message_is_by_default() -> None:
    result = clocks({"kind": None, "needs_reply": None, "worker_id": None})

    assert result.refusals == ()
    assert [row[STATE] for row in result.rows()] == ["overdue"]


def test_moments_with_another_offset_are_the_same_moments() -> None:
    result = clocks({"at": "2025-03-03 10:00:00.000001+01:00"}, {"id": "m2", "child_id": "c2"})

    starts = [row[4] for row in result.rows()]
    assert starts == [datetime(2025, 3, 3, 9, tzinfo=UTC), datetime(2025, 3, 3, 9, 0, 0, 1, tzinfo=UTC)]


# Two rows with one id.


def test_the_same_row_again_counts_once_and_is_told() -> None:
    result = clocks({}, {}, {}, {"id": "m2", "at": "2025-03-03T10:00:00Z"})

    assert refused(result) == {"repeated": 2}
    assert [(row[3], row[11], row[-1]) for row in result.rows()] == [("m1", 2, 0)]


def test_of_two_versions_the_earlier_counts_and_the_other_is_told() -> None:
    result = clocks({"at": "2025-03-04T09:00:00Z"}, {})

    assert refused(result) == {"superseded": 1}
    assert result.refused.project('id, "at"').fetchall() == [("m1", "2025-03-04T09:00:00Z")]
    assert [row[4] for row in result.rows()] == [datetime(2025, 3, 3, 9, tzinfo=UTC)]


# Outside the deadline table: never dropped, never open.


@pytest.mark.parametrize("at", ["2025-02-28T23:59:59.999999Z", "2025-04-01T00:00:00Z"])
def test_a_wait_that_the_table_does_not_reach_is_refused_and_not_open(at: str) -> None:
    later = datetime(2025, 4, 20, tzinfo=UTC)
    rows = text_table([{"at": at}, {"id": "m2", "child_id": "c2"}])

    result = bulk.response_clocks(rows, DEADLINES, now=later)

    assert refused(result) == {"outside_deadlines": 1}
    assert [row[0] for row in result.refused.project("id").fetchall()] == ["m1"]
    assert [row[3] for row in result.rows()] == ["m2"]


def test_a_wait_older_than_the_book_is_refused() -> None:
    book = PolicyBook([ResponsePolicy(name="local", in_force_from=date(2025, 3, 10))])
    table = bulk.deadline_table(book, date(2025, 3, 1), date(2025, 3, 31))
    rows = text_table([{"at": "2025-03-09T23:59:59Z"}, {"id": "m2", "child_id": "c2", "at": "2025-03-10T00:00:00Z"}])

    result = bulk.response_clocks(rows, table, now=NOW)

    assert refused(result) == {"outside_deadlines": 1}
    assert [row[3] for row in result.rows()] == ["m2"]


def test_a_message_that_joins_a_wait_outside_the_table_is_not_a_wait_of_its_own() -> None:
    result = clocks({"at": "2025-02-28T12:00:00Z"}, {"id": "m2"})

    assert refused(result) == {"outside_deadlines": 1}
    assert result.rows() == []


def test_an_answer_after_the_last_day_of_the_table_still_counts() -> None:
    answer = {"id": "m2", "direction": "to_child", "at": "2025-04-02T09:00:00Z"}
    rows = text_table([{"at": "2025-03-31T09:00:00Z"}, answer])

    result = bulk.response_clocks(rows, DEADLINES, now=NOW + timedelta(days=9))

    assert [row[STATE] for row in result.rows()] == ["answered_in_time"]
    assert result.refusals == ()


# The table as a whole.


def test_a_column_of_moments_without_a_zone_is_refused_with_the_recipe() -> None:
    rows = text_table([{}]).project('* REPLACE (CAST("at" AS TIMESTAMP) AS "at")')

    with pytest.raises(UnreadableSourceError, match=r"at: .*no time zone.*AT TIME ZONE 'Europe/London'.*tz_localize"):
        bulk.response_clocks(rows, DEADLINES, now=NOW)


def test_a_moment_without_end_is_refused() -> None:
    rows = text_table([{}, {"id": "m2"}]).project(
        "* REPLACE (IF(id = 'm1', 'infinity', \"at\")::TIMESTAMPTZ AS \"at\")"
    )

    result = bulk.response_clocks(rows, DEADLINES, now=NOW)

    assert refused(result) == {"at_not_a_moment": 1}
    assert [row[3] for row in result.rows()] == ["m2"]


def test_a_column_that_is_missing_is_named() -> None:
    with pytest.raises(UnreadableSourceError, match=r"channel: the column is missing"):
        bulk.response_clocks(text_table([{}]).project('id, child_id, "at", direction'), DEADLINES, now=NOW)


def test_the_optional_columns_may_be_missing() -> None:
    rows = text_table([{}]).project('id, child_id, "at", direction, channel')

    assert [row[15] for row in bulk.response_clocks(rows, DEADLINES, now=NOW).rows()] == ["duty"]


def test_an_empty_table_has_no_clocks() -> None:
    result = bulk.response_clocks(text_table([{}]).filter("FALSE"), DEADLINES, now=NOW)

    assert (result.rows(), result.refusals) == ([], ())


def test_now_must_have_a_zone() -> None:
    with pytest.raises(NaiveMomentError):
        bulk.response_clocks(text_table([{}]), DEADLINES, now=datetime(2025, 3, 31))


@pytest.mark.parametrize(
    ("second", "told"),
    [({"stops_on": {"kinds": {"attempt"}}}, "different answers"), ({}, "roles alone")],
)
def test_a_book_that_whole_tables_cannot_judge_is_refused(second: dict[str, object], told: str) -> None:
    first = {"stops_on": {"roles": {"social_worker"}}} if not second else {}
    days = (date(2025, 1, 1), date(2025, 3, 10))
    book = PolicyBook(
        ResponsePolicy(name="local", in_force_from=day, **(first or other))
        for day, other in zip(days, ({}, second), strict=True)
    )

    with pytest.raises(InvalidPolicyError, match=told):
        bulk.response_clocks(text_table([{}]), bulk.deadline_table(book, *days), now=NOW)


# Beside the messages: refused rows of the other two tables are counted too.


def test_assignments_and_absences_that_cannot_be_are_counted() -> None:
    given = duckdb.connect(config={"threads": 1})
    assignments = given.sql(
        "SELECT * FROM (VALUES ('a1', 'c1', 'w2', 'social_worker', '2025-03-01', NULL), "
        "('a2', 'c1', 'w3', 'captain', '2025-03-01', NULL)) AS t(id, child_id, worker_id, role, started_on, ended_on)"
    )
    absences = given.sql(
        "SELECT * FROM (VALUES ('w2', '2025-03-02T00:00:00Z', NULL, 'w4'), ('w2', '2025-03-02T00:00:00Z', NULL, 'w2'), "
        "('w2', '2025-03-02', NULL, NULL), ('w2', '2025-03-02T00:00Z', '2025-03-02T00:00Z', NULL)) "
        "AS t(worker_id, starts_at, ends_at, cover_id)"
    )

    result = clocks({}, assignments=assignments, absences=absences)

    assert refused(result) == {
        "role_unknown": 1,
        "starts_at_not_a_moment": 1,
        "ended_before_started": 1,
        "cover_is_away": 1,
    }
    assert [row[13:17] for row in result.rows()] == [("w2", datetime(2025, 3, 3, 9, tzinfo=UTC), "cover", "w4")]


# In and out.


def test_files_and_frames_give_the_same_clocks(tmp_path: Path) -> None:
    rows = text_table(
        [{}, {"id": "m2", "direction": "to_child", "at": "2025-03-03T11:00:00Z"}, {"id": "m3", "child_id": "c2"}]
    )
    expected = bulk.response_clocks(rows, DEADLINES, now=NOW).rows()
    rows.write_csv(str(tmp_path / "messages.csv"))
    rows.project('* REPLACE (CAST("at" AS TIMESTAMPTZ) AS "at")').write_parquet(str(tmp_path / "messages.parquet"))
    frame = pd.read_csv(tmp_path / "messages.csv", dtype=str, keep_default_na=False, na_values=[""])
    frame["at"] = pd.to_datetime(frame["at"], utc=True)

    for given in (tmp_path / "messages.csv", tmp_path / "messages.parquet", frame):
        assert bulk.response_clocks(given, DEADLINES, now=NOW).rows() == expected
    assert [row[STATE] for row in expected] == ["answered_in_time", "overdue"]


def test_moments_are_written_in_utc_whatever_the_zone_of_the_session(tmp_path: Path) -> None:
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("SET TimeZone = 'America/New_York'")
    text_table([{}]).write_parquet(str(tmp_path / "messages.parquet"))
    rows = connection.read_parquet(str(tmp_path / "messages.parquet"))

    result = bulk.response_clocks(rows, DEADLINES, now=NOW)
    result.write(tmp_path / "clocks.csv")

    assert (
        "c1/m1,c1,,m1,2025-03-03T09:00:00.000000Z,2025-03-06T09:00:00.000000Z," in (tmp_path / "clocks.csv").read_text()
    )
    assert result.rows()[0][4] == datetime(2025, 3, 3, 9, tzinfo=UTC)
