"""What young people should go through before they live on their own: topics as dated rows, which a council replaces.

The law names what must be planned for, not what is talked about: the care plan of a child in care holds their health,
education, identity, relationships, how they come across and how they look after themselves, and from 16 the pathway
plan holds money, work, a home and a programme of practical skills. The wording of each topic, and that it starts at 12,
are ours: young people and councils asked to begin early, and the pathway plan begins at 16.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final, Self

from pydantic import Field, model_validator

from relationkit.england import all_in_force, rules_from_toml
from relationkit.records import LANGUAGE, PRINTABLE, Day, FrozenModel

__all__ = ["KEYWORK_TOPICS", "KeyworkTopic", "keywork_topics_from_toml", "topics_in_force"]


class KeyworkTopic(FrozenModel):
    """A topic of keywork, in one language, while this version of it is in force.

    Attributes:
        name: What sessions are marked with; the same in every language and version.
        title: How it is called, to the young person.
        can_do: What somebody can do who went through it, said to the young person.
        language: Of the words, as a BCP 47 tag.
        from_age: The birthday from which on it is expected.
        source: Where it comes from: the law, the council's own programme, or who asked for it.
        in_force_from: The first day of this version.
        in_force_until: The first day on which it no longer holds; ``None`` while it does.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)
    title: str = Field(min_length=1, max_length=80, pattern=PRINTABLE)
    can_do: str = Field(min_length=1, max_length=300, pattern=PRINTABLE)
    language: str = Field(default="en", pattern=LANGUAGE)
    from_age: int = Field(default=12, ge=0, le=25)
    source: str = Field(min_length=1)
    in_force_from: Day
    in_force_until: Day | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.in_force_until is not None and self.in_force_until <= self.in_force_from:
            raise ValueError("in_force_until is not after in_force_from; check the two days")
        return self


_CARE_PLAN: Final = "Care Planning, Placement and Case Review (England) Regulations 2010 (SI 2010/959), regulation 5(b)"
_PATHWAY: Final = "Care Leavers (England) Regulations 2010 (SI 2010/2571), Schedule 1, paragraph {}"
#: Both came into force on this day.
_FROM: Final = date(2011, 4, 1)


def _row(
    name: str, from_age: int, source: str, en: tuple[str, str], cy: tuple[str, str]
) -> tuple[KeyworkTopic, KeyworkTopic]:
    """Return one topic in English and in Welsh."""
    english, welsh = (
        KeyworkTopic(
            name=name, title=title, can_do=can_do, language=tag, from_age=from_age, source=source, in_force_from=_FROM
        )
        for tag, (title, can_do) in (("en", en), ("cy", cy))
    )
    return english, welsh


