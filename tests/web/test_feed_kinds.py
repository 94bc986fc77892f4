"""What each kind of feed holds: leave, cover, visits due, handovers, series; and what a child's never does."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from relationkit.handovers import plan_handover
from relationkit.plugins import calendar_facts, open_adapter
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.records import LONDON, Absence, Assignment, Child, Placement, Session, Worker
from relationkit.render import visit_calendar
from relationkit.sla.uk_holidays import bank_holiday_set
from relationkit.visits import SessionSeries
from relationkit.web import token_digest

NOW = datetime(2025, 3, 10, 12, tzinfo=UTC)
KEY = b"a key of 32 bytes, only for test"

CHILD = Child(id="CH-77", chosen_name="Ffion")
SAM = Worker(id="w1", name="Sam Example", role="social_worker", team="North team")
PAT = Worker(id="w2", name="Pat Example", role="social_worker", team="South team")
HELD = Assignment(id="a1", child_id=CHILD.id, worker_id=SAM.id, role="social_worker", started_on=date(2024, 1, 1))
LEAVE = Absence(
    worker_id=SAM.id,
    starts_at=datetime(2025, 3, 24, tzinfo=LONDON),
    ends_at=datetime(2025, 3, 31, tzinfo=LONDON),
    cover_id=PAT.id,
)
MEETING = Session(
    id="s1",
    child_id=CHILD.id,
    worker_id=SAM.id,
    kind="visit",
    starts_at=datetime(2025, 3, 12, 16, tzinfo=UTC),
    ends_at=datetime(2025, 3, 12, 17, tzinfo=UTC),
    place="12 Example Road",
)
PLACEMENT = Placement(id="p1", child_id=CHILD.id, started_on=date(2025, 3, 7), regime="placement")
WEEKLY = SessionSeries(
    id="r1",
    child_id=CHILD.id,
    worker_id=SAM.id,
    kind="catch_up",
    rule="FREQ=WEEKLY;BYDAY=WE",
    starts_on=date(2025, 3, 19),
    last_on=date(2025, 4, 9),
    from_time=time(16),
    to_time=time(17),
)

#: Whose each token is, in the order in which the tests name them.
FEEDS = {
    "child": f"child:{CHILD.id}",
    "asked": f"child+leave:{CHILD.id}",
    "sam": "worker:w1",
    "pat": "worker:w2",
    "team": "team:North team",
    "nobodys": "team:Closed team",
}

#: What would tell a stranger who reads a young person's screen, or their calendar's host.
GIVES_AWAY = (
    "CH-77", "Ffion", "w1", "w2", "a1", "s1@", "p1", "Sam", "Pat", "Example", "North", "leave", "social",
    "worker", "visit", "review", "placement", "care", "team", "handover", "goodbye", "relationkit", "ATTENDEE",
    "ORGANIZER", "LOCATION", "GEO", "URL", "CATEGORIES", "VALARM", "DESCRIPTION", "CONTACT",
)  # fmt: skip


@pytest.fixture
def source() -> MemoryAdapter:
    kept = MemoryAdapter(records=[CHILD, SAM, PAT, HELD, LEAVE, MEETING, PLACEMENT])
    kept.keep_handover(plan_handover(HELD, handover_on=date(2025, 4, 1)).named("w2", on=date(2025, 3, 3), by="m1"))
    return kept


@pytest.fixture
def titles(client_of: Callable[..., Any], source: MemoryAdapter) -> Callable[..., list[str]]:
    """Return a function that fetches a feed and returns its titles."""

    def fetch(token: str, **options: Any) -> list[str]:
        answer = served(client_of, source, **options).get(f"/feeds/{token}.ics")
        assert answer.status_code == 200
        return [str(event["SUMMARY"]) for event in Calendar.from_ical(answer.text).walk("VEVENT")]

    return fetch


def served(client_of: Callable[..., Any], source: MemoryAdapter, **options: Any) -> Any:
    feeds = {token_digest(token): whose for token, whose in FEEDS.items()}
    given = {"reader_factory": lambda: source, "feeds": feeds, "series": lambda: [WEEKLY], "clock": lambda: NOW}
    return client_of(**(given | options))


def test_a_workers_feed_has_sessions_series_leave_visits_due_and_handovers(titles: Callable[..., list[str]]) -> None:
    said = titles("sam")

    assert said[:4] == ["Visit: CH-77", "Catch-up: CH-77", "Away", "Last day for a visit: CH-77"]
    assert said[4] == "Handover: CH-77"
    assert "Meet the child together, both workers: CH-77" in said[5:]


def test_who_covers_sees_the_cover_and_the_handover_they_come_to(titles: Callable[..., list[str]]) -> None:
    said = titles("pat")

    assert said[:2] == ["Cover: w1", "Handover: CH-77"]
    assert "Meet the child together, both workers: CH-77" in said[2:]


def test_a_teams_feed_has_its_leave_and_who_covers_it(titles: Callable[..., list[str]]) -> None:
    assert titles("team") == ["Away: w1; cover: w2"]


def test_a_team_that_is_gone_has_an_empty_feed(titles: Callable[..., list[str]]) -> None:
    assert titles("nobodys") == []


def test_a_childs_feed_has_sessions_and_series_and_nothing_else(titles: Callable[..., list[str]]) -> None:
    assert titles("child") == ["Catch-up", "Catch-up"]


def test_a_child_who_asked_for_it_also_sees_that_somebody_is_away(titles: Callable[..., list[str]]) -> None:
    assert titles("asked") == ["Catch-up", "Catch-up", "Away"]


def test_leave_that_children_are_not_told_of_is_in_no_childs_feed(
    titles: Callable[..., list[str]], source: MemoryAdapter
) -> None:
    untold = MemoryAdapter(records=[CHILD, SAM, HELD, MEETING, LEAVE.model_copy(update={"tell_child": False})])

    assert titles("asked", reader_factory=lambda: untold) == ["Catch-up", "Catch-up"]


@pytest.mark.parametrize("token", ["child", "asked"])
def test_nothing_in_a_childs_feed_or_around_it_gives_them_away(
    client_of: Callable[..., Any], source: MemoryAdapter, token: str
) -> None:
    answer = served(client_of, source).get(f"/feeds/{token}.ics")

    written = (answer.text + answer.headers["content-disposition"]).replace("\r\n ", "").lower()
    assert [word for word in GIVES_AWAY if word.lower() in written] == []


def test_visits_fall_due_by_a_councils_own_rule_where_one_is_given(titles: Callable[..., list[str]]) -> None:
    law = [title for title in titles("sam") if title.startswith("Last day")]

    assert law == ["Last day for a visit: CH-77"]
    assert [title for title in titles("sam", visit_rules=()) if title.startswith("Last day")] == []


def test_the_feed_has_the_very_bytes_that_the_library_writes(
    client_of: Callable[..., Any], source: MemoryAdapter
) -> None:
    facts = calendar_facts(source, SAM, now=NOW)
    written = visit_calendar(
        facts.sessions, for_=SAM, key=KEY, now=NOW, series=[WEEKLY], absences=facts.absences,
        assignments=facts.assignments, visits=facts.visits, handovers=facts.handovers,
        closed_on=bank_holiday_set("England", range(2021, 2028)).days,
    ).to_ical()  # fmt: skip

    assert served(client_of, source).get("/feeds/sam.ics").content == written


def test_a_team_feed_of_a_source_without_absences_never_looks_as_if_everybody_were_there(
    client_of: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "workers.csv").write_text("id,name,role,team\nw1,Sam Example,social_worker,North team\n")
    client = served(client_of, MemoryAdapter(), reader_factory=lambda: open_adapter(f"csv:{tmp_path}"))

    assert client.get("/feeds/team.ics").status_code == 503


class TestAskedAgain:
    def test_by_its_moment_a_phone_that_has_the_file_is_told_so(
        self, client_of: Callable[..., Any], source: MemoryAdapter
    ) -> None:
        client = served(client_of, source)
        first = client.get("/feeds/sam.ics")

        again = client.get("/feeds/sam.ics", headers={"If-Modified-Since": first.headers["last-modified"]})

        assert first.headers["last-modified"] == "Mon, 10 Mar 2025 12:00:00 GMT"
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["last-modified"] == first.headers["last-modified"]

    def test_the_tag_counts_before_the_moment(self, client_of: Callable[..., Any], source: MemoryAdapter) -> None:
        client = served(client_of, source)
        since = {"If-Modified-Since": client.get("/feeds/sam.ics").headers["last-modified"]}

        assert client.get("/feeds/sam.ics", headers={**since, "If-None-Match": '"other"'}).status_code == 200

    def test_the_moment_never_goes_back_when_a_session_is_deleted(
        self, client_of: Callable[..., Any], source: MemoryAdapter
    ) -> None:
        moment = [NOW]
        held = [source]
        client = served(client_of, source, reader_factory=lambda: held[0], clock=lambda: moment[0])
        before = client.get("/feeds/child.ics").headers["last-modified"]
        held[0], moment[0] = MemoryAdapter(records=[CHILD, SAM, HELD]), NOW + timedelta(hours=1)

        answer = client.get("/feeds/child.ics", headers={"If-Modified-Since": before})

        assert answer.status_code == 200
        assert answer.headers["last-modified"] == "Mon, 10 Mar 2025 13:00:00 GMT"

    def test_two_changes_in_one_second_have_two_moments(
        self, client_of: Callable[..., Any], source: MemoryAdapter
    ) -> None:
        held = [source]
        client = served(client_of, source, reader_factory=lambda: held[0])
        before = client.get("/feeds/child.ics").headers["last-modified"]
        held[0] = MemoryAdapter(records=[CHILD])

        assert client.get("/feeds/child.ics", headers={"If-Modified-Since": before}).status_code == 200

    def test_a_revoked_feed_is_new_to_a_phone_that_asks_by_moment(
        self, client_of: Callable[..., Any], source: MemoryAdapter
    ) -> None:
        feeds: dict[str, str | None] = {token_digest("child"): FEEDS["child"]}
        client = served(client_of, source, feeds=feeds)
        before = client.get("/feeds/child.ics").headers["last-modified"]
        feeds[token_digest("child")] = None

        answer = client.get("/feeds/child.ics", headers={"If-Modified-Since": before})

        assert answer.status_code == 200
        assert "VEVENT" not in answer.text
