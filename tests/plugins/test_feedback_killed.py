"""Children who fill in forms while the process is killed between any two statements: nothing lost, nothing doubled.

Each child saves steps, changes their mind, asks to talk, deletes, sends, and presses the button again when no answer
came, as a person does. A *boundary* is the moment before or after a statement reaches the database, commits included;
at one of them the process ends, as kill -9 would end it. Two windows of one child may be open at once.
"""

import os
import random
import runpy
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from relationkit.errors import SourceError
from relationkit.feedback import FormDraft, KeptPicture, Submission
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.records import Child, Worker

HARNESS = runpy.run_path(str(Path(__file__).with_name("test_outbox_killed.py")))
connected, mortal, kill, SEEDS, ON_BOTH = (
    HARNESS[name] for name in ("connected", "mortal", "kill", "SEEDS", "ON_BOTH")
)

NOW = datetime(2025, 3, 6, 15, 5, tzinfo=UTC)
STAFF = [Worker(id="SW1", name="Made-up Sam", role="social_worker", manager_id="M1")]
TABLES = ("drafts", "submissions", "pictures", "reads", "counts", "invitations", "evidence", "outbox", "escalations")


def a_draft(name: str, revision: int, answers: dict[str, list[str]]) -> FormDraft:
    return FormDraft.model_validate(
        {
            "id": name,
            "invitation_id": "i1",
            "child_id": "C1",
            "worker_id": "SW1",
            "form_id": "after-session",
            "form_version": 1,
            "language": "en",
            "answers": answers,
            "saved_at": NOW,
            "revision": revision,
        }
    )


def a_submission(draft: FormDraft) -> Submission:
    answers = [
        {"question_id": name, "state": "answered", "value": values[0]}
        for name, values in draft.answers.items()
        if name != "talk_soon"
    ]
    facts = {"id": draft.id, "child_id": "C1", "session_id": "S1", "worker_id": "SW1", "submitted_at": NOW}
    pinned = {"form_id": "after-session", "form_version": 1, "language": "en", "channel": "screen"}
    return Submission.model_validate({**facts, **pinned, "answers": answers, "wants_to_talk": draft.wants_to_talk})


class Person:
    """A child before one form, and what they have been told: that is what must hold."""

    def __init__(self, where: str, seed: int) -> None:
        self.where, self.chance = where, random.Random(seed)
        self.name = f"form-{seed}"
        self.told: dict[str, list[str]] | None = None  # the answers that were said to be kept
        self.maybe: list[dict[str, list[str]] | None] = []  # what may be kept since, as no answer came
        self.is_sent = self.may_be_sent = self.has_asked = self.may_have_asked = False
        self.pictures: dict[str, KeptPicture] = {}

    def live(self, store: SqlAdapter) -> None:
        for _ in range(self.chance.randint(2, 6)):
            if not self.is_sent:
                self.chance.choice([self.save, self.save, self.save, self.delete, self.send])(store)

    def save(self, store: SqlAdapter) -> None:
        kept = store.draft(self.name)
        answers = dict(kept.answers) if kept else {}
        answers[self.chance.choice(["today", "next_time"])] = (f"words {self.chance.random()}",)
        if self.chance.random() < 0.2:
            answers["talk_soon"] = ("yes",)
        new = []
        if self.chance.random() < 0.4:
            number = self.chance.randint(0, 9)
            new = [KeptPicture(f"{number}" * 64, "image/png", bytes([number]) * 40)]
            answers["drawing"] = (new[0].sha256,)
        draft = a_draft(self.name, kept.revision + 1 if kept else 1, {k: list(v) for k, v in answers.items()})
        said = {name: list(values) for name, values in draft.answers.items()}
        self.maybe.append(said)
        self.may_have_asked |= draft.wants_to_talk
        if store.save_draft(draft, pictures=new, workers=STAFF):
            self.told, self.maybe = said, []
            self.has_asked |= draft.wants_to_talk

    def delete(self, store: SqlAdapter) -> None:
        self.maybe.append(None)
        store.delete_draft(self.name)
        self.told, self.maybe = None, []

    def send(self, store: SqlAdapter) -> None:
        kept = store.draft(self.name)
        if kept is None:
            return
        self.may_be_sent = True
        store.submit(a_submission(kept), now=NOW, workers=STAFF, invitation_id=None)
        self.is_sent = True

    def press_again(self, store: SqlAdapter) -> None:
        """Send to the end, undisturbed, whatever became of it before."""
        kept = store.draft(self.name)
        if kept is None and not store_has(store, self.name):
            assert not self.is_sent
            assert self.told is None or None in self.maybe or self.may_be_sent
            kept = a_draft(self.name, 1, {"today": ["good"]})
            assert store.save_draft(kept, workers=STAFF)
            self.told, self.maybe = {"today": ["good"]}, []
        if kept is not None:
            said = {name: list(values) for name, values in kept.answers.items()}
            assert said in [self.told, *self.maybe]
            self.told = said
            store.submit(a_submission(kept), now=NOW, workers=STAFF)
            self.has_asked |= kept.wants_to_talk


