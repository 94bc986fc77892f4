"""Every built-in adapter keeps the promises of the port."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from relationkit.england.reasons import code_for_reason
from relationkit.plugins import CaseReader, open_adapter
from relationkit.plugins.adapters.base import RECORD_OF
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.plugins.adapters.sql import TABLES, SqlAdapter
from relationkit.plugins.adapters.sql_layout import METADATA
from relationkit.plugins.adapters.sql_store import VERSIONS
from relationkit.plugins.testing import EMPTY, AdapterConformance, Scenario
from relationkit.records import Absence, Assignment, Child, Message, Placement, Session, Worker

STATUTORY_FIELDS = {
    "children": ("id", "born_on"),
    "workers": ("id", "role", "registration"),
    "assignments": ("child_id", "worker_id", "role", "started_on", "ended_on", "reason"),
    "placements": ("child_id", "started_on", "ended_on", "regime"),
}


class MemoryHarness:
    def __init__(self) -> None:
        self.adapter = MemoryAdapter()

    def open(self) -> CaseReader:
        return self.adapter

    def load(self, scenario: Scenario) -> None:
        self.adapter.write(scenario.records)

    def clear(self) -> None:
        self.adapter = MemoryAdapter()


class CsvHarness:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self) -> CaseReader:
        return open_adapter(f"csv:{self.folder}")

    def load(self, scenario: Scenario) -> None:
        for kind, record in RECORD_OF.items():
            with (self.folder / f"{kind}.csv").open("w", newline="", encoding="utf-8") as text:
                writer = csv.DictWriter(text, list(record.model_fields))
                writer.writeheader()
                for row in scenario.records:
                    if isinstance(row, record):
                        # A formula would be kept from running by an apostrophe, as write_csv_folder does.
                        values = {name: "" if value is None else value for name, value in row.model_dump().items()}
                        writer.writerow({n: f"'{v}" if str(v)[:1] in ("=", "-") else v for n, v in values.items()})

    def clear(self) -> None:
        self.load(EMPTY)

    def spoil(self) -> object:
        with (self.folder / "placements.csv").open("a", encoding="utf-8") as text:
            text.write(row := "P9,C2,Quillaby,,placement\n")
        return row


class SqlHarness:
    def __init__(self, where: str) -> None:
        self.where = where
        SqlAdapter.create(where).close()

    def open(self) -> CaseReader:
        return open_adapter(f"sql:{self.where}")

    def load(self, scenario: Scenario) -> None:
        with SqlAdapter(self.where) as adapter:
            adapter.write(scenario.records)

    def clear(self) -> None:
        """Empty every table but the version's, that of the changes last: the triggers of the others write to it."""
        with SqlAdapter(self.where) as adapter, adapter._engine.begin() as connection:
            for name in sorted(
                METADATA.tables.keys() - {VERSIONS.name}, key=lambda name: name == "relationkit_changes"
            ):
                connection.execute(sa.delete(sa.table(name)))

    def spoil(self) -> object:
        row = {"id": "A9", "child_id": "C2", "worker_id": "SW2", "role": "Quillaby", "started_on": date(2024, 1, 1)}
        with SqlAdapter(self.where) as adapter, adapter._engine.begin() as connection:
            connection.execute(TABLES["assignments"].insert(), row)
        return row


