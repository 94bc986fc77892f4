"""The forms that ask, after a session, how it went: one for each age, in each language.

Wording is our own. Licensed measures of sessions are neither copied nor paraphrased: a council that holds a licence
loads its own form. Each form has three to five questions, so that it takes a minute.
"""

from collections.abc import Sequence
from typing import Final

from relationkit.feedback.forms import FormAge, FormPurpose
from relationkit.feedback.questions import (
    ChoiceQuestion,
    DrawingQuestion,
    Face,
    FaceOption,
    FacesQuestion,
    Question,
    Symbol,
    TextQuestion,
)
from relationkit.feedback.saying import YES_BIT_NO, Say, in_every_language, three_ways

__all__ = ["AFTER_SESSION_FORMS"]

_TOPICS: Final = (
    "Being heard: Children Act 1989, section 22(4) and (5)",
    "Being heard: United Nations Convention on the Rights of the Child, article 12",
    "Relationships and rights as topics: two of the four areas of Bright Spots (Coram Voice and the Rees Centre)",
    "A good time and place: young people asked not to be taken out of class",
    "Length and wording: our own",
)


def _faces(say: Say, *faces: tuple[Face, str, str]) -> tuple[FaceOption, ...]:
    return tuple(FaceOption(code=face.value, label=say(en, cy), face=face) for face, en, cy in faces)


def _thirteen_and_over(say: Say) -> Sequence[Question]:
    return (
        FacesQuestion(
            id="today",
            text=say(
                "How was the time you had with your worker?",
                "Sut oedd yr amser gest ti gyda dy weithiwr?",
                "How was your time with your worker?",
            ),
            symbol=say.draw(Symbol.TWO_PEOPLE),
            options=_faces(
                say,
                (Face.GREAT, "Great", "Gwych"),
                (Face.GOOD, "Good", "Da"),
                (Face.OKAY, "OK", "Iawn"),
                (Face.NOT_GREAT, "Not great", "Ddim yn wych"),
                (Face.BAD, "Bad", "Gwael"),
            ),
        ),
        ChoiceQuestion(
            id="own_say",
            text=say(
                "Did you get to say what you came to say?",
                "Gest ti ddweud beth roeddet ti eisiau ei ddweud?",
                "Did you say what you wanted to say?",
            ),
            symbol=say.draw(Symbol.SPEECH),
            options=(
                say.option("all", "Yes, all of it", "Do, y cyfan", symbol=Symbol.TICK),
                say.option("some", "Some of it", "Peth ohono", symbol=Symbol.HALF),
                say.option("none", "No", "Naddo", symbol=Symbol.CROSS),
                say.option(
                    "nothing_to_say", "I had nothing to say", "Doedd gen i ddim i'w ddweud", symbol=Symbol.ARROW
                ),
            ),
        ),
        three_ways(
            say,
            "what_next",
            (
                "Do you know what will be done next, and by who?",
                "Wyt ti'n gwybod beth fydd yn cael ei wneud nesaf, a gan bwy?",
                "Do you know what will be done next? Do you know who will do it?",
            ),
            ("Ydw", "Rhyw fath", "Nac ydw"),
            Symbol.CALENDAR,
        ),
        ChoiceQuestion(
            id="time_and_place",
            text=say(
                "Was it a good time and place for you?",
                "Oedd yr amser a'r lle yn dda i ti?",
                "Was it a good time for you? Was it a good place?",
            ),
            symbol=say.draw(Symbol.CLOCK),
            options=(
                say.option("both", "Yes, both", "Oedd, y ddau", symbol=Symbol.TICK),
                say.option("wrong_time", "Not the time", "Ddim yr amser", symbol=Symbol.CLOCK),
                say.option("wrong_place", "Not the place", "Ddim y lle", symbol=Symbol.PIN),
                say.option(
                    "neither",
                    "No, not the time or the place",
                    "Nac oedd, ddim yr amser na'r lle",
                    symbol=Symbol.CROSS,
                ),
            ),
        ),
        TextQuestion(
            id="next_time",
            text=say(
                "What should we do the same, or not the same, next time?",
                "Beth ddylen ni ei wneud yr un fath, neu'n wahanol, y tro nesaf?",
                "What should we do next time? What should we not do?",
            ),
            symbol=say.draw(Symbol.PEN),
            hint=say("Write as much or as little as you like.", "Ysgrifenna gymaint neu gyn lleied ag y mynni di."),
        ),
    )


