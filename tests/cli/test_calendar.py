"""``relationkit calendar``: one person's planned sessions as a file that a phone can open."""

from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from relationkit.cli.files import write_whole
from relationkit.plugins import open_adapter
from relationkit.records import Session, SessionStatus

NOW = "2025-03-10T09:00+00:00"


@pytest.fixture(scope="module")
def planned(council: str) -> list[Session]:
    with open_adapter(council) as reader:
        return [session for session in reader.sessions() if session.status is SessionStatus.PLANNED]


def entries(path: Path) -> list[Any]:
    return list(Calendar.from_ical(path.read_bytes()).walk("VEVENT"))


def test_a_worker_s_file_holds_their_planned_sessions(
    relationkit: Any, council: str, planned: list[Session], tmp_path: Path
) -> None:
    worker = planned[0].worker_id
    done = relationkit(
        "calendar", "--source", council, "--for", f"worker:{worker}", "--out", "w.ics", "--now", NOW, "--key-file", "k"
    )

    confirmed = [event for event in entries(tmp_path / "w.ics") if event["TRANSP"] == "OPAQUE"]
    assert done.code == 0
    assert (tmp_path / "w.ics").stat().st_mode & 0o077 == 0
    assert {event.start for event in confirmed} == {
        session.starts_at for session in planned if session.worker_id == worker
    }
    assert f"{len(entries(tmp_path / 'w.ics'))} entr" in done.err


def test_a_child_s_file_is_discreet_unless_told_otherwise(
    relationkit: Any, council: str, planned: list[Session], tmp_path: Path
) -> None:
    child = planned[0].child_id
    relationkit(
        "calendar", "--source", council, "--for", f"child:{child}", "--out", "c.ics", "--now", NOW, "--key-file", "k"
    )

    text = (tmp_path / "c.ics").read_text()
    assert "SUMMARY" in text
    for private in (child, planned[0].worker_id, "LOCATION", "ATTENDEE", "visit", "social", "relationkit", "VALARM"):
        assert private.lower() not in text.lower()


def test_the_same_facts_and_key_give_the_same_bytes(
    relationkit: Any, council: str, planned: list[Session], tmp_path: Path
) -> None:
    for name in ("one.ics", "two.ics"):
        relationkit(
            "calendar", "--source", council, "--for", f"child:{planned[0].child_id}", "--out", name, "--now", NOW,
            "--key-file", "k",
        )  # fmt: skip

    assert (tmp_path / "one.ics").read_bytes() == (tmp_path / "two.ics").read_bytes()


def test_the_key_is_made_once_and_is_its_owner_s_alone(
    relationkit: Any, council: str, planned: list[Session], tmp_path: Path
) -> None:
    arguments = ("calendar", "--source", council, "--for", f"child:{planned[0].child_id}", "--out", "c.ics")
    first = relationkit(*arguments, "--key-file", "folder/k", "--now", NOW)
    key = (tmp_path / "folder" / "k").read_bytes()
    second = relationkit(*arguments, "--key-file", "folder/k", "--now", NOW)

    assert "a new key" in first.err
    assert "a new key" not in second.err
    assert (tmp_path / "folder" / "k").read_bytes() == key
    assert (tmp_path / "folder" / "k").stat().st_mode & 0o077 == 0


