"""What the demo's index page says: the figures of one synthetic council, and what each file beside it is."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

from relationkit.cli.changes import SYMBOLS, CouncilYear, figures_of
from relationkit.cli.clocks import STILL_WAITING, london_words, table_rows
from relationkit.cli.output import words_of
from relationkit.england import PublishedStability, Symbol
from relationkit.profiles import ContactKind, ContactWay, DutyLine, WorkerProfile
from relationkit.records import Worker
from relationkit.render import Overview, OverviewFigure, OverviewLink, OverviewSection, OverviewTable
from relationkit.sla import ClockState, ResponseClock

__all__ = ["AUDIT_FILES", "BOARD_FILE", "demo_commands", "demo_page", "made_up_profile"]

#: The audit, as a page and as a baseline.
AUDIT_FILES: Final = ("audit.html", "audit.json")

#: One child's plan board.
BOARD_FILE: Final = "board.html"

#: Rows of each table on the page; the files hold all.
SHOWN: Final = 10

LEAD: Final = (
    "This is a made-up council, as at {now}. Nobody in it exists. It has what real case systems hold: children, "
    "workers who leave and go on leave, messages, meetings. Everything below was worked out from its database."
)

#: What each section says first; an empty line parts two paragraphs.
WAITING_WORDS: Final = """\
When a child sends a message, a clock starts. A person's reply stops it; an automatic answer does not, and neither
does a call that was not picked up. A worker's leave, a transfer and a weekend do not stop it: the clock belongs to the
child, and only the duty to answer moves, to cover, then to duty.

The time to reply here is 72 hours. No national standard sets it; it is what young people asked for."""

CHANGES_WORDS: Final = """\
Two bodies count differently, and both counts are here under their own names. The Department for Education counts
distinct social workers in the year; 3 or more is high. The Children's Commissioner counts changes, with cover for
absence left out; 2 or more is multiple.

Synthetic councils are set to come out near the share published for 2024; one this small scatters around it by
chance."""

CALENDAR_WORDS: Final = """\
Planned meetings as calendar files. A worker's file carries the case system's reference. A child's says as little as it
can: a neutral title and a time, no place, no people, nothing that says care, because phones lie on tables."""

VOICE_WORDS: Final = """\
A form to say how a session went, in a few taps, without having to say it to anybody's face. A card, so that a child
knows who is coming and how to reach them."""

BOARD_WORDS: Final = """\
What a worker said they would do, on a board that the child can tick. "Be honest and always do what you say you are
going to do", young people asked; so what was said stays, with its day."""

FILES_WORDS: Final = "Everything the page shows is also there for a program or a spreadsheet."

FORM: Final = OverviewLink(
    "form.html", "How did it go? (13 and over)", "The form a young person fills in after a session. Nothing is sent."
)
AUDIT: Final = OverviewLink(
    "audit.html",
    "The audit of the year",
    "As a council would publish it: small numbers withheld, nobody named.",
)
BOARD: Final = OverviewLink(
    BOARD_FILE, "A child's plan board", "What is done, what is still to come, and what was not done by its day."
)
FILES: Final = (
    OverviewLink("council.db", "council.db", "The whole council: an SQLite database that every command can read."),
    OverviewLink("changes.csv", "changes.csv", "Both counts for every child, for a spreadsheet."),
    OverviewLink("changes.json", "changes.json", "The same with the shares, for a program."),
    OverviewLink("audit.json", "audit.json", "The audit to compare with a later one: 'changes --compare'."),
    OverviewLink("replies.csv", "replies.csv", "Every message that needed a reply, for a spreadsheet; times in UTC."),
    OverviewLink("replies.json", "replies.json", "The same, for a program."),
)


def demo_page(
    result: CouncilYear,
    clocks: Sequence[ResponseClock],
    now: datetime,
    published: Sequence[PublishedStability],
    calendars: Sequence[OverviewLink],
    cards: Sequence[OverviewLink],
) -> Overview:
    """Return the page: figures first, then a section for each thing a reader may look for."""
    waiting = sorted(
        (clock for clock in clocks if clock.state(now) in STILL_WAITING), key=lambda clock: (clock.due_at, clock.id)
    )
    return Overview(
        title="How is it going between each child and their worker?",
        lead=LEAD.format(now=london_words(now)),
        figures=list(figures(result, clocks, now, published)),
        sections=[
            OverviewSection("replies", "Waiting for a reply", paragraphs(WAITING_WORDS), [waiting_table(waiting, now)]),
            OverviewSection(
                "workers",
                "Who changed worker",
                paragraphs(CHANGES_WORDS),
                [children_table(result), share_table(result, published)],
                links=[AUDIT],
            ),
            OverviewSection("calendars", "Calendars", paragraphs(CALENDAR_WORDS), links=calendars),
            OverviewSection("board", "What was promised", paragraphs(BOARD_WORDS), links=[BOARD]),
            OverviewSection("voice", "A form and a card", paragraphs(VOICE_WORDS), links=[FORM, *cards]),
            OverviewSection("files", "Files", paragraphs(FILES_WORDS), links=FILES),
        ],
        commands=demo_commands(Path(), now, result.window.last_on.year),
    )


