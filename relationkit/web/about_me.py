"""A child writes their own page, alone or with help: each line in their words, and for each who may see it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relationkit.errors import InvalidRecordError
from relationkit.feedback import page_words
from relationkit.feedback.sent import storable_text
from relationkit.feedback.wording import wording
from relationkit.plugins import SupportsProfiles
from relationkit.profiles import AboutLine, AboutMe, AboutMeVersions, ProfileInvitation, ProfilePurpose, Viewer
from relationkit.profiles.about_me import MOST_LETTERS
from relationkit.records import ChildId, london_day
from relationkit.render.forms import direction_of
from relationkit.web.desk import Desk
from relationkit.web.profile_words import ProfileWords, profile_words
from relationkit.web.uploads import Sent
from relationkit.web.writing import Field, Remark, Sheet, has_key, new_key, profile_page, writing_routes

__all__ = ["about_me_routes"]

#: The topics with one line; the others have several.
_SINGLE: Final = ("chosen_name", "pronouns")

#: How many empty lines stand below what is there, and how many more are given when asked for.
_BLANKS: Final = 2
_MOST_LINES: Final = 12

#: What stands in the fields: by topic, the words of each line and who may see it.
_Lines = dict[str, list[tuple[str, frozenset[str]]]]

_WORKER_ALONE: Final = frozenset({Viewer.WORKER.value})


def about_me_routes(desk: Desk, store: SupportsProfiles) -> list[Route]:
    """Return the routes of a child's own page."""

    def show(request: Request, invitation: ProfileInvitation) -> Response:
        del request
        return _Telling(desk, store, invitation).shown()

    def read(invitation: ProfileInvitation, sent: Sent) -> Response:
        return _Telling(desk, store, invitation).read(sent)

    def give_back(language: str, sent: Sent, remarks: list[Remark]) -> Response:
        page = _AboutPage(language, sent.one("page.key"))
        lines, version = sent_lines(sent), sent.whole("version")
        return page.drawn(lines, version, sent.one("card_design"), sent.one("helped_by"), remarks, status=503)

    return writing_routes(desk, store, "/about-me/{token}", ProfilePurpose.ABOUT_ME, show, read, give_back)


def sent_lines(sent: Sent) -> _Lines:
    """Return what stands in the fields of a page; a line without words is none."""
    return {
        topic: [
            (words, frozenset(sent.fields.get(f"{topic}.{number}.sees", ())))
            for number in range(1, _MOST_LINES + 1)
            if (words := storable_text(sent.one(f"{topic}.{number}"))).strip()
        ]
        for topic in profile_words("en").about
    }


@dataclass(frozen=True, slots=True)
class _AboutPage:
    """The page itself; it asks no store.

    Attributes:
        language: What its words are in.
        key: The page's mark.
    """

    language: str
    key: str

    @property
    def words(self) -> ProfileWords:
        return profile_words(self.language)

    def label(self, topic: str, number: int) -> str:
        return self.words.line.format(what=self.words.about[topic], number=number)

    def drawn(
        self,
        lines: _Lines,
        version: int,
        design: str = "",
        helper: str = "",
        problems: Sequence[Remark] = (),
        *,
        blanks: int = _BLANKS,
        status: int = 200,
    ) -> Response:
        """Return the page with what stands in its fields."""
        words, language = self.words, self.language
        wrong = {each.at: each for each in problems}
        helpers = Field("helped_by", words.helped_by, helper, "choice", choices=list(words.helpers.items()))
        designs = Field("card_design", words.design, design, "choice", choices=list(words.designs.items()))
        facts = {
            "w": words,
            "lang": language.split("-")[0],
            "direction": direction_of(language),
            "heading": words.about_heading,
            "intro": words.about_intro,
            "problems": problems,
            "remarks": [],
            "key": self.key,
            "version": version,
            "sheets": [
                *(self.sheet(topic, own, blanks, wrong) for topic, own in lines.items()),
                Sheet("rest", [designs, helpers], label=words.design),
            ],
            "send": page_words(language).save,
            "is_card": False,
            "card": None,
            "draft": None,
        }
        return profile_page(facts, status)

    def sheet(
        self, topic: str, own: list[tuple[str, frozenset[str]]], blanks: int, wrong: Mapping[str, Remark]
    ) -> Sheet:
        words = self.words
        count = 1 if topic in _SINGLE else min(len(own) + blanks, _MOST_LINES)
        lines = [*own, *[("", _WORKER_ALONE)] * count][:count]
        fields = [
            Field(
                f"{topic}.{number}",
                self.label(topic, number),
                text,
                is_wrong=wrong.get(f"{topic}.{number}"),
                viewers=[(each.value, words.viewers[each.value], each.value in sees) for each in Viewer],
                seen_by=", ".join(words.viewers[each.value] for each in Viewer if each.value in sees)
                or words.nobody_sees,
            )
            for number, (text, sees) in enumerate(lines, start=1)
        ]
        return Sheet(topic, fields, title=words.about[topic], hint=words.hints.get(topic, ""))


