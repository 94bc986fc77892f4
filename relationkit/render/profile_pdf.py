"""A worker's one page as a PDF: A4, in letters as large as the words allow."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from relationkit.errors import CardsNotPrintedError, Problem
from relationkit.profiles import CardTheme, ContactWay, WorkerProfile, initials
from relationkit.render.card_words import CardWording, shown_language, validity, wording_of
from relationkit.render.codes import duty_link, qr_png
from relationkit.render.paper import A4, Paper
from relationkit.render.type_metrics import POINT, drawn, lines_of, missing_characters, width_of, wrapped

__all__ = ["render_profile_pdf"]

#: In points, largest first: 14 is what easy read asks for (GOV.UK, "Accessible communication formats").
SIZES: Final = (16.0, 14.0, 13.0, 12.0, 11.0, 10.0)

#: For the name: the largest in which it has three lines at most.
_NAME_SIZES: Final = (28.0, 24.0, 20.0, 16.0, 12.0)

_PAD: Final = 18.0
_PICTURE: Final = 42.0
_CODE: Final = 34.0
_LEADING: Final = 1.35
_WIDTH: Final = A4[0] - 2 * _PAD
_HEAD: Final = 26.0
_TOP: Final = 78.0
_BOTTOM: Final = A4[1] - 14.0


@dataclass(frozen=True, slots=True)
class _Section:
    """A heading and the lines below it."""

    name: str
    heading: str
    lines: tuple[str, ...] = field(repr=False)


def _sections(profile: WorkerProfile, words: CardWording) -> Iterator[_Section]:
    yield _Section("what_i_do", words.what_i_do, (profile.what_i_do,))
    yield _Section("three_things", words.three_things, tuple(f"• {line}" for line in profile.three_things))
    if profile.liked:
        yield _Section("liked", words.liked, tuple(f"• {line}" for line in profile.liked))
    if profile.support is not None:
        yield _Section("support", words.support, (profile.support,))
    yield _Section("ways", words.reach, (*map(_way, profile.ways), profile.hours))
    cover = profile.cover
    away = (words.away_duty,) if cover is None else (cover.name, *map(_way, cover.ways))
    yield _Section("cover", words.away, away)
    duty = (profile.duty.name, *map(_way, profile.duty.ways), profile.duty.hours)
    yield _Section("duty", words.always, duty)


def _way(way: ContactWay) -> str:
    return f"{way.label}: {way.value}"


def render_profile_pdf(profile: WorkerProfile, *, theme: CardTheme | None = None, link: str | None = None) -> bytes:
    """Return a worker's one page as a PDF of one A4 page, in letters of 16 down to 10 points.

    Args:
        profile: The profile; the words around it are in its language where that is English or Welsh.
        theme: The council's colours.
        link: Where the QR code leads, an ``https`` address; without it, it calls the duty line.

    Raises:
        CardsNotPrintedError: Its words do not fit on a page, or hold characters that the bundled font has not.
        RenderError: ``link`` is another kind of address, or too long for a code.
        MissingExtraError: The extra ``pdf`` is not installed.
    """
    colours = theme or CardTheme()
    words = wording_of(profile.language)
    sections = list(_sections(profile, words))
    _refuse_missing(profile, sections)
    size = next((each for each in SIZES if _height(sections, each) <= _BOTTOM - _TOP), None)
    if size is None:
        longest = max(sections, key=lambda section: sum(map(len, section.lines)))
        raise CardsNotPrintedError([_problem(profile, longest.name, "does not fit on a page", "Shorten it")])
    with Paper(A4, language=shown_language(profile.language), title=words.what_i_do) as paper:
        paper.page()
        _head(paper, profile, words, colours)
        _body(paper, sections, size, colours)
        paper.text(validity(profile), _PAD, A4[1] - 9, _WIDTH, 9, colours.ink)
        _code(paper, profile, words, link)
        return paper.finish()


def _code(paper: Paper, profile: WorkerProfile, words: CardWording, link: str | None) -> None:
    leads_to = link or duty_link(profile.duty)
    if leads_to is None:
        return
    scan = words.scan_profile if link else words.scan_duty.format(name=profile.duty.name)
    x = A4[0] - _PAD - _CODE
    paper.picture(qr_png(leads_to), x, _HEAD, _CODE, _CODE, scan)
    paper.link(x, _HEAD, _CODE, _CODE, leads_to, scan)


def _refuse_missing(profile: WorkerProfile, sections: list[_Section]) -> None:
    texts = {section.name: " ".join(section.lines) for section in sections}
    texts |= {"name": profile.name, "pronouns": profile.pronouns or ""}
    problems = [
        _problem(
            profile, name, "holds a character that the font of the PDF does not have", "Take it out, or print HTML"
        )
        for name, text in texts.items()
        if missing_characters(text)
    ]
    if problems:
        raise CardsNotPrintedError(problems)


def _problem(profile: WorkerProfile, name: str, what: str, remedy: str) -> Problem:
    return Problem(f"profile of {profile.worker_id}", what, remedy, field=name)


def _head(paper: Paper, profile: WorkerProfile, words: CardWording, colours: CardTheme) -> None:
    paper.box(0, 0, A4[0], 10, colours.main)
    paper.box(0, 10, A4[0], 2, colours.accent)
    _picture(paper, profile, colours)
    left, width = _PAD + _PICTURE + 8, _WIDTH - _PICTURE - _CODE - 14
    paper.text(words.hello, left, _HEAD + 6, width, 14, colours.ink)
    size = next((each for each in _NAME_SIZES if lines_of(profile.name, each, width, is_bold=True) <= 3), 12.0)
    baseline = _HEAD + 6 + size * POINT * 1.25
    for line in wrapped(profile.name, size, width, is_bold=True):
        paper.text(line, left, baseline, width, size, colours.main, is_bold=True)
        baseline += size * POINT * 1.2
    for line in wrapped(profile.pronouns or "", 14, width):
        paper.text(line, left, baseline, width, 14, colours.ink)
        baseline += 14 * POINT * 1.2


def _picture(paper: Paper, profile: WorkerProfile, colours: CardTheme) -> None:
    if profile.picture is not None:
        paper.picture(profile.picture.data, _PAD, _HEAD, _PICTURE, _PICTURE, profile.picture.alt)
        return
    letters, size = initials(drawn(profile.name)), 44.0
    wide = width_of(letters, size, is_bold=True)
    paper.disc(_PAD, _HEAD, _PICTURE, colours.accent)
    left = _PAD + (_PICTURE - wide) / 2
    paper.text(letters, left, _HEAD + _PICTURE * 0.63, wide, size, colours.ink, is_bold=True)


def _height(sections: list[_Section], size: float) -> float:
    lines = sum(sum(lines_of(line, size, _WIDTH) for line in section.lines) for section in sections)
    return (lines + 1.75 * len(sections)) * size * POINT * _LEADING


def _body(paper: Paper, sections: list[_Section], size: float, colours: CardTheme) -> None:
    step = size * POINT * _LEADING
    y = _TOP
    for section in sections:
        y += step * 0.5
        paper.text(section.heading, _PAD, y + size * POINT, _WIDTH, size * 1.1, colours.main, is_bold=True)
        y += step * 1.25
        for text in (line for each in section.lines for line in wrapped(each, size, _WIDTH)):
            paper.text(text, _PAD, y + size * POINT, _WIDTH, size, colours.ink, is_bold=section.name == "duty")
            y += step
