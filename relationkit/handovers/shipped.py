"""The two handover templates that come with the library: a planned ending, and one without warning.

The steps are taken from what councils' procedures and young people ask for; each names its source. No published
standard sets their days: every ``offset_days`` here is our own default, for a council to replace by its own
template. The letter that ends the work is a *goodbye letter*; a *later-life letter* is another document, which
adoption law asks for (Adoption Agencies Regulations 2005, regulation 35), and is not made here.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from relationkit.handovers.templates import HandoverStep, HandoverTemplate, StepDoer

__all__ = ["HANDOVER_TEMPLATES", "PLANNED_HANDOVER", "UNPLANNED_HANDOVER"]

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
            who=StepDoer.LEAVING_WORKER,
            offset_days=-10,
            is_required_to_move=True,
            is_skippable_by_child=True,
            source=_CUMBERLAND,
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

#: The shipped templates by name; read-only.
HANDOVER_TEMPLATES: Final[Mapping[str, HandoverTemplate]] = MappingProxyType(
    {template.name: template for template in (PLANNED_HANDOVER, UNPLANNED_HANDOVER)}
)
