"""Two audits side by side, to the letter: what is compared with what, the words, and what must be known of both."""

from datetime import date
from typing import Any

import pytest

from relationkit.continuity import (
    COMPARISON_HEADINGS,
    AuditGroup,
    AuditGrouping,
    AuditMove,
    ContinuityAudit,
    Window,
    compare_audits,
)

HIGH, MULTIPLE = "three or more social workers", "two or more changes"
FIRST, SECOND = Window.reporting_year(2024), Window.reporting_year(2025)
INDEPENDENT = (
    "Each interval takes the two years to be independent. Many children are in both, so that the true interval is "
    "somewhat narrower or wider."
)
BEYOND_CHANCE = "points: more than chance would explain."
NOT_COMPARED = "This could not be judged: a figure is withheld or missing in one of the audits."
ONE_IN_TWENTY = "Of twenty groups in which nothing happened, about one shows a difference beyond its interval."


def group(name: str, children: int | None, high: int | None, multiple: int | None) -> AuditGroup:
    return AuditGroup(name=name, children=children, high=high, multiple=multiple)


def audit(window: Window, everyone: AuditGroup, *teams: AuditGroup, **more: Any) -> ContinuityAudit:
    facts: dict[str, Any] = {
        "start_on": window.start_on,
        "end_on": window.end_on,
        "population": "made up",
        "everyone": everyone,
        "workers": (),
        "groupings": (AuditGrouping(name="team", label="Team", groups=teams),),
        **dict.fromkeys(("changes", "returned", "alone", "days_alone", "unallocated")),
        **dict.fromkeys(("causes", "quarters", "timing", "moves", "what_if"), ()),
        "is_care_known": False,
        **more,
    }
    return ContinuityAudit(**facts)


BEFORE = audit(
    FIRST,
    group("everyone", 400, 200, 10),
    group("North", 40, 10, None),
    group("South", None, None, None),
    group("Gone", 40, 10, 10),
    group("rarer reasons, together", 40, 10, 10),
)
AFTER = audit(
    SECOND,
    group("everyone", 400, 100, 40),
    group("South", 40, 10, 10),
    group("North", 40, 9, 9),
    group("New", 40, 10, 10),
    group("Empty", 0, 0, 0),
    group("rarer reasons, together", 40, 0, 0),
)
NOT_JUDGED = (None, None, None, None, None, "could not be judged")


def test_what_both_show_is_compared_and_the_rest_could_not_be_judged() -> None:
    assert compare_audits(BEFORE, AFTER).rows() == [
        ("everyone", "everyone", HIGH, 0.5, 0.25, -0.25, -0.313, -0.1839, "fell"),
        ("everyone", "everyone", MULTIPLE, 0.025, 0.1, 0.075, 0.0422, 0.1102, "rose"),
        ("team", "South", HIGH, *NOT_JUDGED),
        ("team", "South", MULTIPLE, *NOT_JUDGED),
        ("team", "North", HIGH, 0.25, 0.225, -0.025, -0.2079, 0.1599, "could be chance"),
        ("team", "North", MULTIPLE, *NOT_JUDGED),
        ("team", "New", HIGH, *NOT_JUDGED),
        ("team", "New", MULTIPLE, *NOT_JUDGED),
        ("team", "Empty", HIGH, *NOT_JUDGED),
        ("team", "Empty", MULTIPLE, *NOT_JUDGED),
    ]
    assert {len(row) for row in compare_audits(BEFORE, AFTER).rows()} == {len(COMPARISON_HEADINGS)}


