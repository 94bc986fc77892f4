"""What a young person can be told about their wait: by when they hear from somebody, in English or Welsh.

The rule: what is said is the first quarter of an hour, by the clock in London, that is not before the due time. So an
answer that is in time always keeps what was said, and nobody is asked to wait a quarter of an hour longer than was due.
Nobody plans to the minute, so no minute is named. Two moments have no plain name and are said otherwise: midnight is
"the end of" the day before, and an hour that the clock goes through twice is said as its end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

from relationkit.dates_in_words import MONTHS, WEEKDAYS
from relationkit.errors import NaiveMomentError
from relationkit.records import LONDON, london_day
from relationkit.sla.clocks import ResponseClock
from relationkit.sla.policies import Recipient

__all__ = ["promise_text"]

_QUARTER: Final = timedelta(minutes=15)
_TICK: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class _Language:
    """The sentences of one language, and how it names a moment.

    ``at``, ``end`` and ``on`` say a time of a day, the last moment of a day, and a day. Each has one text for each kind
    of day: ``today``, ``tomorrow``, ``yesterday``, ``weekday`` for the other days of the coming week, ``date`` for the
    rest.
    """

    hear: str
    named: str
    unnamed: str
    nobody: str
    sorry: str
    still: str
    manager: str
    answered: str
    midday: str
    at: Mapping[str, str]
    end: Mapping[str, str]
    on: Mapping[str, str]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]


#: By language (BCP 47, the part before the first hyphen); others are told in English. The Welsh uses the familiar "ti".
_LANGUAGES: Final[Mapping[str, _Language]] = MappingProxyType(
    {
        "en": _Language(
            hear="You'll hear from {who} by {when}.",
            named="{name} or someone covering",
            unnamed="your worker or someone covering",
            nobody="someone in the team",
            sorry="We're sorry. You should have heard from us by {when}, and you haven't yet.",
            still="Your message still counts, and it stays open until someone answers you.",
            manager="A manager is being asked to make sure that you hear from us.",
            answered="Your message was answered {when}.",
            midday="12 noon",
            at={
                "today": "{time} today",
                "tomorrow": "{time} tomorrow",
                "yesterday": "{time} yesterday",
                "weekday": "{weekday} {time}",
                "date": "{time} on {weekday} {day} {month}",
            },
            end={
                "today": "the end of today",
                "tomorrow": "the end of tomorrow",
                "yesterday": "the end of yesterday",
                "weekday": "the end of {weekday}",
                "date": "the end of {weekday} {day} {month}",
            },
            on={"today": "today", "yesterday": "yesterday", "date": "on {weekday} {day} {month}"},
            weekdays=WEEKDAYS["en"],
            months=MONTHS["en"],
        ),
        "cy": _Language(
            hear="Byddi di'n clywed gan {who} erbyn {when}.",
            named="{name} neu rywun sy'n cyflenwi",
            unnamed="dy weithiwr neu rywun sy'n cyflenwi",
            nobody="rywun yn y tîm",
            sorry="Mae'n ddrwg gennym. Dylet ti fod wedi clywed gennym erbyn {when}, a dwyt ti ddim eto.",
            still="Mae dy neges yn dal i gyfrif, ac mae'n aros ar agor nes bydd rhywun yn dy ateb.",
            manager="Mae rheolwr yn cael cais i wneud yn siŵr dy fod yn clywed gennym.",
            answered="Cafodd dy neges ei hateb {when}.",
            midday="hanner dydd",
            at={
                "today": "{time} heddiw",
                "tomorrow": "{time} yfory",
                "yesterday": "{time} ddoe",
                "weekday": "{time} ddydd {weekday}",
                "date": "{time} ddydd {weekday} {day} {month}",
            },
            end={
                "today": "diwedd y dydd heddiw",
                "tomorrow": "diwedd y dydd yfory",
                "yesterday": "diwedd y dydd ddoe",
                "weekday": "diwedd dydd {weekday}",
                "date": "diwedd dydd {weekday} {day} {month}",
            },
            on={"today": "heddiw", "yesterday": "ddoe", "date": "ddydd {weekday} {day} {month}"},
            weekdays=WEEKDAYS["cy"],
            months=MONTHS["cy"],
        ),
    }
)


def promise_text(clock: ResponseClock, *, now: datetime, name: str | None = None, language: str = "en") -> str:
    """Return what the young person can be told: by when, and from whom.

    While the time that was said has not passed: who answers and by when. After it: an apology that blames nobody and
    says what happens now, a manager among it once the policy's step to a manager has come. Once answered: on which day.
    It never says that somebody is away, only that someone may be covering; where nobody holds the role it names nobody.

    Args:
        clock: The wait.
        now: The moment at which it is said, aware; today and tomorrow are days in Europe/London.
        name: What the child calls their worker.
        language: BCP 47 tag; ``"en"`` and ``"cy"`` are known, and others are told in English.

    Raises:
        NaiveMomentError: ``now`` has no time zone.
    """
    if now.utcoffset() is None:
        raise NaiveMomentError("now")
    words = _LANGUAGES.get(language.split("-")[0].lower(), _LANGUAGES["en"])
    if clock.answered_at is not None and clock.answered_at <= now:
        return words.answered.format(when=_day(words.on, clock.answered_at, now, words))
    said_at = _said_at(clock.due_at)
    when = _moment(said_at, now, words)
    if now <= said_at:
        return words.hear.format(who=_who(clock, name, words), when=when)
    sentences = [words.sorry.format(when=when), words.still]
    return " ".join(sentences + [words.manager] * _is_with_a_manager(clock, now))


def _said_at(due_at: datetime) -> datetime:
    """Return the moment that is said: never before the due time."""
    since_midnight = due_at.astimezone(UTC) - datetime.min.replace(tzinfo=UTC)
    said_at = due_at.astimezone(UTC) + -since_midnight % _QUARTER
    while _comes_twice(said_at):
        said_at += _QUARTER
    return said_at


def _comes_twice(at: datetime) -> bool:
    local = at.astimezone(LONDON)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _who(clock: ResponseClock, name: str | None, words: _Language) -> str:
    if clock.worker_id is None:
        return words.nobody
    return words.named.format(name=name.strip()) if name and name.strip() else words.unnamed


def _is_with_a_manager(clock: ResponseClock, now: datetime) -> bool:
    return any(
        step.to == Recipient.MANAGER and clock.policy.count(clock.due_at, step.offset) <= now
        for step in clock.policy.escalations
    )


def _moment(at: datetime, now: datetime, words: _Language) -> str:
    local = at.astimezone(LONDON)
    if (local.hour, local.minute) == (0, 0):
        return _day(words.end, at - _TICK, now, words)
    return _day(words.at, at, now, words, time=_time(local, words))


def _time(local: datetime, words: _Language) -> str:
    if (local.hour, local.minute) == (12, 0):
        return words.midday
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{(local.hour - 1) % 12 + 1}{minutes}{'am' if local.hour < 12 else 'pm'}"


def _day(texts: Mapping[str, str], at: datetime, now: datetime, words: _Language, *, time: str = "") -> str:
    """Return the text for the day on which ``at`` falls, as seen from ``now``."""
    day = london_day(at)
    ahead = (day - london_day(now)).days
    kind = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(ahead, "weekday" if 1 < ahead < 7 else "date")
    weekday, month = words.weekdays[day.weekday()], words.months[day.month - 1]
    return texts[kind].format(time=time, weekday=weekday, day=day.day, month=month)
