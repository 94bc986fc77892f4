"""Does a session respect where and when the child never wants to be met?

"Not out of class" and "not at the school gates" are what children ask for. A few such wishes are known by name, in
a table; others are held against the place word by word. What neither can settle is said to be so, for a person to read.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final

from relationkit.profiles.about_me import AboutMe
from relationkit.profiles.contacts import OpenHours
from relationkit.records import LONDON, ChildId, Session, SessionId, SessionKind, SessionStatus

__all__ = ["AVOIDANCES", "SCHOOL_HOURS", "Avoidance", "PlaceConflict", "PlaceVerdict", "place_conflicts"]


class PlaceVerdict(StrEnum):
    """How a session stands to a line of the child's."""

    CONFLICT = "conflict"
    COULD_NOT_BE_JUDGED = "could_not_be_judged"


@dataclass(frozen=True, slots=True)
class Avoidance:
    """One wish that is known by name.

    Attributes:
        name: What it is called.
        said: Groups of words, one group of which is in the child's line, in English or Welsh.
        places: Groups of words, one group of which is in a place that goes against it.
        is_in_school_hours: Whether it is only about school hours.
        kinds: Sessions of these kinds go against it wherever they are.
        gives_way_to: Names of more exact wishes; a line that says one of them does not say this one.
    """

    name: str
    said: tuple[frozenset[str], ...]
    places: tuple[frozenset[str], ...]
    is_in_school_hours: bool = False
    kinds: frozenset[SessionKind] = frozenset()
    gives_way_to: frozenset[str] = frozenset()


def _groups(text: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(group.split()) for group in text.split("|"))


_SCHOOL: Final = "school|class|classroom|college|academy|lesson|ysgol|dosbarth|coleg|wers"

#: The wishes known by name; a line is held to each that it says. What young people ask for: not taken out of class, not
#: met at the school gates where friends see it. The words are our own list.
AVOIDANCES: Final = (
    Avoidance(
        "school_gates",
        _groups("school gate|school gates|gatiau ysgol|giatiau ysgol"),
        _groups("gate|gates|gatiau|giatiau"),
    ),
    Avoidance(
        "out_of_class",
        _groups(
            "out class|out lesson|out lessons|out school|in class|in lessons|during class|during lessons|during school|"
            "in school hours|allan dosbarth|mas dosbarth|o'r dosbarth|yn dosbarth"
        ),
        _groups(_SCHOOL),
        is_in_school_hours=True,
    ),
    Avoidance(
        "school",
        _groups("at school|in school|school|ysgol"),
        _groups(_SCHOOL),
        gives_way_to=frozenset({"school_gates", "out_of_class"}),
    ),
    Avoidance(
        "home",
        _groups("at home|my home|my house|my room|adref|gartref|cartref"),
        _groups("home|house|room|placement|cartref|gartref|adref"),
    ),
    Avoidance("office", _groups("office|offices|council|swyddfa"), _groups("office|offices|council|civic|swyddfa")),
    Avoidance("car", _groups("car|cars|gar"), _groups("car|gar")),
    Avoidance("reviews", _groups("review|reviews|adolygiad"), _groups("review"), kinds=frozenset({SessionKind.REVIEW})),
)

#: When a child is in class, from Monday to Friday. Schools in England were asked to offer 32.5 hours a week by
#: September 2024 (Department for Education, "Length of the school week", 2023), six and a half hours a day; that they
#: begin at 8:45 is our assumption. A council gives its own.
SCHOOL_HOURS: Final = tuple(
    OpenHours(weekday=weekday, opens_at=time(8, 45), closes_at=time(15, 15)) for weekday in range(1, 6)
)


@dataclass(frozen=True, slots=True)
class PlaceConflict:
    """A session that goes against a line of the child's, or may.

    Attributes:
        line: Which line of ``never_meet_at``, counted from 1; its words are in no repr.
        verdict: Whether it does, or nobody can tell from the words.
        why: In a few words that repeat neither the child's nor the place.
    """

    session_id: SessionId
    child_id: ChildId
    starts_at: datetime
    line: int
    verdict: PlaceVerdict
    why: str


