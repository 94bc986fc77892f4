"""``relationkit profiles tips`` and ``dear-worker``: posters for the wall of a team, with what was measured."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Final

from relationkit.cli import output
from relationkit.cli.cards import read_book
from relationkit.cli.changes import read_year
from relationkit.cli.clocks import read_clocks
from relationkit.cli.exits import ALL_WELL
from relationkit.cli.feedback import chosen_form, day_of
from relationkit.cli.files import write_whole
from relationkit.cli.sources import InvalidOptionError, last_reporting_year, moment, opened
from relationkit.continuity import Window
from relationkit.errors import NotSupportedError
from relationkit.feedback import FeedbackForm, FeedbackPeriod, Submission, TextQuestion, YesNoQuestion
from relationkit.plugins import CaseReader, SupportsFeedback
from relationkit.profiles import (
    TIP_MEASURES,
    Enjoyed,
    PracticeGuide,
    ProfileBook,
    TipMeasure,
    WorkerProfile,
    card_share,
    dear_worker,
)
from relationkit.records import LONDON, london_day
from relationkit.render import render_dear_worker, render_tips_poster
from relationkit.sla import response_report
from relationkit.withholding import SMALLEST

__all__ = ["show_tips", "write_dear_worker"]

TIP_HEADINGS: Final = ("tip", "about", "what_we_do", "figure")

#: What was measured, in words, by language and what it is about.
FIGURES: Final[Mapping[str, Mapping[TipMeasure, str]]] = {
    "en": {
        TipMeasure.REPLIES: "{share:.0%} were answered in time",
        TipMeasure.CHANGES: "{share:.0%} had 3 or more social workers in a year",
        TipMeasure.CARDS: "{share:.0%} have a worker with a card",
    },
    "cy": {
        TipMeasure.REPLIES: "Cafodd {share:.0%} ateb mewn pryd",
        TipMeasure.CHANGES: "Cafodd {share:.0%} 3 neu fwy o weithwyr cymdeithasol mewn blwyddyn",
        TipMeasure.CARDS: "Mae gan {share:.0%} weithiwr â cherdyn",
    },
}


def show_tips(
    profiles: Path, out: Path | None, guide_id: str | None, source: str | None, now: str | None, form: str
) -> int:
    """Print the tips with what is measured about each, or write them as a poster; return the exit code."""
    at = moment(now)
    book = read_book(profiles)
    guide = _guide(book, guide_id, at)
    language = guide.language.split("-")[0].lower()
    figures = {} if source is None else _figures(source, book.profiles, at, FIGURES.get(language, FIGURES["en"]))
    if out is not None:
        write_whole(out, render_tips_poster(guide, figures=figures, theme=book.theme))
        output.note(f"Written to {out}.")
        return ALL_WELL
    words = TIP_MEASURES.get(language, TIP_MEASURES["en"])
    rows = [(tip.words, tip.about.value, words[tip.about], figures.get(tip.about, "")) for tip in guide.tips]
    if form == "json":
        output.print_json({"guide": guide.id, "tips": [dict(zip(TIP_HEADINGS, row, strict=True)) for row in rows]})
    elif form == "csv":
        output.print_csv(TIP_HEADINGS, rows)
    else:
        output.print_table(guide.title, ("Tip", "About", "What we do", "Measured"), rows)
    return ALL_WELL


def _guide(book: ProfileBook, guide_id: str | None, now: datetime) -> PracticeGuide:
    """Return the guide in force that was asked for, its latest version; without an id the one begun last."""
    there = [guide for guide in book.guides if guide_id in (None, guide.id) and guide.is_in_force(on=london_day(now))]
    if not there:
        wanted = "no guide" if guide_id is None else f"no guide {guide_id}"
        raise InvalidOptionError(f"{wanted} is in force in the file. Write one under [[guides]], or check --guide.")
    return max(there, key=lambda guide: (guide.in_force_from, guide.version))


def _figures(
    source: str, profiles: Iterable[WorkerProfile], now: datetime, words: Mapping[TipMeasure, str]
) -> dict[TipMeasure, str]:
    """Return in words what the source lets be measured; what it does not, or is about too few, is left out."""
    with opened(source) as reader:
        counted = dict(_counted(reader, profiles, now))
    return {about: words[about].format(share=part / whole) for about, (part, whole) in counted.items() if whole}


def _counted(
    reader: CaseReader, profiles: Iterable[WorkerProfile], now: datetime
) -> Iterator[tuple[TipMeasure, tuple[int, int]]]:
    """Yield how many of how many, for each measure that the source allows."""
    if "messages" in reader.capabilities:
        everyone = response_report(read_clocks(reader, now)[0], now=now).everyone
        if everyone is not None:
            yield TipMeasure.REPLIES, _shown(everyone.answered_in_time, everyone.judged)
    if "assignments" in reader.capabilities:
        year = Window.reporting_year(last_reporting_year(london_day(now)))
        share = read_year(reader, year).share
        yield TipMeasure.CHANGES, _shown(share.high, share.children)
        cards = card_share(profiles, reader.assignments(), now=now)
        yield TipMeasure.CARDS, _shown(cards.with_card, cards.children)


def _shown(part: int, whole: int) -> tuple[int, int]:
    """Return both, or nothing of nothing where a share would show that it is about one to five."""
    is_small = 0 < part < SMALLEST or 0 < whole - part < SMALLEST or whole < SMALLEST
    return (0, 0) if is_small else (part, whole)


def write_dear_worker(
    profiles: Path,
    source: str,
    form_id: str,
    version: int,
    question: str,
    may_quote: str | None,
    within: str,
    worker: str | None,
    language: str,
    out: Path,
    now: str | None,
) -> int:
    """Write what children enjoy doing with their worker, by the answers of one period; return the exit code."""
    at = moment(now)
    book = read_book(profiles)
    form = chosen_form(form_id, version, "en")
    _require(form, question, TextQuestion, "--question")
    if may_quote is not None:
        _require(form, may_quote, YesNoQuestion, "--may-quote")
    if not book.themes:
        raise InvalidOptionError(f"{profiles.name}: has no themes. Write the council's own under [[themes]].")
    with opened(source) as reader:
        submissions = list(_submissions(reader, form, within, at))
    answers = [
        answer
        for each in submissions
        if worker in (None, each.worker_id) and (answer := _enjoyed(each, question, may_quote)) is not None
    ]
    said = dear_worker(answers, book.themes)
    write_whole(out, render_dear_worker(said, language=language, theme=book.theme))
    output.note(f"Written to {out}.")
    if said.children is None:
        output.note(f"Nothing is shown: fewer than {SMALLEST} children answered.")
    return ALL_WELL


def _require(form: FeedbackForm, question: str, kind: type[TextQuestion | YesNoQuestion], option: str) -> None:
    fitting = [each.id for each in form.questions if isinstance(each, kind)]
    if question not in fitting:
        wanted = "text" if kind is TextQuestion else "yes-or-no"
        there = ", ".join(fitting) or "none"
        raise InvalidOptionError(f"{option} {question}: no {wanted} question of the form. It has: {there}.")


def _submissions(reader: CaseReader, form: FeedbackForm, within: str, now: datetime) -> Iterator[Submission]:
    """Yield the form's submissions of one whole period, so that no two posters can be subtracted."""
    if not isinstance(reader, SupportsFeedback):
        raise NotSupportedError(reader.source, "feedback")
    period = FeedbackPeriod.containing(day_of(within), form)
    if london_day(now) < period.end_on:
        raise InvalidOptionError(f"--within {within}: the period {period} is not over. Name a day of an earlier one.")
    since, until = (datetime.combine(day, time(), LONDON) for day in (period.start_on, period.end_on))
    sent = reader.submissions_to_count(by="relationkit profiles dear-worker", now=now, since=since, until=until)
    return (each for each in sent if (each.form_id, each.form_version) == (form.id, form.version))


def _enjoyed(submission: Submission, question: str, may_quote: str | None) -> Enjoyed | None:
    """Return the answer; ``None`` where the child did not give one. Consent is a yes to that question and no less."""
    values = {answer.question_id: answer.value for answer in submission.answers}
    words = values.get(question)
    if not isinstance(words, str):
        return None
    return Enjoyed(submission.child_id, words, may_quote=may_quote is not None and values.get(may_quote) is True)
