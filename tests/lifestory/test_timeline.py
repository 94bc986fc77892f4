"""Dates that cannot be true, on both sides of every boundary. Everybody here is made up."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import InvalidRecordError, NaiveMomentError
from relationkit.lifestory import (
    TIMELINE_RULES,
    LifeEvent,
    LifeStory,
    StoryPerson,
    TimelineFinding,
    Verdict,
    check_timeline,
    earliest_day,
    latest_day,
    part_in_words,
    record_check,
)

NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
CANNOT, ASK, UNKNOWN = Verdict.CANNOT_BE_TRUE, Verdict.ASK, Verdict.COULD_NOT_BE_JUDGED


def line(kind: str, when: Any = None, *, of: str = "ada", until: Any = None, age: int | None = None) -> dict[str, Any]:
    return {"person_id": of, "kind": kind, "when": when, "until": until, "age": age}


def story(*lines: dict[str, Any], people: tuple[StoryPerson, ...] = ()) -> LifeStory:
    return LifeStory(
        child_id="C1",
        people=(StoryPerson(id="ada", called="Ada", mother_id="mum" if people else None), *people),
        events=tuple(
            LifeEvent.model_validate({"id": f"L{number}", "what": "a line", **each})
            for number, each in enumerate(lines)
        ),
    )


def found(told: LifeStory, now: datetime = NOW) -> list[tuple[str, Verdict]]:
    return [(finding.rule.name, finding.verdict) for finding in check_timeline(told, now=now)]


BORN = line("born", "2009-03-14")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # Before the birth: the day of the birth is the first that can be.
        ([BORN, line("placement", "2009-03-13")], [("not_before_birth", CANNOT)]),
        ([BORN, line("placement", "2009-03-14")], []),
        ([BORN, line("placement", "2009-02")], [("not_before_birth", CANNOT)]),
        ([BORN, line("placement", "2009-03")], [("not_before_birth", UNKNOWN)]),
        ([BORN, line("placement", "2009-04")], []),
        ([BORN, line("placement", "2008")], [("not_before_birth", CANNOT)]),
        ([BORN, line("placement", "2009")], [("not_before_birth", UNKNOWN)]),
        ([BORN, line("placement", "2010")], []),
        ([BORN, line("started_school", "1995")], [("not_before_birth", CANNOT)]),
        ([BORN, line("about", "2009-01-20")], []),
        ([BORN, line("placement", None, until="2008")], [("not_before_birth", CANNOT), ("has_a_date", UNKNOWN)]),
        # After the death.
        ([BORN, line("died", "2020-05-02"), line("lived", "2020-05-03")], [("not_after_death", CANNOT)]),
        ([BORN, line("died", "2020-05-02"), line("lived", "2020-05-02")], []),
        ([BORN, line("died", "2020-05-02"), line("lived", "2019", until="2021")], [("not_after_death", CANNOT)]),
        ([BORN, line("died", "2020-05-02"), line("lived", "2020")], [("not_after_death", UNKNOWN)]),
        ([BORN, line("died", "2020-05-02"), line("about", "2020-05-12")], []),
        ([BORN, line("died", "2009-03-13")], [("not_before_birth", CANNOT)]),
        # Ends before starts.
        ([BORN, line("placement", "2015-02-02", until="2015-02-01")], [("ends_after_it_starts", CANNOT)]),
        ([BORN, line("placement", "2015-02-02", until="2015-02-02")], []),
        ([BORN, line("placement", "2015-02-02", until="2015-02-03")], []),
        ([BORN, line("placement", "2015-02", until="2015-02")], []),
        ([BORN, line("placement", "2015-02-02", until="2015")], [("ends_after_it_starts", UNKNOWN)]),
        # Not yet: today has happened.
        ([BORN, line("lived", "2025-06-15")], []),
        ([BORN, line("lived", "2025-06-16")], [("not_in_the_future", CANNOT)]),
        ([BORN, line("lived", "2025-06")], [("not_in_the_future", UNKNOWN)]),
        ([BORN, line("lived", "2026")], [("not_in_the_future", CANNOT)]),
        ([BORN, line("placement", "2015", until="2025-06-16")], [("not_in_the_future", CANNOT)]),
        # The age that a line says; the birthday is the first day of the new age.
        ([BORN, line("lived", "2016-03-13", age=6)], []),
        ([BORN, line("lived", "2016-03-13", age=7)], [("age_fits", CANNOT)]),
        ([BORN, line("lived", "2016-03-14", age=7)], []),
        ([BORN, line("lived", "2016", age=7)], [("age_fits", UNKNOWN)]),
        ([BORN, line("lived", "2016", age=8)], [("age_fits", CANNOT)]),
        ([BORN, line("about", "2009-01-20", age=1)], [("age_fits", CANNOT)]),
        ([line("born", "2009-03-14", age=0)], []),
        ([line("born", "2009-03-14", age=1)], [("age_fits", CANNOT)]),
        ([line("born", "2008-02-29"), line("lived", "2015-02-28", age=7)], [("age_fits", CANNOT)]),
        ([line("born", "2008-02-29"), line("lived", "2015-03-01", age=7)], []),
        # School, at four or later.
        ([BORN, line("started_school", "2013-03-13")], [("school_age", ASK)]),
        ([BORN, line("started_school", "2013-03-14")], []),
        ([BORN, line("started_school", "2013")], [("school_age", UNKNOWN)]),
        # A life.
        ([line("born", "1900-01-02"), line("died", "2023-01-01")], []),
        ([line("born", "1900-01-02"), line("died", "2023-01-02")], [("age_of_a_life", CANNOT)]),
        # What is not known.
        ([BORN, line("lived")], [("has_a_date", UNKNOWN)]),
        ([line("lived", "2015")], [("born_known", UNKNOWN)]),
        # Two births, two deaths.
        ([BORN, line("born", "2009-03")], []),
        ([BORN, line("born", "2009-03-14")], []),
        ([line("born", "2009-03"), line("born", "2009-04")], [("born_once", CANNOT)]),
        ([BORN, line("died", "2020"), line("died", "2021")], [("died_once", CANNOT)]),
    ],
)  # fmt: skip
def test_a_line_is_held_to_its_life(lines: list[dict[str, Any]], expected: list[tuple[str, Verdict]]) -> None:
    assert found(story(*lines)) == expected


def test_a_month_and_a_day_that_agree_leave_the_day() -> None:
    assert found(story(line("born", "2009"), BORN, line("placement", "2009-03-13"))) == [("not_before_birth", CANNOT)]


MUM, BEN = StoryPerson(id="mum", called="Mum"), StoryPerson(id="ben", called="Ben", mother_id="mum")
MOTHER = line("born", "1985-01-01", of="mum")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("2009-03-14", []),
        ("2009-03-15", []),
        ("2009-03-16", [("births_apart", ASK)]),
        ("2009-06-19", [("births_apart", ASK)]),
        ("2009-06-20", [("births_apart", CANNOT)]),
        ("2009-08-18", [("births_apart", CANNOT)]),
        ("2009-08-19", []),
        ("2008-10-08", [("births_apart", CANNOT)]),
        ("2008-10-07", []),
        ("2009-07", [("births_apart", CANNOT)]),
        ("2009-05", [("births_apart", ASK)]),
        ("2009-06", [("births_apart", ASK)]),
        ("2009-08", [("births_apart", UNKNOWN)]),
        ("2009", [("births_apart", UNKNOWN)]),
        ("2010", []),
    ],
)
def test_births_of_one_mother(other: str, expected: list[tuple[str, Verdict]]) -> None:
    assert found(story(MOTHER, BORN, line("born", other, of="ben"), people=(MUM, BEN))) == expected


def test_births_of_two_mothers_are_not_held_together() -> None:
    half = StoryPerson(id="ben", called="Ben", mother_id="other")
    other = StoryPerson(id="other", called="Jo")
    lines = MOTHER, BORN, line("born", "1984", of="other"), line("born", "2009-07-01", of="ben")

    assert found(story(*lines, people=(MUM, half, other))) == []


@pytest.mark.parametrize(
    ("mother", "died", "expected"),
    [
        ("2004-03-14", None, []),
        ("2004-03-15", None, [("mother_old_enough", CANNOT)]),
        ("2010", None, [("mother_old_enough", CANNOT)]),
        ("2004", None, [("mother_old_enough", UNKNOWN)]),
        ("1985", "2009-03-14", []),
        ("1985", "2009-03-13", [("mother_alive", CANNOT)]),
        ("1985", "2009", [("mother_alive", UNKNOWN)]),
    ],
)
def test_a_mother_and_her_child(mother: str, died: str | None, expected: list[tuple[str, Verdict]]) -> None:
    lines = [line("born", mother, of="mum"), BORN, *([line("died", died, of="mum")] if died else [])]

    assert found(story(*lines, people=(MUM,))) == expected


def test_a_brother_of_whom_no_birth_is_told_is_not_fine() -> None:
    assert found(story(MOTHER, BORN, people=(MUM, BEN))) == [("born_known", UNKNOWN)]


def test_a_finding_says_what_and_what_to_do_and_keeps_names_out_of_its_repr() -> None:
    [finding] = check_timeline(story(BORN, line("started_school", "1995")), now=NOW)

    assert finding.in_words == (
        "Ada: this is told of 1995, and the birth of 14 March 2009, but nobody does anything before they are born. "
        "Look at the birth certificate, and check this line."
    )
    assert finding.event_ids == ("L0", "L1")
    assert "Ada" not in repr(finding)


def test_today_is_the_day_in_london() -> None:
    late = datetime(2025, 6, 14, 23, 30, tzinfo=UTC)  # half past midnight on the 15th in London

    assert found(story(BORN, line("lived", "2025-06-15")), late) == []
    assert found(story(BORN, line("lived", "2025-06-16")), late) == [("not_in_the_future", CANNOT)]
    with pytest.raises(NaiveMomentError):
        check_timeline(story(BORN), now=datetime(2025, 6, 15))


def test_every_rule_says_what_to_do_and_where_it_is_from() -> None:
    assert len({rule.name for rule in TIMELINE_RULES}) == len(TIMELINE_RULES)
    assert all(rule.says and rule.remedy and rule.source for rule in TIMELINE_RULES)


# A part of a date.


@pytest.mark.parametrize(
    ("part", "first", "last", "words"),
    [
        ("2009", date(2009, 1, 1), date(2009, 12, 31), "2009"),
        ("2008-02", date(2008, 2, 1), date(2008, 2, 29), "February 2008"),
        ("2009-02", date(2009, 2, 1), date(2009, 2, 28), "February 2009"),
        ("2009-03-14", date(2009, 3, 14), date(2009, 3, 14), "14 March 2009"),
    ],
)
def test_a_part_of_a_date_stands_for_all_its_days(part: str, first: date, last: date, words: str) -> None:
    assert (earliest_day(part), latest_day(part), part_in_words(part)) == (first, last, words)


def test_a_date_and_a_year_may_go_in_as_they_are() -> None:
    assert [event.when for event in story(line("lived", date(2009, 3, 14)), line("lived", 2009)).events] == [
        "2009-03-14",
        "2009",
    ]


@pytest.mark.parametrize(
    "part", ["2009-3", "2009-02-29", "2009-13", "09", "1899", "2200", "14/03/2009", True, 2009.0, ""]
)
def test_what_is_no_date_is_refused(part: Any) -> None:
    with pytest.raises(InvalidRecordError, match="when"):
        story(line("lived", part))


SOME_DAYS = st.dates(date(2009, 1, 1), date(2011, 12, 31))
PARTS = st.sampled_from([4, 7, 10])


@given(SOME_DAYS, SOME_DAYS, PARTS, PARTS)
def test_knowing_less_never_turns_a_date_from_possible_to_impossible(
    born: date, lived: date, less: int, lesser: int
) -> None:
    exact = found(story(line("born", born), line("lived", lived)))
    parts = found(story(line("born", born.isoformat()[:less]), line("lived", lived.isoformat()[:lesser])))

    assert (exact == [("not_before_birth", CANNOT)]) == (lived < born)
    assert parts in (exact, [("not_before_birth", UNKNOWN)])


# The story and its checks.


def test_a_check_is_kept_with_who_and_when_and_what_was_found() -> None:
    told = story(BORN, line("placement", "2008"), line("lived"))
    once = record_check(told, checked_by="SW1", now=NOW)
    again = record_check(once, checked_by="SW2", now=datetime(2025, 7, 1, tzinfo=UTC))

    assert [(check.checked_by, check.cannot_be_true, check.to_ask, check.not_judged) for check in again.checks] == [
        ("SW1", 1, 0, 1),
        ("SW2", 1, 0, 1),
    ]
    assert again.checks[0] == once.checks[0]
    assert told.checks == ()
    with pytest.raises(InvalidRecordError, match="checks are not oldest first"):
        record_check(again, checked_by="SW3", now=NOW)


def test_a_check_holds_only_for_the_lines_that_it_saw() -> None:
    told = story(BORN, line("placement", "2008"))
    checked = record_check(told, checked_by="SW1", now=NOW)
    corrected = checked.model_copy(
        update={"events": (*told.events[:1], told.events[1].model_copy(update={"when": "2010"}))}
    )

    assert (told.is_checked_as_it_stands, checked.is_checked_as_it_stands) == (False, True)
    assert not corrected.is_checked_as_it_stands
    assert corrected.checks == checked.checks
    assert LifeStory.model_validate_json(corrected.model_dump_json()) == corrected


@pytest.mark.parametrize(
    ("people", "lines", "what"),
    [
        ((StoryPerson(id="ada", called="Ada"),) * 2, (), "people holds an id twice"),
        ((StoryPerson(id="ada", called="Ada"),), (line("lived", of="ben"),), "not among people"),
        ((StoryPerson(id="ada", called="Ada", mother_id="mum"),), (), "a mother who is not among them"),
        ((StoryPerson(id="ada", called="Ada", mother_id="ada"),), (), "their own mother"),
        ((), (), "people"),
    ],
)  # fmt: skip
def test_a_story_that_does_not_hold_together_is_refused(people: Any, lines: Any, what: str) -> None:
    events = [{"id": "L1", "what": "a line", **each} for each in lines]
    with pytest.raises(InvalidRecordError, match=what):
        LifeStory.model_validate({"child_id": "C1", "people": people, "events": events})


def test_no_line_stands_in_a_repr() -> None:
    told = record_check(story(BORN), checked_by="SW1", now=NOW)

    assert "Ada" not in repr(told)
    assert "a line" not in repr(told.events[0])


def test_findings_come_in_the_order_of_the_lines() -> None:
    findings: tuple[TimelineFinding, ...] = check_timeline(
        story(line("lived"), BORN, line("lived", "2030"), line("placement", "2000")), now=NOW
    )

    assert [finding.event_ids for finding in findings] == [("L0",), ("L1", "L3"), ("L2",)]


@pytest.mark.parametrize(
    ("births", "words"),
    [
        (["2009"], "the birth of 2009"),
        (["2009-03"], "the birth of March 2009"),
        (["2009-03-14"], "the birth of 14 March 2009"),
        (["2009-03", "2009-04"], "the birth of 1 March 2009 to 30 April 2009"),
    ],
)
def test_a_birth_is_told_as_exactly_as_it_is_known(births: list[str], words: str) -> None:
    told = story(*(line("born", birth) for birth in births), line("lived", "2008"))

    assert words in check_timeline(told, now=NOW)[-1].what