@dataclass(frozen=True, slots=True)
class _Telling:
    """One child before their page."""

    desk: Desk
    store: SupportsProfiles
    invitation: ProfileInvitation

    @property
    def page(self) -> _AboutPage:
        return _AboutPage(self.invitation.language, new_key(self.desk, self.invitation))

    @property
    def words(self) -> ProfileWords:
        return self.page.words

    @property
    def versions(self) -> AboutMeVersions | None:
        return self.store.about_me(self._child_id)

    @property
    def _child_id(self) -> ChildId:
        return ChildId(self.invitation.child_id or "")

    def shown(self, problems: Sequence[Remark] = (), *, status: int = 200) -> Response:
        """Return the page with what is kept."""
        kept = self.versions
        current = None if kept is None else kept.current
        version = 0 if current is None else current.version
        design = "" if current is None or current.card_design is None else current.card_design.value
        return self.page.drawn(self.lines_of(current), version, design, problems=problems, status=status)

    def lines_of(self, about: AboutMe | None) -> _Lines:
        def held(topic: str) -> list[AboutLine]:
            value = None if about is None else getattr(about, topic)
            return [] if value is None else [value] if isinstance(value, AboutLine) else list(value)

        return {topic: [(each.words, frozenset(each.may_see)) for each in held(topic)] for topic in self.words.about}

    def read(self, sent: Sent) -> Response:
        lines = sent_lines(sent)
        version = sent.whole("version")
        design, helper = sent.one("card_design"), sent.one("helped_by")
        if sent.is_too_large:
            problems = [Remark("", page_words(self.invitation.language).too_much)]
            if not sent.fields:
                return self.shown(problems, status=413)
            return self.page.drawn(lines, version, design, helper, problems, status=413)
        if not has_key(self.desk, self.invitation, sent):
            return self.page.drawn(lines, version, design, helper, [Remark("", self.words.press_again)], status=403)
        if sent.one("page.go") != "save":
            return self.page.drawn(lines, version, design, helper, blanks=_BLANKS * 2)
        try:
            return self.saved(lines, version, design, helper)
        except InvalidRecordError:  # of what a page of ours can send, only lines can be more than is kept
            text = page_words(self.invitation.language).wrong_text
            problems = list(self.too_long(lines)) or [Remark("", text)]
            return self.page.drawn(lines, version, design, helper, problems, status=422)

    def too_long(self, lines: _Lines) -> Iterator[Remark]:
        """Yield each line that is longer than is kept."""
        text = wording(self.invitation.language).too_long.format(most=MOST_LETTERS)
        for topic, own in lines.items():
            for number, (words, _) in enumerate(own, start=1):
                if len(words) > MOST_LETTERS:
                    yield Remark(f"{topic}.{number}", text, label=self.page.label(topic, number))

    def saved(self, lines: _Lines, version: int, design: str, helper: str) -> Response:
        """Keep it as the next version, unless nothing changed or another window was quicker."""
        said: dict[str, Any] = {
            topic: [{"words": words, "may_see": sees} for words, sees in own] for topic, own in lines.items()
        }
        said |= {topic: said[topic][0] if said[topic] else None for topic in _SINGLE}
        facts = {**said, "card_design": design or None, "language": self.invitation.language}
        told = {"helped_by": helper or None, "updated_on": london_day(self.desk.clock())}
        kept = self.versions
        if kept is None:
            following = AboutMe.model_validate({"child_id": self._child_id, **facts, **told})
        else:
            following = kept.said(**facts, **told).current
        is_same = kept is not None and all(getattr(kept.current, name) == getattr(following, name) for name in facts)
        is_quickest = version == (0 if kept is None else len(kept.versions))
        if not is_same and not (is_quickest and self.store.keep_about_me(following)):
            now = self.versions
            count = 0 if now is None else len(now.versions)
            return self.page.drawn(lines, count, design, helper, [Remark("", self.words.other_window)], status=409)
        page, words = page_words(self.invitation.language), self.words
        return self.desk.message(
            page, words.about_saved, [words.about_saved_text], links=[("?", words.carry_on)], is_news=True
        )
