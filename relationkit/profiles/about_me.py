"""What a child says about themself, so that nobody asks twice and nobody guesses.

The words are the child's. Nothing here corrects, trims or rewrites them: a change is a new version, and the old ones
stay. Each line says who may see it, and :func:`about_me_for` is the one place that decides.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final, Self

from pydantic import BeforeValidator, Field, field_serializer, model_validator

from relationkit.profiles.designs import CardDesign
from relationkit.records import LANGUAGE, PRINTABLE, ChildId, Day, FrozenModel

__all__ = ["AboutLine", "AboutMe", "AboutMeVersions", "Viewer", "about_me_for"]


class Viewer(StrEnum):
    """Who a line may be shown to."""

    WORKER = "worker"
    COVER = "cover"
    MANAGER = "manager"
    REVIEWING_OFFICER = "reviewing_officer"
    CARER = "carer"
    SCHOOL = "school"
    ADVOCATE = "advocate"


#: Who sees a line when the child did not say: the one whom they told.
UNSAID: Final = frozenset({Viewer.WORKER})


#: The longest that one line may be: some sentences, as a child says them.
MOST_LETTERS: Final = 200


class AboutLine(FrozenModel):
    """One line, as the child said it.

    Attributes:
        words: Exactly as said; in no repr.
        may_see: Who may see it; without it, the worker alone. Empty: the child keeps it to themself.
    """

    words: str = Field(min_length=1, max_length=MOST_LETTERS, pattern=r"\S")
    may_see: frozenset[Viewer] = UNSAID

    @field_serializer("may_see", when_used="json")
    def _in_one_order(self, viewers: frozenset[Viewer]) -> list[Viewer]:
        """Write the viewers in the order of :class:`Viewer`, so that the same page is the same text."""
        return [viewer for viewer in Viewer if viewer in viewers]


def _as_line(value: Any) -> Any:
    return {"words": value} if isinstance(value, str) else value


#: A line, or its words alone, which then only the worker sees.
Said = Annotated[AboutLine, BeforeValidator(_as_line)]

#: The fields that are one line, and those that are several.
_SINGLE: Final = ("chosen_name", "pronouns")
_SEVERAL: Final = (
    "interests",
    "people_who_matter",
    "like_to_meet_at",
    "never_meet_at",
    "how_to_talk",
    "before_we_meet",
)


class AboutMe(FrozenModel):
    """One version of a child's page, in their own words; none of it is in a repr. All but the id may be left out.

    Attributes:
        version: 1 for the first, one more for each that follows.
        chosen_name: The name to use.
        pronouns: As the child says them.
        interests: What they like, in their order.
        people_who_matter: The people who matter to them, in their order.
        like_to_meet_at: Places where they like to meet, best first.
        never_meet_at: Places and moments where they never want to be met, such as out of class.
        how_to_talk: How to talk with them: what helps and what does not.
        before_we_meet: What they want known before anybody meets them.
        card_design: How they want their worker's card to look.
        language: BCP 47 tag of what they wrote.
        helped_by: Who wrote it down with them, in a word such as ``"carer"``; ``None`` when nobody did.
        updated_on: When they said so; ``None`` when not recorded.
    """

    child_id: ChildId = Field(pattern=PRINTABLE, min_length=1)
    version: int = Field(default=1, ge=1)
    chosen_name: Said | None = None
    pronouns: Said | None = None
    interests: tuple[Said, ...] = ()
    people_who_matter: tuple[Said, ...] = ()
    like_to_meet_at: tuple[Said, ...] = ()
    never_meet_at: tuple[Said, ...] = ()
    how_to_talk: tuple[Said, ...] = ()
    before_we_meet: tuple[Said, ...] = ()
    card_design: CardDesign | None = None
    language: str = Field(default="en", pattern=LANGUAGE)
    helped_by: str | None = Field(default=None, min_length=1, max_length=60)
    updated_on: Day | None = None


def about_me_for(about: AboutMe, viewer: Viewer) -> AboutMe:
    """Return the page with nothing but the lines that this person may see.

    Order and words stay; a line that is left out leaves no trace. The design, the language and the day are no words of
    the child's and stay.
    """
    single = {name: line if _is_shown(line := getattr(about, name), viewer) else None for name in _SINGLE}
    several = {name: _shown(getattr(about, name), viewer) for name in _SEVERAL}
    return AboutMe.model_validate({**dict(about), **single, **several, "helped_by": None})


def _is_shown(line: AboutLine | None, viewer: Viewer) -> bool:
    return line is not None and viewer in line.may_see


def _shown(lines: Iterable[AboutLine], viewer: Viewer) -> tuple[AboutLine, ...]:
    return tuple(line for line in lines if _is_shown(line, viewer))


class AboutMeVersions(FrozenModel):
    """Every version of one child's page, oldest first; nothing is ever taken out.

    Attributes:
        versions: From version 1 on without a hole, none dated before the one it follows.
    """

    child_id: ChildId = Field(pattern=PRINTABLE, min_length=1)
    versions: tuple[AboutMe, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _follow_each_other(self) -> Self:
        if any(version.child_id != self.child_id for version in self.versions):
            raise ValueError("versions hold the page of another child; keep one book for each child")
        if [version.version for version in self.versions] != list(range(1, len(self.versions) + 1)):
            raise ValueError("versions do not count 1, 2, 3; keep every version, oldest first")
        days = [version.updated_on for version in self.versions if version.updated_on is not None]
        if days != sorted(days):
            raise ValueError("versions are dated against their order; check updated_on")
        return self

    @property
    def current(self) -> AboutMe:
        """The last version."""
        return self.versions[-1]

    def said(self, **changes: Any) -> "AboutMeVersions":
        """Return the versions with one more: the current page with these fields changed.

        Raises:
            InvalidRecordError: The next page cannot be, or is dated before the current one.
        """
        fresh = {"helped_by": None, "updated_on": None}  # who helped and when belong to one telling, not to the words
        following = AboutMe.model_validate(
            {**dict(self.current), **fresh, **changes, "version": len(self.versions) + 1}
        )
        return AboutMeVersions(child_id=self.child_id, versions=(*self.versions, following))

    def as_of(self, on: date) -> AboutMe | None:
        """Return the page as it stood at the end of that day; ``None`` when there was none yet.

        A version without a day counts from the day of the one before it.
        """
        held = None
        for version in self.versions:
            if version.updated_on is not None and version.updated_on > on:
                break
            held = version
        return held
