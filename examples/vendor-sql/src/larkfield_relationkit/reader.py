"""The reader: one query a kind, and what each of Larkfield's columns means."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import exc

from relationkit.errors import SourceUnavailableError, UnreadableSourceError
from relationkit.plugins import RowReader, RowTable

__all__ = ["LarkfieldReader"]

LONDON = ZoneInfo("Europe/London")

#: One query a kind. A row with DEL_FLAG was deleted, and stays for their auditors.
QUERIES = {
    "children": "SELECT CLI_NO, PREF_NAME, DOB_INT, LANG_CD FROM T_CLIENT WHERE DEL_FLAG = 0",
    "workers": "SELECT EMP_NO, EMP_NAME, POST_CD, SWE_NO FROM T_EMPLOYEE WHERE DEL_FLAG = 0",
    "assignments": "SELECT ALLOC_NO, CLI_NO, EMP_NO, START_INT, LAST_INT, WHY_CD FROM T_ALLOC WHERE DEL_FLAG = 0",
    "messages": "SELECT COMM_NO, CLI_NO, EMP_NO, COMM_TS, FOLD, DIR_CD, CHAN_CD, AUTO FROM T_COMM WHERE DEL_FLAG = 0",
    "placements": "SELECT PLC_NO, CLI_NO, START_INT, LAST_INT, PLC_CD FROM T_PLACE WHERE DEL_FLAG = 0",
}


def day(number: int) -> date:
    """Return the day of 20250331."""
    return date(number // 10_000, number // 100 % 100, number % 100)


def day_after(number: int) -> date:
    """Return the first day after a last one."""
    return day(number) + timedelta(days=1)


class LarkfieldReader(RowReader):
    """Reads Larkfield's reporting database, and changes nothing in it."""

    tables: ClassVar[Mapping[str, RowTable]] = {
        "children": RowTable(
            where="T_CLIENT",
            columns={"id": "CLI_NO", "chosen_name": "PREF_NAME", "born_on": "DOB_INT", "language": "LANG_CD"},
            values={"born_on": day, "language": {1: "en", 2: "cy", 9: "pl"}},
        ),
        "workers": RowTable(
            where="T_EMPLOYEE",
            columns={"id": "EMP_NO", "name": "EMP_NAME", "role": "POST_CD", "registration": "SWE_NO"},
            values={"role": {10: "social_worker", 20: "personal_adviser", 30: "reviewing_officer", 90: "manager"}},
        ),
        "assignments": RowTable(
            where="T_ALLOC",
            columns={
                "id": "ALLOC_NO", "child_id": "CLI_NO", "worker_id": "EMP_NO", "started_on": "START_INT",
                "ended_on": "LAST_INT", "reason": "WHY_CD",
            },
            always={"role": "social_worker"},
            values={
                "started_on": day, "ended_on": day_after,
                "reason": {"NEW": "first_contact", "LEFT": "left_role", "REORG": "restructure"},
            },
        ),
        "messages": RowTable(
            where="T_COMM",
            columns={
                "id": "COMM_NO", "child_id": "CLI_NO", "worker_id": "EMP_NO", "at": "AT", "direction": "DIR_CD",
                "channel": "CHAN_CD", "kind": "AUTO",
            },
            values={
                "direction": {1: "from_child", 2: "to_child"},
                "channel": {1: "text", 2: "call", 3: "email", 4: "app", 5: "letter", 6: "in_person"},
                "kind": {0: "message", 1: "automatic"},
            },
        ),
        "placements": RowTable(
            where="T_PLACE",
            columns={
                "id": "PLC_NO", "child_id": "CLI_NO", "started_on": "START_INT", "ended_on": "LAST_INT",
                "regime": "PLC_CD",
            },
            values={"started_on": day, "ended_on": day_after, "regime": {"F": "placement", "P": "with_parent"}},
        ),
    }  # fmt: skip

    def __init__(self, where: str) -> None:
        """Prepare to ask the database; the first question is asked when the first record is."""
        super().__init__(f"larkfield:{where}")
        try:
            self._engine = sa.create_engine(where, hide_parameters=True)
        except (exc.ArgumentError, ImportError) as error:
            raise UnreadableSourceError(self.source, "is not a database URL", "Write it as in the README") from error

    def rows(self, kind: str) -> Iterator[dict[str, Any]]:
        """Give the rows of one query, some hundred at a time."""
        try:
            with self._engine.connect() as connection:
                found = connection.execution_options(yield_per=500).execute(sa.text(QUERIES[kind]))
                for row in found.mappings():
                    yield with_moment(dict(row)) if kind == "messages" else dict(row)
        except exc.SQLAlchemyError as error:
            what = f"the database did not answer ({type(error).__name__})"
            raise SourceUnavailableError(self.source, what, "Try again later, or check its rights") from None

    def close(self) -> None:
        """Let go of the rows and of the connections."""
        super().close()
        self._engine.dispose()


def with_moment(row: dict[str, Any]) -> dict[str, Any]:
    """Add the moment: London's clock, and whether it is the second pass of the hour that comes twice."""
    at = datetime.fromisoformat(row["COMM_TS"]).replace(tzinfo=LONDON, fold=row["FOLD"])
    return {**row, "AT": at.astimezone(UTC)}
