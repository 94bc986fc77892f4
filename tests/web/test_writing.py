"""A worker's card and a child's own page while they are written: nothing on them is lost unsaid. Nobody is real."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, time
from html import unescape
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from PIL import Image

from relationkit.errors import SourceUnavailableError
from relationkit.feedback import PAGE_WORDING, WORDING
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.profiles import AboutMe, ContactWay, DutyLine, OpenHours, Viewer, WorkContacts, WorkerProfile
from relationkit.profiles.finding_words import FINDING_WORDS
from relationkit.records import Child, ChildId, Worker, WorkerId
from relationkit.render import card_picture
from relationkit.web import CardSettings, form_link, new_profile_invitation
from relationkit.web.profile_words import PROFILE_WORDS

KEY = b"a key of 32 bytes, only for test"
NOW = datetime(2025, 3, 10, 12, tzinfo=UTC)
PAGE, WORDS = PAGE_WORDING["en"], PROFILE_WORDS["en"]
DUTY = DutyLine(name="Made-up duty", ways=(ContactWay(kind="call", label="Call", value="01632 960 000"),))
SETTINGS = CardSettings(duty=DUTY, work=WorkContacts(numbers=("01632 96",), domains=("example.gov.uk",)))
MONDAY = OpenHours(weekday=1, opens_at=time(9), closes_at=time(17))


def a_photo() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (30, 20), "tomato").save(data, "PNG")
    return data.getvalue()


class _Fields(HTMLParser):
    """Reads what a browser would send of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self._choice = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        if tag == "select":
            self._choice = own["name"] or ""
        is_sent = tag == "input" and own["type"] in ("hidden", "text")
        is_sent |= tag == "input" and own["type"] == "checkbox" and "checked" in own
        if is_sent or (tag == "option" and "selected" in own):
            self.found.setdefault(own.get("name") or self._choice, []).append(own.get("value") or "")


def fields_of(answer: httpx.Response) -> dict[str, list[str]]:
    reader = _Fields()
    reader.feed(answer.text)
    return reader.found


class Writer:
    """One person before their page."""

    def __init__(self, client_of: Callable[..., Any], **whose: Any) -> None:
        self.store = MemoryAdapter(records=[Worker(id="w1", name="Made-up Sam", role="social_worker"), Child(id="c1")])
        invitation = new_profile_invitation(now=NOW, **whose)
        self.store.keep_profile_invitation(invitation)
        self.link = f"/{form_link(invitation, key=KEY)}"
        self.client = client_of(feedback=self.store, profiles=self.store, cards=SETTINGS)

    def get(self) -> httpx.Response:
        answer: httpx.Response = self.client.get(self.link)
        return answer

    def post(self, fields: dict[str, Any], go: str = "save", picture: bytes = b"") -> httpx.Response:
        files = {"picture": ("me.png", picture, "image/png")}
        answer: httpx.Response = self.client.post(self.link, data={**fields, "page.go": go}, files=files)
        return answer

    def keep(self, **facts: Any) -> WorkerProfile:
        profile = WorkerProfile.model_validate({**CARD, **facts})
        assert self.store.keep_profile(profile, version=1, saved_at=NOW)
        return profile

    @property
    def last(self) -> WorkerProfile:
        return self.store.profile_versions(WorkerId("w1"), language="en")[-1].profile


CARD: dict[str, Any] = {
    "worker_id": "w1",
    "name": "Made-up Sam",
    "what_i_do": "I visit you and I listen.",
    "three_things": ("I walk my dog on the beach.", "I bake bread.", "I am bad at football."),
    "ways": (ContactWay(kind="text", label="Text me", value="01632 960 001"),),
    "hours": "Monday to Friday, 9 to 5",
    "duty": DUTY,
    "agreed_on": NOW.date(),
    "valid_from_on": NOW.date(),
}


@pytest.fixture
def card(client_of: Callable[..., Any]) -> Writer:
    return Writer(client_of, worker_id=WorkerId("w1"))


@pytest.fixture
def about(client_of: Callable[..., Any]) -> Writer:
    return Writer(client_of, child_id=ChildId("c1"))


# Too large -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def too_large() -> bytes:
    """A file that is over what a picture and the words beside it may take together."""
    return bytes(21_500_001)


