"""Dates that cannot be true: a life story held to what holds for every life.

A date of which only the year or the month is known stands for every day of it. A rule speaks only where all of those
days agree; where some would be true and others not, the line could not be judged.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import combinations
from typing import Final, NamedTuple

from relationkit.england import age_on
from relationkit.lifestory.dates import earliest_day, latest_day, part_in_words
from relationkit.lifestory.story import LifeEvent, LifeEventKind, LifeStory, StoryCheck, StoryPerson
from relationkit.records import london_day

__all__ = [
    "TIMELINE_RULES",
    "TimelineFinding",
    "TimelineRule",
    "Verdict",
    "check_timeline",
    "record_check",
]


class Verdict(StrEnum):
    """What a finding says of a date.

    Attributes:
        CANNOT_BE_TRUE: No day that the date may mean is possible.
        ASK: It is possible and so rare that whoever wrote it should be asked.
        COULD_NOT_BE_JUDGED: What would be needed is not known; never the same as fine.
    """

    CANNOT_BE_TRUE = "cannot_be_true"
    ASK = "ask"
    COULD_NOT_BE_JUDGED = "could_not_be_judged"


@dataclass(frozen=True, slots=True)
class TimelineRule:
    """Something that holds for every life.

    Attributes:
        name: How findings call it.
        says: The rule in plain words.
        remedy: What to do where it is broken.
        source: Where it is written; "by its meaning" where the words alone say it.
    """

    name: str
    says: str
    remedy: str
    source: str = "by its meaning"


#: The oldest age that anybody is known to have reached: Jeanne Calment, 122 years and 164 days.
OLDEST: Final = 122
#: The youngest age at which anybody is known to have given birth, in whole years.
YOUNGEST_MOTHER: Final = 5
#: The age at which children in England start school at the earliest.
SCHOOL_AGE: Final = 4
#: Days between two births of one mother: twins on either side of midnight; the furthest apart that twins are known to
#: have been born; the nearest that two pregnancies can be.
TWINS_DAYS: Final = 1
TWINS_APART_DAYS: Final = 97
TWO_PREGNANCIES_DAYS: Final = 158

_BIRTH: Final = "Look at the birth certificate"

TIMELINE_RULES: Final = (
    TimelineRule("has_a_date", "every line has a date", "Ask who was there; a year is better than nothing"),
    TimelineRule("born_known", "it is known when a person was born", f"{_BIRTH}, and add a line for the birth"),
    TimelineRule("born_once", "a person is born on one day", f"{_BIRTH}, and keep the line that agrees with it"),
    TimelineRule(
        "died_once", "a person dies on one day", "Look at the death certificate, and keep the line that agrees"
    ),
    TimelineRule("not_before_birth", "nobody does anything before they are born", f"{_BIRTH}, and check this line"),
    TimelineRule("not_after_death", "nobody does anything after they died", "Check both lines with whoever wrote them"),
    TimelineRule("ends_after_it_starts", "nothing ends before it starts", "Check whether the two dates are swapped"),
    TimelineRule("not_in_the_future", "what is told has happened", "Check the year; leave out what is only planned"),
    TimelineRule(
        "age_fits",
        "the age in a line fits the birth",
        f"{_BIRTH}, then correct the age or the date",
        "ages in whole years, reached as the birthday begins: Family Law Reform Act 1969, section 9",
    ),
    TimelineRule(
        "age_of_a_life",
        f"nobody is known to have grown older than {OLDEST}",
        "Check the century",
        "Guinness World Records, oldest person ever: Jeanne Calment (1875 to 1997), 122 years and 164 days",
    ),
    TimelineRule(
        "school_age",
        f"children in England start school at {SCHOOL_AGE} or later",
        "Ask whether it was a nursery, or another country; else correct the year",
        "School Admissions Code, section 2, admission of children below compulsory school age: in the September after"
        " the fourth birthday",
    ),
    TimelineRule(
        "mother_old_enough",
        f"nobody is known to have given birth before the age of {YOUNGEST_MOTHER}",
        "Check both birth certificates",
        "E. Escomel, La Presse médicale 47 (1939): the youngest mother known, 5 years and 7 months",
    ),
    TimelineRule(
        "mother_alive", "a mother is alive when her child is born", "Check the two dates, and who the mother is"
    ),
    TimelineRule(
        "births_apart",
        "births of one mother are of twins, or lie two pregnancies apart",
        "Check both birth certificates, and whether they have the same mother",
        f"Twins are known up to {TWINS_APART_DAYS} days apart (Cologne, 17 November 2018, 22 February 2019)."
        f" Two pregnancies lie at least {TWO_PREGNANCIES_DAYS} days apart: 25 until the earliest ovulation"
        " after a birth (Jackson and Glasier, Obstetrics & Gynecology 117, 2011) and 133 from then to the earliest"
        " birth survived, on 5 July 2024 at 21 weeks counted from two weeks before (Guinness World Records, most"
        " premature baby to survive)",
    ),
)

_RULE: Final[Mapping[str, TimelineRule]] = {rule.name: rule for rule in TIMELINE_RULES}


@dataclass(frozen=True, slots=True)
class TimelineFinding:
    """Something about the dates of a story that somebody must look at.

    Attributes:
        rule: What it was held to.
        verdict: What was found.
        event_ids: The lines it is about, in the story's order.
        what: The same for people to read; holds what the child calls people, and stands in no repr.
    """

    rule: TimelineRule
    verdict: Verdict
    event_ids: tuple[str, ...]
    what: str = field(repr=False)

    @property
    def in_words(self) -> str:
        """What was found and what to do, as one line to read aloud."""
        return f"{self.what}. {self.rule.remedy}."


class _Span(NamedTuple):
    """Every day that a date may mean."""

    earliest: date
    latest: date


class _Found(NamedTuple):
    """What is known of one person's birth or death."""

    span: _Span | None
    event_ids: tuple[str, ...]


