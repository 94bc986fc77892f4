"""Adapters that are broken on purpose, each in one way: what the conformance kit is tested by.

Each is the memory adapter with one slip that real adapters make. Everybody in them is made up.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain, islice
from typing import Any, ClassVar, Final

from relationkit.errors import HandoverConflictError, Problem
from relationkit.plugins import Changes, OutboxRow, RowReader, RowTable
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.plugins.kept_handovers import KeptHandover
from relationkit.records import LONDON, Absence, Assignment, Child, FrozenModel, Message, Record, Session, Worker
from relationkit.sla import Escalation

FAR: Final = date(2099, 12, 31)


class Mutant(MemoryAdapter):
    """The memory adapter, with a place to change each record as it is read."""

    def _all(self, record: Any) -> Iterator[Any]:
        return self.slip(record, super()._all(record))

    def slip(self, record: Any, rows: Iterator[Any]) -> Iterator[Any]:
        return rows


def changed(row: FrozenModel, **fields: Any) -> Any:
    """Return a copy with values that no check has seen."""
    return type(row).model_construct(**{**dict(row), **fields})


# What comes out -------------------------------------------------------------------------------------------------------


class FillsAnOpenEnd(Mutant):
    def slip(self, record: Any, rows: Iterator[Any]) -> Iterator[Any]:
        if record is not Assignment:
            return rows
        return (row if row.ended_on else changed(row, ended_on=FAR) for row in rows)


class GivesNaiveMoments(Mutant):
    def slip(self, record: Any, rows: Iterator[Any]) -> Iterator[Any]:
        is_moment = record is Session
        return (changed(row, ends_at=row.ends_at.replace(tzinfo=None)) if is_moment else row for row in rows)


class KeepsTheZoneItWasGiven(Mutant):
    def slip(self, record: Any, rows: Iterator[Any]) -> Iterator[Any]:
        return (changed(row, at=row.at.astimezone(LONDON)) if record is Message else row for row in rows)


class LosesTheSecondPassOfAnHour(Mutant):
    """Reads local time back without its mark: 01:30 in winter becomes 01:30 in summer."""

    def slip(self, record: Any, rows: Iterator[Any]) -> Iterator[Any]:
        start, end = datetime(2025, 10, 26, 1, tzinfo=UTC), datetime(2025, 10, 26, 2, tzinfo=UTC)
        for row in rows:
            is_lost = record is Message and start <= row.at < end
            yield changed(row, at=row.at - timedelta(hours=1)) if is_lost else row


class SortsByTheWallClock(Mutant):
    def slip(self, record: Any, rows: Iterator[Any]) -> Iterator[Any]:
        if record is not Message:
            return rows
        return iter(sorted(rows, key=lambda row: (row.child_id, f"{row.at.astimezone(LONDON):%F %T.%f}", row.id)))


class KeepsWholeSeconds(Mutant):
    """Cuts moments off, as the column of many a system does."""

    cut: ClassVar = {"microsecond": 0}

    def slip(self, record: Any, rows: Iterator[Any]) -> Iterator[Any]:
        return (changed(row, at=row.at.replace(**self.cut)) if record is Message else row for row in rows)


class KeepsWholeMinutes(KeepsWholeSeconds):
    cut: ClassVar = {"second": 0, "microsecond": 0}


class LosesARowAtAPagesEdge(Mutant):
    def slip(self, record: Any, rows: Iterator[Any]) -> Iterator[Any]:
        return (row for number, row in enumerate(rows, start=1) if number % 100)


class DoublesARowAtAPagesEdge(Mutant):
    def slip(self, record: Any, rows: Iterator[Any]) -> Iterator[Any]:
        for number, row in enumerate(rows, start=1):
            yield from [row] * (1 if number % 100 else 2)


class DoublesEveryRow(Mutant):
    def slip(self, record: Any, rows: Iterator[Any]) -> Iterator[Any]:
        return chain.from_iterable((row, row) for row in rows)


class SortsIdsAsNumbers(Mutant):
    def slip(self, record: Any, rows: Iterator[Any]) -> Iterator[Any]:
        return iter(sorted(rows, key=lambda row: (len(row.id), row.id)) if record in (Child, Worker) else rows)


class GivesTheNewestFirst(Mutant):
    def slip(self, record: Any, rows: Iterator[Any]) -> Iterator[Any]:
        if record is not Message:
            return rows
        return iter(sorted(rows, key=lambda row: (row.child_id, -row.at.timestamp(), row.id)))


class MovesDaysByOne(Mutant):
    """Takes midnight in summer through UTC."""

    def slip(self, record: Any, rows: Iterator[Any]) -> Iterator[Any]:
        day = timedelta(days=1)
        is_moved = record is Assignment
        return (
            changed(row, started_on=row.started_on - day) if is_moved and 4 <= row.started_on.month < 11 else row
            for row in rows
        )


class TakesTheLastDayForTheFirstAfter(Mutant):
    def slip(self, record: Any, rows: Iterator[Any]) -> Iterator[Any]:
        for row in rows:
            is_ended = record is Assignment and row.ended_on is not None
            yield changed(row, ended_on=row.ended_on - timedelta(days=1)) if is_ended else row


class JoinsAWorkersSpells(Mutant):
    def slip(self, record: Any, rows: Iterator[Any]) -> Iterator[Any]:
        met = set()
        for row in rows:
            pair = (row.child_id, row.worker_id) if record is Assignment else row
            if pair not in met:
                yield row
            met.add(pair)


class TakesUnknownForNo(Mutant):
    def slip(self, record: Any, rows: Iterator[Any]) -> Iterator[Any]:
        return (changed(row, seen=bool(row.seen)) if record is Session else row for row in rows)


class TakesAutomaticForHuman(Mutant):
    def slip(self, record: Any, rows: Iterator[Any]) -> Iterator[Any]:
        return (Message(**{**row.model_dump(), "kind": "message"}) if record is Message else row for row in rows)


class FallsOverItsOwnStreams(Mutant):
    """One cursor for all: a new question takes over the stream before it."""

    turn = 0

    def slip(self, record: Any, rows: Iterator[Any]) -> Iterator[Any]:
        self.turn += 1
        return self._until_asked_again(rows, self.turn)

    def _until_asked_again(self, rows: Iterator[Any], turn: int) -> Iterator[Any]:
        for row in rows:
            if turn == self.turn:
                yield row


class ReadsOnce(Mutant):
    """A file that is not opened again: the second question finds nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.read: set[Any] = set()

    def slip(self, record: Any, rows: Iterator[Any]) -> Iterator[Any]:
        is_first = record not in self.read
        self.read.add(record)
        return rows if is_first else iter(())


