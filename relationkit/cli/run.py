"""``relationkit run``: one pass over a case system: read, judge, tell whoever must be told, once."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from relationkit.cli import output
from relationkit.cli.books import book_in_use, read_text
from relationkit.cli.clocks import Found, london_words, read_looks
from relationkit.cli.events import events_of_pass, tell_observers
from relationkit.cli.exits import ALL_WELL, OVERDUE
from relationkit.cli.sources import InvalidOptionError, moment, opened, plugins_found, require_something
from relationkit.cli.still_needed import put_back, take_back, withdrawn_of
from relationkit.errors import SourceError, SourceNotFoundError
from relationkit.plugins import (
    CaseReader,
    Changes,
    Delivery,
    DeliveryReport,
    Notifier,
    OutboxRow,
    Outcome,
    SupportsChangesSince,
    SupportsOutbox,
    deliver,
    open_adapter,
    open_notifier,
)
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.records import ChildId
from relationkit.sla import (
    Escalation,
    NextLook,
    PolicyBook,
    QuietHours,
    ResponseClock,
    due_escalations,
    rules_version,
)
from relationkit.text_files import NotReadableError, toml_of

__all__ = ["Pass", "Settings", "one_pass", "read_settings", "rehearse", "run_once"]

#: Used when no settings name another: messages are left in the outbox for another program to fetch.
DEFAULT_NOTIFIERS: Final[Mapping[str, Mapping[str, Any]]] = {"outbox": {}}

#: The columns of who is told in the terminal.
ESCALATION_HEADINGS: Final = ("Who", "About child", "Step", "Waiting since", "Due", "Late")

SETTINGS_KEYS: Final = ("notifiers", "quiet_hours")
QUIET_KEYS: Final = ("starts", "ends", "time_zone")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a file of settings says.

    Attributes:
        notifiers: The settings of each notifier, by its name.
        quiet_hours: When nothing is sent; ``None`` for never.
    """

    notifiers: Mapping[str, Mapping[str, Any]]
    quiet_hours: QuietHours | None = None


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass did.

    Attributes:
        clocks: The clocks of the children who were looked at: of every child, unless the source knew who had to be.
        overdue: How many clocks of the source are overdue, those of children who were not looked at included.
        messages: How many messages were read.
        escalations: What was marked now, or in a rehearsal what would be; oldest step first, then by id.
        report: What became of the outbox; ``None`` in a rehearsal and in quiet hours, when nothing is handed over.
    """

    clocks: Sequence[ResponseClock]
    overdue: int
    messages: int
    escalations: Sequence[Escalation]
    report: DeliveryReport | None


def run_once(
    source: str,
    outbox: str | None,
    policies: Path | None,
    settings: Path | None,
    now: str | None,
    form: str,
    *,
    is_rehearsal: bool,
) -> int:
    """Do one pass and say what was done; return 1 when something is overdue, or could not be handed over."""
    at = moment(now)
    book = book_in_use(policies)
    chosen = read_settings(settings)
    notifiers = [] if is_rehearsal else open_notifiers(chosen)
    with opened(source) as reader, outbox_of(reader, outbox, is_rehearsal=is_rehearsal) as box:
        if is_rehearsal:
            done = rehearse(reader, box, book, quiet_hours=chosen.quiet_hours, now=at)
        else:
            done = one_pass(reader, box, book, notifiers, quiet_hours=chosen.quiet_hours, now=at)
        problems = list(reader.problems)
    if not is_rehearsal:
        tell_observers(plugins_found()[0], events_of_pass(done.clocks, done.overdue, done.escalations, done.report, at))
    if form == "json":
        output.print_json({**pass_document(done, at), "problems": output.problem_rows(problems)})
    else:
        output.show_problems(problems)
        print_pass(done, at, is_rehearsal=is_rehearsal)
    return OVERDUE if done.overdue or (done.report is not None and not done.report.is_well) else ALL_WELL


def one_pass(
    reader: CaseReader,
    outbox: SupportsOutbox,
    policies: PolicyBook,
    notifiers: Sequence[Notifier],
    *,
    quiet_hours: QuietHours | None,
    now: datetime,
) -> Pass:
    """Read the messages, mark the steps that fell due, and hand over what the outbox holds.

    Where the source hears of changes and keeps the outbox as well, only the children who need a look are read.

    Safe to do again at any time, by several processes at once, and after one died anywhere in it.
    """
    watched = watched_in(reader, outbox)
    rules = rules_version(policies, quiet_hours)
    changes = Changes(None) if watched is None else watched.changes_since(rules=rules, now=now)
    found = read_looks(reader, now, policies, child_ids=changes.child_ids, with_looks=watched is not None)
    if changes.child_ids is None:
        require_something(reader, found.messages)
    overdue = found.overdue(now)
    if watched is not None and changes.child_ids is not None:
        overdue += watched.overdue_clocks(now=now, without=changes.child_ids)
    withdrawn, due = judge(reader, outbox, policies, quiet_hours, now, found)
    fresh = outbox.record_escalations(due, now=now, notifiers=[notifier.name for notifier in notifiers])
    marked = sorted(fresh, key=lambda escalation: (escalation.due_at, escalation.id))
    put_back(reader, outbox, policies, withdrawn, now)
    taken_back = take_back(reader, outbox, found, found.child_ids if watched is None else changes.child_ids, now)
    report, looks = None, found.looks
    if quiet_hours is not None and quiet_hours.is_quiet(now):
        looks = no_later_than(quiet_hours.send_from(now), looks, found.child_ids)
    else:
        answered = {clock.id for clock in found.clocks if clock.answered_at is not None}
        report = deliver(outbox, notifiers, now=now, answered=answered)
        report = replace(report, deliveries=(*taken_back, *report.deliveries))
    if watched is not None and (changes.child_ids is None or changes.child_ids or changes.seen):
        with suppress(SourceError):  # nothing is kept: the next pass looks again
            watched.keep_looks(changes, looks, rules=rules, now=now)
    return Pass(found.clocks, overdue, found.messages, marked, report)


def watched_in(reader: CaseReader, outbox: SupportsOutbox) -> SupportsChangesSince | None:
    """Return the source where it hears of changes and keeps the outbox: a look counts only beside the marks."""
    is_one: bool = id(outbox) == id(reader)
    return outbox if is_one and isinstance(outbox, SupportsChangesSince) else None


def no_later_than(at: datetime, looks: Sequence[NextLook], child_ids: Iterable[ChildId]) -> list[NextLook]:
    """Return the looks, and one at that moment at each child: in quiet hours nothing is marked or put back."""
    coming = {look.child_id: look.look_at for look in looks if not look.clock_id}
    soonest = {child_id: min(coming.get(child_id) or at, at) for child_id in child_ids}
    mornings = [NextLook(child_id, "", look_at, None) for child_id, look_at in soonest.items()]
    return [look for look in looks if look.clock_id] + mornings


def rehearse(
    reader: CaseReader, outbox: SupportsOutbox, policies: PolicyBook, *, quiet_hours: QuietHours | None, now: datetime
) -> Pass:
    """Return what a pass would mark, by looking at every child; nothing is changed."""
    found = read_looks(reader, now, policies)
    require_something(reader, found.messages)
    _, due = judge(reader, outbox, policies, quiet_hours, now, found)
    return Pass(found.clocks, found.overdue(now), found.messages, due, None)


def judge(
    reader: CaseReader,
    outbox: SupportsOutbox,
    policies: PolicyBook,
    quiet_hours: QuietHours | None,
    now: datetime,
    found: Found,
) -> tuple[list[OutboxRow], list[Escalation]]:
    """Return which withdrawn messages are needed after all, and the escalations that fell due, theirs included.

    What was marked is not due again, unless its messages were withdrawn; then it is as if it had never been marked.
    """
    waiting = [clock for clock in found.clocks if clock.answered_at is None]
    holders = {clock.worker_id for clock in waiting if clock.worker_id is not None}
    workers = list(reader.workers(worker_ids=holders)) if "workers" in reader.capabilities else []
    sent = outbox.sent_ids(clock_ids=[clock.id for clock in waiting])
    withdrawn = withdrawn_of(outbox, waiting, sent)
    told = sent - {row.escalation.id for row in withdrawn}
    due = due_escalations(found.clocks, policies, now=now, sent=told, quiet_hours=quiet_hours, workers=workers)
    needed = {escalation.id for escalation in due}
    return [row for row in withdrawn if row.escalation.id in needed], due


@contextmanager
def outbox_of(reader: CaseReader, named: str | None, *, is_rehearsal: bool) -> Iterator[SupportsOutbox]:
    """Open the outbox that was named; without a name it is the source's own.

    An SQLite file that is not there is made, and in a rehearsal an empty outbox stands in for it.

    Raises:
        InvalidOptionError: None was named and the source keeps none, or what was named keeps none.
    """
    with nullcontext(reader) if named is None else open_or_create(named, is_rehearsal=is_rehearsal) as box:
        if not isinstance(box, SupportsOutbox):
            which = f"--outbox {named}" if named else f"--source {reader.source}"
            raise InvalidOptionError(
                f"{which}: keeps no outbox. Name a database for it, such as --outbox sql:outbox.db: "
                "what has been sent must be remembered, or it would be sent again."
            )
        yield box


def open_or_create(source: str, *, is_rehearsal: bool) -> CaseReader:
    """Open the source; make the database when it is an SQLite file that is not there; in a rehearsal in memory."""
    manager, _ = plugins_found()
    try:
        return open_adapter(source, manager)
    except SourceNotFoundError:
        name, _, where = source.partition(":")
        if name != "sql":
            raise
        if is_rehearsal:
            return MemoryAdapter()
        from relationkit.plugins.adapters.sql import SqlAdapter

        return SqlAdapter.create(where)


def read_settings(file: Path | None) -> Settings:
    """Return what the TOML file says; without one, messages wait in the outbox and no hour is quiet.

    Raises:
        InvalidOptionError: Not TOML, or a key that is not known.
        InvalidCalendarError: Quiet hours that cannot be.
    """
    if file is None:
        return Settings(DEFAULT_NOTIFIERS)
    try:
        data = toml_of(read_text(file))
    except NotReadableError as error:
        raise InvalidOptionError(f"{file.name}: is not TOML: {error}. Correct that line.") from None
    refuse_unknown(file.name, data, SETTINGS_KEYS)
    quiet = table_of(file.name, data, "quiet_hours")
    refuse_unknown(f"{file.name}, [quiet_hours]", quiet, QUIET_KEYS)
    notifiers = table_of(file.name, data, "notifiers")
    chosen = {name: table_of(f"{file.name}, [notifiers]", notifiers, name) for name in notifiers}
    return Settings(chosen or DEFAULT_NOTIFIERS, quiet_hours_of(file.name, quiet))


def quiet_hours_of(where: str, quiet: Mapping[str, Any]) -> QuietHours | None:
    """Return the quiet hours that the table describes; ``None`` when it is empty."""
    if not quiet:
        return None
    if not all(isinstance(quiet.get(key), str) for key in QUIET_KEYS[:2]):
        raise InvalidOptionError(f'{where}, [quiet_hours]: needs two times. Write starts = "20:00" and ends = "08:00".')
    return QuietHours.daily(quiet["starts"], quiet["ends"], time_zone=quiet.get("time_zone", "Europe/London"))


def table_of(where: str, data: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the table under a key, empty when it is not there."""
    table = data.get(key, {})
    if not isinstance(table, dict):
        raise InvalidOptionError(f"{where}: {key} is not a table. Write it as [{key}] with its settings below.")
    return table