def _eight_to_12(say: Say) -> Sequence[Question]:
    return (
        FacesQuestion(
            id="today",
            text=say("How was your time with your worker?", "Sut oedd dy amser gyda dy weithiwr?"),
            symbol=say.draw(Symbol.TWO_PEOPLE),
            options=_faces(
                say, (Face.GOOD, "Good", "Da"), (Face.OKAY, "OK", "Iawn"), (Face.BAD, "Not good", "Ddim yn dda")
            ),
        ),
        three_ways(
            say,
            "listened",
            ("Did your worker listen to you?", "Wnaeth dy weithiwr wrando arnat ti?"),
            ("Do", "Tipyn bach", "Naddo"),
            Symbol.EAR,
            YES_BIT_NO,
        ),
        three_ways(
            say,
            "what_next",
            ("Do you know what will be done next?", "Wyt ti'n gwybod beth fydd yn digwydd nesaf?"),
            ("Ydw", "Rhyw fath", "Nac ydw"),
            Symbol.CALENDAR,
        ),
        three_ways(
            say,
            "time_and_place",
            (
                "Was it a good time and place for you?",
                "Oedd yr amser a'r lle yn dda i ti?",
                "Was it a good time for you? Was it a good place?",
            ),
            ("Oedd", "Rhyw fath", "Nac oedd"),
            Symbol.CLOCK,
        ),
        TextQuestion(
            id="next_time",
            text=say("What should we do next time?", "Beth ddylen ni ei wneud y tro nesaf?"),
            symbol=say.draw(Symbol.PEN),
            hint=say("Write as much or as little as you like.", "Ysgrifenna gymaint neu gyn lleied ag y mynni di."),
        ),
    )


def _under_8(say: Say) -> Sequence[Question]:
    return (
        three_ways(
            say,
            "liked",
            ("Did you like your time with your worker?", "Oeddet ti'n hoffi dy amser gyda dy weithiwr?"),
            ("Oeddwn", "Tipyn bach", "Nac oeddwn"),
            Symbol.TWO_PEOPLE,
            YES_BIT_NO,
        ),
        three_ways(
            say,
            "listened",
            ("Did they listen to you?", "Wnaethon nhw wrando arnat ti?"),
            ("Do", "Tipyn bach", "Naddo"),
            Symbol.EAR,
            YES_BIT_NO,
        ),
        three_ways(
            say,
            "place",
            ("Was it a good place to be?", "Oedd e'n lle da i fod?"),
            ("Oedd", "Tipyn bach", "Nac oedd"),
            Symbol.PIN,
            YES_BIT_NO,
        ),
        DrawingQuestion(
            id="drawing",
            text=say("Draw your time with your worker.", "Tynna lun o dy amser gyda dy weithiwr."),
            symbol=say.draw(Symbol.CRAYON),
            hint=say("Draw what you like. You can send a photo of it.", "Tynna lun o unrhyw beth. Cei di anfon ffoto."),
        ),
        TextQuestion(
            id="more",
            text=say("Is there more you want to say?", "Oes mwy rwyt ti eisiau ei ddweud?"),
            symbol=say.draw(Symbol.SPEECH),
            hint=say(
                "Your grown-up can write it down in your own words.",
                "Gall dy oedolyn ei ysgrifennu yn dy eiriau di.",
                "Your grown-up can write it for you. They use your words.",
            ),
        ),
    )


_TITLE: Final = ("How did it go?", "Sut aeth hi?")

#: The forms after a session: for each age, oldest first, one in each language; each once by id, version and language.
AFTER_SESSION_FORMS: Final = (
    *in_every_language(
        "after-session",
        FormPurpose.AFTER_SESSION,
        FormAge.THIRTEEN_AND_OVER,
        title=_TITLE,
        questions=_thirteen_and_over,
        sources=_TOPICS,
    ),
    *in_every_language(
        "after-session-8-to-12",
        FormPurpose.AFTER_SESSION,
        FormAge.EIGHT_TO_12,
        title=_TITLE,
        questions=_eight_to_12,
        sources=_TOPICS,
    ),
    *in_every_language(
        "after-session-under-8",
        FormPurpose.AFTER_SESSION,
        FormAge.UNDER_8,
        title=("How was it?", "Sut oedd e?"),
        questions=_under_8,
        sources=_TOPICS,
    ),
)