# Filters --------------------------------------------------------------------------------------------------------------


class IgnoresTheChild(Mutant):
    def messages(self, *, child_ids: Any = None, since: Any = None, until: Any = None) -> Iterator[Message]:
        wanted = None if child_ids is None or (not isinstance(child_ids, str) and child_ids) else child_ids
        return super().messages(child_ids=wanted, since=since, until=until)


class TakesAnEmptyFilterForNone(Mutant):
    def children(self, *, child_ids: Collection[str] | None = None) -> Iterator[Child]:
        return super().children(child_ids=child_ids or None)


class FoldsTheCaseOfIds(Mutant):
    def children(self, *, child_ids: Collection[str] | None = None) -> Iterator[Child]:
        if child_ids is None or isinstance(child_ids, str):
            return super().children(child_ids=child_ids)
        wanted = {each.casefold() for each in child_ids}
        return (row for row in super().children() if row.id.casefold() in wanted)


class LeavesOutTheFirstMoment(Mutant):
    def messages(self, *, child_ids: Any = None, since: Any = None, until: Any = None) -> Iterator[Message]:
        rows = super().messages(child_ids=child_ids, since=since, until=until)
        return (row for row in rows if row.at != since)


class TakesTheLastMoment(Mutant):
    def messages(self, *, child_ids: Any = None, since: Any = None, until: Any = None) -> Iterator[Message]:
        later = until if until is None or until.tzinfo is None else until + timedelta(microseconds=1)
        return super().messages(child_ids=child_ids, since=since, until=later)


