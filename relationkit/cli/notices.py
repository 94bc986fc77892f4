"""``relationkit notices``: tell children what they should be told, once each, through the notifiers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from relationkit.cli import output
from relationkit.cli.changed_promises import concerned_by, promises_in
from relationkit.cli.clocks import london_words
from relationkit.cli.entitlements import changes_for, read_offers
from relationkit.cli.exits import ALL_WELL, OVERDUE
from relationkit.cli.reach import reach_from, reach_row, reach_words
from relationkit.cli.run import Settings, delivery_document, open_notifiers, outbox_of, print_report, read_settings
from relationkit.cli.sources import InvalidOptionError, moment, opened
from relationkit.entitlements import Offer
from relationkit.plugins import (
    CaseReader,
    DeliveryReport,
    OutboxState,
    SupportsOutbox,
    deliver,
    notice_messages,
    offer_messages,
    policy_messages,
    stale_notices,
)
from relationkit.plugins.child_notices import OFFER_CHANGED, POLICY_CHANGED, VISITS_CHANGED
from relationkit.profiles import Contact
from relationkit.records import london_day
from relationkit.sla import Escalation
from relationkit.visits import Notice, NoticeKind, notices_due

__all__ = ["tell_children"]

#: The columns of what is told, in the terminal.
HEADINGS: Final = ("About", "Child", "Told by", "When", "Until", "Late")


def tell_children(
    source: str,
    outbox: str | None,
    settings: Path | None,
    profiles: Path | None,
    offers: Path | None,
    policies: Path | None,
    rules: Path | None,
    now: str | None,
    form: str,
    *,
    is_rehearsal: bool,
) -> int:
    """Mark the notices that are due, hand over what the outbox holds, and say what was done."""
    at, chosen = moment(now), read_settings(settings)
    own_offers = () if offers is None else read_offers(offers)
    book, own_rules = promises_in(policies, rules)
    with opened(source) as reader, outbox_of(reader, outbox, is_rehearsal=is_rehearsal) as box:
        found = look(reader, at)
        taken_back = 0 if is_rehearsal or reader.problems else take_back(box, found, at)
        messages, reach = untold(box, found.due), reach_from(profiles, reader)
        today = london_day(at)
        promised = concerned_by(reader, book, own_rules, since=today - CHANGES_TOLD, on=today)
        changed = untold_offers(box, reader, own_offers, at)
        changed += policy_messages(promised, sent=box.sent_ids()) if promised else []
        report = None if is_rehearsal else _told(box, [*messages, *changed], chosen, at)
        problems = list(reader.problems)
    new = {message.clock_id for message in messages}
    due = [notice for notice in found.due if notice.id in new]
    meanwhile = None if reach is None else {notice.id: reach.during(notice, at) for notice in due if is_leave(notice)}
    if form == "json":
        output.print_json(
            {**_document(due, changed, report, at, taken_back, meanwhile), "problems": output.problem_rows(problems)}
        )
    else:
        output.show_problems(problems)
        _print(due, changed, report, at, taken_back, meanwhile, is_rehearsal=is_rehearsal)
    return ALL_WELL if report is None or report.is_well else OVERDUE


@dataclass(frozen=True, slots=True)
class Found:
    """What a source tells.

    Attributes:
        due: Every notice that is due, those that were told included.
        child_ids: The children whom it knows.
        kinds: The kinds of notice that it can tell of.
    """

    due: list[Notice]
    child_ids: frozenset[str]
    kinds: frozenset[NoticeKind]


#: The kinds of notice, by what a source must hold to tell of them.
TOLD_FROM: Final = {
    NoticeKind.LEAVE: {"absences", "assignments"},
    NoticeKind.WORKER_CHANGE: {"assignments"},
    NoticeKind.SESSION_CHANGED: {"sessions"},
    NoticeKind.SESSION_CANCELLED: {"sessions"},
}


def look(reader: CaseReader, now: datetime) -> Found:
    """Return what children should know now, by the source.

    Raises:
        InvalidOptionError: The source holds neither sessions nor absences, so there is nothing to tell from.
    """
    held = reader.capabilities
    if not held & {"sessions", "absences"}:
        raise InvalidOptionError(f"--source {reader.source}: holds neither sessions nor absences. Name one that does.")
    sessions = list(reader.sessions(since=now)) if "sessions" in held else []
    assignments = list(reader.assignments()) if "assignments" in held else []
    absences = reader.absences() if "absences" in held else ()
    return Found(
        due=notices_due(now=now, sessions=sessions, absences=absences, assignments=assignments),
        child_ids=frozenset({each.child_id for each in assignments} | {each.child_id for each in sessions}),
        kinds=frozenset(kind for kind, needed in TOLD_FROM.items() if needed <= held),
    )


def take_back(box: SupportsOutbox, found: Found, now: datetime) -> int:
    """Take back the messages that wait and are no longer so; return how many."""
    waiting = box.outbox_rows(states={OutboxState.WAITING, OutboxState.READY})
    stale = stale_notices(waiting, found.due, child_ids=found.child_ids, kinds=found.kinds)
    return box.withdraw(stale, why="what it says was changed before it was handed over", now=now) if stale else 0


def untold(box: SupportsOutbox, due: list[Notice]) -> list[Escalation]:
    """Return a message for each notice that was not told, or was taken back before it was."""
    sent = box.sent_ids(clock_ids=[notice.id for notice in due])
    withdrawn = {row.escalation.id for row in box.outbox_rows(states={OutboxState.WITHDRAWN})} if sent else set()
    return notice_messages(due, sent=sent, withdrawn=withdrawn)


def untold_offers(box: SupportsOutbox, reader: CaseReader, offers: Sequence[Offer], now: datetime) -> list[Escalation]:
    """Return a message for each child whom a change of the council's offers may concern, and who was not told."""
    if not offers or "children" not in reader.capabilities:
        return []
    on = london_day(now)
    since = on - CHANGES_TOLD
    theirs = {
        child.id: changes for child in reader.children() if (changes := changes_for(offers, child, since=since, on=on))
    }
    return offer_messages(theirs, sent=box.sent_ids())


