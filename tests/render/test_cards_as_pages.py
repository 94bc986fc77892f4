"""Introduction cards as pages, read back with the standard library's parser; nobody on them is real."""

from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from relationkit.errors import RenderError
from relationkit.profiles import (
    CardDesign,
    CardTheme,
    Contact,
    ContactRole,
    ContactWay,
    IntroductionCard,
    Picture,
    PictureType,
    WorkerProfile,
)
from relationkit.render import render_card, render_profile

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 8

HOSTILE = [
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "</title></style><img src=x onerror=a()>",
    "{{ 7 * 7 }}",
    "\u202eSam\u2066\u200f",
    "&lt;b&gt;",
]
TEXT = st.sampled_from(HOSTILE) | st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=40
).filter(lambda text: bool(text.strip()))


class Page(HTMLParser):
    """Every element with its attributes, and the text inside each by tag."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.tag = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.tag = tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.tag, data))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def a_card(valid_to_on: date | None = None, **changes: Any) -> IntroductionCard:
    return IntroductionCard.from_profile(a_profile(**changes), valid_from_on=date(2025, 3, 3), valid_to_on=valid_to_on)


def a_profile(**changes: Any) -> WorkerProfile:
    facts = {
        "worker_id": "w1",
        "name": "Made-up Sam",
        "what_i_do": "I am your social worker.",
        "three_things": ("I like puns", "I have a dog", "I grew up by the sea"),
        "ways": [
            {"kind": "text", "label": "Text me", "value": "07700 900123"},
            {"kind": "web", "label": "Chat", "value": "https://example.org/?a=1&b=2"},
        ],
        "hours": "Monday to Thursday",
        "duty": {"name": "Duty team", "ways": [{"kind": "call", "label": "Call", "value": "01632 960999"}]},
    }
    return WorkerProfile.model_validate(facts | changes)


COVER = {
    "worker_id": "w2",
    "name": "Made-up Priya",
    "ways": [{"kind": "call", "label": "Ring", "value": "01632 960002"}],
}


def test_a_card_says_who_i_am_three_things_and_how_to_reach_me() -> None:
    card = a_card(pronouns="they/them", cover=COVER)
    html = render_card(card)

    for text in (card.name, "they/them", card.what_i_do, *card.three_things, card.hours, "07700 900123"):
        assert f">{text}<" in html
    for text in ("Made-up Priya", "01632 960002", "Duty team", "01632 960999", "Day and night"):
        assert f">{text}<" in html


def test_links_open_the_phone_the_mail_or_a_page_and_nothing_else() -> None:
    links = [a["href"] for a in Page(render_card(a_card(cover=COVER))).all("a")]

    assert links == ["sms:07700900123", "https://example.org/?a=1&b=2", "tel:01632960002", "tel:01632960999"]


def test_without_cover_the_duty_team_helps() -> None:
    assert "The duty team will help you." in render_card(a_card())
    assert "The duty team will help you." not in render_card(a_card(cover=COVER))


def test_without_a_picture_the_initials_are_drawn_and_stay_silent() -> None:
    page = Page(render_card(a_card()))

    assert page.all("img") == []
    assert [svg["aria-hidden"] for svg in page.all("svg") if "role" not in svg] == ["true"]
    assert ("text", "MS") in page.texts


def test_a_picture_is_inside_the_page_and_described() -> None:
    picture = Picture(alt='A "kite"', media_type=PictureType.PNG, data=PNG)
    page = Page(render_card(a_card(picture=picture)))

    assert page.all("img") == [{"src": "data:image/png;base64,iVBORw0KGgoAAAAAAAAAAA==", "alt": 'A "kite"'}]
    assert [svg["role"] for svg in page.all("svg")] == ["img"]


def test_the_page_asks_for_nothing_from_elsewhere_and_runs_nothing() -> None:
    html = render_card(a_card(cover=COVER))
    page = Page(html)

    assert not {"script", "link", "iframe", "object", "embed", "base", "form"} & {tag for tag, _ in page.elements}
    assert not [a for _, attrs in page.elements for a in attrs if a.startswith("on") or a in {"src", "srcset", "style"}]
    assert "url(" not in html
    assert "@import" not in html


def test_the_last_day_is_the_day_before_the_first_day_after() -> None:
    assert "right from 3 March 2025." in render_card(a_card())
    assert "right from 3 March 2025 to 31 March 2025." in render_card(a_card(valid_to_on=date(2025, 4, 1)))


@pytest.mark.parametrize(("language", "marked"), [("en", []), ("en-GB", []), ("pl", ["pl"])])
def test_words_in_another_language_than_the_page_say_so(language: str, marked: list[str]) -> None:
    page = Page(render_card(a_card(language=language)))
    languages = {attrs["lang"] for tag, attrs in page.elements if tag != "html" and "lang" in attrs}

    assert page.all("html")[0]["lang"] == "en"
    assert sorted(languages) == marked


def test_a_welsh_card_has_welsh_words_around_it() -> None:
    html = render_card(a_card(language="cy", valid_to_on=date(2025, 4, 1)))

    assert '<html lang="cy"' in html
    assert "Tri pheth amdana i" in html
    assert "o 3 Mawrth 2025 hyd 31 Mawrth 2025." in html


def test_the_code_calls_the_duty_line_or_leads_to_the_workers_page() -> None:
    def labels(link: str | None) -> list[str]:
        return [svg["aria-label"] for svg in Page(render_card(a_card(), link=link)).all("svg") if "aria-label" in svg]

    assert labels(None) == ["Scan this to call Duty team"]
    assert labels("https://example.org/sam") == ["Scan this to read more about me"]
    with pytest.raises(RenderError, match="https"):
        labels("javascript:alert(1)")


def test_who_answers_now_is_shown_and_an_absence_only_where_it_may_be_told() -> None:
    ways = (ContactWay(kind="call", label="Ring", value="01632 960002"),)
    told, untold = (Contact(ContactRole.COVER, "w2", "Made-up Kim", ways, is_away=is_away) for is_away in (True, False))

    assert "Made-up Sam is away. Made-up Kim answers for them." in render_card(a_card(), contact=told)
    assert "is away" not in render_card(a_card(), contact=untold)
    assert "Made-up Kim answers." in render_card(a_card(), contact=untold)
    assert "Right now" not in render_card(a_card())


@pytest.mark.parametrize("design", CardDesign)
def test_each_design_has_the_same_words_and_the_councils_colours(design: CardDesign) -> None:
    html = render_card(a_card(), design=design, theme=CardTheme(main="#5b2a86"))

    assert [text for _, text in Page(html).texts if text.strip()][1:] == [
        text for _, text in Page(render_card(a_card(), theme=CardTheme(main="#5b2a86"))).texts if text.strip()
    ][1:]
    assert f'class="pair {design.value}"' in html
    assert "#5b2a86" in html


def test_a_profile_is_one_page_with_everything_on_it() -> None:
    profile = a_profile(liked=("You listen",), support="Tell me early", pronouns="they/them", cover=COVER)
    html = render_profile(profile)

    for text in (profile.name, profile.what_i_do, *profile.three_things, "You listen", "Tell me early", "01632 960002"):
        assert f">{text}<" in html
    assert "What people like about working with me" in html
    assert "This card is right" not in html


def test_a_card_prints_at_pocket_size() -> None:
    html = render_card(a_card())

    assert "width: 85mm" in html
    assert "min-height: 54mm" in html


PLAIN = [(tag, sorted(attrs)) for tag, attrs in Page(render_card(a_card(pronouns="x", cover=COVER))).elements]


@given(text=TEXT)
@example(text=HOSTILE[0])
def test_hostile_words_stay_words(text: str) -> None:
    duty = {"name": text, "hours": text, "ways": [{"kind": "call", "label": text, "value": "01632 960999"}]}
    card = a_card(
        name=text,
        pronouns=text,
        what_i_do=text,
        three_things=(text, text, text),
        hours=text,
        duty=duty,
        cover=COVER | {"name": text},
    )
    page = Page(render_card(card))
    shown = [shown for tag, shown in page.texts if tag in {"bdi", "p"} and shown == text]

    assert [(tag, sorted(attrs)) for tag, attrs in page.elements] == PLAIN
    assert len(shown) == 11
    assert ("title", f"Hello, I'm {text}") in page.texts


@given(text=TEXT)
def test_words_stand_where_their_direction_cannot_reach_out(text: str) -> None:
    page = Page(render_card(a_card(name=text, what_i_do=text)))
    holders = {tag for tag, shown in page.texts if shown == text}

    assert holders <= {"bdi", "p", "text"}
    assert all(attrs.get("dir") == "auto" for attrs in page.all("p") if attrs.get("class") in {"hours", "soft"})