def refuse_unknown(where: str, data: Mapping[str, Any], known: Sequence[str]) -> None:
    """Refuse a key that nobody would read: a slip in a setting must not pass for the setting."""
    for key in data:
        if key not in known:
            close = get_close_matches(key, known, n=1)
            hint = f"Perhaps {close[0]} is meant" if close else f"Use one of {', '.join(known)}"
            raise InvalidOptionError(f"{where}: {key} is not a setting. {hint}.")


def open_notifiers(settings: Settings) -> list[Notifier]:
    """Return the notifiers that the settings name, each with its own; passwords come from the environment."""
    manager, _ = plugins_found()
    return [
        open_notifier(name, own, environment=os.environ, manager=manager) for name, own in settings.notifiers.items()
    ]


def pass_document(done: Pass, now: datetime) -> dict[str, Any]:
    """Return what was done as one JSON object; ids only."""
    report = done.report
    return {
        "now": now,
        "escalations": [escalation_document(escalation) for escalation in done.escalations],
        "deliveries": [delivery_document(each) for each in report.deliveries] if report else [],
        "dead_letters": [dead_document(row) for row in report.dead_letters] if report else [],
        "stopped": dict(report.stopped) if report else {},
        "left_waiting": dict(report.left_waiting) if report else {},
    }


