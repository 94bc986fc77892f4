"""A tracker for services: fed one message at a time, it always says what :func:`track_responses` would say of them all.

What it keeps is the messages, thread by thread, and how far each thread has been read. There are no counters that could
drift: a message that comes late or twice, and facts that are replaced, have their threads read anew.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any, Final, Self

from relationkit.errors import NaiveMomentError, UnreadableSourceError
from relationkit.records import Absence, Assignment, ChildId, Direction, Message, MessageId, MessageKind
from relationkit.sla.agenda import Agenda
from relationkit.sla.caseload import Caseload
from relationkit.sla.clocks import ResponseClock, clock_of, in_clock_order
from relationkit.sla.policies import DEFAULT_POLICIES, PolicyBook
from relationkit.sla.waits import Wait, WaitRules, message_order, the_one_that_counts

__all__ = ["ResponseTracker"]

#: What :meth:`ResponseTracker.save` writes. Another number is another layout, and is refused.
SAVED_VERSION: Final = 1
_SAVED_FORMAT: Final = "relationkit.sla.ResponseTracker"
_PARTS: Final = frozenset({"messages", "absences", "assignments", "forgotten"})

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True, eq=False)
class _Thread:
    """One conversation, as far as it has been read.

    Attributes:
        messages: Each once, in :func:`message_order`.
        waits: What they come to, oldest first; out of date while the thread is in the tracker's list of those.
        forgotten: The answer up to which everything was forgotten.
    """

    messages: list[Message] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    forgotten: tuple[datetime, bool, str] | None = None

    def waits_at(self, now: datetime, rules: WaitRules) -> list[Wait]:
        """Return the waits as they stood at a moment, when messages later than it had not been seen."""
        if not self.messages or self.messages[-1].at <= now:
            return self.waits
        waits: list[Wait] = []
        rules.read(takewhile(lambda message: message.at <= now, self.messages), waits)
        return waits


class ResponseTracker:
    """Response clocks of a running service.

    Feed it each message as it arrives, in any order, as often as it comes. At every moment ``tracker.clocks(now)``
    equals ``track_responses`` over all that was fed. It is not for several threads at once.

    Args:
        policies: The book to judge by, for as long as the tracker lives; for another one restore into another tracker.
        absences: Who is away when, and who stands in; in any order.
        assignments: Who holds which role for whom; in any order.
    """

    def __init__(
        self,
        policies: PolicyBook = DEFAULT_POLICIES,
        *,
        absences: Iterable[Absence] = (),
        assignments: Iterable[Assignment] = (),
    ) -> None:
        self._absences, self._assignments = tuple(absences), tuple(assignments)
        self._messages: dict[MessageId, Message] = {}
        self._threads: dict[tuple[ChildId, str | None], _Thread] = {}
        self._out_of_date: set[_Thread] = set()
        self._agenda = Agenda([], asked_at=_LONG_AGO)
        self._rules = WaitRules(policies, Caseload(self._assignments, self._absences))
        self._moves = self._rules.caseload.moves()

    # What comes in ---------------------------------------------------------------------------------------------------

    def feed(self, message: Message) -> None:
        """Take a message in.

        The cost does not depend on how many were fed before, but for one that is older than others of its thread:
        that thread, and no other, is read anew when something is next asked.

        Raises:
            InvalidPolicyError: It needs a reply and is older than the book. The tracker stays as it was.
        """
        known = self._messages.get(message.id)
        if known is not None and the_one_that_counts(known, message) is known:
            return
        if _asks(message):
            self._rules.policies.policy_for(message)
        if known is not None:
            self._take_out(known)
        self._put_in(message)

    def replace_absences(self, absences: Iterable[Absence]) -> None:
        """Take these absences for all that there are."""
        self._absences = tuple(absences)
        self._replace_caseload()

    def replace_assignments(self, assignments: Iterable[Assignment]) -> None:
        """Take these assignments for all that there are."""
        self._assignments = tuple(assignments)
        self._replace_caseload()

    def forget(self, before: datetime) -> None:
        """Let go of what is settled: in each thread, all up to the last answer given before that moment.

        Without this a tracker grows with every message. Clocks answered before then are no longer among its clocks.
        What is fed later and is older than that answer counts as answered by it, so a message that comes once more
        brings nothing back.
        """
        until = _utc(before, "before")
        self._read_what_is_out_of_date()
        for thread in self._threads.values():
            settled = [wait for wait in thread.waits if wait.answer is not None and wait.answer.at < until]
            if settled and (answer := settled[-1].answer) is not None:
                thread.forgotten = message_order(answer)
                self._drop_forgotten(thread, len(settled))

    # What can be asked -----------------------------------------------------------------------------------------------

    def clocks(self, now: datetime) -> list[ResponseClock]:
        """Return every clock as of ``now``, answered or not: what ``track_responses`` returns, in its order.

        Raises:
            NaiveMomentError: ``now`` has no time zone.
        """
        until = _utc(now, "now")
        self._read_what_is_out_of_date()
        return self._clocks((w for t in self._threads.values() for w in t.waits_at(until, self._rules)), until)

    def due_clocks(self, now: datetime) -> list[ResponseClock]:
        """Return the open clocks that have reached a step of their policy or their due time, in the same order.

        These are the ones that :func:`due_escalations` can have something to say about; the cost is that of as many
        clocks, however many others wait.

        Raises:
            NaiveMomentError: ``now`` has no time zone.
        """
        until = _utc(now, "now")
        reached = {wait.first.id: self._thread_of(wait.first) for wait in self._agenda_at(until).reached(until)}
        threads = set(reached.values())
        return self._clocks(
            (w for t in threads for w in t.waits_at(until, self._rules) if w.first.id in reached), until
        )

    def next_event_at(self, now: datetime) -> datetime | None:
        """Return until when a service can sleep: the next moment at which something falls due, in UTC.

        That is a step, which for a reminder makes the clock due soon; becoming overdue, which is strictly after the
        due time; or, while a clock has reached one of these, a moment at which the duty to answer may pass to somebody
        else. A message fed in the meantime may bring it forward.

        Returns:
            A moment after ``now``; ``None`` when nothing falls due unless a message comes.

        Raises:
            NaiveMomentError: ``now`` has no time zone.
        """
        until = _utc(now, "now")
        agenda = self._agenda_at(until)
        soonest = [agenda.next_after(until)]
        if agenda.reached(until):
            soonest += self._moves[(place := bisect_right(self._moves, until)) : place + 1]
        return min((moment for moment in soonest if moment is not None), default=None)

    # On disk ---------------------------------------------------------------------------------------------------------

    def save(self) -> dict[str, Any]:
        """Return everything fed as plain data that ``json.dumps`` takes; the same for the same state.

        It holds messages, and with them what the records hold about people: keep it where those are kept.
        """
        forgotten = [(*key, thread.forgotten) for key, thread in self._threads.items() if thread.forgotten is not None]
        return {
            "format": _SAVED_FORMAT,
            "version": SAVED_VERSION,
            "messages": [_plain(message) for message in sorted(self._messages.values(), key=message_order)],
            "absences": [_plain(absence) for absence in self._absences],
            "assignments": [_plain(assignment) for assignment in self._assignments],
            "forgotten": [
                {"child_id": child_id, "thread": thread, "at": at.isoformat(), "id": message_id}
                for child_id, thread, (at, _, message_id) in sorted(forgotten, key=_thread_order)
            ],
        }

    @classmethod
    def restore(cls, saved: Mapping[str, Any], policies: PolicyBook = DEFAULT_POLICIES) -> Self:
        """Return a tracker that knows what was saved.

        Policies are not part of it: everything is judged anew by the book given here.

        Raises:
            UnreadableSourceError: It is not a saved tracker, or of a layout that this version does not know.
            InvalidRecordError: A record in it cannot be.
            InvalidPolicyError: A message in it is older than the book.
        """
        layout = {"format": _SAVED_FORMAT, "version": SAVED_VERSION}
        if {name: saved.get(name) for name in layout} != layout or not _PARTS.issubset(saved):
            raise UnreadableSourceError(
                "saved tracker",
                f"is not of the format {_SAVED_FORMAT}, version {SAVED_VERSION}",
                "Restore it with the release that saved it, or feed the messages anew",
            )
        tracker = cls(
            policies,
            absences=map(Absence.model_validate, saved["absences"]),
            assignments=map(Assignment.model_validate, saved["assignments"]),
        )
        for row in saved["forgotten"]:
            answered = datetime.fromisoformat(row["at"]), False, row["id"]
            tracker._threads[row["child_id"], row["thread"]] = _Thread(forgotten=answered)
        for message in saved["messages"]:
            tracker.feed(Message.model_validate(message))
        return tracker

    def __repr__(self) -> str:
        return f"<ResponseTracker {len(self._messages)} messages in {len(self._threads)} threads>"

    # Threads ---------------------------------------------------------------------------------------------------------

    def _thread_of(self, message: Message) -> _Thread:
        return self._threads.setdefault((message.child_id, message.thread), _Thread())

    def _put_in(self, message: Message) -> None:
        thread = self._thread_of(message)
        if thread.forgotten is not None and message_order(message) <= thread.forgotten:
            return
        self._messages[message.id] = message
        if thread.messages and message_order(message) < message_order(thread.messages[-1]):
            insort(thread.messages, message, key=message_order)
            self._out_of_date.add(thread)
        else:
            thread.messages.append(message)
            if thread not in self._out_of_date:
                self._read_on(thread, [message])

    def _take_out(self, message: Message) -> None:
        thread = self._thread_of(message)
        del self._messages[message.id]
        del thread.messages[bisect_left(thread.messages, message_order(message), key=message_order)]
        self._out_of_date.add(thread)

    def _read_on(self, thread: _Thread, messages: Iterable[Message]) -> None:
        known = len(thread.waits)
        self._rules.read(messages, thread.waits)
        for wait in thread.waits[known:]:
            self._agenda.add(wait)

    def _read_what_is_out_of_date(self) -> None:
        for thread in self._out_of_date:
            self._drop_waits(thread, len(thread.waits))
            self._read_on(thread, thread.messages)
        self._out_of_date.clear()

    def _drop_waits(self, thread: _Thread, count: int) -> None:
        for wait in thread.waits[:count]:
            self._agenda.remove(wait)
        del thread.waits[:count]

    def _drop_forgotten(self, thread: _Thread, waits: int) -> None:
        self._drop_waits(thread, waits)
        messages = bisect_right(thread.messages, thread.forgotten or (_LONG_AGO, False, ""), key=message_order)
        for message in thread.messages[:messages]:
            del self._messages[message.id]
        del thread.messages[:messages]

    def _replace_caseload(self) -> None:
        self._rules = WaitRules(self._rules.policies, Caseload(self._assignments, self._absences))
        self._moves = self._rules.caseload.moves()
        self._out_of_date.update(self._threads.values())

    # Answers ---------------------------------------------------------------------------------------------------------

    def _clocks(self, waits: Iterator[Wait], now: datetime) -> list[ResponseClock]:
        return in_clock_order(clock_of(wait, self._rules.caseload, now=now) for wait in waits)

    def _agenda_at(self, now: datetime) -> Agenda:
        self._read_what_is_out_of_date()
        if now < self._agenda.asked_at:
            self._agenda = Agenda((w for t in self._threads.values() for w in t.waits), asked_at=now)
        return self._agenda


def _asks(message: Message) -> bool:
    is_from_child = message.direction is Direction.FROM_CHILD
    return is_from_child and message.needs_reply and message.kind is not MessageKind.AUTOMATIC


def _utc(at: datetime, name: str) -> datetime:
    if at.utcoffset() is None:
        raise NaiveMomentError(name)
    return at.astimezone(UTC)


def _thread_order(row: tuple[ChildId, str | None, object]) -> tuple[str, bool, str]:
    return row[0], row[1] is not None, row[1] or ""


def _plain(record: Message | Absence | Assignment) -> dict[str, Any]:
    return record.model_dump(mode="json", exclude_defaults=True)
