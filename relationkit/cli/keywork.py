"""``relationkit keywork``: which topics a session shows, and which are missing; a booklet for the young person."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from relationkit.cli import output
from relationkit.cli.board import OWNER_ONLY
from relationkit.cli.books import read_text
from relationkit.cli.exits import ALL_WELL
from relationkit.cli.files import write_whole
from relationkit.cli.sources import InvalidOptionError, child_named, moment, opened, require_something
from relationkit.england import age_on
from relationkit.keywork import (
    KEYWORK_TOPICS,
    CoveredTopic,
    KeyworkProgress,
    KeyworkTopic,
    SessionShown,
    TopicProgress,
    TopicState,
    covered_from_csv,
    keywork_progress,
    keywork_topics_from_toml,
    topics_in_force,
)
from relationkit.records import Child, ChildId, Session, SessionId, london_day
from relationkit.render import render_keywork_booklet

__all__ = ["show_keywork"]

KEYWORK_HEADINGS: Final = ("child_id", "topic", "state", "session_ids", "last_on", "from_on", "could_not_be_judged")

#: The states as people read them.
STATES: Final = {
    TopicState.COVERED: "covered",
    TopicState.PLANNED: "planned",
    TopicState.GAP: "missing",
    TopicState.NOT_YET: "later",
    TopicState.COULD_NOT_BE_JUDGED: "could not be judged",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What was read and judged.

    Attributes:
        progress: Of each young person, in the source's order.
        younger: How many children no topic is expected of yet.
        unknown: Rows of what was written down whose session the source does not hold.
    """

    progress: Sequence[KeyworkProgress]
    younger: int
    unknown: Sequence[CoveredTopic]


def show_keywork(
    source: str,
    covered: Path | None,
    topics: Path | None,
    whose: str | None,
    page: Path | None,
    language: str | None,
    now: str | None,
    form: str,
    limit: int,
) -> int:
    """Print the topics of one young person, or the gaps of all; write the booklet where one is asked for."""
    at = moment(now)
    rows = KEYWORK_TOPICS if topics is None else keywork_topics_from_toml(read_text(topics), where=topics.name)
    marks = () if covered is None else covered_from_csv(read_text(covered), where=covered.name)
    if page is not None and whose is None:
        raise InvalidOptionError("--html: whose booklet? Name one young person with --for child:ID.")
    with opened(source) as reader:
        if "sessions" not in reader.capabilities:
            raise InvalidOptionError(f"--source {source}: holds no sessions, so nothing could show a topic.")
        children = list(reader.children()) if whose is None else [child_named(reader, whose)]
        ids = None if whose is None else [child.id for child in children]
        with output.watch("Reading sessions") as counted:
            sessions = list(counted(reader.sessions(child_ids=ids)))
        require_something(reader, len(children))
        problems, caveats = list(reader.problems), list(reader.caveats)
    today = london_day(at)
    youngest = min((topic.from_age for topic in topics_in_force(rows, on=today)), default=0)
    expected = [child for child in children if whose is not None or not is_younger(child, youngest, today)]
    found = Found(
        list(judge(expected, sessions, marks, rows, at, language or "en")),
        len(children) - len(expected),
        unknown_marks(marks, sessions) if whose is None else (),
    )
    if page is not None:
        [child] = children
        own = language or child.language
        [theirs] = judge([child], sessions, marks, rows, at, own)
        booklet = render_keywork_booklet(theirs, name=child.chosen_name, language=own)
        write_whole(page, booklet, mode=OWNER_ONLY)
        output.note(f"{page}: the booklet. Print it, or send it in a way that is theirs alone.")
    if form == "json":
        documents = [document_of(each) for each in found.progress]
        output.print_json(
            {
                "source": reader.source,
                "now": at,
                "children": documents,
                "younger": found.younger,
                "sessions_not_known": [mark.session_id for mark in found.unknown],
                "caveats": caveats,
                "problems": output.problem_rows(problems),
            }
        )
        return ALL_WELL
    output.show_problems(problems)
    if form == "csv":
        output.print_csv(KEYWORK_HEADINGS, (cells(each, row) for each in found.progress for row in each.topics))
    elif whose is not None:
        print_topics(found.progress[0])
    else:
        print_children(found, limit)
    for caveat in caveats:
        output.note(f"Note: {caveat}")
    return ALL_WELL


def is_younger(child: Child, youngest: int, today: date) -> bool:
    """Return whether no topic is expected of a child yet; one whose birth is not known may be old enough."""
    return child.born_on is not None and age_on(child.born_on, today) < youngest


