"""Profiles: who my worker is and how to reach them now, and what a child says about themself.

One page in the worker's own words, its pocket size for the child, the person and the number that work at this
moment, and the child's own page. Beside them what keeps them true: checks before print, gaps, and what children said.
"""

from relationkit.profiles.about_me import AboutLine, AboutMe, AboutMeVersions, Viewer, about_me_for
from relationkit.profiles.cards import (
    Cover,
    IntroductionCard,
    Picture,
    PictureType,
    WorkerProfile,
    initials,
)
from relationkit.profiles.checks import (
    LONGEST_SENTENCE,
    MOST_DIFFICULT,
    CardFinding,
    CardProblem,
    WorkContacts,
    check_card,
    reading_difficulty,
)
from relationkit.profiles.contacts import ContactKind, ContactWay, DutyLine, OpenHours
from relationkit.profiles.designs import LEAST_CONTRAST, CardDesign, CardTheme, contrast_ratio
from relationkit.profiles.places import (
    AVOIDANCES,
    SCHOOL_HOURS,
    Avoidance,
    PlaceConflict,
    PlaceVerdict,
    place_conflicts,
)
from relationkit.profiles.reach import Contact, ContactRole, contact_now

__all__ = [
    "AVOIDANCES",
    "LEAST_CONTRAST",
    "LONGEST_SENTENCE",
    "MOST_DIFFICULT",
    "SCHOOL_HOURS",
    "AboutLine",
    "AboutMe",
    "AboutMeVersions",
    "Avoidance",
    "CardDesign",
    "CardFinding",
    "CardProblem",
    "CardTheme",
    "Contact",
    "ContactKind",
    "ContactRole",
    "ContactWay",
    "Cover",
    "DutyLine",
    "IntroductionCard",
    "OpenHours",
    "Picture",
    "PictureType",
    "PlaceConflict",
    "PlaceVerdict",
    "Viewer",
    "WorkContacts",
    "WorkerProfile",
    "about_me_for",
    "check_card",
    "contact_now",
    "contrast_ratio",
    "initials",
    "place_conflicts",
    "reading_difficulty",
]
