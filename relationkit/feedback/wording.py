"""What a form's page says in its own words, by language: buttons, refusals, and what went wrong.

The questions and the notice belong to the form; these are the words around them. A form in a language that is not
in ``WORDING`` brings its own. Every English string reads at an Automated Readability Index of 4 or less, a reading age
of about nine (the level that GOV.UK guidance asks for); a test measures it. The index is made for English: the Welsh,
which uses the familiar "ti", is held to short sentences instead.
"""

from collections.abc import Mapping
from typing import Final

from pydantic import Field

from relationkit.records import FrozenModel

__all__ = ["WORDING", "Wording", "wording"]


class Wording(FrozenModel):
    """The words around the questions, in one language.

    Attributes:
        before_you_start: Heading above the notice.
        rather_not_say: The answer that every question has beside its own.
        yes: The first answer to a yes-or-no question.
        no: The second.
        only_if: Above a question that follows from an earlier answer; ``{label}`` is that answer, in quotation marks,
            and ``{question}`` the earlier question.
        or_join: Between two such answers.
        pick_any: Below a question with several answers to pick.
        drawing_hint: Below a question that asks for a drawing.
        talk_soon: Beside the box that asks for somebody to talk to.
        talk_soon_hint: Who is told when it is ticked, and what they see.
        talk_soon_heading: Heading above it.
        audience: The question who may read the answers.
        audience_hint: Below it.
        audience_labels: One for each :class:`~relationkit.feedback.Audience`, by its value.
        helper: The question who helped.
        helper_labels: One for each :class:`~relationkit.feedback.Helper`, by its value.
        about: Before whom and when the form is about.
        send: On the button.
        skip_to_questions: The link past the notice, for those who use the keyboard.
        error_prefix: Before the title of a page on which something is to be put right.
        error_heading: Heading above the list of what is to be put right.
        saved_heading: Heading of the thanks.
        saved_text: Below it.
        call_heading: Heading above whom to call now.
        pick_one: More than one answer came where one is asked for.
        pick_from_list: What came is not an answer of the list.
        pick_number: What came is not a whole number from ``{low}`` to ``{high}``.
        too_long: The words are more than ``{most}`` letters.
        not_words: What came is not text.
        not_picture: What came is not a picture.
        said_both: An answer came beside "I'd rather not say".
        audience_both: A reader came beside "nobody by name".
        needs_adult: Nobody helped, at an age at which somebody must.
        talk_soon_unclear: It could not be read whether the box was ticked, so it counts as ticked.
    """

    before_you_start: str = Field(min_length=1)
    rather_not_say: str = Field(min_length=1)
    yes: str = Field(min_length=1)
    no: str = Field(min_length=1)
    only_if: str = Field(min_length=1)
    or_join: str = Field(min_length=1)
    pick_any: str = Field(min_length=1)
    drawing_hint: str = Field(min_length=1)
    talk_soon: str = Field(min_length=1)
    talk_soon_hint: str = Field(min_length=1)
    talk_soon_heading: str = Field(min_length=1)
    audience: str = Field(min_length=1)
    audience_hint: str = Field(min_length=1)
    audience_labels: Mapping[str, str]
    helper: str = Field(min_length=1)
    helper_labels: Mapping[str, str]
    about: str = Field(min_length=1)
    send: str = Field(min_length=1)
    skip_to_questions: str = Field(min_length=1)
    error_prefix: str = Field(min_length=1)
    error_heading: str = Field(min_length=1)
    saved_heading: str = Field(min_length=1)
    saved_text: str = Field(min_length=1)
    call_heading: str = Field(min_length=1)
    pick_one: str = Field(min_length=1)
    pick_from_list: str = Field(min_length=1)
    pick_number: str = Field(min_length=1)
    too_long: str = Field(min_length=1)
    not_words: str = Field(min_length=1)
    not_picture: str = Field(min_length=1)
    said_both: str = Field(min_length=1)
    audience_both: str = Field(min_length=1)
    needs_adult: str = Field(min_length=1)
    talk_soon_unclear: str = Field(min_length=1)


