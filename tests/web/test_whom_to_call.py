"""Whom a child may call now, at the foot of every page: the worker, their cover or duty. Nobody is real."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from html import unescape
from typing import Any

import pytest

from relationkit.errors import SourceError
from relationkit.feedback import AFTER_SESSION_FORMS, InvitationPurpose
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.profiles import ContactWay, DutyLine, OpenHours, WorkerProfile
from relationkit.records import Absence
from relationkit.render.forms import form_steps

NOW = datetime(2025, 3, 10, 12, tzinfo=UTC)  # a Monday
TODAY, TOMORROW = (OpenHours(weekday=day, opens_at=time(9), closes_at=time(17)) for day in (1, 2))
DUTY = DutyLine(name="Made-up duty", ways=(ContactWay(kind="call", label="Ring duty", value="01632 960 000"),))


def a_profile(worker_id: str, name: str, number: str, **facts: Any) -> WorkerProfile:
    way = ContactWay(kind="call", label="Ring me", value=number, open_hours=facts.pop("open_hours", ()))
    told = {"what_i_do": "I listen.", "three_things": ("a", "b", "c"), "hours": "By day", "agreed_on": NOW.date()}
    return WorkerProfile.model_validate(
        {"worker_id": worker_id, "name": name, "ways": (way,), "duty": DUTY, **told, **facts}
    )


def away(worker_id: str, cover_id: str | None) -> Absence:
    days = {"starts_at": "2025-03-10T00:00Z", "ends_at": "2025-03-12T00:00Z"}
    return Absence.model_validate({"worker_id": worker_id, "cover_id": cover_id, **days})


@pytest.fixture
def shop_with(shop_of: Callable[..., Any]) -> Callable[..., Any]:
    """Return a builder of a shop whose case system has these absences; Sam, Kim and Max have cards."""

    def build(*absences: Absence, language: str = "en", **sam: Any) -> Any:
        source = MemoryAdapter(records=absences)
        shop = shop_of(language=language, reader_factory=lambda: source, profiles=source)
        shop.source = source
        cards = [
            a_profile("w1", "Made-up Sam", "01632 960 001", **sam),
            a_profile("w2", "Made-up Kim", "01632 960 002"),
            a_profile("w2", "Made-up Cym", "01632 960 002", language="cy"),
            a_profile("w3", "Made-up Max", "01632 960 003"),
        ]
        for card in cards:
            assert source.keep_profile(card, version=1, saved_at=NOW)
        return shop

    return build


def called(page: str) -> list[str]:
    """Return the made-up people whom the page offers to call."""
    text = unescape(page)
    return [name for name in ("Sam", "Kim", "Cym", "Max", "duty") if f"<bdi>Made-up {name}</bdi>" in text]


@pytest.mark.parametrize(
    ("absences", "facts", "answers"),
    [
        ([], {}, "Sam"),
        ([], {"open_hours": (TODAY,)}, "Sam"),
        ([], {"open_hours": (TOMORROW,)}, "duty"),
        ([], {"valid_to_on": NOW.date()}, "duty"),
        ([away("w1", "w2")], {}, "Kim"),
        ([away("w1", "w2"), away("w2", "w3")], {}, "Max"),
        ([away("w1", "w2"), away("w2", "w1")], {}, "duty"),
        ([away("w1", None)], {}, "duty"),
        ([away("w2", "w3")], {}, "Sam"),
    ],
)
def test_a_page_offers_who_answers_at_that_moment(
    shop_with: Callable[..., Any], absences: list[Absence], facts: dict[str, Any], answers: str
) -> None:
    assert called(shop_with(*absences, **facts).get("today").text) == [answers]


@pytest.mark.parametrize(("language", "answers"), [("en-simple", "Kim"), ("cy", "Cym")])
def test_the_card_in_the_childs_language_is_used_and_english_where_there_is_none(
    shop_with: Callable[..., Any], language: str, answers: str
) -> None:
    assert called(shop_with(away("w1", "w2"), language=language).get("today").text) == [answers]


def test_every_page_of_a_form_and_what_comes_after_it_says_whom_to_call(shop_with: Callable[..., Any]) -> None:
    shop = shop_with()
    pages = [shop.get(step) for step in form_steps(shop.form)]
    pages += [shop.fill("today", go="save", today="good"), shop.fill("today", go="delete")]
    pages += [shop.send(), shop.get()]
    shop.link = shop.link_of(shop.invite(purpose=InvitationPurpose.THANKS, form=None))
    pages.append(shop.fill(None, audience="my_worker"))

    assert [called(page.text) for page in pages] == [["Sam"]] * len(pages)


@pytest.mark.parametrize("error", [SourceError("memory", "is away", "Wait"), ConnectionResetError("gone")])
def test_where_it_is_not_known_who_is_away_the_helplines_stand_alone(
    shop_with: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(**_: object) -> None:
        raise error

    shop = shop_with()
    monkeypatch.setattr(shop.source, "absences", fail)
    page = shop.get("today")

    assert (page.status_code, called(page.text)) == (200, [])
    assert AFTER_SESSION_FORMS[0].notice.call_now[0].number in page.text


def test_a_worker_without_a_card_and_a_form_about_nobody_have_the_helplines(shop_with: Callable[..., Any]) -> None:
    shop = shop_with()
    for worker_id in ("w9", None):
        shop.link = shop.link_of(shop.invite(worker_id=worker_id))
        assert called(shop.get("today").text) == []