def check_timeline(story: LifeStory, *, now: datetime) -> tuple[TimelineFinding, ...]:
    """Return every date of a story that cannot be true, that somebody should be asked about, or could not be judged.

    Args:
        story: The child's life story.
        now: The moment to judge by; its day in Europe/London is today.

    Returns:
        In the order of the story's lines, then of :data:`TIMELINE_RULES`. Empty only where every date is known well
        enough and none is against a rule: it says that the dates can be true, never that they are.

    Raises:
        NaiveMomentError: ``now`` has no time zone.
    """
    line = {event.id: number for number, event in enumerate(story.events)}
    findings = [
        replace(found, event_ids=tuple(sorted(found.event_ids, key=line.__getitem__)))
        for found in (*_lines(story, london_day(now)), *_people(story), *_mothers(story), *_siblings(story))
    ]
    return tuple(sorted(findings, key=lambda found: ([line[each] for each in found.event_ids], _place(found.rule))))


def record_check(story: LifeStory, *, checked_by: str, now: datetime) -> LifeStory:
    """Return the story with one check more: who checked it, when, and how much was found.

    Args:
        story: The story as it was checked.
        checked_by: Who checked it: an identifier.
        now: When.

    Raises:
        NaiveMomentError: ``now`` has no time zone.
        InvalidRecordError: ``now`` is before the last check; checks are never put in between.
    """
    verdicts = [finding.verdict for finding in check_timeline(story, now=now)]
    check = StoryCheck(
        checked_by=checked_by,
        checked_at=now,
        lines=story.fingerprint,
        cannot_be_true=verdicts.count(Verdict.CANNOT_BE_TRUE),
        to_ask=verdicts.count(Verdict.ASK),
        not_judged=verdicts.count(Verdict.COULD_NOT_BE_JUDGED),
    )
    return story.model_copy(update={"checks": (*story.checks, check)})


def _place(rule: TimelineRule) -> int:
    return TIMELINE_RULES.index(rule)


def _finding(name: str, verdict: Verdict, event_ids: Iterable[str], what: str) -> TimelineFinding:
    return TimelineFinding(_RULE[name], verdict, tuple(dict.fromkeys(event_ids)), what)


def _span(part: str | None) -> _Span | None:
    return None if part is None else _Span(earliest_day(part), latest_day(part))


def _told(part: str | None) -> str:
    return "an unknown day" if part is None else part_in_words(part)


def _is_before(first: _Span | None, second: _Span | None) -> bool | None:
    """Whether ``first`` comes before ``second``; ``None`` where only some of the days they may mean say so."""
    if first is None or second is None:
        return None
    if first.latest < second.earliest:
        return True
    return False if first.earliest >= second.latest else None


def _found(story: LifeStory, person: StoryPerson, kind: LifeEventKind) -> _Found:
    """Return what all lines of a kind agree on; where no day suits them all, every day that one of them may mean."""
    lines = [event for event in story.events if event.person_id == person.id and event.kind is kind]
    spans = [span for event in lines if (span := _span(event.when)) is not None]
    ids = tuple(event.id for event in lines if event.when is not None)
    if not spans:
        return _Found(None, ids)
    common = _Span(max(span.earliest for span in spans), min(span.latest for span in spans))
    if common.earliest <= common.latest:
        return _Found(common, ids)
    return _Found(_Span(min(span.earliest for span in spans), max(span.latest for span in spans)), ids)


