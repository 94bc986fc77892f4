"""How the shipped forms are written: each once, with its words in every language side by side.

So the questions, their ids and their answers cannot drift apart between English, Welsh and easy read. The Welsh uses
the familiar "ti"; it has not been read by a sworn translator, and a council should have it read before it is used.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from relationkit.feedback.forms import Audience, FeedbackForm, FormAge, FormNotice, FormPurpose, Helpline
from relationkit.feedback.questions import ChoiceQuestion, Option, Question, Symbol

__all__ = ["EASY_READ", "LANGUAGES", "Say", "in_every_language", "three_ways"]

#: The easy-read variant of English, as BCP 47 registers it.
EASY_READ: Final = "en-simple"

#: The languages of every shipped form.
LANGUAGES: Final = ("en", "cy", EASY_READ)


@dataclass(frozen=True, slots=True)
class Say:
    """The words of one language, taken from where all stand side by side.

    Attributes:
        language: One of ``LANGUAGES``.
    """

    language: str

    def __call__(self, en: str, cy: str, easy: str | None = None) -> str:
        """Return the words of this language; ``easy`` is ``None`` where the English is easy already."""
        return {"en": en, "cy": cy, EASY_READ: easy or en}[self.language]

    def draw(self, symbol: Symbol) -> Symbol | None:
        """Return the picture in easy read, and none elsewhere."""
        return symbol if self.language == EASY_READ else None

    def option(self, code: str, en: str, cy: str, easy: str | None = None, *, symbol: Symbol) -> Option:
        """Return an answer to pick."""
        return Option(code=code, label=self(en, cy, easy), symbol=self.draw(symbol))


#: The three answers of most questions: what is stored, what is read in English, and the picture.
YES_PARTLY_NO: Final = (
    ("yes", "Yes", Symbol.TICK),
    ("partly", "Sort of", Symbol.HALF),
    ("no", "No", Symbol.CROSS),
)
YES_BIT_NO: Final = (("yes", "Yes", Symbol.TICK), ("bit", "A bit", Symbol.HALF), ("no", "No", Symbol.CROSS))
YES_SOMETIMES_NO: Final = (
    ("yes", "Yes", Symbol.TICK),
    ("sometimes", "Sometimes", Symbol.HALF),
    ("no", "No", Symbol.CROSS),
)


def three_ways(
    say: Say,
    question_id: str,
    text: tuple[str, str] | tuple[str, str, str],
    cy: tuple[str, str, str],
    symbol: Symbol,
    answers: Sequence[tuple[str, str, Symbol]] = YES_PARTLY_NO,
) -> ChoiceQuestion:
    """Return a question with three answers; Welsh has no one word for yes, so ``cy`` gives all three for this one."""
    return ChoiceQuestion(
        id=question_id,
        text=say(*text),
        symbol=say.draw(symbol),
        options=tuple(
            say.option(code, en, welsh, symbol=drawn) for (code, en, drawn), welsh in zip(answers, cy, strict=True)
        ),
    )


def in_every_language(
    form_id: str,
    purpose: FormPurpose,
    age: FormAge,
    *,
    title: tuple[str, str] | tuple[str, str, str],
    questions: Callable[[Say], Sequence[Question]],
    sources: tuple[str, ...],
) -> tuple[FeedbackForm, ...]:
    """Return version 1 of a form in each of ``LANGUAGES``, in that order."""
    return tuple(
        FeedbackForm(
            id=form_id,
            version=1,
            language=language,
            age_band=age,
            title=Say(language)(*title),
            notice=_notice(Say(language)),
            audience=tuple(Audience),
            questions=tuple(questions(Say(language))),
            published_on=date(2025, 1, 6),
            sources=sources,
            purpose=purpose,
        )
        for language in LANGUAGES
    )


def _notice(say: Say) -> FormNotice:
    return FormNotice(
        who_reads=say(
            "You pick who reads this. We ask you at the end. If you pick no one, the duty team reads it, to keep "
            "you safe. We will know it is from you.",
            "Ti sy'n dewis pwy sy'n darllen hwn. Byddwn yn gofyn i ti ar y diwedd. Os na fyddi di'n dewis neb, y tîm "
            "dyletswydd fydd yn ei ddarllen, i dy gadw di'n ddiogel. Byddwn yn gwybod mai ti sydd wedi ei lenwi.",
            "You pick who reads this. We ask you at the end. If you pick no one, the duty team reads it. They help to "
            "keep you safe. We will know it is from you.",
        ),
        when_read=say(
            "We do not read it right away. It is not an alarm. It may be a few days.",
            "Dydyn ni ddim yn ei ddarllen yn syth. Nid larwm yw hwn. Gall gymryd ychydig ddyddiau.",
        ),
        must_tell=say(
            "If someone is being hurt, we must tell a person who can help. If we can, we will tell you first.",
            "Os oes rhywun yn cael ei frifo, rhaid i ni ddweud wrth rywun sy'n gallu helpu. Os gallwn ni, byddwn yn "
            "dweud wrthot ti yn gyntaf.",
        ),
        call_now=(
            # 999 is the emergency number of the United Kingdom; Childline (run by the NSPCC) answers day and night,
            # free, for anyone under 19: childline.org.uk.
            Helpline(
                name=say("Emergency", "Argyfwng"),
                number="999",
                note=say("If you or someone else is in danger now", "Os wyt ti neu rywun arall mewn perygl nawr"),
            ),
            Helpline(
                name="Childline",
                number="0800 1111",
                note=say("To talk, day or night. It is free", "I siarad, ddydd neu nos. Mae am ddim"),
            ),
        ),
        may_skip=say("You can skip any of this. That is fine.", "Cei di hepgor unrhyw gwestiwn. Mae hynny'n iawn."),
        kept=say(
            "We keep it in your file. You can ask to see it.", "Rydyn ni'n ei gadw yn dy ffeil. Cei di ofyn am ei weld."
        ),
    )
