"""How far somebody is: each topic with the sessions that show it, and the gaps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from relationkit.england import age_on, birthday_on
from relationkit.keywork.covered import CoveredTopic
from relationkit.keywork.topics import KeyworkTopic, topics_in_force
from relationkit.records import Child, ChildId, Session, SessionId, SessionKind, SessionStatus, WorkerId, london_day

__all__ = ["KeyworkProgress", "SessionShown", "TopicProgress", "TopicState", "keywork_progress"]


class TopicState(StrEnum):
    """How a topic stands.

    Attributes:
        COVERED: A session that was held shows it.
        PLANNED: A session ahead is to go through it.
        GAP: They are old enough, and no session shows it.
        NOT_YET: Not expected before a birthday, and no session shows it.
        COULD_NOT_BE_JUDGED: The birth is not known, or whether the session was held; never the same as covered.
    """

    COVERED = "covered"
    PLANNED = "planned"
    GAP = "gap"
    NOT_YET = "not_yet"
    COULD_NOT_BE_JUDGED = "could_not_be_judged"


@dataclass(frozen=True, slots=True)
class SessionShown:
    """A session that went through a topic, or is to.

    Attributes:
        session_id: Which.
        worker_id: With whom.
        on: The day it began on, in Europe/London.
        in_my_words: What the young person says of it; in no repr.
    """

    session_id: SessionId
    worker_id: WorkerId
    on: date
    in_my_words: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class TopicProgress:
    """One topic, and how it stands.

    Attributes:
        topic: The topic.
        state: How it stands.
        sessions: Those that show it, oldest first; for a planned topic those ahead.
        from_on: The birthday from which on it is expected, where that is still to come.
        why: What is missing, where it could not be judged.
    """

    topic: KeyworkTopic
    state: TopicState
    sessions: tuple[SessionShown, ...] = ()
    from_on: date | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class KeyworkProgress:
    """One young person's topics.

    Attributes:
        child_id: Whose.
        on: The day it was judged on.
        topics: Every topic in force, in the topics' order.
        without_topic: Keywork sessions that were held and for which no topic was written down, oldest first.
        not_counted: What was written down and shows nothing, in its order: of a session that is another's or not
            known, was cancelled or missed, or of a topic that is not in force.
    """

    child_id: ChildId
    on: date
    topics: tuple[TopicProgress, ...]
    without_topic: tuple[SessionShown, ...] = ()
    not_counted: tuple[CoveredTopic, ...] = ()

    @property
    def gaps(self) -> tuple[KeyworkTopic, ...]:
        """The topics that they are old enough for and no session shows, in order."""
        return tuple(row.topic for row in self.topics if row.state is TopicState.GAP)


_OUTCOME = "whether the session was held is not on record"
_BIRTH = "the date of birth is not known"


def keywork_progress(
    child: Child,
    sessions: Iterable[Session],
    covered: Sequence[CoveredTopic],
    *,
    topics: Iterable[KeyworkTopic],
    now: datetime,
    language: str | None = None,
) -> KeyworkProgress:
    """Return each topic with the sessions that show it.

    A session shows a topic where it was held, the child was seen as far as is known, and the topic was written down for
    it. Any kind of session may: much of keywork happens in a car.

    Args:
        child: The young person.
        sessions: Theirs, in any order; those of others are passed over, and of one id the last given holds.
        covered: What was written down about any sessions.
        topics: Every version and language, such as :data:`~relationkit.keywork.KEYWORK_TOPICS`.
        now: The moment to judge by.
        language: Of the topics' words; the child's own where none is given.

    Raises:
        NaiveMomentError: ``now`` has no time zone.
    """
    today = london_day(now)
    own = {session.id: session for session in sessions if session.child_id == child.id}
    in_force = topics_in_force(topics, on=today, language=language or child.language)
    names = {topic.name for topic in in_force}
    written: dict[str, list[CoveredTopic]] = {}
    not_counted = []
    for mark in covered:
        session = own.get(mark.session_id)
        if session is None or mark.topic not in names or _shows_nothing(session):
            not_counted.append(mark)
        else:
            written.setdefault(mark.topic, []).append(mark)
    rows = tuple(_progress(topic, child, written.get(topic.name, ()), own, now) for topic in in_force)
    marked = {mark.session_id for mark in covered}
    empty = (
        _shown(session, "")
        for session in own.values()
        if session.kind is SessionKind.KEYWORK and session.status is SessionStatus.HELD and session.id not in marked
    )
    return KeyworkProgress(
        child.id, today, rows, tuple(sorted(empty, key=lambda each: (each.on, each.session_id))), tuple(not_counted)
    )


def _shows_nothing(session: Session) -> bool:
    return session.status in (SessionStatus.CANCELLED, SessionStatus.MISSED) or session.seen is False


def _progress(
    topic: KeyworkTopic,
    child: Child,
    marks: Sequence[CoveredTopic],
    sessions: Mapping[SessionId, Session],
    now: datetime,
) -> TopicProgress:
    pairs = [(sessions[mark.session_id], mark) for mark in marks]
    held = [pair for pair in pairs if pair[0].status is SessionStatus.HELD]
    ahead = [pair for pair in pairs if pair[0].status is SessionStatus.PLANNED and pair[0].ends_at > now]
    if held:
        return TopicProgress(topic, TopicState.COVERED, _all_shown(held))
    if ahead:
        return TopicProgress(topic, TopicState.PLANNED, _all_shown(ahead))
    if pairs:
        return TopicProgress(topic, TopicState.COULD_NOT_BE_JUDGED, _all_shown(pairs), why=_OUTCOME)
    if child.born_on is None:
        return TopicProgress(topic, TopicState.COULD_NOT_BE_JUDGED, why=_BIRTH)
    today = london_day(now)
    if age_on(child.born_on, today) < topic.from_age:
        return TopicProgress(topic, TopicState.NOT_YET, from_on=birthday_on(child.born_on, topic.from_age))
    return TopicProgress(topic, TopicState.GAP)


def _all_shown(pairs: Iterable[tuple[Session, CoveredTopic]]) -> tuple[SessionShown, ...]:
    shown = (_shown(session, mark.in_my_words) for session, mark in pairs)
    return tuple(sorted(shown, key=lambda each: (each.on, each.session_id)))


def _shown(session: Session, in_my_words: str) -> SessionShown:
    return SessionShown(session.id, session.worker_id, london_day(session.starts_at), in_my_words)