def test_a_file_too_large_for_a_card_says_so_and_shows_the_card_as_it_is_kept(card: Writer, too_large: bytes) -> None:
    kept = card.keep(picture=card_picture(a_photo(), "A drawing of me"))

    answer = card.post(fields_of(card.get()), picture=too_large)

    assert answer.status_code == 413
    assert PAGE.too_big in unescape(answer.text)
    assert WORDS.press_again not in unescape(answer.text)
    shown = fields_of(answer)
    assert (shown["name"], shown["hours"], shown["version"]) == ([kept.name], [kept.hours], ["1"])
    assert card.post({**shown, "agreed": "yes"}).status_code == 200
    assert card.last.picture == kept.picture


def test_a_page_too_large_for_a_child_says_so_and_shows_it_as_it_is_kept(about: Writer, too_large: bytes) -> None:
    line = {"words": "Drawing", "may_see": ["school"]}
    about.store.keep_about_me(AboutMe.model_validate({"child_id": "c1", "interests": [line], "card_design": "wave"}))

    answer = about.post(fields_of(about.get()), picture=too_large)

    assert answer.status_code == 413
    assert PAGE.too_much in unescape(answer.text)
    assert WORDS.press_again not in unescape(answer.text)
    shown = fields_of(answer)
    assert (shown["interests.1"], shown["interests.1.sees"], shown["version"]) == (["Drawing"], ["school"], ["1"])
    assert shown["card_design"] == ["wave"]


def test_a_picture_over_its_own_cap_leaves_the_words_beside_it_on_the_page(client_of: Callable[..., Any]) -> None:
    card = Writer(lambda **own: client_of(**own, most_picture=1000), worker_id=WorkerId("w1"))
    card.keep()
    page = fields_of(card.post({**fields_of(card.get()), "alt": "A drawing of me"}, go="look", picture=a_photo()))

    answer = card.post({**page, "name": "Made-up Max"}, picture=bytes(1001))

    assert answer.status_code == 413
    assert PAGE.too_big in unescape(answer.text)
    shown = fields_of(answer)
    assert shown["name"] == ["Made-up Max"]
    assert shown["picture.kept"] == page["picture.kept"] != [""]


def test_every_line_of_a_childs_page_may_be_shown_to_everybody(about: Writer) -> None:
    page = fields_of(about.get())
    for topic in WORDS.about:
        for number in range(1, 2 if topic in ("chosen_name", "pronouns") else 13):
            page |= {f"{topic}.{number}": ["words"], f"{topic}.{number}.sees": list(Viewer)}

    assert about.post(page).status_code == 200
    kept = about.store.about_me(ChildId("c1"))
    assert kept is not None
    assert len(kept.current.before_we_meet) == 12


# A store that is away ------------------------------------------------------------------------------------------------


def away(*_: object, **__: object) -> None:
    raise SourceUnavailableError("sql:host-of-secrets", "no answer", "Try again")


@pytest.mark.parametrize("method", ["profile_invitation", "profile_versions", "keep_profile"])
@pytest.mark.parametrize("language", ["en", "cy"])
def test_a_store_that_goes_away_loses_nothing_of_a_card(
    client_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, method: str, language: str
) -> None:
    card = Writer(client_of, worker_id=WorkerId("w1"), language=language)
    card.keep(language=language)
    page = {**fields_of(card.get()), "three_things.2": "I bake <bread>.", "agreed": "yes", "alt": "A drawing of me"}

    with monkeypatch.context() as broken:
        broken.setattr(card.store, method, away)
        answer = card.post(page, picture=a_photo())
        again = card.post(fields_of(answer))

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert PAGE_WORDING[language].not_kept in unescape(answer.text)
    assert "host-of-secrets" not in answer.text
    shown, twice = fields_of(answer), fields_of(again)
    assert {**twice, "page.key": shown["page.key"]} == shown  # from the page that came back nothing is lost either
    assert {name: shown[name] for name in page if name != "picture.kept"} == {
        name: value if isinstance(value, list) else [value] for name, value in page.items() if name != "picture.kept"
    }
    assert card.post(shown).status_code == 200
    kept = card.store.profile_versions(WorkerId("w1"), language=language)[-1].profile
    assert (kept.three_things[1], kept.picture and kept.picture.alt) == ("I bake <bread>.", "A drawing of me")


