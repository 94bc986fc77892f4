"""A worker writes their own card: a look at it before it is kept, a picture from the phone, every version kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relationkit.errors import InvalidRecordError, PictureError
from relationkit.feedback import page_words
from relationkit.plugins import SupportsProfiles
from relationkit.profiles import (
    ContactWay,
    Picture,
    ProfileInvitation,
    ProfilePurpose,
    WorkerProfile,
)
from relationkit.records import london_day
from relationkit.render import render_card
from relationkit.web.card_page import LIKED, LINES, WAYS, CardPage, fields_of
from relationkit.web.card_settings import CardSettings
from relationkit.web.desk import Desk, page_answer
from relationkit.web.profile_words import ProfileWords
from relationkit.web.uploads import Sent
from relationkit.web.writing import Remark, has_key, new_key, plain, writing_routes

__all__ = ["card_routes"]


def card_routes(desk: Desk, store: SupportsProfiles, settings: CardSettings) -> list[Route]:
    """Return the routes of a worker's own card."""

    def show(request: Request, invitation: ProfileInvitation) -> Response:
        writing = _Writing(desk, store, settings, invitation)
        kept = writing.kept
        if "print" in request.query_params and kept is not None:
            return page_answer(render_card(writing.page.card(kept), theme=settings.theme))
        picture = None if kept is None else kept.picture
        return writing.page.drawn(writing.fields_kept(kept), writing.version, picture=picture)

    def read(invitation: ProfileInvitation, sent: Sent) -> Response:
        return _Writing(desk, store, settings, invitation).read(sent)

    def give_back(language: str, sent: Sent, remarks: list[Remark]) -> Response:
        page = CardPage(settings, language, london_day(desk.clock()), sent.one("page.key"))
        try:
            picture = page.picture_of(sent)
        except PictureError:
            picture, remarks = page.held(sent), [*remarks, Remark("picture", page.words.picture_wrong)]
        return page.drawn(fields_of(sent), sent.whole("version"), picture=picture, problems=remarks, status=503)

    return writing_routes(desk, store, "/card/{token}", ProfilePurpose.CARD, show, read, give_back)


@dataclass(frozen=True, slots=True)
class _Writing:
    """One worker before their card."""

    desk: Desk
    store: SupportsProfiles
    settings: CardSettings
    invitation: ProfileInvitation

    @property
    def page(self) -> CardPage:
        return CardPage(self.settings, self.invitation.language, self.today, new_key(self.desk, self.invitation))

    @property
    def words(self) -> ProfileWords:
        return self.page.words

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

    def fields_kept(self, profile: WorkerProfile | None) -> dict[str, str]:
        """Return what stands in the fields; a first card has the worker's name already."""
        if profile is None:
            own = next((each for each in self.desk.workers() if each.id == self.invitation.worker_id), None)
            return {"name": own.name if own else ""}
        fields = {"name": profile.name, "pronouns": profile.pronouns or "", "what_i_do": profile.what_i_do}
        fields |= {f"three_things.{n}": line for n, line in enumerate(profile.three_things, start=1)}
        fields |= {f"liked.{n}": line for n, line in enumerate(profile.liked, start=1)}
        for number, way in enumerate(profile.ways[: len(WAYS)], start=1):
            fields |= {f"kind.{number}": way.kind.value, f"value.{number}": way.value}
        return fields | {"hours": profile.hours, "alt": profile.picture.alt if profile.picture else ""}

    def read(self, sent: Sent) -> Response:
        words = self.words
        fields = fields_of(sent)
        version, held = sent.whole("version"), self.page.held(sent)
        if sent.is_too_large:
            return self.too_large(fields, version, held)
        try:
            picture = self.page.picture_of(sent)
        except PictureError:
            problems = [Remark("picture", words.picture_wrong)]
            return self.page.drawn(fields, version, picture=held, problems=problems, status=422)
        try:
            picture = picture and Picture.model_validate({**dict(picture), "alt": fields.get("alt", "")})
        except InvalidRecordError:
            return self.page.drawn(
                fields, version, picture=picture, problems=[Remark("alt", words.picture_text)], status=422
            )
        if not has_key(self.desk, self.invitation, sent):
            return self.page.drawn(
                fields, version, picture=picture, problems=[Remark("", words.press_again)], status=403
            )
        try:
            profile = self.profile(fields, picture)
        except InvalidRecordError as error:
            problems = [self.page.fault(each, fields) for each in error.problems]
            return self.page.drawn(fields, version, picture=picture, problems=problems, status=422)
        if fields.get("page.go") == "save":
            return self.saved(profile, fields, version)
        return self.page.drawn(fields, version, picture=picture, profile=profile)

    def too_large(self, fields: dict[str, str], version: int, held: Picture | None) -> Response:
        """Say so, with what came beside the picture; with the card as it is kept, where nothing could be taken in."""
        problems = [Remark("picture", page_words(self.invitation.language).too_big)]
        kept = self.kept
        if not fields:
            fields, version, held = self.fields_kept(kept), self.version, None if kept is None else kept.picture
        return self.page.drawn(fields, version, picture=held, problems=problems, status=413)

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
                **{name: fields.get(name) or ("" if name != "pronouns" else None) for name in LINES[:3]},
                "three_things": tuple(fields.get(name, "") for name in LINES[3:]),
                "liked": tuple(line for name in LIKED if (line := fields.get(name))),
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
        for number in WAYS:
            kind, value = fields.get(f"kind.{number}", ""), fields.get(f"value.{number}", "")
            before = kept[number - 1] if number <= len(kept) else None
            if before is not None and (before.kind, plain(before.value)) == (kind, value):
                yield before
            elif kind:
                yield {"kind": kind, "label": self.words.kinds.get(kind, kind), "value": value}
        yield from kept[len(WAYS) :]

    def saved(self, profile: WorkerProfile, fields: dict[str, str], version: int) -> Response:
        """Keep it, unless something must be put right first."""
        if any(is_stop for _, is_stop in self.page.found(profile, fields)):
            return self.page.drawn(fields, version, picture=profile.picture, profile=profile, status=422)
        if self.kept != profile and not self.store.keep_profile(
            profile, version=version + 1, saved_at=self.desk.clock()
        ):
            remark = Remark("", self.words.other_window)
            return self.page.drawn(fields, self.version, picture=profile.picture, problems=[remark], status=409)
        page, words = page_words(self.invitation.language), self.words
        text = words.card_saved_text.format(version=self.version)
        links = [("?print=card", words.print_it), ("?", words.carry_on)]
        return self.desk.message(page, words.card_saved, [text], links=links, is_news=True)
