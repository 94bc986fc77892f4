"""What a calendar says, and what it must never say, for each detail."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from relationkit.errors import RenderError
from relationkit.records import Child, Session, SessionKind, Worker
from relationkit.render import CalendarDetail, visit_calendar
from relationkit.render.calendar_titles import (
    CALENDAR_NAMES,
    CANCELLED_WORDS,
    NEUTRAL_TITLES,
    SESSION_WORDS,
)

KEY = b"a synthetic secret, 32 bytes lon"
CHILD = Child(id="CASE-4711", chosen_name="Aderyn Synthetic", team="Looked After Team")
WELSH_CHILD = Child(id="CASE-4711", language="cy-GB")
WORKER = Worker(id="W-0815", name="Priya Synthetic", role="social_worker", team="Looked After Team")
START = datetime(2025, 6, 2, 15, tzinfo=UTC)

#: Words that mark a young person out as in care, and every fact of the synthetic records below.
FORBIDDEN = (
    "lac looked review statutory social visit placement agency council care worker relationkit "
    "ymweliad adolygiad gofal cymdeithasol "
    "case-4711 4711 w-0815 0815 sess-99 aderyn priya synthetic oak "
    "location categories valarm attendee organizer geo: url contact description"
)


def a_session(**changes: Any) -> Session:
    facts: dict[str, Any] = {
        "id": "SESS-99",
        "child_id": CHILD.id,
        "worker_id": WORKER.id,
        "kind": "visit",
        "starts_at": START,
        "ends_at": START + timedelta(hours=1),
        "place": "1 Oak Street",
    }
    return Session(**(facts | changes))


def text(session: Session | None = None, *, for_: Child | Worker = CHILD, **options: Any) -> str:
    calendar = visit_calendar([session or a_session()], for_=for_, key=KEY, **options)
    return calendar.to_ical().decode().replace("\r\n ", "")


def title(session: Session | None = None, **options: Any) -> str:
    [line] = [line for line in text(session, **options).split("\r\n") if line.startswith("SUMMARY")]
    return line.removeprefix("SUMMARY:")


class TestDiscreet:
    @pytest.mark.parametrize("child", [CHILD, WELSH_CHILD], ids=["English", "Welsh"])
    @pytest.mark.parametrize("shape", ["feed", "download"])
    @pytest.mark.parametrize("kind", list(SessionKind))
    @pytest.mark.parametrize("status", ["planned", "cancelled"])
    def test_nothing_in_a_childs_file_tells_of_care(
        self, child: Child, shape: str, kind: SessionKind, status: str
    ) -> None:
        written = text(a_session(kind=kind, status=status), for_=child, shape=shape).lower()

        assert [term for term in FORBIDDEN.split() if term in written] == []

    def test_it_is_the_default_of_a_child(self) -> None:
        assert text() == text(detail=CalendarDetail.DISCREET)

    @pytest.mark.parametrize("chosen", [*NEUTRAL_TITLES["en"], *NEUTRAL_TITLES["cy"]])
    def test_the_title_is_one_that_the_child_chose_from_the_list(self, chosen: str) -> None:
        assert title(title=chosen) == chosen

    def test_a_title_that_is_not_on_the_list_is_refused(self) -> None:
        with pytest.raises(RenderError, match="NEUTRAL_TITLES"):
            text(title="LAC visit")

    def test_a_first_name_or_an_initial_is_shown_only_when_asked_for(self) -> None:
        assert title() == "Catch-up"
        assert title(worker_names={WORKER.id: "Priya"}) == "Catch-up – Priya"
        assert title(worker_names={WORKER.id: "P"}) == "Catch-up – P"
        assert title(worker_names={"W-other": "Sam"}) == "Catch-up"

    @pytest.mark.parametrize("name", ["Priya Synthetic", "", "Priya@work", "Priya/SW", "SW:Priya", "07700900123"])
    def test_more_than_a_first_name_is_refused_and_not_repeated(self, name: str) -> None:
        with pytest.raises(RenderError) as caught:
            text(worker_names={WORKER.id: name})

        assert not name or name not in str(caught.value)

    def test_a_worker_may_have_a_discreet_diary_too(self) -> None:
        written = text(for_=WORKER, detail=CalendarDetail.DISCREET)

        assert "SUMMARY:Catch-up\r\n" in written
        assert "X-WR-CALNAME:My diary\r\n" in written
        assert CHILD.id not in written


class TestOwnWords:
    def own(self, words: dict[str, str], **changes: Any) -> str:
        return title(a_session(**changes), detail=CalendarDetail.OWN_WORDS, own_words=words)

    def test_a_session_has_its_own_wording_before_that_of_its_kind(self) -> None:
        words = {"visit": "Sk8 chat", "SESS-99": "Pizza with P"}

        assert self.own(words) == "Pizza with P"
        assert self.own(words, id="SESS-100") == "Sk8 chat"

    def test_without_wording_the_title_is_neutral(self) -> None:
        assert self.own({"goodbye": "Last one"}) == "Catch-up"
        assert self.own({"visit": "  \n "}) == "Catch-up"

    def test_line_breaks_and_spaces_are_run_together(self) -> None:
        assert self.own({"visit": " me\r\nand\t\tP \n"}) == "me and P"

    @pytest.mark.parametrize("character", ["\x00", "\x07", "\x0b", "\x85", "\u2028", "\u202e", "\ud83d"])
    def test_other_control_characters_are_refused_by_id_and_never_repeated(self, character: str) -> None:
        with pytest.raises(RenderError, match="session SESS-99") as caught:
            self.own({"visit": f"secret{character}"})

        assert "secret" not in str(caught.value)

    def test_a_worker_does_not_get_the_childs_wording(self) -> None:
        with pytest.raises(RenderError, match="young person"):
            text(for_=WORKER, detail=CalendarDetail.OWN_WORDS)

    def test_wording_that_would_not_be_used_is_refused(self) -> None:
        with pytest.raises(RenderError, match="own_words"):
            text(own_words={"visit": "Sk8 chat"})


class TestWorker:
    def test_it_is_the_default_of_a_worker(self) -> None:
        assert text(for_=WORKER) == text(for_=WORKER, detail=CalendarDetail.WORKER)

    @pytest.mark.parametrize("kind", list(SessionKind))
    def test_the_title_is_what_it_is_for_and_a_reference(self, kind: SessionKind) -> None:
        assert title(a_session(kind=kind), for_=WORKER) == f"{SESSION_WORDS['en'][kind]}: {CHILD.id}"

    def test_it_names_nobody_and_no_place(self) -> None:
        written = text(for_=WORKER).lower()

        assert not any(term in written for term in ("aderyn", "priya", "oak", "location", "attendee"))

    def test_a_workers_diary_can_be_in_welsh(self) -> None:
        assert title(for_=WORKER, language="cy") == f"Ymweliad: {CHILD.id}"

    def test_a_childs_file_never_holds_it(self) -> None:
        with pytest.raises(RenderError, match="worker's file"):
            text(detail=CalendarDetail.WORKER)


class TestFull:
    def full(self, *fields: str, for_: Child | Worker = WORKER, **options: Any) -> str:
        return text(for_=for_, detail=CalendarDetail.FULL, include=set(fields), **options)

    def test_nothing_is_in_it_that_was_not_asked_for(self) -> None:
        assert "SUMMARY:Catch-up\r\n" in self.full()
        assert "LOCATION" not in self.full("kind", "reference", "worker")

    @pytest.mark.parametrize(
        ("field", "line"),
        [
            ("kind", "SUMMARY:Visit\r\n"),
            ("place", "LOCATION:1 Oak Street\r\n"),
            ("reference", "SUMMARY:Catch-up: CASE-4711\r\n"),
            ("worker", "SUMMARY:Catch-up – Priya Synthetic\r\n"),
        ],
    )
    def test_each_field_brings_itself_alone(self, field: str, line: str) -> None:
        names = {WORKER.id: "Priya Synthetic"}

        plain, asked = (set(self.full(*f, worker_names=names).splitlines(keepends=True)) for f in ([], [field]))

        assert line in asked
        assert len(asked - plain) == 1

    def test_a_child_may_ask_for_the_place_and_reads_the_kind_in_their_language(self) -> None:
        written = self.full("place", "kind", for_=WELSH_CHILD)

        assert "LOCATION:1 Oak Street\r\n" in written
        assert "SUMMARY:Ymweliad\r\n" in written

    def test_a_session_without_a_place_has_no_such_line(self) -> None:
        calendar = text(a_session(place=None), for_=WORKER, detail=CalendarDetail.FULL, include={"place"})

        assert "LOCATION" not in calendar

    def test_a_childs_file_never_holds_the_reference(self) -> None:
        with pytest.raises(RenderError, match="no case reference"):
            self.full("reference", for_=CHILD)

    @pytest.mark.parametrize("include", [{"phone"}, "place", {"place", "alarm"}])
    def test_an_unknown_field_is_refused(self, include: Any) -> None:
        with pytest.raises(RenderError, match="include names a field"):
            text(for_=WORKER, detail=CalendarDetail.FULL, include=include)

    def test_fields_without_full_are_refused(self) -> None:
        with pytest.raises(RenderError, match="include is given"):
            text(include={"place"})


class TestLanguages:
    def test_a_child_who_reads_welsh_has_welsh_titles_and_a_welsh_name_on_the_feed(self) -> None:
        written = text(a_session(status="cancelled"), for_=WELSH_CHILD)

        assert "SUMMARY:Canslwyd: Dal i fyny\r\n" in written
        assert "X-WR-CALNAME:Fy nghalendr\r\n" in written

    @pytest.mark.parametrize("language", ["en", "en-GB", "pl", "cyx"])
    def test_every_other_language_reads_english(self, language: str) -> None:
        assert title(for_=Child(id=CHILD.id, language=language)) == "Catch-up"

    def test_every_table_has_every_language_and_every_kind(self) -> None:
        languages = NEUTRAL_TITLES.keys()

        assert languages == SESSION_WORDS.keys() == CALENDAR_NAMES.keys() == CANCELLED_WORDS.keys()
        assert all(words.keys() == set(SessionKind) for words in SESSION_WORDS.values())
        assert len({len(titles) for titles in NEUTRAL_TITLES.values()}) == 1


def test_detail_takes_its_plain_value() -> None:
    assert text(detail="discreet") == text(detail=CalendarDetail.DISCREET)
