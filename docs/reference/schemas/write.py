"""Write the JSON Schema of every record beside this file: ``python docs/reference/schemas/write.py``."""

import json
from pathlib import Path

from relationkit.continuity import ContinuityAudit
from relationkit.entitlements import Offer
from relationkit.feedback import Evidence, FeedbackForm, FormDraft, Invitation, Submission, YouSaidWeDid
from relationkit.handovers import GoodbyeLetter, HandoverPlan, HandoverTemplate, MentorOffer, MyStory
from relationkit.keywork import CoveredTopic, KeyworkTopic
from relationkit.lifestory import LifeEvent, LifeStory, StoryCheck, StoryPerson
from relationkit.profiles import (
    AboutMe,
    AboutMeVersions,
    CardTheme,
    EnjoyTheme,
    IntroductionCard,
    PracticeGuide,
    ProfileInvitation,
    WorkerProfile,
)
from relationkit.records import Absence, Assignment, Child, FrozenModel, Message, Placement, Session, Worker
from relationkit.visits import MovedSession, PlanBoard, Promise, ReviewRule, SessionSeries, Tick, VisitRule

RECORDS: tuple[type[FrozenModel], ...] = (
    AboutMe,
    AboutMeVersions,
    Absence,
    Assignment,
    CardTheme,
    Child,
    ContinuityAudit,
    CoveredTopic,
    EnjoyTheme,
    Evidence,
    FeedbackForm,
    FormDraft,
    GoodbyeLetter,
    HandoverPlan,
    HandoverTemplate,
    IntroductionCard,
    Invitation,
    KeyworkTopic,
    LifeEvent,
    LifeStory,
    MentorOffer,
    Message,
    MovedSession,
    MyStory,
    Offer,
    Placement,
    PlanBoard,
    PracticeGuide,
    ProfileInvitation,
    Promise,
    ReviewRule,
    Session,
    SessionSeries,
    StoryCheck,
    StoryPerson,
    Submission,
    Tick,
    VisitRule,
    Worker,
    WorkerProfile,
    YouSaidWeDid,
)


def schema_text(record: type[FrozenModel]) -> str:
    """Return the schema as the file holds it."""
    return json.dumps(record.model_json_schema(), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    for each in RECORDS:
        Path(__file__).with_name(f"{each.__name__}.json").write_text(schema_text(each), encoding="utf-8")
