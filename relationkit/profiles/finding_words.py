"""What is said of a card that must be put right: what was found, and what to do. A new language is a new row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from relationkit.profiles.contacts import ContactKind

__all__ = ["FINDING_WORDS", "FindingWords", "finding_words"]

#: What was found, and what to do; ``{...}`` marks what is filled in.
Said = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FindingWords:
    """One language.

    Attributes:
        kinds: What a way to reach somebody is called, as it stands in ``private`` and ``unjudged``.
        it: What is to be shortened, when it is one text.
        composed: What it is when several texts stand in one line, by field.
        characters: The unit of what is to be shortened: one, and several.
        more: That there are ``{count}`` more.
    """

    not_agreed: Said
    out_of_date: Said
    private: Said
    unjudged: Said
    phone: Said
    email: Said
    postcode: Said
    street: Said
    turned: Said
    long_sentence: Said
    hard: Said
    too_long: Said
    no_room: Said
    not_drawn: Said
    kinds: Mapping[ContactKind, str]
    it: str
    composed: Mapping[str, str]
    characters: tuple[str, str]
    more: str


FINDING_WORDS: Final[Mapping[str, FindingWords]] = {
    "en": FindingWords(
        not_agreed=(
            "nobody wrote down that the worker agreed to share this",
            "Show it to them, and write down the day",
        ),
        out_of_date=("is out of date since {day}; perhaps the worker has left", "Renew it, or make no card of it"),
        private=("{way} is not one of the council's", "Give the one that work pays for"),
        unjudged=(
            "could not be judged whether {way} is private",
            "Say how the council's numbers and addresses begin or end, or ask the worker",
        ),
        phone=("holds what looks like a phone number", "Give it among the ways instead"),
        email=("holds what looks like an email address", "Give it among the ways instead"),
        postcode=("holds what looks like a postcode", "Take it out; a card has no address"),
        street=("holds what looks like a street address", "Take it out; a card has no address"),
        turned=("holds a mark that turns the letters after it round", "Type it again by hand rather than paste it"),
        long_sentence=("has a sentence of {words} words; {most} are enough", "Make it two sentences"),
        hard=("is hard to read (index {index:.1f}, at most {most:g})", "Use shorter words and sentences"),
        too_long=("does not fit on the card ({length} characters)", "Shorten {text} by {fewer} {characters}"),
        no_room=("has more words around than fit", "Leave out the QR code"),
        not_drawn=(
            "holds {characters}, which the font of the PDF does not have",
            "Take it out, or print the HTML card",
        ),
        kinds={
            ContactKind.CALL: "the number",
            ContactKind.TEXT: "the number",
            ContactKind.EMAIL: "the email address",
            ContactKind.WEB: "the link",
        },
        it="it",
        composed={"cover": "the cover's name, labels or ways", "duty": "the duty line's name, labels or hours"},
        characters=("character", "characters"),
        more="and {count} more",
    ),
    "cy": FindingWords(
        not_agreed=(
            "does neb wedi nodi bod y gweithiwr yn cytuno i rannu hyn",
            "Dangosa fe i'r gweithiwr, a noda'r diwrnod",
        ),
        out_of_date=(
            "mae wedi dyddio ers {day}; efallai fod y gweithiwr wedi gadael",
            "Adnewydda'r cerdyn, neu paid â'i wneud",
        ),
        private=("dydy'r {way} ddim yn un o rai'r cyngor", "Rho'r un y mae'r gwaith yn talu amdano"),
        unjudged=(
            "doedd dim modd barnu a ydy'r {way} yn breifat",
            "Dyweda sut mae rhifau a chyfeiriadau'r cyngor yn dechrau neu'n gorffen, neu gofynna i'r gweithiwr",
        ),
        phone=("mae rhywbeth tebyg i rif ffôn ynddo", "Rho fe ymhlith y ffyrdd yn lle hynny"),
        email=("mae rhywbeth tebyg i gyfeiriad e-bost ynddo", "Rho fe ymhlith y ffyrdd yn lle hynny"),
        postcode=("mae rhywbeth tebyg i god post ynddo", "Tynna fe allan; does dim cyfeiriad ar gerdyn"),
        street=("mae rhywbeth tebyg i gyfeiriad stryd ynddo", "Tynna fe allan; does dim cyfeiriad ar gerdyn"),
        turned=(
            "mae marc ynddo sy'n troi'r llythrennau ar ei ôl",
            "Teipia fe eto â llaw yn hytrach na'i ludo",
        ),
        long_sentence=("mae brawddeg o {words} gair ynddo; mae {most} yn ddigon", "Gwna ddwy frawddeg ohoni"),
        hard=(
            "mae'n anodd ei ddarllen (mynegai {index:.1f}, {most:g} ar y mwyaf)",
            "Defnyddia eiriau a brawddegau byrrach",
        ),
        too_long=("dydy hwn ddim yn ffitio ar y cerdyn ({length} nod)", "Byrha {text} o {fewer} {characters}"),
        no_room=("mae mwy o eiriau o'i gwmpas nag sy'n ffitio", "Gad y cod QR allan"),
        not_drawn=(
            "mae {characters} ynddo, sydd ddim yn ffont y PDF",
            "Tynna fe allan, neu argraffa'r cerdyn HTML",
        ),
        kinds={
            ContactKind.CALL: "rhif",
            ContactKind.TEXT: "rhif",
            ContactKind.EMAIL: "cyfeiriad e-bost",
            ContactKind.WEB: "ddolen",
        },
        it="ef",
        composed={
            "cover": "enw, labeli neu ffyrdd y sawl sy'n cyflenwi",
            "duty": "enw, labeli neu oriau'r llinell ddyletswydd",
        },
        characters=("nod", "nod"),
        more="a {count} arall",
    ),
}


def finding_words(language: str) -> FindingWords:
    """Return the words in that language (BCP 47); English where it is not known."""
    return FINDING_WORDS.get(language.split("-")[0].lower(), FINDING_WORDS["en"])
