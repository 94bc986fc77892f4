"""``relationkit entitlements``: what a young person may ask their council for, and whom a change concerns."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from relationkit.cli import output
from relationkit.cli.board import OWNER_ONLY
from relationkit.cli.books import read_text
from relationkit.cli.exits import ALL_WELL
from relationkit.cli.files import write_whole
from relationkit.cli.sources import InvalidOptionError, child_named, moment, opened, require_something
from relationkit.england import CareStatus
from relationkit.entitlements import (
    MayAsk,
    Offer,
    OfferAnswer,
    OfferChange,
    YoungPerson,
    offer_changes,
    offers_for,
    offers_from_toml,
    offers_in_force,
)
from relationkit.records import Child, london_day
from relationkit.render import render_offer_letter

__all__ = ["changes_for", "read_offers", "show_entitlements"]

ANSWER_HEADINGS: Final = ("offer", "answer", "why", "from_on", "until_on", "condition", "how", "source", "url")
CHANGE_HEADINGS: Final = ("changed_on", "offer", "change", "fields", "children")

#: The answers as people read them.
ANSWERS: Final = {
    MayAsk.YES: "yes",
    MayAsk.NOT_YET: "not yet",
    MayAsk.NO: "no",
    MayAsk.COULD_NOT_BE_JUDGED: "could not be judged",
}


def show_entitlements(
    offers: Path,
    source: str | None,
    whose: str | None,
    born_on: str | None,
    status: str | None,
    is_in_education: bool | None,
    since: str | None,
    page: Path | None,
    language: str | None,
    now: str | None,
    form: str,
) -> int:
    """Print what somebody may ask for, or whom a change concerns; write the letter where one is asked for."""
    on = london_day(moment(now))
    rows = read_offers(offers)
    before = None if since is None else day_of("--since", since)
    if source is not None and born_on is not None:
        raise InvalidOptionError("--born-on: the source tells when they were born. Leave one of the two out.")
    if source is not None and whose is None:
        if before is None or page is not None:
            raise InvalidOptionError(
                "--source: whose? Name one with --for child:ID, or ask for everybody's changes with --since."
            )
        return show_whom(source, rows, before, on, form)
    child = None if source is None or whose is None else one_child(source, whose)
    person = person_of(child, born_on, status, is_in_education)
    answers = offers_for(rows, person, on=on)
    changes = () if before is None else offer_changes(rows, since=before, on=on, person=person)
    if page is not None:
        name, own = (None, "en") if child is None else (child.chosen_name, child.language)
        letter = render_offer_letter(answers, on=on, changes=changes, since=before, name=name, language=language or own)
        write_whole(page, letter, mode=OWNER_ONLY)
        output.note(f"{page}: what they may ask for, as a page of their own.")
    if form == "json":
        output.print_json(
            {
                "on": on,
                "answers": [dict(zip(ANSWER_HEADINGS, cells(each), strict=True)) for each in answers],
                "since": before,
                "changes": [change_document(change) for change in changes],
            }
        )
    elif form == "csv":
        output.print_csv(ANSWER_HEADINGS, map(cells, answers))
    else:
        print_answers(answers, changes, before, on)
    return ALL_WELL


def read_offers(file: Path) -> tuple[Offer, ...]:
    """Return a council's offers out of its file."""
    return offers_from_toml(read_text(file), where=file.name)


def day_of(option: str, text: str) -> date:
    """Return the day that an option names.

    Raises:
        InvalidOptionError: It is no day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidOptionError(f"{option} {text}: not a day. Write it as 2025-03-31.") from None


def one_child(source: str, whose: str) -> Child:
    """Return the young person that the options name."""
    with opened(source) as reader:
        child = child_named(reader, whose)
        output.show_problems(list(reader.problems))
    return child


def person_of(
    child: Child | None, born_on: str | None, status: str | None, is_in_education: bool | None
) -> YoungPerson:
    """Return what is known of whoever asks; the status is in no source, so the option alone tells it."""
    if child is not None:
        born: date | None = child.born_on
    else:
        born = None if born_on is None else day_of("--born-on", born_on)
    try:
        known = None if status is None else CareStatus(status)
    except ValueError:
        names = ", ".join(each.value for each in CareStatus)
        raise InvalidOptionError(f"--status {status}: not what the law calls anybody. Use one of {names}.") from None
    return YoungPerson(born_on=born, status=known, is_in_education=is_in_education)


def cells(found: OfferAnswer) -> tuple[object, ...]:
    """Return one answer's cells, under ``ANSWER_HEADINGS``."""
    offer = found.offer
    rest = (offer.condition or None, offer.how or None, offer.source, offer.url)
    return (offer.name, found.answer.value, found.why, found.from_on, found.until_on, *rest)


