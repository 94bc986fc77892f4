"""What the demo's index page says: the week of one team, the year of the council, and what each file beside it is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

from relationkit.cli.changes import SYMBOLS, CouncilYear, figures_of
from relationkit.cli.clocks import london_words
from relationkit.cli.output import words_of
from relationkit.cli.team_week import TeamWeek
from relationkit.cli.today import not_judged_section, week_figures, week_section
from relationkit.england import PublishedStability, PublishedSymbol
from relationkit.feedback import FeedbackSummary
from relationkit.profiles import ContactKind, ContactWay, DutyLine, WorkerProfile
from relationkit.records import Worker
from relationkit.render import Overview, OverviewFigure, OverviewLink, OverviewSection, OverviewTable
from relationkit.withholding import WITHHELD

__all__ = [
    "AUDIT_FILES",
    "BOARD_FILE",
    "DAYS",
    "FEEDBACK_FILE",
    "PROFILES_FILE",
    "demo_commands",
    "demo_page",
    "made_up_profile",
]

#: The audit, as a page and as a baseline.
AUDIT_FILES: Final = ("audit.html", "audit.json")

#: One child's plan board.
BOARD_FILE: Final = "board.html"

#: What children said in the last period that is over.
FEEDBACK_FILE: Final = "feedback.html"

#: The workers' profiles, for the commands that print cards.
PROFILES_FILE: Final = "profiles.json"

#: The week: how many days back and ahead the page looks.
DAYS: Final = 7

#: Rows of each table of the week, and of the year's; the files hold all.
SHOWN: Final = 5
SHOWN_OF_THE_YEAR: Final = 10

LEAD: Final = (
    "This is a made-up council, as at {now}. Nobody in it exists. It has what real case systems hold: children, "
    "workers who leave and go on leave, messages, meetings. Below is the week of {team}, then the year of the whole "
    "council, all worked out from its database."
)

#: What each section says first; an empty line parts two paragraphs.
CHANGES_WORDS: Final = """\
Two bodies count differently, and both counts are here under their own names. The Department for Education counts
distinct social workers in the year; 3 or more is high. The Children's Commissioner counts changes, with cover for
absence left out; 2 or more is multiple.

Synthetic councils are set to come out near the share published for 2024; one this small scatters around it by
chance."""

SAID_WORDS: Final = """\
After a session a young person says how it went in a few taps, and picks who may read it. Together it is summed up once
a period is over and enough of them answered, so that nobody is found in a figure; "c" is a figure that would show too
few."""

CALENDAR_WORDS: Final = """\
Planned meetings as calendar files; open one on a phone. A worker's carries the case system's reference. A child's says
as little as it can: a neutral title and a time, no place, no people, nothing that says care, because phones lie on
tables."""

BOARD_WORDS: Final = """\
"Be honest and always do what you say you are going to do", young people asked; so what was said stays on a board that
the child can tick, with its day."""

CARDS_WORDS: Final = "A card, so that a child knows who is coming and how to reach them."

FILES_WORDS: Final = "Everything the page shows is also there for a program or a spreadsheet."

FORM: Final = OverviewLink(
    "form.html", "How did it go? (13 and over)", "The form a young person fills in after a session. Nothing is sent."
)
SAID: Final = OverviewLink(
    FEEDBACK_FILE, "What children said", "Every question with its answers, as a page to show them."
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
    OverviewLink(PROFILES_FILE, "profiles.json", "The workers' profiles, for 'cards' and 'today --profiles'."),
)


def demo_page(
    week: TeamWeek,
    said: FeedbackSummary,
    result: CouncilYear,
    published: Sequence[PublishedStability],
    calendars: Sequence[OverviewLink],
    shown: Sequence[tuple[datetime, str]],
    cards: Sequence[OverviewLink],
) -> Overview:
    """Return the page: the week of a team as its manager sees it, then the council's year, then the files."""
    team = "one team" if week.team is None else f"one team, {week.team}"
    own = {"promises": (BOARD_WORDS, [BOARD]), "cards": (CARDS_WORDS, cards)}
    parts = [with_links(week_section(part, SHOWN), *own.get(part.name, ("", ()))) for part in week.parts]
    return Overview(
        title="How is it going between each child and their worker?",
        lead=LEAD.format(now=london_words(week.now), team=team),
        figures=[*week_figures(week), year_figure(result, published)],
        sections=[
            *parts,
            OverviewSection("said", "What children said", paragraphs(SAID_WORDS), said_tables(said), [SAID, FORM]),
            OverviewSection(
                "calendars",
                "Calendars to open",
                paragraphs(CALENDAR_WORDS),
                [
                    OverviewTable(
                        "All that a child's phone shows",
                        ("When", "Title"),
                        [(london_words(at), title) for at, title in shown[:SHOWN]],
                    )
                ],
                links=calendars,
            ),
            OverviewSection(
                "year",
                "The council's year",
                paragraphs(CHANGES_WORDS),
                [share_table(result, published), children_table(result)],
                links=[AUDIT],
            ),
            not_judged_section(week, []),
            OverviewSection("files", "Files", paragraphs(FILES_WORDS), links=FILES),
        ],
        commands=demo_commands(Path(), week, result.window.last_on.year),
    )