class GuessesAZone(Mutant):
    def sessions(self, *, since: Any = None, until: Any = None, **more: Any) -> Iterator[Session]:
        since, until = (each and (each if each.tzinfo else each.replace(tzinfo=UTC)) for each in (since, until))
        return super().sessions(since=since, until=until, **more)


class TakesAStringForIds(Mutant):
    def workers(self, *, worker_ids: Collection[str] | None = None) -> Iterator[Worker]:
        return super().workers(worker_ids=worker_ids if worker_ids is None else list(worker_ids))


# Capabilities and errors ----------------------------------------------------------------------------------------------


class AnswersForWhatItDoesNotHold(Mutant):
    def __init__(self) -> None:
        super().__init__()
        self.capabilities -= {"absences"}

    def absences(self, *, worker_ids: Collection[str] | None = None) -> Iterator[Absence]:
        return iter(())


class RefusesOnlyWhenItIsRead(Mutant):
    def __init__(self) -> None:
        super().__init__()
        self.capabilities -= {"absences"}

    def absences(self, *, worker_ids: Collection[str] | None = None) -> Iterator[Absence]:
        yield from super().absences(worker_ids=worker_ids)


class NamesSomebodyInAnError(Mutant):
    def children(self, *, child_ids: Collection[str] | None = None) -> Iterator[Child]:
        if isinstance(child_ids, str):
            raise TypeError(f"give a list or set of ids, not {child_ids!r}")
        return super().children(child_ids=child_ids)


class NamesSomebodyInItsRepr(Mutant):
    def __repr__(self) -> str:
        return f"NamesSomebodyInItsRepr({[row.name for row in self.workers()]})"


class HidesErrors(Mutant):
    def __exit__(self, *what: object) -> bool:  # type: ignore[override]  # the slip
        return True


class GivesLists(Mutant):
    def children(self, *, child_ids: Collection[str] | None = None) -> Any:
        return list(super().children(child_ids=child_ids))


class HalfAnOutbox(Mutant):
    claim = property()  # type: ignore[assignment]  # the slip: it is not there


# Writing --------------------------------------------------------------------------------------------------------------


class WritesInBatches(Mutant):
    """Commits every hundred records: a write that breaks has kept some, and others see it before it is done."""

    def write(self, records: Iterable[Record]) -> int:
        remaining, total = iter(records), 0
        while batch := list(islice(remaining, 1)):
            total += super().write(batch)
        return total


class KeepsTheFirstOfTwo(Mutant):
    def write(self, records: Iterable[Record]) -> int:
        given = list(records)
        super().write(reversed(given))
        return len(given)


class LeavesWhatIsNotGiven(Mutant):
    """Updates only the fields that are not empty."""

    def write(self, records: Iterable[Record]) -> int:
        kept = {row.id: row for row in self.assignments()} if hasattr(self, "_writing") else {}
        return super().write(
            row if not isinstance(row, Assignment) or row.id not in kept
            else changed(kept[row.id], **row.model_dump(exclude_none=True))
            for row in records
        )  # fmt: skip


# What it keeps --------------------------------------------------------------------------------------------------------


class SendsTwice(Mutant):
    def mark_delivered(self, row: OutboxRow, **more: Any) -> bool:
        return True


class ForgetsItsLeases(Mutant):
    def claim(self, notifier: str, **more: Any) -> list[OutboxRow]:
        claimed = super().claim(notifier, **more)
        for row in claimed:
            self._keep(replace(row, claimed_until=more["now"]))
        return claimed