#: The topics that come along, in the order of the booklet; each in English and in Welsh.
KEYWORK_TOPICS: Final = (
    *_row(
        "rights",
        12,
        "young people: to know what they are entitled to, and whom to ask",
        ("My rights", "I know what I may ask for, who can speak up for me, and how to complain."),
        ("Fy hawliau", "Dw i'n gwybod beth y caf ofyn amdano, pwy all siarad drosof, a sut mae cwyno."),
    ),
    *_row(
        "health",
        12,
        f"{_CARE_PLAN}(i)",
        ("My health", "I can make an appointment, and I know where my health information is."),
        ("Fy iechyd", "Gallaf wneud apwyntiad, a dw i'n gwybod ble mae gwybodaeth am fy iechyd."),
    ),
    *_row(
        "feelings",
        12,
        f"{_CARE_PLAN}(iii)",
        ("How I feel", "I know what helps me on a bad day, and whom I can talk to."),
        ("Sut dw i'n teimlo", "Dw i'n gwybod beth sy'n helpu ar ddiwrnod gwael, a gyda phwy y gallaf siarad."),
    ),
    *_row(
        "identity",
        12,
        f"{_CARE_PLAN}(iv)",
        ("Who I am", "I know where I come from, and where my papers and photos are."),
        ("Pwy ydw i", "Dw i'n gwybod o ble dw i'n dod, a ble mae fy mhapurau a'm lluniau."),
    ),
    *_row(
        "people",
        12,
        f"{_CARE_PLAN}(v)",
        ("My people", "I know who is there for me, and how we keep in touch."),
        ("Fy mhobl i", "Dw i'n gwybod pwy sydd yno i mi, a sut rydyn ni'n cadw mewn cysylltiad."),
    ),
    *_row(
        "staying_safe",
        12,
        "young people and councils: staying safe online and outside, and somebody to ring",
        ("Staying safe", "I know what to do when something does not feel right, online and outside."),
        ("Cadw'n ddiogel", "Dw i'n gwybod beth i'w wneud pan nad yw rhywbeth yn teimlo'n iawn, ar-lein a thu allan."),
    ),
    *_row(
        "looking_after_myself",
        12,
        f"{_CARE_PLAN}(vi) and (vii)",
        ("Looking after myself", "I can keep myself, my clothes and my room clean, and get up on my own."),
        ("Edrych ar ôl fy hun", "Gallaf fy nghadw fy hun, fy nillad a'm hystafell yn lân, a chodi ar fy mhen fy hun."),
    ),
    *_row(
        "school_and_plans",
        12,
        f"{_CARE_PLAN}(ii)",
        ("School and what comes next", "I know what I am good at, and what I need for what I want to do."),
        ("Yr ysgol a beth sy'n dod nesaf", "Dw i'n gwybod beth dw i'n dda ynddo, a beth sydd ei angen arnaf at hynny."),
    ),
    *_row(
        "cooking",
        14,
        _PATHWAY.format(7),
        ("Cooking and shopping", "I can plan, buy and cook a week of meals."),
        ("Coginio a siopa", "Gallaf gynllunio, prynu a choginio prydau am wythnos."),
    ),
    *_row(
        "getting_around",
        14,
        _PATHWAY.format(7),
        ("Getting around", "I can plan a journey and get there on time on my own."),
        ("Teithio", "Gallaf gynllunio taith a chyrraedd ar amser ar fy mhen fy hun."),
    ),
    *_row(
        "money",
        14,
        _PATHWAY.format(8),
        ("Money", "I have a bank account, and I know what my money has to last for."),
        ("Arian", "Mae gen i gyfrif banc, a dw i'n gwybod am beth y mae'n rhaid i'm harian bara."),
    ),
    *_row(
        "work_and_training",
        16,
        f"{_PATHWAY.format('2')} and 3",
        ("Work and training", "I have my own CV, and I know who helps me to find work or a course."),
        ("Gwaith a hyfforddiant", "Mae gen i fy CV fy hun, a dw i'n gwybod pwy sy'n helpu i gael gwaith neu gwrs."),
    ),
    *_row(
        "a_home",
        16,
        _PATHWAY.format(5),
        ("A home of my own", "I know where I could live, what a tenancy asks of me, and what it costs."),
        ("Fy nghartref fy hun", "Dw i'n gwybod ble gallwn i fyw, beth mae tenantiaeth yn ei ofyn, a beth yw'r gost."),
    ),
)


def keywork_topics_from_toml(text: str, *, where: str = "topics.toml") -> tuple[KeyworkTopic, ...]:
    """Return a council's topics out of a TOML text, in its order: a table ``[[topics]]`` for each version and language.

    The keys are the fields of :class:`KeyworkTopic`. They stand in place of :data:`KEYWORK_TOPICS`, not beside them.

    Args:
        text: What the file says.
        where: What the file is called in problems, without its folder.

    Raises:
        InvalidRuleFileError: The text is no TOML, or describes no topic; its ``problems`` name all of them.
    """
    identity = ("name", "language", "in_force_from")
    return rules_from_toml(KeyworkTopic, text, table="topics", identity=identity, where=where)


def topics_in_force(
    topics: Iterable[KeyworkTopic] = KEYWORK_TOPICS, *, on: date, language: str = "en"
) -> tuple[KeyworkTopic, ...]:
    """Return each topic as it holds on a day, in the order in which the names are first given.

    Args:
        topics: Every version and language, in any order.
        on: The day to judge by, in Europe/London.
        language: The tag that is wanted. A topic that is not there in it comes in English, else in the first given.
    """
    own = language.split("-")[0].lower()
    by_name: dict[str, list[KeyworkTopic]] = {}
    for topic in all_in_force(topics, on=on):
        by_name.setdefault(topic.name, []).append(topic)
    return tuple(min(versions, key=lambda topic: _rank(topic, language, own)) for versions in by_name.values())


def _rank(topic: KeyworkTopic, language: str, own: str) -> tuple[int, int]:
    """Return how far a version is from what is wanted; of two in one language the later one is nearer."""
    wanted = (language, own, "en")
    place = wanted.index(topic.language) if topic.language in wanted else len(wanted)
    return place, -topic.in_force_from.toordinal()
