"""The index page of a folder of outputs: what each file is, and the figures that people look for first."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from relationkit.render.html import render_page

__all__ = ["Overview", "OverviewFigure", "OverviewLink", "OverviewSection", "OverviewTable", "render_overview"]


@dataclass(frozen=True, slots=True)
class OverviewFigure:
    """One figure in large type.

    Attributes:
        value: The figure, as it is to be read.
        label: What it counts.
        note: What stands beside it, such as the published figure.
    """

    value: str
    label: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class OverviewTable:
    """A short table.

    Attributes:
        caption: What it shows.
        headings: One a column; the first column heads its row.
        rows: The cells as they are to be read; shown in this order.
        numbers: The positions of the columns that are set as figures.
    """

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class OverviewLink:
    """One file in the folder.

    Attributes:
        path: Relative to the page, with forward slashes.
        name: What the link says; may name a person, so in no repr.
        words: What the file is and what to do with it; in no repr.
    """

    path: str
    name: str = field(repr=False)
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OverviewSection:
    """One part of the page.

    Attributes:
        anchor: Its address within the page.
        heading: Its heading.
        words: Paragraphs that say what the reader sees.
        tables: Shown below the words.
        links: The files it is about.
    """

    anchor: str
    heading: str
    words: Sequence[str] = ()
    tables: Sequence[OverviewTable] = ()
    links: Sequence[OverviewLink] = ()


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the page, in the words it is to show.

    Attributes:
        title: The page's heading.
        lead: One paragraph below it.
        figures: In large type.
        sections: In this order.
        commands: Lines to type next.
    """

    title: str
    lead: str
    figures: Sequence[OverviewFigure]
    sections: Sequence[OverviewSection]
    commands: Sequence[str] = ()


def render_overview(overview: Overview) -> str:
    """Return the page as one HTML file that asks for nothing from elsewhere; all text is escaped.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
    """
    return render_page("overview.html", {"lang": "en", "page": overview})
