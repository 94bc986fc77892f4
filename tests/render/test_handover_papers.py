"""The goodbye letter and "my story so far" as pages; nobody in them is real."""

from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import InvalidRecordError, RenderError
from relationkit.handovers import GoodbyeLetter, MyStory
from relationkit.render import render_goodbye_letter, render_my_story

HOSTILE = [
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "</title></style><img src=x>",
    "{{ 7 * 7 }}",
    "{name}",
]
TEXT = st.sampled_from(HOSTILE) | st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=40
).filter(lambda text: bool(text.strip()))


class Page(HTMLParser):
    """The elements and the words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def a_letter(**changes: Any) -> GoodbyeLetter:
    facts: dict[str, Any] = {
        "plan_id": "handover:a1",
        "to": "Made-up Ash",
        "sender": "Made-up Sam",
        "written_on": date(2025, 4, 4),
        "why": "I am moving to work in another town.",
        "paragraphs": ("I will remember the day at the pond.",),
        "strengths": ("You make people laugh", "You stick at maths"),
    }
    return GoodbyeLetter.model_validate(facts | changes)


def a_story(**changes: Any) -> MyStory:
    parts = [
        {"about": "People who matter to me", "words": "My nan.", "is_agreed": True},
        {"about": "School", "words": "Not this line", "is_agreed": False},
        {"about": "Food", "words": "Nor this one"},
    ]
    facts = {"plan_id": "handover:a1", "name": "Made-up Ash", "parts": parts, "agreed_on": date(2025, 3, 28)}
    return MyStory.model_validate(facts | changes)


def test_a_letter_says_why_that_it_is_nobodys_fault_and_what_the_child_is_good_at() -> None:
    letter = a_letter(next_worker="Made-up Priya", keeping_in_touch="You can write to the office.")
    text = Page(render_goodbye_letter(letter)).text

    for words in (
        "4 April 2025",
        "Dear Made-up Ash,",
        letter.why,
        "not because of anything you did",
        *letter.strengths,
    ):
        assert words in text
    assert "Your next worker is Made-up Priya." in text
    assert "You can write to the office." in text


def test_a_letter_promises_no_contact_that_nobody_wrote() -> None:
    assert "Keeping in touch" not in Page(render_goodbye_letter(a_letter(next_worker="Made-up Priya"))).text


def test_a_letter_without_anything_good_in_it_is_none() -> None:
    with pytest.raises(InvalidRecordError, match="strengths"):
        a_letter(strengths=())


def test_a_story_shows_what_the_child_agreed_to_and_nothing_else() -> None:
    text = Page(render_my_story(a_story())).text

    assert "People who matter to me" in text
    assert "I agreed to every line on 28 March 2025." in text
    for words in ("School", "Not this line", "Food", "Nor this one"):
        assert words not in text


def test_a_story_that_nobody_agreed_to_is_not_shown() -> None:
    with pytest.raises(RenderError, match="has not agreed"):
        render_my_story(a_story(parts=[{"about": "Food", "words": "Soup"}], agreed_on=None))


def test_an_agreed_part_needs_its_day() -> None:
    with pytest.raises(InvalidRecordError, match="agreed_on is missing"):
        a_story(agreed_on=None)


def test_another_language_is_marked_as_such() -> None:
    html = render_goodbye_letter(a_letter(language="uk", why="Я переїжджаю."))

    assert '<html lang="en"' in html
    assert '<p class="words" dir="auto" lang="uk">Я переїжджаю.</p>' in html


def test_a_paper_in_welsh_has_welsh_words_around_it() -> None:
    letter = render_goodbye_letter(a_letter(language="cy-GB", why="Rwy'n symud.", next_worker="Priya"))
    story = render_my_story(a_story(language="cy"))

    assert letter.count('lang="') == story.count('lang="') == 1
    for html, words in (
        (letter, ("Annwyl Made-up Ash,", "Priya fydd dy weithiwr nesaf.", "4 Ebrill 2025", "Oddi wrth")),
        (story, ("Fy stori hyd yma", "Mae hwn am", "Cytunais i bob llinell ar")),
    ):
        assert '<html lang="cy"' in html
        assert [word for word in words if word not in Page(html).text] == []
        english = ("Dear", "From", "next worker", "because", "agreed", "These are", "about", "April")
        assert [word for word in english if word in Page(html).text] == []


def test_words_of_people_are_in_no_repr() -> None:
    assert repr(a_letter()) == "GoodbyeLetter(plan_id='handover:a1')"
    assert repr(a_story()) == "MyStory(plan_id='handover:a1')"
    assert repr(a_story().parts[0]) == "StoryPart()"


@given(text=TEXT)
def test_whatever_people_write_stays_text(text: str) -> None:
    plain = Page(render_goodbye_letter(a_letter(next_worker="x", keeping_in_touch="x")))
    hostile = a_letter(
        to=text,
        sender=text,
        why=text,
        paragraphs=(text,),
        strengths=(text, text),
        next_worker=text,
        keeping_in_touch=text,
    )
    page = Page(render_goodbye_letter(hostile))
    assert page.tags == plain.tags

    parts = [{"about": text, "words": text, "is_agreed": True}]
    assert Page(render_my_story(a_story(name=text, parts=parts))).tags == Page(render_my_story(a_story())).tags