def test_a_comparison_keeps_both_and_gives_the_moves_of_everyone_apart() -> None:
    found = compare_audits(BEFORE, AFTER)

    assert (found.before, found.after) == (BEFORE, AFTER)
    assert found.everyone == found.moves[:2]
    assert [(move.before, move.after) for move in found.moves[:6]] == [
        ((200, 400), (100, 400)),
        ((10, 400), (40, 400)),
        (None, (10, 40)),
        (None, (10, 40)),
        ((10, 40), (9, 40)),
        (None, (9, 40)),
    ]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ((200, 400), (100, 400), f"From 50.0% to 25.0%. It fell, by 18.4 to 31.3 {BEYOND_CHANCE}"),
        ((100, 400), (200, 400), f"From 25.0% to 50.0%. It rose, by 18.4 to 31.3 {BEYOND_CHANCE}"),
        (
            (10, 40),
            (9, 40),
            "From 25.0% to 22.5%. This could be chance: anything from 20.8 points lower to 16.0 points higher fits.",
        ),
        (
            (0, 40),
            (0, 40),
            "From 0.0% to 0.0%. This could be chance: anything from 8.8 points lower to 8.8 points higher fits.",
        ),
        (None, (9, 40), NOT_COMPARED),
        ((9, 40), None, NOT_COMPARED),
    ],
)  # fmt: skip
def test_a_move_is_said_in_one_sentence(
    before: tuple[int, int] | None, after: tuple[int, int] | None, words: str
) -> None:
    earlier, later = (
        audit(window, group("everyone", *((40, None, None) if each is None else (each[1], each[0], None))))
        for window, each in ((FIRST, before), (SECOND, after))
    )

    assert compare_audits(earlier, later).everyone[0].words == words


@pytest.mark.parametrize(
    ("interval", "verdict", "words"),
    [
        ((-0.1, -0.01), "fell", f"It fell, by 1.0 to 10.0 {BEYOND_CHANCE}"),
        ((-0.1, 0.0), "could be chance", "anything from 10.0 points lower to 0.0 points higher fits."),
        ((0.0, 0.1), "could be chance", "anything from 0.0 points higher to 10.0 points higher fits."),
        ((0.01, 0.1), "rose", f"It rose, by 1.0 to 10.0 {BEYOND_CHANCE}"),
        (None, "could not be judged", NOT_COMPARED),
    ],
)  # fmt: skip
def test_an_interval_that_holds_nought_could_be_chance(
    interval: tuple[float, float] | None, verdict: str, words: str
) -> None:
    move = AuditMove("everyone", "everyone", HIGH, (10, 40), (9, 40), interval)

    assert move.verdict == verdict
    assert move.words.endswith(words)


def test_two_years_one_after_the_other_have_the_two_caveats_of_every_comparison() -> None:
    assert compare_audits(BEFORE, AFTER).caveats == (INDEPENDENT, ONE_IN_TWENTY)


OVERLAP = "The two windows overlap or stand in the wrong order: what moved is in part the same days."
LENGTHS = "The two windows are not equally long: more days hold more changes."
CHILDREN = "The two audits are not about the same kind of children."


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (Window(date(2024, 4, 1), date(2024, 5, 1)), Window(date(2024, 5, 1), date(2024, 6, 1)), []),
        (Window(date(2024, 4, 1), date(2024, 5, 2)), Window(date(2024, 5, 1), date(2024, 6, 1)), [OVERLAP]),
        (Window(date(2025, 2, 1), date(2025, 3, 1)), Window(date(2025, 3, 1), date(2025, 4, 1)), []),
        (Window(date(2025, 1, 1), date(2025, 2, 1)), Window(date(2025, 2, 1), date(2025, 3, 1)), []),
        (Window(date(2025, 2, 1), date(2025, 3, 1)), Window(date(2025, 3, 1), date(2025, 4, 2)), [LENGTHS]),
        (Window(date(2025, 1, 1), date(2025, 2, 2)), Window(date(2025, 2, 2), date(2025, 3, 2)), [LENGTHS]),
        (SECOND, FIRST, [OVERLAP]),
        (Window(date(2023, 4, 1), date(2025, 4, 1)), SECOND, [OVERLAP, LENGTHS]),
    ],
)  # fmt: skip
def test_windows_that_overlap_or_are_of_another_length_are_said(before: Window, after: Window, said: list[str]) -> None:
    everyone = group("everyone", 40, 10, 10)

    found = compare_audits(audit(before, everyone), audit(after, everyone)).caveats

    assert found == (*said, INDEPENDENT, ONE_IN_TWENTY)


def test_another_kind_of_children_is_said() -> None:
    others = BEFORE.model_copy(update={"population": "others"})

    assert compare_audits(others, AFTER).caveats == (CHILDREN, INDEPENDENT, ONE_IN_TWENTY)
