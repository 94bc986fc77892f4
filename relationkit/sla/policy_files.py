"""Response policies and their working hours out of a file that a council writes: TOML, or the same tables as JSON.

The readers are given the text, not the file. They name every problem at once, with the file, the table and the key, and
refuse what they do not know: a misspelt key that is passed over is a promise that nobody keeps.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Final, NoReturn

from relationkit.errors import InvalidCalendarError, InvalidPolicyError, InvalidPolicyFileError, InvalidRecordError
from relationkit.sla.file_tables import Findings, Table, perhaps
from relationkit.sla.policies import EscalationStep, PolicyBook, Recipient, ResponsePolicy
from relationkit.sla.uk_holidays import OFFICE_HOURS, uk_calendar
from relationkit.sla.working_time import WorkingCalendar
from relationkit.sla.written_time import even_working_day, read_time
from relationkit.text_files import NotReadableError, json_of, toml_of

__all__ = ["policies_from_json", "policies_from_toml"]

#: The keys that each kind of table may have, in the order in which people write them.
FILE_KEYS: Final = ("calendars", "policies")
CALENDAR_KEYS: Final = (
    "nation",
    "also_closed",
    "open_anyway",
    "holidays",
    "time_zone",
    "working_day",
    "hours",
    "breaks",
    "shifts",
)
POLICY_KEYS: Final = (
    "name",
    "target",
    "calendar",
    "in_force_from",
    "channels",
    "roles",
    "stops_on",
    "escalations",
)
STOPS_ON_KEYS: Final = ("kinds", "channels", "roles")
STEP_KEYS: Final = ("name", "offset", "to")

RECIPIENTS: Final = tuple(recipient.value for recipient in Recipient)

_ALWAYS_OPEN: Final = {"mon": [("00:00", "24:00")]}

#: Opening and closing, as a calendar takes them.
_Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _NamedCalendar:
    """A calendar, and what "working day" means on it."""

    calendar: WorkingCalendar
    working_day: timedelta | None


def policies_from_toml(
    text: str, *, where: str = "policies.toml", calendars: Mapping[str, WorkingCalendar] | None = None
) -> PolicyBook:
    """Return the book of policies that a TOML text describes.

    The text has a table ``[calendars.NAME]`` for each calendar and an array ``[[policies]]`` with one table for each
    version of each policy; the keys are those of :class:`~relationkit.sla.ResponsePolicy`,
    :class:`~relationkit.sla.EscalationStep` and :class:`~relationkit.sla.WorkingCalendar`. Hours are lists of
    ``"09:00-17:00"``; amounts of time are texts such as ``"72h"`` or ``"3 working days"``. A calendar names its
    ``nation``, whose bank holidays are left out, or lists its ``holidays``, empty for none. ``working_day`` says what a
    working day comes to where the weekdays are not equally long.

    Args:
        text: What the file says.
        where: What the file is called in problems, without its folder.
        calendars: Calendars that policies may name without the text describing them; the text's own go before them.

    Raises:
        InvalidPolicyFileError: The text is no TOML, or describes no book; its ``problems`` name all of them.
        MissingExtraError: A calendar names a nation and the extra ``[holidays]`` is not installed.
    """
    try:
        data = toml_of(text)
    except NotReadableError as error:
        _refuse(where, f"is not TOML: {error}", "Correct that line; text needs quotation marks, days and numbers none")
    return _book(data, where, calendars or {})


def policies_from_json(
    text: str, *, where: str = "policies.json", calendars: Mapping[str, WorkingCalendar] | None = None
) -> PolicyBook:
    """Return the book of policies that a JSON text describes: the tables of :func:`policies_from_toml` as one object.

    Days are texts, ``"2025-04-01"``; the rest is as in TOML.

    Args:
        text: What the file says.
        where: What the file is called in problems, without its folder.
        calendars: Calendars that policies may name without the text describing them; the text's own go before them.

    Raises:
        InvalidPolicyFileError: The text is no JSON, or describes no book; its ``problems`` name all of them.
        MissingExtraError: A calendar names a nation and the extra ``[holidays]`` is not installed.
    """
    try:
        data = json_of(text, each_key_once=True)
    except NotReadableError as error:
        _refuse(where, f"is not JSON: {error}", "Correct that line")
    return _book(data, where, calendars or {})


def _refuse(where: str, what: str, remedy: str) -> NoReturn:
    findings = Findings(where)
    findings.add(None, what, remedy)
    raise InvalidPolicyFileError(where, findings.problems)


def _book(data: object, where: str, given: Mapping[str, WorkingCalendar]) -> PolicyBook:
    findings = Findings(where)
    file = Table(findings, "", data, FILE_KEYS)
    calendars = {name: _named(calendar) for name, calendar in given.items()} | _calendars(file)
    policies = [_policy(table, calendars) for table in file.tables("policies", POLICY_KEYS)]
    if not file.values.get("policies"):
        file.note("policies", "is missing", "Write at least one table [[policies]]")
    if not findings.problems:
        try:
            return PolicyBook(policy for policy in policies if policy is not None)
        except InvalidPolicyError as refusal:
            findings.add_refusal("policies", refusal)
    raise InvalidPolicyFileError(where, findings.problems)


# Calendars -----------------------------------------------------------------------------------------------------------


def _calendars(file: Table) -> dict[str, _NamedCalendar | None]:
    """Return each calendar by its name; ``None`` for one that has problems, so that its policies add none."""
    named = Table(file.findings, "calendars", file.values.get("calendars", {}))
    return {
        name: _calendar(Table(file.findings, f"calendars.{name}", values, CALENDAR_KEYS))
        for name, values in named.values.items()
    }


def _calendar(table: Table) -> _NamedCalendar | None:
    before = len(table.findings.problems)
    working_day = table.read("working_day", partial(read_time, has_calendar=False, working_day=None))
    opening: dict[str, Any] = {
        "hours": _week(table),
        "breaks": _dated(table, "breaks"),
        "shifts": _dated(table, "shifts"),
    }
    _note_each(table, opening)
    build = partial(_of_a_nation if "nation" in table.values else _of_its_own, table)
    try:
        calendar = build(opening)
    except InvalidCalendarError as refusal:
        if len(table.findings.problems) == before:
            table.findings.add_refusal(table.place, refusal)
        return None
    if calendar is None or len(table.findings.problems) > before:
        return None
    return _named(calendar, working_day)


def _named(calendar: WorkingCalendar, working_day: timedelta | None = None) -> _NamedCalendar:
    return _NamedCalendar(calendar, working_day if working_day is not None else even_working_day(calendar))


def _of_a_nation(table: Table, opening: Mapping[str, Any]) -> WorkingCalendar | None:
    for key, remedy in (("holidays", "Put the days into also_closed"), ("time_zone", "A nation's clock is London's")):
        if key in table.values:
            table.note(key, "stands beside a nation", f"{remedy}, or leave out the nation")
    nation = table.text("nation")
    closed, kept = table.days("also_closed"), table.days("open_anyway")
    return None if nation is None else uk_calendar(nation, **opening, also_closed=closed, open_anyway=kept)


def _of_its_own(table: Table, opening: Mapping[str, Any]) -> WorkingCalendar | None:
    for key in ("also_closed", "open_anyway"):
        if key in table.values:
            table.note(key, "changes the bank holidays of a nation, and none is named", "Name the nation")
    if "holidays" not in table.values:
        table.note(
            "nation", "is missing", "Name the nation, or list the holidays; holidays = [] says that there are none"
        )
    time_zone = table.text("time_zone") or "Europe/London"
    return WorkingCalendar(time_zone=time_zone, holidays=table.days("holidays"), **opening)


def _week(table: Table) -> Mapping[str, Any]:
    if "hours" not in table.values:
        return OFFICE_HOURS
    week = Table(table.findings, f"{table.place}.hours", table.values["hours"])
    return {weekday: _pairs(week, weekday) for weekday in week.values}


def _dated(table: Table, key: str) -> dict[date, _Pairs]:
    days = Table(table.findings, f"{table.place}.{key}", table.values.get(key, {}))
    read = {day: _pairs(days, name) for name in days.values if (day := days.day(name, name)) is not None}
    return dict(sorted(read.items()))


def _pairs(table: Table, key: str) -> _Pairs:
    """Return intervals written as ``"09:00-17:00"``."""
    pairs = []
    for item in table.items(key):
        opens, dash, closes = item.partition("-") if isinstance(item, str) else ("", "", "")
        if not dash:
            table.note(key, "is not opening and closing", 'Write "09:00-17:00"', str(item))
        else:
            pairs.append((opens.strip(), closes.strip()))
    return pairs


def _note_each(table: Table, opening: Mapping[str, Mapping[Any, _Pairs]]) -> None:
    """Note every day whose hours cannot be: a calendar is refused for the first of them alone."""
    for key, days in opening.items():
        for day, pairs in days.items():
            if pairs:
                piece: dict[str, Any] = {"hours": _ALWAYS_OPEN, key: {day: pairs}}
                try:
                    WorkingCalendar(**piece)
                except InvalidCalendarError as refusal:
                    table.findings.add_refusal(table.place, refusal)


# Policies ------------------------------------------------------------------------------------------------------------


def _policy(table: Table, calendars: Mapping[str, _NamedCalendar | None]) -> ResponsePolicy | None:
    """Return the policy; ``None`` when it, or the calendar that it is counted on, has problems."""
    before = len(table.findings.problems)
    named = _the_calendar(table, calendars)
    time = _time_reader(table, named)
    facts: dict[str, Any] = {key: table.items(key) for key in ("channels", "roles") if key in table.values}
    facts |= {"stops_on": _stops_on(table)} if "stops_on" in table.values else {}
    policy = _built(
        table,
        {
            "name": table.text("name", is_required=True) or "no name",
            "target": _target(table, time),
            "calendar": None if named is None else named.calendar,
            "in_force_from": _first_day(table),
            "escalations": tuple(_steps(table, time)),
            **facts,
        },
    )
    is_whole = len(table.findings.problems) == before and (named is not None or "calendar" not in table.values)
    return policy if is_whole else None


def _target(table: Table, time: Callable[[object], timedelta]) -> timedelta:
    """Return the target; one hour in place of one that is noted, so that the rest of the table is judged too."""
    target = table.read("target", time) if table.text("target", is_required=True) else None
    return timedelta(hours=1) if target is None else target


def _first_day(table: Table) -> object:
    """Return the day as it is written; some day in place of a missing one, so that the rest is judged too."""
    if "in_force_from" not in table.values:
        table.note("in_force_from", "is missing", "Give the day from which the policy holds, such as 2025-04-01")
    return table.values.get("in_force_from", date(2000, 1, 1))


def _time_reader(table: Table, named: _NamedCalendar | None) -> Callable[[object], timedelta]:
    """Return what reads amounts of time; of a calendar that has problems itself, every amount will do."""
    if "calendar" not in table.values:
        return partial(read_time, has_calendar=False, working_day=None)
    if named is None:
        return lambda _: timedelta(hours=1)
    return partial(read_time, has_calendar=True, working_day=named.working_day)


def _built(table: Table, facts: Mapping[str, Any]) -> ResponsePolicy | None:
    try:
        return ResponsePolicy(**facts)
    except InvalidRecordError as refusal:
        for problem in refusal.problems:
            table.note(problem.field or "the whole table", problem.what, problem.remedy)
        return None


def _the_calendar(table: Table, calendars: Mapping[str, _NamedCalendar | None]) -> _NamedCalendar | None:
    name = table.text("calendar")
    if name is not None and name not in calendars:
        table.note(
            "calendar", f"is no calendar of this file{perhaps(name, calendars)}", f"Add [calendars.{name}]", name
        )
    return calendars.get(name) if name is not None else None


def _stops_on(table: Table) -> dict[str, Any]:
    given = Table(table.findings, f"{table.place}, stops_on", table.values["stops_on"], STOPS_ON_KEYS)
    return {key: given.items(key) for key in STOPS_ON_KEYS if key in given.values}


def _steps(table: Table, time: Callable[[object], timedelta]) -> Iterator[EscalationStep]:
    for step in table.tables("escalations", STEP_KEYS):
        name, to = step.text("name", is_required=True), step.text("to", is_required=True)
        offset = step.read("offset", time) if step.text("offset", is_required=True) else None
        if to is not None and to not in RECIPIENTS and (meant := perhaps(to, RECIPIENTS)):
            step.note("to", f"is not a known recipient{meant}", "Use its exact name, or a role's that differs more", to)
        if name is not None and to is not None and offset is not None:
            yield EscalationStep(name=name, offset=offset, to=to)
