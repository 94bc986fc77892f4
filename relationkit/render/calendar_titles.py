"""What a calendar says of a session, and to whom: the tables of titles, and the one place that words an event.

A calendar is read over somebody's shoulder, on a lock screen, by the servers of whoever hosts it. So the young
person's file says nothing of care unless that was asked for, one thing at a time. In 2012 carers' names and addresses
reached a mother because a system included them by default, and two children had to move (Telford & Wrekin,
Community Care and CYP Now, June 2012). High privacy by default is standard 7 of the ICO's Children's code.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from relationkit.errors import RenderError
from relationkit.records import Absence, Child, ChildId, Session, SessionKind, SessionStatus, Worker, WorkerId

__all__ = [
    "CALENDAR_NAMES",
    "FULL_FIELDS",
    "LEAVE_WORDS",
    "NEUTRAL_TITLES",
    "REMINDER_WORDS",
    "SESSION_WORDS",
    "TEAM_NAMES",
    "CalendarDetail",
    "EventWords",
    "LeaveWords",
    "check_names_are_short",
    "language_of",
]


class CalendarDetail(StrEnum):
    """How much a calendar says.

    Attributes:
        DISCREET: A neutral title from :data:`NEUTRAL_TITLES`, and a first name or initial where that was asked for.
        OWN_WORDS: The young person's own wording, in their own file.
        WORKER: What the session is for and the child's id in the case system, in a worker's file.
        FULL: A neutral title, and beside it only the fields that were asked for one by one.
    """

    DISCREET = "discreet"
    OWN_WORDS = "own_words"
    WORKER = "worker"
    FULL = "full"


#: The titles that a young person chooses from, by language; the first is taken when nobody chose. Each is true of any
#: session and says nothing of care. ("Social", "visit", "review", "placement", "LAC" and the like mark children out:
#: Language That Cares, TACT, 2019.)
NEUTRAL_TITLES: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("Catch-up", "Meet-up", "Chat", "Busy"),
    "cy": ("Dal i fyny", "Cyfarfod", "Sgwrs", "Prysur"),
}

#: What a session is for, in the words of a worker's diary.
SESSION_WORDS: Final[Mapping[str, Mapping[SessionKind, str]]] = {
    "en": {
        SessionKind.VISIT: "Visit",
        SessionKind.CATCH_UP: "Catch-up",
        SessionKind.REVIEW: "Review",
        SessionKind.INTRODUCTION: "First meeting",
        SessionKind.JOINT: "Joint session",
        SessionKind.GOODBYE: "Goodbye",
        SessionKind.KEYWORK: "Keywork",
    },
    "cy": {
        SessionKind.VISIT: "Ymweliad",
        SessionKind.CATCH_UP: "Dal i fyny",
        SessionKind.REVIEW: "Adolygiad",
        SessionKind.INTRODUCTION: "Cyfarfod cyntaf",
        SessionKind.JOINT: "Sesiwn ar y cyd",
        SessionKind.GOODBYE: "Ffarwelio",
        SessionKind.KEYWORK: "Gwaith allweddol",
    },
}

#: The name of a feed as a phone lists it: the young person's, and a worker's. Both could be anybody's.
CALENDAR_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "en": ("My calendar", "My diary"),
    "cy": ("Fy nghalendr", "Fy nyddiadur"),
}

#: The name of a team's feed of leave and cover.
TEAM_NAMES: Final[Mapping[str, str]] = {"en": "Away and cover", "cy": "I ffwrdd a chyflenwi"}

#: Leave, as anybody may read it: that somebody is away, who stands in, and that no end is known. Never why.
LEAVE_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {"away": "Away", "cover": "Cover", "no_cover": "no cover", "ask": "Ask", "open": "no end yet"},
    "cy": {
        "away": "I ffwrdd",
        "cover": "Cyflenwi",
        "no_cover": "dim cyflenwi",
        "ask": "Gofyn i",
        "open": "dim diwedd eto",
    },
}

#: The all-day entries of a worker's diary; ``reminder`` stands for each where the file is discreet.
REMINDER_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {"reminder": "Reminder", "visit_due": "Last day for a visit", "handover": "Handover"},
    "cy": {"reminder": "Nodyn atgoffa", "visit_due": "Diwrnod olaf ar gyfer ymweliad", "handover": "Trosglwyddo"},
}

CANCELLED_WORDS: Final[Mapping[str, str]] = {"en": "Cancelled", "cy": "Canslwyd"}

#: What may be asked for with :attr:`CalendarDetail.FULL`. ``reference`` is the child's id in the case system.
FULL_FIELDS: Final = ("kind", "place", "reference", "worker")

#: What one line of calendar text cannot hold: control characters, line and paragraph separators, halves of a
#: character, and the marks that turn the direction of writing and so make a text look like another.
_UNWRITABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


def language_of(reader: Child | Worker | None, language: str | None) -> str:
    """Return the language of the tables for that reader: the one asked for, the child's, or English."""
    tag = language or (reader.language if isinstance(reader, Child) else "en")
    primary = tag.partition("-")[0].lower()
    return primary if primary in NEUTRAL_TITLES else "en"


