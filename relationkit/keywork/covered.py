"""What was written down: that a session went through a topic, and what the young person says of it."""

import csv
import io
from dataclasses import replace

from pydantic import Field

from relationkit.errors import InvalidRecordError, InvalidRuleFileError, Problem
from relationkit.records import PRINTABLE, FrozenModel, SessionId

__all__ = ["CoveredTopic", "covered_from_csv"]


class CoveredTopic(FrozenModel):
    """That one session went through one topic.

    Attributes:
        session_id: The session that shows it.
        topic: The topic's name.
        in_my_words: What the young person says they can do now, in their own words; empty where nothing was said, and
            in no repr.
    """

    session_id: SessionId = Field(pattern=PRINTABLE, min_length=1)
    topic: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)
    in_my_words: str = Field(default="", max_length=1000)


def covered_from_csv(text: str, *, where: str = "covered.csv") -> tuple[CoveredTopic, ...]:
    """Return what a table says: ``session_id``, ``topic`` and, where it is kept, ``in_my_words``; in its order.

    A row that stands twice counts once. Other columns are refused: a misspelt one would lose what somebody said.

    Args:
        text: What the file says; the first line has the names of the columns.
        where: What the file is called in problems, without its folder.

    Raises:
        InvalidRuleFileError: A column is missing or unknown, or a row cannot be; its ``problems`` name all of them.
    """
    reader = csv.DictReader(io.StringIO(text), restkey="?")
    columns = set(reader.fieldnames or ())
    problems = [
        Problem(where, "is no column of this table", "Rename it, or leave it out", field=name)
        for name in sorted(columns - set(CoveredTopic.model_fields))
    ]
    problems += [
        Problem(where, "is missing", "Add a column of this name", field=name)
        for name in ("session_id", "topic")
        if name not in columns
    ]
    found: dict[CoveredTopic, None] = {}
    for row in () if problems else reader:
        try:
            found[CoveredTopic.model_validate({name: value for name, value in row.items() if value is not None})] = None
        except InvalidRecordError as refusal:
            place = f"{where}, line {reader.line_num}"
            problems += [replace(problem, where=place) for problem in refusal.problems]
    if problems:
        raise InvalidRuleFileError(where, problems)
    return tuple(found)
