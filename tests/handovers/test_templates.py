"""The shipped templates, and what a template may be."""

from datetime import date

import pytest

from relationkit.errors import InvalidRecordError, InvalidRuleFileError
from relationkit.handovers import (
    HANDOVER_TEMPLATES,
    PLANNED_HANDOVER,
    UNPLANNED_HANDOVER,
    HandoverStep,
    HandoverTemplate,
    StepDoer,
    handover_templates_from_toml,
)


def a_step(name: str = "tell_child", **facts: object) -> HandoverStep:
    given = {"words": "Tell the child", "who": "leaving_worker", "offset_days": 0, "source": "Exampleshire 3.1"}
    return HandoverStep.model_validate({"name": name, **given, **facts})


def a_template(*steps: HandoverStep) -> HandoverTemplate:
    return HandoverTemplate(
        name="local", is_planned=True, steps=steps, in_force_from=date(2025, 4, 1), source="Exampleshire 3"
    )


def test_the_planned_template_has_the_steps_of_a_good_ending_in_their_order() -> None:
    assert PLANNED_HANDOVER.step_names == (
        "tell_child",
        "ask_child",
        "tell_others",
        "give_card",
        "my_story",
        "invite_somebody",
        "joint_session",
        "write_letter",
        "goodbye",
        "first_session_alone",
        "check_in",
    )


@pytest.mark.parametrize("template", HANDOVER_TEMPLATES.values(), ids=str)
def test_steps_are_listed_in_the_order_of_their_days(template: HandoverTemplate) -> None:
    offsets = [step.offset_days for step in template.steps]

    assert offsets == sorted(offsets)


@pytest.mark.parametrize("template", HANDOVER_TEMPLATES.values(), ids=str)
def test_every_shipped_template_has_one_ending_the_child_chooses_how(template: HandoverTemplate) -> None:
    (ending,) = [step for step in template.steps if step.is_ending]

    assert "letter" in ending.choices
    assert ending.is_skippable_by_child


@pytest.mark.parametrize("template", HANDOVER_TEMPLATES.values(), ids=str)
def test_a_step_that_only_some_children_have_never_holds_the_assignment(template: HandoverTemplate) -> None:
    assert not any(step.is_required_to_move for step in template.steps if step.on_choice is not None)


def test_the_four_kinds_of_handover_are_shipped() -> None:
    assert list(HANDOVER_TEMPLATES) == ["planned", "unplanned", "leaving_care", "cover_becomes_permanent"]


@pytest.mark.parametrize(
    ("age", "start"), [(7, "Ask the child, with pictures"), (8, "Ask the child how"), (None, "Ask the child how")]
)
def test_a_younger_child_is_asked_with_pictures(age: int | None, start: str) -> None:
    step = PLANNED_HANDOVER.step("ask_child")

    assert step is not None
    assert step.words_for(age).startswith(start)


@pytest.mark.parametrize(("age", "is_for"), [(7, False), (8, True), (11, True), (12, False), (None, None)])
def test_a_step_may_be_for_some_ages_both_included(age: int | None, is_for: bool | None) -> None:
    step = a_step(youngest=8, oldest=11)

    assert step.is_for_age(age) is is_for
    assert step.is_needed(age, {}) is is_for


def test_ages_that_nobody_has_are_refused() -> None:
    with pytest.raises(InvalidRecordError, match="oldest is less than youngest"):
        a_step(youngest=12, oldest=11)


def test_a_step_waits_for_its_choice_whatever_the_age() -> None:
    step = a_step(on_choice={"step": "goodbye", "choices": ["letter"]}, youngest=8)

    assert step.is_needed(None, {}) is False
    assert step.is_needed(None, {"goodbye": "call"}) is False
    assert step.is_needed(None, {"goodbye": "letter"}) is None
    assert step.is_needed(8, {"goodbye": "letter"}) is True


@pytest.mark.parametrize("asked", ["tell_child", "goodbye", "nothing"])
def test_a_step_that_waits_for_a_choice_nobody_offers_is_refused(asked: str) -> None:
    step = a_step("goodbye", choices=("call",), on_choice={"step": asked, "choices": ["letter"]})

    with pytest.raises(InvalidRecordError, match="waits for a choice that no other step offers"):
        a_template(a_step(), step)