@dataclass(frozen=True, slots=True)
class LeaveWords:
    """How one file words leave and cover.

    Attributes:
        language: A language of the tables above.
        names: By worker id, the name to show.
        shows_ids: Whether a worker without a name is shown by id; else they are not named.
    """

    language: str
    names: Mapping[str, str] = field(default_factory=dict, repr=False)
    shows_ids: bool = False

    def own(self) -> str:
        """Return the title of one's own leave."""
        return self._said("away")

    def cover(self, absence: Absence) -> str:
        """Return the title of standing in for somebody."""
        return _joined(self._said("cover"), self._name(absence.worker_id))

    def both(self, absence: Absence) -> str:
        """Return the title for a team: who is away, and who stands in."""
        cover = (
            _joined(self._said("cover"), self._name(absence.cover_id)) if absence.cover_id else self._said("no_cover")
        )
        return f"{_joined(self._said('away'), self._name(absence.worker_id))}; {cover[:1].lower()}{cover[1:]}"

    def for_child(self, absence: Absence) -> str:
        """Return the title for a young person: the names that they may see, and none that was not given."""
        name = self.names.get(absence.worker_id)
        away = f"{self._said('away')} – {name}" if name else self._said("away")
        cover = self.names.get(absence.cover_id or "")
        return f"{away}. {self._said('ask')}: {cover}" if cover else away

    def open_ended(self, title: str) -> str:
        """Return the title of leave of which no end is known."""
        return f"{title} ({self._said('open')})"

    def _said(self, what: str) -> str:
        return LEAVE_WORDS[self.language][what]

    def _name(self, worker_id: WorkerId | None) -> str | None:
        if worker_id is None:
            return None
        return self.names.get(worker_id) or (worker_id if self.shows_ids else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventWords:
    """How one file words its events; refuses what that reader's file must not hold.

    Attributes:
        reader: Whose file it is.
        detail: How much it says.
        language: A language of the tables above.
        title: One of :data:`NEUTRAL_TITLES`; ``None`` takes the first.
        worker_names: By worker id, the name to show; a worker who is not in it is not named.
        own_words: By session id or kind, the young person's wording.
        include: Some of :data:`FULL_FIELDS`.
    """

    reader: Child | Worker
    detail: CalendarDetail
    language: str
    title: str | None = None
    worker_names: Mapping[str, str] = field(default_factory=dict, repr=False)
    own_words: Mapping[str, str] = field(default_factory=dict, repr=False)
    include: Collection[str] = ()

    def __post_init__(self) -> None:
        """Refuse what does not go together, before anything is written."""
        _check_detail(self)
        _check_options(self)
        if self.detail is not CalendarDetail.FULL:
            check_names_are_short(self.worker_names)

    @property
    def leave(self) -> LeaveWords:
        """How the file words leave."""
        is_named = self.detail is not CalendarDetail.FULL or "worker" in self.include
        shows_ids = self.detail is CalendarDetail.WORKER
        return LeaveWords(self.language, self.worker_names if is_named else {}, shows_ids)

    def summary(self, session: Session) -> str:
        """Return the title of the event.

        Raises:
            RenderError: A text that goes into it holds a control character.
        """
        text = one_line(self._wording(session), f"session {session.id}", "its title")
        if session.status is SessionStatus.CANCELLED:
            return f"{CANCELLED_WORDS[self.language]}: {text}"
        return text

    def place(self, session: Session) -> str | None:
        """Return where it is, only if the file was asked to say; ``None`` leaves the line out.

        Raises:
            RenderError: The place holds a control character.
        """
        if "place" not in self.include or not session.place:
            return None
        return one_line(session.place, f"session {session.id}", "its place")

    def leave_for_child(self, absence: Absence) -> str:
        """Return the title of a worker's leave in a young person's file: in their own words, if they have any.

        Raises:
            RenderError: The wording holds a control character.
        """
        where = f"absence of {absence.worker_id}"
        return one_line(_folded(self.own_words.get("away", "")) or self.leave.for_child(absence), where, "its title")

    def visit_due(self, child_id: ChildId) -> str:
        """Return the title of the last day for a visit."""
        return self._reminder(REMINDER_WORDS[self.language]["visit_due"], child_id)

    def handover(self, child_id: ChildId) -> str:
        """Return the title of a handover day."""
        return self._reminder(REMINDER_WORDS[self.language]["handover"], child_id)

    def step(self, what: str, child_id: ChildId) -> str:
        """Return the title of the last day of a handover's step.

        Raises:
            RenderError: The step's words hold a control character.
        """
        return one_line(self._reminder(what, child_id), "handover step", "its words")

    def _reminder(self, what: str, child_id: ChildId) -> str:
        is_full, is_worker = self.detail is CalendarDetail.FULL, self.detail is CalendarDetail.WORKER
        text = what if is_worker or "kind" in self.include else REMINDER_WORDS[self.language]["reminder"]
        return f"{text}: {child_id}" if is_worker or (is_full and "reference" in self.include) else text

    def _wording(self, session: Session) -> str:
        if self.detail is CalendarDetail.WORKER:
            return f"{SESSION_WORDS[self.language][session.kind]}: {session.child_id}"
        if self.detail is CalendarDetail.FULL:
            return self._asked_for(session)
        own = self.own_words.get(session.id) or self.own_words.get(session.kind) or ""
        return _folded(own) or self._named(self._neutral(), session)

    def _asked_for(self, session: Session) -> str:
        text = SESSION_WORDS[self.language][session.kind] if "kind" in self.include else self._neutral()
        if "reference" in self.include:
            text = f"{text}: {session.child_id}"
        return self._named(text, session) if "worker" in self.include else text

    def _neutral(self) -> str:
        return self.title or NEUTRAL_TITLES[self.language][0]

    def _named(self, text: str, session: Session) -> str:
        # A dash, where "with" would ask for the right Welsh form before each name.
        name = self.worker_names.get(session.worker_id)
        return f"{text} – {name}" if name else text


def one_line(text: str, where: str, what: str) -> str:
    """Return the text, or refuse it by the record's id without repeating it."""
    if _UNWRITABLE.search(text):
        raise RenderError(f"{where}: {what} holds a line break or another control character. Write it on one line.")
    return text


def _folded(text: str) -> str:
    """Return a young person's wording on one line: a tap on Return is no reason to refuse it."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def _check_detail(words: EventWords) -> None:
    is_child = isinstance(words.reader, Child)
    if is_child and words.detail is CalendarDetail.WORKER:
        raise RenderError("detail 'worker' is for a worker's file: a young person's holds no case reference.")
    if is_child and "reference" in words.include:
        raise RenderError("include 'reference' is for a worker's file: a young person's holds no case reference.")
    if not is_child and words.detail is CalendarDetail.OWN_WORDS:
        raise RenderError("detail 'own_words' is for a young person's file: what they call it is theirs.")


def _check_options(words: EventWords) -> None:
    if words.title is not None and not any(words.title in titles for titles in NEUTRAL_TITLES.values()):
        raise RenderError(f"title is not one of NEUTRAL_TITLES; choose from {NEUTRAL_TITLES[words.language]}.")
    if words.own_words and words.detail is not CalendarDetail.OWN_WORDS:
        raise RenderError("own_words are given, but detail is not 'own_words'; ask for it, or leave them out.")
    if words.include and words.detail is not CalendarDetail.FULL:
        raise RenderError("include is given, but detail is not 'full'; ask for it, or leave it out.")
    if isinstance(words.include, str) or not set(words.include) <= set(FULL_FIELDS):
        raise RenderError(f"include names a field that is not known; give a set of {', '.join(FULL_FIELDS)}.")


def _joined(what: str, whom: str | None) -> str:
    return f"{what}: {whom}" if whom else what


def check_names_are_short(names: Mapping[str, str]) -> None:
    """Refuse more than a first name or an initial.

    Raises:
        RenderError: A name is empty, has a space or a digit, or could be an address.
    """
    for worker_id, name in names.items():
        if not name or any(letter.isspace() or letter.isdigit() or letter in "@/:" for letter in name):
            raise RenderError(f"worker {worker_id}: give a first name or an initial, in one word, or leave them out.")
