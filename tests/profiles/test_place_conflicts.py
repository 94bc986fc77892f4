"""Where a child never wants to be met; 3 March 2025 is a Monday, and London keeps UTC then."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.profiles import AboutMe, PlaceVerdict, place_conflicts
from relationkit.records import Session

MONDAY = datetime(2025, 3, 3, tzinfo=UTC)


def never(*lines: str) -> AboutMe:
    return AboutMe.model_validate({"child_id": "c1", "never_meet_at": lines})


def a_session(
    place: str | None = "The park", at: datetime = MONDAY + timedelta(hours=10), **changes: object
) -> Session:
    facts = {"id": "s1", "child_id": "c1", "worker_id": "w1", "kind": "visit", "place": place, "starts_at": at}
    return Session.model_validate(facts | {"ends_at": at + timedelta(hours=1)} | changes)


def verdict(about: AboutMe, session: Session) -> PlaceVerdict | None:
    found = place_conflicts(about, [session])
    return found[0].verdict if found else None


CONFLICT, UNKNOWN = PlaceVerdict.CONFLICT, PlaceVerdict.COULD_NOT_BE_JUDGED


@pytest.mark.parametrize(
    ("line", "place", "expected"),
    [
        ("Not at the school gates!", "School gates, main entrance", CONFLICT),
        ("the school gate", "Ysgol Made-up, gatiau", CONFLICT),
        ("Not at the school gates", "School, meeting room", None),
        ("never taken out of class", "Made-up Academy", CONFLICT),
        ("Don't take me out of lessons", "Room 4, the college", CONFLICT),
        ("never taken out of class", "The park", UNKNOWN),
        ("Never taken out of class", None, UNKNOWN),
        ("Dim allan o’r dosbarth", "Ysgol Made-up", CONFLICT),
        ("At school", "SCHOOL", CONFLICT),
        ("At school", "The library", None),
        ("not in my house", "Home", CONFLICT),
        ("At the council office", "Civic centre", CONFLICT),
        ("Burger Palace", "the burger palace on Made-up Street", CONFLICT),
        ("Burger Palace", "The park", UNKNOWN),
        ("Burger Palace", None, UNKNOWN),
        ("Anywhere my dad could see us", "The park", UNKNOWN),
        ("At school", " ", UNKNOWN),
        ("Not at school and not at my house", "Home", CONFLICT),
        ("Not at school and not at my house", "School", CONFLICT),
        ("Not at school and not at my house", "The park", None),
        ("Not out of class and never at home", "Home", CONFLICT),
        ("Not out of class and never at home", "The park", UNKNOWN),
        ("Not at the school gates, nor out of class", "School, meeting room", CONFLICT),
    ],
)
def test_a_place_is_held_against_what_the_child_said(
    line: str, place: str | None, expected: PlaceVerdict | None
) -> None:
    assert verdict(never(line), a_session(place)) is expected


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [(7, 44, None), (7, 45, None), (7, 46, CONFLICT), (15, 14, CONFLICT), (15, 15, None)],
)
def test_out_of_class_is_about_school_hours_at_both_ends(hour: int, minute: int, expected: PlaceVerdict | None) -> None:
    session = a_session("School", MONDAY.replace(hour=hour, minute=minute))

    assert verdict(never("Out of class"), session) is expected


def test_school_hours_are_london_hours_in_summer_too() -> None:
    summer = datetime(2025, 6, 2, 14, tzinfo=UTC)  # a Monday; 15:00 in London

    assert verdict(never("Out of class"), a_session("School", summer)) is CONFLICT
    assert verdict(never("Out of class"), a_session("School", summer + timedelta(minutes=15))) is None


def test_there_is_no_class_on_a_saturday_or_a_holiday() -> None:
    about, session = never("Out of class"), a_session("School")

    assert verdict(about, a_session("School", MONDAY + timedelta(days=5, hours=10))) is None
    assert place_conflicts(about, [session], no_school_on=frozenset({date(2025, 3, 3)})) == []
    assert place_conflicts(about, [session], school_hours=()) == []


def test_a_kind_of_session_can_be_what_the_child_does_not_want() -> None:
    assert verdict(never("No reviews"), a_session(None, kind="review")) is CONFLICT
    assert verdict(never("No reviews"), a_session("The park")) is None


def test_only_this_childs_planned_sessions_are_judged() -> None:
    others = [
        a_session("School", child_id="c2"),
        a_session("School", status="held"),
        a_session("School", status="cancelled"),
    ]

    assert place_conflicts(never("At school"), others) == []


def test_each_finding_says_which_line_and_conflicts_come_first() -> None:
    sessions = [a_session("The park", id="s1"), a_session("School", MONDAY + timedelta(days=1, hours=9), id="s2")]

    found = place_conflicts(never("Burger Palace", "At school"), sessions)

    assert [(each.session_id, each.line, each.verdict) for each in found] == [
        ("s2", 2, CONFLICT),
        ("s1", 1, UNKNOWN),
        ("s2", 1, UNKNOWN),
    ]
    assert "Palace" not in repr(found)


@given(order=st.permutations([("s1", "School"), ("s2", None), ("s3", "The park"), ("s4", "Burger Palace")]))
def test_the_order_of_sessions_does_not_matter(order: list[tuple[str, str | None]]) -> None:
    about = never("Burger Palace", "At school")
    first = place_conflicts(
        about, [a_session(place, id=name) for name, place in sorted(order, key=lambda each: each[0])]
    )

    assert place_conflicts(about, [a_session(place, id=name) for name, place in order]) == first


def test_nothing_said_is_nothing_to_hold_against() -> None:
    assert place_conflicts(never(), [a_session("School"), a_session(None)]) == []
