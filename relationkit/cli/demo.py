"""``relationkit demo``: a synthetic council in a database, everything worked out, every output in one folder."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from relationkit.cli import output
from relationkit.cli.audits import read_and_audit, with_card_share, write_audit
from relationkit.cli.board import board_page, promise_store
from relationkit.cli.calendars import calendar_page, calendar_text
from relationkit.cli.changes import (
    CHILD_HEADINGS,
    changes_document,
    child_row,
    published_beside,
    read_year,
)
from relationkit.cli.clocks import CLOCK_HEADINGS, clock_row, clock_rows, read_clocks
from relationkit.cli.demo_page import (
    AUDIT_FILES,
    BOARD_FILE,
    DAYS,
    FEEDBACK_FILE,
    PROFILES_FILE,
    demo_commands,
    demo_page,
    made_up_profile,
)
from relationkit.cli.exits import ALL_WELL
from relationkit.cli.feedback import last_closed_day, what_children_said
from relationkit.cli.files import write_whole
from relationkit.cli.sources import InvalidOptionError, last_reporting_year, moment
from relationkit.cli.team_week import TeamWeek, look_at_week
from relationkit.continuity import Window
from relationkit.errors import MissingExtraError
from relationkit.feedback import AFTER_SESSION_FORMS
from relationkit.plugins import CaseReader, SupportsFeedback, open_adapter
from relationkit.profiles import IntroductionCard, ProfileBook
from relationkit.records import Child, Role, Session, SessionStatus, Worker, london_day
from relationkit.render import (
    OverviewLink,
    render_card,
    render_card_sheet,
    render_feedback_summary,
    render_form,
    render_overview,
)
from relationkit.samples import SampleCouncil
from relationkit.visits import PlanBoard

__all__ = ["make_demo"]

DATABASE: Final = "council.db"

#: In every folder that a demo made, so that the next one may write over it and nothing else.
MARKER: Final = ".relationkit-demo"

#: Workers with a calendar (and a child of each), and workers with a card.
CALENDARS: Final = 3
CARDS: Final = 3

#: Children whose forms are kept: each is a transaction of its own, as in the app.
LISTENED_TO: Final = 250

#: One in so many social workers has no card yet, so that a reader sees what is said then.
WITHOUT_CARD: Final = 5

#: How many days ago workers agreed to their cards; after a year a card is out of date.
CARD_AGES: Final = (40, 200, 90, 310, 400, 12)

#: Requests to talk that are newer than this lie unread, so that a reader sees one; duty has read the others.
UNREAD: Final = timedelta(days=7)

#: Cards on the sheet to cut out.
ON_THE_SHEET: Final = 10

#: Boards that are written in one transaction, and those among which the one to show is looked for.
BOARDS_TOGETHER: Final = 1_000
BOARDS_LOOKED_AT: Final = 50

FORM_ABOUT: Final = "a made-up session with a made-up worker"


def make_demo(out: Path, children: int, seed: int, now: str | None) -> int:
    """Make the council and every output; return the exit code."""
    at = moment(now)
    council = SampleCouncil(children, seed=seed, now=at)
    prepare_folder(out)
    database = out / DATABASE
    write_council(database, council)
    with open_adapter(f"sql:{database}") as reader:
        week = write_outputs(reader, out, at, seed)
    print_next(out, week)
    return ALL_WELL


def prepare_folder(out: Path) -> None:
    """Make the folder; one that holds anything but an earlier demo is left alone.

    Raises:
        InvalidOptionError: It is a file, or holds other files.
    """
    if out.exists() and not out.is_dir():
        raise InvalidOptionError(f"--out {out}: a file. Name a folder that is new or empty.")
    if out.exists() and any(out.iterdir()) and not (out / MARKER).exists():
        raise InvalidOptionError(f"--out {out}: not empty. Name a folder that is new or empty.")
    out.mkdir(parents=True, exist_ok=True)
    (out / MARKER).touch()
    (out / DATABASE).unlink(missing_ok=True)
    for folder, ours in (("calendars", "*.ics"), ("calendars", "*.html"), ("cards", "card-*.html")):
        (out / folder).mkdir(exist_ok=True)
        for left in (out / folder).glob(ours):
            left.unlink()


def write_council(database: Path, council: SampleCouncil) -> None:
    """Write every record of the council to a new SQLite file."""
    try:
        from relationkit.plugins.adapters.sql import SqlAdapter
    except MissingExtraError as error:
        raise MissingExtraError("The demo", extra="all") from error
    with output.watch("Making the council") as counted, SqlAdapter.create(str(database)) as adapter:
        adapter.write(counted(council.records()))
        for plan in council.handover_plans():
            adapter.keep_handover(plan)
        boards = council.plan_boards()
        while together := list(islice(boards, BOARDS_TOGETHER)):
            adapter.put_up(promise for board in together for promise in board.promises)
            adapter.tick(tick for board in together for tick in board.log)
        keep_what_was_said(adapter, council)


def keep_what_was_said(store: SupportsFeedback, council: SampleCouncil) -> None:
    """Keep the forms of some children, and let duty read the requests to talk, but for the newest."""
    listened = [child.id for child in islice(council.children(), LISTENED_TO)]
    asked = set()
    for submission in council.submissions(child_ids=listened):
        store.submit(submission, now=submission.submitted_at)
        if submission.wants_to_talk and submission.submitted_at < council.now - UNREAD:
            asked.add(submission.child_id)
    duty = next(worker for worker in council.workers() if worker.role is Role.DUTY)
    store.read_submissions(duty, now=council.now - UNREAD, child_ids=asked)


def write_outputs(reader: CaseReader, out: Path, now: datetime, seed: int) -> TeamWeek:
    """Work everything out from the database, write each output, the index page last; return the week on it."""
    year = last_reporting_year(london_day(now))
    result = read_year(reader, Window.reporting_year(year))
    clocks, _ = read_clocks(reader, now)
    published = published_beside(year, None)
    source = f"sql:{DATABASE}"
    write_json(out / "changes.json", changes_document(source, result, published))
    write_csv(out / "changes.csv", CHILD_HEADINGS, map(child_row, result.measures))
    audit = read_and_audit(reader, result.window, published, (), with_children=False, is_anyway=False)
    book = made_up_book(reader, london_day(now))
    audit = with_card_share(audit, reader, book.profiles, now)
    for name in AUDIT_FILES:
        write_audit(out / name, audit, None, ())
    write_json(out / "replies.json", {"source": source, "now": now, "clocks": clock_rows(clocks, now)})
    write_csv(out / "replies.csv", CLOCK_HEADINGS, (clock_row(clock, now) for clock in clocks))
    write_whole(out / "form.html", render_form(AFTER_SESSION_FORMS[0], action="#sent", about=FORM_ABOUT))
    write_whole(out / BOARD_FILE, board_page(reader, fullest_board(reader, now), now))
    calendars = list(write_calendars(reader, out, now, seed))
    shown = entries_of((out / calendars[-1].path).read_bytes())
    profiles = [profile.model_dump(mode="json", exclude_none=True) for profile in book.profiles]
    write_json(out / PROFILES_FILE, {"profiles": profiles})
    cards = list(write_cards(book, out))
    form = AFTER_SESSION_FORMS[0]
    said = what_children_said(reader, form, last_closed_day(now, form), now)
    write_whole(out / FEEDBACK_FILE, render_feedback_summary(said))
    week = look_at_week(reader, now=now, days=DAYS, team=first_team(reader), profiles=book)
    write_whole(out / "index.html", render_overview(demo_page(week, said, result, published, calendars, shown, cards)))
    return week


def write_json(path: Path, value: Any) -> None:
    """Write one JSON document."""
    write_whole(path, output.json_text(value))


def write_csv(path: Path, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write CSV that is safe to open in a spreadsheet."""
    write_whole(path, output.csv_text(headings, rows))


