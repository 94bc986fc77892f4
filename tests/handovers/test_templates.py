"""The shipped templates, and what a template may be."""

from datetime import date

import pytest

from relationkit.errors import InvalidRecordError
from relationkit.handovers import (
    HANDOVER_TEMPLATES,
    PLANNED_HANDOVER,
    UNPLANNED_HANDOVER,
    HandoverStep,
    HandoverTemplate,
    StepDoer,
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
        "joint_session",
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


def test_the_card_reaches_the_child_before_they_meet() -> None:
    for template in HANDOVER_TEMPLATES.values():
        days = {step.name: step.offset_days for step in template.steps}
        assert days["give_card"] < min(days.get("joint_session", 1000), days["first_session_alone"])


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