class LetsALostLeaseDecide(Mutant):
    def mark_failed(self, row: OutboxRow, **more: Any) -> bool:
        kept = self._rows[row.escalation.id, row.notifier]
        return super().mark_failed(replace(row, lease=kept.lease), **more)


class MarksWithoutWhatItReplaces(Mutant):
    def record_escalations(self, escalations: Iterable[Escalation], **more: Any) -> list[Escalation]:
        return super().record_escalations((replace(each, supersedes=()) for each in escalations), **more)


class SwallowsAConflict(Mutant):
    def keep_handover(self, plan: Any, *, seen: KeptHandover | None = None) -> KeptHandover:
        try:
            return super().keep_handover(plan, seen=seen)
        except HandoverConflictError:
            return self._handovers[plan.id]


class LastPlanWins(Mutant):
    def keep_handover(self, plan: Any, *, seen: KeptHandover | None = None) -> KeptHandover:
        return super().keep_handover(plan, seen=self._handovers.get(plan.id) if seen else None)


class RewordsAPromise(Mutant):
    def put_up(self, promises: Any) -> Any:
        given = list(promises)
        new = super().put_up(given)
        self._promises |= {each.id: each for each in given}
        return new


class ReadsWithoutALine(Mutant):
    def _log_reads(self, *_: object) -> None:
        """Keep none."""


class ForgetsAChangeDuringAPass(Mutant):
    def keep_looks(self, changes: Changes, looks: Any, **more: Any) -> bool:
        return super().keep_looks(replace(changes, seen=tuple(self._heard)), looks, **more)


class WaitsForTheNextTry(Mutant):
    def changes_since(self, **more: Any) -> Changes:
        changes = super().changes_since(**more)
        later = {row.escalation.child_id for row in self.outbox_rows() if row.next_try_at > more["now"]}
        return replace(changes, child_ids=None if changes.child_ids is None else changes.child_ids - later)


class PutsBackWhatEndedSince(Mutant):
    def reopen(self, rows: Iterable[OutboxRow], **more: Any) -> int:
        kept = [self._rows[row.escalation.id, row.notifier] for row in rows]
        return super().reopen(kept, **more)


class HearsOnlyOfTheNewChild(Mutant):
    def _hear(self, before: Any, written: Any) -> None:
        super()._hear({}, {key: row for key, row in written.items() if before.get(key) != row})


# Bad rows -------------------------------------------------------------------------------------------------------------


class Rows(RowReader):
    """Children out of rows, one of which may be bad."""

    tables: ClassVar = {"children": RowTable(where="people", columns={"id": "id", "born_on": "born"})}

    def __init__(self, people: list[dict[str, Any]]) -> None:
        super().__init__("people:")
        self.people = people

    def rows(self, kind: str) -> Iterator[dict[str, Any]]:
        return iter(self.people)


class SwallowsProblems(Rows):
    problems = ()  # type: ignore[assignment]  # the slip


class StopsAtABadRow(Rows):
    def children(self, *, child_ids: Collection[str] | None = None) -> Iterator[Child]:
        return self._until_a_problem(super().children(child_ids=child_ids))

    def _until_a_problem(self, children: Iterator[Child]) -> Iterator[Child]:
        for child in children:
            if self.problems:
                return
            yield child


class TellsAProblemEachTime(Rows):
    told = 0

    @property
    def problems(self) -> list[Problem]:
        self.told += 1
        return super().problems * self.told


class ShowsWhatStoodThere(Rows):
    @property
    def problems(self) -> list[Problem]:
        return [replace(each, found="Quillaby") for each in super().problems]