def fullest_board(reader: CaseReader, now: datetime) -> PlanBoard:
    """Return one of the first boards: the one whose promises stand most differently, so that a reader sees each."""

    def stands(board: PlanBoard) -> tuple[int, int]:
        states = {board.state(promise.id, now=now) for promise in board.promises}
        return len(states), len(board.promises)

    return max(islice(promise_store(reader).boards(), BOARDS_LOOKED_AT), key=stands)


def write_calendars(reader: CaseReader, out: Path, now: datetime, seed: int) -> Iterator[OverviewLink]:
    """Write calendars of the workers with most sessions ahead, and of one child of each; yield their links."""
    # A made-up council needs no secret; the key only has to be the same each time.
    key = hashlib.sha256(f"relationkit demo {seed}".encode()).digest()
    ahead = [session for session in reader.sessions(since=now) if session.status is SessionStatus.PLANNED]
    busiest = [worker_id for worker_id, _ in Counter(session.worker_id for session in ahead).most_common(CALENDARS)]
    for worker in reader.workers(worker_ids=busiest):
        yield from write_calendar_of(worker, [each for each in ahead if each.worker_id == worker.id], out, key, now)
    theirs = {session.worker_id: session.child_id for session in ahead if session.worker_id in busiest}
    for child in reader.children(child_ids=list(theirs.values())):
        yield from write_calendar_of(child, [each for each in ahead if each.child_id == child.id], out, key, now)