def place_conflicts(
    about: AboutMe,
    sessions: Iterable[Session],
    *,
    school_hours: tuple[OpenHours, ...] = SCHOOL_HOURS,
    no_school_on: frozenset[date] = frozenset(),
) -> list[PlaceConflict]:
    """Return the planned sessions of this child that go against where they never want to be met.

    A line that is known by name (:data:`AVOIDANCES`) is judged by its rows, and the worst of them is what it comes to;
    "Not at school and not at home" says two. Any other goes against a place that has all
    of its words; else it could not be judged. A session without a place could not be judged either, unless its time or
    kind settles it.

    Args:
        about: The child's page, with every line that the planner may see.
        sessions: Of any children, in any order; only this child's planned ones are judged.
        school_hours: When the child is in class, London time.
        no_school_on: Days without school, such as holidays.

    Returns:
        Conflicts first, then what could not be judged, each by start, session and line; empty when all is well.
    """
    found = [
        finding
        for session in sessions
        if session.child_id == about.child_id and session.status is SessionStatus.PLANNED
        for finding in _held_against(about, session, school_hours, no_school_on)
    ]
    return sorted(
        found, key=lambda each: (each.verdict is not PlaceVerdict.CONFLICT, each.starts_at, each.session_id, each.line)
    )


def _held_against(
    about: AboutMe, session: Session, school_hours: tuple[OpenHours, ...], no_school_on: frozenset[date]
) -> Iterator[PlaceConflict]:
    is_in_school = _is_in_school_hours(session, school_hours, no_school_on)
    for number, line in enumerate(about.never_meet_at, start=1):
        verdict, why = _judged(_words(line.words), session, is_in_school=is_in_school)
        if verdict is not None:
            yield PlaceConflict(session.id, session.child_id, session.starts_at, number, verdict, why)


def _judged(line: frozenset[str], session: Session, *, is_in_school: bool) -> tuple[PlaceVerdict | None, str]:
    place = None if session.place is None or not session.place.strip() else _words(session.place)
    if wishes := _said(line):
        judged = [_by_name(wish, place, session, is_in_school=is_in_school) for wish in wishes]
        return min(judged, key=lambda each: _WORST_FIRST.index(each[0]))
    if place is None:
        return PlaceVerdict.COULD_NOT_BE_JUDGED, "the session has no place"
    if line - _SMALL_WORDS and line - _SMALL_WORDS <= place:
        return PlaceVerdict.CONFLICT, "the place has the words of the line"
    return PlaceVerdict.COULD_NOT_BE_JUDGED, "the line has to be read by a person"


#: How a session may stand to a wish, the worst first.
_WORST_FIRST: Final = (PlaceVerdict.CONFLICT, PlaceVerdict.COULD_NOT_BE_JUDGED, None)


def _said(line: frozenset[str]) -> list[Avoidance]:
    """Return the wishes that a line says by name, without those that a more exact one stands for."""
    said = [wish for wish in AVOIDANCES if any(group <= line for group in wish.said)]
    names = {wish.name for wish in said}
    return [wish for wish in said if not wish.gives_way_to & names]


def _by_name(
    wish: Avoidance, place: frozenset[str] | None, session: Session, *, is_in_school: bool
) -> tuple[PlaceVerdict | None, str]:
    if session.kind in wish.kinds:
        return PlaceVerdict.CONFLICT, f"{wish.name}: the kind of session"
    if wish.is_in_school_hours and not is_in_school:
        return None, ""
    if place is None:
        return PlaceVerdict.COULD_NOT_BE_JUDGED, f"{wish.name}: the session has no place"
    if any(group <= place for group in wish.places):
        return PlaceVerdict.CONFLICT, f"{wish.name}: the place" + (
            ", in school hours" if wish.is_in_school_hours else ""
        )
    if wish.is_in_school_hours:
        return (
            PlaceVerdict.COULD_NOT_BE_JUDGED,
            f"{wish.name}: in school hours; is the child taken out of class for it?",
        )
    return None, ""


def _is_in_school_hours(session: Session, hours: Iterable[OpenHours], no_school_on: frozenset[date]) -> bool:
    """Return whether any moment of the session lies in school hours."""
    start, end = session.starts_at.astimezone(LONDON), session.ends_at.astimezone(LONDON)
    return any(
        opens < end and start < closes
        for day in _days(start.date(), end.date())
        if day not in no_school_on
        for row in hours
        if row.weekday == day.isoweekday()
        for opens, closes in [_span(day, row)]
    )


def _days(first: date, last: date) -> Iterator[date]:
    return (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))


def _span(day: date, hours: OpenHours) -> tuple[datetime, datetime]:
    last_moment = hours.closes_at if hours.closes_at > hours.opens_at else time.max  # midnight ends the day
    return datetime.combine(day, hours.opens_at, tzinfo=LONDON), datetime.combine(day, last_moment, tzinfo=LONDON)


#: Words that say nothing about a place.
(_SMALL_WORDS,) = _groups("a an and at be by for i in it me my never no not of on or please the to with")


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+(?:['\u2019][^\W_]+)*", text.lower().replace("\u2019", "'")))
