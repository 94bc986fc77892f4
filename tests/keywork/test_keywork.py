"""Keywork: a topic counts where a session that was held shows it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import InvalidRecordError, InvalidRuleFileError
from relationkit.keywork import (
    KEYWORK_TOPICS,
    CoveredTopic,
    KeyworkProgress,
    KeyworkTopic,
    TopicState,
    covered_from_csv,
    keywork_progress,
    keywork_topics_from_toml,
    topics_in_force,
)
from relationkit.records import Child, Session

NOW = datetime(2025, 6, 2, 9, tzinfo=UTC)
COOKING = KeyworkTopic(
    name="cooking", title="Cooking", can_do="I can cook.", from_age=12, source="ours", in_force_from=date(2020, 1, 1)
)


def a_session(
    name: str = "S1", *, child: str = "K1", at: datetime = NOW - timedelta(days=30), **more: object
) -> Session:
    facts = {"kind": "keywork", "status": "held", "ends_at": at + timedelta(hours=1), "worker_id": "W1", **more}
    return Session.model_validate({"id": name, "child_id": child, "starts_at": at, **facts})


def a_mark(session: str = "S1", topic: str = "cooking", **more: str) -> CoveredTopic:
    return CoveredTopic.model_validate({"session_id": session, "topic": topic, **more})


def progress(*sessions: Session, marks: tuple[CoveredTopic, ...] = (a_mark(),), born: str | None = "2012-06-02"):
    child = Child.model_validate({"id": "K1", "born_on": born})
    return keywork_progress(child, sessions, marks, topics=[COOKING], now=NOW)


def state(found: KeyworkProgress) -> TopicState:
    [row] = found.topics
    return row.state


def test_a_session_that_was_held_shows_its_topic() -> None:
    found = progress(a_session(), marks=(a_mark(in_my_words="I made soup"),))

    [row] = found.topics
    assert row.state is TopicState.COVERED
    assert [(each.session_id, each.on, each.in_my_words) for each in row.sessions] == [
        ("S1", date(2025, 5, 3), "I made soup")
    ]
    assert found.gaps == ()


def test_a_tick_without_a_session_shows_nothing_and_is_listed() -> None:
    found = progress(a_session("S2", child="K2"), marks=(a_mark("S2"), a_mark("S9")))

    assert state(found) is TopicState.GAP
    assert [mark.session_id for mark in found.not_counted] == ["S2", "S9"]


@pytest.mark.parametrize("facts", [{"status": "cancelled"}, {"status": "missed"}, {"seen": False}])
def test_a_session_that_did_not_happen_shows_nothing(facts: dict[str, object]) -> None:
    found = progress(a_session(**facts))

    assert state(found) is TopicState.GAP
    assert [topic.name for topic in found.gaps] == ["cooking"]
    assert len(found.not_counted) == 1


def test_a_session_ahead_is_a_plan_until_it_ends_and_then_nobody_knows() -> None:
    ahead = a_session(at=NOW - timedelta(hours=1) + timedelta(microseconds=1), status="planned")
    over = a_session(at=NOW - timedelta(hours=1), status="planned")

    assert state(progress(ahead)) is TopicState.PLANNED
    assert state(progress(over)) is TopicState.COULD_NOT_BE_JUDGED
    assert state(progress(over, a_session("S2"), marks=(a_mark(), a_mark("S2")))) is TopicState.COVERED


def test_a_topic_is_expected_from_its_birthday_on() -> None:
    on_the_day = progress(marks=(), born="2013-06-02")
    a_day_before = progress(marks=(), born="2013-06-03")

    assert state(on_the_day) is TopicState.GAP
    assert state(a_day_before) is TopicState.NOT_YET
    assert a_day_before.topics[0].from_on == date(2025, 6, 3)


def test_without_a_date_of_birth_a_missing_topic_could_not_be_judged() -> None:
    assert state(progress(marks=(), born=None)) is TopicState.COULD_NOT_BE_JUDGED
    assert state(progress(a_session(), born=None)) is TopicState.COVERED


def test_keywork_without_a_topic_is_said_and_other_meetings_are_not() -> None:
    found = progress(a_session("S1"), a_session("S2"), a_session("S3", kind="visit"), marks=(a_mark("S1"),))

    assert [each.session_id for each in found.without_topic] == ["S2"]


def test_any_kind_of_session_can_show_a_topic() -> None:
    assert state(progress(a_session(kind="visit"))) is TopicState.COVERED


def test_a_topic_that_is_not_in_force_shows_nothing() -> None:
    found = progress(a_session(), marks=(a_mark(topic="knitting"),))

    assert state(found) is TopicState.GAP
    assert [mark.topic for mark in found.not_counted] == ["knitting"]


@given(st.permutations(range(4)))
def test_the_order_of_sessions_changes_nothing(order: list[int]) -> None:
    sessions = [a_session(f"S{number}", at=NOW - timedelta(days=number + 1)) for number in range(4)]
    marks = tuple(a_mark(f"S{number}") for number in range(4))

    found = progress(*(sessions[number] for number in order), marks=marks)

    assert [each.session_id for each in found.topics[0].sessions] == ["S3", "S2", "S1", "S0"]


def test_words_stand_in_no_repr() -> None:
    assert "soup" not in repr(progress(a_session(), marks=(a_mark(in_my_words="I made soup"),)))
    assert "soup" not in repr(a_mark(in_my_words="I made soup"))


def test_every_topic_that_comes_along_is_there_in_both_languages_from_one_source() -> None:
    english, welsh = (topics_in_force(on=date(2025, 6, 2), language=tag) for tag in ("en", "cy"))

    assert [topic.name for topic in english] == [topic.name for topic in welsh]
    assert {topic.language for topic in english} == {"en"}
    assert {topic.language for topic in welsh} == {"cy"}
    assert [(topic.from_age, topic.source) for topic in english] == [(topic.from_age, topic.source) for topic in welsh]
    assert min(topic.from_age for topic in english) == 12
    assert topics_in_force(on=date(2011, 3, 31)) == ()
    assert len(topics_in_force(on=date(2011, 4, 1))) == len(KEYWORK_TOPICS) / 2


def test_a_language_that_is_not_there_is_english_and_a_dialect_its_own() -> None:
    assert [topic.language for topic in topics_in_force(on=date(2025, 6, 2), language="pl")][:1] == ["en"]
    assert [topic.language for topic in topics_in_force(on=date(2025, 6, 2), language="cy-GB")][:1] == ["cy"]


def test_of_two_versions_the_later_one_holds() -> None:
    later = COOKING.model_copy(update={"title": "Cooking and shopping", "in_force_from": date(2025, 6, 2)})

    for rows in ([COOKING, later], [later, COOKING]):
        assert [topic.title for topic in topics_in_force(rows, on=date(2025, 6, 1))] == ["Cooking"]
        assert [topic.title for topic in topics_in_force(rows, on=date(2025, 6, 2))] == ["Cooking and shopping"]


def test_a_council_writes_its_own_topics() -> None:
    text = """
