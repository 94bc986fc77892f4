"""A synthetic council reads like any other source, is the same every time, and names nobody real."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice

import pytest

from relationkit.errors import InvalidSampleError, RelationkitError
from relationkit.plugins import KINDS, CaseReader
from relationkit.records import Child, Record, Worker
from relationkit.samples import SampleCouncil

NOW = datetime(2025, 9, 18, 14, 30, tzinfo=UTC)

#: The records of the council below, by SHA-256. When a figure is changed on purpose it changes, on every machine alike.
DIGEST_OF_50 = "ddf339ecfb57923e3b0c6300d7056e2a7e23129c6cda20d1a1c1072cf97e2240"

CHILDREN = 90

DIGEST_PROGRAM = """
import hashlib
from datetime import UTC, datetime
from relationkit.samples import SampleCouncil
digest = hashlib.sha256()
for record in SampleCouncil(50, seed=3, now=datetime(2025, 9, 18, 14, 30, tzinfo=UTC)).records():
    digest.update(type(record).__name__.encode() + record.model_dump_json().encode())
print(digest.hexdigest())
"""


@pytest.fixture(scope="module")
def council() -> SampleCouncil:
    return SampleCouncil(CHILDREN, seed=7, now=NOW)


def digest(council: SampleCouncil) -> str:
    found = hashlib.sha256()
    for record in council.records():
        found.update(type(record).__name__.encode() + record.model_dump_json().encode())
    return found.hexdigest()


def kinds(council: SampleCouncil) -> Iterator[tuple[str, list[Record]]]:
    for kind in KINDS:
        yield kind, list(getattr(council, kind)())


def order(record: Record) -> tuple[object, ...]:
    """What the reader's contract orders a record by, within its kind."""
    moment = next((getattr(record, name) for name in ("started_on", "at", "starts_at") if hasattr(record, name)), None)
    owner = next(getattr(record, name) for name in ("child_id", "worker_id", "id") if hasattr(record, name))
    return (owner,) if moment is None else (owner, moment, getattr(record, "id", ""))


# --- The same every time --------------------------------------------------------------------------------------------


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert digest(SampleCouncil(50, seed=3, now=NOW)) == digest(SampleCouncil(50, seed=3, now=NOW)) == DIGEST_OF_50


@pytest.mark.parametrize("hash_seed", ["0", "12345"])
def test_another_process_gives_the_same_bytes(hash_seed: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", DIGEST_PROGRAM],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": "Asia/Tokyo"},
        capture_output=True,
        check=True,
        text=True,
    )

    assert answer.stdout.strip() == DIGEST_OF_50


def test_the_same_moment_in_another_zone_gives_the_same_bytes() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-7)))

    assert digest(SampleCouncil(50, seed=3, now=elsewhere)) == DIGEST_OF_50


def test_another_seed_gives_another_council() -> None:
    assert digest(SampleCouncil(50, seed=4, now=NOW)) != DIGEST_OF_50


def test_a_stream_does_not_depend_on_what_was_read_before(council: SampleCouncil) -> None:
    fresh = SampleCouncil(CHILDREN, seed=7, now=NOW)
    messages = list(fresh.messages())

    assert messages == list(council.messages())
    assert list(fresh.assignments()) == list(council.assignments())


def test_two_streams_may_be_open_at_once(council: SampleCouncil) -> None:
    one, other = council.sessions(), council.sessions()

    pairs = zip(islice(one, 200), islice(other, 200), strict=True)
    assert all(first == second for first, second in pairs)


# --- What can be made -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("children", [50, 51, 73, 100, 100_000])
def test_any_size_from_50_to_100_000_can_be_made(children: int) -> None:
    council = SampleCouncil(children, now=NOW)

    assert len(list(islice(council.assignments(), 60))) == 60


@pytest.mark.parametrize("children", [-1, 0, 49, 100_001, True, 500.0, "500"])
def test_other_sizes_are_refused(children: int) -> None:
    with pytest.raises(InvalidSampleError, match="50 to 100,000 children"):
        SampleCouncil(children, now=NOW)


def test_a_now_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidSampleError, match="no time zone"):
        SampleCouncil(50, now=NOW.replace(tzinfo=None))


@pytest.mark.parametrize("year", [1949, 2151])
def test_a_now_far_from_our_time_is_refused(year: int) -> None:
    with pytest.raises(InvalidSampleError, match="1950 to 2150"):
        SampleCouncil(50, now=NOW.replace(year=year))


def test_a_refusal_is_a_value_error_of_the_family() -> None:
    assert issubclass(InvalidSampleError, ValueError)
    assert issubclass(InvalidSampleError, RelationkitError)