@pytest.mark.parametrize("method", ["profile_invitation", "about_me", "keep_about_me"])
@pytest.mark.parametrize("language", ["en", "cy"])
def test_a_store_that_goes_away_loses_nothing_of_a_childs_page(
    client_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, method: str, language: str
) -> None:
    about = Writer(client_of, child_id=ChildId("c1"), language=language)
    page = {**fields_of(about.get()), "interests.1": "the <sea>", "interests.1.sees": ["worker", "school"]}
    page |= {"card_design": ["frame"], "helped_by": ["carer"]}

    with monkeypatch.context() as broken:
        broken.setattr(about.store, method, away)
        answer = about.post(page)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert PAGE_WORDING[language].not_kept in unescape(answer.text)
    assert fields_of(answer) == {**page, "interests.1": ["the <sea>"]} | {
        name: value for name, value in fields_of(answer).items() if name.startswith("interests.3")
    }
    assert about.post(fields_of(answer)).status_code == 200
    kept = about.store.about_me(ChildId("c1"))
    assert kept is not None
    assert [(line.words, set(line.may_see)) for line in kept.current.interests] == [("the <sea>", {"worker", "school"})]
    assert (kept.current.card_design, kept.current.helped_by) == ("frame", "carer")


def test_what_could_not_be_taken_in_is_said_where_the_store_is_away_too(
    client_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, too_large: bytes
) -> None:
    card = Writer(lambda **own: client_of(**own, most_picture=1000), worker_id=WorkerId("w1"))
    page = {**fields_of(card.get()), "name": "Made-up Max", "language": "xx"}
    monkeypatch.setattr(card.store, "profile_invitation", away)

    large, none, nothing = (card.post(page, picture=data) for data in (bytes(1001), b"no picture", too_large))

    assert [fields_of(each)["name"] for each in (large, none)] == [["Made-up Max"]] * 2
    assert PAGE.too_big in unescape(large.text)
    assert WORDS.picture_wrong in unescape(none.text)
    assert (nothing.status_code, PAGE.wrong_text in unescape(nothing.text)) == (503, True)
    assert card.get().status_code == 503


# What a page does not show stays ------------------------------------------------------------------------------------


def test_a_card_saved_again_keeps_every_way_its_words_and_its_hours(card: Writer) -> None:
    ways = (
        ContactWay(kind="text", label="Text is best", value="01632 960 001", open_hours=(MONDAY,)),
        ContactWay(kind="call", label="Ring me", value="01632 960 002"),
        ContactWay(kind="email", label="Write to me", value="sam@example.gov.uk"),
        ContactWay(kind="call", label="Ring the office", value="01632 960 003", open_hours=(MONDAY,)),
    )
    card.keep(ways=ways)

    answer = card.post({**fields_of(card.get()), "agreed": "yes", "hours": "Mondays"})

    assert answer.status_code == 200
    assert (card.last.hours, card.last.ways) == ("Mondays", ways)


def test_a_way_that_is_changed_has_the_words_of_its_kind_and_no_hours_of_another(card: Writer) -> None:
    way = ContactWay(kind="text", label="Text is best", value="01632 960 001", open_hours=(MONDAY,))
    card.keep(ways=(way,))

    card.post({**fields_of(card.get()), "agreed": "yes", "value.1": "01632 960 009"})

    assert card.last.ways == (ContactWay(kind="text", label=WORDS.kinds["text"], value="01632 960 009"),)


# A picture without its description ----------------------------------------------------------------------------------


@pytest.mark.parametrize("alt", ["", "x" * 201])
def test_a_picture_stays_on_the_page_until_it_is_described(card: Writer, alt: str) -> None:
    card.keep()
    page = {**fields_of(card.get()), "agreed": "yes"}

    answer = card.post({**page, "alt": alt}, picture=a_photo())

    assert answer.status_code == 422
    shown = fields_of(answer)
    assert shown["alt"] == [alt]
    assert f'id="alt" value="{alt}" dir="auto" aria-invalid="true"' in answer.text
    assert card.last.picture is None
    assert card.post({**shown, "alt": "A drawing of me"}).status_code == 200
    assert card.last.picture is not None
    assert card.last.picture.alt == "A drawing of me"


@pytest.mark.parametrize("alt", ["", "A drawing of me"])
def test_what_is_no_picture_is_named_and_the_one_before_it_stays_on_the_page(card: Writer, alt: str) -> None:
    kept = card.keep(picture=card_picture(a_photo(), "A drawing of me"))

    answer = card.post({**fields_of(card.get()), "alt": alt}, picture=b"not a picture")

    assert answer.status_code == 422
    assert WORDS.picture_wrong in unescape(answer.text)
    assert 'aria-invalid="true" aria-describedby="picture-wrong"' in answer.text
    assert card.post({**fields_of(answer), "alt": "A drawing of me", "agreed": "yes"}).status_code == 200
    assert card.last.picture == kept.picture


