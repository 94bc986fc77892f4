"""``relationkit today``: one screen for a team manager, from any source."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from relationkit.cli import output
from relationkit.cli.board import OWNER_ONLY
from relationkit.cli.cards import read_book
from relationkit.cli.clocks import london_words
from relationkit.cli.exits import ALL_WELL, OVERDUE
from relationkit.cli.files import write_whole
from relationkit.cli.sources import moment, opened, require_something
from relationkit.cli.team_week import Part, TeamWeek, look_at_week
from relationkit.plugins import KINDS, CaseReader
from relationkit.render import Overview, OverviewFigure, OverviewSection, OverviewTable, render_overview

__all__ = ["not_judged_section", "show_today", "week_figures", "week_section"]

TODAY_HEADINGS: Final = ("part", "child_id", "worker_id", "when", "what")

#: What each part calls its deadlines: one, and several.
MISSED: Final = {
    "talk_soon": ("request to talk", "requests to talk"),
    "waiting": ("reply", "replies"),
    "handovers": ("handover", "handovers"),
    "visits": ("visit or review", "visits and reviews"),
    "promises": ("promise", "promises"),
}

#: What stands under each figure in large type.
FIGURES: Final = {
    "talk_soon": "asked to talk to someone soon",
    "waiting": "wait for a reply",
    "changed": "changed worker in {days} days",
    "handovers": "handovers on their way",
    "visits": "visits and reviews due in {days} days",
    "cards": "cards missing, old or never given",
}

#: The columns that say by when, or since when, the nearest to a deadline first.
DAYS: Final = ("due_at", "due_on", "handover_on", "on", "asked_at", "starts_at", "since")

LEAD: Final = (
    "{whose}, as at {now}. {missed} This page names children and workers by their references only; it is for the team."
)


def show_today(
    source: str,
    team: str | None,
    days: int,
    policies: Path | None,
    profiles: Path | None,
    page: Path | None,
    now: str | None,
    form: str,
    limit: int,
) -> int:
    """Print what waits, part by part; return 1 when a deadline was missed."""
    at = moment(now)
    book = None if profiles is None else read_book(profiles)
    with opened(source) as reader:
        week = look_at_week(reader, now=at, days=days, team=team, policies=policies, profiles=book)
        require_something(reader, sum(len(part.rows) for part in week.parts) or holds_something(reader))
        problems, caveats = list(reader.problems), list(reader.caveats)
    if page is not None:
        write_whole(page, render_overview(week_page(week, limit, caveats, len(problems))), mode=OWNER_ONLY)
        output.note(f"{page}: the same as a page, for the team only.")
    if form == "json":
        output.print_json(
            {
                "source": reader.source,
                "now": at,
                "team": team,
                "days": days,
                "missed": week.missed,
                **{part.name: part.documents() for part in week.parts},
                "could_not_be_judged": [{"what": what, "why": why} for what, why in week.not_judged],
                "caveats": caveats,
                "problems": output.problem_rows(problems),
            }
        )
    else:
        output.show_problems(problems)
        if form == "csv":
            output.print_csv(TODAY_HEADINGS, csv_rows(week))
        else:
            print_week(week, limit)
        for caveat in caveats:
            output.note(f"Note: {caveat}")
    return OVERDUE if week.missed or week.part("talk_soon").rows else ALL_WELL


def csv_rows(week: TeamWeek) -> list[tuple[object, ...]]:
    """Return every row of every part under ``TODAY_HEADINGS``: whom it is about, by when, and the rest in words."""
    rows: list[tuple[object, ...]] = []
    for part in week.parts:
        for document in part.documents():
            who = document.pop("child_id", None), document.pop("worker_id", None)
            when = next((document.pop(key) for key in DAYS if key in document), None)
            rest = "; ".join(f"{key}: {value}" for key, value in document.items() if value is not None)
            rows.append((part.name, *who, when, rest))
    return [*rows, *(("could_not_be_judged", None, None, None, f"{what}: {why}") for what, why in week.not_judged)]


def print_week(week: TeamWeek, limit: int) -> None:
    """Print the figures, then each part with something in it, then what could not be judged."""
    output.print_lines([f"{whose_words(week)} on {london_words(week.now)}: {missed_words(week)}"])
    for part in week.parts:
        if part.rows:
            output.print_table(part.heading, part.headings, part.cells(), limit=limit)
    empty = [part.heading for part in week.parts if not part.rows and part.unknown is None]
    if empty:
        output.print_lines([f"Nothing under: {', '.join(empty)}.", ""])
    if week.not_judged:
        output.print_table("Could not be judged", ("What", "Why"), week.not_judged)


def whose_words(week: TeamWeek) -> str:
    """Return whose week it is, in words."""
    return "Everybody in the source" if week.team is None else f"The team {week.team}"


def missed_words(week: TeamWeek) -> str:
    """Return how many deadlines were missed and where."""
    late = [f"{part.missed} {MISSED[part.name][part.missed != 1]}" for part in week.parts if part.missed]
    if not late:
        return "No deadline that could be judged was missed."
    return f"{week.missed} deadline{'' if week.missed == 1 else 's'} missed: {', '.join(late)}."


def week_page(week: TeamWeek, limit: int, caveats: Sequence[str], problems: int) -> Overview:
    """Return the week as a page."""
    sections = [week_section(part, limit) for part in week.parts if part.unknown is None]
    unclear = [f"{problems} rows of the source could not be read."] if problems else []
    return Overview(
        title="Today",
        lead=LEAD.format(whose=whose_words(week), now=london_words(week.now), missed=missed_words(week)),
        figures=week_figures(week),
        sections=[*sections, not_judged_section(week, [*unclear, *caveats])],
    )


def week_figures(week: TeamWeek) -> list[OverviewFigure]:
    """Return the figures in large type, of the parts that could be judged."""
    shown = (week.part(name) for name in FIGURES)
    return [
        OverviewFigure(
            output.words_of(len(part.rows)),
            FIGURES[part.name].format(days=week.days),
            f"{part.missed} past their day" if part.missed else None,
        )
        for part in shown
        if part.unknown is None
    ]


def week_section(part: Part, limit: int) -> OverviewSection:
    """Return one part as a section of a page."""
    if part.unknown is not None:
        return OverviewSection(part.name, part.heading, [f"Could not be judged: {part.unknown}."])
    if not part.rows:
        return OverviewSection(part.name, part.heading, ["Nothing today."])
    shown = part.cells(limit)
    more = f"; the first {len(shown)} of {len(part.rows)}" if len(shown) < len(part.rows) else ""
    numbers = [place for place, values in enumerate(zip(*part.rows, strict=True)) if _are_amounts(values)]
    table = OverviewTable(f"{part.heading}{more}", part.headings, shown, numbers)
    return OverviewSection(part.name, part.heading, [part.words], [table])


def _are_amounts(values: Sequence[object]) -> bool:
    kinds = Counter(type(value) for value in values if value is not None)
    return set(kinds) == {int}


def not_judged_section(week: TeamWeek, also: Sequence[str]) -> OverviewSection:
    """Return the section that says what nobody can tell from this source."""
    heading, anchor = "What could not be judged", "not-judged"
    if not week.not_judged:
        return OverviewSection(anchor, heading, ["Everything that the source was asked could be judged.", *also])
    words = "Unknown is never counted as fine. From this source nobody can tell:"
    return OverviewSection(anchor, heading, [words, *also], [OverviewTable(heading, ("What", "Why"), week.not_judged)])


def holds_something(reader: CaseReader) -> bool:
    """Return whether any record of the source can be read: a quiet week is no source that cannot be read."""
    kinds = [kind for kind in KINDS if kind in reader.capabilities]
    return any(next(iter(getattr(reader, kind)()), None) is not None for kind in kinds)