def escalation_document(escalation: Escalation) -> dict[str, Any]:
    """Return one escalation as a JSON object."""
    return {
        "id": escalation.id,
        "clock_id": escalation.clock_id,
        "child_id": escalation.child_id,
        "step": escalation.step,
        "to": escalation.to,
        "recipient_id": escalation.recipient_id,
        "due_at": escalation.due_at,
        "is_late": escalation.is_late,
        "started_at": escalation.started_at,
        "clock_due_at": escalation.clock_due_at,
    }


def delivery_document(delivery: Delivery) -> dict[str, Any]:
    """Return what became of one message as a JSON object."""
    return {
        "escalation_id": delivery.row.escalation.id,
        "notifier": delivery.row.notifier,
        "outcome": delivery.outcome.value,
        "retry_at": delivery.retry_at,
        "why": delivery.why,
    }


def dead_document(row: OutboxRow) -> dict[str, Any]:
    """Return one message that was given up as a JSON object."""
    return {"escalation_id": row.escalation.id, "notifier": row.notifier, "why": row.why, "attempts": row.attempts}


def print_pass(done: Pass, now: datetime, *, is_rehearsal: bool) -> None:
    """Print what was marked, what became of the outbox, and what needs somebody's attention."""
    title = f"{london_words(now)}: {len(done.escalations)} to tell ({'would be told' if is_rehearsal else 'marked'})"
    if done.escalations:
        output.print_table(title, ESCALATION_HEADINGS, [escalation_row(each) for each in done.escalations])
    else:
        output.print_lines([f"{london_words(now)}: nobody to tell."])
    if done.report is not None:
        print_report(done.report)
    elif not is_rehearsal:
        output.note("Quiet hours: nothing was handed over. The clocks go on.")


def escalation_row(escalation: Escalation) -> tuple[object, ...]:
    """Return one escalation's cells as people read them, under ``ESCALATION_HEADINGS``."""
    return (
        " ".join(filter(None, (escalation.to, escalation.recipient_id))),
        escalation.child_id,
        escalation.step,
        london_words(escalation.started_at),
        london_words(escalation.clock_due_at),
        escalation.is_late,
    )


def print_report(report: DeliveryReport) -> None:
    """Print how the messages fared."""
    counts = [(outcome.value, report.count(outcome)) for outcome in Outcome if report.count(outcome)]
    if counts:
        output.print_table("Handed over", ("Outcome", "Messages"), counts)
    for name, why in report.stopped.items():
        output.note(f"{name} was left alone until the next run: {why}.")
    for name, number in report.left_waiting.items():
        output.note(f"{number} messages wait for the notifier {name}, which the settings do not name.")
    if report.dead_letters:
        output.print_table(
            "Given up: somebody has not been told",
            ("Escalation", "Notifier", "Tries", "Why"),
            [(row.escalation.id, row.notifier, row.attempts, row.why) for row in report.dead_letters],
        )