class Ssda903Harness:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self) -> CaseReader:
        return open_adapter(f"ssda903:{self.folder}")

    def load(self, scenario: Scenario) -> None:
        born = {row.id: row.born_on for row in scenario.records if isinstance(row, Child)}
        spells = [
            (a.child_id, uk(born[a.child_id]), a.worker_id, uk(a.started_on), uk(a.ended_on),
             "" if a.reason is None else code_for_reason(a.reason))
            for a in scenario.records if isinstance(a, Assignment)
        ]  # fmt: skip
        episodes = [
            (p.child_id, uk(p.started_on), "S", "C2", "U1", uk(p.ended_on))
            for p in scenario.records
            if isinstance(p, Placement)
        ]
        self._write("SWEpisodes", ("CHILD", "DOB", "SW_ID", "SW_DECOM", "SW_DEC", "SW_REASON"), spells)
        self._write("Header", ("CHILD", "SEX", "DOB"), [(child, "2", uk(day)) for child, day in born.items()])
        self._write("Episodes", ("CHILD", "DECOM", "RNE", "LS", "PLACE", "DEC"), episodes)

    def clear(self) -> None:
        self.load(EMPTY)

    def spoil(self) -> object:
        with (self.folder / "SWEpisodes.csv").open("a", encoding="utf-8") as text:
            text.write(row := "C2,29/02/2012,SW2,Quillaby,,\n")
        return row

    def _write(self, name: str, heading: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        with (self.folder / f"{name}.csv").open("w", newline="", encoding="utf-8-sig") as text:
            csv.writer(text).writerows([heading, *rows])


class DfeApiHarness:
    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self) -> CaseReader:
        return open_adapter(f"dfe-api:{self.path}")

    def load(self, scenario: Scenario) -> None:
        children = [self._child(row, scenario) for row in scenario.records if isinstance(row, Child)]
        self.path.write_text(json.dumps(children, default=str))

    def clear(self) -> None:
        self.path.write_text("[]")

    def spoil(self) -> object:
        children = json.loads(self.path.read_text())
        spell = {"worker_id": "SW2", "start_date": "Quillaby", "end_date": None}
        children[0]["social_care_episodes"][0]["care_worker_details"].append(spell)
        self.path.write_text(json.dumps(children))
        return spell

    def _child(self, child: Child, scenario: Scenario) -> dict[str, Any]:
        spells = [
            {"worker_id": row.worker_id, "start_date": row.started_on, "end_date": row.ended_on}
            for row in scenario.records
            if isinstance(row, Assignment) and row.child_id == child.id
        ]
        placements = [
            {"start_date": row.started_on, "end_date": row.ended_on, "placement_type": "U1"}
            for row in scenario.records
            if isinstance(row, Placement) and row.child_id == child.id
        ]
        episode = {"care_worker_details": spells, "child_looked_after_placements": placements}
        return {"la_child_id": child.id, "date_of_birth": child.born_on, "social_care_episodes": [episode]}


class SsdHarness:
    """The dataset's own tables, as its scripts make them, with the columns that are read and some that are not."""

    TABLES: ClassVar = {
        "ssd_person": "pers_person_id pers_sex pers_dob:t",
        "ssd_professionals": "prof_professional_id prof_staff_id prof_professional_name prof_professional_job_title "
        "prof_social_worker_registration_no prof_professional_department",
        "ssd_involvements": "invo_involvements_id invo_professional_id invo_professional_role_id "
        "invo_professional_team invo_person_id invo_involvement_start_date:t invo_involvement_end_date:t "
        "invo_worker_change_reason invo_referral_id",
        "ssd_cla_episodes": "clae_cla_id clae_person_id clae_cla_episode_id",
        "ssd_cla_placement": "clap_cla_placement_id clap_cla_id clap_cla_placement_start_date:t "
        "clap_cla_placement_end_date:t clap_cla_placement_type",
        "ssd_cla_visits": "clav_cla_visit_id clav_cla_id clav_person_id clav_cla_visit_date:t clav_cla_visit_seen "
        "clav_cla_visit_seen_alone",
    }

    def __init__(self, where: str, url: str) -> None:
        self.where, self.engine = where, sa.create_engine(url, poolclass=sa.NullPool)
        metadata = sa.MetaData()
        for name, columns in self.TABLES.items():
            pairs = [column.partition(":") for column in columns.split()]
            sa.Table(name, metadata, *(sa.Column(n, sa.DateTime() if t else sa.String(100)) for n, _, t in pairs))
        metadata.drop_all(self.engine)
        metadata.create_all(self.engine)
        self.tables = metadata.tables

    def open(self) -> CaseReader:
        return open_adapter(f"ssd:{self.where}")

    def clear(self) -> None:
        with self.engine.begin() as connection:
            for table in self.tables.values():
                connection.execute(table.delete())

    def load(self, scenario: Scenario) -> None:
        with self.engine.begin() as connection:
            for row in scenario.records:
                for table, cells in self._rows(row):
                    connection.execute(self.tables[table].insert(), dict(zip(self._names(table), cells, strict=False)))

    def spoil(self) -> object:
        spell = {"clap_cla_placement_id": "P9", "clap_cla_id": "cla C2", "clap_cla_placement_type": "Quillaby"}
        with self.engine.begin() as connection:
            connection.execute(self.tables["ssd_cla_placement"].insert(), spell)
        return spell

    def _names(self, table: str) -> list[str]:
        return [column.partition(":")[0] for column in self.TABLES[table].split()]

    def _rows(self, row: Any) -> list[tuple[str, tuple[Any, ...]]]:
        match row:
            case Child():
                cla = ("ssd_cla_episodes", (f"cla {row.id}", row.id, f"episode {row.id}"))
                return [("ssd_person", (row.id, "U", row.born_on)), cla]
            case Worker():
                return [("ssd_professionals", (row.id, "1", row.name, "Social Worker", row.registration, row.team))]
            case Assignment():
                reason = None if row.reason is None else code_for_reason(row.reason)
                held = (row.id, row.worker_id, "Allocated Case Worker", row.team, row.child_id)
                return [("ssd_involvements", (*held, row.started_on, row.ended_on, reason, "referral"))]
            case Placement():
                spell = (row.id, f"cla {row.child_id}", row.started_on, row.ended_on, "U6")
                return [("ssd_cla_placement", spell)]
            case Session():
                local = row.starts_at.astimezone(ZoneInfo("Europe/London")).replace(tzinfo=None)
                flags = [None if flag is None else "Y" if flag else "N" for flag in (row.seen, row.seen_alone)]
                return [("ssd_cla_visits", (row.id, f"cla {row.child_id}", row.child_id, local, *flags))]
        return []