#: Each mutant, and the numbers of the tests that notice it, all of them: 6 is RK-C-006.
MUTANTS: Final[dict[type[Any], tuple[int, ...]]] = {
    FillsAnOpenEnd: (
        6,
        50,
        74,
        90,
        93,
        99,
    ),
    GivesNaiveMoments: (
        6,
        54,
        65,
        90,
    ),
    KeepsTheZoneItWasGiven: (
        51,
        53,
        62,
    ),
    SortsByTheWallClock: (62,),
    LosesTheSecondPassOfAnHour: (
        53,
        62,
    ),
    KeepsWholeSeconds: (59,),
    KeepsWholeMinutes: (59,),
    LosesARowAtAPagesEdge: (65,),
    DoublesARowAtAPagesEdge: (65,),
    DoublesEveryRow: (
        6,
        8,
        39,
        50,
        52,
        53,
        54,
        55,
        57,
        58,
        59,
        65,
        72,
        74,
        80,
        81,
        82,
        83,
        85,
        86,
        87,
        88,
        90,
        92,
        93,
        94,
        95,
        96,
        97,
        98,
        99,
        181,
    ),
    SortsIdsAsNumbers: (
        60,
        62,
        63,
        64,
        90,
        92,
    ),
    GivesTheNewestFirst: (
        62,
        63,
        64,
        66,
        90,
    ),
    MovesDaysByOne: (
        6,
        55,
        58,
        71,
        73,
        75,
        76,
        90,
        99,
    ),
    TakesTheLastDayForTheFirstAfter: (
        6,
        55,
        58,
        65,
        70,
        71,
        73,
        76,
        90,
        99,
    ),
    JoinsAWorkersSpells: (
        71,
        72,
        76,
    ),
    TakesUnknownForNo: (
        6,
        86,
        90,
    ),
    TakesAutomaticForHuman: (
        6,
        81,
        90,
    ),
    FallsOverItsOwnStreams: (
        13,
        69,
    ),
    ReadsOnce: (
        12,
        13,
        14,
        15,
        30,
        31,
        33,
        35,
        36,
        38,
        39,
        40,
        55,
        67,
        68,
        69,
        97,
        180,
        190,
    ),
    IgnoresTheChild: (
        30,
        34,
        67,
    ),
    TakesAnEmptyFilterForNone: (32,),
    FoldsTheCaseOfIds: (34,),
    LeavesOutTheFirstMoment: (
        39,
        40,
        68,
    ),
    TakesTheLastMoment: (
        39,
        40,
        68,
    ),
    GuessesAZone: (
        2,
        42,
        190,
        191,
        201,
    ),
    TakesAStringForIds: (
        37,
        190,
        191,
        201,
    ),
    AnswersForWhatItDoesNotHold: (
        21,
        22,
        23,
        90,
        95,
        190,
        191,
        201,
    ),
    RefusesOnlyWhenItIsRead: (
        21,
        22,
        23,
        90,
        95,
        190,
        191,
        201,
    ),
    NamesSomebodyInAnError: (201,),
    NamesSomebodyInItsRepr: (200,),
    HidesErrors: (16,),
    GivesLists: (
        11,
        14,
    ),
    HalfAnOutbox: (
        24,
        103,
        106,
        107,
        108,
        109,
        110,
        111,
        112,
        113,
        114,
        116,
        128,
        165,
        183,
    ),
    WritesInBatches: (
        96,
        97,
    ),
    KeepsTheFirstOfTwo: (94,),
    LeavesWhatIsNotGiven: (93,),
    SendsTwice: (
        110,
        114,
    ),
    ForgetsItsLeases: (
        107,
        108,
        183,
    ),
    LetsALostLeaseDecide: (112,),
    MarksWithoutWhatItReplaces: (
        101,
        103,
    ),
    SwallowsAConflict: (
        143,
        144,
        202,
    ),
    LastPlanWins: (
        142,
        184,
    ),
    RewordsAPromise: (150,),
    ReadsWithoutALine: (
        162,
        165,
        169,
        174,
    ),
    ForgetsAChangeDuringAPass: (129,),
    HearsOnlyOfTheNewChild: (123,),
    WaitsForTheNextTry: (128,),
    PutsBackWhatEndedSince: (116,),
    SwallowsProblems: (192,),
    StopsAtABadRow: (192,),
    TellsAProblemEachTime: (193,),
    ShowsWhatStoodThere: (194,),
}
