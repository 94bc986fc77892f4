"""``relationkit visits``: which visits and reviews are late, which are due, and which could not be judged."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from relationkit.cli import output
from relationkit.cli.books import read_text
from relationkit.cli.changes import children_refused
from relationkit.cli.engines import engine_named, visits_by
from relationkit.cli.exits import ALL_WELL, OVERDUE
from relationkit.cli.sources import bank_holidays, moment, opened, plugins_found, require_something
from relationkit.plugins import CaseReader, offered_visit_rules
from relationkit.records import ChildId, Session, london_day
from relationkit.visits import (
    VISIT_RULES,
    ReviewDue,
    VisitDue,
    VisitRule,
    reviews_due,
    visit_rules_from_toml,
)

__all__ = ["show_visits"]

VISIT_HEADINGS: Final = (
    "what",
    "child_id",
    "placement_id",
    "regime",
    "last_on",
    "due_on",
    "days_late",
    "state",
    "source",
    "could_not_be_judged",
)

#: The states in the order of their urgency, and how they read.
STATES: Final = {
    "late": "late",
    "due": "due",
    "ahead": "ahead",
    "could_not_be_judged": "could not be judged",
}

LEFT_OUT: Final = "a record of this child could not be read; correct it, since what is known may be too little"


#: What a source says behind the regulation, in brackets; the letter or number of a paragraph stays.
_REMARK: Final = re.compile(r" \([A-Za-z]{4,}.*")


@dataclass(frozen=True, slots=True)
class DueRow:
    """One visit or review, as every form of output tells it."""

    what: str
    child_id: ChildId
    placement_id: str | None
    regime: str | None
    last_on: date | None
    due_on: date | None
    days_late: int | None
    state: str
    source: str | None
    could_not_be_judged: str | None

    @property
    def under(self) -> str | None:
        """The regulation in few words, such as ``SI 2010/959, regulation 28(5)``; a source of another kind as it is."""
        _, mark, rest = (self.source or "").partition("(SI ")
        return f"SI {_REMARK.sub('', rest.replace(')', '', 1))}" if mark else self.source

    def cells(self) -> tuple[object, ...]:
        """Return the cells, under ``VISIT_HEADINGS``; days in ISO 8601."""
        return tuple(getattr(self, name) for name in VISIT_HEADINGS)


def show_visits(
    source: str,
    rules: Path | None,
    within: int,
    now: str | None,
    form: str,
    limit: int,
    *,
    everything: bool,
    engine: str = "objects",
) -> int:
    """Print which visits and reviews are due; return 1 when one is late."""
    engine = engine_named(engine)
    at = moment(now)
    in_use = rules_in_use(rules)
    with opened(source) as reader:
        rows = read_rows(reader, in_use, at, within, engine=engine)
        problems, caveats = list(reader.problems), list(reader.caveats)
    counts = Counter(row.state for row in rows)
    states = {state: counts[state] for state in STATES}
    if form == "json":
        shown = [dict(zip(VISIT_HEADINGS, row.cells(), strict=True)) for row in rows]
        document = {"source": reader.source, "now": at, "due": shown, "states": states, "caveats": caveats}
        output.print_json({**document, "problems": output.problem_rows(problems)})
    else:
        output.show_problems(problems)
        if form == "csv":
            output.print_csv(VISIT_HEADINGS, (row.cells() for row in rows))
        else:
            print_rows(rows, states, at, limit, everything=everything)
        for caveat in caveats:
            output.note(f"Note: {caveat}")
    return OVERDUE if states["late"] else ALL_WELL


def rules_in_use(file: Path | None) -> Sequence[VisitRule]:
    """Return the law with the local rows of the file; without one, with those of the installed plugins."""
    if file is not None:
        return (*VISIT_RULES, *visit_rules_from_toml(read_text(file), where=file.name))
    return (*VISIT_RULES, *offered_visit_rules(plugins_found()[0]).whole())


def read_rows(
    reader: CaseReader, rules: Collection[VisitRule], now: datetime, within: int, *, engine: str = "objects"
) -> list[DueRow]:
    """Read the source once and judge it; the latest first, then by day, and what could not be judged last."""
    placements = list(reader.placements())
    with output.watch("Reading sessions") as counted:
        sessions = list(counted(reader.sessions()))
    require_something(reader, len(placements))
    refused = frozenset(children_refused(reader.problems))
    today = london_day(now)
    visits = visits_by(engine, placements, sessions, now=now, rules=rules)
    reviews = reviews_due(
        placements, sessions, now=now, closed_on=bank_holidays(today), known_from=known_from(sessions)
    )
    found: list[VisitDue | ReviewDue] = [*visits, *reviews]
    rows = [row_of(due, today, within, refused) for due in found]
    return sorted(rows, key=lambda row: (row.due_on or date.max, row.child_id, row.what, row.placement_id or ""))


def known_from(sessions: Iterable[Session]) -> date | None:
    """Return the day of the oldest session: before it the source may simply not tell."""
    first = min((session.starts_at for session in sessions), default=None)
    return None if first is None else london_day(first)


def row_of(due: VisitDue | ReviewDue, today: date, within: int, refused: Collection[str]) -> DueRow:
    """Return a row; of a child of whom a record was left out, it could not be judged."""
    missing = LEFT_OUT if due.child_id in refused else due.could_not_be_judged
    due_on = None if missing else due.due_on
    is_visit = isinstance(due, VisitDue)
    return DueRow(
        what="visit" if is_visit else "review",
        child_id=due.child_id,
        placement_id=due.placement_id if isinstance(due, VisitDue) else None,
        regime=due.regime if isinstance(due, VisitDue) else None,
        last_on=due.last_visit_on if isinstance(due, VisitDue) else due.last_review_on,
        due_on=due_on,
        days_late=None if missing else due.days_late,
        state=state_of(due_on, today, within),
        source=None if due.rule is None else due.rule.source,
        could_not_be_judged=missing,
    )


def state_of(due_on: date | None, today: date, within: int) -> str:
    """Return which of ``STATES`` a day is in."""
    if due_on is None:
        return "could_not_be_judged"
    if due_on < today:
        return "late"
    return "due" if (due_on - today).days <= within else "ahead"


def print_rows(rows: Sequence[DueRow], states: dict[str, int], now: datetime, limit: int, *, everything: bool) -> None:
    """Print what is late or due, then what could not be judged and why, then how many are in each state."""
    shown = [row for row in rows if row.due_on is not None and (everything or row.state != "ahead")]
    output.print_table(
        f"Visits and reviews on {london_day(now)}",
        ("Child", "What", "Regime", "Last", "Due", "Days late", "State", "Under"),
        [
            (row.child_id, row.what, row.regime, row.last_on, row.due_on, row.days_late or None, row.state, row.under)
            for row in shown
        ],
        limit=limit,
    )
    unclear = list(unclear_rows(rows))
    if unclear:
        output.print_table("Could not be judged", ("What", "Missing", "Children"), unclear, limit=limit)
    output.print_lines([", ".join(f"{count} {STATES[state]}" for state, count in states.items())])


def unclear_rows(rows: Iterable[DueRow]) -> Iterator[tuple[str, str, Any]]:
    """Yield each missing fact once, with the children it is missing for; the most frequent first."""
    children: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row.could_not_be_judged is not None:
            children.setdefault((row.what, row.could_not_be_judged), []).append(row.child_id)
    for (what, missing), ids in sorted(children.items(), key=lambda item: (-len(item[1]), item[0])):
        more = f" and {len(ids) - SHOWN_CHILDREN} more" if len(ids) > SHOWN_CHILDREN else ""
        yield what, missing, ", ".join(ids[:SHOWN_CHILDREN]) + more


#: Children named for one missing fact before the rest is only counted; ``--json`` lists all.
SHOWN_CHILDREN: Final = 5
