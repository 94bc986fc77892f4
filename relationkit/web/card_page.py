"""The page on which a worker writes their card: its fields, what is wrong with them, and the card below; no store."""

import re
from base64 import b64decode
from binascii import Error as NotBase64Error
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from starlette.responses import Response

from relationkit.errors import PictureError, Problem
from relationkit.feedback.sent import storable_text
from relationkit.feedback.wording import wording
from relationkit.profiles import (
    CardProblem,
    ContactKind,
    ContactWay,
    IntroductionCard,
    Picture,
    WorkerProfile,
    check_card,
)
from relationkit.records import WorkerId
from relationkit.render import card_picture, fit_problems
from relationkit.render.cards import card_facts
from relationkit.render.forms import direction_of
from relationkit.web.card_settings import CardSettings
from relationkit.web.profile_words import ProfileWords, profile_words
from relationkit.web.uploads import Sent
from relationkit.web.writing import Field, Remark, Sheet, plain, profile_page

__all__ = ["LIKED", "LINES", "WAYS", "CardPage", "fields_of"]

LINES: Final = ("name", "pronouns", "what_i_do", "three_things.1", "three_things.2", "three_things.3")
LIKED: Final = ("liked.1", "liked.2", "liked.3")
WAYS: Final = (1, 2, 3)


def fields_of(sent: Sent) -> dict[str, str]:
    """Return what stands in the fields, each as one line."""
    return {name: plain(storable_text("".join(values))) for name, values in sent.fields.items()}


