"""A worker writes their own card: a look at it before it is kept, a picture from the phone, every version kept."""

import re
from base64 import b64decode
from binascii import Error as NotBase64Error
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relationkit.errors import InvalidRecordError, PictureError
from relationkit.feedback import page_words
from relationkit.feedback.sent import storable_text
from relationkit.plugins import SupportsProfiles
from relationkit.profiles import (
    ContactKind,
    ContactWay,
    IntroductionCard,
    Picture,
    ProfileInvitation,
    ProfilePurpose,
    WorkerProfile,
    check_card,
)
from relationkit.records import london_day
from relationkit.render import card_picture, fit_problems, render_card
from relationkit.render.cards import card_facts
from relationkit.render.forms import direction_of
from relationkit.render.html import render_page
from relationkit.web.card_settings import CardSettings
from relationkit.web.desk import Desk, page_answer
from relationkit.web.profile_words import ProfileWords, profile_words
from relationkit.web.uploads import Sent
from relationkit.web.writing import Field, Remark, Sheet, has_key, new_key, plain, writing_routes

__all__ = ["card_routes"]

_LINES: Final = ("name", "pronouns", "what_i_do", "three_things.1", "three_things.2", "three_things.3")
_LIKED: Final = ("liked.1", "liked.2", "liked.3")
_WAYS: Final = (1, 2, 3)


def card_routes(desk: Desk, store: SupportsProfiles, settings: CardSettings) -> list[Route]:
    """Return the routes of a worker's own card."""

    def show(request: Request, invitation: ProfileInvitation) -> Response:
        page = _Writing(desk, store, settings, invitation)
        kept = page.kept
        if "print" in request.query_params and kept is not None:
            return page_answer(render_card(page.card(kept), theme=settings.theme))
        return page.page(page.fields_of(kept), page.version, picture=None if kept is None else kept.picture)

    def read(invitation: ProfileInvitation, sent: Sent) -> Response:
        return _Writing(desk, store, settings, invitation).read(sent)

    return writing_routes(desk, store, "/card/{token}", ProfilePurpose.CARD, show, read)


