"""``relationkit serve``: on loopback, over a made-up council, until it is stopped."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from relationkit.cli.app import run
from relationkit.cli.serve import trial_invitations
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.profiles import WorkerProfile
from relationkit.records import Assignment, Child, Session, Worker
from relationkit.visits import Promise

NOW = datetime(2025, 3, 10, 12, tzinfo=UTC)
WAYS = [{"kind": "call", "label": "Ring me", "value": "01632 960 001"}]
CARD = {
    "worker_id": "w1",
    "name": "Made-up Sam",
    "what_i_do": "I listen.",
    "three_things": ("I bake.", "I swim.", "I like puns."),
    "ways": WAYS,
    "hours": "By day",
    "duty": {"name": "Made-up duty", "ways": WAYS},
}


HELD = [
    {"id": "a1", "child_id": "c1", "worker_id": "w1", "role": "social_worker", "started_on": "2024-01-01"},
    {"id": "a2", "child_id": "c2", "worker_id": "w1", "role": "social_worker", "started_on": "2024-01-01"},
    {"id": "a3", "child_id": "c2", "worker_id": "w2", "role": "manager", "started_on": "2024-01-01"},
]
BOOK = Path(__file__).parents[2] / "examples" / "cards" / "profiles.toml"


@pytest.fixture
def council(tmp_path: Path) -> str:
    """A database with two made-up children, one of them eight."""
    place = str(tmp_path / "case.db")
    with SqlAdapter.create(place) as store:
        session = {"worker_id": "w1", "kind": "visit", "status": "held"}
        held = {"starts_at": "2025-03-03T16:00+00:00", "ends_at": "2025-03-03T17:00+00:00"}
        store.write(
            [
                Child(id="c1"),
                Child(id="c2", born_on="2017-03-10"),
                Worker(id="w1", name="Made-up Sam", role="social_worker"),
                Worker(id="w2", name="Made-up Kim", role="social_worker"),
                *(Assignment.model_validate(each) for each in HELD),
                Session.model_validate({"id": "s1", "child_id": "c1", **session, **held}),
            ]
        )
        store.keep_profile(WorkerProfile.model_validate(CARD), version=1, saved_at=NOW)
    return place


@pytest.fixture
def served(council: str, tmp_path: Path) -> Iterator[list[str]]:
    """The lines that the command printed; it is stopped afterwards, as Ctrl+C does."""
    command = [sys.executable, "-c", "from relationkit.cli import main; main()", "serve", "--source", f"sql:{council}"]
    command += ["--port", "0", "--key-file", str(tmp_path / "key"), "--profiles", str(BOOK)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield [process.stdout.readline() for _ in range(13)]
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert "Traceback" not in errors


def test_the_links_it_prints_open_on_this_machine_and_keep_what_is_sent(served: list[str], council: str) -> None:
    links = [re.fullmatch(r"([cw]\d) ([a-z_]+) +(http://127\.0\.0\.1:\d+/\S+)\n", line) for line in served[:11]]
    assert [(link[1], link[2]) for link in links if link] == [
        *((child, purpose) for child in ("c1", "c2") for purpose in ("form", "thanks", "mine", "board")),
        *(("c1", "about_me"), ("c2", "about_me"), ("w1", "card")),
    ]
    about, card = ("" if link is None else httpx.get(link[3]).text for link in links[-2:])
    assert "Where I never want to meet" in about
    assert ('value="Made-up Sam"' in card, "Duty team" in card, "#5b2a86" in card) == (True, True, True)
    form = links[0][3] if links[0] else ""
    child, _, page_of_calendar = served[11].split()
    shown = httpx.get(page_of_calendar).text
    [feed] = re.findall(r'class="subscribe" href="([^"]+)"', shown)
    calendar = httpx.get(urljoin(page_of_calendar, feed))
    assert (child, calendar.headers["content-type"]) == ("c1", "text/calendar; charset=utf-8")
    assert "c1" not in shown + calendar.text

    page = httpx.get(f"{form}?step=today").text
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    assert "Made-up Sam, 3 March" in page
    assert '<bdi dir="ltr">01632 960 001</bdi>' in page  # whom to call now, by the card
    answer = httpx.post(form, data={**hidden, "page.go": "send", "today": "good"})

    assert "Thank you" in answer.text
    with SqlAdapter(council) as store:
        [seen] = store.read_submissions(Child(id="c1"), now=NOW)
    assert seen.submission is not None
    assert seen.submission.answer("today").value == "good"


def test_who_has_most_to_show_comes_first(council: str) -> None:
    ahead = {"starts_at": "2025-03-17T16:00Z", "ends_at": "2025-03-17T17:00Z", "worker_id": "w1", "kind": "visit"}
    said = {"worker_id": "w1", "what": "Ask about the bike", "made_at": NOW}
    with SqlAdapter(council) as store:
        store.write([Child(id="c0"), Child(id="c3"), Child(id="c4")])
        store.write(
            [Session.model_validate({"id": f"{child}-s", "child_id": child, **ahead}) for child in ("c2", "c4")]
        )
        store.put_up(
            [Promise.model_validate({"id": f"{child}-p", "child_id": child, **said}) for child in ("c3", "c4")]
        )

        invited = [each.child_id for each in trial_invitations(store, [], "en", NOW)]

    assert list(dict.fromkeys(invited)) == ["c4", "c2", "c3"]


def test_each_child_has_the_form_of_their_age(council: str) -> None:
    with SqlAdapter(council) as reader:
        forms = [each.form_id for each in trial_invitations(reader, [], "cy", NOW) if each.form_id]
        younger = [each.form_id for each in trial_invitations(reader, ["c2"], "en", NOW.replace(day=9)) if each.form_id]

    assert (forms, younger) == (["after-session", "after-session-8-to-12"], ["after-session-under-8"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--source", "sql:{council}", "--child", "nobody"], "--child nobody: not in the source"),
        (["--source", "csv:{folder}"], "keeps no feedback"),
        (["--source", "sql:{council}", "--profiles", "{folder}/no-duty.toml"], "says nowhere who is on duty"),
    ],
)
def test_what_cannot_be_served_is_said(
    council: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "children.csv").write_text("id\nc1\n")
    (folder / "no-duty.toml").write_text('[work]\nnumbers = ["01632 96"]\n')
    filled = [option.format(council=council, folder=folder) for option in options]

    assert run(["serve", *filled, "--key-file", str(tmp_path / "key")]) == 2
    assert said in capsys.readouterr().err
