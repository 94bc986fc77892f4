"""The handover templates that come with the library: planned, without warning, leaving care, cover that stays.

The steps are taken from what councils' procedures and young people ask for; each names its source. No published
standard sets their days: every ``offset_days`` here is our own default, for a council to replace by its own
template. The letter that ends the work is a *goodbye letter*; a *later-life letter* is another document, which
adoption law asks for (Adoption Agencies Regulations 2005, regulation 35), and is not made here.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from relationkit.handovers.templates import (
    AgeWords,
    DaysCounted,
    HandoverStep,
    HandoverTemplate,
    StepChoice,
    StepDoer,
)

__all__ = [
    "COVER_BECOMES_PERMANENT",
    "HANDOVER_TEMPLATES",
    "LEAVING_CARE_HANDOVER",
    "PLANNED_HANDOVER",
    "UNPLANNED_HANDOVER",
]

_STOCKPORT: Final = "Stockport children's services procedures, management of cases"
_GUERNSEY: Final = "Guernsey children's social care procedures, transfer of cases: task list"
_HULL: Final = "Hull City Council, managing changes of social worker (Coram Voice resource bank)"
_ST_HELENS: Final = "St Helens, getting to know your social worker (Coram Voice resource bank)"
_NORTH_SOMERSET: Final = "North Somerset introduction card (Coram Voice resource bank)"
_CUMBERLAND: Final = "Cumberland children's services procedures, transfer between teams"
_BOLTON: Final = "Bolton children's services procedures, transfer of cases protocol"
_GUARDIAN: Final = "South Australia, Guardian for Children and Young People: youth advisors on saying goodbye, 2012"
_BRIGHTON: Final = "Brighton and Hove: somebody in the team can always be reached (BASW, 2019)"
_REGULATION_29: Final = (
    "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 29: speaking with the child in "
    "private; that it comes this soon after a handover is our own default"
)

_ADVISERS: Final = "Children Act 1989, Schedule 2, paragraph 19C, and section 23CA: a personal adviser"
_PATHWAY_PLAN: Final = "Children Act 1989, Schedule 2, paragraph 19B, and section 23E: the pathway plan"
_IN_TOUCH: Final = "Children Act 1989, section 23C(2): the council keeps in touch; the day is our own default"
_OWN_FILE: Final = "UK GDPR, article 15: the right to see what is held about oneself; the day is our own default"

#: From this age on a child is asked in words alone; younger ones also by drawing. Our own default.
_OLD_ENOUGH_FOR_WORDS: Final = 8
_DRAWN: Final = AgeWords(
    oldest=_OLD_ENOUGH_FOR_WORDS - 1,
    words="Ask the child, with pictures or by drawing together, how they want to say goodbye and hello",
)
_STORY_DRAWN: Final = AgeWords(
    oldest=_OLD_ENOUGH_FOR_WORDS - 1,
    words='Draw or make "my story so far" with the child: what they want the next worker to know, in their own words',
)

#: The worker is there until the handover day, and the child leads how they part.
PLANNED_HANDOVER: Final = HandoverTemplate(
    name="planned",
    is_planned=True,
    in_force_from=date(2024, 4, 1),
    source="Steps: each its own; days: our own default, no published standard sets them",
    steps=(
        HandoverStep(
            name="tell_child",
            words="Tell the child that their worker is changing, when and why, and that it is not their fault",
            who=StepDoer.LEAVING_WORKER,
            offset_days=-28,
            is_required_to_move=True,
            source=f"{_STOCKPORT}; {_HULL}",
        ),
        HandoverStep(
            name="ask_child",
            words="Ask the child how they want to say goodbye, and how they want to say hello",
            age_words=(_DRAWN,),
            who=StepDoer.LEAVING_WORKER,
            offset_days=-21,
            is_required_to_move=True,
            is_skippable_by_child=True,
            source=_ST_HELENS,
        ),
        HandoverStep(
            name="tell_others",
            words="Tell carers, school and the reviewing officer who is leaving, who is coming, and when",
            who=StepDoer.LEAVING_WORKER,
            offset_days=-14,
            is_required_to_move=True,
            source=_GUERNSEY,
        ),
        HandoverStep(
            name="give_card",
            words="See that the next worker's introduction card reaches the child before they meet",
            who=StepDoer.NEXT_WORKER,
            offset_days=-14,
            is_required_to_move=True,
            is_skippable_by_child=True,
            source=_NORTH_SOMERSET,
        ),
        HandoverStep(
            name="my_story",
            words='Write "my story so far" with the child, who agrees every line, so that nobody asks it all again',
            age_words=(_STORY_DRAWN,),
            who=StepDoer.LEAVING_WORKER,
            offset_days=-10,
            is_required_to_move=True,
            is_skippable_by_child=True,
            source=_CUMBERLAND,
        ),
        HandoverStep(
            name="invite_somebody",
            words="Ask the person whom the child trusts to come to the joint session",
            who=StepDoer.LEAVING_WORKER,
            offset_days=-10,
            on_choice=StepChoice(step="joint_session", choices=("with_somebody_i_trust",)),
            is_skippable_by_child=True,
            source=_ST_HELENS,
        ),
        HandoverStep(
            name="joint_session",
            words="Meet the child together, both workers",
            who=StepDoer.BOTH_WORKERS,
            offset_days=-7,
            is_required_to_move=True,
            is_skippable_by_child=True,
            choices=("both_workers", "with_somebody_i_trust", "my_own_way"),
            source=f"{_GUERNSEY}; {_BOLTON}",
        ),
        HandoverStep(
            name="write_letter",
            words="Write the goodbye letter: what the child is good at, what you did together, why you leave",
            who=StepDoer.LEAVING_WORKER,
            offset_days=-3,
            on_choice=StepChoice(step="goodbye", choices=("letter", "session_and_letter")),
            is_skippable_by_child=True,
            source=_GUARDIAN,
        ),
        HandoverStep(
            name="goodbye",
            words="Say goodbye in the way the child chose: a session, a goodbye letter, or their own way",
            who=StepDoer.LEAVING_WORKER,
            offset_days=-1,
            is_required_to_move=True,
            is_skippable_by_child=True,
            is_ending=True,
            choices=("session", "letter", "session_and_letter", "my_own_way"),
            source=_GUARDIAN,
        ),
        HandoverStep(
            name="first_session_alone",
            words="Meet the child, the next worker alone",
            who=StepDoer.NEXT_WORKER,
            offset_days=7,
            is_skippable_by_child=True,
            source=_REGULATION_29,
        ),
        HandoverStep(
            name="check_in",
            words="Ask the child how the change went, with a short feedback form",
            who=StepDoer.MANAGER,
            offset_days=28,
            is_skippable_by_child=True,
            source=f"{_HULL}: a check afterwards of how each change was managed",
        ),
    ),
)

#: The worker is gone at once: illness, death, left without notice. The handover day is the day this became known.
UNPLANNED_HANDOVER: Final = HandoverTemplate(
    name="unplanned",
    is_planned=False,
    in_force_from=date(2024, 4, 1),
    source="Shortened from the planned template for the endings that give no warning; days: our own default",
    steps=(
        HandoverStep(
            name="tell_child",
            words="Tell the child in person that their worker is not coming back, as much of why as may be told, "
            "and that it is not their fault",
            who=StepDoer.MANAGER,
            offset_days=1,
            is_required_to_move=True,
            source=_STOCKPORT,
        ),
        HandoverStep(
            name="name_contact",
            words="Give the child the name and number of the person to ask from today",
            who=StepDoer.MANAGER,
            offset_days=1,
            is_required_to_move=True,
            source=_BRIGHTON,
        ),
        HandoverStep(
            name="tell_others",
            words="Tell carers, school and the reviewing officer what has happened and whom to ask",
            who=StepDoer.MANAGER,
            offset_days=3,
            source=_GUERNSEY,
        ),
        HandoverStep(
            name="give_card",
            words="See that the next worker's introduction card reaches the child before they meet",
            who=StepDoer.NEXT_WORKER,
            offset_days=7,
            is_skippable_by_child=True,
            source=_NORTH_SOMERSET,
        ),
        HandoverStep(
            name="goodbye",
            words="Find the child's way to say goodbye: a goodbye letter or a call where the worker can, a memory "
            "made with somebody who knew them where they cannot, or the child's own way",
            who=StepDoer.MANAGER,
            offset_days=14,
            is_skippable_by_child=True,
            is_ending=True,
            choices=("letter", "call", "memory", "my_own_way"),
            source=_GUARDIAN,
        ),
        HandoverStep(
            name="first_session_alone",
            words="Meet the child, the next worker alone, having read the file so that nothing is asked again",
            who=StepDoer.NEXT_WORKER,
            offset_days=14,
            is_skippable_by_child=True,
            source=f"{_REGULATION_29}; {_CUMBERLAND}",
        ),
        HandoverStep(
            name="check_in",
            words="Ask the child how the change went, with a short feedback form",
            who=StepDoer.MANAGER,
            offset_days=42,
            is_skippable_by_child=True,
            source=f"{_HULL}: a check afterwards of how each change was managed",
        ),
    ),
)

#: The social worker's role ends at 18, and the personal adviser stays: the handover day is the birthday, or the day on
#: which a young person of 16 or 17 leaves care. Working days where an office must act; the rest are calendar days.
LEAVING_CARE_HANDOVER: Final = HandoverTemplate(
    name="leaving_care",
    is_planned=True,
    youngest=16,
    in_force_from=date(2024, 4, 1),
    source="Steps: each its own; days: our own default where a step does not name the law",
    steps=(
        HandoverStep(
            name="tell_child",
            words="Talk about what changes at 18 and what does not: who goes, who stays, and what is theirs by right",
            who=StepDoer.LEAVING_WORKER,
            offset_days=-182,
            is_required_to_move=True,
            source=f"{_STOCKPORT}; half a year: our own default",
        ),
        HandoverStep(
            name="ask_child",
            words="Ask how they want this ending to go, who should stay in touch, and how they want to be reached",
            who=StepDoer.LEAVING_WORKER,
            offset_days=-150,
            is_required_to_move=True,
            is_skippable_by_child=True,
            source=_ST_HELENS,
        ),
        HandoverStep(
            name="give_card",
            words="See that the personal adviser's introduction card reaches them before they meet",
            who=StepDoer.NEXT_WORKER,
            offset_days=-130,
            is_required_to_move=True,
            is_skippable_by_child=True,
            source=_NORTH_SOMERSET,
        ),
        HandoverStep(
            name="meet_adviser",
            words="Meet the personal adviser together, long before they are the only one",
            who=StepDoer.BOTH_WORKERS,
            offset_days=-120,
            is_required_to_move=True,
            is_skippable_by_child=True,
            choices=("both_workers", "with_somebody_i_trust", "my_own_way"),
            source=_ADVISERS,
        ),
        HandoverStep(
            name="pathway_plan",
            words="Read the pathway plan together with the adviser; the young person says whether it is right",
            who=StepDoer.BOTH_WORKERS,
            offset_days=-60,
            is_required_to_move=True,
            source=_PATHWAY_PLAN,
        ),
        HandoverStep(
            name="my_story",
            words='Write "my story so far" with the young person, who agrees every line and keeps it',
            who=StepDoer.LEAVING_WORKER,
            offset_days=-42,
            is_required_to_move=True,
            is_skippable_by_child=True,
            source=_CUMBERLAND,
        ),
        HandoverStep(
            name="own_file",
            words="Say how they can see their file, now or years later, and who helps them read it",
            who=StepDoer.LEAVING_WORKER,
            offset_days=-28,
            is_required_to_move=True,
            source=_OWN_FILE,
        ),
        HandoverStep(
            name="tell_others",
            words="Tell carers, the housing provider, health and the reviewing officer who stays, and from when",
            who=StepDoer.LEAVING_WORKER,
            offset_days=-10,
            counted_in=DaysCounted.WORKING,
            is_required_to_move=True,
            source=_GUERNSEY,
        ),
        HandoverStep(
            name="write_letter",
            words="Write the goodbye letter: what they achieved, what you did together, how they can still reach you",
            who=StepDoer.LEAVING_WORKER,
            offset_days=-7,
            on_choice=StepChoice(step="goodbye", choices=("letter", "session_and_letter")),
            is_skippable_by_child=True,
            source=_GUARDIAN,
        ),
        HandoverStep(
            name="goodbye",
            words="Say goodbye in the way the young person chose",
            who=StepDoer.LEAVING_WORKER,
            offset_days=-1,
            is_required_to_move=True,
            is_skippable_by_child=True,
            is_ending=True,
            choices=("session", "letter", "session_and_letter", "my_own_way"),
            source=_GUARDIAN,
        ),
        HandoverStep(
            name="first_session_alone",
            words="Meet the young person, the adviser alone; where the council provides the home, within seven days",
            who=StepDoer.NEXT_WORKER,
            offset_days=7,
            is_skippable_by_child=True,
            source="Care Leavers (England) Regulations 2010 (SI 2010/2571), regulation 8(2)(a); elsewhere our own "
            "default",
        ),
        HandoverStep(
            name="check_in",
            words="Ask how the change went, with a short feedback form",
            who=StepDoer.MANAGER,
            offset_days=28,
            is_skippable_by_child=True,
            source=f"{_HULL}: a check afterwards of how each change was managed",
        ),
        HandoverStep(
            name="still_in_touch",
            words="Make sure that somebody has spoken with them since, and that they know whom to ask",
            who=StepDoer.NEXT_WORKER,
            offset_days=56,
            source=_IN_TOUCH,
        ),
    ),
)

#: Somebody stood in, and now they stay: the child knows them, and never said goodbye to the one who is not coming back.
#: The handover day is the first day on which the role is theirs.
COVER_BECOMES_PERMANENT: Final = HandoverTemplate(
    name="cover_becomes_permanent",
    is_planned=False,
    in_force_from=date(2024, 4, 1),
    source="Shortened from the planned template for a worker whom the child knows already; days: our own default",
    steps=(
        HandoverStep(
            name="tell_child",
            words="Tell the child that their worker is not coming back, as much of why as may be told, that it is not "
            "their fault, and that the one they know now stays",
            who=StepDoer.NEXT_WORKER,
            offset_days=-5,
            counted_in=DaysCounted.WORKING,
            is_required_to_move=True,
            source=f"{_STOCKPORT}; {_HULL}",
        ),
        HandoverStep(
            name="ask_child",
            words="Ask the child whether they are fine with this worker staying, and how they want to say goodbye",
            who=StepDoer.MANAGER,
            offset_days=0,
            is_required_to_move=True,
            is_skippable_by_child=True,
            source=_ST_HELENS,
        ),
        HandoverStep(
            name="tell_others",
            words="Tell carers, school and the reviewing officer that the worker stays",
            who=StepDoer.NEXT_WORKER,
            offset_days=5,
            counted_in=DaysCounted.WORKING,
            source=_GUERNSEY,
        ),
        HandoverStep(
            name="give_card",
            words="Give the child the worker's own card, which no longer says cover",
            who=StepDoer.NEXT_WORKER,
            offset_days=7,
            is_skippable_by_child=True,
            source=_NORTH_SOMERSET,
        ),
        HandoverStep(
            name="goodbye",
            words="Find the child's way to say goodbye to the worker who is not coming back",
            who=StepDoer.MANAGER,
            offset_days=14,
            is_skippable_by_child=True,
            is_ending=True,
            choices=("session", "letter", "call", "memory", "my_own_way"),
            source=_GUARDIAN,
        ),
        HandoverStep(
            name="my_story",
            words='Bring "my story so far" up to date with the child, who agrees every line',
            age_words=(_STORY_DRAWN,),
            who=StepDoer.NEXT_WORKER,
            offset_days=28,
            is_skippable_by_child=True,
            source=_CUMBERLAND,
        ),
        HandoverStep(
            name="check_in",
            words="Ask the child how the change went, with a short feedback form",
            who=StepDoer.MANAGER,
            offset_days=28,
            is_skippable_by_child=True,
            source=f"{_HULL}: a check afterwards of how each change was managed",
        ),
    ),
)

#: The shipped templates by name; read-only.
HANDOVER_TEMPLATES: Final[Mapping[str, HandoverTemplate]] = MappingProxyType(
    {
        template.name: template
        for template in (PLANNED_HANDOVER, UNPLANNED_HANDOVER, LEAVING_CARE_HANDOVER, COVER_BECOMES_PERMANENT)
    }
)