def test_a_feed_asks_to_be_looked_at_again_and_a_download_does_not(
    relationkit: Any, council: str, planned: list[Session], tmp_path: Path
) -> None:
    for shape in ("feed", "download"):
        relationkit(
            "calendar", "--source", council, "--for", f"child:{planned[0].child_id}", "--out", f"{shape}.ics",
            f"--{shape}", "--now", NOW, "--key-file", "k",
        )  # fmt: skip

    assert "REFRESH-INTERVAL;VALUE=DURATION" in (tmp_path / "feed.ics").read_text()
    assert "REFRESH-INTERVAL" not in (tmp_path / "download.ics").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--for", "w1", "--out", "a.ics"), "not of the form worker:ID, child:ID or team:NAME"),
        (("--for", "worker:", "--out", "a.ics"), "not of the form worker:ID, child:ID or team:NAME"),
        (("--for", "team:nobody", "--out", "a.ics"), "no worker in a team of that name"),
        (("--for", "worker:nobody", "--out", "a.ics"), "has no worker of that id"),
        (("--for", "child:nobody", "--out", "a.ics"), "has no child of that id"),
        (("--for", "child:nobody", "--out", "a.ics", "--detail", "everything"), "Use one of discreet, worker"),
        (("--for", "child:nobody", "--out", "a.ics", "--now", "2025-03-10T09:00"), "no time zone"),
        (("--for", "child:nobody", "--out", "a.ics", "--now", "soon"), "not a moment"),
    ],
)
def test_what_cannot_be_is_one_line_and_writes_nothing(
    relationkit: Any, council: str, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = relationkit("calendar", "--source", council, *arguments)

    assert done.code == 2
    assert said in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_one_line(relationkit: Any, council: str, planned: list[Session]) -> None:
    done = relationkit(
        "calendar", "--source", council, "--for", f"child:{planned[0].child_id}", "--out", "no/such/a.ics",
        "--key-file", "k", "--now", NOW,
    )  # fmt: skip

    assert done.code == 2
    assert "no/such: there is no such folder" in done.err
    assert "Traceback" not in done.err


def test_a_key_that_is_too_short_is_refused(
    relationkit: Any, council: str, planned: list[Session], tmp_path: Path
) -> None:
    (tmp_path / "k").write_text("short")
    done = relationkit(
        "calendar", "--source", council, "--for", f"child:{planned[0].child_id}", "--out", "a.ics", "--key-file", "k"
    )

    assert done.code == 2
    assert "--key-file k: 5 bytes, and 16 are needed" in done.err
    assert not (tmp_path / "a.ics").exists()


def test_when_no_session_could_be_read_the_old_file_stays(relationkit: Any, tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "children.csv").write_text("id\nc1\n")
    (tmp_path / "s" / "sessions.csv").write_text(
        "id,child_id,worker_id,kind,starts_at,ends_at\ns1,c1,w1,visit,2025-03-10T09:00,2025-03-10T10:00\n"
    )
    (tmp_path / "a.ics").write_text("the old one")
    done = relationkit("calendar", "--source", "csv:s", "--for", "child:c1", "--out", "a.ics", "--key-file", "k")

    assert done.code == 2
    assert "has no time zone" in done.err
    assert (tmp_path / "a.ics").read_text() == "the old one"


def test_why_a_person_is_not_there_is_said(relationkit: Any, tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "workers.csv").write_text("id,name,role\nw1,Sample Worker,boss1\n")
    done = relationkit("calendar", "--source", "csv:s", "--for", "worker:w1", "--out", "a.ics", "--key-file", "k")

    assert done.code == 2
    assert "workers.csv, row 2, role" in done.err
    assert "Sample" not in done.err


def test_a_folder_is_no_file(relationkit: Any, council: str, planned: list[Session], tmp_path: Path) -> None:
    done = relationkit(
        "calendar", "--source", council, "--for", f"child:{planned[0].child_id}", "--out", tmp_path, "--key-file", "k"
    )

    assert done.code == 2
    assert "this is a folder" in done.err
    assert {path.name for path in tmp_path.iterdir()} == {"k"}


def test_nothing_is_left_behind_when_a_file_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(OSError, match="disk full"):
        write_whole(tmp_path / "a.ics", "text")

    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def team(council: str, planned: list[Session]) -> str:
    """Return the team of a worker with sessions ahead."""
    with open_adapter(council) as reader:
        [worker] = reader.workers(worker_ids=[planned[0].worker_id])
    assert worker.team is not None
    return worker.team


def test_a_team_s_file_is_leave_and_cover_without_a_child(
    relationkit: Any, council: str, team: str, tmp_path: Path
) -> None:
    done = relationkit(
        "calendar", "--source", council, "--for", f"team:{team}", "--out", "t.ics", "--now", NOW, "--key-file", "k"
    )

    text = (tmp_path / "t.ics").read_text()
    with open_adapter(council) as reader:
        children = [child.id for child in reader.children()]
    assert done.code == 0
    assert "BEGIN:VCALENDAR" in text
    assert not [child for child in children if child in text]
    assert all(event["TRANSP"] == "TRANSPARENT" for event in entries(tmp_path / "t.ics"))


def test_a_folder_has_a_file_for_each_and_names_that_say_nothing(
    relationkit: Any, council: str, team: str, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    done = relationkit(
        "calendar", "--source", council, "--for", f"team:{team}", "--out", "out", "--feed", "--now", NOW,
        "--key-file", "k",
    )  # fmt: skip

    listed = (tmp_path / "out" / "whose-is-which.csv").read_text().splitlines()[1:]
    whose = dict(line.split(",")[:2] for line in listed)
    assert done.code == 0
    assert {name.partition(":")[0] for name in whose} == {"team", "worker", "child"}
    assert sorted([*whose.values(), "whose-is-which.csv"]) == sorted(path.name for path in (tmp_path / "out").iterdir())
    assert all(len(name) == 36 and set(name[:32]) <= set("0123456789abcdef") for name in whose.values())
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "out").iterdir())


def test_a_child_s_file_has_their_worker_s_leave_only_when_asked_for(relationkit: Any, tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    tables = {
        "children.csv": "id\nc1\n",
        "assignments.csv": "id,child_id,worker_id,role,started_on\na1,c1,w1,social_worker,2025-01-01\n",
        "absences.csv": "worker_id,starts_at,ends_at\nw1,2025-04-01T00:00+01:00,2025-04-08T00:00+01:00\n",
        "sessions.csv": "id,child_id,worker_id,kind,starts_at,ends_at\n"
        "s1,c1,w1,visit,2025-03-12T09:00Z,2025-03-12T10:00Z\n",
    }
    for name, text in tables.items():
        (tmp_path / "s" / name).write_text(text)
    for name, leave in (("plain.ics", []), ("leave.ics", ["--leave"])):
        relationkit(
            "calendar", "--source", "csv:s", "--for", "child:c1", "--out", name, "--key-file", "k", "--now", NOW, *leave
        )

    assert [event["SUMMARY"] for event in entries(tmp_path / "plain.ics")] == ["Catch-up"]
    assert [event["SUMMARY"] for event in entries(tmp_path / "leave.ics")] == ["Catch-up", "Away"]


def test_a_page_says_what_the_file_would(
    relationkit: Any, council: str, planned: list[Session], tmp_path: Path
) -> None:
    child, team = planned[0].child_id, "Sample Team 001"
    for whose, name in ((f"child:{child}", "c.html"), (f"team:{team}", "t.html")):
        where = ("--for", whose, "--out", name, "--key-file", "k")
        done = relationkit("calendar", "--source", council, *where, "--now", NOW)
        assert (done.code, "as a page" in done.err) == (0, True)

    page = (tmp_path / "c.html").read_text()
    assert "<h1><bdi>My calendar</bdi></h1>" in page
    assert "Catch-up" in page
    assert child not in page
    assert (tmp_path / "c.html").stat().st_mode & 0o077 == 0
    assert "<h1><bdi>Away and cover</bdi></h1>" in (tmp_path / "t.html").read_text()
