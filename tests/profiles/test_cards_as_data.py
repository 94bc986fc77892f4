from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from relationkit.errors import InvalidRecordError
from relationkit.profiles import (
    AboutMe,
    IntroductionCard,
    OpenHours,
    Picture,
    PictureType,
    WorkerProfile,
    initials,
)
from relationkit.records import ChildId

Build = Callable[..., WorkerProfile]
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 8
FROM = date(2025, 3, 3)


def test_a_card_says_what_the_profile_of_the_worker_who_is_coming_says(a_profile: Build) -> None:
    profile = a_profile(picture=Picture(alt="A kite", media_type=PictureType.PNG, data=PNG))
    card = IntroductionCard.from_profile(profile, valid_from_on=FROM)
    shared = set(IntroductionCard.model_fields) & set(WorkerProfile.model_fields)
    profile = profile.model_copy(update={"valid_from_on": FROM})

    assert {name: getattr(card, name) for name in shared} == {name: getattr(profile, name) for name in shared}
    assert set(IntroductionCard.model_fields) == shared


def test_a_card_holds_from_its_first_day_up_to_but_not_including_its_last(a_profile: Build) -> None:
    card = IntroductionCard.from_profile(a_profile(), valid_from_on=FROM, valid_to_on=date(2025, 3, 10))

    held = [card.is_valid(on=date(2025, 3, day)) for day in (2, 3, 9, 10)]

    assert held == [False, True, True, False]
    assert IntroductionCard.from_profile(a_profile(), valid_from_on=FROM).is_valid(on=date(2199, 1, 1))


def test_a_card_that_ends_before_it_starts_is_refused(a_profile: Build) -> None:
    with pytest.raises(InvalidRecordError, match="not after"):
        IntroductionCard.from_profile(a_profile(), valid_from_on=FROM, valid_to_on=FROM)


def test_a_card_holds_as_long_as_the_profile_says_unless_it_is_told_otherwise(a_profile: Build) -> None:
    profile = a_profile(valid_from_on=FROM, valid_to_on=date(2025, 4, 1))

    card = IntroductionCard.from_profile(profile)
    later = IntroductionCard.from_profile(profile, valid_from_on=date(2025, 3, 10))

    assert (card.valid_from_on, card.valid_to_on) == (FROM, date(2025, 4, 1))
    assert (later.valid_from_on, later.valid_to_on) == (date(2025, 3, 10), date(2025, 4, 1))
    with pytest.raises(InvalidRecordError, match="valid_from_on"):
        IntroductionCard.from_profile(a_profile())


@pytest.mark.parametrize("things", [(), ("One", "Two"), ("One", "Two", "Three", "Four"), ("One", "Two", " ")])
def test_three_things_are_three(a_profile: Build, things: tuple[str, ...]) -> None:
    with pytest.raises(InvalidRecordError):
        a_profile(three_things=things)


@pytest.mark.parametrize("field", ["ways", "duty", "hours", "name"])
def test_a_profile_always_says_how_to_reach_somebody(a_profile: Build, field: str) -> None:
    with pytest.raises(InvalidRecordError):
        a_profile(**{field: {"ways": ()}.get(field)})


def test_nobody_covers_themself(a_profile: Build) -> None:
    with pytest.raises(InvalidRecordError, match="cover is the worker themself"):
        a_profile(worker_id="w2")


def test_no_repr_shows_a_name(a_profile: Build) -> None:
    card = IntroductionCard.from_profile(a_profile(), valid_from_on=FROM)
    about = AboutMe(child_id="c1", chosen_name="Made-up Jo", never_meet_at=("In class",))

    assert (repr(card), repr(about)) == ("IntroductionCard(worker_id='w1')", "AboutMe(child_id='c1')")


def test_profile_card_and_about_me_go_through_json_and_back(a_profile: Build) -> None:
    profile = a_profile(picture=Picture(alt="A kite", media_type=PictureType.PNG, data=PNG))
    card = IntroductionCard.from_profile(profile, valid_from_on=FROM)
    about = AboutMe(child_id="c1", interests=("Chess",), never_meet_at=("In class",), updated_on=FROM)

    assert WorkerProfile.model_validate_json(profile.model_dump_json()) == profile
    assert IntroductionCard.model_validate_json(card.model_dump_json()) == card
    assert AboutMe.model_validate_json(about.model_dump_json()) == about