def paragraphs(words: str) -> list[str]:
    """Return the paragraphs of a text, each on one line."""
    return [" ".join(paragraph.split()) for paragraph in words.split("\n\n")]


def figures(
    result: CouncilYear, clocks: Sequence[ResponseClock], now: datetime, published: Sequence[PublishedStability]
) -> Sequence[OverviewFigure]:
    """Return the figures in large type."""
    states = Counter(clock.state(now) for clock in clocks)
    waiting = sum(states[state] for state in STILL_WAITING)
    england = published[0]
    beside = f"England {england.year}: {figures_of(england)[2]}"
    year = f"the year to {result.window.last_on.day} {result.window.last_on:%B %Y}"
    return [
        OverviewFigure(
            words_of(waiting), "messages wait for a reply", f"{words_of(states[ClockState.OVERDUE])} are overdue"
        ),
        OverviewFigure(
            words_of(states[ClockState.ANSWERED_IN_TIME]),
            "were answered in time",
            f"{words_of(states[ClockState.ANSWERED_LATE])} late",
        ),
        OverviewFigure(share_words(result), f"had 3 or more social workers in {year}", beside),
        OverviewFigure(words_of(len(result.measures)), "made-up children", None),
    ]


def share_words(result: CouncilYear) -> str:
    """Return the council's own share; that it could not be judged when nobody was counted."""
    share = result.share.percentage
    return "could not be judged" if share is None else f"{share:.0f}%"


def waiting_table(waiting: Sequence[ResponseClock], now: datetime) -> OverviewTable:
    """Return the longest due first."""
    left_out = f"; the first {SHOWN} of {len(waiting)}" if len(waiting) > SHOWN else ""
    return OverviewTable(
        f"Still waiting, longest due first{left_out}",
        ("Child", "Waiting since", "Due", "State", "Waited", "Must answer now"),
        list(table_rows(waiting[:SHOWN], now)),
    )


def children_table(result: CouncilYear) -> OverviewTable:
    """Return the children with the most workers."""
    most = sorted(result.measures, key=lambda row: (-row.dfe_stability.workers, row.child_id))[:SHOWN]
    return OverviewTable(
        f"The {len(most)} children with the most social workers in the year",
        ("Child", "Social workers", "3 or more", "Changes, without cover", "2 or more"),
        [
            (
                row.child_id,
                words_of(row.dfe_stability.workers),
                words_of(row.dfe_stability.is_high),
                words_of(row.commissioner_instability.changes),
                words_of(row.commissioner_instability.is_multiple),
            )
            for row in most
        ],
        numbers=(1, 3),
    )


def share_table(result: CouncilYear, published: Sequence[PublishedStability]) -> OverviewTable:
    """Return the council's share beside the published one."""
    own = (
        f"This council: {result.population}",
        words_of(result.share.children),
        words_of(result.share.high),
        share_words(result),
    )
    others = [
        (
            f"Published {row.year}: {row.area}, children looked after on 31 March",
            *(SYMBOLS[each] if isinstance(each, Symbol) else words_of(each) for each in figures_of(row)),
        )
        for row in published
    ]
    return OverviewTable(
        "3 or more social workers in the year",
        ("Whose", "Children", "3 or more", "Share"),
        [own, *others],
        numbers=(1, 2, 3),
    )


def made_up_profile(worker: Worker, number: int, today: date) -> WorkerProfile:
    """Return a profile for a made-up worker, right from today; the numbers are those that Ofcom keeps for drama."""
    liked = (
        ("I grow tomatoes", "I am learning the drums", "My dog is called Biscuit"),
        ("I swim in the sea", "I bake on Sundays", "I once got lost in a maze"),
        ("I collect maps", "I support a team that loses", "I make good soup"),
    )
    return WorkerProfile(
        worker_id=worker.id,
        name=worker.name,
        what_i_do="I visit you, listen to you, and sort out the things we agree on.",
        three_things=liked[number % len(liked)],
        ways=(
            ContactWay(kind=ContactKind.TEXT, label="Text me", value=f"07700 9001{number:02d}"),
            ContactWay(kind=ContactKind.CALL, label="Call me", value=f"07700 9001{number:02d}"),
        ),
        hours="Monday to Friday, 9 to 5",
        duty=DutyLine(
            name="Duty team (made up)",
            ways=(ContactWay(kind=ContactKind.CALL, label="Any time", value="020 7946 0100"),),
        ),
        agreed_on=today,
        valid_from_on=today,
    )


def demo_commands(folder: Path, now: datetime, year: int) -> list[str]:
    """Return the commands that read the demo's database again, as at the same moment."""
    source = f"--source sql:{folder / 'council.db'}"
    return [
        f"relationkit replies {source} --now {now:%Y-%m-%dT%H:%MZ}",
        f"relationkit visits {source} --now {now:%Y-%m-%dT%H:%MZ}",
        f"relationkit handovers {source} --now {now:%Y-%m-%dT%H:%MZ}",
        f"relationkit board {source} --by team --now {now:%Y-%m-%dT%H:%MZ}",
        f"relationkit changes {source} --year {year}",
        f"relationkit changes {source} --year {year} --json",
        f"relationkit changes {source} --year {year} --audit audit-of-the-team.html --with-children",
        "relationkit plugins",
    ]
