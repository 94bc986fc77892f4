"""How long a calendar of many sessions takes to build and to write, beside two other ways, as ratios in one run.

    python benchmarks/calendars.py [--events 10000] [--rounds 5]

The lanes write the same events with the same lines: ``floor`` joins lines by hand (with escaping, folding and the same
keyed UIDs), ``library`` uses icalendar's own fastest way, ``Event()`` and ``add``, ``ours`` is ``visit_calendar``, and
``changed`` is ``visit_calendar`` with the cache of the last build, of which one event in a hundred has changed since.
Processor time, the median of the rounds, lanes taking turns. All sessions are synthetic.
"""

import argparse
import hashlib
import hmac
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from relationkit.records import LONDON, Child, Session
from relationkit.render import EntryCache, visit_calendar

KEY = b"a synthetic key of 32 bytes, no secret"
CHILD = Child(id="C1")
FIRST = datetime(2025, 1, 6, 16, tzinfo=UTC)


def synthetic_sessions(count: int) -> list[Session]:
    return [
        Session(
            id=f"s{number:07}",
            child_id=CHILD.id,
            worker_id="W1",
            kind="visit",
            starts_at=FIRST + timedelta(hours=number),
            ends_at=FIRST + timedelta(hours=number, minutes=50),
            changed_at=FIRST - timedelta(days=30),
            revision=number % 3,
        )
        for number in range(count)
    ]


def uid(session: Session) -> str:
    return hmac.new(KEY, session.id.encode(), hashlib.sha256).hexdigest()[:32]


def ours(sessions: list[Session]) -> bytes:
    return visit_calendar(sessions, for_=CHILD, key=KEY).to_ical()


def changed_since(sessions: list[Session]) -> Callable[[list[Session]], bytes]:
    """Return the lane that has written ``sessions`` before, each hundredth of them in an older version."""
    cache = EntryCache()
    older = [
        session.model_copy(update={"revision": session.revision + 10}) if number % 100 == 0 else session.model_copy()
        for number, session in enumerate(sessions)
    ]
    visit_calendar(older, for_=CHILD, key=KEY, cache=cache)
    return lambda given: visit_calendar(given, for_=CHILD, key=KEY, cache=cache).to_ical()


def library(sessions: list[Session]) -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Calendar//EN")
    for session in sessions:
        event = Event()
        event.add("uid", uid(session))
        event.add("dtstamp", session.changed_at)
        event.add("last-modified", session.changed_at)
        event.add("sequence", session.revision)
        event.add("dtstart", session.starts_at.astimezone(LONDON))
        event.add("dtend", session.ends_at.astimezone(LONDON))
        event.add("summary", "Catch-up")
        event.add("status", "CONFIRMED")
        event.add("transp", "OPAQUE")
        calendar.add_component(event)
    return calendar.to_ical(sorted=False)


def folded(line: str) -> str:
    raw = line.encode()
    if len(raw) <= 75:
        return line
    parts = []
    while len(raw) > 74:
        cut = 74
        while raw[cut] & 0xC0 == 0x80:
            cut -= 1
        parts.append(raw[:cut].decode())
        raw = raw[cut:]
    return "\r\n ".join([*parts, raw.decode()])


def floor(sessions: list[Session]) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Calendar//EN"]
    for session in sessions:
        title = "Catch-up".replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
        stamp = f"{session.changed_at:%Y%m%dT%H%M%SZ}"
        lines += [
            "BEGIN:VEVENT",
            f"UID:{uid(session)}",
            f"DTSTAMP:{stamp}",
            f"LAST-MODIFIED:{stamp}",
            f"SEQUENCE:{session.revision}",
            f"DTSTART;TZID=Europe/London:{session.starts_at.astimezone(LONDON):%Y%m%dT%H%M%S}",
            f"DTEND;TZID=Europe/London:{session.ends_at.astimezone(LONDON):%Y%m%dT%H%M%S}",
            folded(f"SUMMARY:{title}"),
            "STATUS:CONFIRMED",
            "TRANSP:OPAQUE",
            "END:VEVENT",
        ]
    return ("\r\n".join([*lines, "END:VCALENDAR"]) + "\r\n").encode()


def processor_seconds(lane: Callable[[list[Session]], bytes], sessions: list[Session]) -> float:
    started = time.process_time()
    written = lane(sessions)
    taken = time.process_time() - started
    assert written.count(b"BEGIN:VEVENT") == len(sessions)
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000, help="how many events")
    parser.add_argument("--rounds", type=int, default=5, help="how many times each is measured")
    options = parser.parse_args()
    sessions = synthetic_sessions(options.rows)
    lanes = {"floor": floor, "library": library, "ours": ours}
    taken: dict[str, list[float]] = {name: [] for name in (*lanes, "changed")}
    for _ in range(options.rounds):
        for name, lane in {**lanes, "changed": changed_since(sessions)}.items():
            taken[name].append(processor_seconds(lane, sessions))
    middle = {name: statistics.median(seconds) for name, seconds in taken.items()}
    print(f"{options.rows} events, median of {options.rounds} rounds, processor time")
    print(f"{'lane':8} {'seconds':>8} {'x floor':>8} {'x library':>10}")
    for name, seconds in middle.items():
        print(f"{name:8} {seconds:8.2f} {seconds / middle['floor']:8.1f} {seconds / middle['library']:10.2f}")


if __name__ == "__main__":
    main()
