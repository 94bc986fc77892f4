"""Every figure that a synthetic council is made from, and where it was published; what has no source says so.

Two kinds of row stand here. *Published* figures are what the council must come out as, and the tests hold it to them.
*Rates* are what goes in; most are assumptions, set so that the published figures come out.
"""

from dataclasses import dataclass
from typing import Final

from relationkit.feedback import Audience
from relationkit.records import ChangeReason, Channel, NotAlone, SessionKind
from relationkit.visits import TickedBy

__all__ = ["ASSUMPTION", "CASELOAD", "HIGH_SHARE", "REASON_SHARES", "Figure", "ReasonShare"]

#: What stands in place of a source where there is none.
ASSUMPTION: Final = "our assumption"

_STABILITY: Final = "Department for Education, Stability measures for children looked after in England, "
_REASONS_2024: Final = _STABILITY + "2024, data set d1bd579b-4ef3-4ea2-a5f5-8282862a378c: share of 172,570 episodes"
_REASONS_2025: Final = (
    _STABILITY + "2025, data set 77d3d950-5f12-4df3-b385-4e5c3f22eff9: two years, children looked after for two years"
)
_INDEX_2019: Final = "Children's Commissioner for England, Stability Index 2019, technical report"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure and its source."""

    value: float
    source: str


@dataclass(frozen=True, slots=True)
class ReasonShare:
    """The share of one reason among the social worker spells that touch a year.

    Attributes:
        code: As the statutory return writes it.
        share: Of all spells touching the twelve months, of children looked after on their last day.
        source: Where this very figure was published for 2024, or that it is our assumption.
    """

    reason: ChangeReason
    code: str
    share: float
    source: str

    @property
    def is_published(self) -> bool:
        """Whether the source gives this very figure."""
        return not self.source.startswith(ASSUMPTION)


#: Children looked after on 31 March 2024 who had three or more social workers in the year: 22,140 of 83,300.
HIGH_SHARE: Final = Figure(
    0.27, _STABILITY + "2024, data set 87b14248-9173-4309-89ae-ccf487ab45e4 (22,140 of 83,300 children)"
)
#: Spells touching the year, for each child looked after on 31 March 2024.
SPELLS_PER_CHILD: Final = Figure(
    2.07, "172,570 episodes (reasons for change) of 83,300 children (stability), both 2024"
)

#: The reasons of 2024. Published are four rows of eleven; the rest share what is left.
REASON_SHARES: Final = (
    ReasonShare(ChangeReason.MANAGING_CASELOADS, "MANAGE", 0.13, _REASONS_2024),
    ReasonShare(ChangeReason.FIRST_CONTACT, "FCONTA", 0.08, _REASONS_2024),
    ReasonShare(ChangeReason.ABSENCE, "ABSENC", 0.03, _REASONS_2024),
    ReasonShare(ChangeReason.CHILD_REQUEST, "CHCHAN", 0.0025, _REASONS_2024 + " (430: under 0.5%)"),
    ReasonShare(
        ChangeReason.TRANSFER_PROCESS,
        "TSPROC",
        0.19,
        ASSUMPTION + ", after the 19% of another group: " + _REASONS_2025,
    ),
    ReasonShare(ChangeReason.LEFT_ROLE, "LEFTRL", 0.22, ASSUMPTION),
    ReasonShare(ChangeReason.RESTRUCTURE, "ORGRST", 0.06, ASSUMPTION),
    ReasonShare(ChangeReason.PARENT_OR_CARER_REQUEST, "PCCHAN", 0.004, ASSUMPTION),
    ReasonShare(ChangeReason.DIED, "SWDIED", 0.0005, ASSUMPTION),
    ReasonShare(
        ChangeReason.OTHER,
        "OTHERS",
        0.283,
        ASSUMPTION + "; many, because a number of councils could not give reasons",
    ),
)

# --- Children -------------------------------------------------------------------------------------------------------

#: First and last year of age, and children: Table 1 of the index, children looked after on 31 March 2018.
AGES: Final = (((0, 4), 14_080), ((5, 11), 22_500), ((12, 15), 21_430), ((16, 17), 17_410))
AGES_SOURCE: Final = _INDEX_2019 + ", table 1"

#: Active children to one social worker; the published mean on 30 September 2024 was 15.4.
CASELOAD: Final = (12, 20)
CASELOAD_MEAN: Final = Figure(15.4, "Department for Education, Children's social work workforce, 30 September 2024")

#: Of all children in the records, those looked after at ``now``. With the length of care below, about a third more come
#: into care in a year than leave it, so that the number in care grows by 5 to 8% a year; in England it hardly changed.
LOOKED_AFTER_SHARE: Final = Figure(0.6, ASSUMPTION)
YEARS_IN_CARE: Final = Figure(4.0, ASSUMPTION + " (the mean of a memoryless length)")
#: Of those who left care: on their eighteenth birthday, and so a care leaver with a personal adviser.
LEAVER_SHARE: Final = Figure(1 / 3, ASSUMPTION)
SHORT_BREAKS_SHARE: Final = Figure(0.01, ASSUMPTION + "; few, because the published figures leave them out")
WELSH_SHARE: Final = Figure(0.02, ASSUMPTION)
PRONOUNS: Final = ((None, 70.0), ("she/her", 13.0), ("he/him", 13.0), ("they/them", 4.0))
PRONOUNS_SOURCE: Final = ASSUMPTION

#: Moves between placements a year: 10% of children then have two or more, as published for 2018.
PLACEMENT_MOVES: Final = Figure(0.53, _INDEX_2019 + " (around 1 in 10 children had 2 or more changes in 12 months)")
#: How common each regime of :data:`relationkit.england.visits.VISIT_TIMESCALES` is among placements.
REGIMES: Final = (
    ("placement", 50.0),
    ("placement_until_18", 26.0),
    ("long_term_foster", 10.0),
    ("care_order_with_parent", 6.0),
    ("connected_person_temporary", 4.0),
    ("interim_care_order_with_parent", 3.0),
    ("parent_before_assessment", 1.0),
)
REGIMES_SOURCE: Final = ASSUMPTION
SHORT_BREAKS: Final = "short_breaks"

# --- Changes of social worker ---------------------------------------------------------------------------------------

#: Moves of one child from one worker's caseload to another's, each year, beside those that happen to a whole caseload.
MOVES_A_YEAR: Final = Figure(0.69, ASSUMPTION + ", set so that HIGH_SHARE and REASON_SHARES come out")
MOVE_REASONS: Final = (
    (ChangeReason.OTHER, 57.0),
    (ChangeReason.MANAGING_CASELOADS, 27.0),
    (ChangeReason.TRANSFER_PROCESS, 11.0),
    (ChangeReason.PARENT_OR_CARER_REQUEST, 0.8),
    (ChangeReason.CHILD_REQUEST, 0.5),
)
#: Of children whose first spell is in the records: it began with a first contact; the others came from another service.
FIRST_CONTACT_SHARE: Final = Figure(0.54, ASSUMPTION + ", set so that REASON_SHARES come out")
#: Of children new to the service: they move on to a second team, so many days after they came.
EARLY_TRANSFER_SHARE: Final = Figure(0.5, ASSUMPTION + "; children aged under one had most changes, 34% high in 2024")
EARLY_TRANSFER_DAYS: Final = (30, 120)
#: Of children: known so many days before they came into care.
KNOWN_BEFORE_SHARE: Final = Figure(0.5, ASSUMPTION)
KNOWN_BEFORE_DAYS: Final = (10, 300)

#: How long one worker stays in a post, in years, and how common such posts are among ten.
YEARS_IN_POST: Final = (6.0, 3.5, 6.0, 2.0, 5.0, 3.5, 6.0, 1.5, 5.0, 3.5)
YEARS_IN_POST_SOURCE: Final = ASSUMPTION + "; uneven, because some posts are held by agency workers"
OTHER_YEARS_IN_POST: Final = Figure(4.0, ASSUMPTION + " (reviewing officers, personal advisers)")
YEARS_BETWEEN_RESTRUCTURES: Final = Figure(12.0, ASSUMPTION)
#: Of restructures: the worker goes along to the new team, so that the team changes and the person does not.
KEPT_WORKER_SHARE: Final = Figure(0.4, ASSUMPTION)
DEATHS_SHARE: Final = Figure(0.003, ASSUMPTION + " (of the ends of posts)")
#: Years between long absences in one post. Half are covered beside the worker, half by ending and resuming the spell.
YEARS_BETWEEN_LONG_ABSENCES: Final = Figure(24.0, ASSUMPTION + ", set so that REASON_SHARES come out")
LONG_ABSENCE_DAYS: Final = ((28, 56), (63, 200))
#: Of changes: both workers hold the role for some days, or nobody does.
JOINT_SHARE: Final = Figure(0.15, ASSUMPTION)
JOINT_DAYS: Final = (3, 14)
GAP_SHARE: Final = Figure(0.06, ASSUMPTION + "; inside the 7 days that rule SW10 of the statutory return allows")
GAP_DAYS: Final = (1, 6)
TEAM_SIZE: Final = Figure(7, ASSUMPTION + " (social workers to a team)")
POSTS_TO_A_REVIEWING_OFFICER: Final = Figure(4, ASSUMPTION + " (about 60 children)")
POSTS_TO_A_PERSONAL_ADVISER: Final = Figure(3, ASSUMPTION + " (about 20 young people)")

# --- Leave ----------------------------------------------------------------------------------------------------------

LEAVE_EVERY_DAYS: Final = (35, 95)
LEAVE_DAYS: Final = ((2, 3), (5, 4), (7, 2), (10, 1), (14, 1))
COVER_SHARE: Final = Figure(0.8, ASSUMPTION)
TOLD_SHARE: Final = Figure(0.9, ASSUMPTION)
SICK_NOW_SHARE: Final = Figure(0.03, ASSUMPTION + " (away with no known end)")

# --- Messages -------------------------------------------------------------------------------------------------------

#: From that age on: conversations a week that a child begins, before and in the last twelve weeks.
CONVERSATIONS: Final = ((8, 0.03, 0.1), (12, 0.08, 0.35), (16, 0.12, 0.5))
CONVERSATIONS_SOURCE: Final = ASSUMPTION
#: How a child's message fares: the least and greatest wait in hours, and how common. ``None``: never answered.
WAITS: Final = (
    ((0.1, 4.0), 34.0),
    ((4.0, 24.0), 27.0),
    ((24.0, 60.0), 17.0),
    ((72.0, 240.0), 14.0),
    (None, 8.0),
)
WAITS_SOURCE: Final = ASSUMPTION
CHANNELS: Final = ((Channel.TEXT, 55.0), (Channel.APP, 25.0), (Channel.CALL, 10.0), (Channel.EMAIL, 10.0))
#: The hour of a child's message in London, and how common it is: mostly after school and in the evening.
HOURS: Final = (
    (8, 4.0),
    (12, 6.0),
    (15, 10.0),
    (16, 16.0),
    (17, 14.0),
    (18, 12.0),
    (19, 12.0),
    (20, 12.0),
    (21, 9.0),
    (22, 5.0),
)
THREADS: Final = ((None, 85.0), ("contact", 8.0), ("school", 7.0))
MESSAGE_HABITS_SOURCE: Final = ASSUMPTION
FOLLOW_UP_SHARE: Final = Figure(0.3, ASSUMPTION)
THANKS_SHARE: Final = Figure(0.25, ASSUMPTION)
MISSED_CALL_SHARE: Final = Figure(0.1, ASSUMPTION)
AUTOMATIC_SHARE: Final = Figure(0.1, ASSUMPTION)
AUTOMATIC_SHARE_AWAY: Final = Figure(0.6, ASSUMPTION)
WORKER_BEGINS_SHARE: Final = Figure(0.25, ASSUMPTION)
TO_SERVICE_SHARE: Final = Figure(0.05, ASSUMPTION + " (to nobody by name)")
REPLIES_AT_WEEKENDS_SHARE: Final = Figure(0.15, ASSUMPTION)

# --- Sessions -------------------------------------------------------------------------------------------------------

VISIT_EVERY_DAYS: Final = (21, 45)
EXTRA_KINDS: Final = ((SessionKind.CATCH_UP, 70.0), (SessionKind.KEYWORK, 30.0))
EXTRA_SHARE: Final = Figure(0.35, ASSUMPTION)
REVIEW_EVERY_DAYS: Final = (140, 182)
GOODBYE_SHARE: Final = Figure(0.5, ASSUMPTION)
CANCELLED_SHARE: Final = Figure(0.07, ASSUMPTION)
MISSED_SHARE: Final = Figure(0.05, ASSUMPTION)
MOVED_SHARE: Final = Figure(0.15, ASSUMPTION + " (a session put to another time once)")
LATE_CANCELLED_SHARE: Final = Figure(0.04, ASSUMPTION + " (still to come, and cancelled already)")
UNRECORDED_SHARE: Final = Figure(0.02, ASSUMPTION + " (past, yet still written as planned)")
SEEN_ALONE: Final = ((True, 78.0), (False, 16.0), (None, 6.0))
#: Why a child was not seen alone, in turn; ``None`` where nobody wrote it down.
NOT_ALONE: Final = (
    NotAlone.CHILD_REFUSED,
    NotAlone.NOT_POSSIBLE,
    NotAlone.NOT_APPROPRIATE,
    NotAlone.CHILD_REFUSED,
    None,
)
ADVISER_EVERY_DAYS: Final = (28, 60)
PLACES: Final = ("Sample home", "Sample school", "Sample park", "Sample café", "Sample office")
MINUTES: Final = ((30, 2.0), (45, 3.0), (60, 4.0), (90, 1.0))
SESSIONS_SOURCE: Final = ASSUMPTION

# --- Handover plans ---------------------------------------------------------------------------------------------------

#: Changes so many days back may have a plan; how many do, and what became of their steps.
PLANS_BACK_DAYS: Final = 120
PLANNED_SHARE: Final = Figure(0.6, ASSUMPTION)
#: Of children with an open lead worker: a handover lies ahead.
PLAN_AHEAD_SHARE: Final = Figure(0.03, ASSUMPTION)
STEP_DONE_SHARE: Final = Figure(0.85, ASSUMPTION)
STEP_DECLINED_SHARE: Final = Figure(0.06, ASSUMPTION)

# --- Promises -------------------------------------------------------------------------------------------------------

#: How far back forms after a session reach, how many sessions have one, and how often a child asks to talk.
FEEDBACK_BACK_DAYS: Final = 200
FEEDBACK_SHARE: Final = Figure(0.35, ASSUMPTION)
TALK_SOON_SHARE: Final = Figure(0.01, ASSUMPTION)
SKIPPED_SHARE: Final = Figure(0.1, ASSUMPTION)
#: How much less likely each answer is than the one offered before it.
FALL_OFF: Final = 0.7
#: Whom the child picks as reader.
FEEDBACK_READERS: Final = ((Audience.MY_WORKER, 6.0), (Audience.MANAGER, 3.0), (Audience.NOBODY_BY_NAME, 1.0))

#: What was said in the last weeks, so many days apart; by which day, and what became of it.
PROMISES_BACK_DAYS: Final = 70
PROMISE_EVERY_DAYS: Final = (14, 50)
PROMISED_WITHIN_DAYS: Final = (2, 21)
UNDATED_SHARE: Final = Figure(0.1, ASSUMPTION)
KEPT_IN_TIME_SHARE: Final = Figure(0.75, ASSUMPTION)
NEVER_DONE_SHARE: Final = Figure(0.15, ASSUMPTION)
TICKED_BY: Final = ((TickedBy.CHILD, 6.0), (TickedBy.WORKER, 4.0))
#: The words, which are made up, and the picture on the board.
PROMISED: Final = (
    ("Ask about the bike", "bike"),
    ("Find a time to ring your brother", "call"),
    ("Send you the photo from the park", "photo"),
    ("Ask your school about the trip", "school"),
    ("Bring the book back", "book"),
    ("Find out about swimming lessons", "swim"),
    ("Tell you what the meeting decided", "talk"),
    ("Sort out your savings account", "money"),
)
PROMISES_SOURCE: Final = ASSUMPTION

# --- Reach ----------------------------------------------------------------------------------------------------------

#: Worker histories reach back so many days from ``now``; a spell open on that first day keeps its true start.
HISTORY_DAYS: Final = 3 * 365 + 1
#: Messages and sessions reach back a year; the last twelve weeks have more messages; sessions are planned ahead.
CONTACT_DAYS: Final = 364
DENSE_DAYS: Final = 84
AHEAD_DAYS: Final = 56