def judge(
    children: Iterable[Child],
    sessions: Iterable[Session],
    marks: Iterable[CoveredTopic],
    topics: Sequence[KeyworkTopic],
    now: datetime,
    language: str,
) -> Iterator[KeyworkProgress]:
    """Yield the progress of each young person, from their own sessions and what was written down for those."""
    theirs: dict[ChildId, list[Session]] = {}
    owner: dict[SessionId, ChildId] = {}
    for session in sessions:
        theirs.setdefault(session.child_id, []).append(session)
        owner[session.id] = session.child_id
    own: dict[ChildId, list[CoveredTopic]] = {}
    for mark in marks:
        if mark.session_id in owner:
            own.setdefault(owner[mark.session_id], []).append(mark)
    for child in children:
        held, written = theirs.get(child.id, ()), own.get(child.id, ())
        yield keywork_progress(child, held, written, topics=topics, now=now, language=language)


def unknown_marks(marks: Iterable[CoveredTopic], sessions: Iterable[Session]) -> list[CoveredTopic]:
    """Return what was written down for sessions that the source does not hold."""
    known = {session.id for session in sessions}
    return [mark for mark in marks if mark.session_id not in known]


def cells(progress: KeyworkProgress, row: TopicProgress) -> tuple[object, ...]:
    """Return one topic's cells, under ``KEYWORK_HEADINGS``; the young person's words are not among them."""
    return (
        progress.child_id,
        row.topic.name,
        row.state.value,
        " ".join(session.session_id for session in row.sessions),
        max((session.on for session in row.sessions), default=None),
        row.from_on,
        row.why,
    )


def document_of(progress: KeyworkProgress) -> dict[str, Any]:
    """Return one young person's topics as a JSON object; their words are not in it."""
    return {
        "child_id": progress.child_id,
        "gaps": [topic.name for topic in progress.gaps],
        "topics": [
            {
                "topic": row.topic.name,
                "title": row.topic.title,
                "state": row.state.value,
                "sessions": [session_row(session) for session in row.sessions],
                "from_on": row.from_on,
                "could_not_be_judged": row.why,
                "source": row.topic.source,
            }
            for row in progress.topics
        ],
        "sessions_without_topic": [session_row(session) for session in progress.without_topic],
        "not_counted": [{"session_id": mark.session_id, "topic": mark.topic} for mark in progress.not_counted],
    }


def session_row(session: SessionShown) -> dict[str, Any]:
    """Return a session as a JSON object."""
    return {"session_id": session.session_id, "worker_id": session.worker_id, "on": session.on}


def print_topics(progress: KeyworkProgress) -> None:
    """Print one young person's topics, and what was written down and shows nothing."""
    output.print_table(
        f"Keywork of {progress.child_id} on {progress.on}",
        ("Topic", "State", "Shown by", "On", "Why not judged"),
        [
            (
                row.topic.title,
                STATES[row.state] if row.from_on is None else f"{STATES[row.state]}, from {row.from_on}",
                ", ".join(session.session_id for session in row.sessions),
                ", ".join(dict.fromkeys(session.on.isoformat() for session in row.sessions)),
                row.why,
            )
            for row in progress.topics
        ],
    )
    if progress.without_topic:
        ids = ", ".join(session.session_id for session in progress.without_topic)
        output.note(f"Keywork sessions for which no topic was written down: {ids}.")
    for mark in progress.not_counted:
        output.note(f"Not counted: {mark.topic} in {mark.session_id}; it was not held, or the topic is not in force.")


def print_children(found: Found, limit: int) -> None:
    """Print how far each young person is, those with most gaps first."""
    order = sorted(found.progress, key=lambda each: (-len(each.gaps), each.child_id))
    output.print_table(
        "Keywork, by young person",
        ("Child", "Covered", "Planned", "Missing", "Not judged", "Missing topics"),
        [child_row(each) for each in order],
        limit=limit,
    )
    if found.younger:
        output.note(f"Left out, since no topic is expected of them yet: {found.younger}.")
    if found.unknown:
        output.note(f"Rows about a session that the source does not hold: {len(found.unknown)}; --json lists them.")


def child_row(progress: KeyworkProgress) -> tuple[object, ...]:
    """Return one young person's cells in the terminal."""
    states = Counter(row.state for row in progress.topics)
    counted = (TopicState.COVERED, TopicState.PLANNED, TopicState.GAP, TopicState.COULD_NOT_BE_JUDGED)
    missing = ", ".join(topic.title for topic in progress.gaps)
    return (progress.child_id, *(states[state] for state in counted), missing)
