"""What children said, together, as one page or as rows: a bar for each answer, and what came of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from relationkit.feedback import (
    LEAST_CHILDREN,
    LEAST_SUBMISSIONS,
    AnswerCount,
    FeedbackSummary,
    QuestionSummary,
    SummaryStatus,
)
from relationkit.render.html import render_page
from relationkit.withholding import WITHHELD

__all__ = ["SUMMARY_HEADINGS", "render_feedback_summary", "summary_rows"]

#: The columns of :func:`summary_rows`.
SUMMARY_HEADINGS: Final = (
    "form_id",
    "form_version",
    "period_start_on",
    "period_end_on",
    "group",
    "question_id",
    "asked",
    "answer",
    "label",
    "count",
    "share",
)

_WHY_NOT: Final = {
    SummaryStatus.PERIOD_OPEN: "This period is not over. Figures that can be watched as they grow would show the last "
    "child who answered, so none are shown before its end.",
    SummaryStatus.TOO_FEW: f"These are fewer than {LEAST_SUBMISSIONS} forms, or those of fewer than {LEAST_CHILDREN} "
    "children, so that a figure could point at one of them. Nothing is shown.",
}


def summary_rows(summary: FeedbackSummary) -> Iterator[tuple[object, ...]]:
    """Yield a row for each answer, as ``SUMMARY_HEADINGS`` says: everyone first (an empty group), then each group.

    A figure that is withheld is ``"c"``, and so is its share; no words of a child are in it.
    """
    head = (summary.form_id, summary.form_version, summary.period.start_on, summary.period.end_on)
    for name, questions in (("", summary.questions), *((each.name, each.questions) for each in summary.groups)):
        for question in questions:
            for row in question.counts:
                yield (*head, name, question.question_id, question.asked, row.code, row.label, *_shown(row))


def _shown(row: AnswerCount) -> tuple[object, object]:
    return (WITHHELD, WITHHELD) if row.count is None or row.share is None else (row.count, round(row.share, 4))


@dataclass(frozen=True, slots=True)
class _Bar:
    """One answer as it is drawn: its words, the figure in words, and the length of its bar in per cent."""

    label: str
    words: str
    length: float | None


def _bars(question: QuestionSummary) -> list[_Bar]:
    return [
        _Bar(row.label, "c", None)
        if row.count is None or row.share is None
        else _Bar(row.label, f"{row.count:,} ({row.share:.0%})", row.share * 100)
        for row in question.counts
    ]


def render_feedback_summary(summary: FeedbackSummary, *, about: str | None = None) -> str:
    """Return the summary as one HTML page.

    Args:
        summary: From :func:`~relationkit.feedback.summarise_feedback`.
        about: Whose forms these are, in words, such as ``"Exampleshire"``.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
    """
    facts = {
        "lang": "en",
        "direction": "ltr",
        "title": f"What children said: {summary.title}",
        "about": about,
        "period": str(summary.period),
        "why_not": _WHY_NOT.get(summary.status),
        "summary": summary,
        "questions": [(question, _bars(question)) for question in summary.questions],
        "groups": [(group, [(question, _bars(question)) for question in group.questions]) for group in summary.groups],
        "has_withheld": any(row.count is None for question in summary.questions for row in question.counts)
        or any(row.count is None for group in summary.groups for each in group.questions for row in each.counts),
    }
    return render_page("feedback_summary.html", facts)
