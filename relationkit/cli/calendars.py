"""``relationkit calendar``: one person's, one team's, or everybody's sessions as files for their phones, or a page."""

import hmac
import secrets
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

import typer

from relationkit.cli import output
from relationkit.cli.exits import ALL_WELL
from relationkit.cli.files import write_whole
from relationkit.cli.sources import InvalidOptionError, bank_holidays, moment, opened, require_something
from relationkit.cli.visits import rules_in_use
from relationkit.plugins import CalendarFacts, CaseReader, calendar_facts
from relationkit.records import Child, Session, Worker, london_day
from relationkit.render import CalendarDetail, render_calendar_page, team_calendar, visit_calendar
from relationkit.render.calendar import SHORTEST_KEY
from relationkit.visits import VisitRule

__all__ = ["calendar_key", "calendar_page", "calendar_text", "details", "find_person", "write_calendar"]

#: The details that a command can make; a young person's own wording comes through the library.
details: Final = {detail.value: detail for detail in (CalendarDetail.DISCREET, CalendarDetail.WORKER)}

#: A calendar and its key are about one person.
OWNER_ONLY: Final = 0o600

#: In a folder of files: which is whose. For whoever hands the files out, and for nobody else.
INDEX: Final = "whose-is-which.csv"

Shape = Literal["feed", "download"]


def write_calendar(
    source: str,
    whose: str,
    out: Path,
    detail: str | None,
    key_file: Path | None,
    rules: Path | None,
    now: str | None,
    *,
    is_feed: bool,
    has_leave: bool,
) -> int:
    """Write the file, or a folder of them, and say what is in it; return the exit code."""
    chosen, at, in_use = _detail(detail), moment(now), rules_in_use(rules)
    is_page = out.suffix.lower() == ".html"
    shape: Shape = "feed" if is_feed or is_page else "download"  # only a feed has a name, which heads the page
    kind, _, name = whose.partition(":")
    language = "en"
    with opened(source) as reader:
        if kind == "team":
            team = _team(reader, name, whose)
            is_folder = out.is_dir()
            files = _team_files(reader, name, team, at, in_use) if is_folder else _team_file(reader, name, team, at)
        else:
            person = find_person(reader, whose)
            language = person.language if isinstance(person, Child) else language
            files = _person_file(reader, person, chosen, at, in_use, has_leave=has_leave)
        made = list(files)
        problems = list(reader.problems)
    output.show_problems(problems)
    key = calendar_key(key_file)
    if out.is_dir() and kind == "team":
        return _write_folder(out, made, key, shape)
    _, text_of = made[0]
    text = text_of(key=key, shape=shape)
    if is_page:
        write_whole(out, calendar_page(text, at, language), mode=OWNER_ONLY)
        output.note(f"{out}: what the calendar says, as a page. Open it in any browser; what changes needs a new one.")
        return ALL_WELL
    write_whole(out, text, mode=OWNER_ONLY)
    output.note(f"{out}: {_entries(text)}. {_next_step(is_feed=is_feed)}")
    return ALL_WELL


def _write_folder(out: Path, files: list[tuple[str, Any]], key: bytes, shape: Shape) -> int:
    """Write a file for each, named so that no name tells whose it is, and the list that does."""
    rows = []
    for whose, text_of in files:
        name = f"{hmac.digest(key, whose.encode(), 'sha256').hex()[:32]}.ics"
        text = text_of(key=key, shape=shape)
        write_whole(out / name, text, mode=OWNER_ONLY)
        rows.append((whose, name, text.count(b"BEGIN:VEVENT")))
    write_whole(out / INDEX, output.csv_text(("whose", "file", "entries"), rows), mode=OWNER_ONLY)
    output.note(f"{out}: {len(rows)} files. {INDEX} says which is whose: keep it apart from them.")
    return ALL_WELL


def _entries(text: bytes) -> str:
    entries = text.count(b"BEGIN:VEVENT")
    return f"{entries} {'entry' if entries == 1 else 'entries'}"


def _person_file(
    reader: CaseReader,
    person: Child | Worker,
    detail: CalendarDetail | None,
    now: datetime,
    rules: Collection[VisitRule],
    *,
    has_leave: bool,
) -> Iterator[tuple[str, Any]]:
    """Yield whose the file is, and what makes its bytes from a key and a shape."""
    facts = calendar_facts(reader, person, now=now, rules=rules)
    require_something(reader, len(facts.sessions))  # an empty file would clear a phone
    whose = f"{'child' if isinstance(person, Child) else 'worker'}:{person.id}"
    yield whose, partial(facts_text, person, facts, detail=detail, now=now, has_leave=has_leave)


