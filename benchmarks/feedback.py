"""Checking a ten-question form beside a strict pydantic model; summing up beside reading what is summed up.

    python benchmarks/feedback.py [--rows 20000] [--rounds 7]

The model has the same limits and the same answers: codes as literals, a number in its bounds, text of so many letters,
every question optional, the refusal among the codes. It finds every fault, as the check does. Processor time, the
median of rounds taken in turn; ratios are made inside each round.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, ValidationError, create_model

from relationkit.feedback import (
    SHIPPED_FORMS,
    ChoiceQuestion,
    ChoicesQuestion,
    Face,
    FaceOption,
    FacesQuestion,
    FeedbackForm,
    Option,
    Question,
    ScaleQuestion,
    Submission,
    TextQuestion,
    YesNoQuestion,
    parse_submission,
    read_answers,
    summarise_feedback,
)

FACES = tuple(FaceOption(code=face.value, label=face.value, face=face) for face in (Face.GOOD, Face.OKAY, Face.BAD))
OPTIONS = tuple(Option(code=code, label=code) for code in ("a", "b", "c", "d"))
QUESTIONS: tuple[Question, ...] = (
    *(FacesQuestion(id=f"face_{n}", text="How?", options=FACES) for n in range(3)),
    ChoicesQuestion(id="several", text="Which?", options=OPTIONS),
    YesNoQuestion(id="first", text="Yes?"),
    YesNoQuestion(id="second", text="No?"),
    ScaleQuestion(id="number", text="How much?", lowest_label="None", highest_label="All"),
    TextQuestion(id="short", text="In a word?", max_length=100),
    TextQuestion(id="long", text="What happened?", max_length=4_000),
    ChoiceQuestion(id="one", text="Which one?", options=OPTIONS),
)
FORM: FeedbackForm = SHIPPED_FORMS[0].model_copy(update={"id": "ten-questions", "questions": QUESTIONS})

GOOD: dict[str, object] = {
    "face_0": "good",
    "face_1": "okay",
    "face_2": "rather_not_say",
    "several": ["a", "c"],
    "first": True,
    "second": False,
    "number": 7,
    "short": "Fine",
    "long": "We walked the dog and talked about school. " * 3,
    "one": "b",
}
BAD: dict[str, object] = {**GOOD, "face_1": "purple", "number": 99, "one": ["a", "b"]}


def peer() -> type[Any]:
    """Return the strict model that somebody would build for this form."""
    faces = Literal["good", "okay", "bad", "rather_not_say"]
    codes = Literal["a", "b", "c", "d"]
    fields: dict[str, Any] = {
        **{f"face_{n}": (faces | None, None) for n in range(3)},
        "several": (list[codes] | Literal["rather_not_say"] | None, None),
        "first": (bool | Literal["rather_not_say"] | None, None),
        "second": (bool | Literal["rather_not_say"] | None, None),
        "number": (Annotated[int, Field(ge=0, le=10)] | Literal["rather_not_say"] | None, None),
        "short": (Annotated[str, Field(max_length=100)] | None, None),
        "long": (Annotated[str, Field(max_length=4_000)] | None, None),
        "one": (codes | Literal["rather_not_say"] | None, None),
    }
    return create_model("TenQuestions", __config__=ConfigDict(strict=True, extra="forbid"), **fields)


def bad_through(model: type[Any]) -> None:
    try:
        model.model_validate(BAD)
    except ValidationError as error:
        error.errors()


def seconds(work: Callable[[], object], times: int) -> float:
    started = time.process_time()
    for _ in range(times):
        work()
    return time.process_time() - started


def parse() -> Submission:
    return parse_submission(
        FORM,
        {**GOOD, "audience": ["manager"], "helper": "nobody"},
        form_version=1,
        submission_id="f1",
        child_id="c1",
        session_id="s1",
        worker_id="w1",
        submitted_at=NOW,
    ).submission


NOW = datetime(2025, 3, 3, tzinfo=UTC)


def summed_up(count: int) -> None:
    """Print what summing up costs beside reading the same submissions from JSON."""
    one = parse().model_dump(mode="json")
    texts = [json.dumps(one | {"id": f"f{n}", "child_id": f"c{n % 5_000}"}) for n in range(count)]
    started = time.process_time()
    submissions = [Submission.model_validate_json(text) for text in texts]
    reading = time.process_time() - started
    started = time.process_time()
    summarise_feedback(submissions, FORM, within=NOW.date(), on=date(2025, 4, 1), group_of=lambda each: each.worker_id)
    summing = time.process_time() - started
    print(f"{count:,} submissions summed up: {summing / reading:.2f} times the cost of reading them")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=20_000)
    options.add_argument("--rounds", type=int, default=7)
    chosen = options.parse_args()
    model = peer()
    assert not read_answers(FORM, GOOD).problems
    assert len(read_answers(FORM, BAD).problems) == 3
    works: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "a good one": (lambda: read_answers(FORM, GOOD), lambda: model.model_validate(GOOD)),
        "three faults, each said": (lambda: read_answers(FORM, BAD), lambda: bad_through(model)),
        "a good one, made a Submission": (parse, lambda: model.model_validate(GOOD)),
    }
    rounds = [
        {name: (seconds(ours, chosen.rows), seconds(theirs, chosen.rows)) for name, (ours, theirs) in works.items()}
        for _ in range(chosen.rounds)
    ]
    for name in works:
        ours = statistics.median(each[name][0] for each in rounds)
        ratio = statistics.median(each[name][1] / each[name][0] for each in rounds)
        print(f"{name}: {chosen.rows / ours:,.0f} a second, {ratio:.2f} times a strict pydantic model")
    summed_up(chosen.rows * 5)


if __name__ == "__main__":
    main()
