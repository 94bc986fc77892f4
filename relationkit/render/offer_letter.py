"""What a young person may ask their council for, as a page of their own; and what changed since the last one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from relationkit.dates_in_words import day_in_words
from relationkit.entitlements import MayAsk, OfferAnswer, OfferChange, OfferChangeKind
from relationkit.render.forms import direction_of
from relationkit.render.html import render_page

__all__ = ["render_offer_letter"]


@dataclass(frozen=True, slots=True)
class _LetterWording:
    """The words around the council's own."""

    title: str
    whose: str
    as_at: str
    headings: Mapping[MayAsk, str]
    nothing: str
    until: str
    from_day: str
    ask_whom: str
    how: str
    condition: str
    says_so: str
    changed: str
    kinds: Mapping[OfferChangeKind, str]


_WORDING: Final[Mapping[str, _LetterWording]] = {
    "en": _LetterWording(
        title="What I may ask for",
        whose="For {name}",
        as_at="As it stood on {day}",
        headings={
            MayAsk.YES: "You may ask for this now",
            MayAsk.NOT_YET: "Later",
            MayAsk.COULD_NOT_BE_JUDGED: "Ask about these: we could not tell",
        },
        nothing="We found nothing here that you may ask for now. Ask your worker all the same: this list may not "
        "have everything.",
        until="Until {day}.",
        from_day="From {day} on.",
        ask_whom="It depends on your age, or on what the law calls you, and we do not know enough. Ask your worker.",
        how="How",
        condition="What else the council asks",
        says_so="Where it says so",
        changed="What changed since {day}",
        kinds={
            OfferChangeKind.NEW: "New since {day}",
            OfferChangeKind.ENDED: "Ended on {day}",
            OfferChangeKind.ALTERED: "Changed on {day}",
        },
    ),
    "cy": _LetterWording(
        title="Beth y caf ofyn amdano",
        whose="I {name}",
        as_at="Fel yr oedd ar {day}",
        headings={
            MayAsk.YES: "Cei ofyn am hyn nawr",
            MayAsk.NOT_YET: "Yn nes ymlaen",
            MayAsk.COULD_NOT_BE_JUDGED: "Gofynna am y rhain: doedden ni ddim yn gallu dweud",
        },
        nothing="Ni welon ni ddim yma y cei ofyn amdano nawr. Gofynna i dy weithiwr yr un fath: efallai nad yw popeth "
        "ar y rhestr hon.",
        until="Hyd at {day}.",
        from_day="O {day} ymlaen.",
        ask_whom="Mae'n dibynnu ar dy oedran, neu ar yr enw y mae'r gyfraith yn ei roi arnat, a dydyn ni ddim yn "
        "gwybod digon. Gofynna i dy weithiwr.",
        how="Sut",
        condition="Beth arall mae'r cyngor yn ei ofyn",
        says_so="Ble mae'n dweud hynny",
        changed="Beth sydd wedi newid ers {day}",
        kinds={
            OfferChangeKind.NEW: "Newydd ers {day}",
            OfferChangeKind.ENDED: "Daeth i ben ar {day}",
            OfferChangeKind.ALTERED: "Newidiodd ar {day}",
        },
    ),
}


def render_offer_letter(
    answers: Sequence[OfferAnswer],
    *,
    on: date,
    changes: Sequence[OfferChange] = (),
    since: date | None = None,
    name: str | None = None,
    language: str = "en",
) -> str:
    """Return a page for the young person: what they may ask for now, what later, and what somebody has to look up.

    What is for others is not on it. The council's own words stand as they are.

    Args:
        answers: The answer to each offer.
        on: The day it was judged on.
        changes: What changed for them since ``since``; shown first.
        since: The day of the last letter; needed with ``changes``.
        name: What the young person is called; nobody is named where it is not given.
        language: Of the words around: English, or Welsh.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
    """
    own = language.split("-")[0].lower()
    shown = own if own in _WORDING else "en"
    words = _WORDING[shown]
    facts = {
        "lang": shown,
        "direction": direction_of(shown),
        "words": words,
        "whose": None if name is None else words.whose.format(name=name),
        "as_at": words.as_at.format(day=_day(on, shown)),
        "changed": None if since is None else words.changed.format(day=_day(since, shown)),
        "changes": [_change(change, words, shown) for change in changes],
        "parts": [
            (words.headings[answer], [_offer(each, words, shown) for each in answers if each.answer is answer])
            for answer in words.headings
        ],
        "has_something": any(each.answer is MayAsk.YES for each in answers),
    }
    return render_page("offer_letter.html", facts)


def _offer(found: OfferAnswer, words: _LetterWording, language: str) -> Mapping[str, object]:
    when = ""
    if found.until_on is not None:
        when = words.until.format(day=_day(found.until_on, language))
    elif found.from_on is not None:
        when = words.from_day.format(day=_day(found.from_on, language))
    elif found.answer is MayAsk.COULD_NOT_BE_JUDGED:
        when = words.ask_whom
    return {"offer": found.offer, "when": when}


def _change(change: OfferChange, words: _LetterWording, language: str) -> Mapping[str, object]:
    version = change.after or change.before
    return {
        "name": change.name,
        "what": words.kinds[change.kind].format(day=_day(change.changed_on, language)),
        "words": "" if version is None or change.after is None else version.what,
    }


def _day(day: date, language: str) -> str:
    return f"{day_in_words(day, language)} {day.year}"
