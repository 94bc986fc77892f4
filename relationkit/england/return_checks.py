"""The tests that the rules of the return make, one function each: one child's rows in, the broken places out.

:mod:`relationkit.england.return_rules` says which of them holds in which year, and what it means. Each function is
written from the meaning: a cell that a rule is about and that another rule finds blank or unreadable is left to that
other rule, so that one mistake is told once.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from relationkit.england.reasons import REASON_CODES
from relationkit.england.returned import Broken, CareRow, Collection, CountEffect, ReturnedChild, SpellRow

__all__ = ["Check"]

Check = Callable[[ReturnedChild, Collection], Iterator[Broken]]

#: The first day from which a spell that begins needs a reason, and the first that the table was collected for.
FIRST_COLLECTED_ON: Final = date(2023, 4, 1)
#: Series of short breaks: a child in one is not counted as looked after on 31 March.
SHORT_BREAKS: Final = frozenset({"V3", "V4"})
#: First contact or a new referral: nothing need have gone before.
FIRST_CONTACT: Final = "FCONTA"
#: How far, either side, a spell may begin from the end of the one before (SW10).
NEAR: Final = timedelta(days=7)
#: How far (SW11a), and what is the end of the year (SW11a, SW11b).
VERY_NEAR: Final = timedelta(days=5)

_CODES: Final = frozenset(row.code for row in REASON_CODES)
_REGISTERED_STARTS: Final = ("SW", "XX")
#: The shortest number that the rule lets pass from 2025 to 2026.
_SHORTEST_NUMBER: Final = 4
#: A date of which parts are not known, as earlier years let it be written.
_PARTLY_UNKNOWN: Final = re.compile(r"(\d{1,2}|ZZ)/(\d{1,2}|ZZ)/(\d{4}|ZZZZ)", re.ASCII)

_WRONG, _DOUBTFUL, _NONE = CountEffect.WRONG, CountEffect.DOUBTFUL, CountEffect.NONE


def in_order(spells: Iterable[SpellRow]) -> list[tuple[date, SpellRow]]:
    """Return the spells whose start is known with it, by start, then by end, an open one last."""
    known = [(spell.started_on, spell) for spell in spells if spell.started_on is not None]
    return sorted(known, key=lambda item: (item[0], item[1].ended_on or date.max, item[1].file, item[1].number))


def is_looked_after_on(care: Iterable[CareRow], day: date) -> bool:
    """Return whether an episode of care, other than a short break, is open on a day."""
    return any(
        row.started_on is not None
        and row.started_on <= day
        and (not row.ended or (row.ended_on is not None and day < row.ended_on))
        and row.legal_status not in SHORT_BREAKS
        for row in care
    )


def no_worker_at_all(child: ReturnedChild, year: Collection) -> Iterator[Broken]:
    """SW01: a child looked after on 31 March has at least one row with a worker, a start and a reason."""
    if not is_looked_after_on(child.care, year.ends_on):
        return
    named = [spell for spell in child.spells if spell.worker and spell.started]
    if not named:
        yield Broken("SW_ID", None, _WRONG)
    elif not any(spell.reason for spell in named):
        yield Broken("SW_REASON", named[0], _NONE)


def is_incomplete(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """SW03: each row has a worker, a start and a reason."""
    for spell in child.spells:
        if not spell.worker:
            yield Broken("SW_ID", spell, _WRONG)
        if not spell.started:
            yield Broken("SW_DECOM", spell, _WRONG)
        if not spell.reason:
            yield Broken("SW_REASON", spell, _NONE)


def is_incomplete_before_2023(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """SW01a: each row has a start, and one that began before the first collection has a worker."""
    for spell in child.spells:
        if not spell.started:
            yield Broken("SW_DECOM", spell, _WRONG)
        elif spell.started_on is not None and spell.started_on < FIRST_COLLECTED_ON and not spell.worker:
            yield Broken("SW_ID", spell, _WRONG)


def is_incomplete_since_2023(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """SW01b: each row has a start, and one that began since the first collection has a worker and a reason."""
    for spell in child.spells:
        if not spell.started:
            yield Broken("SW_DECOM", spell, _WRONG)
        elif spell.started_on is not None and spell.started_on >= FIRST_COLLECTED_ON:
            if not spell.worker:
                yield Broken("SW_ID", spell, _WRONG)
            if not spell.reason:
                yield Broken("SW_REASON", spell, _NONE)


def has_no_registration(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """SW02: a worker's number begins with SW or XX, in capitals."""
    for spell in child.spells:
        if spell.worker and not spell.worker.startswith(_REGISTERED_STARTS):
            yield Broken("SW_ID", spell, _NONE)


def has_no_whole_registration(child: ReturnedChild, year: Collection) -> Iterator[Broken]:
    """SW02 from 2025 to 2026: and it has four characters or more."""
    yield from has_no_registration(child, year)
    for spell in child.spells:
        if spell.worker.startswith(_REGISTERED_STARTS) and len(spell.worker) < _SHORTEST_NUMBER:
            yield Broken("SW_ID", spell, _NONE)