class AnnexAHarness:
    """The lists as CSV files; a row for each fact, since a list holds one worker and one placement a child."""

    COLUMNS = (
        "Child Unique ID", "Date of Birth", "Date Started to be Looked After", "Child's Legal Status",
        "Date of Last Social Work Visit", "Start Date of Most Recent Placement", "Placement Type",
        "Date Ceased to be Looked After", "Allocated Team", "Allocated Worker",
    )  # fmt: skip
    PROTECTED = (
        "Child Unique ID", "Child Protection Plan Start Date", "Date of the Last Statutory Visit",
        "Was the Child Seen Alone?",
    )  # fmt: skip

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self) -> CaseReader:
        return open_adapter(f"annex-a:{self.folder}")

    def clear(self) -> None:
        self.load(EMPTY)

    def load(self, scenario: Scenario) -> None:
        names = {row.id: row.name for row in scenario.records if isinstance(row, Worker)}
        listed = [row for row in scenario.records if not isinstance(row, Worker | Message | Absence)]
        is_seven = [isinstance(row, Session) and row.seen_alone is not None for row in listed]
        self._write(
            "list 7", self.PROTECTED, [self._visit(row) for row, is_it in zip(listed, is_seven, strict=True) if is_it]
        )
        rest = [self._row(row, names) for row, is_it in zip(listed, is_seven, strict=True) if not is_it]
        self._write("list 8", self.COLUMNS, rest)

    def spoil(self) -> object:
        row = dict.fromkeys(self.COLUMNS, "") | {"Child Unique ID": "C2", "Date of Birth": "Quillaby"}
        with (self.folder / "list 8.csv").open("a", newline="", encoding="utf-8") as text:
            csv.DictWriter(text, self.COLUMNS).writerow(row)
        return row

    def _write(self, name: str, columns: tuple[str, ...], rows: list[dict[str, str]]) -> None:
        with (self.folder / f"{name}.csv").open("w", newline="", encoding="utf-8-sig") as text:
            writer = csv.DictWriter(text, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)

    def _visit(self, row: Any) -> dict[str, str]:
        day = row.starts_at.astimezone(ZoneInfo("Europe/London")).date()
        alone = "a) Yes" if row.seen_alone else "b) No"
        return dict(zip(self.PROTECTED, (row.child_id, "", uk(day), alone), strict=True))

    def _row(self, row: Any, names: dict[Any, str]) -> dict[str, str]:
        match row:
            case Child():
                return {"Child Unique ID": row.id, "Date of Birth": uk(row.born_on)}
            case Assignment():
                return {"Child Unique ID": row.child_id, "Allocated Worker": names[row.worker_id]}
            case Session():
                day = row.starts_at.astimezone(ZoneInfo("Europe/London")).date()
                return {"Child Unique ID": row.child_id, "Date of Last Social Work Visit": uk(day)}
            case Placement():
                return {
                    "Child Unique ID": row.child_id,
                    "Start Date of Most Recent Placement": uk(row.started_on),
                    "Date Ceased to be Looked After": uk(row.ended_on),
                }
        return {}