[[topics]]
name = "cooking"
title = "Cooking"
can_do = "I can cook three meals."
from_age = 13
source = "Exampleshire independence programme 2024, page 3"
in_force_from = 2024-09-01
"""
    [topic] = keywork_topics_from_toml(text)

    assert (topic.from_age, topic.language) == (13, "en")
    with pytest.raises(InvalidRuleFileError, match="from_agee"):
        keywork_topics_from_toml(text.replace("from_age", "from_agee"))
    with pytest.raises(InvalidRecordError, match="in_force_until"):
        topic.model_copy(update={"in_force_until": topic.in_force_from})


def test_what_was_covered_is_read_from_a_table_and_slips_are_named_by_line() -> None:
    text = "session_id,topic,in_my_words\nS1,cooking,I made soup\nS1,cooking,I made soup\nS2,money,\n"

    assert [(mark.session_id, mark.topic) for mark in covered_from_csv(text)] == [("S1", "cooking"), ("S2", "money")]
    with pytest.raises(InvalidRuleFileError) as refusal:
        covered_from_csv("session_id,topic\n,cooking\nS2,Money!\n", where="covered.csv")
    assert [problem.where for problem in refusal.value.problems] == ["covered.csv, line 2", "covered.csv, line 3"]
    with pytest.raises(InvalidRuleFileError, match="topics"):
        covered_from_csv("session_id,topics\nS1,cooking\n")
    with pytest.raises(InvalidRuleFileError, match="line"):
        covered_from_csv("session_id,topic\nS1,cooking,more\n")
