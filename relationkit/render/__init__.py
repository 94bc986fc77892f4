"""Documents out of facts: calendars, forms, cards and reports. Nothing here decides anything about care.

Each name loads its module, and that module's library, on first use: a program that draws cards never loads the
calendar library. A new document adds its row to ``_HOMES``, its name to ``__all__`` and its import for type checkers.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from relationkit.render.audit_report import render_audit
    from relationkit.render.board import BOARD_PICTURES, render_board
    from relationkit.render.calendar import CalendarDetail, EntryCache, team_calendar, visit_calendar
    from relationkit.render.calendar_page import render_calendar_page
    from relationkit.render.card_layout import fit_problems, glyph_problems
    from relationkit.render.card_pdf import render_card_pdf, render_card_sheet_pdf
    from relationkit.render.card_pictures import Crop, card_picture
    from relationkit.render.card_sheet import render_card_sheet
    from relationkit.render.cards import render_card, render_profile
    from relationkit.render.codes import vcard_of
    from relationkit.render.feedback_summary import SUMMARY_HEADINGS, render_feedback_summary, summary_rows
    from relationkit.render.forms import form_steps, render_form
    from relationkit.render.handover_papers import render_goodbye_letter, render_my_story
    from relationkit.render.keywork_booklet import render_keywork_booklet
    from relationkit.render.offer_letter import render_offer_letter
    from relationkit.render.overview import (
        Overview,
        OverviewFigure,
        OverviewLink,
        OverviewSection,
        OverviewTable,
        render_overview,
    )
    from relationkit.render.paper_forms import render_filled_form, render_paper_form
    from relationkit.render.pictures import LONGEST_EDGE, MOST_BYTES, MOST_PIXELS, CleanPicture, clean_picture
    from relationkit.render.posters import render_dear_worker, render_tips_poster
    from relationkit.render.profile_pdf import render_profile_pdf
    from relationkit.render.response_report import render_response_report

__all__ = [
    "BOARD_PICTURES",
    "LONGEST_EDGE",
    "MOST_BYTES",
    "MOST_PIXELS",
    "SUMMARY_HEADINGS",
    "CalendarDetail",
    "CleanPicture",
    "Crop",
    "EntryCache",
    "Overview",
    "OverviewFigure",
    "OverviewLink",
    "OverviewSection",
    "OverviewTable",
    "card_picture",
    "clean_picture",
    "fit_problems",
    "form_steps",
    "glyph_problems",
    "render_audit",
    "render_board",
    "render_calendar_page",
    "render_card",
    "render_card_pdf",
    "render_card_sheet",
    "render_card_sheet_pdf",
    "render_dear_worker",
    "render_feedback_summary",
    "render_filled_form",
    "render_form",
    "render_goodbye_letter",
    "render_keywork_booklet",
    "render_my_story",
    "render_offer_letter",
    "render_overview",
    "render_paper_form",
    "render_profile",
    "render_profile_pdf",
    "render_response_report",
    "render_tips_poster",
    "summary_rows",
    "team_calendar",
    "vcard_of",
    "visit_calendar",
]

#: Each public name and the module that it comes from.
_HOMES: Final = {
    "SUMMARY_HEADINGS": "relationkit.render.feedback_summary",
    "render_feedback_summary": "relationkit.render.feedback_summary",
    "summary_rows": "relationkit.render.feedback_summary",
    "BOARD_PICTURES": "relationkit.render.board",
    "LONGEST_EDGE": "relationkit.render.pictures",
    "MOST_BYTES": "relationkit.render.pictures",
    "MOST_PIXELS": "relationkit.render.pictures",
    "CalendarDetail": "relationkit.render.calendar",
    "EntryCache": "relationkit.render.calendar",
    "Overview": "relationkit.render.overview",
    "OverviewFigure": "relationkit.render.overview",
    "OverviewLink": "relationkit.render.overview",
    "OverviewSection": "relationkit.render.overview",
    "OverviewTable": "relationkit.render.overview",
    "CleanPicture": "relationkit.render.pictures",
    "clean_picture": "relationkit.render.pictures",
    "render_board": "relationkit.render.board",
    "render_calendar_page": "relationkit.render.calendar_page",
    "render_audit": "relationkit.render.audit_report",
    "render_card": "relationkit.render.cards",
    "form_steps": "relationkit.render.forms",
    "render_filled_form": "relationkit.render.paper_forms",
    "Crop": "relationkit.render.card_pictures",
    "card_picture": "relationkit.render.card_pictures",
    "fit_problems": "relationkit.render.card_layout",
    "glyph_problems": "relationkit.render.card_layout",
    "render_card_pdf": "relationkit.render.card_pdf",
    "render_card_sheet": "relationkit.render.card_sheet",
    "render_card_sheet_pdf": "relationkit.render.card_pdf",
    "render_dear_worker": "relationkit.render.posters",
    "render_tips_poster": "relationkit.render.posters",
    "render_profile": "relationkit.render.cards",
    "render_profile_pdf": "relationkit.render.profile_pdf",
    "vcard_of": "relationkit.render.codes",
    "render_form": "relationkit.render.forms",
    "render_paper_form": "relationkit.render.paper_forms",
    "render_overview": "relationkit.render.overview",
    "render_response_report": "relationkit.render.response_report",
    "team_calendar": "relationkit.render.calendar",
    "visit_calendar": "relationkit.render.calendar",
    "render_goodbye_letter": "relationkit.render.handover_papers",
    "render_my_story": "relationkit.render.handover_papers",
    "render_keywork_booklet": "relationkit.render.keywork_booklet",
    "render_offer_letter": "relationkit.render.offer_letter",
}


def __getattr__(name: str) -> object:
    """Load a public name from its module when it is first asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names, loaded or not."""
    return sorted(set(globals()) | set(__all__))
