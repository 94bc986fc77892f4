"""An introduction card as one page: read on a phone, or printed and cut out at 85 by 54 mm."""

from relationkit.profiles import CardDesign, CardTheme, Contact, ContactRole, IntroductionCard, WorkerProfile, initials
from relationkit.render.card_words import shown_language, validity, wording_of
from relationkit.render.codes import duty_link, qr_path
from relationkit.render.forms import direction_of
from relationkit.render.html import picture_address, render_page

__all__ = ["card_facts", "render_card", "render_profile"]


def render_card(
    card: IntroductionCard,
    *,
    design: CardDesign = CardDesign.WAVE,
    theme: CardTheme | None = None,
    link: str | None = None,
    contact: Contact | None = None,
) -> str:
    """Return the card as one HTML page: its two sides beside each other, below each other on a phone.

    Printed, each side is 85 mm wide and at least 54 mm high; a side with more words grows rather than lose a number.
    Ten cards of exactly that size, with one side, are :func:`~relationkit.render.render_card_sheet`.

    Args:
        card: The card; the words around it are in its language where that is English or Welsh.
        design: How it looks.
        theme: The council's colours.
        link: The ``https`` address of the worker's page, for the QR code; without it the code calls the duty line.
        contact: Who answers at the moment of showing, from :func:`~relationkit.profiles.contact_now`; without it,
            nothing is said about that, as on paper.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
        RenderError: ``link`` is another kind of address, or too long for a code.
    """
    return _page("card.html", card, design, theme, link, contact)


def render_profile(
    profile: WorkerProfile,
    *,
    theme: CardTheme | None = None,
    link: str | None = None,
    contact: Contact | None = None,
) -> str:
    """Return a worker's one page as HTML; it prints on one A4 page in large letters.

    Args:
        profile: The profile; the words around it are in its language where that is English or Welsh.
        theme: The council's colours.
        link: Where the QR code leads; without it, it calls the duty line.
        contact: Who answers at the moment of showing; without it, nothing is said about that, as on paper.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
        RenderError: ``link`` is another kind of address, or too long for a code.
    """
    return _page("profile.html", profile, CardDesign.WAVE, theme, link, contact)


def _page(
    template: str,
    card: IntroductionCard | WorkerProfile,
    design: CardDesign,
    theme: CardTheme | None,
    link: str | None,
    contact: Contact | None,
) -> str:
    return render_page(template, card_facts(card, design=design, theme=theme, link=link, contact=contact))


def card_facts(
    card: IntroductionCard | WorkerProfile,
    *,
    design: CardDesign = CardDesign.WAVE,
    theme: CardTheme | None = None,
    link: str | None = None,
    contact: Contact | None = None,
) -> dict[str, object]:
    """Return what the templates of a card are filled with, for a page that shows a card among other things."""
    language = card.language.split("-")[0].lower()
    shown = shown_language(card.language)
    words = wording_of(shown)
    leads_to = link or duty_link(card.duty)
    return {
        "card": card,
        "words": words,
        "lang": shown,
        "direction": direction_of(shown),
        "own_language": card.language if shown != language else "",
        "letters": initials(card.name),
        "picture": picture_address(card.picture.media_type, card.picture.data) if card.picture else "",
        "valid": validity(card),
        "design": design.value,
        "theme": theme or CardTheme(),
        "code": None if leads_to is None else qr_path(leads_to),
        "scan": words.scan_profile if link else words.scan_duty.format(name=card.duty.name),
        "contact": contact,
        "now": None if contact is None else _now(card, contact),
    }


def _now(card: IntroductionCard | WorkerProfile, contact: Contact) -> str:
    """Return who answers now, in words; that the worker is away only where it may be told."""
    words = wording_of(card.language)
    by_role = {
        ContactRole.WORKER: words.now_worker,
        ContactRole.COVER: words.now_cover if contact.is_away else words.now_worker,
        ContactRole.DUTY: words.now_duty,
    }
    return by_role[contact.role].format(name=contact.name, worker=card.name)