def write_calendar_of(
    person: Child | Worker, sessions: list[Session], out: Path, key: bytes, now: datetime
) -> Iterator[OverviewLink]:
    """Write one person's calendar, a child's as a page too; yield the links. A child's say nothing about whose."""
    text = calendar_text(person, sessions, key, now)
    if isinstance(person, Worker):
        name, words = f"worker-{person.id}", f"{len(sessions)} sessions, by the case system's reference."
    else:
        name = hashlib.sha256(key + person.id.encode()).hexdigest()[:12]
        words = "The same as a file that a calendar opens."
        write_whole(out / f"calendars/{name}.html", calendar_page(text, now, person.language))
        yield OverviewLink(
            f"calendars/{name}.html",
            f"A child's calendar, {name}",
            "As their phone shows it: open it and see how little it says.",
        )
    write_whole(out / f"calendars/{name}.ics", text)
    yield OverviewLink(f"calendars/{name}.ics", f"{name}.ics", words)


def entries_of(calendar: bytes) -> list[tuple[datetime, str]]:
    """Return when the entries of a calendar are and what they are called: all that a phone shows."""
    from icalendar import Calendar

    events: list[Any] = Calendar.from_ical(calendar).walk("VEVENT")
    return sorted((event["DTSTART"].dt, str(event["SUMMARY"])) for event in events)


def first_team(reader: CaseReader) -> str | None:
    """Return the team of which the page tells the week: the first by name."""
    return min((child.team for child in reader.children() if child.team is not None), default=None)


def made_up_book(reader: CaseReader, today: date) -> ProfileBook:
    """Return made-up profiles of the social workers, but for one in some; some are old."""
    social = (worker for worker in reader.workers() if worker.role is Role.SOCIAL_WORKER)
    return ProfileBook(
        tuple(
            made_up_profile(worker, number, today - timedelta(days=CARD_AGES[number % len(CARD_AGES)]))
            for number, worker in enumerate(social)
            if number % WITHOUT_CARD != WITHOUT_CARD - 1
        )
    )


def write_cards(book: ProfileBook, out: Path) -> Iterator[OverviewLink]:
    """Write an introduction card for a few social workers, and a sheet of ten to cut out; yield their links."""
    cards = [IntroductionCard.from_profile(profile) for profile in book.profiles[:ON_THE_SHEET]]
    for card in cards[:CARDS]:
        path = f"cards/card-{card.worker_id}.html"
        write_whole(out / path, render_card(card))
        yield OverviewLink(
            path, f"Card of {card.name}", "Both sides of a pocket card; print it, or show it on a phone."
        )
    path = "cards/card-sheet.html"
    write_whole(out / path, render_card_sheet(cards))
    yield OverviewLink(path, "Ten cards on a sheet", "Print it on one A4 page, and cut along the marks.")


def print_next(out: Path, week: TeamWeek) -> None:
    """Say what was made and what to look at next."""
    output.note(f"Written to {out}. Every person in it is made up. Look at:")
    output.note(f"  {out / 'index.html'}  in a browser: what everything is, with the figures")
    for command in demo_commands(out, week, last_reporting_year(london_day(week.now))):
        output.note(f"  {command}")