#: For how long after it a change of offers or policies is told to whoever was not told yet. An assumption of ours.
CHANGES_TOLD: Final = timedelta(days=28)


def _told(box: SupportsOutbox, messages: list[Escalation], settings: Settings, now: datetime) -> DeliveryReport | None:
    """Mark the messages and hand them over; in quiet hours nobody is told, and nothing is marked."""
    if settings.quiet_hours is not None and settings.quiet_hours.is_quiet(now):
        return None
    notifiers = open_notifiers(settings)
    box.record_escalations(messages, now=now, notifiers=[notifier.name for notifier in notifiers])
    return deliver(box, notifiers, now=now)


def is_leave(notice: Notice) -> bool:
    """Return whether the notice tells of a leave, during which somebody else is to be reached."""
    return notice.kind is NoticeKind.LEAVE


#: Who answers during each leave, by the notice's id; ``None`` where no profile tells.
Meanwhile = Mapping[str, Contact | None]


def _document(
    due: list[Notice],
    changed: list[Escalation],
    report: DeliveryReport | None,
    now: datetime,
    taken_back: int,
    meanwhile: Meanwhile | None,
) -> dict[str, Any]:
    """Return what was told as one JSON object: ids only, and with profiles whom to reach during each leave."""
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
                **({} if meanwhile is None else {"reach_meanwhile": reach_row(meanwhile.get(notice.id))}),
            }
            for notice in due
        ],
        "offers_changed": _changed_rows(changed, {OFFER_CHANGED}),
        "policies_changed": _changed_rows(changed, {POLICY_CHANGED, VISITS_CHANGED}),
        "taken_back": taken_back,
        "deliveries": [delivery_document(each) for each in report.deliveries] if report else [],
    }


def _changed_rows(changed: list[Escalation], steps: Collection[str]) -> list[dict[str, Any]]:
    """Return the messages about changes of some kinds: whom each is for, and since when."""
    return [
        {"id": each.id, "child_id": each.child_id, "about": each.step, "since": london_day(each.started_at)}
        for each in changed
        if each.step in steps
    ]


def _print(
    due: list[Notice],
    changed: list[Escalation],
    report: DeliveryReport | None,
    now: datetime,
    taken_back: int,
    meanwhile: Meanwhile | None,
    *,
    is_rehearsal: bool,
) -> None:
    verb = "would be told" if is_rehearsal else "told" if report is not None else "wait for the end of the quiet hours"
    if due or changed:
        headings = HEADINGS if meanwhile is None else (*HEADINGS, "Reach meanwhile")
        rows = [(*_row(notice), *_reached(notice, meanwhile)) for notice in due]
        rows += [(*_changed_row(message), *([] if meanwhile is None else [""])) for message in changed]
        output.print_table(f"{london_words(now)}: {len(rows)} {verb}", headings, rows)
    else:
        output.print_lines([f"{london_words(now)}: nothing to tell."])
    if taken_back:
        messages = "1 message" if taken_back == 1 else f"{taken_back} messages"
        output.note(f"{messages} taken back before anybody was told: what they say was changed since.")
    if report is not None:
        print_report(report)


def _reached(notice: Notice, meanwhile: Meanwhile | None) -> tuple[str, ...]:
    if meanwhile is None:
        return ()
    return (reach_words(meanwhile[notice.id]) if notice.id in meanwhile else "",)


def _row(notice: Notice) -> tuple[object, ...]:
    return (
        notice.kind.value.replace("_", " "),
        notice.child_id,
        notice.worker_id if notice.told_by.value == "worker" else "message",
        london_words(notice.starts_at),
        "" if notice.ends_at is None else london_words(notice.ends_at),
        notice.is_late,
    )


def _changed_row(message: Escalation) -> tuple[object, ...]:
    when = london_day(message.started_at).isoformat()
    return (message.step.replace("_", " "), message.child_id, "message", when, "", message.is_late)