@dataclass(frozen=True, slots=True)
class CardPage:
    """The page itself: its fields, what is wrong with them, and the card; it asks no store.

    Attributes:
        settings: The council's.
        language: What its words are in.
        today: The day by which a card is judged.
        key: The page's mark.
    """

    settings: CardSettings
    language: str
    today: date
    key: str

    @property
    def words(self) -> ProfileWords:
        """The words around."""
        return profile_words(self.language)

    def card(self, profile: WorkerProfile) -> IntroductionCard:
        """Return the card of a profile; one that never said from when is right from today."""
        return IntroductionCard.from_profile(profile, valid_from_on=profile.valid_from_on or self.today)

    def picture_of(self, sent: Sent) -> Picture | None:
        """Return the picture that came, or the one that the page held.

        Raises:
            PictureError: What came is none, is broken, or is too large.
        """
        return card_picture(sent.picture, self.words.picture) if sent.picture else self.held(sent)

    def held(self, sent: Sent) -> Picture | None:
        """Return the picture that the page held, unless it is to go; it is decoded and written again.

        What it shows is yet to be said: until then the words of its field stand for that.
        """
        data = "" if sent.one("picture.remove") else sent.one("picture.kept")
        try:
            return card_picture(b64decode(data, validate=True), self.words.picture) if data else None
        except (NotBase64Error, ValueError, PictureError):  # no page of ours held that
            return None

    def found(self, profile: WorkerProfile, fields: Mapping[str, str]) -> list[tuple[Remark, bool]]:
        """Return what is to be put right or looked at, and whether it stops the card."""
        card = self.card(profile)
        own = self.language
        checked = check_card(card, on=self.today, work=self.settings.work, language=own)
        return [
            (self.finding(each.field, f"{each.what}. {each.remedy}.", fields), each.is_stop)
            for each in (*checked, *fit_problems(card, language=own))
            if each.problem is not CardProblem.NOT_JUDGED
        ]

    def finding(self, field: str, text: str, fields: Mapping[str, str]) -> Remark:
        """Return what was found in a field of the card, at its field of the page."""
        if field == "agreed_on":
            return Remark("agreed", self.words.agree_missing)
        at = _place(field, fields)
        return Remark(at, text, label=self.label(at) if at else "")

    def fault(self, problem: Problem, fields: Mapping[str, str]) -> Remark:
        """Return why a card cannot be kept, at its field of the page; what no page of ours sends is said in English."""
        found = self.finding(_counted_from_one(problem.field or ""), f"{problem.what}. {problem.remedy}.", fields)
        name, _, number = found.at.partition(".")
        most = re.search(r"\d+", problem.what)
        if found.at and not fields.get(found.at):
            return replace(found, text=self.words.missing)
        if name == "value" and (remedy := self.words.not_a_way.get(fields[f"kind.{number}"])):
            return replace(found, text=remedy)
        if found.at and most:
            return replace(found, text=wording(self.language).too_long.format(most=most[0]))
        return replace(found, language="en")

    def label(self, name: str) -> str:
        """Return what a field is called."""
        kind, _, number = name.partition(".")
        words = self.words
        return words.card[kind].format(number=number) if kind in ("kind", "value") else words.card.get(name, "")

    def drawn(
        self,
        fields: dict[str, str],
        version: int,
        *,
        picture: Picture | None = None,
        profile: WorkerProfile | None = None,
        problems: Sequence[Remark] = (),
        status: int = 200,
    ) -> Response:
        """Return the page with what stands in its fields, and below it the card where there is one to look at."""
        words, language = self.words, self.language
        found = [] if profile is None else self.found(profile, fields)
        stops = [*problems, *(remark for remark, is_stop in found if is_stop)]
        wrong = {each.at: each for each in stops}
        data = "" if picture is None else picture.model_dump(mode="json")["data"]
        draft = card_facts(self.draft(), theme=self.settings.theme)
        looked = {"card": None} if profile is None else card_facts(self.card(profile), theme=self.settings.theme)
        facts = {
            **draft,
            **looked,
            "lang": language.split("-")[0],
            "direction": direction_of(language),
            "draft": draft,
            "w": words,
            "heading": words.card_heading,
            "intro": words.card_intro,
            "problems": stops,
            "remarks": [remark for remark, is_stop in found if not is_stop],
            "key": self.key,
            "version": version,
            "sheets": list(self.sheets(fields, wrong, has_picture=picture is not None)),
            "is_card": True,
            "picture_kept": data,
            "picture_shown": f"data:{picture.media_type.value};base64,{data}" if picture else "",
            "picture_alt": picture.alt if picture else "",
        }
        return profile_page(facts, status)

    def draft(self) -> IntroductionCard:
        """Return a card with room for all that can be written on the page, for the script to fill in."""
        way = ContactWay.model_construct(kind=ContactKind.CALL, label="", value="", open_hours=())
        return IntroductionCard.model_construct(
            worker_id=WorkerId(""),
            name="",
            pronouns=" ",
            what_i_do="",
            three_things=("",) * 3,
            liked=("",) * 3,
            ways=(way,) * 3,
            hours="",
            cover=None,
            duty=self.settings.duty,
            picture=None,
            language=self.language,
            valid_from_on=self.today,
            valid_to_on=None,
        )

    def sheets(self, fields: dict[str, str], wrong: Mapping[str, Remark], *, has_picture: bool) -> Iterator[Sheet]:
        """Yield the fields, those that belong together beside each other."""
        words = self.words

        def line(name: str) -> Field:
            return Field(
                name,
                self.label(name),
                fields.get(name, ""),
                hint=words.hints.get(name, ""),
                is_wrong=wrong.get(name),
            )

        kinds = [(code, words.kinds[code]) for code in ("", *ContactKind)]
        ways = [
            each
            for n in WAYS
            for each in (
                Field(f"kind.{n}", self.label(f"kind.{n}"), fields.get(f"kind.{n}", ""), "choice", choices=kinds),
                line(f"value.{n}"),
            )
        ]
        photo = Field("picture", words.picture, kind="picture", is_wrong=wrong.get("picture"))
        alt = Field("alt", words.picture_text, fields.get("alt", ""), is_wrong=wrong.get("alt"))
        removal = [Field("picture.remove", words.picture_remove, kind="tick")] if has_picture else []
        yield Sheet("me", [line(name) for name in (*LINES, *LIKED)], label=words.card_heading)
        yield Sheet("reach", [*ways, line("hours")], label=words.card["hours"])
        yield Sheet("photo", [photo, alt, *removal], label=words.picture)
        agreed = Field("agreed", words.agree, fields.get("agreed", ""), "tick")
        yield Sheet("agreement", [agreed], label=words.agree)


def _place(field: str, fields: Mapping[str, str]) -> str:
    """Return the field of the page that a field of a card is written in, or nothing; what is left empty counts not."""
    name, _, rest = field.partition(".")
    several: dict[str, list[str]] = {
        "ways": [f"value.{number}" for number in WAYS if fields.get(f"kind.{number}")] or ["kind.1"],
        "three_things": list(LINES[3:]),
        "liked": [each for each in LIKED if fields.get(each)],
    }
    if name in several:
        number = rest.partition(".")[0]
        return next(iter(several[name][int(number) - 1 if number else 0 :]), "")
    return field if field in (*LINES, "hours") else ""


def _counted_from_one(field: str) -> str:
    """Return the name of a record's field as people count: the first thing of several is 1."""
    return re.sub(r"\.(\d+)", lambda number: f".{int(number[1]) + 1}", field)