def _team(reader: CaseReader, name: str, whose: str) -> list[Worker]:
    workers = [worker for worker in reader.workers() if worker.team == name]
    if not name or not workers:
        output.show_problems(reader.problems)
        raise InvalidOptionError(f"--for {whose}: the source has no worker in a team of that name. Check the name.")
    return workers


def _team_file(reader: CaseReader, team: str, workers: list[Worker], now: datetime) -> Iterator[tuple[str, Any]]:
    absences = list(reader.absences())
    require_something(reader, len(absences))

    def text_of(*, key: bytes, shape: Shape) -> bytes:
        text: bytes = team_calendar(absences, team=team, workers=workers, key=key, now=now, shape=shape).to_ical()
        return text

    yield f"team:{team}", text_of


def _team_files(
    reader: CaseReader, team: str, workers: list[Worker], now: datetime, rules: Collection[VisitRule]
) -> Iterator[tuple[str, Any]]:
    """Yield the team's file, one for each of its workers, and one for each child whom they hold a role for."""
    if "absences" in reader.capabilities:
        yield from _team_file(reader, team, workers, now)
    for worker in workers:
        yield from _person_file(reader, worker, None, now, rules, has_leave=True)
    held = reader.assignments(worker_ids=[worker.id for worker in workers])
    children = sorted({each.child_id for each in held if each.is_open(on=london_day(now))})
    for child in reader.children(child_ids=children):
        yield from _person_file(reader, child, None, now, rules, has_leave=False)


def _detail(name: str | None) -> CalendarDetail | None:
    if name is None:
        return None
    if name not in details:
        raise InvalidOptionError(f"--detail {name}: not a detail. Use one of {', '.join(details)}.")
    return details[name]


def _next_step(*, is_feed: bool) -> str:
    return (
        "Put it at a secret address and subscribe to it; whoever runs the calendar then keeps a copy."
        if is_feed
        else "Open it to add the entries once; later changes need a new file, or a feed."
    )


def find_person(reader: CaseReader, whose: str) -> Child | Worker:
    """Return the child or worker that ``child:ID`` or ``worker:ID`` names.

    Raises:
        InvalidOptionError: Not of that form, or nobody of that id in the source.
    """
    kind, _, person_id = whose.partition(":")
    if kind not in ("child", "worker") or not person_id:
        raise InvalidOptionError(f"--for {whose}: not of the form worker:ID, child:ID or team:NAME.")
    found: list[Child] | list[Worker] = (
        list(reader.children(child_ids=[person_id]))
        if kind == "child"
        else list(reader.workers(worker_ids=[person_id]))
    )
    if not found:
        output.show_problems(reader.problems)
        raise InvalidOptionError(f"--for {whose}: the source has no {kind} of that id. Check the id.")
    return found[0]


def facts_text(
    person: Child | Worker,
    facts: CalendarFacts,
    *,
    detail: CalendarDetail | None,
    now: datetime,
    key: bytes,
    shape: Shape,
    has_leave: bool,
) -> bytes:
    """Return the bytes of a person's file; a child's has leave only where that was asked for."""
    text: bytes = visit_calendar(
        facts.sessions,
        for_=person,
        key=key,
        detail=detail,
        now=now,
        shape=shape,
        absences=facts.absences if has_leave or isinstance(person, Worker) else (),
        assignments=facts.assignments,
        visits=facts.visits,
        handovers=facts.handovers,
        closed_on=bank_holidays(london_day(now)) if facts.handovers else None,
    ).to_ical()
    return text


def calendar_text(
    person: Child | Worker, sessions: Iterable[Session], key: bytes, now: datetime, *, shape: Shape = "download"
) -> bytes:
    """Return the bytes of a file with these sessions only."""
    text: bytes = visit_calendar(sessions, for_=person, key=key, now=now, shape=shape).to_ical()
    return text


def calendar_page(text: bytes, now: datetime, language: str) -> str:
    """Return what a file says as a page."""
    from icalendar import Calendar

    return render_calendar_page(Calendar.from_ical(text), now=now, language=language)


def calendar_key(key_file: Path | None) -> bytes:
    """Return the secret that entries' identities are made with, making the file when there is none.

    The file is readable by its owner only. All of it but a last line break is the key.

    Raises:
        InvalidOptionError: The file holds too short a key.
    """
    path = key_file or Path(typer.get_app_dir("relationkit")) / "calendar.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=OWNER_ONLY)
        path.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
        output.note(f"{path}: a new key. Keep it: with another one, phones show every entry twice.")
    key = path.read_bytes().removesuffix(b"\n")
    if len(key) < SHORTEST_KEY:
        raise InvalidOptionError(
            f"--key-file {path}: {len(key)} bytes, and {SHORTEST_KEY} are needed. Remove it to have a new one made."
        )
    return key
