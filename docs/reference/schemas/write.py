"""Write the JSON Schema of every record beside this file: ``python docs/reference/schemas/write.py``."""

import json
from pathlib import Path

from relationkit.continuity import ContinuityAudit
from relationkit.handovers import GoodbyeLetter, HandoverPlan, HandoverTemplate, MentorOffer, MyStory
from relationkit.profiles import (
    AboutMe,
    AboutMeVersions,
    CardTheme,
    EnjoyTheme,
    IntroductionCard,
    PracticeGuide,
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
    EnjoyTheme,
    GoodbyeLetter,
    HandoverPlan,
    HandoverTemplate,
    IntroductionCard,
    MentorOffer,
    Message,
    MovedSession,
    MyStory,
    Placement,
    PlanBoard,
    PracticeGuide,
    Promise,
    ReviewRule,
    Session,
    SessionSeries,
    Tick,
    VisitRule,
    Worker,
    WorkerProfile,
)


def schema_text(record: type[FrozenModel]) -> str:
    """Return the schema as the file holds it."""
    return json.dumps(record.model_json_schema(), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    for each in RECORDS:
        Path(__file__).with_name(f"{each.__name__}.json").write_text(schema_text(each), encoding="utf-8")
