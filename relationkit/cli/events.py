"""What a pass tells the observers of plugins, once all of it is done: identifiers and counts."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from relationkit.cli.output import note
from relationkit.plugins import DeliveryReport, Event, Observers, Outcome
from relationkit.plugins.manager import HousePluginManager
from relationkit.sla import Escalation, ResponseClock

__all__ = ["events_of_pass", "tell_observers"]


def tell_observers(manager: HousePluginManager, events: Iterable[Event]) -> None:
    """Tell every observer, and note each that failed; what was done stays as it is."""
    observers = Observers(manager)
    observers.tell(list(events))
    for failure in observers.failures:
        note(f"relationkit: {failure}")


def events_of_pass(
    clocks: Sequence[ResponseClock],
    overdue: int,
    escalations: Sequence[Escalation],
    report: DeliveryReport | None,
    now: datetime,
) -> Iterator[Event]:
    """Return what one pass did: each step marked, what became of each message, then the pass as a whole."""
    for each in escalations:
        yield Event("escalation_marked", now, {**_about(each), "to": each.to, "recipient_id": each.recipient_id})
    for settled in report.deliveries if report is not None else ():
        facts = {"notifier": settled.row.notifier, "outcome": settled.outcome.value}
        yield Event("message_settled", now, {**_about(settled.row.escalation), **facts})
    yield Event(
        "pass_finished",
        now,
        {
            "clocks": len(clocks),
            "overdue": overdue,
            "escalations_marked": len(escalations),
            "messages_delivered": report.count(Outcome.DELIVERED) if report is not None else 0,
            "dead_letters": len(report.dead_letters) if report is not None else 0,
        },
    )


def _about(escalation: Escalation) -> dict[str, str | int | None]:
    return {
        "escalation_id": escalation.id,
        "clock_id": escalation.clock_id,
        "child_id": escalation.child_id,
        "step": escalation.step,
    }
