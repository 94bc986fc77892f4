"""``relationkit feedback``: the forms, a form as a page or a file, what children said together, and what they gave."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field

from relationkit.cli import output
from relationkit.cli.books import read_text
from relationkit.cli.cards import read_book
from relationkit.cli.exits import ALL_WELL, OVERDUE
from relationkit.cli.files import write_whole
from relationkit.cli.reach import Reach
from relationkit.cli.sources import InvalidOptionError, moment, opened, plugins_found
from relationkit.errors import NotSupportedError, SourceNotFoundError
from relationkit.feedback import (
    SHIPPED_FORMS,
    Evidence,
    EvidenceFault,
    FeedbackForm,
    FeedbackPeriod,
    FeedbackSummary,
    Submission,
    YouSaidWeDid,
    find_form,
    form_from_json,
    form_from_toml,
    form_to_json,
    form_to_toml,
    questionnaire,
    summarise_feedback,
    verify_evidence,
)
from relationkit.plugins import CaseReader, SupportsFeedback, offered_feedback_forms
from relationkit.records import LONDON, Day, FrozenModel, WorkerId, london_day
from relationkit.render import (
    SUMMARY_HEADINGS,
    render_feedback_summary,
    render_form,
    render_paper_form,
    summary_rows,
)
from relationkit.text_files import NotReadableError, json_of, toml_of

__all__ = [
    "check_evidence",
    "last_closed_day",
    "list_forms",
    "show_summary",
    "what_children_said",
    "write_form",
]

FORM_HEADINGS: Final = ("form_id", "version", "language", "age_band", "questions", "purpose")
EVIDENCE_HEADINGS: Final = ("evidence_id", "part", "found")

#: The columns that people read at a terminal of 80 characters; JSON and CSV have all.
FORM_TABLE: Final = ("Form", "Version", "For", "Languages")
SUMMARY_TABLE: Final = ("group", "question_id", "asked", "label", "count", "share")

#: The address that stands in a FHIR form until a council gives its own.
BASE: Final = "https://forms.example.org"

#: How a form can be written, by the word of ``--as``; the address is that of a council's forms.
WRITERS: Final[dict[str, Callable[[FeedbackForm, str], str]]] = {
    "page": lambda form, _: render_form(form, action="#sent"),
    "paper": lambda form, _: render_paper_form(form),
    "toml": lambda form, _: form_to_toml(form),
    "json": lambda form, _: form_to_json(form),
    "fhir": lambda form, base: output.json_text(questionnaire(form, base=base)),
}


def forms_found() -> tuple[FeedbackForm, ...]:
    """Return the shipped forms, and those of the plugins; one of a shipped id takes the place of all of it."""
    offered = offered_feedback_forms(plugins_found()[0]).whole()
    own = {form.id for form in offered}
    return (*(form for form in SHIPPED_FORMS if form.id not in own), *offered)


def list_forms(language: str | None, form: str) -> int:
    """Print the forms that there are; return the exit code."""
    found = [each for each in forms_found() if language in (None, each.language)]
    ordered = sorted(found, key=lambda each: (each.id, each.version, each.language))
    rows: list[tuple[object, ...]] = [
        (each.id, each.version, each.language, each.age_band.value, len(each.questions), each.purpose.value)
        for each in ordered
    ]
    if form == "table":
        output.print_table("Feedback forms", FORM_TABLE, list(_lines(ordered)))
    else:
        _print("Feedback forms", FORM_HEADINGS, rows, form, "forms")
    return ALL_WELL


def _lines(forms: Iterable[FeedbackForm]) -> Iterator[tuple[object, ...]]:
    """Yield a line for each version of a form, with all its languages."""
    for (name, version, band), same in groupby(forms, key=lambda each: (each.id, each.version, each.age_band.value)):
        yield name, version, band.replace("_", " "), ", ".join(each.language for each in same)


def _print(title: str, headings: tuple[str, ...], rows: list[tuple[object, ...]], form: str, name: str) -> None:
    if form == "json":
        output.print_json({name: [dict(zip(headings, row, strict=True)) for row in rows]})
    elif form == "csv":
        output.print_csv(headings, rows)
    else:
        output.print_table(title, headings, rows)


def chosen_form(form_id: str, version: int, language: str) -> FeedbackForm:
    """Return the form of a file, or the one of that id, version and language."""
    file = Path(form_id)
    if file.suffix.lower() in {".toml", ".json"}:
        return (form_from_json if file.suffix.lower() == ".json" else form_from_toml)(read_text(file))
    return find_form(forms_found(), form_id, version, language)


def write_form(
    form_id: str,
    version: int,
    language: str,
    kind: str,
    out: Path,
    profiles: Path | None = None,
    worker: str | None = None,
    now: str | None = None,
    base: str | None = None,
) -> int:
    """Write one form as a page, a sheet of paper, or a file; return the exit code."""
    if kind not in WRITERS:
        raise InvalidOptionError(f"--as {kind}: not known. Use one of {', '.join(WRITERS)}.")
    form = chosen_form(form_id, version, language)
    if profiles is None or worker is None:
        write_whole(out, WRITERS[kind](form, BASE if base is None else _address(base)))
    else:
        contact = Reach(read_book(profiles), ()).at(WorkerId(worker), moment(now))
        if contact is None:
            raise InvalidOptionError(f"--worker {worker}: no profile of theirs is in the file. Check the id.")
        write_whole(out, render_form(form, action="#sent", contact=contact))
    output.note(f"Written: {out}")
    if kind == "fhir" and base is None:
        output.note(f"It stands under {BASE}, which is nobody's. Give the address of your own forms with --base.")
    return ALL_WELL


def _address(base: str) -> str:
    """Return the address under which a council's forms stand, as FHIR's canonical addresses take it.

    Raises:
        InvalidOptionError: It is none, or has a part that a form's own address could not follow.
    """
    try:
        parts = urlsplit(base)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or set(base) & set(' ?#|<>"\\'):
        raise InvalidOptionError(f"--base {base}: not an address to put forms under. Use one like {BASE}.")
    return base


class _Done(FrozenModel):
    """The file of what came of it."""

    entries: tuple[YouSaidWeDid, ...] = Field(default=())


def show_summary(
    source: str,
    form_id: str,
    version: int,
    within: str,
    by: str | None,
    done: Path | None,
    out: Path | None,
    now: str | None,
    form: str,
) -> int:
    """Print what children said in one period, or write it as a page; return the exit code."""
    at = moment(now)
    asked = chosen_form(form_id, version, "en")
    with opened(source) as reader:
        summary = what_children_said(reader, asked, day_of(within), at, by, done)
    if out is not None:
        write_whole(out, render_feedback_summary(summary))
        output.note(f"Written: {out}")
        return ALL_WELL
    if form != "json" and not summary.questions:
        output.note(f"Nothing is shown: {summary.status.value.replace('_', ' ')}.")
    title, rows = f"What children said, {summary.period}", list(summary_rows(summary))
    if form == "table":
        columns = [SUMMARY_HEADINGS.index(each) for each in SUMMARY_TABLE]
        output.print_table(title, SUMMARY_TABLE, [[row[column] for column in columns] for row in rows])
    else:
        _print(title, SUMMARY_HEADINGS, rows, form, "answers")
    return ALL_WELL


class _Within(FrozenModel):
    """The option ``--within``, read as a day is read everywhere."""

    within: Day


def day_of(within: str) -> date:
    """Return the day that the option names."""
    return _Within.model_validate({"within": within}).within


def last_closed_day(now: datetime, form: FeedbackForm) -> date:
    """Return the last day of the last period of a form that is over."""
    return FeedbackPeriod.containing(london_day(now), form).start_on - timedelta(days=1)


def what_children_said(
    reader: CaseReader,
    form: FeedbackForm,
    within: date,
    at: datetime,
    by: str | None = None,
    done: Path | None = None,
) -> FeedbackSummary:
    """Return what children said in the period that holds a day, and what came of it.

    Raises:
        NotSupportedError: The source keeps no feedback.
    """
    if not isinstance(reader, SupportsFeedback):
        raise NotSupportedError(reader.source, "feedback")
    period = FeedbackPeriod.containing(within, form)
    since, until = (datetime.combine(day, time(), LONDON) for day in (period.start_on, period.end_on))
    entries = () if done is None else _said_and_done(done)
    return summarise_feedback(
        reader.submissions_to_count(by="relationkit feedback summary", now=at, since=since, until=until),
        form,
        within=period.start_on,
        on=london_day(at),
        group_of=_grouping(reader, by),
        said_and_done=entries,
    )


def _said_and_done(file: Path) -> tuple[YouSaidWeDid, ...]:
    try:
        return _Done.model_validate(toml_of(read_text(file))).entries
    except NotReadableError as error:
        raise InvalidOptionError(f"{file.name}: is not TOML: {error}. Correct that line.") from error


def _grouping(reader: CaseReader, by: str | None) -> Callable[[Submission], str | None] | None:
    if by is None:
        return None
    if by == "worker":
        return lambda submission: submission.worker_id
    if by == "team":
        teams = {worker.id: worker.team for worker in reader.workers()}
        return lambda submission: None if submission.worker_id is None else teams.get(submission.worker_id)
    raise InvalidOptionError(f"--by {by}: not known. Use team or worker.")


def check_evidence(file: Path | None, source: str | None, pictures: Path | None, now: str | None, form: str) -> int:
    """Hold each piece of evidence against its hash; return the exit code, 1 where one does not hold."""
    if (file is None) == (source is None):
        raise InvalidOptionError("name a file of evidence or a --source, one of the two.")
    found = _faults_in_file(file, pictures) if file is not None else _faults_in_source(str(source), moment(now))
    faults = [
        (fault.evidence_id, fault.part.value, "could not be judged" if fault.could_not_be_judged else "does not hold")
        for fault in found
    ]
    _print("Evidence that does not hold", EVIDENCE_HEADINGS, list(faults), form, "faults")
    if not faults:
        output.note("Every piece is as the child gave it.")
    return OVERDUE if faults else ALL_WELL


def _faults_in_file(file: Path, pictures: Path | None) -> Iterator[EvidenceFault]:
    for evidence in _evidence(file):
        yield from verify_evidence(evidence, picture=_picture(pictures, evidence.picture_sha256))


def _faults_in_source(source: str, at: datetime) -> list[EvidenceFault]:
    with opened(source) as reader:
        if not isinstance(reader, SupportsFeedback):
            raise NotSupportedError(reader.source, "feedback")
        return list(reader.evidence_faults(by="relationkit feedback verify", now=at))


def _evidence(file: Path) -> Iterator[Evidence]:
    for line in read_text(file).splitlines():
        if line.strip():
            try:
                yield Evidence.model_validate(json_of(line))
            except NotReadableError as error:
                raise InvalidOptionError(f"{file.name}: a line is no JSON. Write one piece a line.") from error


def _picture(folder: Path | None, sha256: str | None) -> bytes | None:
    """Return the picture of that hash, under whatever ending it is kept; ``None`` where it is not there."""
    if folder is None or sha256 is None:
        return None
    if not folder.is_dir():
        raise SourceNotFoundError(f"pictures:{folder.name}", "there is no such folder", "Check --pictures")
    found = sorted(folder.glob(f"{sha256}.*")) or sorted(folder.glob(sha256))
    return found[0].read_bytes() if found else None