def store_has(store: SqlAdapter, name: str) -> bool:
    return any(each.id == name for each in store.read_submissions(Child(id="C1"), now=NOW))


def check(store: SqlAdapter, people: list[Person]) -> None:
    seen = store.read_submissions(Child(id="C1"), now=NOW)
    assert Counter(each.id for each in seen) == Counter(person.name for person in people)
    rows = Counter(row.escalation.clock_id for row in store.outbox_rows())
    for person in people:
        [kept] = [each.submission for each in seen if each.id == person.name]
        given = {answer.question_id: [answer.value] for answer in kept.answers}
        told = {name: values for name, values in (person.told or {}).items() if name != "talk_soon"}
        assert given in [told, *({k: v for k, v in (each or {}).items() if k != "talk_soon"} for each in person.maybe)]
        assert store.draft(person.name) is None
        drawn = given.get("drawing", [None])[0]
        with store._engine.connect() as connection:
            query = f"SELECT sha256, content FROM relationkit_pictures WHERE owner_id = '{person.name}'"
            pictures = {name: bytes(content) for name, content in connection.exec_driver_sql(query)}
        assert set(pictures) == ({drawn} if drawn else set())
        assert all(content == bytes([int(name[0])]) * 40 for name, content in pictures.items())
        told_rows = rows[f"talk/{person.name}"]
        assert told_rows in ((0, 4) if person.may_have_asked and not person.has_asked else (4 * person.has_asked,))


def clear(store: SqlAdapter) -> None:
    with store._telling() as connection:
        for table in TABLES:
            connection.exec_driver_sql(f"DELETE FROM relationkit_{table}")


def simulate(where: str, seed: int, observer: SqlAdapter) -> None:
    clear(observer)
    chance = random.Random(-seed - 1)
    people = [Person(where, seed * 10 + number) for number in range(2)]
    for _ in range(chance.randint(2, 5)):
        person, other = chance.sample(people, 2)
        plans: dict[int, Any] = {}
        if chance.random() < 0.8:
            plans[chance.randint(1, 40)] = kill
        if chance.random() < 0.4:
            plans[chance.randint(1, 40)] = lambda other=other: run(where, other, {})
        run(where, person, plans)
    with SqlAdapter(where) as store:
        for person in people:
            settle(store, person)
    check(observer, people)


def run(where: str, person: Person, plans: dict[int, Any]) -> None:
    with mortal(), connected(where, plans) as (store, _):
        person.live(store)


def settle(store: SqlAdapter, person: Person) -> None:
    """Press the button again until it is through; a server may need a moment to see that a process is no more."""
    for _ in range(40):
        try:
            return person.press_again(store)
        except SourceError:
            time.sleep(0.05)
    raise AssertionError("the store stays closed")


