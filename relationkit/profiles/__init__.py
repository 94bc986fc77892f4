"""Profiles: who my worker is and how to reach them now, and what a child says about themself.

One page in the worker's own words, its pocket size for the child, the person and the number that work at this
moment, and the child's own page.
"""

from relationkit.profiles.about_me import AboutMe
from relationkit.profiles.cards import (
    Cover,
    IntroductionCard,
    OpenHours,
    Picture,
    PictureType,
    WorkerProfile,
    initials,
)
from relationkit.profiles.contacts import ContactKind, ContactWay, DutyLine
from relationkit.profiles.reach import Contact, ContactRole, contact_now

__all__ = [
    "AboutMe",
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
    "WorkerProfile",
    "contact_now",
    "initials",
]
