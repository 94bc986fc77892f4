"""``relationkit notices``: tell children what they should be told, once each, through the notifiers."""

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from relationkit.cli import output
from relationkit.cli.clocks import london_words
from relationkit.cli.exits import ALL_WELL, OVERDUE
from relationkit.cli.run import Settings, delivery_document, open_notifiers, outbox_of, print_report, read_settings
from relationkit.cli.sources import InvalidOptionError, moment, opened
from relationkit.plugins import CaseReader, DeliveryReport, SupportsOutbox, deliver, notice_messages
from relationkit.visits import Notice, notices_due

__all__ = ["tell_children"]

#: The columns of what is told, in the terminal.
HEADINGS: Final = ("About", "Child", "Told by", "When", "Until", "Late")


def tell_children(
    source: str, outbox: str | None, settings: Path | None, now: str | None, form: str, *, is_rehearsal: bool
) -> int:
    """Mark the notices that are due, hand over what the outbox holds, and say what was done."""
    at, chosen = moment(now), read_settings(settings)
    with opened(source) as reader, outbox_of(reader, outbox, is_rehearsal=is_rehearsal) as box:
        due = due_now(reader, box, at)
        report = None if is_rehearsal else _told(box, due, chosen, at)
        problems = list(reader.problems)
    if form == "json":
        output.print_json({**_document(due, report, at), "problems": output.problem_rows(problems)})
    else:
        output.show_problems(problems)
        _print(due, report, at, is_rehearsal=is_rehearsal)
    return ALL_WELL if report is None or report.is_well else OVERDUE


def due_now(reader: CaseReader, box: SupportsOutbox, now: datetime) -> list[Notice]:
    """Return the notices that are due and have not been marked.

    Raises:
        InvalidOptionError: The source holds neither sessions nor absences, so there is nothing to tell from.
    """
    held = reader.capabilities
    if not held & {"sessions", "absences"}:
        raise InvalidOptionError(f"--source {reader.source}: holds neither sessions nor absences. Name one that does.")
    due = notices_due(
        now=now,
        sessions=reader.sessions(since=now) if "sessions" in held else (),
        absences=reader.absences() if "absences" in held else (),
        assignments=reader.assignments() if "assignments" in held else (),
    )
    sent = box.sent_ids(clock_ids=[notice.id for notice in due])
    return [notice for notice in due if notice.id not in sent]


def _told(box: SupportsOutbox, due: list[Notice], settings: Settings, now: datetime) -> DeliveryReport | None:
    """Mark the notices and hand them over; in quiet hours nobody is told, and nothing is marked."""
    if settings.quiet_hours is not None and settings.quiet_hours.is_quiet(now):
        return None
    notifiers = open_notifiers(settings)
    box.record_escalations(notice_messages(due), now=now, notifiers=[notifier.name for notifier in notifiers])
    return deliver(box, notifiers, now=now)


def _document(due: list[Notice], report: DeliveryReport | None, now: datetime) -> dict[str, Any]:
    """Return what was told as one JSON object; ids only."""
    return {
        "now": now,
        "notices": [
            {
                "id": notice.id,
                "kind": notice.kind.value,
                "child_id": notice.child_id,
                "told_by": notice.told_by.value,
                "worker_id": notice.worker_id,
                "other_id": notice.other_id,
                "session_id": notice.session_id,
                "starts_at": notice.starts_at,
                "ends_at": notice.ends_at,
                "due_at": notice.due_at,
                "is_late": notice.is_late,
            }
            for notice in due
        ],
        "deliveries": [delivery_document(each) for each in report.deliveries] if report else [],
    }


def _print(due: list[Notice], report: DeliveryReport | None, now: datetime, *, is_rehearsal: bool) -> None:
    verb = "would be told" if is_rehearsal else "told" if report is not None else "wait for the end of the quiet hours"
    if due:
        output.print_table(f"{london_words(now)}: {len(due)} {verb}", HEADINGS, [_row(notice) for notice in due])
    else:
        output.print_lines([f"{london_words(now)}: nothing to tell."])
    if report is not None:
        print_report(report)


def _row(notice: Notice) -> tuple[object, ...]:
    return (
        notice.kind.value.replace("_", " "),
        notice.child_id,
        notice.worker_id if notice.told_by.value == "worker" else "message",
        london_words(notice.starts_at),
        "" if notice.ends_at is None else london_words(notice.ends_at),
        notice.is_late,
    )