def change_document(change: OfferChange) -> dict[str, Any]:
    """Return one change as a JSON object."""
    return {
        "changed_on": change.changed_on,
        "offer": change.name,
        "change": change.kind.value,
        "fields": list(change.fields),
        "what": None if change.after is None else change.after.what,
    }


def print_answers(answers: Sequence[OfferAnswer], changes: Sequence[OfferChange], since: date | None, on: date) -> None:
    """Print what they may ask for, and what changed."""
    order = list(ANSWERS)
    output.print_table(
        f"What may I ask for, on {on}",
        ("Offer", "Answer", "Why", "From", "Until", "Condition"),
        [
            (each.offer.name, ANSWERS[each.answer], each.why, each.from_on, each.until_on, each.offer.condition)
            for each in sorted(answers, key=lambda each: order.index(each.answer))
        ],
    )
    if since is not None:
        output.print_table(
            f"What changed for them since {since}",
            ("On", "Offer", "Change", "What differs"),
            [(each.changed_on, each.name, each.kind.value, ", ".join(each.fields)) for each in changes],
        )


def show_whom(source: str, offers: Sequence[Offer], since: date, on: date, form: str) -> int:
    """Print each change and the children whom it may concern, so that they can be told."""
    with opened(source) as reader:
        if "children" not in reader.capabilities:
            raise InvalidOptionError(f"--source {source}: tells of no children. Leave --source out to see the changes.")
        children = list(reader.children())
        require_something(reader, len(children))
        problems = list(reader.problems)
    found = list(concerned(offers, children, since, on))
    if form == "json":
        rows = [{**change_document(change), "children": ids} for change, ids in found]
        in_force = len(offers_in_force(offers, on=on))
        document = {"since": since, "on": on, "offers": in_force, "changes": rows}
        output.print_json({**document, "problems": output.problem_rows(problems)})
        return ALL_WELL
    output.show_problems(problems)
    if form == "csv":
        output.print_csv(CHANGE_HEADINGS, (change_cells(change, ids) for change, ids in found))
    else:
        output.print_table(
            f"What changed since {since}, and whom it may concern",
            ("On", "Offer", "Change", "What differs", "Children", "Who"),
            [
                (change.changed_on, change.name, change.kind.value, ", ".join(change.fields), len(ids), some_of(ids))
                for change, ids in found
            ],
        )
        output.note("What the law calls each of them is in no source: an offer for some statuses may concern fewer.")
        output.note("'relationkit notices --offers FILE' tells them, once each.")
    return ALL_WELL


def concerned(
    offers: Sequence[Offer], children: Sequence[Child], since: date, on: date
) -> Iterator[tuple[OfferChange, list[str]]]:
    """Yield each change with the children whom it may concern, in the source's order."""
    theirs: dict[OfferChange, list[str]] = {change: [] for change in offer_changes(offers, since=since, on=on)}
    for child in children:
        for change in changes_for(offers, child, since=since, on=on):
            theirs[change].append(child.id)
    yield from theirs.items()


#: How far ahead something that is theirs later is told of: an assumption of ours. A child of six need not hear of
#: driving lessons.
AHEAD: Final = timedelta(days=366)


def changes_for(offers: Sequence[Offer], child: Child, *, since: date, on: date) -> tuple[OfferChange, ...]:
    """Return what changed for a child of whom the source tells no more than the birth."""
    return offer_changes(offers, since=since, on=on, person=YoungPerson(born_on=child.born_on), ahead=AHEAD)


def change_cells(change: OfferChange, ids: Sequence[str]) -> tuple[object, ...]:
    """Return one change's cells, under ``CHANGE_HEADINGS``."""
    return (change.changed_on, change.name, change.kind.value, " ".join(change.fields), " ".join(ids))


#: Children named for one change before the rest is only counted; ``--json`` lists all.
SHOWN_CHILDREN: Final = 5


def some_of(ids: Sequence[str]) -> str:
    """Return the first ids, and how many more there are."""
    more = f" and {len(ids) - SHOWN_CHILDREN} more" if len(ids) > SHOWN_CHILDREN else ""
    return ", ".join(ids[:SHOWN_CHILDREN]) + more
