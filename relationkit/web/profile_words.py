"""The words around a worker's card and a child's own page while they are written, in English and Welsh."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["PROFILE_WORDS", "ProfileWords", "profile_words"]


@dataclass(frozen=True, slots=True)
class ProfileWords:
    """One language.

    Attributes:
        card: The labels of a card's fields, by name.
        about: The questions of a child's page, by name of the field.
        hints: What helps with one of these, by name.
        not_a_way: What to write for a way to reach somebody, by kind.
        kinds: The ways to reach somebody, by kind; also the words beside them on the card.
        viewers: Who may see a line, by code.
        helpers: Who helped, by the word that is kept.
        designs: What each design is called.
    """

    card_heading: str
    card_intro: str
    look: str
    save: str
    print_it: str
    preview: str
    card_saved: str
    card_saved_text: str
    agree: str
    agree_missing: str
    missing: str
    problems: str
    please_look: str
    other_window: str
    press_again: str
    picture: str
    picture_text: str
    picture_remove: str
    picture_wrong: str
    about_heading: str
    about_intro: str
    about_saved: str
    about_saved_text: str
    more_lines: str
    who_sees: str
    nobody_sees: str
    helped_by: str
    design: str
    line: str
    carry_on: str
    card: Mapping[str, str]
    about: Mapping[str, str]
    hints: Mapping[str, str]
    not_a_way: Mapping[str, str]
    kinds: Mapping[str, str]
    viewers: Mapping[str, str]
    helpers: Mapping[str, str]
    designs: Mapping[str, str]


PROFILE_WORDS: Final[Mapping[str, ProfileWords]] = {
    "en": ProfileWords(
        card_heading="Your card",
        card_intro="Children get this card before they meet you. Write only what you are happy to share.",
        look="Show me the card",
        save="Save this card",
        print_it="Open the card to print it",
        preview="This is how it looks",
        card_saved="Your card is saved",
        card_saved_text="It is version {version}. The cards before it are kept. You can change it at any time.",
        agree="I am happy for children and families to see all of this",
        agree_missing="Tick that you are happy to share this, or take out what you do not want to share.",
        missing="Please fill this in.",
        problems="Please put this right",
        please_look="Please have a look at this",
        other_window="This card was changed in another window. What you wrote is still here. Look at it, and save.",
        press_again="Please press the button again. What you wrote is still here.",
        picture="A photo or a drawing",
        picture_text="What the picture shows, for somebody who cannot see it",
        picture_remove="Take the picture off",
        picture_wrong="That is not a picture we can use. Send a JPEG, PNG or WebP, or leave it out.",
        about_heading="About me",
        about_intro="Your words, as you say them. You can leave anything out, and change it at any time.",
        about_saved="It is saved",
        about_saved_text="These are your words. What you wrote before is kept too. You picked who sees each line.",
        more_lines="Give me more lines",
        who_sees="Who may see this:",
        nobody_sees="only me",
        helped_by="Did somebody help you write this?",
        design="How should your worker's card look?",
        line="{what}, line {number}",
        carry_on="Change something",
        card={
            "name": "Your name, as children know you",
            "pronouns": "Your pronouns, if you like",
            "what_i_do": "What you do",
            "three_things.1": "One thing about you",
            "three_things.2": "Another thing about you",
            "three_things.3": "A third thing about you",
            "liked.1": "What people like about working with you",
            "liked.2": "Something else they like",
            "liked.3": "And something else",
            "kind": "Way {number} to reach you",
            "value": "The number or address of way {number}",
            "hours": "When you can be reached",
        },
        about={
            "chosen_name": "The name I want you to use",
            "pronouns": "My pronouns",
            "interests": "What I like",
            "people_who_matter": "People who matter to me",
            "like_to_meet_at": "Where I like to meet",
            "never_meet_at": "Where I never want to meet",
            "how_to_talk": "How to talk with me",
            "before_we_meet": "What I want you to know before we meet",
        },
        hints={
            "what_i_do": "One or two short sentences.",
            "three_things.1": "Such as: I walk my dog Bonnie on the beach.",
            "hours": "Such as: Monday to Friday, 9 to 5.",
            "like_to_meet_at": "Such as: at the park, or in the car.",
            "never_meet_at": "Such as: not out of class, not at the school gates.",
            "how_to_talk": "Such as: text me first. Do not ask many questions at once.",
        },
        not_a_way={
            "text": "Write a phone number: digits and spaces, with + for a country code.",
            "call": "Write a phone number: digits and spaces, with + for a country code.",
            "email": "Write an email address, as name@example.org.",
            "web": "Write an https address in full.",
        },
        kinds={"": "No more ways", "text": "Text me", "call": "Call me", "email": "Email me", "web": "My page"},
        viewers={
            "worker": "my worker",
            "cover": "whoever stands in for them",
            "manager": "their manager",
            "reviewing_officer": "my reviewing officer",
            "carer": "my carer",
            "school": "my school",
            "advocate": "my advocate",
        },
        helpers={
            "": "No, I did it myself",
            "worker": "My worker",
            "carer": "My carer",
            "advocate": "My advocate",
            "someone else": "Someone else",
        },
        designs={"": "I do not mind", "wave": "A wave", "stripe": "A stripe", "frame": "A frame", "plain": "Plain"},
    ),
    "cy": ProfileWords(
        card_heading="Dy gerdyn",
        card_intro="Mae plant yn cael hwn cyn cwrdd â ti. Ysgrifenna'r hyn rwyt ti'n hapus i'w rannu, dim mwy.",
        look="Dangos y cerdyn i mi",
        save="Cadw'r cerdyn hwn",
        print_it="Agor y cerdyn i'w argraffu",
        preview="Dyma sut mae'n edrych",
        card_saved="Mae dy gerdyn wedi'i gadw",
        card_saved_text="Dyma fersiwn {version}. Mae'r cardiau cynt wedi'u cadw. Galli di ei newid unrhyw bryd.",
        agree="Rwy'n hapus i blant a theuluoedd weld hyn i gyd",
        agree_missing="Ticia dy fod yn hapus i rannu hyn, neu tynna'r hyn nad wyt am ei rannu.",
        missing="Llenwa hwn, os gweli di'n dda.",
        problems="Cywira hyn, os gweli di'n dda",
        please_look="Edrycha ar hyn, os gweli di'n dda",
        other_window="Cafodd y cerdyn ei newid mewn ffenestr arall. Mae dy eiriau yma o hyd. Edrycha, yna cadw eto.",
        press_again="Gwasga'r botwm eto. Mae dy eiriau yma o hyd.",
        picture="Llun neu ddarlun",
        picture_text="Beth mae'r llun yn ei ddangos, i rywun na all ei weld",
        picture_remove="Tynnu'r llun",
        picture_wrong="Allwn ni ddim defnyddio'r llun hwnnw. Anfona JPEG, PNG neu WebP, neu gad ef allan.",
        about_heading="Amdana i",
        about_intro="Dy eiriau di, fel rwyt ti'n eu dweud. Galli di adael unrhyw beth allan, a'i newid unrhyw bryd.",
        about_saved="Mae wedi'i gadw",
        about_saved_text="Dy eiriau di yw'r rhain. Mae'r hyn ysgrifennaist ti o'r blaen wedi'i gadw hefyd. "
        "Dim ond y bobl ddewisaist ti sy'n gweld pob llinell.",
        more_lines="Rho fwy o linellau i mi",
        who_sees="Pwy sy'n cael gweld hyn:",
        nobody_sees="dim ond fi",
        helped_by="Wnaeth rhywun dy helpu i ysgrifennu hyn?",
        design="Sut dylai cerdyn dy weithiwr edrych?",
        line="{what}, llinell {number}",
        carry_on="Newid rhywbeth",
        card={
            "name": "Dy enw, fel mae plant yn dy nabod",
            "pronouns": "Dy ragenwau, os mynni",
            "what_i_do": "Beth wyt ti'n ei wneud",
            "three_things.1": "Un peth amdanat ti",
            "three_things.2": "Peth arall amdanat ti",
            "three_things.3": "Trydydd peth amdanat ti",
            "liked.1": "Beth mae pobl yn ei hoffi am weithio gyda ti",
            "liked.2": "Rhywbeth arall maen nhw'n ei hoffi",
            "liked.3": "A rhywbeth arall",
            "kind": "Ffordd {number} o gael gafael arnat ti",
            "value": "Rhif neu gyfeiriad ffordd {number}",
            "hours": "Pryd mae modd cael gafael arnat ti",
        },
        about={
            "chosen_name": "Yr enw rwyf am i ti ei ddefnyddio",
            "pronouns": "Fy rhagenwau",
            "interests": "Beth rwy'n ei hoffi",
            "people_who_matter": "Pobl sy'n bwysig i mi",
            "like_to_meet_at": "Ble rwy'n hoffi cwrdd",
            "never_meet_at": "Ble dwi byth eisiau cwrdd",
            "how_to_talk": "Sut i siarad gyda fi",
            "before_we_meet": "Beth rwyf am i ti ei wybod cyn i ni gwrdd",
        },
        hints={
            "what_i_do": "Un neu ddwy frawddeg fer.",
            "three_things.1": "Er enghraifft: rwy'n mynd â fy nghi am dro ar y traeth.",
            "hours": "Er enghraifft: dydd Llun i ddydd Gwener, 9 tan 5.",
            "like_to_meet_at": "Er enghraifft: yn y parc, neu yn y car.",
            "never_meet_at": "Er enghraifft: dim allan o'r dosbarth, dim wrth giatiau'r ysgol.",
            "how_to_talk": "Er enghraifft: anfona neges gyntaf. Paid â gofyn llawer o gwestiynau ar unwaith.",
        },
        not_a_way={
            "text": "Ysgrifenna rif ffôn: digidau a bylchau, gyda + ar gyfer cod gwlad.",
            "call": "Ysgrifenna rif ffôn: digidau a bylchau, gyda + ar gyfer cod gwlad.",
            "email": "Ysgrifenna gyfeiriad e-bost, fel enw@example.org.",
            "web": "Ysgrifenna gyfeiriad https yn llawn.",
        },
        kinds={
            "": "Dim mwy o ffyrdd",
            "text": "Anfona neges ata i",
            "call": "Ffonia fi",
            "email": "E-bostia fi",
            "web": "Fy nhudalen",
        },
        viewers={
            "worker": "fy ngweithiwr",
            "cover": "pwy bynnag sy'n cyflenwi",
            "manager": "eu rheolwr",
            "reviewing_officer": "fy swyddog adolygu",
            "carer": "fy ngofalwr",
            "school": "fy ysgol",
            "advocate": "fy eiriolwr",
        },
        helpers={
            "": "Naddo, fe wnes i e fy hun",
            "worker": "Fy ngweithiwr",
            "carer": "Fy ngofalwr",
            "advocate": "Fy eiriolwr",
            "someone else": "Rhywun arall",
        },
        designs={"": "Does dim ots gen i", "wave": "Ton", "stripe": "Streipen", "frame": "Ffrâm", "plain": "Plaen"},
    ),
}


def profile_words(language: str) -> ProfileWords:
    """Return the words in that language; English where it is not known."""
    return PROFILE_WORDS.get(language.split("-")[0].lower(), PROFILE_WORDS["en"])
