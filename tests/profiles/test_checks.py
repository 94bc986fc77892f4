"""What stops a card before it is printed; numbers are those that Ofcom keeps for drama."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from relationkit.profiles import (
    CardFinding,
    CardProblem,
    IntroductionCard,
    WorkContacts,
    WorkerProfile,
    check_card,
    reading_difficulty,
)

Build = Callable[..., WorkerProfile]
ON = date(2025, 3, 3)
WORK = WorkContacts(numbers=("07700 900", "01632 96"), domains=("example.gov.uk",))


@pytest.fixture
def found(a_profile: Build) -> Callable[..., list[CardFinding]]:
    def check(*, work: WorkContacts | None = WORK, on: date = ON, **changes: Any) -> list[CardFinding]:
        profile = a_profile(**{"agreed_on": ON, "valid_from_on": ON} | changes)
        return check_card(IntroductionCard.from_profile(profile), on=on, work=work)

    return check


Found = Callable[..., list[CardFinding]]


def test_a_card_that_is_as_it_should_be_has_no_findings(found: Found) -> None:
    assert found() == []


def test_a_card_that_nobody_agreed_to_is_stopped(found: Found) -> None:
    (finding,) = found(agreed_on=None)

    assert (finding.problem, finding.is_stop) == (CardProblem.NOT_AGREED, True)


def test_a_card_of_a_worker_who_left_is_stopped_from_the_day_after_their_last(found: Found) -> None:
    left = "2025-03-10"

    assert found(valid_to_on=left, on=date(2025, 3, 9)) == []
    assert [each.problem for each in found(valid_to_on=left, on=date(2025, 3, 10))] == [CardProblem.NOT_VALID]


@pytest.mark.parametrize(
    ("kind", "value", "is_private"),
    [
        ("text", "07700 900123", False),
        ("text", "+44 7700 900123", False),
        ("text", "0044 7700 900123", False),
        ("text", "07911 123456", True),
        ("call", "01632 960999", False),
        ("email", "sam@example.gov.uk", False),
        ("email", "sam@children.EXAMPLE.gov.uk", False),
        ("email", "sam@notexample.gov.uk", True),
        ("email", "sam@gmail.com", True),
        ("web", "https://example.org/sam", False),
        ("web", "https://www.instagram.com/sam", True),
        ("web", "https://x.com:443/sam", True),
    ],
)
def test_a_private_number_address_or_account_is_stopped(found: Found, kind: str, value: str, is_private: bool) -> None:
    problems = [each.problem for each in found(ways=[{"kind": kind, "label": "Me", "value": value}])]

    assert problems == ([CardProblem.PRIVATE_CONTACT] if is_private else [])


def test_without_the_councils_numbers_nobody_can_tell_and_the_findings_say_so(found: Found) -> None:
    text, cover = found(work=None)

    assert (text.problem, text.field, text.is_stop) == (CardProblem.NOT_JUDGED, "ways.1", False)
    assert cover.field == "cover.ways.1"
    gmail = found(work=None, cover=None, ways=[{"kind": "email", "label": "Mail", "value": "sam@gmail.com"}])
    assert [each.problem for each in gmail] == [CardProblem.PRIVATE_CONTACT]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("Ring my own phone, 07700 900 123", CardProblem.CONTACT_IN_WORDS),
        ("Write to sam@example.org", CardProblem.CONTACT_IN_WORDS),
        ("I live in EX1 4ZZ", CardProblem.ADDRESS),
        ("ex14zz is where I am", CardProblem.ADDRESS),
        ("My house is 12 Made Up Road", CardProblem.ADDRESS),
        ("Rwy'n byw yn 7 Heol Fawr", CardProblem.ADDRESS),
        ("I have 3 dogs and 2 cats", None),
        ("I ran 10 km in 2024", None),
        ("I have 2 pigs close to the road", None),
    ],
)
def test_an_address_or_a_number_in_the_words_is_stopped_and_not_repeated(
    found: Found, words: str, problem: CardProblem | None
) -> None:
    findings = found(three_things=["I like puns", words, "I have a dog"])

    assert [(each.problem, each.field) for each in findings if each.is_stop] == (
        [] if problem is None else [(problem, "three_things.2")]
    )
    assert not any(words in str(each) for each in findings)


def test_a_sentence_of_fifteen_words_is_well_and_one_of_sixteen_is_not(found: Found) -> None:
    def say(words: int) -> list[CardProblem]:
        return [each.problem for each in found(what_i_do=" ".join(["I"] * words) + ".")]

    assert CardProblem.LONG_SENTENCE not in say(15)
    assert CardProblem.LONG_SENTENCE in say(16)


def test_officialese_is_hard_to_read_and_plain_words_are_not(found: Found) -> None:
    officialese = (
        "I coordinate multidisciplinary safeguarding interventions. "
        "I facilitate statutory assessments for families and other agencies."
    )

    hard = found(what_i_do=officialese, three_things=["Collaborative working"] * 3, hours="By prior arrangement")

    assert [(each.problem, each.is_stop) for each in hard] == [(CardProblem.HARD_TO_READ, False)]
    assert (
        found(what_i_do="I help you. I come to see you. We sort things out.", hours="9 to 5. I am at work then.") == []
    )


def test_the_index_is_that_of_its_source() -> None:
    text = " ".join(["word"] * 10) + ". " + " ".join(["word"] * 10) + "."

    assert reading_difficulty(text) == pytest.approx(4.71 * 4 + 0.5 * 10 - 21.43)
    assert reading_difficulty("word " * 19) is None


def test_welsh_is_judged_by_its_sentences_alone(found: Found) -> None:
    long_words = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch " * 3

    assert found(language="cy", what_i_do=long_words, hours="Bob dydd") == []


def test_what_stops_comes_first(found: Found) -> None:
    findings = found(work=None, agreed_on=None)

    assert [each.is_stop for each in findings] == [True, False, False]
    assert str(findings[0]).startswith("card of w1, agreed_on: nobody wrote down")


@pytest.mark.parametrize("mark", ["\u202a", "\u202d", "\u202e"])
@pytest.mark.parametrize("field", ["name", "pronouns", "what_i_do", "hours"])
def test_a_mark_that_turns_letters_round_stops_the_card(found: Found, field: str, mark: str) -> None:
    (finding,) = found(**{field: f"Sam{mark} Okoro"})

    assert (finding.problem, finding.field, finding.is_stop) == (CardProblem.TURNED_ROUND, field, True)
    assert "Okoro" not in finding.what


@pytest.mark.parametrize("name", ["سامي العربي", "שרה", "Siân Llŷr", "Zażółć Gęślą", "Sam 😀", "\u200fسامي", "W" * 80])
def test_names_in_other_scripts_with_plain_marks_and_long_ones_are_fine(found: Found, name: str) -> None:
    assert found(name=name) == []


WRONG: dict[str, Any] = {
    "agreed_on": None,
    "valid_from_on": date(2025, 1, 1),
    "valid_to_on": ON,
    "ways": [
        {"kind": "call", "label": "Ring", "value": "07911 123456"},
        {"kind": "email", "label": "Write", "value": "sam@gmail.com"},
        {"kind": "web", "label": "Look", "value": "https://facebook.com/sam"},
    ],
    "three_things": ("Ring 01632 960 009", "Write to sam@example.org", "I live at 7 Made Road, ZZ1 1ZZ"),
    "what_i_do": "\u202eI do " + "extraordinarily complicated things " * 4,
    "hours": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen",
}


def test_each_finding_is_said_in_welsh_and_is_the_same_finding(a_profile: Build) -> None:
    card = IntroductionCard.from_profile(a_profile(**WRONG))

    def said(language: str) -> list[CardFinding]:
        judged = check_card(card, on=ON, work=WORK, language=language)
        unjudged = check_card(card, on=ON, language=language)
        return [*judged, *(each for each in unjudged if each.problem is CardProblem.NOT_JUDGED)]

    english, welsh = said("en"), said("cy-GB")

    assert said("xx") == english
    assert {each.problem for each in english} == set(CardProblem) - {CardProblem.TOO_LONG, CardProblem.CANNOT_BE_DRAWN}
    assert [(each.problem, each.field, each.is_stop) for each in welsh] == [
        (each.problem, each.field, each.is_stop) for each in english
    ]
    assert not {(each.what, each.remedy) for each in english} & {(each.what, each.remedy) for each in welsh}
    assert not [each for each in welsh if "{" in str(each)]
