"""The forms that ask, after a session, how it went.

Wording is our own. Licensed measures of sessions are neither copied nor paraphrased: a council that holds a licence
loads its own form. Each form has three to five questions, so that it takes a minute.
"""

from datetime import date
from typing import Final

from relationkit.feedback.forms import Audience, FeedbackForm, FormAge, Helpline, Notice
from relationkit.feedback.questions import ChoiceQuestion, Face, FaceOption, FacesQuestion, Option, TextQuestion

__all__ = ["AFTER_SESSION_FORMS"]

_NOTICE: Final = Notice(
    who_reads="You pick who reads this. We ask you at the end. If you pick no one, the duty team reads it, to keep "
    "you safe. We will know it is from you.",
    when_read="We do not read it right away. It is not an alarm. It may be a few days.",
    must_tell="If someone is being hurt, we must tell a person who can help. If we can, we will tell you first.",
    call_now=(
        # 999 is the emergency number of the United Kingdom; Childline (run by the NSPCC) answers day and night,
        # free, for anyone under 19: childline.org.uk.
        Helpline(name="Emergency", number="999", note="If you or someone else is in danger now"),
        Helpline(name="Childline", number="0800 1111", note="To talk, day or night. It is free"),
    ),
    may_skip="You can skip any of this. That is fine.",
    kept="We keep it in your file. You can ask to see it.",
)

_THIRTEEN_AND_OVER_EN: Final = FeedbackForm(
    id="after-session",
    version=1,
    language="en",
    age_band=FormAge.THIRTEEN_AND_OVER,
    title="How did it go?",
    notice=_NOTICE,
    audience=tuple(Audience),
    questions=(
        FacesQuestion(
            id="today",
            text="How was the time you had with your worker?",
            options=(
                FaceOption(code="great", label="Great", face=Face.GREAT),
                FaceOption(code="good", label="Good", face=Face.GOOD),
                FaceOption(code="okay", label="OK", face=Face.OKAY),
                FaceOption(code="not_great", label="Not great", face=Face.NOT_GREAT),
                FaceOption(code="bad", label="Bad", face=Face.BAD),
            ),
        ),
        ChoiceQuestion(
            id="own_say",
            text="Did you get to say what you came to say?",
            options=(
                Option(code="all", label="Yes, all of it"),
                Option(code="some", label="Some of it"),
                Option(code="none", label="No"),
                Option(code="nothing_to_say", label="I had nothing to say"),
            ),
        ),
        ChoiceQuestion(
            id="what_next",
            text="Do you know what will be done next, and by who?",
            options=(
                Option(code="yes", label="Yes"),
                Option(code="partly", label="Sort of"),
                Option(code="no", label="No"),
            ),
        ),
        ChoiceQuestion(
            id="time_and_place",
            text="Was it a good time and place for you?",
            options=(
                Option(code="both", label="Yes, both"),
                Option(code="wrong_time", label="Not the time"),
                Option(code="wrong_place", label="Not the place"),
                Option(code="neither", label="No, not the time or the place"),
            ),
        ),
        TextQuestion(
            id="next_time",
            text="What should we do the same, or not the same, next time?",
            hint="Write as much or as little as you like.",
        ),
    ),
    published_on=date(2025, 1, 6),
    sources=(
        "Being heard: Children Act 1989, section 22(4) and (5)",
        "Being heard: United Nations Convention on the Rights of the Child, article 12",
        "Relationships and rights as topics: two of the four areas of Bright Spots (Coram Voice and the Rees Centre)",
        "A good time and place: young people asked not to be taken out of class",
        "Length and wording: our own",
    ),
)

#: The forms in use, each once by id, version and language.
AFTER_SESSION_FORMS: Final = (_THIRTEEN_AND_OVER_EN,)