def test_a_new_picture_takes_the_place_of_one_that_is_to_go(card: Writer) -> None:
    card.keep(picture=card_picture(a_photo(), "A drawing of me"))
    page = {**fields_of(card.get()), "agreed": "yes", "picture.remove": "yes"}

    card.post({**page, "alt": "My dog"}, picture=a_photo())
    assert (card.last.picture and card.last.picture.alt) == "My dog"

    card.post({**fields_of(card.get()), "agreed": "yes", "picture.remove": "yes"})
    assert card.last.picture is None


# What is wrong, and where --------------------------------------------------------------------------------------------


def pointed_at(answer: httpx.Response) -> list[str]:
    """Return the fields that the summary of problems leads to, each of which must be there and be marked."""
    found = re.findall(r'<li><a href="#([^"]+)">', answer.text)
    assert all(f'id="{each}"' in answer.text and f'id="{each}-wrong"' in answer.text for each in found)
    return found


def test_the_problems_of_a_card_lead_to_their_own_fields(card: Writer) -> None:
    card.keep()
    page = {**fields_of(card.get()), "agreed": "yes"}
    page |= {"kind.1": "", "value.1": "", "kind.3": "call", "liked.3": "They listen"}

    no_record = {"three_things.2": "", "three_things.3": "x" * 91, "value.3": "no number", "liked.3": "x" * 91}
    assert sorted(pointed_at(card.post({**page, **no_record}))) == sorted(no_record)
    no_card = {"three_things.3": "Ring 01632 960 009", "value.3": "07700 900 123", "liked.3": "Ring 01632 960 009"}
    assert sorted(pointed_at(card.post({**page, **no_card}))) == sorted(no_card)


def test_all_that_is_found_on_a_welsh_card_is_said_in_welsh(client_of: Callable[..., Any]) -> None:
    card, words = Writer(client_of, worker_id=WorkerId("w1"), language="cy"), PROFILE_WORDS["cy"]
    page = {**fields_of(card.get()), "hours": "x" * 121, "kind.1": "text", "value.1": "no number", "agreed": "yes"}

    no_record = unescape(card.post(page).text)

    assert no_record.count(f"{words.card['hours']}: {WORDING['cy'].too_long.format(most=120)}") == 2
    assert no_record.count(words.not_a_way["text"]) == 2
    assert words.missing in no_record
    card.keep(language="cy")
    long = {f"three_things.{number}": "W" * 90 for number in (1, 2, 3)} | {"what_i_do": "wide words " * 18}
    page = {**fields_of(card.get()), **long, "hours": "Ring 01632 960 009", "value.1": "07700 900 123"}
    no_card = unescape(card.post({**page, "agreed": "yes"}).text)
    for said in (FINDING_WORDS["cy"].phone[0], "dydy'r rhif ddim yn un o rai'r cyngor", "nod). Byrha ef o "):
        assert said in no_card
    assert "<span lang=" not in no_record + no_card
    forged = card.post({**page, "kind.1": "fax"})
    assert (forged.status_code, '<span lang="en">' in forged.text) == (422, True)


@pytest.mark.parametrize("language", ["en", "cy"])
def test_a_line_too_long_is_named_in_the_childs_language(client_of: Callable[..., Any], language: str) -> None:
    about = Writer(client_of, child_id=ChildId("c1"), language=language)
    page = {**fields_of(about.get()), "interests.1": "the sea", "interests.2": "x" * 201, "how_to_talk.1": "x" * 200}

    answer = about.post(page)

    assert (answer.status_code, pointed_at(answer)) == (422, ["interests.2"])
    assert WORDING[language].too_long.format(most=200) in unescape(answer.text)
    assert fields_of(answer)["interests.2"] == ["x" * 201]
    assert about.store.about_me(ChildId("c1")) is None


def test_what_no_page_of_ours_sends_is_kept_nowhere(about: Writer) -> None:
    answer = about.post({**fields_of(about.get()), "interests.1": "the sea", "interests.1.sees": "everybody"})

    assert answer.status_code == 422
    assert PAGE.wrong_text in unescape(answer.text)
    assert about.store.about_me(ChildId("c1")) is None


# Numbers in hidden fields -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["9" * 5000, "²", "-1", "one"])
def test_a_version_that_is_none_is_answered_as_an_older_window(card: Writer, about: Writer, version: str) -> None:
    card.keep()
    about.store.keep_about_me(AboutMe.model_validate({"child_id": "c1", "interests": ["bikes"]}))

    told = card.post({**fields_of(card.get()), "agreed": "yes", "hours": "Mondays", "version": version})
    said = about.post({**fields_of(about.get()), "interests.1": "the sea", "version": version})

    assert (told.status_code, said.status_code) == (409, 409)
