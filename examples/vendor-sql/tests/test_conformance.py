"""relationkit's kit over an SQLite database with Larkfield's tables. Everybody in it is made up."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from larkfield_relationkit.reader import LONDON, LarkfieldReader

from relationkit.errors import SourceUnavailableError, UnreadableSourceError
from relationkit.plugins.adapters.base import KIND_OF
from relationkit.plugins.testing import EMPTY, AdapterConformance, Scenario
from relationkit.records import Message

TABLES = """
CREATE TABLE T_CLIENT (CLI_NO TEXT, PREF_NAME TEXT, DOB_INT INTEGER, LANG_CD INTEGER, DEL_FLAG INTEGER);
CREATE TABLE T_EMPLOYEE (EMP_NO TEXT, EMP_NAME TEXT, POST_CD INTEGER, SWE_NO TEXT, DEL_FLAG INTEGER);
CREATE TABLE T_ALLOC (ALLOC_NO TEXT, CLI_NO TEXT, EMP_NO TEXT, START_INT INTEGER, LAST_INT INTEGER, WHY_CD TEXT,
    DEL_FLAG INTEGER);
CREATE TABLE T_COMM (COMM_NO TEXT, CLI_NO TEXT, EMP_NO TEXT, COMM_TS TEXT, FOLD INTEGER, DIR_CD INTEGER,
    CHAN_CD INTEGER, AUTO INTEGER, DEL_FLAG INTEGER);
CREATE TABLE T_PLACE (PLC_NO TEXT, CLI_NO TEXT, START_INT INTEGER, LAST_INT INTEGER, PLC_CD TEXT, DEL_FLAG INTEGER);
"""


class LarkfieldHarness:
    """How the kit fills the source: straight into the tables, in Larkfield's words."""

    def __init__(self, path: Path) -> None:
        self.url = f"sqlite:///{path}"
        self.run(*TABLES.split(";"))

    def run(self, *statements: str) -> None:
        engine = sa.create_engine(self.url)
        with engine.begin() as connection:
            for statement in statements:
                if statement.strip():
                    connection.execute(sa.text(statement))
        engine.dispose()

    def open(self) -> LarkfieldReader:
        return LarkfieldReader(self.url)

    def clear(self) -> None:
        self.load(EMPTY)

    def load(self, scenario: Scenario) -> None:
        engine = sa.create_engine(self.url)
        with engine.begin() as connection:
            for table in LarkfieldReader.tables.values():
                connection.execute(sa.text(f"DELETE FROM {table.where}"))
            for record in scenario.records:
                kind = KIND_OF[type(record)]
                if kind not in LarkfieldReader.tables:
                    continue
                table = LarkfieldReader.tables[kind]
                row = {
                    column: in_their_words(field, getattr(record, field), table.values.get(field))
                    for field, column in table.columns.items()
                }
                if isinstance(record, Message):
                    row |= on_londons_clock(row.pop("AT"))
                names = ", ".join(row)
                values = ", ".join(f":{name}" for name in row)
                statement = f"INSERT INTO {table.where} ({names}, DEL_FLAG) VALUES ({values}, 0)"
                connection.execute(sa.text(statement), row)
        engine.dispose()


def in_their_words(field: str, value: object, change: object) -> Any:
    """Return what Larkfield has where relationkit has this value."""
    if isinstance(change, Mapping):
        return next((theirs for theirs, ours in change.items() if ours == value), None)
    if isinstance(value, date) and not isinstance(value, datetime):
        last = value - timedelta(days=1) if field == "ended_on" else value
        return int(f"{last:%Y%m%d}")
    return value


def on_londons_clock(at: datetime) -> dict[str, object]:
    local = at.astimezone(LONDON)
    return {"COMM_TS": local.replace(tzinfo=None).isoformat(), "FOLD": local.fold}


@pytest.fixture
def harness(tmp_path: Path) -> LarkfieldHarness:
    return LarkfieldHarness(tmp_path / "larkfield.db")


class TestLarkfield(AdapterConformance):
    """The kit over the reader."""

    #: What the tables hold of each record, where that is not every field.
    fields: ClassVar[Mapping[str, Collection[str]]] = {
        kind: (*table.columns, *table.always) for kind, table in LarkfieldReader.tables.items()
    }


def test_what_was_deleted_is_not_read(harness: LarkfieldHarness) -> None:
    harness.run(
        "INSERT INTO T_CLIENT VALUES ('K1', NULL, NULL, 1, 1)", "INSERT INTO T_CLIENT VALUES ('K2', NULL, NULL, 1, 0)"
    )

    with harness.open() as reader:
        assert [child.id for child in reader.children()] == ["K2"]


def test_a_code_that_nobody_knows_is_listed_with_the_row(harness: LarkfieldHarness) -> None:
    harness.run("INSERT INTO T_EMPLOYEE VALUES ('E1', 'Wren', 77, NULL, 0)")

    with harness.open() as reader:
        assert list(reader.workers()) == []
        (problem,) = reader.problems
        assert (problem.where, problem.field) == ("T_EMPLOYEE E1", "POST_CD")
        assert "Wren" not in str(problem)


def test_tables_that_are_not_there_are_said(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError), LarkfieldReader(f"sqlite:///{tmp_path / 'empty.db'}") as reader:
        list(reader.children())


def test_what_is_no_url_is_said() -> None:
    with pytest.raises(UnreadableSourceError, match="is not a database URL"):
        LarkfieldReader("nowhere")
