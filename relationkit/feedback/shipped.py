"""The other forms that come with the library, and the list of them all.

After a handover, once a year, about knowing one's worker, and about trust. Wording is our own; only topics are taken
from elsewhere, each with its source. Forms for 8 to 12 and for 13 and over ask the same questions with the same three
answers, so that they can be read side by side; they are two forms all the same, and are never added up.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from relationkit.feedback.after_session import AFTER_SESSION_FORMS
from relationkit.feedback.forms import FeedbackForm, FormAge, FormPurpose
from relationkit.feedback.questions import (
    ChoicesQuestion,
    DrawingQuestion,
    Question,
    ScaleQuestion,
    ShowIf,
    Symbol,
    TextQuestion,
)
from relationkit.feedback.saying import YES_BIT_NO, YES_SOMETIMES_NO, Say, in_every_language, three_ways

__all__ = [
    "AFTER_HANDOVER_FORMS",
    "HOW_ARE_WE_DOING_FORMS",
    "KNOW_MY_WORKER_FORMS",
    "SHIPPED_FORMS",
    "TRUST_FORMS",
]

#: What stands behind the name of a form for each age.
_SUFFIX: Final[Mapping[FormAge, str]] = {
    FormAge.THIRTEEN_AND_OVER: "",
    FormAge.EIGHT_TO_12: "-8-to-12",
    FormAge.UNDER_8: "-under-8",
}

_WORDING: Final = "Length and wording: our own"
_BRIGHT_SPOTS: Final = "Bright Spots (Coram Voice and the Rees Centre), topics only"
_YDW: Final = ("Ydw", "Rhyw fath", "Nac ydw")


def _forms(
    name: str,
    purpose: FormPurpose,
    title: tuple[str, str],
    ages: Mapping[FormAge, Callable[[Say], Sequence[Question]]],
    *sources: str,
) -> tuple[FeedbackForm, ...]:
    return tuple(
        form
        for age, questions in ages.items()
        for form in in_every_language(
            name + _SUFFIX[age], purpose, age, title=title, questions=questions, sources=(*sources, _WORDING)
        )
    )


def _handover(say: Say) -> Sequence[Question]:
    return (
        three_ways(
            say,
            "told",
            ("Were you told why you have a new worker?", "Gest ti wybod pam mae gen ti weithiwr newydd?"),
            ("Do", "Rhyw fath", "Naddo"),
            Symbol.SPEECH,
        ),
        three_ways(
            say,
            "goodbye",
            (
                "Did you get to say goodbye the way you wanted?",
                "Gest ti ffarwelio yn y ffordd roeddet ti eisiau?",
                "Did you say goodbye the way you wanted?",
            ),
            ("Do", "Rhyw fath", "Naddo"),
            Symbol.WAVE,
        ),
        TextQuestion(
            id="goodbye_wish",
            text=say("How would you like to say goodbye?", "Sut hoffet ti ffarwelio?"),
            hint=say("It may not be too late.", "Efallai nad yw hi'n rhy hwyr."),
            symbol=say.draw(Symbol.PEN),
            show_if=ShowIf(question_id="goodbye", any_of=("partly", "no")),
        ),
        three_ways(
            say,
            "knew_who",
            (
                "Did you know who was coming before you met?",
                "Oeddet ti'n gwybod pwy oedd yn dod cyn i chi gwrdd?",
                "Did you know who your new worker was before you met?",
            ),
            ("Oeddwn", "Rhyw fath", "Nac oeddwn"),
            Symbol.CARD,
        ),
        three_ways(
            say,
            "story_again",
            (
                "Did you have to tell your story all over again?",
                "Oedd rhaid i ti adrodd dy stori eto o'r dechrau?",
                "Did you have to tell your story again?",
            ),
            ("Oedd", "Tipyn bach", "Nac oedd"),
            Symbol.BOOK,
            YES_BIT_NO,
        ),
        TextQuestion(
            id="better",
            text=say(
                "How could we have done this change better?",
                "Sut gallen ni fod wedi gwneud y newid hwn yn well?",
                "How can we do this better next time?",
            ),
            symbol=say.draw(Symbol.STAR),
        ),
    )


def _yearly(say: Say) -> Sequence[Question]:
    return (
        three_ways(
            say,
            "have_a_say",
            ("Do you get a say in the plans for you?", "Wyt ti'n cael dweud dy farn am y cynlluniau i ti?"),
            ("Ydw", "Weithiau", "Nac ydw"),
            Symbol.SPEECH,
            YES_SOMETIMES_NO,
        ),
        three_ways(
            say,
            "kept_told",
            ("Do people tell you what is going on?", "Ydy pobl yn dweud wrthot ti beth sy'n digwydd?"),
            ("Ydyn", "Weithiau", "Nac ydyn"),
            Symbol.EAR,
            YES_SOMETIMES_NO,
        ),
        three_ways(
            say,
            "on_your_own",
            ("Can you talk to your worker on your own?", "Wyt ti'n gallu siarad â dy weithiwr ar dy ben dy hun?"),
            ("Ydw", "Weithiau", "Nac ydw"),
            Symbol.TWO_PEOPLE,
            YES_SOMETIMES_NO,
        ),
        three_ways(
            say,
            "trusted_adult",
            ("Is there a grown-up you can trust?", "Oes oedolyn y gelli di ymddiried ynddo?"),
            ("Oes", "Ddim yn siŵr", "Nac oes"),
            Symbol.HEART,
            (("yes", "Yes", Symbol.TICK), ("unsure", "Not sure", Symbol.QUESTION), ("no", "No", Symbol.CROSS)),
        ),
        three_ways(
            say,
            "feel_safe",
            ("Do you feel safe where you live?", "Wyt ti'n teimlo'n ddiogel lle rwyt ti'n byw?"),
            ("Ydw", "Weithiau", "Nac ydw"),
            Symbol.HOUSE,
            YES_SOMETIMES_NO,
        ),
        three_ways(
            say,
            "fun",
            ("Do you get to do things you like?", "Wyt ti'n cael gwneud pethau rwyt ti'n eu hoffi?"),
            ("Ydw", "Weithiau", "Nac ydw"),
            Symbol.STAR,
            YES_SOMETIMES_NO,
        ),
        three_ways(
            say,
            "keep_our_word",
            ("Do we do what we say we will do?", "Ydyn ni'n gwneud beth rydyn ni'n dweud y byddwn ni'n ei wneud?"),
            ("Ydych", "Weithiau", "Nac ydych"),
            Symbol.HANDS,
            YES_SOMETIMES_NO,
        ),
        TextQuestion(
            id="do_better",
            text=say("What is one thing we should do better?", "Beth yw un peth y dylen ni ei wneud yn well?"),
            symbol=say.draw(Symbol.PEN),
        ),
    )


def _yearly_for_older(say: Say) -> Sequence[Question]:
    overall = ScaleQuestion(
        id="overall",
        text=say("How well do we look after you?", "Pa mor dda rydyn ni'n gofalu amdanat ti?"),
        symbol=say.draw(Symbol.HALF),
        lowest_label=say("Not well at all", "Ddim yn dda o gwbl"),
        highest_label=say("Very well", "Yn dda iawn"),
    )
    *others, last = _yearly(say)
    return (*others, overall, last)


def _knowing(say: Say) -> Sequence[Question]:
    return (
        three_ways(
            say,
            "know_who",
            ("Do you know who your worker is?", "Wyt ti'n gwybod pwy yw dy weithiwr?"),
            ("Ydw", "Ddim yn siŵr", "Nac ydw"),
            Symbol.PERSON,
            (("yes", "Yes", Symbol.TICK), ("unsure", "Not sure", Symbol.QUESTION), ("no", "No", Symbol.CROSS)),
        ),
        three_ways(
            say,
            "how_to_reach",
            ("Do you know how to get hold of them?", "Wyt ti'n gwybod sut i gael gafael arnyn nhw?"),
            _YDW,
            Symbol.PHONE,
        ),
        three_ways(
            say,
            "when_away",
            ("Do you know who to ask when they are away?", "Wyt ti'n gwybod pwy i'w holi pan maen nhw i ffwrdd?"),
            _YDW,
            Symbol.QUESTION,
        ),
        three_ways(
            say,
            "next_time",
            ("Do you know when you will see them next?", "Wyt ti'n gwybod pryd byddi di'n eu gweld nesaf?"),
            _YDW,
            Symbol.CALENDAR,
        ),
        ChoicesQuestion(
            id="keep_in_touch",
            text=say("How do you like to keep in touch?", "Sut wyt ti'n hoffi cadw mewn cysylltiad?"),
            symbol=say.draw(Symbol.PHONE),
            options=(
                say.option("text", "By text", "Drwy neges", symbol=Symbol.PEN),
                say.option("call", "By phone", "Dros y ffôn", symbol=Symbol.PHONE),
                say.option("in_person", "When we meet", "Pan fyddwn ni'n cwrdd", symbol=Symbol.TWO_PEOPLE),
            ),
        ),
    )


def _knowing_under_8(say: Say) -> Sequence[Question]:
    know, reach, *_ = _knowing(say)
    drawing = DrawingQuestion(
        id="drawing",
        text=say("Draw your worker and you.", "Tynna lun ohonot ti a dy weithiwr."),
        symbol=say.draw(Symbol.CRAYON),
    )
    return (know, reach, drawing)


def _trust(say: Say) -> Sequence[Question]:
    return (
        three_ways(
            say,
            "trust",
            ("Can you trust your worker?", "Wyt ti'n gallu ymddiried yn dy weithiwr?"),
            ("Ydw", "Weithiau", "Nac ydw"),
            Symbol.HEART,
            YES_SOMETIMES_NO,
        ),
        TextQuestion(
            id="trust_more",
            text=say("What would help you trust them more?", "Beth fyddai'n dy helpu i ymddiried mwy ynddyn nhw?"),
            symbol=say.draw(Symbol.PEN),
            show_if=ShowIf(question_id="trust", any_of=("sometimes", "no")),
        ),
        three_ways(
            say,
            "keeps_word",
            (
                "Do they do what they say they will do?",
                "Ydyn nhw'n gwneud beth maen nhw'n dweud y byddan nhw'n ei wneud?",
            ),
            ("Ydyn", "Weithiau", "Nac ydyn"),
            Symbol.HANDS,
            YES_SOMETIMES_NO,
        ),
        three_ways(
            say,
            "get_back",
            ("Do they get back to you when you ask?", "Ydyn nhw'n ateb pan fyddi di'n gofyn?"),
            ("Ydyn", "Weithiau", "Nac ydyn"),
            Symbol.PHONE,
            YES_SOMETIMES_NO,
        ),
        three_ways(
            say,
            "honest",
            (
                "Do they tell you the truth when it is hard?",
                "Ydyn nhw'n dweud y gwir pan mae hynny'n anodd?",
                "Do they tell you the truth?",
            ),
            ("Ydyn", "Weithiau", "Nac ydyn"),
            Symbol.SPEECH,
            YES_SOMETIMES_NO,
        ),
        TextQuestion(
            id="more",
            text=say("Is there more you want to say?", "Oes mwy rwyt ti eisiau ei ddweud?"),
            symbol=say.draw(Symbol.SPEECH),
        ),
    )


#: Some weeks after a new worker has begun.
AFTER_HANDOVER_FORMS: Final = _forms(
    "after-handover",
    FormPurpose.AFTER_HANDOVER,
    ("Your new worker", "Dy weithiwr newydd"),
    {FormAge.THIRTEEN_AND_OVER: _handover, FormAge.EIGHT_TO_12: _handover},
    "Being told, and choosing how to part: St Helens, getting to know your social worker; Hull City Council, managing "
    "changes of social worker (Coram Voice resource bank)",
    "A goodbye: South Australia, Guardian for Children and Young People: youth advisors on saying goodbye, 2012",
    "Knowing who is coming: North Somerset introduction card (Coram Voice resource bank)",
    "Not telling the story again: Cumberland children's services procedures, transfer between teams",
)

#: Once a year.
HOW_ARE_WE_DOING_FORMS: Final = _forms(
    "how-are-we-doing",
    FormPurpose.HOW_ARE_WE_DOING,
    ("How are we doing?", "Sut ydyn ni'n gwneud?"),
    {FormAge.THIRTEEN_AND_OVER: _yearly_for_older, FormAge.EIGHT_TO_12: _yearly},
    f"Relationships, resilience, rights, recovery: the four areas of {_BRIGHT_SPOTS}",
    "A say in the plans: Children Act 1989, section 22(4) and (5)",
    "Talking on one's own: Care Planning, Placement and Case Review (England) Regulations 2010, regulation 29",
    "Play and leisure: United Nations Convention on the Rights of the Child, article 31",
)

#: At any time; the under-8s with an adult.
KNOW_MY_WORKER_FORMS: Final = _forms(
    "know-my-worker",
    FormPurpose.KNOW_MY_WORKER,
    ("Your worker", "Dy weithiwr"),
    {FormAge.THIRTEEN_AND_OVER: _knowing, FormAge.EIGHT_TO_12: _knowing, FormAge.UNDER_8: _knowing_under_8},
    f"Knowing who the worker is and how to reach them, asked of every age: {_BRIGHT_SPOTS}",
    "One in five younger children did not know who theirs was: Community Care, 9 March 2017",
    "Whom to ask when they are away: Brighton and Hove, somebody in the team can always be reached (BASW, 2019)",
)

#: At any time, and never handed over in the worker's own presence.
TRUST_FORMS: Final = _forms(
    "trust",
    FormPurpose.TRUST,
    ("You and your worker", "Ti a dy weithiwr"),
    {FormAge.THIRTEEN_AND_OVER: _trust, FormAge.EIGHT_TO_12: _trust},
    f"A trusting relationship with the social worker: {_BRIGHT_SPOTS}",
    "Trust, all or most of the time, is asked about by CoramBAAF (power in relationships): 59% of children in care",
    "Getting back when asked: what young people asked for, as in the 72 hours of relationkit.sla",
)

#: Every form that comes with the library; each once by id, version and language.
SHIPPED_FORMS: Final = (
    *AFTER_SESSION_FORMS,
    *AFTER_HANDOVER_FORMS,
    *HOW_ARE_WE_DOING_FORMS,
    *KNOW_MY_WORKER_FORMS,
    *TRUST_FORMS,
)