def starts_on_no_day(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """SW04: a start that is given is a date; parts of it may be ZZ for unknown."""
    for spell in child.spells:
        if spell.started and spell.started_on is None and not _PARTLY_UNKNOWN.fullmatch(_unless_whole(spell.started)):
            yield Broken("SW_DECOM", spell, _WRONG)


def starts_on_no_whole_day(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """SW04 from 2025 to 2026: and no part of it is unknown."""
    for spell in child.spells:
        if spell.started and spell.started_on is None:
            yield Broken("SW_DECOM", spell, _WRONG)


def ends_on_no_day(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """SW05: an end that is given is a date; parts of it may be ZZ for unknown."""
    for spell in child.spells:
        if spell.ended and spell.ended_on is None and not _PARTLY_UNKNOWN.fullmatch(_unless_whole(spell.ended)):
            yield Broken("SW_DEC", spell, _WRONG)


def ends_on_no_whole_day(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """SW05 from 2025 to 2026: and no part of it is unknown."""
    for spell in child.spells:
        if spell.ended and spell.ended_on is None:
            yield Broken("SW_DEC", spell, _WRONG)


def starts_after_the_year(child: ReturnedChild, year: Collection) -> Iterator[Broken]:
    """SW06: a spell begins on the last day of the year at the latest."""
    for spell in child.spells:
        if spell.started_on is not None and spell.started_on > year.ends_on:
            yield Broken("SW_DECOM", spell, _NONE)


def ends_outside_the_year(child: ReturnedChild, year: Collection) -> Iterator[Broken]:
    """SW07: a spell that ended did so in the year."""
    yield from _ends_outside(child, year.starts_on, year.ends_on)


def ends_outside_two_years(child: ReturnedChild, year: Collection) -> Iterator[Broken]:
    """SW07 from 2024 to 2025: in the year or in the one before it."""
    yield from _ends_outside(child, _a_year_before(year.starts_on), year.ends_on)


def is_left_open(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """SW08, SW14: every spell but the one that started last has an end.

    Where a later spell is open too, one of the two is not; where all the later ones ended, they may have been cover.
    Of one that stands there twice, the other row is judged.
    """
    spells = [spell for _, spell in in_order(child.spells)]
    for place, spell in enumerate(spells[:-1], start=1):
        if not spell.ended:
            yield Broken("SW_DEC", spell, _effect_of_open(spell, spells[place:]))


def _effect_of_open(spell: SpellRow, later: Iterable[SpellRow]) -> CountEffect:
    others = [(each.worker.upper(), each.started_on, each.ended) for each in later]
    if (spell.worker.upper(), spell.started_on, "") in others:
        return _NONE
    return _WRONG if any(not ended for _, _, ended in others) else _DOUBTFUL


def lasts_no_day(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """SW09: a spell does not end on the day on which it began."""
    for spell in child.spells:
        if spell.ended_on is not None and spell.ended_on == spell.started_on:
            yield Broken("SW_DEC", spell, _NONE)


def does_not_follow(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """SW10: a spell begins within 7 days either side of the end of the spell before."""
    for (_started_on, before), (started_on, spell) in pairwise(in_order(child.spells)):
        if before.ended_on is not None and abs(started_on - before.ended_on) > NEAR:
            yield Broken("SW_DECOM", spell, _DOUBTFUL)


def does_not_follow_nor_is_first_contact(child: ReturnedChild, year: Collection) -> Iterator[Broken]:
    """SW10 from 2024 to 2025, SW10a: unless it is a first contact."""
    found = does_not_follow(child, year)
    return (broken for broken in found if isinstance(broken.row, SpellRow) and broken.row.reason != FIRST_CONTACT)


def is_first_contact_too_early(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """SW10b: a first contact begins after the day on which the spell before ended."""
    for (_started_on, before), (started_on, spell) in pairwise(in_order(child.spells)):
        if spell.reason == FIRST_CONTACT and before.ended_on is not None and started_on <= before.ended_on:
            yield Broken("SW_DECOM", spell, _DOUBTFUL)


def nothing_follows_at_once(child: ReturnedChild, year: Collection) -> Iterator[Broken]:
    """SW11a: when a spell ends 5 days before the end of the year or earlier, the next begins within 5 days of it."""
    spells = in_order(child.spells)
    for place, (_started_on, spell) in enumerate(spells, start=1):
        if spell.ended_on is None or spell.ended_on > year.ends_on - VERY_NEAR:
            continue
        if place == len(spells) or abs(spells[place][0] - spell.ended_on) > VERY_NEAR:
            yield Broken("SW_DEC", spell, _DOUBTFUL)


def nothing_follows_at_the_end(child: ReturnedChild, year: Collection) -> Iterator[Broken]:
    """SW11b: when a spell ends in the last 5 days of the year, another begins after it did."""
    for _started_on, spell in in_order(child.spells)[-1:]:
        if spell.ended_on is not None and year.ends_on - VERY_NEAR <= spell.ended_on <= year.ends_on:
            yield Broken("SW_DEC", spell, _DOUBTFUL)


def care_without_a_worker(child: ReturnedChild, year: Collection) -> Iterator[Broken]:
    """SW12: a spell touches every episode of the year with which care begins, ends, or goes on."""
    yield from _care_without_a_worker(child, year.starts_on, year.ends_on)


def care_without_a_worker_in_two_years(child: ReturnedChild, year: Collection) -> Iterator[Broken]:
    """SW12 from 2024 to 2025: of the year or of the one before it."""
    yield from _care_without_a_worker(child, _a_year_before(year.starts_on), year.ends_on)


def has_no_reason(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """SW13: the reason is one of the ten codes, and given."""
    for spell in child.spells:
        if spell.reason not in _CODES:
            yield Broken("SW_REASON", spell, _NONE)


def has_no_reason_since_2023(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """SW13 from 2024 to 2025: it may be blank for a spell that began before the first collection."""
    for spell in child.spells:
        is_old = spell.started_on is not None and spell.started_on < FIRST_COLLECTED_ON
        if spell.reason not in _CODES and (spell.reason or not is_old):
            yield Broken("SW_REASON", spell, _NONE)


def lacks_a_recent_reason(child: ReturnedChild, year: Collection) -> Iterator[Broken]:
    """SW15: only a spell that began more than a year before the collection may lack its reason."""
    for spell in child.spells:
        is_old = spell.started_on is not None and spell.started_on < _a_year_before(year.starts_on)
        if not spell.reason and not is_old:
            yield Broken("SW_REASON", spell, _NONE)


def goes_on_with_another_worker(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """SW16a: the first spell of this return has the worker of the spell that the last one left open."""
    yield from _differs_from_last_year(child, "SW_ID", lambda spell: spell.worker)


def goes_on_from_another_day(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """SW16b: the first spell of this return has the start of the spell that the last one left open."""
    yield from _differs_from_last_year(child, "SW_DECOM", lambda spell: str(spell.started_on))


def goes_on_for_another_reason(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """SW16c: the first spell of this return has the reason of the spell that the last one left open."""
    yield from _differs_from_last_year(child, "SW_REASON", lambda spell: spell.reason)


def nobody_is_there_at_the_end(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """SW17: the spell that started last is open."""
    for _started_on, spell in in_order(child.spells)[-1:]:
        if spell.ended:
            yield Broken("SW_DEC", spell, _DOUBTFUL)


def ends_no_later_than_it_starts(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """SW18: a spell that ended did so after the day on which it began."""
    for spell in child.spells:
        if spell.started_on is not None and spell.ended_on is not None and spell.ended_on <= spell.started_on:
            yield Broken("SW_DEC", spell, _WRONG if spell.ended_on < spell.started_on else _NONE)


def ends_before_it_starts(child: ReturnedChild, year: Collection) -> Iterator[Broken]:
    """RK01: a spell does not end before it starts."""
    return (broken for broken in ends_no_later_than_it_starts(child, year) if broken.effect is _WRONG)


def starts_on_the_same_day(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """SW19: no two spells of a child begin on the same day; the first of them is let pass."""
    for (before_on, _before), (started_on, spell) in pairwise(in_order(child.spells)):
        if started_on == before_on:
            yield Broken("SW_DECOM", spell, _DOUBTFUL)


def has_two_dates_of_birth(child: ReturnedChild, _: Collection) -> Iterator[Broken]:
    """RK02: the files agree on the date of birth."""
    if len(child.born) > 1:
        yield Broken("DOB", None, _NONE)


def _unless_whole(text: str) -> str:
    """Return the text if part of it is marked as unknown; a whole date must be one of the calendar."""
    return text if "ZZ" in text else ""


def _a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1)


def _ends_outside(child: ReturnedChild, first: date, last: date) -> Iterator[Broken]:
    for spell in child.spells:
        if spell.ended_on is not None and not first <= spell.ended_on <= last:
            yield Broken("SW_DEC", spell, _NONE)


def _care_without_a_worker(child: ReturnedChild, first: date, last: date) -> Iterator[Broken]:
    if not is_looked_after_on(child.care, last):
        return
    for row in child.care:
        is_edge = row.began_because == "S" or row.ended_because != "X1"
        is_then = not row.ended or (row.ended_on is not None and first <= row.ended_on <= last)
        if not is_edge or not is_then or row.legal_status in SHORT_BREAKS or row.started_on is None:
            continue
        if not any(_touches(spell, row.started_on, row.ended_on or last) for spell in child.spells):
            yield Broken("SW_DECOM", row, _WRONG)


def _touches(spell: SpellRow, first: date, last: date) -> bool:
    """Return whether a spell has a day from ``first`` to ``last``; one whose end cannot be read is taken to have."""
    return (
        spell.started_on is not None
        and spell.started_on <= last
        and (spell.ended_on is None or spell.ended_on >= first)
    )


def _differs_from_last_year(child: ReturnedChild, field: str, value: Callable[[SpellRow], str]) -> Iterator[Broken]:
    last, now = in_order(child.previous)[-1:], in_order(child.spells)[:1]
    for (_last_on, before), (_now_on, spell) in zip(last, now, strict=False):
        if not before.ended and value(before) != value(spell):
            yield Broken(field, spell, _DOUBTFUL)
