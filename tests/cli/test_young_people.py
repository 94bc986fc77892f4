"""Keywork, entitlements and life stories on the command line. Everybody here is made up."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from relationkit.plugins import open_adapter
from relationkit.plugins.notifiers.wording import compose

EXAMPLES = Path(__file__).parents[2] / "examples"
KEYWORK = EXAMPLES / "keywork"
SOURCE = ("--source", f"csv:{KEYWORK}")
COVERED = ("--covered", str(KEYWORK / "covered.csv"))
OFFERS = ("--offers", str(EXAMPLES / "entitlements" / "offers.toml"))
STORY = EXAMPLES / "life-story" / "story.toml"
NOW = ("--now", "2025-06-02T09:00Z")


def test_gaps_are_shown_by_young_person_and_children_are_left_out(relationkit: Any) -> None:
    found = relationkit("keywork", *SOURCE, *COVERED, *NOW, "--json")

    assert found.code == 0
    assert [child["child_id"] for child in found.json["children"]] == ["K1", "K2"]
    assert found.json["younger"] == 1
    states = {row["topic"]: row["state"] for row in found.json["children"][0]["topics"]}
    assert (states["cooking"], states["money"], states["feelings"]) == ("covered", "planned", "gap")
    assert found.json["children"][0]["not_counted"] == [{"session_id": "S3", "topic": "money"}]
    assert "fajitas" not in found.out


def test_a_councils_own_topics_stand_in_place_of_ours(relationkit: Any) -> None:
    own = ("--topics", str(KEYWORK / "topics.toml"))
    found = relationkit("keywork", *SOURCE, *COVERED, *own, *NOW, "--csv")

    assert {line.split(",")[1] for line in found.out.splitlines()[1:]} == {"rights", "cooking", "first_night"}


def test_the_booklet_is_in_the_childs_language_and_says_nothing_of_care(relationkit: Any, tmp_path: Path) -> None:
    page = tmp_path / "booklet.html"

    assert relationkit("keywork", *SOURCE, *COVERED, "--for", "child:K2", "--html", str(page), *NOW).code == 0
    text = page.read_text(encoding="utf-8")
    assert '<html lang="cy"' in text
    assert "Beth alla i ei wneud" in text
    assert "Mam-gu a Sam" in text
    assert page.stat().st_mode & 0o077 == 0
    assert not any(word in text for word in ("W1", "S5", "K2", "social", "council", "gofal cymdeithasol"))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--html", "booklet.html"), "--for child:ID"),
        (("--for", "K1"), "not of the form"),
        (("--for", "child:K9"), "no such child"),
        (("--covered", "nowhere.csv"), "no such file"),
    ],
)
def test_a_slip_is_said(relationkit: Any, options: tuple[str, ...], says: str) -> None:
    found = relationkit("keywork", *SOURCE, *options, *NOW)

    assert found.code == 2
    assert says in found.err


def test_a_young_person_is_answered_with_what_changed(relationkit: Any) -> None:
    who = ("--born-on", "2007-08-09", "--status", "eligible", "--since", "2025-03-01")
    found = relationkit("entitlements", *OFFERS, *who, *NOW, "--json")

    assert {row["offer"]: row["answer"] for row in found.json["answers"]} == {
        "Setting up home": "not_yet",
        "Free bus pass": "yes",
    }
    assert [(row["offer"], row["change"]) for row in found.json["changes"]] == [
        ("Driving lessons", "ended"),
        ("Setting up home", "altered"),
        ("Free bus pass", "new"),
    ]


def test_a_change_is_listed_with_those_whom_it_may_concern_soon(relationkit: Any) -> None:
    found = relationkit("entitlements", *OFFERS, *SOURCE, "--since", "2025-03-01", *NOW, "--json")

    assert {row["offer"]: row["children"] for row in found.json["changes"]} == {
        "Driving lessons": [],  # K1 is 15: in more than a year
        "Setting up home": [],
        "Free bus pass": ["K1"],
    }


def test_the_letter_is_their_own_page(relationkit: Any, tmp_path: Path) -> None:
    page = tmp_path / "letter.html"
    options = ("--for", "child:K1", "--since", "2025-03-01", "--html", str(page))

    assert relationkit("entitlements", *OFFERS, *SOURCE, *options, *NOW).code == 0
    text = page.read_text(encoding="utf-8")
    assert "For Made-up Ada" in text
    assert "From 14 February 2026 on." in text
    assert "What changed since 1 March 2025" in text


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--born-on", "last year"), "not a day"),
        (("--born-on", "2007-08-09", "--status", "leaver"), "not what the law calls anybody"),
        ((*SOURCE,), "whose?"),
        ((*SOURCE, "--for", "child:K1", "--born-on", "2007-08-09"), "Leave one of the two out"),
    ],
)
def test_a_slip_about_whoever_asks_is_said(relationkit: Any, options: tuple[str, ...], says: str) -> None:
    found = relationkit("entitlements", *OFFERS, *options, *NOW)

    assert found.code == 2
    assert says in found.err


def test_a_change_is_told_once_and_names_neither_it_nor_anybody(relationkit: Any, tmp_path: Path) -> None:
    outbox = f"sql:{tmp_path / 'outbox.db'}"
    command = ("notices", *SOURCE, "--outbox", outbox, *OFFERS, "--now", "2025-05-20T09:00Z")

    first, again = (relationkit(*command, "--json").json for _ in range(2))

    assert [(each["child_id"], each["since"]) for each in first["offers_changed"]] == [("K1", "2025-05-01")]
    assert again["offers_changed"] == []
    with open_adapter(outbox) as box:
        [row] = box.outbox_rows()  # type: ignore[attr-defined]  # sql
    message = compose(row.escalation)
    assert "Thursday 1 May 2025" in message.body
    assert not any(word in message.body + message.subject for word in ("bus", "K1", "Ada", "council", "worker"))


def test_dates_that_cannot_be_true_end_with_one(relationkit: Any, tmp_path: Path) -> None:
    page = tmp_path / "checked.html"
    found = relationkit("life-story", "check", str(STORY), "--html", str(page), *NOW, "--json")

    assert found.code == 1
    verdicts = [row["verdict"] for row in found.json["findings"]]
    assert verdicts == ["cannot_be_true", "cannot_be_true", "could_not_be_judged"]
    assert [word["word"] for word in found.json["words"]] == ["section 20"]
    assert "Mum was born in Leeds." in page.read_text(encoding="utf-8")


def test_who_checked_is_kept_with_a_story_that_is_written_as_json(relationkit: Any, tmp_path: Path) -> None:
    story = tmp_path / "story.json"
    facts = {
        "child_id": "C1",
        "people": [{"id": "me", "called": "Ada"}],
        "events": [{"id": "L1", "person_id": "me", "kind": "born", "what": "You were born.", "when": "2012"}],
    }
    story.write_text(json.dumps(facts), encoding="utf-8")

    assert relationkit("life-story", "check", str(story), "--checked-by", "SW1", *NOW).code == 0
    found = relationkit("life-story", "check", str(story), *NOW)

    assert "Last checked by SW1 on 2 Jun 2025 10:00." in found.out
    shutil.copy(STORY, tmp_path / "story.toml")
    refused = relationkit("life-story", "check", str(tmp_path / "story.toml"), "--checked-by", "SW1", *NOW)
    assert refused.code == 2
    assert "Save it as one" in refused.err


def test_a_story_that_cannot_be_read_is_said_without_its_words(relationkit: Any, tmp_path: Path) -> None:
    story = tmp_path / "story.json"
    story.write_text('{"child_id": "C1", "people": [], "events": [{"what": "Mum left"}]}', encoding="utf-8")

    found = relationkit("life-story", "check", str(story), *NOW)

    assert found.code == 2
    assert "story.json, LifeStory, events.0.person_id: is missing." in found.err
    assert "Mum" not in found.err


@pytest.mark.parametrize(("name", "text"), [("story.json", "[]"), ("story.json", "3"), ("story.toml", "")])
def test_a_file_that_holds_no_story_is_named(relationkit: Any, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)

    found = relationkit("life-story", "check", tmp_path / name)

    assert found.code == 2
    assert found.err.startswith(f"relationkit: {name}, LifeStory")
    assert "(" not in found.err


@pytest.mark.parametrize(("name", "kind"), [("story.json", "JSON"), ("story.toml", "TOML")])
def test_a_story_that_is_cut_short_is_named_with_what_to_do(
    relationkit: Any, tmp_path: Path, name: str, kind: str
) -> None:
    (tmp_path / name).write_text("[1,")

    done = relationkit("life-story", "check", tmp_path / name)

    assert done.code == 2
    assert f"{name}: this is not {kind}: " in done.err
    assert "Correct that line" in done.err
