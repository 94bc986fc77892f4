"""The booklet and the letter that young people keep: in their language, escaped, and quiet about care."""

from datetime import UTC, date, datetime

import pytest

from relationkit.entitlements import Offer, YoungPerson, offer_changes, offers_for
from relationkit.keywork import KEYWORK_TOPICS, CoveredTopic, KeyworkProgress, keywork_progress
from relationkit.records import Child, Session
from relationkit.render import render_keywork_booklet, render_offer_letter

NOW = datetime(2025, 6, 2, 9, tzinfo=UTC)
MARKUP = "<script>alert('x')</script>"
ON = date(2025, 6, 2)


def progress(language: str, words: str = "I made soup") -> KeyworkProgress:
    held = {"kind": "keywork", "status": "held", "child_id": "K1", "worker_id": "W1"}
    session = Session.model_validate(
        {"id": "S1", "starts_at": "2025-05-06T15:00Z", "ends_at": "2025-05-06T16:00Z", **held}
    )
    child = Child.model_validate({"id": "K1", "born_on": "2010-02-14", "language": language})
    mark = CoveredTopic.model_validate({"session_id": "S1", "topic": "cooking", "in_my_words": words})
    return keywork_progress(child, [session], [mark], topics=KEYWORK_TOPICS, now=NOW)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("What I can do", "1 of 11 so far", "We did this on 6 May 2025.", "From 14 February 2026 on.")),
        ("cy", ("Beth alla i ei wneud", "1 o 11 hyd yma", "Gwnaethon ni hyn ar 6 Mai 2025.", "O 14 Chwefror 2026")),
    ],
)
def test_the_booklet_counts_what_is_expected_by_now(language: str, words: tuple[str, ...]) -> None:
    page = render_keywork_booklet(progress(language), name="Made-up Ada", language=language)

    for each in (*words, "Made-up Ada", "I made soup"):
        assert each in page
    assert not any(word in page for word in ("W1", "S1", "K1", "council", "social worker"))


def test_words_stay_words() -> None:
    booklet = render_keywork_booklet(progress("en", MARKUP), name=MARKUP)
    offer = Offer(name=MARKUP, what=MARKUP, how=MARKUP, condition=MARKUP, source=MARKUP, in_force_from=date(2025, 5, 1))
    changes = offer_changes([offer], since=date(2025, 4, 1), on=ON)
    letter = render_offer_letter(
        offers_for([offer], YoungPerson(), on=ON), on=ON, changes=changes, since=date(2025, 4, 1), name=MARKUP
    )

    for page in (booklet, letter):
        assert "<script" not in page
        assert "&lt;script&gt;" in page


def test_the_letter_says_in_welsh_what_is_theirs_now_later_and_to_ask() -> None:
    rows = [
        Offer(name="Bws", what="Tocyn.", from_age=16, until_age=21, source="Cyngor", in_force_from=date(2020, 1, 1)),
        Offer(name="Gyrru", what="Gwersi.", from_age=17, source="Cyngor", in_force_from=date(2020, 1, 1)),
        Offer(name="Cartref", what="Arian.", statuses=("qualifying",), source="Cyngor", in_force_from=date(2020, 1, 1)),
        Offer(name="Hŷn", what="Dim.", from_age=5, until_age=6, source="Cyngor", in_force_from=date(2020, 1, 1)),
    ]
    asked = offers_for(rows, YoungPerson(born_on=date(2009, 1, 20)), on=ON)
    page = render_offer_letter(asked, on=ON, language="cy-GB")

    places = [page.index(words) for words in ("Cei ofyn am hyn nawr", "Bws", "Yn nes ymlaen", "Gyrru", "Cartref")]
    assert places == sorted(places)
    assert "Hyd at 20 Ionawr 2030." in page
    assert "O 20 Ionawr 2026 ymlaen." in page
    assert "Hŷn" not in page
