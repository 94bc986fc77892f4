"""What changed between two versions of a form, and whether answers to both can stand side by side.

A change is *safe* when every answer to the old version means the same in the new one. It is *breaking* when it does
not: then the answers of the two must not be counted together. A question's id never changes its kind.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from relationkit.feedback.forms import FeedbackForm
from relationkit.feedback.questions import Question, ScaleQuestion, TextQuestion

__all__ = ["FormChange", "FormDiff", "diff_forms"]


@dataclass(frozen=True, slots=True)
class FormChange:
    """One thing that changed.

    Attributes:
        where: The question's id, or the form's field.
        what: What changed, in a few words.
        is_breaking: Whether answers to the two versions cannot stand side by side.
        why: Why it is safe, or why not.
    """

    where: str
    what: str
    is_breaking: bool
    why: str


@dataclass(frozen=True, slots=True)
class FormDiff:
    """What changed between two versions.

    Attributes:
        changes: Those of the form first, then question by question, in the order of the old form, then new questions.
    """

    changes: tuple[FormChange, ...]

    @property
    def is_safe(self) -> bool:
        """Whether answers to both can stand side by side; true also where nothing changed."""
        return not any(change.is_breaking for change in self.changes)


def diff_forms(old: FeedbackForm, new: FeedbackForm) -> FormDiff:
    """Return what changed from ``old`` to ``new``, and whether that is safe.

    Two languages of one version are held against each other in the same way: then every text differs, safely, and a
    breaking change is a mistake in the translation.
    """
    return FormDiff((*_of_form(old, new), *_of_questions(old, new)))


def _safe(where: str, what: str, why: str) -> FormChange:
    return FormChange(where, what, is_breaking=False, why=why)


def _breaking(where: str, what: str, why: str) -> FormChange:
    return FormChange(where, what, is_breaking=True, why=why)


def _of_form(old: FeedbackForm, new: FeedbackForm) -> Iterator[FormChange]:
    if old.id != new.id:
        yield _breaking("id", "is another form", "Answers to two forms are never counted together")
    elif (old.version, old.language) == (new.version, new.language) and old != new:
        yield _breaking("version", "is the same though the form is not", "A published version never changes")
    if old.age_band != new.age_band:
        yield _breaking("age_band", "is for another age", "Ages are never added up")
    if set(old.audience) != set(new.audience):
        yield _safe("audience", "offers other readers", "Each child's answers keep the readers they picked")
    for name in ("title", "notice"):
        if getattr(old, name) != getattr(new, name):
            yield _safe(name, "has other words", "No answer rests on it")


def _of_questions(old: FeedbackForm, new: FeedbackForm) -> Iterator[FormChange]:
    before, after = ({question.id: question for question in form.questions} for form in (old, new))
    for name, question in before.items():
        if name in after:
            yield from _of_question(question, after[name])
        else:
            yield _safe(name, "is gone", "Earlier answers to it stay; it has none from now on")
    for name in [name for name in after if name not in before]:
        yield _safe(name, "is new", "It has no earlier answers")
    shared = [name for name in before if name in after]
    if shared != [name for name in after if name in before]:
        yield _safe("questions", "stand in another order", "Answers are kept by id")


def _of_question(old: Question, new: Question) -> Iterator[FormChange]:
    if old.kind != new.kind:
        yield _breaking(old.id, f"was {old.kind} and is {new.kind}", "An id keeps its kind; give it a new id")
        return
    if old.text != new.text or old.hint != new.hint:
        yield _safe(old.id, "has other words", "Safe only if it asks the same; if not, give it a new id")
    if old.show_if != new.show_if:
        yield _breaking(old.id, "is asked after other answers", "Other children are asked")
    yield from _of_options(old, new)
    yield from _of_limits(old, new)


def _of_options(old: Question, new: Question) -> Iterator[FormChange]:
    before, after = (
        {option.code: option.label for option in getattr(question, "options", ())} for question in (old, new)
    )
    for code in [code for code in before if code not in after]:
        yield _breaking(old.id, f"no longer offers {code}", "Who would have picked it picks something else")
    for code in [code for code in after if code not in before]:
        yield _breaking(old.id, f"offers {code} too", "Some who picked another would have picked it")
    if any(after.get(code, label) != label for code, label in before.items()):
        yield _safe(old.id, "has other words for an answer", "Safe only if it says the same")


def _of_limits(old: Question, new: Question) -> Iterator[FormChange]:
    if isinstance(old, ScaleQuestion) and isinstance(new, ScaleQuestion):
        if (old.lowest, old.highest) != (new.lowest, new.highest):
            yield _breaking(old.id, "has other ends", "The same number means something else")
    elif isinstance(old, TextQuestion) and isinstance(new, TextQuestion) and new.max_length < old.max_length:
        yield _safe(old.id, "takes fewer letters", "Earlier answers stay whole")
