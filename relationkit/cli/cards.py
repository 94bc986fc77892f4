"""``relationkit cards`` and ``relationkit profiles check``: a council's cards out of one file, checked before print."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Final

from relationkit.cli import output
from relationkit.cli.exits import ALL_WELL, OVERDUE
from relationkit.cli.files import write_whole
from relationkit.cli.sources import InvalidOptionError, moment, opened
from relationkit.errors import CardsNotPrintedError
from relationkit.handovers import HandoverPlan, StepDone
from relationkit.handovers.moves import settled_steps
from relationkit.plugins import CaseReader, SupportsHandovers
from relationkit.profiles import (
    CardDesign,
    CardFinding,
    CardGiven,
    IntroductionCard,
    Picture,
    ProfileBook,
    ProfileGap,
    WorkerProfile,
    card_share,
    check_card,
    profile_gaps,
    profiles_from_json,
    profiles_from_toml,
)
from relationkit.records import WorkerId, london_day

__all__ = ["cards_given", "check_profiles", "make_cards", "read_book"]

#: The step of the shipped handover templates by which a card reaches the child.
GIVE_CARD: Final = "give_card"


def read_book(path: Path) -> ProfileBook:
    """Return the profiles of a file; pictures are read from beside it, and cleaned.

    Raises:
        InvalidProfileFileError: The file describes no book.
        InvalidOptionError: It is neither TOML nor JSON by its name, or not text.
    """
    readers = {".toml": profiles_from_toml, ".json": profiles_from_json}
    if path.suffix.lower() not in readers:
        raise InvalidOptionError(f"{path.name}: neither TOML nor JSON. Give a file that ends in .toml or .json.")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InvalidOptionError(f"{path.name}: not text in UTF-8. Save it as UTF-8.") from None
    return readers[path.suffix.lower()](text, where=path.name, read_picture=_reader_beside(path))


def _reader_beside(path: Path) -> Callable[[str, str], Picture]:
    """Return a reader of pictures that stand in the folder of the file, and nowhere else."""

    def read(name: str, alt: str) -> Picture:
        from relationkit.render import card_picture

        folder = path.resolve().parent
        picture = (folder / name).resolve()
        if not picture.is_relative_to(folder):
            raise InvalidOptionError("the picture is outside the file's folder. Put it beside the file")
        if not picture.is_file():
            raise InvalidOptionError("there is no such picture. Check its name and folder")
        return card_picture(picture.read_bytes(), alt)

    return read


def make_cards(
    profiles: Path,
    out: Path,
    worker: str | None,
    design: str,
    language: str,
    copies: int | None,
    now: str | None,
    *,
    is_page: bool,
) -> int:
    """Write a sheet of cards, one card, or one worker's page; return the exit code.

    Raises:
        CardsNotPrintedError: A card must not be printed, or does not fit; says what to do about each.
        InvalidOptionError: An option that cannot be, or a worker without a profile.
    """
    book = read_book(profiles)
    on = london_day(moment(now))
    chosen = _chosen(book, worker, language)
    cards = [_card(profile, on) for profile in chosen]
    _refuse_what_stops(cards, book, on)
    look, suffix = _design(design), out.suffix.lower()
    if is_page:
        if worker is None:
            raise InvalidOptionError("--page: a page is of one worker. Name them with --worker.")
        content = _page(chosen[0], book, suffix)
    elif worker is not None and copies is None:
        content = _one(cards[0], book, suffix, look)
    else:
        content = _sheet([card for card in cards for _ in range(copies or 1)], book, suffix, look)
    write_whole(out, content)
    output.note(f"Written to {out}.")
    return ALL_WELL


def _chosen(book: ProfileBook, worker: str | None, language: str) -> list[WorkerProfile]:
    if worker is not None:
        profile = book.profile(WorkerId(worker), language=language)
        if profile is None:
            raise InvalidOptionError(f"--worker {worker}: no profile of theirs is in the file. Check the id.")
        return [profile]
    worker_ids = dict.fromkeys(profile.worker_id for profile in book.profiles)
    found = (book.profile(worker_id, language=language) for worker_id in worker_ids)
    return [profile for profile in found if profile is not None]


def _card(profile: WorkerProfile, on: date) -> IntroductionCard:
    return IntroductionCard.from_profile(profile, valid_from_on=profile.valid_from_on or on)


def _design(name: str) -> CardDesign:
    try:
        return CardDesign(name)
    except ValueError:
        raise InvalidOptionError(f"--design {name}: use one of {', '.join(CardDesign)}.") from None


def _refuse_what_stops(cards: Sequence[IntroductionCard], book: ProfileBook, on: date) -> None:
    if not cards:
        raise InvalidOptionError("there is no profile in the file. Write one.")
    stops = [finding for card in cards for finding in check_card(card, on=on, work=book.work) if finding.is_stop]
    if stops:
        raise CardsNotPrintedError([finding.as_problem() for finding in stops])


def _page(profile: WorkerProfile, book: ProfileBook, suffix: str) -> str | bytes:
    from relationkit import render

    link = book.links.get(profile.worker_id)
    if suffix == ".pdf":
        return render.render_profile_pdf(profile, theme=book.theme, link=link)
    if suffix == ".html":
        return render.render_profile(profile, theme=book.theme, link=link)
    raise InvalidOptionError("--out: a page is a file that ends in .pdf or .html.")


def _one(card: IntroductionCard, book: ProfileBook, suffix: str, design: CardDesign) -> str | bytes:
    from relationkit import render

    link = book.links.get(card.worker_id)
    if suffix == ".pdf":
        return render.render_card_pdf(card, design=design, theme=book.theme, link=link)
    if suffix == ".html":
        return render.render_card(card, design=design, theme=book.theme, link=link)
    if suffix == ".vcf":
        return render.vcard_of(card)
    raise InvalidOptionError("--out: one card is a file that ends in .pdf, .html or .vcf.")


def _sheet(cards: Sequence[IntroductionCard], book: ProfileBook, suffix: str, design: CardDesign) -> str | bytes:
    from relationkit import render

    if suffix == ".pdf":
        return render.render_card_sheet_pdf(cards, design=design, theme=book.theme, links=book.links)
    if suffix == ".html":
        return render.render_card_sheet(cards, design=design, theme=book.theme, links=book.links)
    raise InvalidOptionError("--out: a sheet is a file that ends in .pdf or .html.")


FINDING_HEADINGS: Final = ("Worker", "Field", "Finding", "What to do", "Stops")
GAP_HEADINGS: Final = ("Gap", "Worker", "Child", "Since", "Children", "Why")


def check_profiles(profiles: Path, source: str | None, now: str | None, form: str) -> int:
    """Print what must be put right on each card, and whom the cards do not reach; return the exit code."""
    from relationkit.render import fit_problems, glyph_problems

    at = moment(now)
    on = london_day(at)
    book = read_book(profiles)
    cards = [_card(profile, on) for profile in book.profiles]
    findings = [
        finding
        for card in cards
        for finding in (*check_card(card, on=on, work=book.work), *fit_problems(card), *glyph_problems(card))
    ]
    gaps, share = ([], None) if source is None else _gaps(book, source, at)
    if form == "json":
        output.print_json(
            {"findings": [asdict(f) for f in findings], "gaps": [asdict(g) for g in gaps], "share": share}
        )
    elif form == "csv":
        of_cards = (("card", f.problem.value, f.worker_id, None, f.field, f.what, f.is_stop) for f in findings)
        of_gaps = (("gap", g.kind.value, g.worker_id, g.child_id, None, g.why, None) for g in gaps)
        headings = ("kind", "problem", "worker_id", "child_id", "field", "what", "stops")
        output.print_csv(headings, chain(of_cards, of_gaps))
    else:
        _show(findings, gaps, share, len(cards), has_source=source is not None)
    return OVERDUE if gaps or any(finding.is_stop for finding in findings) else ALL_WELL


def _show(
    findings: Sequence[CardFinding], gaps: Sequence[ProfileGap], share: float | None, cards: int, *, has_source: bool
) -> None:
    rows = [(f.worker_id, f.field, f.what, f.remedy, f.is_stop) for f in findings]
    if rows:
        output.print_table("Before print", FINDING_HEADINGS, rows)
    else:
        output.print_lines([f"{cards} card{'' if cards == 1 else 's'} checked: nothing to put right."])
    if has_source:
        gap_rows = [(g.kind.value, g.worker_id, g.child_id, g.since, g.children, g.why) for g in gaps]
        output.print_table("Whom the cards do not reach", GAP_HEADINGS, gap_rows, limit=20)
        shown = "could not be judged: no child has a worker" if share is None else f"{100 * share:.0f}%"
        output.print_lines([f"Children whose worker has a current card: {shown}"])


def _gaps(book: ProfileBook, source: str, now: datetime) -> tuple[list[ProfileGap], float | None]:
    with opened(source) as reader:
        assignments = list(reader.assignments())
        gaps = profile_gaps(
            book.profiles,
            assignments,
            now=now,
            absences=reader.absences() if "absences" in reader.capabilities else (),
            given=_given(reader),
            sessions=reader.sessions(until=now) if "sessions" in reader.capabilities else (),
        )
        return gaps, card_share(book.profiles, assignments, now=now).share


def _given(reader: CaseReader) -> list[CardGiven] | None:
    """Return which cards reached which children by the handover plans; ``None`` where no plans are kept."""
    plans = [kept.plan for kept in reader.handovers()] if isinstance(reader, SupportsHandovers) else []
    if not plans:
        output.note("The source keeps no handover plans, so it could not be judged who was never given a card.")
        return None
    return cards_given(plans)


def cards_given(plans: Iterable[HandoverPlan]) -> list[CardGiven]:
    """Return which cards reached which children by these plans."""
    return [given for plan in plans for given in _given_by(plan)]


def _given_by(plan: HandoverPlan) -> Iterator[CardGiven]:
    move = settled_steps(plan.log).get(GIVE_CARD)
    if isinstance(move, StepDone) and plan.to_worker_id is not None:
        yield CardGiven(plan.child_id, plan.to_worker_id, move.on)
