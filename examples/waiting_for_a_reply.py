"""Who waits for a reply, who must answer now, and how the due time came about. Everybody here is made up."""

from datetime import datetime, timedelta

from relationkit.records import LONDON, Absence, Assignment, Message
from relationkit.sla import ClockState, ResponseClock, track_responses

NOW = datetime(2025, 3, 31, 18, tzinfo=LONDON)

ASSIGNMENTS = [
    Assignment.model_validate({**row, "role": "social_worker"})
    for row in (
        {"id": "A1", "child_id": "K1", "worker_id": "SW1", "started_on": "2024-04-01"},
        {"id": "A2", "child_id": "K2", "worker_id": "SW2", "started_on": "2023-09-04"},
        {"id": "A3", "child_id": "K3", "worker_id": "SW1", "started_on": "2025-03-31"},
    )
]
#: SW2 is on leave, and SW1 covers.
LEAVE = Absence.model_validate({"worker_id": "SW2", "cover_id": "SW1", "starts_at": "2025-03-29T00:00+00:00"})


def sent(number: int, child_id: str, at: str, direction: str = "from_child", kind: str = "message") -> Message:
    """Return one text message."""
    row = {"id": f"M{number}", "child_id": child_id, "at": at, "direction": direction, "kind": kind}
    return Message.model_validate({**row, "channel": "text"})


MESSAGES = [
    sent(1, "K1", "2025-03-27T16:30+00:00"),
    sent(2, "K1", "2025-03-27T16:31+00:00", "to_child", "automatic"),  # nobody's answer
    sent(3, "K1", "2025-03-29T09:00+00:00"),  # joins the clock, and does not push it back
    sent(4, "K2", "2025-03-29T11:00+00:00"),
    sent(5, "K3", "2025-03-30T20:00+01:00"),
    sent(6, "K3", "2025-03-31T09:10+01:00", "to_child"),
]


def main() -> None:
    """Print each clock, then why the overdue one was due when it was."""
    clocks = track_responses(MESSAGES, now=NOW, absences=[LEAVE], assignments=ASSIGNMENTS)
    print(f"As at {NOW:%a %d %b %Y %H:%M}\n")
    for clock in clocks:
        print(in_one_line(clock))
    overdue = next(clock for clock in clocks if clock.state(NOW) is ClockState.OVERDUE)
    print(f"\nWhy {overdue.child_id} should have had an answer:")
    print(*(f"  {line}" for line in overdue.explain()), sep="\n")


def in_one_line(clock: ResponseClock) -> str:
    """Return how the clock stands, and who must answer."""
    state = clock.state(NOW).replace("_", " ")
    hours = clock.waited // timedelta(hours=1)
    waits_for = f", waits for {clock.answers_now} {clock.answers_now_id or ''}" if clock.answers_now else ""
    return f"{clock.child_id}  {state:16}  {hours:3} hours{waits_for}"


if __name__ == "__main__":
    main()