#: The words by language (BCP 47, the part before the first hyphen).
WORDING: Final[Mapping[str, Wording]] = {
    "en": Wording(
        before_you_start="Before you start",
        rather_not_say="I'd rather not say",
        yes="Yes",
        no="No",
        only_if="Only if you picked {label} for “{question}”",
        or_join=" or ",
        pick_any="Pick as many as you like.",
        drawing_hint="A photo of your drawing is fine.",
        talk_soon_heading="Do you need to talk?",
        talk_soon="I need to talk to someone soon",
        talk_soon_hint="Tick this and the duty team and a manager are told you want to talk. "
        "They see this tick, not the rest, if you did not pick them.",
        audience="Who can read this?",
        audience_hint="Pick as many as you like.",
        audience_labels={
            "my_worker": "My worker",
            "manager": "My worker's boss",
            "reviewing_officer": "My reviewing officer",
            "advocate": "My advocate",
            "nobody_by_name": "None of these",
        },
        helper="Did anyone help you fill this in?",
        helper_labels={
            "nobody": "No, just me",
            "worker": "My worker",
            "carer": "My carer",
            "advocate": "My advocate",
            "someone_else": "Someone else",
        },
        about="About the time with",
        send="Send my answers",
        skip_to_questions="Skip to the questions",
        error_prefix="Please check: ",
        error_heading="Please check this",
        saved_heading="Thank you. We have your answers.",
        saved_text="You can close this page now.",
        call_heading="Need help right now?",
        pick_one="Pick just one answer here.",
        pick_from_list="Pick from the answers on the list.",
        pick_number="Pick a whole number from {low} to {high}.",
        too_long="This is too long for us to keep. Make it {most} letters or less.",
        not_words="We could not read this. Write it in words.",
        not_picture="We could not read this file. Send a photo or a drawing.",
        said_both="You gave an answer and said you'd rather not say. Keep just one.",
        audience_both="You picked a person and “None of these”. Keep just one.",
        needs_adult="Fill this in with a grown-up you trust. Tell us who it was.",
        talk_soon_unclear="We were not sure, so we took this as a yes. Tick it or not, and send it again.",
    ),
    "cy": Wording(
        before_you_start="Cyn i ti ddechrau",
        rather_not_say="Byddai'n well gen i beidio â dweud",
        yes="Ie",
        no="Na",
        only_if="Dim ond os dewisaist ti {label} i “{question}”",
        or_join=" neu ",
        pick_any="Dewisa gynifer ag y mynni di.",
        drawing_hint="Mae ffoto o dy lun yn iawn.",
        talk_soon_heading="Oes angen siarad arnat ti?",
        talk_soon="Mae angen i mi siarad â rhywun yn fuan",
        talk_soon_hint="Ticia hwn a bydd y tîm dyletswydd a rheolwr yn cael gwybod dy fod di eisiau siarad. "
        "Maen nhw'n gweld y tic hwn, nid y gweddill, os na wnest ti eu dewis nhw.",
        audience="Pwy gaiff ddarllen hwn?",
        audience_hint="Dewisa gynifer ag y mynni di.",
        audience_labels={
            "my_worker": "Fy ngweithiwr",
            "manager": "Rheolwr fy ngweithiwr",
            "reviewing_officer": "Fy swyddog adolygu",
            "advocate": "Fy eiriolwr",
            "nobody_by_name": "Dim un o'r rhain",
        },
        helper="Wnaeth rhywun dy helpu di i lenwi hwn?",
        helper_labels={
            "nobody": "Naddo, dim ond fi",
            "worker": "Fy ngweithiwr",
            "carer": "Fy ngofalwr",
            "advocate": "Fy eiriolwr",
            "someone_else": "Rhywun arall",
        },
        about="Am yr amser gyda",
        send="Anfon fy atebion",
        skip_to_questions="Mynd i'r cwestiynau",
        error_prefix="Edrycha eto: ",
        error_heading="Edrycha eto ar hyn",
        saved_heading="Diolch. Mae dy atebion gyda ni.",
        saved_text="Cei di gau'r dudalen hon nawr.",
        call_heading="Angen help nawr?",
        pick_one="Dewisa un ateb yn unig yma.",
        pick_from_list="Dewisa o'r atebion ar y rhestr.",
        pick_number="Dewisa rif cyfan o {low} i {high}.",
        too_long="Mae hwn yn rhy hir i ni ei gadw. Ysgrifenna {most} llythyren neu lai.",
        not_words="Doedden ni ddim yn gallu darllen hwn. Ysgrifenna mewn geiriau.",
        not_picture="Doedden ni ddim yn gallu darllen y ffeil hon. Anfona ffoto neu lun.",
        said_both="Rhoddaist ti ateb, a dweud y byddai'n well gen ti beidio. Cadwa un yn unig.",
        audience_both="Dewisaist ti berson a “Dim un o'r rhain”. Cadwa un yn unig.",
        needs_adult="Llenwa hwn gydag oedolyn rwyt ti'n ymddiried ynddo. Dywed wrthon ni pwy oedd yno.",
        talk_soon_unclear="Doedden ni ddim yn siŵr, felly cymeron ni fod angen siarad arnat ti. "
        "Ticia'r blwch neu beidio, ac anfona eto.",
    ),
}


def wording(language: str) -> Wording:
    """Return the words of a language by its BCP 47 tag; English where there are none."""
    return WORDING.get(language.split("-")[0].lower(), WORDING["en"])