@dataclass(frozen=True, slots=True)
class _Writing:
    """One worker before their card."""

    desk: Desk
    store: SupportsProfiles
    settings: CardSettings
    invitation: ProfileInvitation

    @property
    def words(self) -> ProfileWords:
        return profile_words(self.invitation.language)

    @property
    def today(self) -> date:
        return london_day(self.desk.clock())

    @property
    def kept(self) -> WorkerProfile | None:
        versions = self._versions()
        return versions[-1].profile if versions else None

    @property
    def version(self) -> int:
        return len(self._versions())

    def _versions(self) -> Sequence[Any]:
        return self.store.profile_versions(self.invitation.worker_id or "", language=self.invitation.language)  # type: ignore[arg-type]  # a card's invitation has one

    def card(self, profile: WorkerProfile) -> IntroductionCard:
        return IntroductionCard.from_profile(profile, valid_from_on=profile.valid_from_on or self.today)

    def fields_of(self, profile: WorkerProfile | None) -> dict[str, str]:
        """Return what stands in the fields; a first card has the worker's name already."""
        if profile is None:
            own = next((each for each in self.desk.workers() if each.id == self.invitation.worker_id), None)
            return {"name": own.name if own else ""}
        fields = {"name": profile.name, "pronouns": profile.pronouns or "", "what_i_do": profile.what_i_do}
        fields |= {f"three_things.{n}": line for n, line in enumerate(profile.three_things, start=1)}
        fields |= {f"liked.{n}": line for n, line in enumerate(profile.liked, start=1)}
        for number, way in enumerate(profile.ways[: len(_WAYS)], start=1):
            fields |= {f"kind.{number}": way.kind.value, f"value.{number}": way.value}
        return fields | {"hours": profile.hours, "alt": profile.picture.alt if profile.picture else ""}

    # Reading ---------------------------------------------------------------------------------------------------------

    def read(self, sent: Sent) -> Response:
        words = self.words
        fields = {name: plain(storable_text("".join(values))) for name, values in sent.fields.items()}
        version, held = sent.whole("version"), self.held(sent)
        if sent.is_too_large:
            return self.too_large(fields, version, held)
        try:
            picture = card_picture(sent.picture, words.picture) if sent.picture else held
        except PictureError:
            problems = [Remark("picture", words.picture_wrong)]
            return self.page(fields, version, picture=held, problems=problems, status=422)
        try:
            picture = picture and Picture.model_validate({**dict(picture), "alt": fields.get("alt", "")})
        except InvalidRecordError:
            return self.page(fields, version, picture=picture, problems=[Remark("alt", words.picture_text)], status=422)
        if not has_key(self.desk, self.invitation, sent):
            return self.page(fields, version, picture=picture, problems=[Remark("", words.press_again)], status=403)
        try:
            profile = self.profile(fields, picture)
        except InvalidRecordError as error:
            problems = [
                self.problem(_counted_from_one(each.field or ""), each.what, each.remedy, fields)
                for each in error.problems
            ]
            return self.page(fields, version, picture=picture, problems=problems, status=422)
        if fields.get("page.go") == "save":
            return self.saved(profile, fields, version)
        return self.page(fields, version, picture=picture, profile=profile)

    def too_large(self, fields: dict[str, str], version: int, held: Picture | None) -> Response:
        """Say so, with what came beside the picture; with the card as it is kept, where nothing could be taken in."""
        problems = [Remark("picture", page_words(self.invitation.language).too_big)]
        kept = self.kept
        if not fields:
            fields, version, held = self.fields_of(kept), self.version, None if kept is None else kept.picture
        return self.page(fields, version, picture=held, problems=problems, status=413)

    def held(self, sent: Sent) -> Picture | None:
        """Return the picture that the page held, unless it is to go; it is decoded and written again.

        What it shows is yet to be said: until then the words of its field stand for that.
        """
        data = "" if sent.one("picture.remove") else sent.one("picture.kept")
        try:
            return card_picture(b64decode(data, validate=True), self.words.picture) if data else None
        except (NotBase64Error, ValueError, PictureError):  # no page of ours held that
            return None

    def profile(self, fields: dict[str, str], picture: Picture | None) -> WorkerProfile:
        """Return what was written as a profile; what this page does not show stays as it was kept.

        Raises:
            InvalidRecordError: It cannot be one.
        """
        kept = self.kept
        facts: dict[str, Any] = {} if kept is None else dict(kept)
        return WorkerProfile.model_validate(
            {
                **facts,
                "worker_id": self.invitation.worker_id,
                "language": self.invitation.language,
                **{name: fields.get(name) or ("" if name != "pronouns" else None) for name in _LINES[:3]},
                "three_things": tuple(fields.get(name, "") for name in _LINES[3:]),
                "liked": tuple(line for name in _LIKED if (line := fields.get(name))),
                "ways": tuple(self.ways(fields, () if kept is None else kept.ways)),
                "hours": fields.get("hours", ""),
                "duty": self.settings.duty,
                "picture": picture,
                "agreed_on": self.today if fields.get("agreed") else None,
                "valid_from_on": self.today if kept is None else kept.valid_from_on or self.today,
            }
        )

    def ways(self, fields: dict[str, str], kept: Sequence[ContactWay]) -> Iterator[ContactWay | dict[str, str]]:
        """Yield the ways on the page, as they were kept unless changed, and those that it has no room for."""
        for number in _WAYS:
            kind, value = fields.get(f"kind.{number}", ""), fields.get(f"value.{number}", "")
            before = kept[number - 1] if number <= len(kept) else None
            if before is not None and (before.kind, plain(before.value)) == (kind, value):
                yield before
            elif kind:
                yield {"kind": kind, "label": self.words.kinds.get(kind, kind), "value": value}
        yield from kept[len(_WAYS) :]

    def saved(self, profile: WorkerProfile, fields: dict[str, str], version: int) -> Response:
        """Keep it, unless something must be put right first."""
        if any(is_stop for _, is_stop in self.found(profile, fields)):
            return self.page(fields, version, picture=profile.picture, profile=profile, status=422)
        if self.kept != profile and not self.store.keep_profile(
            profile, version=version + 1, saved_at=self.desk.clock()
        ):
            remark = Remark("", self.words.other_window)
            return self.page(fields, self.version, picture=profile.picture, problems=[remark], status=409)
        page, words = page_words(self.invitation.language), self.words
        text = words.card_saved_text.format(version=self.version)
        links = [("?print=card", words.print_it), ("?", words.carry_on)]
        return self.desk.message(page, words.card_saved, [text], links=links, is_news=True)

    def found(self, profile: WorkerProfile, fields: dict[str, str]) -> list[tuple[Remark, bool]]:
        """Return what is to be put right or looked at, and whether it stops the card."""
        card = self.card(profile)
        findings = [*check_card(card, on=self.today, work=self.settings.work), *fit_problems(card)]
        return [
            (self.problem(each.field, each.what, each.remedy, fields), each.is_stop)
            for each in findings
            if each.problem.value != "not_judged"
        ]

    def problem(self, field: str, what: str, remedy: str, fields: dict[str, str]) -> Remark:
        """Return what is wrong with a field, by its name on the page; what records and cards say of it is English."""
        if field == "agreed_on":
            return Remark("agreed", self.words.agree_missing)
        at = _place(field, fields)
        return Remark(at, f"{what}. {remedy}.", label=self.label(at) if at else "", language="en")

    def label(self, name: str) -> str:
        kind, _, number = name.partition(".")
        words = self.words
        return words.card[kind].format(number=number) if kind in ("kind", "value") else words.card.get(name, "")

    # Showing ---------------------------------------------------------------------------------------------------------

    def page(
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
        words, language = self.words, self.invitation.language
        found = [] if profile is None else self.found(profile, fields)
        stops = [*problems, *(remark for remark, is_stop in found if is_stop)]
        wrong = {each.at: each for each in stops}
        data = "" if picture is None else picture.model_dump(mode="json")["data"]
        facts: dict[str, object] = {"lang": language.split("-")[0], "direction": direction_of(language), "card": None}
        if profile is not None:
            facts |= card_facts(self.card(profile), theme=self.settings.theme)
        facts |= {
            "w": words,
            "heading": words.card_heading,
            "intro": words.card_intro,
            "problems": stops,
            "remarks": [remark for remark, is_stop in found if not is_stop],
            "key": new_key(self.desk, self.invitation),
            "version": version,
            "sheets": list(self.sheets(fields, wrong, has_picture=picture is not None)),
            "is_card": True,
            "picture_kept": data,
            "picture_shown": f"data:{picture.media_type.value};base64,{data}" if picture else "",
            "picture_alt": picture.alt if picture else "",
        }
        return page_answer(render_page("profile_form.html", facts), status)

    def sheets(self, fields: dict[str, str], wrong: Mapping[str, Remark], *, has_picture: bool) -> Iterator[Sheet]:
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
            for n in _WAYS
            for each in (
                Field(f"kind.{n}", self.label(f"kind.{n}"), fields.get(f"kind.{n}", ""), "choice", choices=kinds),
                line(f"value.{n}"),
            )
        ]
        photo = Field("picture", words.picture, kind="picture", is_wrong=wrong.get("picture"))
        alt = Field("alt", words.picture_text, fields.get("alt", ""), is_wrong=wrong.get("alt"))
        removal = [Field("picture.remove", words.picture_remove, kind="tick")] if has_picture else []
        yield Sheet("me", [line(name) for name in (*_LINES, *_LIKED)], label=words.card_heading)
        yield Sheet("reach", [*ways, line("hours")], label=words.card["hours"])
        yield Sheet("photo", [photo, alt, *removal], label=words.picture)
        agreed = Field("agreed", words.agree, fields.get("agreed", ""), "tick")
        yield Sheet("agreement", [agreed], label=words.agree)


def _counted_from_one(field: str) -> str:
    """Return the name of a record's field as people count: the first thing of several is 1."""
    return re.sub(r"\.(\d+)", lambda number: f".{int(number[1]) + 1}", field)


def _place(field: str, fields: dict[str, str]) -> str:
    """Return the field of the page that a field of a card is written in, or nothing; what is left empty counts not."""
    name, _, rest = field.partition(".")
    several: dict[str, list[str]] = {
        "ways": [f"value.{number}" for number in _WAYS if fields.get(f"kind.{number}")] or ["kind.1"],
        "three_things": list(_LINES[3:]),
        "liked": [each for each in _LIKED if fields.get(each)],
    }
    if name in several:
        number = rest.partition(".")[0]
        return next(iter(several[name][int(number) - 1 if number else 0 :]), "")
    return field if field in (*_LINES, "hours") else ""
