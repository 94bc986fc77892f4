"""What the pages around a form say: on from step to step, saved, sent, and what became of a link.

:class:`~relationkit.feedback.Wording` has the words on the form itself. These are apart because they belong to
whoever shows the form, and a form in a language that is not here can still be filled in: its pages' own words are then
English. Every English string reads at an Automated Readability Index of 4 or less; a test measures it.
"""

from collections.abc import Mapping
from typing import Final

from pydantic import Field

from relationkit.records import FrozenModel

__all__ = ["PAGE_WORDING", "PageWording", "page_words"]


class PageWording(FrozenModel):
    """The words around a form that is filled in step by step, in one language.

    Attributes:
        language: BCP 47 tag of these words.
        start: On the button that begins.
        next: On the button to the next step.
        back: On the button to the step before.
        part_of: Which step this is; ``{step}`` and ``{steps}`` are numbers.
        go_to_end: On the button past the questions that are left.
        save: On the button that keeps half a form for later.
        delete: On the button that deletes what was put.
        draft_hint: Below the buttons: that it is kept at each step, and that nobody reads it yet.
        kept_heading: Heading once half a form is kept.
        kept_text: How to go on.
        carry_on: On the link back into the form.
        deleted_heading: Heading once it is deleted.
        deleted_text: Below it.
        check_heading: Heading of the last step.
        check_hint: Below it.
        change: On the button back to one question.
        skipped: Stands for an answer that was not given.
        not_read: Stands for an answer that could not be read.
        no_one: Stands for a reader when nobody was picked.
        talk_asked: Stands beside the request to talk, when it is ticked.
        talk_not_asked: Likewise, when it is not.
        talk_at_once: Below the box that asks for somebody to talk to: that it does not wait for the end.
        now_heading: Heading above what happens now.
        now_read_by: Who can read it; ``{readers}`` are their names.
        now_duty_reads: Who reads it when nobody was picked.
        now_told: That duty and a manager have been told.
        already_heading: Heading when a form was sent before.
        already_text: Below it; ``{day}`` is when.
        say_more: On the link to another filling-in.
        not_kept: That the page could not be kept just now, and is not lost.
        press_again: That the page was not taken from where it stood, and is to be sent again.
        other_window: That something else was put in another window; ``{words}`` is what.
        picture_kept: Beside a picture that is there already.
        picture_remove: Beside the box that takes it away.
        too_big: A file was too large.
        too_much: More was sent than a page can hold.
        old_heading: Heading when a link has expired.
        old_text: What to do.
        unknown_heading: Heading when a link opens nothing.
        unknown_text: What to do.
        gone_heading: Heading when the form of a link is not there.
        gone_text: What to do.
        busy_heading: Heading when too much came at once.
        busy_text: What to do.
        wrong_heading: Heading when something failed.
        wrong_text: What to do.
        mine_heading: Heading of the child's own page.
        mine_none: Below it when nothing was sent yet.
        mine_sent: When something was sent; ``{day}`` is when.
        mine_read_heading: Heading above who has read it.
        mine_read_line: One reading; ``{who}`` and ``{day}``.
        mine_saw_request: One reading that saw only the request to talk; ``{who}`` and ``{day}``.
        mine_unread: Nobody has read it yet.
        mine_asked_to_talk: That the child asked to talk to someone.
        viewers: Who reads, by :class:`~relationkit.records.Role`.
        thanks_heading: Heading of the one-tap page.
        thanks_button: On the button that says it all.
        thanks_more: Above the words that may go with it.
        thanks_picture: Above the picture that may go with it.
        thanks_saved_heading: Heading once it is kept.
        thanks_saved_text: Below it.
    """

    language: str = Field(min_length=2)
    start: str = Field(min_length=1)
    next: str = Field(min_length=1)
    back: str = Field(min_length=1)
    part_of: str = Field(min_length=1)
    go_to_end: str = Field(min_length=1)
    save: str = Field(min_length=1)
    delete: str = Field(min_length=1)
    draft_hint: str = Field(min_length=1)
    kept_heading: str = Field(min_length=1)
    kept_text: str = Field(min_length=1)
    carry_on: str = Field(min_length=1)
    deleted_heading: str = Field(min_length=1)
    deleted_text: str = Field(min_length=1)
    check_heading: str = Field(min_length=1)
    check_hint: str = Field(min_length=1)
    change: str = Field(min_length=1)
    skipped: str = Field(min_length=1)
    not_read: str = Field(min_length=1)
    no_one: str = Field(min_length=1)
    talk_asked: str = Field(min_length=1)
    talk_not_asked: str = Field(min_length=1)
    talk_at_once: str = Field(min_length=1)
    now_heading: str = Field(min_length=1)
    now_read_by: str = Field(min_length=1)
    now_duty_reads: str = Field(min_length=1)
    now_told: str = Field(min_length=1)
    already_heading: str = Field(min_length=1)
    already_text: str = Field(min_length=1)
    say_more: str = Field(min_length=1)
    not_kept: str = Field(min_length=1)
    press_again: str = Field(min_length=1)
    other_window: str = Field(min_length=1)
    picture_kept: str = Field(min_length=1)
    picture_remove: str = Field(min_length=1)
    too_big: str = Field(min_length=1)
    too_much: str = Field(min_length=1)
    old_heading: str = Field(min_length=1)
    old_text: str = Field(min_length=1)
    unknown_heading: str = Field(min_length=1)
    unknown_text: str = Field(min_length=1)
    gone_heading: str = Field(min_length=1)
    gone_text: str = Field(min_length=1)
    busy_heading: str = Field(min_length=1)
    busy_text: str = Field(min_length=1)
    wrong_heading: str = Field(min_length=1)
    wrong_text: str = Field(min_length=1)
    mine_heading: str = Field(min_length=1)
    mine_none: str = Field(min_length=1)
    mine_sent: str = Field(min_length=1)
    mine_read_heading: str = Field(min_length=1)
    mine_read_line: str = Field(min_length=1)
    mine_saw_request: str = Field(min_length=1)
    mine_unread: str = Field(min_length=1)
    mine_asked_to_talk: str = Field(min_length=1)
    viewers: Mapping[str, str]
    thanks_heading: str = Field(min_length=1)
    thanks_button: str = Field(min_length=1)
    thanks_more: str = Field(min_length=1)
    thanks_picture: str = Field(min_length=1)
    thanks_saved_heading: str = Field(min_length=1)
    thanks_saved_text: str = Field(min_length=1)