def uk(day: date | None) -> str:
    return "" if day is None else f"{day:%d/%m/%Y}"


class TestMemory(AdapterConformance):
    @pytest.fixture
    def harness(self) -> MemoryHarness:
        return MemoryHarness()


class TestCsv(AdapterConformance):
    @pytest.fixture
    def harness(self, tmp_path: Path) -> CsvHarness:
        return CsvHarness(tmp_path)


class TestSqlite(AdapterConformance):
    @pytest.fixture
    def harness(self, tmp_path: Path) -> SqlHarness:
        return SqlHarness(str(tmp_path / "case.db"))


@pytest.mark.postgres
class TestPostgresql(AdapterConformance):
    @pytest.fixture
    def harness(self, a_schema_for_the_class: str) -> SqlHarness:
        return SqlHarness(a_schema_for_the_class)


class TestSsda903(AdapterConformance):
    fields = STATUTORY_FIELDS

    @pytest.fixture
    def harness(self, tmp_path: Path) -> Ssda903Harness:
        return Ssda903Harness(tmp_path)


class TestDfeApi(AdapterConformance):
    fields = STATUTORY_FIELDS | {"assignments": STATUTORY_FIELDS["assignments"][:-1]}

    @pytest.fixture
    def harness(self, tmp_path: Path) -> DfeApiHarness:
        return DfeApiHarness(tmp_path / "payload.json")


SSD_FIELDS = {
    "children": ("id", "born_on"),
    "workers": ("id", "name", "role", "team", "registration"),
    "assignments": ("id", "child_id", "worker_id", "role", "started_on", "ended_on", "reason", "team"),
    "sessions": ("child_id", "starts_at", "seen", "seen_alone"),
    "placements": ("id", "child_id", "started_on", "ended_on", "regime"),
}


class TestSsd(AdapterConformance):
    fields = SSD_FIELDS

    @pytest.fixture
    def harness(self, tmp_path: Path) -> SsdHarness:
        return SsdHarness(str(tmp_path / "ssd.db"), f"sqlite:///{tmp_path / 'ssd.db'}")


@pytest.mark.postgres
class TestSsdOnPostgresql(AdapterConformance):
    fields = SSD_FIELDS

    @pytest.fixture
    def harness(self, a_schema_for_the_class: str) -> SsdHarness:
        return SsdHarness(a_schema_for_the_class, a_schema_for_the_class)


class TestAnnexA(AdapterConformance):
    fields: ClassVar = {
        "children": ("id", "born_on"),
        "workers": ("name", "role"),
        "assignments": ("child_id", "role"),
        "sessions": ("child_id",),
        "placements": ("child_id", "started_on", "ended_on", "regime"),
    }

    @pytest.fixture
    def harness(self, tmp_path: Path) -> AnnexAHarness:
        return AnnexAHarness(tmp_path)


def test_a_test_of_the_kit_cannot_be_overridden() -> None:
    with pytest.raises(TypeError, match="overrides test_people_come_by_id"):
        type("Ours", (AdapterConformance,), {"test_people_come_by_id": lambda self: None})


def test_a_gap_names_a_test_of_the_kit() -> None:
    for name in ("RK-C-999", "test_records_come_oldest_first_and_then_by_id"):
        with pytest.raises(TypeError, match=f"gap {name}, which is not the id of a test"):
            type("Ours", (AdapterConformance,), {"known_gaps": {name: "a reason"}})


def test_a_gap_says_why() -> None:
    with pytest.raises(TypeError, match="gap RK-C-001 without a reason"):
        type("Ours", (AdapterConformance,), {"known_gaps": {"RK-C-001": " "}})


@pytest.mark.long
@pytest.mark.parametrize(
    "upgraded", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True, scope="class"
)
class TestUpgradedSince(AdapterConformance):
    @pytest.fixture
    def harness(self, upgraded: str) -> SqlHarness:
        return SqlHarness(upgraded)