# Each line by itself.


def _lines(story: LifeStory, today: date) -> Iterator[TimelineFinding]:
    called = {person.id: person.called for person in story.people}
    for event in story.events:
        who = called[event.person_id]
        if event.when is None:
            yield _finding("has_a_date", Verdict.COULD_NOT_BE_JUDGED, [event.id], f"{who}: this line has no date")
        yield from _order(event, who)
        yield from _future(event, who, today)


def _order(event: LifeEvent, who: str) -> Iterator[TimelineFinding]:
    if event.when is None or event.until is None or event.until == event.when:
        return
    ends_first = _is_before(_span(event.until), _span(event.when))
    told = f"{who}: it started on {_told(event.when)} and ended on {_told(event.until)}"
    yield from _judged("ends_after_it_starts", ends_first, [event.id], told)


def _future(event: LifeEvent, who: str, today: date) -> Iterator[TimelineFinding]:
    for part in dict.fromkeys((event.when, event.until)):
        if part is not None:
            is_over = latest_day(part) <= today
            told = f"{who}: {part_in_words(part)} is not over yet"
            yield from _judged(
                "not_in_the_future", False if is_over else earliest_day(part) > today or None, [event.id], told
            )


def _judged(
    name: str,
    is_broken: bool | None,  # noqa: FBT001  the answer itself, and never left out
    event_ids: Iterable[str],
    told: str,
    verdict: Verdict = Verdict.CANNOT_BE_TRUE,
) -> Iterator[TimelineFinding]:
    """Yield the finding that a rule's three answers lead to: none where it is kept."""
    if is_broken is None:
        why = f"This could not be judged by the rule that {_RULE[name].says}: not enough of the dates is known"
        yield _finding(name, Verdict.COULD_NOT_BE_JUDGED, event_ids, f"{told}. {why}")
    elif is_broken:
        yield _finding(name, verdict, event_ids, f"{told}, but {_RULE[name].says}")


# Each line beside the person's birth and death.


def _people(story: LifeStory) -> Iterator[TimelineFinding]:
    mothers = {person.mother_id for person in story.people}
    for person in story.people:
        own = [event for event in story.events if event.person_id == person.id]
        born, died = _found(story, person, LifeEventKind.BORN), _found(story, person, LifeEventKind.DIED)
        yield from _once(own, LifeEventKind.BORN, "born_once", person.called)
        yield from _once(own, LifeEventKind.DIED, "died_once", person.called)
        if born.span is None and (own or person.mother_id is not None or person.id in mothers):
            told = f"{person.called}: when they were born is not known, so their dates and ages could not be judged"
            yield _finding("born_known", Verdict.COULD_NOT_BE_JUDGED, [event.id for event in own], told)
        for event in own:
            yield from _within_a_life(event, person.called, born, died)


def _once(own: list[LifeEvent], kind: LifeEventKind, name: str, who: str) -> Iterator[TimelineFinding]:
    for one, other in combinations([event for event in own if event.kind is kind and event.when is not None], 2):
        first, second = _span(one.when), _span(other.when)
        if _is_before(first, second) or _is_before(second, first):
            told = f"{who}: one line says {_told(one.when)} and another {_told(other.when)}"
            yield _finding(name, Verdict.CANNOT_BE_TRUE, [one.id, other.id], f"{told}, but {_RULE[name].says}")


def _within_a_life(event: LifeEvent, who: str, born: _Found, died: _Found) -> Iterator[TimelineFinding]:
    """Hold one line to the person's birth and death; a line of what others did is held only to its age."""
    starts, ends = _span(event.when or event.until), _span(event.until or event.when)
    told = f"{who}: this is told of {_told(event.when or event.until)}"
    if event.kind not in (LifeEventKind.ABOUT, LifeEventKind.BORN) and starts is not None:
        if born.span is not None:
            birth = f"{told}, and the birth of {_of(born.span)}"
            yield from _judged("not_before_birth", _is_before(starts, born.span), (*born.event_ids, event.id), birth)
        if died.span is not None and event.kind is not LifeEventKind.DIED:
            death = f"{who}: this is told of {_told(event.until or event.when)}, and the death of {_of(died.span)}"
            yield from _judged("not_after_death", _is_before(died.span, ends), (event.id, *died.event_ids), death)
    if born.span is not None and event.when is not None:
        yield from _ages(event, _ages_between(born.span, starts or born.span), (event.id, *born.event_ids), told)


