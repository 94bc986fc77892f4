"""The plan board at a link: ticked and unticked by child and worker, and by no other site. Everybody is made up."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from relationkit.errors import SourceUnavailableError
from relationkit.feedback import InvitationPurpose
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.records import ChildId, WorkerId
from relationkit.visits import Promise, PromiseId, Tick, TickedBy
from relationkit.web import create_app, form_link, new_invitation

NOW = datetime(2025, 3, 10, 12, tzinfo=UTC)
KEY = b"a key of 32 bytes, only for test"


class Wall:
    """An app over a store in memory, in which two things were promised to child c1 and one to c2."""

    def __init__(self, client_of: Callable[..., Any], read_hidden: Callable[[str], dict[str, str]]) -> None:
        self.store, self.hidden, self.moment = MemoryAdapter(), read_hidden, NOW
        facts = {"worker_id": "w1", "made_at": NOW - timedelta(days=3), "due_on": date(2025, 3, 14)}
        self.store.put_up(
            Promise.model_validate({"id": name, "child_id": child, "what": what, **facts})
            for name, child, what in (("p1", "c1", "Ask about the bike"), ("p2", "c1", "Ring Gran"), ("p3", "c2", "No"))
        )
        self.client = client_of(feedback=self.store, promises=self.store, clock=lambda: self.moment)
        self.link = self.link_to()

    def link_to(self, **facts: Any) -> str:
        invitation = new_invitation(ChildId("c1"), **{"purpose": InvitationPurpose.BOARD, "now": NOW, **facts})
        self.store.keep_invitation(invitation)
        return f"/{form_link(invitation, key=KEY)}"

    def send(self, *done: str, was: tuple[str, ...] = (), link: str | None = None, key: str | None = None) -> Any:
        address = link or self.link
        own = self.hidden(self.client.get(address).text)["page.key"] if key is None else key
        return self.client.post(address, data={"page.key": own, "was": list(was), "done": list(done)})

    @property
    def ticks(self) -> list[tuple[str, TickedBy, bool]]:
        return [(tick.promise_id, tick.by, tick.is_done) for board in self.store.boards() for tick in board.log]


@pytest.fixture
def wall(client_of: Callable[..., Any], read_hidden: Callable[[str], dict[str, str]]) -> Wall:
    return Wall(client_of, read_hidden)


def test_the_page_has_the_childs_promises_and_nobody_elses(wall: Wall) -> None:
    page = wall.client.get(wall.link)

    assert page.status_code == 200
    assert re.findall(r'type="checkbox"[^>]* value="([^"]+)"', page.text) == ["p1", "p2"]
    assert "<script" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")


def test_a_tick_is_kept_and_the_page_says_so(wall: Wall) -> None:
    answer = wall.send("p1")
    page = wall.client.get(wall.link.rpartition("/")[0] + "/" + answer.headers["location"])

    assert answer.status_code == 303
    assert wall.ticks == [("p1", TickedBy.CHILD, True)]
    assert "Your ticks are saved." in page.text
    assert "1 of 2 done" in page.text


def test_a_tick_can_be_taken_back_and_both_moves_stay(wall: Wall) -> None:
    wall.send("p1")
    wall.moment += timedelta(hours=1)
    wall.send(was=("p1",))

    assert wall.ticks == [("p1", TickedBy.CHILD, True), ("p1", TickedBy.CHILD, False)]


def test_by_a_workers_link_it_is_the_worker_who_ticks(wall: Wall) -> None:
    wall.send("p2", link=wall.link_to(worker_id=WorkerId("w1")))

    assert wall.ticks == [("p2", TickedBy.WORKER, True)]


def test_a_page_that_lay_open_takes_nobodys_tick_back(wall: Wall) -> None:
    key = wall.hidden(wall.client.get(wall.link).text)["page.key"]
    wall.store.tick([Tick(promise_id=PromiseId("p1"), at=NOW, by=TickedBy.WORKER, is_done=True)])

    wall.send("p2", key=key)

    assert sorted(wall.ticks) == [("p1", TickedBy.WORKER, True), ("p2", TickedBy.CHILD, True)]


def test_the_same_page_sent_twice_at_once_is_one_tick(wall: Wall) -> None:
    key = wall.hidden(wall.client.get(wall.link).text)["page.key"]
    wall.send("p1", key=key)
    wall.send("p1", key=key)

    assert wall.ticks == [("p1", TickedBy.CHILD, True)]


def test_another_childs_promise_cannot_be_ticked(wall: Wall) -> None:
    assert wall.send("p3", "made-up").status_code == 303
    assert wall.ticks == []


@pytest.mark.parametrize("key", ["", "x", "x.y", "\udc80", "nonce." + "0" * 32])
def test_a_page_of_another_site_changes_nothing_and_is_shown_again_as_it_was_ticked(wall: Wall, key: str) -> None:
    answer = wall.send("p2", key=key.encode("utf-8", "replace").decode())

    assert answer.status_code == 403
    assert "press that button once more" in answer.text
    assert re.findall(r'value="([^"]+)"[^>]* checked', answer.text) == ["p2"]
    assert wall.ticks == []


def test_a_mark_made_for_another_link_does_not_do(wall: Wall) -> None:
    other = wall.hidden(wall.client.get(wall.link_to()).text)["page.key"]

    assert wall.send("p1", key=other).status_code == 403


def test_a_store_that_does_not_answer_loses_no_tick_on_the_page(wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise SourceUnavailableError("sql:case.db", "no answer from host-of-secrets", "Try again")

    key = wall.hidden(wall.client.get(wall.link).text)["page.key"]
    monkeypatch.setattr(wall.store, "tick", fail)
    answer = wall.send("p1", key=key)

    assert answer.status_code == 503
    assert re.findall(r'value="([^"]+)"[^>]* checked', answer.text) == ["p1"]
    assert "host-of-secrets" not in answer.text


@pytest.mark.parametrize(
    ("facts", "status"), [({"life": timedelta(0)}, 410), ({"purpose": InvitationPurpose.THANKS}, 404)]
)
def test_a_link_that_ended_or_is_for_something_else_opens_nothing(
    wall: Wall, facts: dict[str, Any], status: int
) -> None:
    address = wall.link_to(**facts).replace("thanks/", "boards/")

    assert wall.client.get(address).status_code == status
    assert wall.client.post(address, data={"done": "p1"}).status_code == status


def test_a_link_that_was_taken_back_opens_nothing(wall: Wall) -> None:
    invitation = new_invitation(ChildId("c1"), purpose=InvitationPurpose.BOARD, now=NOW)
    wall.store.keep_invitation(invitation.model_copy(update={"is_revoked": True}))

    assert wall.client.get(f"/{form_link(invitation, key=KEY)}").status_code == 410


def test_a_child_to_whom_nothing_was_promised_sees_an_empty_board(wall: Wall) -> None:
    invitation = new_invitation(ChildId("c9"), purpose=InvitationPurpose.BOARD, now=NOW)
    wall.store.keep_invitation(invitation)

    page = wall.client.get(f"/{form_link(invitation, key=KEY)}")

    assert page.status_code == 200
    assert "Nothing is on the board yet." in page.text


def test_it_is_in_the_childs_language(wall: Wall) -> None:
    page = wall.client.get(wall.link_to(language="cy")).text

    assert '<html lang="cy"' in page
    assert "Cadw&#39;r ticiau" in page


def test_boards_without_a_place_for_invitations_are_refused_when_the_app_is_made() -> None:
    with pytest.raises(ValueError, match="need feedback"):
        create_app(MemoryAdapter, key=KEY, promises=MemoryAdapter())