TOML = """
[[templates]]
name = "ours"
is_planned = true
in_force_from = 2025-04-01
source = "Exampleshire practice standard 3"

[[templates.steps]]
name = "tell_child"
words = "Tell the child in person"
who = "leaving_worker"
offset_days = -20
counted_in = "working"
source = "Exampleshire 3.1"
"""


def test_a_council_writes_its_own_templates_in_a_file() -> None:
    (template,) = handover_templates_from_toml(TOML)

    assert template == HandoverTemplate(
        name="ours",
        is_planned=True,
        in_force_from=date(2025, 4, 1),
        source="Exampleshire practice standard 3",
        steps=(
            a_step(words="Tell the child in person", offset_days=-20, counted_in="working", source="Exampleshire 3.1"),
        ),
    )


def test_every_slip_in_a_file_is_named_with_its_table() -> None:
    slips = TOML.replace("offset_days", "ofset_days") + TOML.replace('"leaving_worker"', '"teacher"') + "[other]"

    with pytest.raises(InvalidRuleFileError) as refusal:
        handover_templates_from_toml(slips, where="ours.toml")

    assert {
        ("ours.toml", "other"),
        ("ours.toml, templates 1", "steps.0.offset_days"),
        ("ours.toml, templates 1", "steps.0.ofset_days"),
        ("ours.toml, templates 2", "steps.0.who"),
    } <= {(problem.where, problem.field) for problem in refusal.value.problems}


@pytest.mark.parametrize(
    ("text", "what"),
    [("", r"^handovers\.toml, templates: is missing"), ("a = ", "is not TOML"), (TOML + TOML, "same name")],
)
def test_a_file_without_templates_or_with_one_twice_is_refused(text: str, what: str) -> None:
    with pytest.raises(InvalidRuleFileError, match=what):
        handover_templates_from_toml(text)


def test_the_card_reaches_the_child_before_they_meet() -> None:
    meetings = {"joint_session", "meet_adviser", "first_session_alone"}
    for template in HANDOVER_TEMPLATES.values():
        days = {step.name: step.offset_days for step in template.steps}
        assert all(days["give_card"] < days[meeting] for meeting in meetings & set(days))


def test_an_unplanned_ending_has_a_shorter_template_that_asks_nothing_of_the_worker_who_is_gone() -> None:
    assert len(UNPLANNED_HANDOVER.steps) < len(PLANNED_HANDOVER.steps)
    assert {step.who for step in UNPLANNED_HANDOVER.steps} == {StepDoer.MANAGER, StepDoer.NEXT_WORKER}
    assert all(step.offset_days >= 0 for step in UNPLANNED_HANDOVER.steps)


def test_being_told_is_never_the_childs_to_skip() -> None:
    for template in HANDOVER_TEMPLATES.values():
        step = template.step("tell_child")
        assert step is not None
        assert not step.is_skippable_by_child


def test_the_goodbye_letter_is_never_called_a_later_life_letter() -> None:
    text = " ".join(template.model_dump_json() for template in HANDOVER_TEMPLATES.values()).lower()

    assert "goodbye letter" in text
    assert "later-life" not in text
    assert "later life" not in text


def test_a_step_name_used_twice_is_refused() -> None:
    with pytest.raises(InvalidRecordError, match="same name"):
        a_template(a_step(), a_step())


def test_a_template_without_steps_is_refused() -> None:
    with pytest.raises(InvalidRecordError, match="steps"):
        a_template()


@pytest.mark.parametrize("offset", [-366, 366])
def test_a_step_may_lie_a_year_away(offset: int) -> None:
    assert a_step(offset_days=offset).offset_days == offset


@pytest.mark.parametrize("offset", [-367, 367])
def test_a_step_more_than_a_year_away_is_taken_for_a_slip(offset: int) -> None:
    with pytest.raises(InvalidRecordError, match="offset_days"):
        a_step(offset_days=offset)


def test_a_template_comes_back_from_json_as_it_was() -> None:
    for template in HANDOVER_TEMPLATES.values():
        assert HandoverTemplate.model_validate_json(template.model_dump_json()) == template


def test_reprs_show_names_of_steps_and_no_words() -> None:
    assert repr(a_step()) == "HandoverStep(name='tell_child')"
    assert repr(a_template(a_step())) == "HandoverTemplate(name='local', in_force_from=datetime.date(2025, 4, 1))"