def simulate_each(where: str, seeds: range) -> None:
    with SqlAdapter(where) as observer:
        for seed in seeds:
            simulate(where, seed, observer)


@pytest.mark.parametrize("where", ON_BOTH, indirect=True)
def test_children_whose_page_is_killed_at_random_lose_and_double_nothing(where: str) -> None:
    simulate_each(where, range(12 if where.endswith(".db") else 4))


@pytest.mark.long
@pytest.mark.parametrize("where", ON_BOTH, indirect=True)
def test_children_whose_page_is_killed_at_random_lose_and_double_nothing_many_times(where: str) -> None:
    simulate_each(where, range(SEEDS))


@pytest.mark.parametrize("where", ON_BOTH, indirect=True)
def test_a_page_killed_at_each_boundary_of_saving_and_sending_is_whole_or_not_there(where: str) -> None:
    picture = KeptPicture("5" * 64, "image/png", bytes([5]) * 40)
    draft = a_draft("f1", 1, {"today": ["good"], "drawing": [picture.sha256], "talk_soon": ["yes"]})

    def live(store: SqlAdapter) -> None:
        store.save_draft(draft, pictures=[picture], workers=STAFF)
        store.submit(a_submission(draft), now=NOW, workers=STAFF, pictures=[picture])

    with SqlAdapter(where) as observer:
        clear(observer)
        with connected(where) as (store, boundaries):
            live(store)
            passed = boundaries.count
        assert passed > 20
        for boundary in range(1, passed + 1):
            clear(observer)
            with mortal(), connected(where, {boundary: kill}) as (store, _):
                live(store)
                pytest.fail("nothing was killed")
            outcome = look(observer)
            assert outcome in [(0, 0, 0, 0), (1, 0, 1, 4), (0, 1, 1, 4)], boundary
            live(observer)
            assert look(observer) == (0, 1, 1, 4), boundary


def look(store: SqlAdapter) -> tuple[int, ...]:
    """Return how many drafts, submissions, pictures and messages there are."""
    for _ in range(40):
        try:
            with store._telling() as connection:
                return tuple(
                    connection.exec_driver_sql(f"SELECT count(*) FROM relationkit_{table}").scalar_one()
                    for table in ("drafts", "submissions", "pictures", "outbox")
                )
        except SourceError:
            time.sleep(0.05)
    raise AssertionError("the store stays closed")


# The same with a real process and a real kill -9, at moments that nobody chose.

SENDER = """
import runpy, sys
facts = runpy.run_path({file!r})
store = facts["SqlAdapter"]({where!r})
print("ready", flush=True)
for number in range(60):
    draft = facts["a_draft"](f"f{{number}}", 1, {{"today": ["good"], "talk_soon": ["yes"]}})
    store.save_draft(draft, workers=facts["STAFF"])
    store.submit(facts["a_submission"](draft), now=facts["NOW"], workers=facts["STAFF"])
    print(number, flush=True)
"""


@pytest.mark.parametrize("where", ON_BOTH, indirect=True)
def test_a_process_killed_with_kill_9_keeps_what_it_said_it_kept(where: str) -> None:
    code = SENDER.format(file=__file__, where=where)
    said = set()
    for wait in (0.2, 0.5):
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=os.environ)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        said |= {f"f{line.strip()}" for line in process.communicate()[0].splitlines()}
        with SqlAdapter(where) as store:
            kept = [each.id for each in store.read_submissions(Child(id="C1"), now=NOW + timedelta(hours=1))]
            assert said <= set(kept)
            assert len(kept) == len(set(kept))
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    with SqlAdapter(where) as store:
        kept = [each.id for each in store.read_submissions(Child(id="C1"), now=NOW)]
        assert sorted(kept) == sorted(f"f{number}" for number in range(60))
        assert Counter(row.escalation.clock_id for row in store.outbox_rows()) == {f"talk/{name}": 4 for name in kept}
