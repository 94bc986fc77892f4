"""A child's life story as dated lines: dates that cannot be true are found, and the hard words are explained.

Rules only: the story and ``now`` in, findings out. Adults write a life story for a child who will read it for ever; a
date that cannot be true makes all the rest doubtful.
"""

from relationkit.lifestory.dates import PartOfDate, earliest_day, latest_day, part_in_words
from relationkit.lifestory.story import LifeEvent, LifeEventKind, LifeStory, StoryCheck, StoryPerson
from relationkit.lifestory.timeline import (
    TIMELINE_RULES,
    TimelineFinding,
    TimelineRule,
    Verdict,
    check_timeline,
    record_check,
)
from relationkit.lifestory.words import CARE_WORDS, CareWord, words_explained

__all__ = [
    "CARE_WORDS",
    "TIMELINE_RULES",
    "CareWord",
    "LifeEvent",
    "LifeEventKind",
    "LifeStory",
    "PartOfDate",
    "StoryCheck",
    "StoryPerson",
    "TimelineFinding",
    "TimelineRule",
    "Verdict",
    "check_timeline",
    "earliest_day",
    "latest_day",
    "part_in_words",
    "record_check",
    "words_explained",
]
