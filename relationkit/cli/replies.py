"""``relationkit replies``: which children wait for an answer, since when, and who must answer now."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from relationkit.cli import output
from relationkit.cli.books import book_from_file, book_in_use
from relationkit.cli.clocks import (
    CLOCK_HEADINGS,
    STATES,
    STILL_WAITING,
    clock_row,
    clock_rows,
    in_words,
    london_words,
    read_clocks,
    table_rows,
    who_words,
)
from relationkit.cli.engines import engine_named
from relationkit.cli.exits import ALL_WELL, OVERDUE
from relationkit.cli.files import write_whole
from relationkit.cli.reach import REACH_HEADING, Reach, reach_from, reach_row, reach_words
from relationkit.cli.renderers import rendered
from relationkit.cli.sources import InvalidOptionError, moment, opened, require_something
from relationkit.render import render_response_report
from relationkit.sla import (
    REPORT_HEADINGS,
    ClockState,
    ReplyFigures,
    ResponseClock,
    ResponseReport,
    by_month,
    by_policy,
    by_role,
    by_team,
    by_worker,
    response_report,
)

__all__ = ["GROUPS", "explain_clock", "show_replies", "show_report", "show_what_if"]

#: The columns of a report in the terminal.
FIGURE_HEADINGS: Final = (
    "",
    "Waits",
    "In time",
    "Late",
    "Overdue",
    "Not yet due",
    "Share in time (95% interval)",
    "Half waited",
    "9 in 10 waited",
)

#: By what ``--by`` can tell a report apart.
GROUPS: Final[Mapping[str, Callable[[ResponseClock], str | None] | None]] = {
    "team": None,  # needs the source's children
    "worker": by_worker,
    "role": by_role,
    "policy": by_policy,
    "month": by_month,
}


def show_replies(
    source: str,
    policies: Path | None,
    profiles: Path | None,
    now: str | None,
    form: str,
    limit: int,
    *,
    everything: bool,
    engine: str = "objects",
) -> int:
    """Print who waits, and with profiles whom to reach; return 1 when something is overdue."""
    engine = engine_named(engine)
    at = moment(now)
    book = book_in_use(policies)
    with opened(source) as reader:
        clocks, messages = read_clocks(reader, at, book, engine=engine)
        require_something(reader, messages)
        reach = reach_from(profiles, reader)
        problems, caveats = list(reader.problems), list(reader.caveats)
    states = count_states(clocks, at)
    if form == "json":
        output.print_json(
            {
                "source": reader.source,
                "now": at,
                "clocks": _clock_documents(clocks, at, reach),
                "states": states,
                "caveats": caveats,
                "problems": output.problem_rows(problems),
            }
        )
    else:
        output.show_problems(problems)
        if form == "csv":
            headings = CLOCK_HEADINGS if reach is None else (*CLOCK_HEADINGS, REACH_HEADING[1])
            output.print_csv(headings, ((*clock_row(clock, at), *_reached(clock, at, reach)) for clock in clocks))
        else:
            print_clocks(clocks, states, at, limit, reach, everything=everything)
        for caveat in caveats:
            output.note(f"Note: {caveat}")
    return OVERDUE if states[ClockState.OVERDUE.value] else ALL_WELL


def _reached(clock: ResponseClock, now: datetime, reach: Reach | None) -> tuple[str, ...]:
    """Return the cell that says whom to reach; no cell without profiles, an empty one once answered."""
    if reach is None:
        return ()
    return ("",) if clock.answered_at else (reach_words(reach.at(clock.worker_id, now)),)


def _clock_documents(clocks: Sequence[ResponseClock], now: datetime, reach: Reach | None) -> list[dict[str, Any]]:
    """Return the clocks as JSON objects, with profiles those that wait with whom to reach."""
    rows = clock_rows(clocks, now)
    if reach is not None:
        for row, clock in zip(rows, clocks, strict=True):
            row[REACH_HEADING[1]] = None if clock.answered_at else reach_row(reach.at(clock.worker_id, now))
    return rows


def count_states(clocks: Sequence[ResponseClock], now: datetime) -> dict[str, int]:
    """Return how many clocks are in each state, most urgent first."""
    states = Counter(clock.state(now) for clock in clocks)
    return {state.value: states[state] for state in STATES}


def print_clocks(
    clocks: Sequence[ResponseClock],
    states: Mapping[str, int],
    now: datetime,
    limit: int,
    reach: Reach | None,
    *,
    everything: bool,
) -> None:
    """Print the clocks, most urgent first, and how many are in each state."""
    output.print_table(
        f"Replies on {london_words(now)}",
        ("State", "Clocks"),
        [(words, states[state.value]) for state, words in STATES.items()],
    )
    shown = [clock for clock in clocks if everything or clock.state(now) in STILL_WAITING]
    output.print_table(
        "Every message that needs a reply" if everything else "Still waiting",
        ("Child", "Waiting since", "Due", "State", "Waited", "Must answer", *REACH_HEADING[: reach is not None]),
        [(*row, *_reached(clock, now, reach)) for row, clock in zip(table_rows(shown, now), shown, strict=True)],
        limit=limit,
    )


def explain_clock(
    source: str,
    clock_id: str,
    policies: Path | None,
    profiles: Path | None,
    now: str | None,
    form: str,
    *,
    engine: str = "objects",
) -> int:
    """Print how the due time of one clock came about, line by line; return 1 when it is overdue."""
    engine = engine_named(engine)
    at = moment(now)
    book = book_in_use(policies)
    with opened(source) as reader:
        clocks, messages = read_clocks(reader, at, book, engine=engine)
        require_something(reader, messages)
        reach = reach_from(profiles, reader)
    clock = next((each for each in clocks if each.id == clock_id), None)
    if clock is None:
        raise InvalidOptionError(f"--explain {clock_id}: the source has no such clock. 'replies --json' lists the ids.")
    lines = [*clock.explain(), *standing(clock, at)]
    lines += [f"{REACH_HEADING[0]}: {words}." for words in _reached(clock, at, reach) if words]
    if form == "json":
        output.print_json({**_clock_documents([clock], at, reach)[0], "explanation": lines})
    else:
        output.print_lines(lines)
    return OVERDUE if clock.state(at) is ClockState.OVERDUE else ALL_WELL


def standing(clock: ResponseClock, now: datetime) -> list[str]:
    """Return how the clock stands, in lines."""
    lines = [f"State on {london_words(now)}: {STATES[clock.state(now)]}."]
    if clock.attempts:
        lines.append(f"Calls to the child that were not picked up: {clock.attempts}; they do not stop the clock.")
    if clock.answered_at is None:
        lines.append(f"Must answer now: {who_words(clock)}.")
    return lines


def show_what_if(
    source: str, other: Path, policies: Path | None, now: str | None, form: str, *, engine: str = "objects"
) -> int:
    """Print how many clocks would be in each state under another book; nothing is rewritten."""
    engine = engine_named(engine)
    at = moment(now)
    books = {"now": book_in_use(policies), "what_if": book_from_file(other)}
    clocks: dict[str, list[ResponseClock]] = {}
    with opened(source) as reader:
        for name, book in books.items():
            clocks[name], messages = read_clocks(reader, at, book, engine=engine)
            require_something(reader, messages)
        problems = list(reader.problems)
    states = {name: count_states(each, at) for name, each in clocks.items()}
    if form == "json":
        document: dict[str, Any] = {"source": reader.source, "now": at, "what_if_policies": other.name}
        document |= {"states": states["now"], "what_if_states": states["what_if"]}
        output.print_json({**document, "what_if_clocks": clock_rows(clocks["what_if"], at)})
        return ALL_WELL
    output.show_problems(problems)
    rows = [(words, states["now"][state.value], states["what_if"][state.value]) for state, words in STATES.items()]
    headings = ("State", "As it is", f"Under {other.name}")
    if form == "csv":
        output.print_csv(headings, rows)
    else:
        output.print_table(f"Replies on {london_words(at)}, and what if", headings, rows)
    return ALL_WELL


def show_report(
    source: str,
    out: Path | None,
    by: str | None,
    policies: Path | None,
    now: str | None,
    form: str,
    *,
    engine: str = "objects",
) -> int:
    """Print the share answered in time and the waits, and write the page when one is named."""
    engine = engine_named(engine)
    at = moment(now)
    book = book_in_use(policies)
    if by is not None and by not in GROUPS:
        raise InvalidOptionError(f"--by {by}: not a way to tell replies apart. Use one of {', '.join(GROUPS)}.")
    with opened(source) as reader:
        clocks, messages = read_clocks(reader, at, book, engine=engine)
        require_something(reader, messages)
        group_by = by_team(reader.children()) if by == "team" else None if by is None else GROUPS[by]
        problems = list(reader.problems)
    report = response_report(clocks, now=at, group_by=group_by)
    output.show_problems(problems)
    if out is not None:
        nameless = response_report(clocks, now=at, group_by=group_by, longest=0)
        label = (by or "group").capitalize()
        own = {".html": partial(render_response_report, nameless, group_label=label)}
        write_whole(out, rendered("response_report", out, nameless, own))
        output.note(f"{out}: the report as a file. It names nobody.")
    print_report(report, form)
    return ALL_WELL


def print_report(report: ResponseReport, form: str) -> None:
    """Print the report's rows."""
    if form == "json":
        output.print_json([dict(zip(REPORT_HEADINGS, row, strict=True)) for row in report.rows()])
    elif form == "csv":
        output.print_csv(REPORT_HEADINGS, report.rows())
    else:
        rows = [("everyone", report.everyone), *((group.name, group.figures) for group in report.groups)]
        title = f"Answered in time, on {london_words(report.now)}"
        output.print_table(title, FIGURE_HEADINGS, [figure_row(name, figures) for name, figures in rows])


def figure_row(name: str, figures: ReplyFigures | None) -> tuple[object, ...]:
    """Return one group's cells as people read them; withheld ones say so."""
    if figures is None:
        return (name, *["withheld"] * (len(FIGURE_HEADINGS) - 1))
    waits = [wait_words(wait, has_clocks=figures.clocks > 0) for wait in (figures.median_wait, figures.ninetieth_wait)]
    counts = (figures.clocks, figures.answered_in_time, figures.answered_late, figures.overdue, figures.not_yet_due)
    return (name, *counts, share_words(figures), *waits)


def share_words(figures: ReplyFigures) -> str:
    """Return the share in time with its interval; that it could not be judged when nothing was due yet."""
    if figures.share_in_time is None or figures.interval is None:
        return "could not be judged"
    low, high = figures.interval
    return f"{figures.share_in_time:.0%} ({low:.0%} to {high:.0%})"


def wait_words(wait: timedelta | None, *, has_clocks: bool) -> str:
    """Return a wait in days and hours; that it is not reached while too many still wait."""
    if wait is not None:
        return in_words(wait)
    return "not reached" if has_clocks else ""
