"""Profiles: who my worker is and how to reach them now, and what a child says about themself.

One page in the worker's own words, its pocket size for the child, the person and the number that work at this
moment, and the child's own page. Beside them what keeps them true: checks before print, gaps, and what children said.
"""

from relationkit.profiles.about_me import AboutLine, AboutMe, AboutMeVersions, Viewer, about_me_for
from relationkit.profiles.book_files import ProfileBook, profiles_from_json, profiles_from_toml
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
from relationkit.profiles.dear_worker import DearWorker, Enjoyed, EnjoyTheme, ThemeOnPoster, dear_worker
from relationkit.profiles.designs import LEAST_CONTRAST, CardDesign, CardTheme, contrast_ratio
from relationkit.profiles.gaps import (
    RENEW_AFTER,
    CardGiven,
    CardShare,
    GapKind,
    ProfileGap,
    card_share,
    profile_gaps,
)
from relationkit.profiles.kept import KeptProfile, ProfileInvitation, ProfileInvitationId, ProfilePurpose
from relationkit.profiles.places import (
    AVOIDANCES,
    SCHOOL_HOURS,
    Avoidance,
    PlaceConflict,
    PlaceVerdict,
    place_conflicts,
)
from relationkit.profiles.reach import Contact, ContactRole, contact_now
from relationkit.profiles.tips import TIP_MEASURES, PracticeGuide, Tip, TipMeasure

__all__ = [
    "AVOIDANCES",
    "LEAST_CONTRAST",
    "LONGEST_SENTENCE",
    "MOST_DIFFICULT",
    "RENEW_AFTER",
    "SCHOOL_HOURS",
    "TIP_MEASURES",
    "AboutLine",
    "AboutMe",
    "AboutMeVersions",
    "Avoidance",
    "CardDesign",
    "CardFinding",
    "CardGiven",
    "CardProblem",
    "CardShare",
    "CardTheme",
    "Contact",
    "ContactKind",
    "ContactRole",
    "ContactWay",
    "Cover",
    "DearWorker",
    "DutyLine",
    "EnjoyTheme",
    "Enjoyed",
    "GapKind",
    "IntroductionCard",
    "KeptProfile",
    "OpenHours",
    "Picture",
    "PictureType",
    "PlaceConflict",
    "PlaceVerdict",
    "PracticeGuide",
    "ProfileBook",
    "ProfileGap",
    "ProfileInvitation",
    "ProfileInvitationId",
    "ProfilePurpose",
    "ThemeOnPoster",
    "Tip",
    "TipMeasure",
    "Viewer",
    "WorkContacts",
    "WorkerProfile",
    "about_me_for",
    "card_share",
    "check_card",
    "contact_now",
    "contrast_ratio",
    "dear_worker",
    "initials",
    "place_conflicts",
    "profile_gaps",
    "profiles_from_json",
    "profiles_from_toml",
    "reading_difficulty",
]