def test_about_me_asks_for_nothing_but_whose_it_is() -> None:
    assert AboutMe(child_id="c1").never_meet_at == ()
    with pytest.raises(InvalidRecordError):
        AboutMe(child_id="c1", interests=(" ",))


def test_a_picture_is_taken_as_bytes_or_as_base64() -> None:
    as_text = {"alt": "A kite", "media_type": "image/png", "data": b64encode(PNG).decode()}

    assert Picture.model_validate(as_text).data == Picture(alt="A kite", media_type=PictureType.PNG, data=PNG).data


@pytest.mark.parametrize(
    ("media_type", "data", "reason"),
    [
        ("image/svg+xml", b"<svg/>", "media_type"),
        ("image/png", b"<svg onload=alert(1)>", "not the kind"),
        ("image/jpeg", PNG, "not the kind"),
        ("image/png", PNG + b"\x00" * 500_000, "more than 500,000"),
    ],
)
def test_a_picture_is_what_it_says_and_small(media_type: str, data: bytes, reason: str) -> None:
    with pytest.raises(InvalidRecordError, match=reason):
        Picture.model_validate({"alt": "A kite", "media_type": media_type, "data": data})


def test_a_picture_is_described() -> None:
    with pytest.raises(InvalidRecordError, match="alt"):
        Picture(alt="", media_type=PictureType.PNG, data=PNG)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Sam Okoro", "SO"),
        ("Sam", "S"),
        ("ana maria de souza", "AS"),
        ("Ŵyn ap Êlin", "ŴÊ"),
        ("Jo (they) Bell", "JB"),
        ("123", "?"),
    ],
)
def test_initials_are_one_or_two_letters(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_hours_are_london_hours_and_half_open() -> None:
    monday = OpenHours.model_validate({"weekday": 1, "opens_at": "09:00", "closes_at": "17:00"})

    winter = [monday.is_open(datetime(2025, 3, 3, *at, tzinfo=UTC)) for at in ((8, 59), (9, 0), (16, 59), (17, 0))]
    summer = [monday.is_open(datetime(2025, 3, 31, *at, tzinfo=UTC)) for at in ((7, 59), (8, 0), (15, 59), (16, 0))]

    assert winter == summer == [False, True, True, False]
    assert not monday.is_open(datetime(2025, 3, 4, 10, tzinfo=UTC))


def test_hours_may_last_until_midnight() -> None:
    late = OpenHours.model_validate({"weekday": 1, "opens_at": "17:00", "closes_at": "00:00"})

    assert [late.is_open(datetime(2025, 3, day, hour, 59, tzinfo=UTC)) for day, hour in ((3, 16), (3, 23), (4, 0))] == [
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(
    "hours",
    [
        {"weekday": 0, "opens_at": "09:00", "closes_at": "17:00"},
        {"weekday": 8, "opens_at": "09:00", "closes_at": "17:00"},
        {"weekday": 1, "opens_at": "17:00", "closes_at": "17:00"},
        {"weekday": 1, "opens_at": "09:00+01:00", "closes_at": "17:00+01:00"},
    ],
)
def test_hours_that_cannot_be_are_refused(hours: dict[str, object]) -> None:
    with pytest.raises(InvalidRecordError):
        OpenHours.model_validate(hours)


@pytest.mark.parametrize("given_id", ["", "w\n1", "w\x001", "w\u2028", "w\u202e1"], ids=ascii)
def test_an_id_that_is_empty_or_not_one_line_is_refused(a_profile: Build, given_id: str) -> None:
    cover = a_profile().cover
    assert cover is not None

    for refused in (
        lambda: a_profile(worker_id=given_id),
        lambda: cover.model_copy(update={"worker_id": given_id}),
        lambda: AboutMe(child_id=ChildId(given_id)),
    ):
        with pytest.raises(InvalidRecordError):
            refused()