def _of(span: _Span) -> str:
    """Return a span as people read it: as one part of a date where it is one."""
    written = span.earliest.isoformat()
    for part in (written, written[:7], written[:4]):
        if (earliest_day(part), latest_day(part)) == span:
            return part_in_words(part)
    return f"{part_in_words(written)} to {part_in_words(span.latest.isoformat())}"


class _Ages(NamedTuple):
    """Every age in whole years that a person may have had; below zero before the birth."""

    youngest: int
    oldest: int

    def __str__(self) -> str:
        if self.oldest < 0:
            return "before the birth"
        first = max(self.youngest, 0)
        return f"at the age of {first}" + (f" to {self.oldest}" if self.oldest > first else "")

    def have_reached(self, age: int) -> bool | None:
        return True if self.youngest >= age else None if self.oldest >= age else False

    def are_under(self, age: int) -> bool | None:
        return None if (reached := self.have_reached(age)) is None else not reached

    def are_not(self, age: int) -> bool | None:
        if not self.youngest <= age <= self.oldest:
            return True
        return None if max(self.youngest, 0) < self.oldest else False


def _ages_between(born: _Span, day: _Span) -> _Ages:
    return _Ages(age_on(born.latest, day.earliest), age_on(born.earliest, day.latest))


def _ages(event: LifeEvent, ages: _Ages, ids: tuple[str, ...], told: str) -> Iterator[TimelineFinding]:
    """Hold one line to the ages that its date and the birth leave; what is before the birth is said elsewhere."""
    reached = f"{told}, {ages}"
    if event.age is not None:
        yield from _judged("age_fits", ages.are_not(event.age), ids, f"{reached}; the line says {event.age}")
    if event.kind is not LifeEventKind.ABOUT and ages.oldest >= 0:
        yield from _judged("age_of_a_life", ages.have_reached(OLDEST + 1), ids, reached)
        if event.kind is LifeEventKind.STARTED_SCHOOL:
            yield from _judged("school_age", ages.are_under(SCHOOL_AGE), ids, reached, Verdict.ASK)


# Mothers and their children.


def _mothers(story: LifeStory) -> Iterator[TimelineFinding]:
    people = {person.id: person for person in story.people}
    for child in story.people:
        if child.mother_id is None:
            continue
        mother = people[child.mother_id]
        birth, born = _found(story, child, LifeEventKind.BORN), _found(story, mother, LifeEventKind.BORN)
        died = _found(story, mother, LifeEventKind.DIED)
        told = f"{child.called} and {mother.called}, the mother"
        if birth.span is not None and born.span is not None:
            is_too_young = _ages_between(born.span, birth.span).are_under(YOUNGEST_MOTHER)
            births = f"{told}: born on {_of(birth.span)} and on {_of(born.span)}"
            yield from _judged("mother_old_enough", is_too_young, (*birth.event_ids, *born.event_ids), births)
        if birth.span is not None and died.span is not None:
            death = f"{told}: born on {_of(birth.span)}, and she died on {_of(died.span)}"
            is_later = _is_before(died.span, birth.span)
            yield from _judged("mother_alive", is_later, (*birth.event_ids, *died.event_ids), death)


def _siblings(story: LifeStory) -> Iterator[TimelineFinding]:
    births = [
        (person, found)
        for person in story.people
        if person.mother_id is not None and (found := _found(story, person, LifeEventKind.BORN)).span is not None
    ]
    for (one, first), (other, second) in combinations(births, 2):
        if one.mother_id == other.mother_id and first.span is not None and second.span is not None:
            nearest, furthest = _days_apart(first.span, second.span)
            told = f"{one.called} and {other.called} have the same mother, and were born {nearest}" + (
                f" to {furthest} days apart" if furthest > nearest else f" day{'s' * (nearest != 1)} apart"
            )
            ids = (*first.event_ids, *second.event_ids)
            yield from _births_apart(nearest, furthest, ids, told)


def _days_apart(first: _Span, second: _Span) -> tuple[int, int]:
    """Return the fewest and the most days that can lie between two dates."""
    nearest = max((second.earliest - first.latest).days, (first.earliest - second.latest).days, 0)
    return nearest, max((second.latest - first.earliest).days, (first.latest - second.earliest).days)


def _births_apart(nearest: int, furthest: int, ids: Iterable[str], told: str) -> Iterator[TimelineFinding]:
    if furthest <= TWINS_DAYS or nearest >= TWO_PREGNANCIES_DAYS:
        return
    within = nearest > TWINS_DAYS and furthest < TWO_PREGNANCIES_DAYS
    verdict = Verdict.CANNOT_BE_TRUE if within and nearest > TWINS_APART_DAYS else Verdict.ASK
    yield from _judged("births_apart", within or None, ids, told, verdict)
