"""Who answers now; 3 March 2025 is a Monday, and London keeps UTC then."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relationkit.errors import InvalidRecordError, NaiveMomentError
from relationkit.profiles import ContactRole, WorkerProfile, contact_now
from relationkit.records import Absence

Build = Callable[..., WorkerProfile]
NINE_TO_FIVE = [{"weekday": 1, "opens_at": "09:00", "closes_at": "17:00"}]
NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)
EVENING = datetime(2025, 3, 3, 20, tzinfo=UTC)


def away(worker: str = "w1", cover: str | None = "w2", **changes: object) -> Absence:
    facts = {"worker_id": worker, "starts_at": NOON, "ends_at": EVENING, "cover_id": cover}
    return Absence.model_validate(facts | changes)


def test_the_worker_answers_when_nothing_is_known_against_it(a_profile: Build) -> None:
    contact = contact_now(a_profile(), [], NOON)

    assert (contact.role, contact.worker_id, contact.name) == (ContactRole.WORKER, "w1", "Made-up Sam")
    assert contact.ways[0].href == "sms:07700900123"


@pytest.mark.parametrize(
    ("hour", "role"),
    [(8, ContactRole.DUTY), (9, ContactRole.WORKER), (16, ContactRole.WORKER), (17, ContactRole.DUTY)],
)
def test_outside_their_hours_duty_answers(a_profile: Build, hour: int, role: ContactRole) -> None:
    profile = a_profile(open_hours=NINE_TO_FIVE)

    assert contact_now(profile, [], NOON.replace(hour=hour)).role is role


def test_cover_answers_from_the_first_moment_of_an_absence_to_the_last(a_profile: Build) -> None:
    moments = [NOON.replace(hour=11, minute=59), NOON, EVENING.replace(hour=19, minute=59), EVENING]

    roles = [contact_now(a_profile(), [away()], at).role for at in moments]

    assert roles == [ContactRole.WORKER, ContactRole.COVER, ContactRole.COVER, ContactRole.WORKER]


def test_an_absence_without_an_end_lasts(a_profile: Build) -> None:
    later = NOON.replace(year=2031)

    assert contact_now(a_profile(), [away(ends_at=None)], later).role is ContactRole.COVER


def test_duty_answers_when_the_absence_names_no_cover(a_profile: Build) -> None:
    contact = contact_now(a_profile(), [away(cover=None)], NOON)

    assert (contact.role, contact.worker_id) == (ContactRole.DUTY, None)
    assert contact.ways[0].href == "tel:01632960999"


def test_duty_answers_when_no_number_of_the_cover_is_known(a_profile: Build) -> None:
    assert contact_now(a_profile(), [away(cover="w7")], NOON).role is ContactRole.DUTY
    assert contact_now(a_profile(cover=None), [away()], NOON).role is ContactRole.DUTY


def test_the_covers_own_profile_comes_before_what_the_worker_wrote(a_profile: Build) -> None:
    theirs = a_profile(worker_id="w2", name="Made-up Priya Nair", cover=None)

    contact = contact_now(a_profile(), [away()], NOON, profiles={"w2": theirs})

    assert (contact.role, contact.worker_id, contact.name) == (ContactRole.COVER, "w2", "Made-up Priya Nair")


def test_duty_answers_when_the_cover_is_away_too(a_profile: Build) -> None:
    both = [away(), away("w2", cover="w1")]

    assert contact_now(a_profile(), both, NOON).role is ContactRole.DUTY


def test_duty_answers_outside_the_covers_hours(a_profile: Build) -> None:
    theirs = {"w2": a_profile(worker_id="w2", cover=None, open_hours=NINE_TO_FIVE)}
    absence = away(ends_at=None)

    assert contact_now(a_profile(), [absence], NOON, profiles=theirs).role is ContactRole.COVER
    assert contact_now(a_profile(), [absence], EVENING, profiles=theirs).role is ContactRole.DUTY


def test_a_cover_who_is_away_passes_on_to_their_own(a_profile: Build) -> None:
    third = {"w3": a_profile(worker_id="w3", name="Made-up Kim", cover=None)}

    contact = contact_now(a_profile(), [away(), away("w2", cover="w3")], NOON, profiles=third)

    assert (contact.role, contact.worker_id, contact.name) == (ContactRole.COVER, "w3", "Made-up Kim")


def test_a_worker_who_has_left_is_never_given(a_profile: Build) -> None:
    profile = a_profile(valid_to_on="2025-03-04")

    assert contact_now(profile, [], EVENING).role is ContactRole.WORKER
    assert contact_now(profile, [], datetime(2025, 3, 4, tzinfo=UTC)).role is ContactRole.DUTY


def test_a_cover_who_has_left_is_never_given(a_profile: Build) -> None:
    theirs = {"w2": a_profile(worker_id="w2", cover=None, valid_to_on="2025-03-03")}

    assert contact_now(a_profile(), [away()], NOON, profiles=theirs).role is ContactRole.DUTY


def test_only_the_ways_that_are_answered_at_this_hour_are_given(a_profile: Build) -> None:
    desk = {"kind": "call", "label": "Desk", "value": "01632 960001", "open_hours": NINE_TO_FIVE}
    mobile = {"kind": "text", "label": "Text", "value": "07700 900123"}

    both = a_profile(ways=[desk, mobile])

    assert [way.label for way in contact_now(both, [], NOON).ways] == ["Desk", "Text"]
    assert [way.label for way in contact_now(both, [], EVENING).ways] == ["Text"]
    assert contact_now(a_profile(ways=[desk]), [], EVENING).role is ContactRole.DUTY


def test_duty_gives_the_number_of_this_hour_and_the_one_of_every_hour(a_profile: Build) -> None:
    day = {"kind": "call", "label": "By day", "value": "01632 960001", "open_hours": NINE_TO_FIVE}
    always = {"kind": "call", "label": "Any time", "value": "01632 960002"}
    profile = a_profile(duty={"name": "Duty", "ways": [day, always]})

    absence = away(cover=None, ends_at=None)

    assert [way.label for way in contact_now(profile, [absence], NOON).ways] == ["By day", "Any time"]
    assert [way.label for way in contact_now(profile, [absence], EVENING).ways] == ["Any time"]
    with pytest.raises(InvalidRecordError, match="answers at every hour"):
        a_profile(duty={"name": "Duty", "ways": [day]})


def test_a_second_absence_that_names_cover_helps(a_profile: Build) -> None:
    two = [away(cover=None), away(cover="w2", starts_at=NOON.replace(hour=10))]

    assert contact_now(a_profile(), two, NOON).role is ContactRole.COVER


def test_the_absence_of_another_worker_changes_nothing(a_profile: Build) -> None:
    assert contact_now(a_profile(), [away("w9")], NOON).role is ContactRole.WORKER


def test_an_absence_that_is_not_to_be_told_is_not_told(a_profile: Build) -> None:
    assert contact_now(a_profile(), [away()], NOON).is_away
    assert not contact_now(a_profile(), [away(tell_child=False)], NOON).is_away
    assert not contact_now(a_profile(), [away(), away(tell_child=False)], NOON).is_away
    assert not contact_now(a_profile(open_hours=NINE_TO_FIVE), [], EVENING).is_away


def test_no_repr_shows_a_name_or_a_number(a_profile: Build) -> None:
    shown = repr(contact_now(a_profile(), [away()], NOON))

    assert "Priya" not in shown
    assert "960" not in shown


WORKERS = st.sampled_from(["w1", "w2", "w3"])
TIMES = st.datetimes(datetime(2025, 3, 1), datetime(2025, 4, 10), timezones=st.just(UTC))
ABSENCES = st.builds(
    lambda who, start, cover: Absence(worker_id=who, starts_at=start, cover_id=None if cover == who else cover),
    WORKERS,
    TIMES,
    st.none() | WORKERS,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(absences=st.lists(ABSENCES, max_size=4), now=TIMES, order=st.randoms())
def test_somebody_who_is_there_always_answers_whatever_the_order(
    a_profile: Build, absences: list[Absence], now: datetime, order: object
) -> None:
    contact = contact_now(a_profile(), absences, now)
    shuffled = sorted(absences, key=lambda _: order.random())  # type: ignore[attr-defined]  # random.Random

    assert contact.ways
    assert not any(a.worker_id == contact.worker_id and a.is_away(now) for a in absences)
    assert contact_now(a_profile(), shuffled, now) == contact


def test_a_moment_without_a_zone_is_refused(a_profile: Build) -> None:
    for profile in (a_profile(), a_profile(open_hours=NINE_TO_FIVE)):
        with pytest.raises(NaiveMomentError, match="now has no time zone"):
            contact_now(profile, [], datetime(2025, 3, 3, 12))
        with pytest.raises(NaiveMomentError, match="at has no time zone"):
            profile.is_reachable(datetime(2025, 3, 3, 12))
    with pytest.raises(NaiveMomentError, match="at has no time zone"):
        profile.open_hours[0].is_open(datetime(2025, 3, 3, 12))
