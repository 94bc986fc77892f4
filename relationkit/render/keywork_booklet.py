"""The keywork booklet that a young person keeps: what they can do, which session showed it, and what comes next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from relationkit.dates_in_words import day_in_words
from relationkit.keywork import KeyworkProgress, SessionShown, TopicProgress, TopicState
from relationkit.render.forms import direction_of
from relationkit.render.html import render_page

__all__ = ["render_keywork_booklet"]


@dataclass(frozen=True, slots=True)
class _BookletWording:
    """The words around the topics."""

    title: str
    whose: str
    as_at: str
    lead: str
    count: str
    states: Mapping[TopicState, str]
    shown: str
    planned: str
    from_day: str
    in_my_words: str
    practise: str
    keep: str


#: By language (BCP 47, the part before the first hyphen); a booklet in another language has English words around it.
_WORDING: Final[Mapping[str, _BookletWording]] = {
    "en": _BookletWording(
        title="What I can do",
        whose="The booklet of {name}",
        as_at="As it stood on {day}",
        lead="This is yours. It says what you went through with your worker, and when. Nobody marks it. What is still "
        "to come is not a test: say which you would like next.",
        count="{covered} of {expected} so far",
        states={
            TopicState.COVERED: "Done",
            TopicState.PLANNED: "Planned",
            TopicState.GAP: "Still to come",
            TopicState.NOT_YET: "Later",
            TopicState.COULD_NOT_BE_JUDGED: "To check with my worker",
        },
        shown="We did this on {days}.",
        planned="We will do this on {days}.",
        from_day="From {day} on.",
        in_my_words="In my words",
        practise="What I want to practise",
        keep="Keep this booklet. You can ask for a new one at any time.",
    ),
    "cy": _BookletWording(
        title="Beth alla i ei wneud",
        whose="Llyfryn {name}",
        as_at="Fel yr oedd ar {day}",
        lead="Ti biau hwn. Mae'n dweud beth wnest ti gyda dy weithiwr, a phryd. Does neb yn ei farcio. Nid prawf yw'r "
        "hyn sydd i ddod: dywed pa un yr hoffet ti ei wneud nesaf.",
        count="{covered} o {expected} hyd yma",
        states={
            TopicState.COVERED: "Wedi'i wneud",
            TopicState.PLANNED: "Wedi'i drefnu",
            TopicState.GAP: "I ddod",
            TopicState.NOT_YET: "Yn nes ymlaen",
            TopicState.COULD_NOT_BE_JUDGED: "I'w wirio gyda fy ngweithiwr",
        },
        shown="Gwnaethon ni hyn ar {days}.",
        planned="Byddwn ni'n gwneud hyn ar {days}.",
        from_day="O {day} ymlaen.",
        in_my_words="Yn fy ngeiriau i",
        practise="Beth dw i am ei ymarfer",
        keep="Cadwa'r llyfryn hwn. Cei ofyn am un newydd unrhyw bryd.",
    ),
}

#: States whose sessions are over and shown to the young person.
_OVER: Final = (TopicState.COVERED, TopicState.COULD_NOT_BE_JUDGED)


def render_keywork_booklet(progress: KeyworkProgress, *, name: str | None = None, language: str = "en") -> str:
    """Return the booklet as one HTML page, to print and keep or to read on a phone.

    It says nothing of workers, places or care: only the topics, the days and the young person's own words.

    Args:
        progress: How each topic stands.
        name: What the young person is called; nobody is named where it is not given.
        language: Of the words around the topics: English, or Welsh.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
    """
    own = language.split("-")[0].lower()
    shown = own if own in _WORDING else "en"
    words = _WORDING[shown]
    expected = [row for row in progress.topics if row.state is not TopicState.NOT_YET]
    covered = sum(row.state is TopicState.COVERED for row in expected)
    facts = {
        "lang": shown,
        "direction": direction_of(shown),
        "words": words,
        "whose": None if name is None else words.whose.format(name=name),
        "as_at": words.as_at.format(day=_day(progress.on, shown)),
        "count": words.count.format(covered=covered, expected=len(expected)),
        "rows": [_row(row, words, shown) for row in progress.topics],
    }
    return render_page("keywork_booklet.html", facts)


def _row(row: TopicProgress, words: _BookletWording, language: str) -> Mapping[str, object]:
    """Return what the page says of one topic."""
    days = ", ".join(dict.fromkeys(_day(session.on, language) for session in row.sessions))
    said = ""
    if row.state in _OVER and row.sessions:
        said = words.shown.format(days=days) if row.state is TopicState.COVERED else days
    elif row.state is TopicState.PLANNED:
        said = words.planned.format(days=days)
    elif row.from_on is not None:
        said = words.from_day.format(day=_day(row.from_on, language))
    return {
        "title": row.topic.title,
        "can_do": row.topic.can_do,
        "language": "" if row.topic.language.split("-")[0].lower() == language else row.topic.language,
        "state": words.states[row.state],
        "kind": row.state.value,
        "said": said,
        "own_words": list(_own_words(row.sessions)),
    }


def _own_words(sessions: tuple[SessionShown, ...]) -> list[str]:
    return [session.in_my_words for session in sessions if session.in_my_words]


def _day(day: date, language: str) -> str:
    return f"{day_in_words(day, language)} {day.year}"
