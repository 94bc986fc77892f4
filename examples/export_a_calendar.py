"""A child's discreet calendar and their worker's, as files in a temporary folder. Everybody here is made up."""

import secrets
import tempfile
from pathlib import Path

from relationkit.records import Child, Session, Worker
from relationkit.render import CalendarDetail, visit_calendar

CHILD = Child.model_validate({"id": "K1", "chosen_name": "Made-up Maya"})
WORKER = Worker.model_validate({"id": "SW1", "name": "Made-up Sam", "role": "social_worker"})
SESSIONS = [
    Session.model_validate({**row, "child_id": "K1", "worker_id": "SW1"})
    for row in (
        {
            "id": "S1",
            "kind": "visit",
            "starts_at": "2025-03-12T16:00+00:00",
            "ends_at": "2025-03-12T17:00+00:00",
            "place": "Made-up Park",
        },
        {
            "id": "S2",
            "kind": "review",
            "starts_at": "2025-04-02T16:00+01:00",
            "ends_at": "2025-04-02T17:00+01:00",
            "place": "Made-up School",
        },
    )
]


def main() -> None:
    """Write both files, and show what a stranger would read in each."""
    # A service keeps one key for good: with another, every phone shows every entry twice.
    key = secrets.token_bytes(32)
    with tempfile.TemporaryDirectory() as folder:
        for name, person in (("my-calendar.ics", CHILD), ("my-diary.ics", WORKER)):
            path = Path(folder, name)
            path.write_bytes(visit_calendar(SESSIONS, for_=person, key=key, shape="download").to_ical())
            print(f"{name}, {path.stat().st_size} bytes. A stranger reads:")
            for line in path.read_text(encoding="utf-8").splitlines():
                if line.startswith(("SUMMARY", "DTSTART;", "LOCATION")):
                    print(f"  {line}")
    print("\nIn the young person's own words, if they like:")
    words = {"visit": "Milkshakes with Sam"}
    own = visit_calendar(SESSIONS, for_=CHILD, key=key, detail=CalendarDetail.OWN_WORDS, own_words=words)
    print(*(f"  {event['SUMMARY']}" for event in own.walk("VEVENT")), sep="\n")


if __name__ == "__main__":
    main()
