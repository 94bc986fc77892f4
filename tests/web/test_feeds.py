"""Feeds: one unguessable address a reader; only their own sessions; nothing that tells a stranger anything."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from relationkit.errors import MissingExtraError, NotSupportedError, RenderError, SourceUnavailableError
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.web import create_app, new_token, token_digest
from relationkit.web.keys import opened_by


def events(text: str) -> list[Any]:
    return list(Calendar.from_ical(text).walk("VEVENT"))


def test_a_known_token_answers_with_its_readers_calendar(client: Any, token: str) -> None:
    answer = client.get(f"/feeds/{token}.ics")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert len(events(answer.text)) == 1


def test_a_childs_feed_says_no_name_no_place_and_no_id(client: Any, token: str) -> None:
    answer = client.get(f"/feeds/{token}.ics")

    everything = answer.text + str(answer.headers)
    assert not [word for word in ("Ffion", "Sam", "Example", "c1", "w1", "s1@") if word in everything]


def test_the_same_token_opens_the_calendar_as_a_page(client: Any, token: str) -> None:
    answer = client.get(f"/calendars/{token}")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f'href="../feeds/{token}.ics"' in answer.text
    assert "Catch-up" in answer.text
    assert not [word for word in ("Ffion", "Sam", "Example", "c1", "w1", "s1@") if word in answer.text]


def test_only_the_readers_own_sessions_are_in_it(client_of: Callable[..., Any], source: Any, token: str) -> None:
    source.meetings += [source.meetings[0].model_copy(update={"id": "s2", "child_id": "c2"})]
    feeds = {token_digest(token): "child:c2", token_digest("other"): "worker:w1", token_digest("idle"): "worker:w2"}
    client = client_of(feeds=feeds)

    assert len(events(client.get(f"/feeds/{token}.ics").text)) == 1
    assert len(events(client.get("/feeds/other.ics").text)) == 2
    assert len(events(client.get("/feeds/idle.ics").text)) == 0


def test_the_phone_that_has_it_already_is_told_so(client: Any, token: str) -> None:
    first = client.get(f"/feeds/{token}.ics")

    again = client.get(f"/feeds/{token}.ics", headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == first.headers["cache-control"]


@pytest.mark.parametrize(("form", "status"), [("{}", 304), ("W/{}", 304), ('"x", {}', 304), ("*", 304), ('"x"', 200)])
def test_if_none_match_is_compared_weakly_and_in_lists(client: Any, token: str, form: str, status: int) -> None:
    tag = client.get(f"/feeds/{token}.ics").headers["etag"]

    assert client.get(f"/feeds/{token}.ics", headers={"If-None-Match": form.format(tag)}).status_code == status


def test_a_changed_session_changes_the_tag(client: Any, source: Any, token: str) -> None:
    before = client.get(f"/feeds/{token}.ics").headers["etag"]
    later = source.meetings[0].starts_at + timedelta(hours=2)
    moved = {"starts_at": later, "ends_at": later + timedelta(hours=1), "revision": 1}
    source.meetings = [source.meetings[0].model_copy(update=moved)]

    answer = client.get(f"/feeds/{token}.ics", headers={"If-None-Match": before})

    assert answer.status_code == 200
    assert answer.headers["etag"] != before


def test_an_unknown_token_has_the_answer_of_every_address_that_leads_nowhere(client: Any, token: str) -> None:
    unknown = ["/feeds/x.ics", "/calendars/x", f"/feeds/{token[:-1]}.ics", f"/feeds/{token}", "/", "/a/b"]
    unknown += [f"/feeds/{new_token()}.ics", f"/calendars/{new_token()}"]

    answers = [client.get(address) for address in unknown]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1


def test_an_unknown_token_never_reaches_the_source(client: Any, source: Any) -> None:
    client.get("/feeds/unknown.ics")

    assert source.opened == 0


def test_the_digest_that_is_kept_opens_nothing(client: Any, token: str) -> None:
    assert client.get(f"/feeds/{token_digest(token)}.ics").status_code == 404


def test_a_revoked_token_answers_with_an_empty_calendar(
    client: Any, feeds: dict[str, str | None], source: Any, token: str
) -> None:
    before = client.get(f"/feeds/{token}.ics")
    feeds[token_digest(token)] = None

    answer = client.get(f"/feeds/{token}.ics", headers={"If-None-Match": before.headers["etag"]})

    assert answer.status_code == 200
    assert "BEGIN:VCALENDAR" in answer.text
    assert events(answer.text) == []
    assert source.opened == 1


def test_somebody_no_longer_in_the_source_has_an_empty_calendar(client: Any, source: Any, token: str) -> None:
    source.everyone = []

    assert events(client.get(f"/feeds/{token}.ics").text) == []


def test_a_source_that_does_not_answer_never_looks_like_an_empty_calendar(client: Any, source: Any, token: str) -> None:
    source.failure = SourceUnavailableError("sql:case.db", "no answer from host-of-secrets", "Try again")

    answer = client.get(f"/feeds/{token}.ics")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3600")
    assert "host-of-secrets" not in answer.text
    assert source.closed == source.opened == 1


def test_every_answer_forbids_scripts_sharing_and_finding(client: Any, token: str) -> None:
    for address in (f"/feeds/{token}.ics", f"/calendars/{token}", "/nowhere"):
        headers = client.get(address).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["cache-control"].startswith("private")
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-robots-tag"].startswith("noindex")
        assert "set-cookie" not in headers


def test_a_feed_can_be_asked_for_its_headers_and_not_written_to(client: Any, token: str) -> None:
    head = client.head(f"/feeds/{token}.ics")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == client.get(f"/feeds/{token}.ics").headers["etag"]
    assert client.post(f"/feeds/{token}.ics").status_code == 405


def test_the_app_can_be_mounted_in_another(client_of: Callable[..., Any], token: str) -> None:
    client = client_of(mounted_at="/app")

    assert client.get(f"/app/feeds/{token}.ics").status_code == 200
    assert client.get("/app/feeds/unknown.ics").text == "There is nothing here.\n"


def test_a_fault_in_the_source_says_nothing_of_itself(client: Any, source: Any, token: str) -> None:
    source.failure = RuntimeError("Ffion's file is broken")

    answer = client.get(f"/feeds/{token}.ics")

    assert (answer.status_code, answer.text) == (500, "Something went wrong here. Please try again later.\n")
    assert answer.headers["x-robots-tag"].startswith("noindex")


def test_what_was_cancelled_long_ago_leaves_by_the_clock_that_is_given(
    client_of: Callable[..., Any], source: Any, token: str
) -> None:
    meeting = source.meetings[0]
    cancelled = {"status": "cancelled", "changed_at": meeting.starts_at, "revision": 1}
    source.meetings = [type(meeting)(**{**dict(meeting), **cancelled})]

    soon = client_of(clock=lambda: meeting.starts_at + timedelta(days=1)).get(f"/feeds/{token}.ics")
    late = client_of(clock=lambda: meeting.starts_at + timedelta(days=100)).get(f"/feeds/{token}.ics")

    assert (len(events(soon.text)), len(events(late.text))) == (1, 0)


def test_a_token_is_43_characters_that_no_other_has() -> None:
    tokens = {new_token() for _ in range(100)}

    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}


@given(tokens=st.lists(st.text(), unique=True, min_size=1), asked=st.text())
def test_a_token_opens_its_own_door_and_no_other(tokens: list[str], asked: str) -> None:
    doors = {token_digest(token): token for token in tokens[1:]}

    assert opened_by(tokens[0], doors) == (False, None)
    assert opened_by(asked, doors) == ((True, asked) if asked in tokens[1:] else (False, None))


def test_making_the_app_without_its_extra_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['starlette'] = None\n"
        "import relationkit.web as web\n"
        "try: web.create_app(None, feeds={}, key=b'')\n"
        "except ImportError as error: print(type(error).__name__, error.extra)"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout.split() == [MissingExtraError.__name__, "web"]


def test_importing_the_room_loads_no_web_framework() -> None:
    code = "import sys, relationkit.web; print('starlette' in sys.modules or 'icalendar' in sys.modules)"

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "False"


def test_a_key_that_could_be_guessed_is_refused_when_the_app_is_made(source: Any) -> None:
    with pytest.raises(RenderError, match="at least 16 secret bytes"):
        create_app(lambda: source, feeds={}, key=b"short")


@pytest.mark.parametrize("whose", ["c1", "teams:t1", "team:", "child:", "child+cover:c1", ""])
def test_a_feed_of_nobody_in_particular_is_refused_when_the_app_is_made(source: Any, whose: str) -> None:
    with pytest.raises(ValueError, match="worker:ID or team:NAME"):
        create_app(lambda: source, feeds={token_digest("t"): whose}, key=b"a key of 32 bytes, only for test")


def test_a_feed_is_read_from_a_real_database(
    client_of: Callable[..., Any], source: Any, token: str, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'case.db'}"
    with SqlAdapter.create(url) as store:
        store.write([*source.everyone, *source.meetings])

    answer = client_of(reader_factory=lambda: SqlAdapter(url)).get(f"/feeds/{token}.ics")

    assert len(events(answer.text)) == 1


def test_a_source_that_holds_no_sessions_never_looks_like_an_empty_calendar(
    source: Any, client: Any, token: str
) -> None:
    source.failure = NotSupportedError("ssda903:folder", "sessions")

    assert client.get(f"/feeds/{token}.ics").status_code == 503
