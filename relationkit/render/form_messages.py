"""The pages around a form: saved for later, sent and what happens now, a link that does not work."""

from collections.abc import Sequence

from relationkit.feedback import Helpline, PageWording
from relationkit.profiles import Contact
from relationkit.render.forms import direction_of
from relationkit.render.html import render_page

__all__ = ["render_message"]


def render_message(
    page: PageWording,
    *,
    heading: str,
    texts: Sequence[str] = (),
    happens: Sequence[str] = (),
    links: Sequence[tuple[str, str]] = (),
    call_now: Sequence[Helpline] = (),
    call_heading: str = "",
    contact: Contact | None = None,
    is_news: bool = False,
) -> str:
    """Return one short page in a child's words.

    Args:
        page: The words of its language.
        heading: What it says first.
        texts: Below it, a paragraph each.
        happens: What happens now, a point each.
        links: Where to go from here: the address, a path that we made, and its words.
        call_now: Whom to call now.
        call_heading: The heading above them.
        contact: Who answers for the child's worker now; stands after those whom to call now.
        is_news: Something has just been done; readers of the screen say it at once.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
    """
    facts = {
        "page": page,
        "lang": page.language,
        "direction": direction_of(page.language),
        "heading": heading,
        "texts": texts,
        "happens": happens,
        "links": [{"href": href, "text": text} for href, text in links],
        "call_now": call_now,
        "call_heading": call_heading,
        "contact": contact,
        "takes_focus": is_news,
    }
    return render_page("form_message.html", facts)
