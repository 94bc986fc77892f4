"""A plan board as one page: what was promised, with a picture and a real check box, on a screen or on the wall.

"What you plan to do on a board, and once that's done you can tick it off." Boxes work by keyboard and without script;
with an address to send to, the page has a button and hidden fields that say which boxes were ticked when it was shown,
so that a page that lay open for a day takes back nobody's tick (:meth:`~relationkit.visits.PlanBoard.moves_of_page`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from relationkit.dates_in_words import MONTHS, WEEKDAYS
from relationkit.records import london_day
from relationkit.render.html import render_page, safe_action
from relationkit.visits import PlanBoard, Promise, PromiseState

__all__ = ["BOARD_PICTURES", "render_board"]

#: The drawings that come with the page, by the name that a promise gives. Any other name, or none, is shown as a star.
BOARD_PICTURES: Final = (
    "bed", "bike", "book", "cake", "call", "car", "dog", "family", "food", "football", "heart", "home", "letter",
    "money", "music", "paint", "phone", "photo", "school", "shoes", "star", "swim", "talk", "tree",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _BoardWording:
    """The words around what was said, in one language."""

    title: str
    named: str
    to_do: str
    done: str
    progress: str
    nothing: str
    all_done: str
    said_by: str
    by_day: str
    overdue: str
    no_day: str
    kept: str
    kept_late: str
    tick_below: str
    save: str
    saved: str
    printed: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]

    def day(self, day: date) -> str:
        return f"{self.weekdays[day.weekday()]} {day.day} {self.months[day.month - 1]}"


_WORDING: Final[Mapping[str, _BoardWording]] = {
    "en": _BoardWording(
        title="My plan",
        named="{name}'s plan",
        to_do="Still to do",
        done="Done",
        progress="{done} of {all} done",
        nothing="Nothing is on the board yet.",
        all_done="Everything on the board is done.",
        said_by="{name} said:",
        by_day="By {day}",
        overdue="It was going to be done by {day}. You can ask about it.",
        no_day="No day was said. You can ask when.",
        kept="Done on {day}",
        kept_late="Done on {day}, later than was said",
        tick_below="Tick what is done. If you ticked by mistake, take the tick away.",
        save="Save the ticks",
        saved="Your ticks are saved.",
        printed="As it was on {day}.",
        weekdays=WEEKDAYS["en"],
        months=MONTHS["en"],
    ),
    "cy": _BoardWording(
        title="Fy nghynllun",
        named="Cynllun {name}",
        to_do="Ar ôl i'w wneud",
        done="Wedi'i wneud",
        progress="{done} o {all} wedi'u gwneud",
        nothing="Does dim ar y bwrdd eto.",
        all_done="Mae popeth ar y bwrdd wedi'i wneud.",
        said_by="Dywedodd {name}:",
        by_day="Erbyn {day}",
        overdue="Roedd hyn i fod wedi'i wneud erbyn {day}. Galli di holi amdano.",
        no_day="Ni ddywedwyd pa ddiwrnod. Galli di holi pryd.",
        kept="Gwnaed ar {day}",
        kept_late="Gwnaed ar {day}, yn hwyrach nag a ddywedwyd",
        tick_below="Ticia'r hyn sydd wedi'i wneud. Os wnest ti dicio mewn camgymeriad, tynna'r tic.",
        save="Cadw'r ticiau",
        saved="Mae dy diciau wedi'u cadw.",
        printed="Fel yr oedd ar {day}.",
        weekdays=tuple(f"dydd {name}" for name in WEEKDAYS["cy"]),
        months=MONTHS["cy"],
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Card:
    """One promise as the page shows it."""

    number: int
    id: str
    what: str
    said_by: str
    when: str
    state: str
    picture: str
    is_done: bool
    is_ticked: bool


def render_board(
    board: PlanBoard,
    *,
    now: datetime,
    name: str | None = None,
    language: str = "en",
    worker_names: Mapping[str, str] | None = None,
    action: str | None = None,
    hidden: Mapping[str, str] | None = None,
    ticked: Collection[str] | None = None,
    remark: str | None = None,
    is_saved: bool = False,
) -> str:
    """Return the board as one HTML page.

    Args:
        board: One child's.
        now: An aware moment; its day in Europe/London is the day that the page is true of.
        name: The name the child goes by, for the heading; ``None`` for "My plan".
        language: ``"en"`` or ``"cy"``; other languages read English.
        worker_names: By worker id, the name to show beside what they said; who is not in it is not named.
        action: Where the ticks are sent to, ``https`` or a path, with the fields ``done`` and ``was`` (ids of promises,
            each as often as needed); ``None`` for a page to print, or to tick on the screen without sending.
        hidden: Further fields that are sent with the ticks.
        ticked: The ids whose boxes are ticked on the page, where it is shown again to somebody who has not been heard
            yet; ``None`` for those that are done.
        remark: What to say above the boxes, such as that it could not be kept.
        is_saved: Whether to say that the ticks are saved.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
        NaiveMomentError: ``now`` has no time zone.
        RenderError: ``action`` is no such address.
    """
    tag = language.partition("-")[0].lower()
    shown = tag if tag in _WORDING else "en"
    words = _WORDING[shown]
    cards = [
        _card(number, board, promise, words, worker_names or {}, now, ticked)
        for number, promise in enumerate(_in_order(board, now), 1)
    ]
    done = [card for card in cards if card.is_done]
    facts = {
        "lang": shown,
        "words": words,
        "name": name,
        "title": words.named.format(name=name) if name else words.title,
        "open": [card for card in cards if not card.is_done],
        "done": done,
        "cards": cards,
        "progress": words.progress.format(done=len(done), all=len(cards)),
        "printed": words.printed.format(day=f"{words.day(london_day(now))} {london_day(now).year}"),
        "action": None if action is None else safe_action(action),
        "hidden": hidden or {},
        "remark": words.saved if is_saved else remark,
    }
    return render_page("board.html", facts)


def _in_order(board: PlanBoard, now: datetime) -> list[Promise]:
    def place(promise: Promise) -> tuple[bool, date]:
        return board.kept_at(promise.id, now=now) is not None, promise.due_on or date.max

    return sorted(board.promises, key=place)


def _card(
    number: int,
    board: PlanBoard,
    promise: Promise,
    words: _BoardWording,
    names: Mapping[str, str],
    now: datetime,
    ticked: Collection[str] | None,
) -> _Card:
    kept_at = board.kept_at(promise.id, now=now)
    name = names.get(promise.worker_id)
    return _Card(
        number=number,
        id=promise.id,
        what=promise.what,
        said_by=words.said_by.format(name=name) if name else "",
        when=_when(promise, None if kept_at is None else london_day(kept_at), words, board.state(promise.id, now=now)),
        state=board.state(promise.id, now=now).value,
        picture=promise.picture if promise.picture in BOARD_PICTURES else "star",
        is_done=kept_at is not None,
        is_ticked=kept_at is not None if ticked is None else promise.id in ticked,
    )


def _when(promise: Promise, kept_on: date | None, words: _BoardWording, state: PromiseState) -> str:
    if kept_on is not None:
        text = words.kept_late if state is PromiseState.KEPT_LATE else words.kept
        return text.format(day=words.day(kept_on))
    if promise.due_on is None:
        return words.no_day
    text = words.overdue if state is PromiseState.OVERDUE else words.by_day
    return text.format(day=words.day(promise.due_on))