@pytest.mark.parametrize(
    "now",
    [
        datetime(2024, 2, 29, 23, 59, tzinfo=UTC),
        datetime(2025, 3, 30, 1, 30, tzinfo=UTC),
        datetime(2024, 12, 31, 23, 30, tzinfo=UTC),
        datetime(1950, 1, 1, tzinfo=UTC),
        datetime(2150, 12, 31, tzinfo=UTC),
    ],
)
def test_every_record_can_be_at_any_moment_of_the_calendar(now: datetime) -> None:
    council = SampleCouncil(120, seed=1, now=now)

    assert sum(1 for _ in council.records()) > 1000
    assert all(message.at <= now for message in council.messages())


# --- The reader's contract ------------------------------------------------------------------------------------------


def test_a_council_is_a_reader_of_every_kind(council: SampleCouncil) -> None:
    assert isinstance(council, CaseReader)
    assert council.capabilities == frozenset(KINDS)
    assert list(council.problems) == []
    assert any("Synthetic" in caveat for caveat in council.caveats)
    with council as reader:
        assert reader is council


def test_every_kind_comes_in_the_contracts_order_without_a_double(council: SampleCouncil) -> None:
    for kind, rows in kinds(council):
        keys = [order(row) for row in rows]
        assert keys == sorted(keys), kind
        assert len(set(keys)) == len(keys) > 0, kind


def test_the_asked_number_of_children_comes(council: SampleCouncil) -> None:
    assert len(list(council.children())) == CHILDREN


def test_records_begin_with_the_people_and_hold_every_kind(council: SampleCouncil) -> None:
    rows = list(council.records())
    people = sum(1 for _ in council.workers()) + sum(1 for _ in council.children())

    assert all(isinstance(row, Worker | Child) for row in rows[:people])
    assert len(rows) == sum(len(each) for _, each in kinds(council))


@pytest.mark.parametrize("kind", ["children", "assignments", "messages", "sessions", "placements"])
def test_asking_for_some_children_gives_theirs_and_no_others(council: SampleCouncil, kind: str) -> None:
    wanted = ["child-000031", "child-000004", "child-000031", "child-000900", "child-4", "nobody", "child-００００３１"]
    stream = getattr(council, kind)

    rows = [row for row in stream() if getattr(row, "child_id", row.model_dump()["id"]) in wanted]
    assert list(stream(child_ids=wanted)) == rows
    assert rows
    assert list(stream(child_ids=[])) == []


@pytest.mark.parametrize("kind", ["workers", "assignments", "sessions", "absences"])
def test_asking_for_some_workers_gives_theirs_and_no_others(council: SampleCouncil, kind: str) -> None:
    stream = getattr(council, kind)
    wanted = {getattr(row, "worker_id", row.model_dump().get("id")) for row in islice(stream(), 3)} | {"nobody"}

    rows = [row for row in stream() if getattr(row, "worker_id", row.model_dump().get("id")) in wanted]
    assert list(stream(worker_ids=wanted)) == rows
    assert rows


def test_since_is_included_and_until_is_not(council: SampleCouncil) -> None:
    at = next(council.messages()).at
    starts_at = next(council.sessions()).starts_at
    tick = timedelta(microseconds=1)

    assert list(council.messages(since=at, until=at + tick))
    assert not list(council.messages(since=at, until=at))
    assert list(council.sessions(since=starts_at, until=starts_at + tick))
    assert not list(council.sessions(since=starts_at, until=starts_at))


def test_one_string_in_place_of_ids_is_refused(council: SampleCouncil) -> None:
    with pytest.raises(TypeError):
        council.children(child_ids="child-000004")


# --- Nobody is real -------------------------------------------------------------------------------------------------


def test_every_name_says_that_it_is_made_up(council: SampleCouncil) -> None:
    assert all(
        worker.name.startswith("Sample ") and worker.name.endswith("(synthetic)") for worker in council.workers()
    )
    assert all(str(child.chosen_name).startswith("Sample Child ") for child in council.children())
    assert all(session.place is None or session.place.startswith("Sample ") for session in council.sessions())
    assert all("synthetic" in row.no_reply_why for row in council.messages() if row.no_reply_why)
    teams = {worker.team for worker in council.workers()} | {child.team for child in council.children()}
    teams |= {row.team for row in council.assignments()}
    assert all("Sample" in team for team in teams if team is not None)


def test_registrations_cannot_be_taken_for_real_ones(council: SampleCouncil) -> None:
    registrations = [worker.registration for worker in council.workers() if worker.registration]

    assert len(set(registrations)) == len(registrations) > 5
    assert all(registration.startswith("SWTEST") for registration in registrations)


def test_a_name_is_given_once(council: SampleCouncil) -> None:
    names = [worker.name for worker in council.workers()] + [child.chosen_name for child in council.children()]

    assert len(set(names)) == len(names)