def with_links(section: OverviewSection, words: str, links: Sequence[OverviewLink]) -> OverviewSection:
    """Return a section of the week with more words, and the files that show what it is about."""
    more = paragraphs(words) if words else []
    return replace(section, words=[*section.words, *more], links=links)


#: Codes that are no answer of the form; shown only where there are some.
NO_ANSWER: Final = ("rather_not_say", "skipped", "not_read")


def said_tables(said: FeedbackSummary) -> list[OverviewTable]:
    """Return the answers to the first question that is shown; none where nothing may be."""
    shown = next((question for question in said.questions if question.counts), None)
    if shown is None:
        return []
    rows = [
        (count.label, WITHHELD if count.count is None else words_of(count.count))
        for count in shown.counts
        if count.count != 0 or count.code not in NO_ANSWER
    ]
    return [OverviewTable(f"{shown.text} {said.submissions} forms, {said.period}", ("Answer", "How many"), rows, (1,))]


def paragraphs(words: str) -> list[str]:
    """Return the paragraphs of a text, each on one line."""
    return [" ".join(paragraph.split()) for paragraph in words.split("\n\n")]


def year_figure(result: CouncilYear, published: Sequence[PublishedStability]) -> OverviewFigure:
    """Return the council's share of children with many workers in large type, beside England's."""
    england = published[0]
    year = f"the year to {result.window.last_on.day} {result.window.last_on:%B %Y}"
    of_whom = f"Of {words_of(len(result.measures))} made-up children in {year}."
    beside = f"{of_whom} England {england.year}: {figures_of(england)[2]}"
    return OverviewFigure(share_words(result), "had 3 or more social workers", beside)


def share_words(result: CouncilYear) -> str:
    """Return the council's own share; that it could not be judged when nobody was counted."""
    share = result.share.percentage
    return "could not be judged" if share is None else f"{share:.0f}%"


def children_table(result: CouncilYear) -> OverviewTable:
    """Return the children with the most workers."""
    most = sorted(result.measures, key=lambda row: (-row.dfe_stability.workers, row.child_id))[:SHOWN_OF_THE_YEAR]
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
            *(SYMBOLS[each] if isinstance(each, PublishedSymbol) else words_of(each) for each in figures_of(row)),
        )
        for row in published
    ]
    return OverviewTable(
        "3 or more social workers in the year",
        ("Whose", "Children", "3 or more", "Share"),
        [own, *others],
        numbers=(1, 2, 3),
    )


def made_up_profile(worker: Worker, number: int, agreed_on: date) -> WorkerProfile:
    """Return a profile for a made-up worker; the numbers are from ranges that Ofcom keeps free for drama."""
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
            ContactWay(kind=ContactKind.TEXT, label="Text me", value=f"07700 9001{number % 100:02d}"),
            ContactWay(kind=ContactKind.CALL, label="Call me", value=f"07700 9001{number % 100:02d}"),
        ),
        hours="Monday to Friday, 9 to 5",
        agreed_on=agreed_on,
        valid_from_on=agreed_on,
        duty=DutyLine(
            name="Duty team (made up)",
            ways=(ContactWay(kind=ContactKind.CALL, label="Any time", value="020 7946 0100"),),
        ),
    )


def demo_commands(folder: Path, week: TeamWeek, year: int) -> list[str]:
    """Return the commands that read the demo's database again, as at the same moment."""
    source, at = f"--source sql:{folder / 'council.db'}", f"--now {week.now:%Y-%m-%dT%H:%MZ}"
    team = "" if week.team is None else f' --team "{week.team}"'
    return [
        f"relationkit today {source}{team} --profiles {folder / PROFILES_FILE} {at}",
        f"relationkit replies {source} {at}",
        f"relationkit visits {source} {at}",
        f"relationkit handovers {source} {at}",
        f"relationkit board {source} --by team {at}",
        f"relationkit changes {source} --year {year}",
        f"relationkit changes {source} --year {year} --audit audit-of-the-team.html --with-children",
        f"relationkit serve {source}",
        "relationkit plugins",
    ]
