"""Who has no card, whose is out of date, and who was never given theirs."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import NaiveMomentError
from relationkit.profiles import CardGiven, GapKind, ProfileGap, WorkerProfile, card_share, profile_gaps
from relationkit.records import Absence, Assignment, Session

Build = Callable[..., WorkerProfile]
NOW = datetime(2025, 3, 3, 12, tzinfo=UTC)
TODAY = date(2025, 3, 3)


def an_assignment(child: str = "c1", worker: str = "w1", **changes: object) -> Assignment:
    facts = {"id": f"{child}-{worker}", "child_id": child, "worker_id": worker, "role": "social_worker"}
    return Assignment.model_validate(facts | {"started_on": "2025-01-06"} | changes)


def kinds(gaps: list[ProfileGap]) -> list[tuple[GapKind, str, str | None]]:
    return [(gap.kind, gap.worker_id, gap.child_id) for gap in gaps]


GIVEN = [CardGiven("c1", "w1", TODAY)]  # type: ignore[arg-type]  # ids


def test_nothing_is_missing_where_a_current_card_was_given(a_profile: Build) -> None:
    assert profile_gaps([a_profile(agreed_on=TODAY)], [an_assignment()], now=NOW, given=GIVEN) == []


def test_a_worker_with_children_and_no_card_is_listed_with_how_many(a_profile: Build) -> None:
    gaps = profile_gaps([], [an_assignment(), an_assignment("c2", started_on="2025-02-03")], now=NOW)

    assert (gaps[0].kind, gaps[0].worker_id, gaps[0].children, gaps[0].since) == (
        GapKind.NO_CARD,
        "w1",
        2,
        date(2025, 1, 6),
    )


@pytest.mark.parametrize(
    ("changes", "is_stale"),
    [
        ({"agreed_on": "2024-03-04"}, False),
        ({"agreed_on": "2024-03-03"}, True),
        ({"agreed_on": None}, True),
        ({"valid_from_on": "2025-03-03"}, False),
        ({"valid_from_on": "2025-03-04"}, True),
        ({"agreed_on": "2025-03-01", "valid_to_on": "2025-03-04"}, False),
        ({"agreed_on": "2025-03-01", "valid_to_on": "2025-03-03"}, True),
    ],
)
def test_a_card_is_out_of_date_after_a_year_or_its_last_day(
    a_profile: Build, changes: dict[str, object], is_stale: bool
) -> None:
    profile = a_profile(**changes)
    gaps = profile_gaps([profile], [an_assignment()], now=NOW, given=GIVEN)

    assert kinds(gaps) == ([(GapKind.OUT_OF_DATE, "w1", None)] if is_stale else [])
    assert card_share([profile], [an_assignment()], now=NOW).with_card == (0 if is_stale else 1)


def test_one_current_language_is_enough(a_profile: Build) -> None:
    both = [a_profile(agreed_on="2020-01-01"), a_profile(agreed_on=TODAY, language="cy")]

    assert profile_gaps(both, [an_assignment()], now=NOW, given=GIVEN) == []


def test_a_worker_on_leave_with_nobody_there_to_cover_is_a_gap(a_profile: Build) -> None:
    def away(worker: str, cover: str | None) -> Absence:
        return Absence.model_validate({"worker_id": worker, "starts_at": "2025-03-01T00:00+00:00", "cover_id": cover})

    def gaps(*absences: Absence) -> list[tuple[GapKind, str, str | None]]:
        return kinds(
            profile_gaps([a_profile(agreed_on=TODAY)], [an_assignment()], now=NOW, given=GIVEN, absences=absences)
        )

    assert gaps(away("w1", None)) == [(GapKind.NO_COVER, "w1", None)]
    assert gaps(away("w1", "w2")) == []
    assert gaps(away("w1", "w2"), away("w2", None)) == [(GapKind.NO_COVER, "w1", None)]
    assert gaps(away("w1", "w2"), away("w2", "w3")) == []
    assert gaps(away("w9", None)) == []


def test_a_child_who_was_never_given_their_workers_card_is_listed(a_profile: Build) -> None:
    held = Session.model_validate(
        {"id": "s", "child_id": "c2", "worker_id": "w1", "kind": "visit", "status": "held"}
        | {"starts_at": NOW - timedelta(days=2), "ends_at": NOW - timedelta(days=2) + timedelta(hours=1)}
    )
    both = [an_assignment(), an_assignment("c2")]

    gaps = profile_gaps([a_profile(agreed_on=TODAY)], both, now=NOW, given=GIVEN, sessions=[held])

    assert kinds(gaps) == [(GapKind.NOT_GIVEN, "w1", "c2")]
    assert gaps[0].why == "never given the card, after meeting 1 time"


def test_the_card_of_an_earlier_worker_does_not_count(a_profile: Build) -> None:
    earlier = [CardGiven("c1", "w2", TODAY)]  # type: ignore[arg-type]  # ids

    assert kinds(profile_gaps([a_profile(agreed_on=TODAY)], [an_assignment()], now=NOW, given=earlier)) == [
        (GapKind.NOT_GIVEN, "w1", "c1")
    ]


def test_only_open_assignments_of_the_role_count(a_profile: Build) -> None:
    others = [an_assignment(ended_on="2025-03-03"), an_assignment("c2", role="advocate")]

    assert profile_gaps([], others, now=NOW) == []
    assert card_share([], others, now=NOW).share is None


def test_of_two_workers_the_later_started_is_asked_for_their_card(a_profile: Build) -> None:
    two = [an_assignment(), an_assignment(worker="w2", started_on="2025-02-03")]

    assert kinds(profile_gaps([], two, now=NOW, given=[])) == [
        (GapKind.NO_CARD, "w2", None),
        (GapKind.NOT_GIVEN, "w2", "c1"),
    ]


def test_where_nobody_knows_who_was_given_a_card_nobody_is_said_to_lack_one(a_profile: Build) -> None:
    assert profile_gaps([a_profile(agreed_on=TODAY)], [an_assignment()], now=NOW) == []


def test_the_share_is_of_children_not_of_workers(a_profile: Build) -> None:
    load = [an_assignment("c1"), an_assignment("c2"), an_assignment("c3"), an_assignment("c4", "w2")]
    result = card_share([a_profile(agreed_on=TODAY)], load, now=NOW)

    assert (result.children, result.with_card, result.share) == (4, 3, 0.75)


@given(order=st.permutations([("c1", "w1"), ("c2", "w1"), ("c3", "w2"), ("c1", "w3")]))
def test_the_order_does_not_matter(order: list[tuple[str, str]]) -> None:
    load = [an_assignment(*pair) for pair in order]

    assert profile_gaps([], load, now=NOW, given=[]) == profile_gaps(
        [], sorted(load, key=lambda each: each.id), now=NOW, given=[]
    )


def test_a_moment_without_a_zone_is_refused() -> None:
    for question in (profile_gaps, card_share):
        with pytest.raises(NaiveMomentError):
            question([], [], now=datetime(2025, 3, 3))
