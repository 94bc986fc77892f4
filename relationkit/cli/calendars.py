"""``relationkit calendar``: one person's planned sessions as a file for their phone."""

import secrets
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

import typer

from relationkit.cli import output
from relationkit.cli.exits import ALL_WELL
from relationkit.cli.files import write_whole
from relationkit.cli.sources import InvalidOptionError, moment, opened, require_something
from relationkit.plugins import CaseReader
from relationkit.records import Child, Session, Worker
from relationkit.render import CalendarDetail, visit_calendar
from relationkit.render.calendar import SHORTEST_KEY

__all__ = ["calendar_key", "details", "find_person", "sessions_of", "write_calendar"]

#: The details that a command can make; a young person's own wording comes through the library.
details: Final = {detail.value: detail for detail in (CalendarDetail.DISCREET, CalendarDetail.WORKER)}


#: A calendar and its key are about one person.
OWNER_ONLY: Final = 0o600


def write_calendar(
    source: str, whose: str, out: Path, detail: str | None, key_file: Path | None, now: str | None, *, is_feed: bool
) -> int:
    """Write the file and say what is in it; return the exit code."""
    chosen = _detail(detail)
    at = moment(now)
    with opened(source) as reader:
        person = find_person(reader, whose)
        sessions = sessions_of(reader, person)
        require_something(reader, len(sessions))  # an empty file would clear a phone
        problems = list(reader.problems)
    output.show_problems(problems)
    text = calendar_text(person, sessions, calendar_key(key_file), chosen, at, is_feed=is_feed)
    write_whole(out, text, mode=OWNER_ONLY)
    entries = text.count(b"BEGIN:VEVENT")
    output.note(f"{out}: {entries} {'entry' if entries == 1 else 'entries'}. {_next_step(is_feed=is_feed)}")
    return ALL_WELL


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
        raise InvalidOptionError(f"--for {whose}: not of the form worker:ID or child:ID.")
    found: list[Child] | list[Worker] = (
        list(reader.children(child_ids=[person_id]))
        if kind == "child"
        else list(reader.workers(worker_ids=[person_id]))
    )
    if not found:
        output.show_problems(reader.problems)
        raise InvalidOptionError(f"--for {whose}: the source has no {kind} of that id. Check the id.")
    return found[0]


def sessions_of(reader: CaseReader, person: Child | Worker) -> list[Session]:
    """Return the person's sessions."""
    if isinstance(person, Child):
        return list(reader.sessions(child_ids=[person.id]))
    return list(reader.sessions(worker_ids=[person.id]))


def calendar_text(
    person: Child | Worker,
    sessions: list[Session],
    key: bytes,
    detail: CalendarDetail | None,
    now: datetime,
    *,
    is_feed: bool,
) -> bytes:
    """Return the bytes of the file."""
    shape: Literal["feed", "download"] = "feed" if is_feed else "download"
    text: bytes = visit_calendar(sessions, for_=person, key=key, detail=detail, now=now, shape=shape).to_ical()
    return text


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