#: The words by language (BCP 47, the part before the first hyphen).
PAGE_WORDING: Final[Mapping[str, PageWording]] = {
    "en": PageWording(
        language="en",
        start="Start",
        next="Next",
        back="Back",
        part_of="Part {step} of {steps}",
        go_to_end="Go to the end",
        save="Save it and do the rest later",
        delete="Delete what I put",
        draft_hint="We save each part as you go. No one reads it till you send it.",
        kept_heading="It is saved",
        kept_text="Open the same link to do the rest. No one reads it till you send it.",
        carry_on="Carry on now",
        deleted_heading="It is gone",
        deleted_text="We did not keep what you put. You can start again with the same link.",
        check_heading="Check it and send it",
        check_hint="This is what you put. You can change any of it.",
        change="Change",
        skipped="You skipped this",
        not_read="We could not read this",
        no_one="No one. The duty team will read it",
        talk_asked="Yes. They have been told",
        talk_not_asked="No",
        talk_at_once="If you tick it, they are told as soon as you leave this page. "
        "It does not wait till you send the rest.",
        now_heading="What happens now",
        now_read_by="These people can read it: {readers}.",
        now_duty_reads="You picked no one. So the duty team reads it.",
        now_told="The duty team and a manager have been told that you want to talk.",
        already_heading="You sent this. We have it",
        already_text="You sent it on {day}. It is safe with us. You do not need to send it again.",
        say_more="I want to say some more",
        not_kept="We could not save this just now. It is still here on the page. Wait a bit, then press the same "
        "button again.",
        press_again="We need you to press that button once more. What you put is still here.",
        other_window="You put this in another window: {words}. Press the button again to keep what is on this page.",
        picture_kept="We have your picture.",
        picture_remove="Take it away",
        too_big="That picture is too big for us. Send a smaller one.",
        too_much="That is too much for one page. Make it shorter, and send it again.",
        old_heading="This link is too old",
        old_text="It has stopped working, to keep you safe. Ask your worker for a new one.",
        unknown_heading="This link does not work",
        unknown_text="A bit of it may be missing. Open it from your text again. Or ask your worker for a new one.",
        gone_heading="This form is not here now",
        gone_text="It is not your fault. Ask your worker for a new link.",
        busy_heading="That was a lot at once",
        busy_text="Wait one minute. Then load this page again. What you put will be sent then.",
        wrong_heading="Something went wrong here",
        wrong_text="It is not your fault. Go back, and try again in a bit.",
        mine_heading="What you told us",
        mine_none="You have not sent us a form yet.",
        mine_sent="You sent this on {day}",
        mine_read_heading="Who has read it",
        mine_read_line="{who}, on {day}",
        mine_saw_request="{who} saw that you want to talk, on {day}",
        mine_unread="No one has read it yet.",
        mine_asked_to_talk="You asked to talk to someone soon.",
        viewers={
            "social_worker": "Your worker",
            "personal_adviser": "Your worker",
            "support_worker": "Your worker",
            "reviewing_officer": "Your reviewing officer",
            "advocate": "Your advocate",
            "duty": "The duty team",
            "manager": "Your worker's boss",
        },
        thanks_heading="Did it help today?",
        thanks_button="That really helped me today",
        thanks_more="You can say more, if you like.",
        thanks_picture="You can add a photo or a drawing.",
        thanks_saved_heading="Thank you for telling us",
        thanks_saved_text="It is in your file now. You can close this page.",
    ),
    "cy": PageWording(
        language="cy",
        start="Dechrau",
        next="Nesaf",
        back="Yn ôl",
        part_of="Rhan {step} o {steps}",
        go_to_end="Mynd i'r diwedd",
        save="Cadw hwn a gwneud y gweddill wedyn",
        delete="Dileu beth rois i",
        draft_hint="Rydyn ni'n cadw pob rhan wrth i ti fynd. Does neb yn ei ddarllen nes i ti ei anfon.",
        kept_heading="Mae wedi'i gadw",
        kept_text="Agora'r un ddolen i wneud y gweddill. Does neb yn ei ddarllen nes i ti ei anfon.",
        carry_on="Mynd ymlaen nawr",
        deleted_heading="Mae wedi mynd",
        deleted_text="Wnaethon ni ddim cadw beth roist ti. Cei di ddechrau eto gyda'r un ddolen.",
        check_heading="Edrycha drosto a'i anfon",
        check_hint="Dyma beth roist ti. Cei di newid unrhyw ran.",
        change="Newid",
        skipped="Wnest ti ddim ateb hwn",
        not_read="Doedden ni ddim yn gallu darllen hwn",
        no_one="Neb. Bydd y tîm dyletswydd yn ei ddarllen",
        talk_asked="Oes. Maen nhw wedi cael gwybod",
        talk_not_asked="Nac oes",
        talk_at_once="Os wyt ti'n ticio hwn, maen nhw'n cael gwybod pan fyddi di'n gadael y dudalen hon. "
        "Dydy e ddim yn aros nes i ti anfon y gweddill.",
        now_heading="Beth sy'n digwydd nawr",
        now_read_by="Gall y bobl hyn ei ddarllen: {readers}.",
        now_duty_reads="Wnest ti ddewis neb. Felly bydd y tîm dyletswydd yn ei ddarllen.",
        now_told="Mae'r tîm dyletswydd a rheolwr wedi cael gwybod dy fod di eisiau siarad.",
        already_heading="Rwyt ti wedi anfon hwn. Mae gyda ni",
        already_text="Anfonaist ti fe ar {day}. Mae'n ddiogel gyda ni. Does dim angen ei anfon eto.",
        say_more="Rydw i eisiau dweud mwy",
        not_kept="Doedden ni ddim yn gallu cadw hwn nawr. Mae'n dal yma ar y dudalen. Arhosa ychydig, yna pwysa'r "
        "un botwm eto.",
        press_again="Mae angen i ti bwyso'r botwm yna unwaith eto. Mae beth roist ti yn dal yma.",
        other_window="Rhoist ti hwn mewn ffenestr arall: {words}. Pwysa'r botwm eto i gadw beth sydd ar y dudalen hon.",
        picture_kept="Mae dy lun gyda ni.",
        picture_remove="Tynnu'r llun i ffwrdd",
        too_big="Mae'r llun yn rhy fawr i ni. Anfona un llai.",
        too_much="Mae hynny'n ormod i un dudalen. Gwna fe'n fyrrach, ac anfona eto.",
        old_heading="Mae'r ddolen hon yn rhy hen",
        old_text="Mae wedi stopio gweithio, i dy gadw di'n ddiogel. Gofynna i dy weithiwr am un newydd.",
        unknown_heading="Dydy'r ddolen hon ddim yn gweithio",
        unknown_text="Efallai fod darn ohoni ar goll. Agora hi o'r neges eto. Neu gofynna i dy weithiwr am un newydd.",
        gone_heading="Dydy'r ffurflen hon ddim yma nawr",
        gone_text="Nid dy fai di yw hyn. Gofynna i dy weithiwr am ddolen newydd.",
        busy_heading="Roedd hynny'n lot ar unwaith",
        busy_text="Arhosa un funud. Yna llwytha'r dudalen hon eto. Bydd beth roist ti yn cael ei anfon wedyn.",
        wrong_heading="Aeth rhywbeth o'i le yma",
        wrong_text="Nid dy fai di yw hyn. Cer yn ôl, a cheisia eto mewn ychydig.",
        mine_heading="Beth ddywedaist ti wrthon ni",
        mine_none="Dwyt ti ddim wedi anfon ffurflen aton ni eto.",
        mine_sent="Anfonaist ti hwn ar {day}",
        mine_read_heading="Pwy sydd wedi'i ddarllen",
        mine_read_line="{who}, ar {day}",
        mine_saw_request="Gwelodd {who} dy fod di eisiau siarad, ar {day}",
        mine_unread="Does neb wedi'i ddarllen eto.",
        mine_asked_to_talk="Gofynnaist ti am siarad â rhywun yn fuan.",
        viewers={
            "social_worker": "Dy weithiwr",
            "personal_adviser": "Dy weithiwr",
            "support_worker": "Dy weithiwr",
            "reviewing_officer": "Dy swyddog adolygu",
            "advocate": "Dy eiriolwr",
            "duty": "Y tîm dyletswydd",
            "manager": "Rheolwr dy weithiwr",
        },
        thanks_heading="Wnaeth e helpu heddiw?",
        thanks_button="Wnaeth hynny fy helpu i'n fawr heddiw",
        thanks_more="Cei di ddweud mwy, os wyt ti eisiau.",
        thanks_picture="Cei di ychwanegu ffoto neu lun.",
        thanks_saved_heading="Diolch am ddweud wrthon ni",
        thanks_saved_text="Mae e yn dy ffeil nawr. Cei di gau'r dudalen hon.",
    ),
}


def page_words(language: str) -> PageWording:
    """Return the pages' own words for a BCP 47 tag: by its first part, and English where that is not known."""
    return PAGE_WORDING.get(language.split("-")[0].lower(), PAGE_WORDING["en"])
