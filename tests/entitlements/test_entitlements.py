"""A council's offers, on both sides of every birthday. Exampleshire and everybody in it are made up."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.england import CARE_STATUSES, CareStatus, age_on, birthday_on
from relationkit.entitlements import (
    MayAsk,
    Offer,
    OfferChangeKind,
    YoungPerson,
    offer_changes,
    offers_for,
    offers_from_toml,
    offers_in_force,
    statuses_on,
)
from relationkit.errors import InvalidRuleFileError

LOOKED_AFTER, ELIGIBLE, RELEVANT, FORMER, QUALIFYING = CareStatus
BORN = date(2005, 5, 10)
DAY = timedelta(days=1)


def offer(name: str = "setting up home", **more: Any) -> Offer:
    facts = {"what": "Money for a first home", "source": "Local offer 2025", "in_force_from": date(2019, 4, 1)}
    return Offer.model_validate({"name": name, **facts, **more})


def answer(given: Offer, on: date, status: CareStatus | None = None, **more: Any) -> MayAsk:
    person = YoungPerson(**{"born_on": BORN, "status": status, **more})
    [found] = offers_for([given], person, on=on)
    return found.answer


# Birthdays.


@pytest.mark.parametrize(
    ("born_on", "age", "day"),
    [
        (date(2005, 5, 10), 18, date(2023, 5, 10)),
        (date(2004, 2, 29), 16, date(2020, 2, 29)),
        (date(2004, 2, 29), 18, date(2022, 3, 1)),
        (date(2004, 2, 29), 21, date(2025, 3, 1)),
        (date(2004, 2, 29), 25, date(2029, 3, 1)),
    ],
)
def test_a_birthday_is_the_first_day_of_an_age(born_on: date, age: int, day: date) -> None:
    assert birthday_on(born_on, age) == day
    assert (age_on(born_on, day - DAY), age_on(born_on, day)) == (age - 1, age)


# Statuses.


def held(status: CareStatus | None, age: int, *, days: int = 0, is_in_education: bool | None = None) -> dict[str, Any]:
    person = YoungPerson(born_on=BORN, status=status, is_in_education=is_in_education)
    found = statuses_on(person, on=birthday_on(BORN, age) + timedelta(days=days))
    return {key.value: value for key, value in found.items() if value is not False}


@pytest.mark.parametrize(
    ("status", "age", "days", "is_in_education", "expected"),
    [
        (LOOKED_AFTER, 16, -1, None, {"looked_after": True}),
        (LOOKED_AFTER, 16, 0, None, {"looked_after": True, "eligible": None}),
        (LOOKED_AFTER, 18, -1, None, {"looked_after": True, "eligible": None}),
        (LOOKED_AFTER, 18, 0, None, {"former_relevant": None, "qualifying": None}),
        (LOOKED_AFTER, 25, 0, None, {}),
        (ELIGIBLE, 16, -1, None, {"looked_after": None}),
        (ELIGIBLE, 16, 0, None, {"looked_after": True, "eligible": True}),
        (ELIGIBLE, 18, -1, None, {"looked_after": True, "eligible": True}),
        (ELIGIBLE, 18, 0, None, {"former_relevant": True}),
        (RELEVANT, 16, 0, None, {"relevant": True}),
        (RELEVANT, 18, -1, None, {"relevant": True}),
        (RELEVANT, 18, 0, None, {"former_relevant": True}),
        (FORMER, 18, -1, None, {"looked_after": None, "eligible": None, "relevant": None, "qualifying": None}),
        (FORMER, 18, 0, None, {"former_relevant": True}),
        (FORMER, 21, 0, False, {"former_relevant": True}),
        (FORMER, 25, -1, None, {"former_relevant": True}),
        (FORMER, 25, 0, None, {}),
        (QUALIFYING, 16, 0, None, {"qualifying": True}),
        (QUALIFYING, 21, -1, False, {"qualifying": True}),
        (QUALIFYING, 21, 0, False, {}),
        (QUALIFYING, 21, 0, None, {"qualifying": None}),
        (QUALIFYING, 21, 0, True, {"qualifying": True}),
        (QUALIFYING, 25, -1, True, {"qualifying": True}),
        (QUALIFYING, 25, 0, True, {}),
        (None, 16, -1, None, {"looked_after": None}),
        (None, 18, 0, None, {"former_relevant": None, "qualifying": None}),
        (None, 21, 0, False, {"former_relevant": None}),
        (None, 25, 0, None, {}),
    ],
)
def test_what_somebody_is_by_law(
    status: CareStatus | None, age: int, days: int, is_in_education: bool | None, expected: dict[str, Any]
) -> None:
    assert held(status, age, days=days, is_in_education=is_in_education) == expected


@pytest.mark.parametrize(
    ("on", "is_in_education", "expected"),
    [
        (date(2018, 3, 31), False, False),
        (date(2018, 3, 31), True, True),
        (date(2018, 3, 31), None, None),
        (date(2018, 4, 1), False, True),
        (date(2011, 3, 31), True, None),
    ],
)
def test_before_april_2018_support_from_21_went_with_education(
    on: date, is_in_education: bool, expected: bool | None
) -> None:
    person = YoungPerson(born_on=on.replace(year=on.year - 22, day=1), status=FORMER, is_in_education=is_in_education)

    assert statuses_on(person, on=on)[FORMER] is expected


def test_without_a_date_of_birth_nothing_is_judged() -> None:
    assert set(statuses_on(YoungPerson(status=FORMER), on=BORN).values()) == {None}


def test_every_status_says_where_it_is_from() -> None:
    assert {row.status for row in CARE_STATUSES} == set(CareStatus)
    assert all(row.source and row.means for row in CARE_STATUSES)


# What may I ask for.


@pytest.mark.parametrize("age", [16, 18, 21, 25])
def test_an_offer_begins_and_ends_with_a_birthday(age: int) -> None:
    birthday = birthday_on(BORN, age)
    begins, ends = offer(from_age=age), offer(until_age=age)

    assert [answer(begins, on) for on in (birthday - DAY, birthday)] == [MayAsk.NOT_YET, MayAsk.YES]
    assert [answer(ends, on) for on in (birthday - DAY, birthday)] == [MayAsk.YES, MayAsk.NO]


@pytest.mark.parametrize(
    ("facts", "status", "on", "expected"),
    [
        ({}, None, date(2025, 6, 1), MayAsk.YES),
        ({"statuses": ["former_relevant"]}, FORMER, date(2025, 6, 1), MayAsk.YES),
        ({"statuses": ["former_relevant"]}, QUALIFYING, date(2025, 6, 1), MayAsk.NO),
        ({"statuses": ["former_relevant"]}, None, date(2025, 6, 1), MayAsk.COULD_NOT_BE_JUDGED),
        ({"statuses": ["former_relevant"]}, ELIGIBLE, date(2023, 5, 9), MayAsk.NOT_YET),
        ({"statuses": ["former_relevant"]}, ELIGIBLE, date(2023, 5, 10), MayAsk.YES),
        ({"statuses": ["former_relevant"]}, LOOKED_AFTER, date(2023, 5, 9), MayAsk.COULD_NOT_BE_JUDGED),
        ({"statuses": ["former_relevant"]}, FORMER, date(2030, 5, 10), MayAsk.NO),
        ({"statuses": ["former_relevant"], "from_age": 21}, FORMER, date(2026, 5, 9), MayAsk.NOT_YET),
        ({"statuses": ["former_relevant"], "until_age": 21}, FORMER, date(2026, 5, 10), MayAsk.NO),
        ({"statuses": ["looked_after"]}, ELIGIBLE, date(2022, 5, 10), MayAsk.YES),
        ({"statuses": ["eligible"]}, LOOKED_AFTER, date(2021, 5, 9), MayAsk.COULD_NOT_BE_JUDGED),
        ({"statuses": ["eligible", "qualifying"]}, QUALIFYING, date(2022, 5, 10), MayAsk.YES),
        ({"statuses": ["relevant"]}, None, date(2025, 6, 1), MayAsk.NO),
    ],
)
def test_what_may_i_ask_for(facts: dict[str, Any], status: CareStatus | None, on: date, expected: MayAsk) -> None:
    assert answer(offer(**facts), on, status) is expected


def test_an_unknown_age_is_not_a_no() -> None:
    on = date(2025, 6, 1)

    assert answer(offer(from_age=16), on, FORMER, born_on=None) is MayAsk.COULD_NOT_BE_JUDGED
    assert answer(offer(statuses=["former_relevant"]), on, FORMER, born_on=None) is MayAsk.COULD_NOT_BE_JUDGED
    assert answer(offer(), on, born_on=None) is MayAsk.YES


@pytest.mark.parametrize(
    ("facts", "status", "until_on"),
    [
        ({}, FORMER, None),
        ({"until_age": 22}, FORMER, date(2027, 5, 10)),
        ({"until_age": 22, "in_force_until": date(2026, 4, 1)}, FORMER, date(2026, 4, 1)),
        ({"statuses": ["former_relevant"]}, FORMER, date(2030, 5, 10)),
        ({"statuses": ["qualifying"]}, QUALIFYING, date(2026, 5, 10)),
    ],
)
def test_an_answer_says_until_when(facts: dict[str, Any], status: CareStatus, until_on: date | None) -> None:
    [found] = offers_for([offer(**facts)], YoungPerson(born_on=BORN, status=status), on=date(2025, 6, 1))

    assert (found.answer, found.until_on) == (MayAsk.YES, until_on)


def test_a_leap_day_child_may_ask_from_1_march() -> None:
    born_on = date(2008, 2, 29)

    assert answer(offer(from_age=18), date(2026, 2, 28), born_on=born_on) is MayAsk.NOT_YET
    assert answer(offer(from_age=18), date(2026, 3, 1), born_on=born_on) is MayAsk.YES
    [found] = offers_for([offer(from_age=18)], YoungPerson(born_on=born_on), on=date(2026, 2, 28))
    assert (found.from_on, found.why) == (date(2026, 3, 1), "It begins with your birthday at 18.")


def test_a_no_says_why() -> None:
    person = YoungPerson(born_on=BORN, status=QUALIFYING)
    given = [offer("a", statuses=["former_relevant", "relevant"]), offer("b", until_age=18)]

    assert [found.why for found in offers_for(given, person, on=date(2025, 6, 1))] == [
        "It is for young people who are: former relevant, relevant.",
        "It ends with the birthday at 18.",
    ]


@given(
    st.dates(date(1990, 1, 1), date(2015, 12, 31)),
    st.dates(date(2018, 4, 1), date(2040, 12, 31)),
    st.none() | st.integers(0, 24),
    st.none() | st.integers(25, 30),
)
def test_by_age_alone_the_answer_is_the_age(
    born_on: date, on: date, from_age: int | None, until_age: int | None
) -> None:
    given = offer(from_age=from_age, until_age=until_age, in_force_from=date(2018, 4, 1))
    is_within = (from_age or 0) <= age_on(born_on, on) < (until_age or 1000)

    assert (answer(given, on, born_on=born_on) is MayAsk.YES) is is_within


# Versions and changes.

FIRST = offer(what="£2,000", in_force_until=date(2025, 4, 1))
SECOND = offer(what="£3,000", in_force_from=date(2025, 4, 1))


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2019, 3, 31), ()),
        (date(2019, 4, 1), (FIRST,)),
        (date(2025, 3, 31), (FIRST,)),
        (date(2025, 4, 1), (SECOND,)),
    ],
)
def test_the_version_of_the_day_holds(on: date, expected: tuple[Offer, ...]) -> None:
    assert offers_in_force([SECOND, FIRST], on=on) == expected


def test_a_replaced_version_does_not_come_back() -> None:
    endless = offer(what="£2,000")
    short = offer(what="£3,000", in_force_from=date(2025, 4, 1), in_force_until=date(2025, 5, 1))

    assert offers_in_force([endless, short], on=date(2025, 5, 1)) == ()


def test_changes_are_told_from_the_day_after_to_the_day_itself() -> None:
    new = offer("free bus pass", in_force_from=date(2025, 4, 2))
    ended = offer("gym", in_force_until=date(2025, 4, 3))
    offers = [FIRST, SECOND, new, ended]

    def told(since: date, on: date) -> list[tuple[str, OfferChangeKind, date, tuple[str, ...]]]:
        found = offer_changes(offers, since=since, on=on)
        return [(change.name, change.kind, change.changed_on, change.fields) for change in found]

    altered = ("setting up home", OfferChangeKind.ALTERED, date(2025, 4, 1), ("what",))
    came = ("free bus pass", OfferChangeKind.NEW, date(2025, 4, 2), ())
    went = ("gym", OfferChangeKind.ENDED, date(2025, 4, 3), ())
    assert told(date(2025, 3, 31), date(2025, 3, 31)) == []
    assert told(date(2025, 3, 31), date(2025, 4, 1)) == [altered]
    assert told(date(2025, 4, 1), date(2025, 4, 2)) == [came]
    assert told(date(2025, 4, 2), date(2025, 4, 3)) == [went]
    assert told(date(2025, 3, 31), date(2025, 4, 3)) == [altered, came, went]
    assert told(date(2025, 4, 3), date(2025, 5, 1)) == []


def test_a_version_with_the_same_words_is_no_change() -> None:
    again = offer(in_force_from=date(2025, 4, 1))

    assert offer_changes([offer(), again], since=date(2025, 3, 1), on=date(2025, 5, 1)) == ()


def test_an_offer_that_ended_in_a_later_version_ended_then() -> None:
    short = offer(what="£3,000", in_force_from=date(2025, 4, 1), in_force_until=date(2025, 5, 1))
    [change] = offer_changes([FIRST, short], since=date(2025, 3, 1), on=date(2025, 6, 1))

    assert (change.kind, change.changed_on, change.before) == (OfferChangeKind.ENDED, date(2025, 5, 1), FIRST)


@pytest.mark.parametrize(
    ("statuses", "status", "is_told"),
    [
        (["former_relevant"], FORMER, True),
        (["former_relevant"], None, True),
        (["former_relevant"], QUALIFYING, False),
        ([], None, True),
    ],
)
def test_only_those_whom_it_may_concern_are_told(statuses: list[str], status: CareStatus, is_told: bool) -> None:
    new = offer(statuses=statuses, in_force_from=date(2025, 4, 2))
    person = YoungPerson(born_on=BORN, status=status)

    assert bool(offer_changes([new], since=date(2025, 4, 1), on=date(2025, 4, 2), person=person)) is is_told


# The file.

TOML = """
[[offers]]
name = "setting up home"
what = "Up to £3,000 for what you need in your first home of your own."
how = "Ask your personal adviser."
from_age = 18
until_age = 25
statuses = ["former_relevant"]
condition = "In your pathway plan."
source = "Exampleshire local offer 2025, page 4"
url = "https://offer.example.org/home"
in_force_from = 2025-04-01
"""


def test_an_offer_in_a_file_is_the_same() -> None:
    [read] = offers_from_toml(TOML)

    assert (read.name, read.statuses, read.in_force_from) == ("setting up home", (FORMER,), date(2025, 4, 1))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("until_age = 25", "until_age = 18", r"offers 1: until_age is not after from_age"),
        ("until_age", "until_ages", r"offers 1, until_ages: is not a field"),
        ("former_relevant", "former", r"offers 1, statuses.0: is not a value that is known"),
        ('["former_relevant"]', '["relevant", "relevant"]', r"statuses names one twice"),
        ("https://", "javascript:", r"offers 1, url"),
        ("in_force_from = 2025-04-01", "in_force_from = 2025-04-01\nin_force_until = 2025-04-01", r"is not after"),
        ('source = "Exampleshire local offer 2025, page 4"', "", r"offers 1, source: is missing"),
        ("[[offers]]", "[[offer]]", r"Write \[\[offers\]\]"),
    ],
)
def test_a_slip_in_a_file_is_named_with_its_place(old: str, new: str, what: str) -> None:
    with pytest.raises(InvalidRuleFileError, match=what):
        offers_from_toml(TOML.replace(old, new, 1))
    with pytest.raises(InvalidRuleFileError, match="same name and in_force_from"):
        offers_from_toml(TOML + TOML)
