"""The Standard Safeguarding Dataset's tables: read as they are, whatever is in them, and never written."""

import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from relationkit.errors import SourceNotFoundError, UnreadableSourceError
from relationkit.plugins.adapters import SsdAdapter
from relationkit.plugins.adapters.ssd import role_named
from relationkit.records import ChangeReason, Role

INVOLVEMENTS = (
    "CREATE TABLE ssd_involvements (invo_involvements_id, invo_professional_id, invo_professional_role_id,"
    " invo_professional_team, invo_person_id, invo_involvement_start_date, invo_involvement_end_date,"
    " invo_worker_change_reason)"
)


def a_database(path: Path, *statements: str) -> Path:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


def held(path: Path, *rows: str) -> SsdAdapter:
    values = [f"INSERT INTO ssd_involvements VALUES ({row})" for row in rows]
    return SsdAdapter(str(a_database(path / "ssd.db", INVOLVEMENTS, *values)))


GOOD = "'I1', 'P1', 'Allocated Case Worker', 'North', 'K1', '2023-04-01 00:00:00', NULL, 'LEFTRL'"


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("CW", Role.SOCIAL_WORKER),
        ("cw ", Role.SOCIAL_WORKER),
        ("ALLWKR", Role.SOCIAL_WORKER),
        ("Allocated Case Worker", Role.SOCIAL_WORKER),
        ("Social  Worker", Role.SOCIAL_WORKER),
        ("Personal Advisor", Role.PERSONAL_ADVISER),
        ("personal adviser (leaving care)", Role.PERSONAL_ADVISER),
        ("Independent Reviewing Officer", Role.REVIEWING_OFFICER),
        ("Health visitor", None),
        ("CWX", None),
        ("", None),
    ],
)
def test_a_role_is_known_by_its_code_or_its_words(text: str, role: Role | None) -> None:
    assert role_named(text) is role


def test_an_involvement_is_an_assignment(tmp_path: Path) -> None:
    with held(tmp_path, GOOD) as adapter:
        [row] = adapter.assignments()

    assert (row.id, row.child_id, row.worker_id, row.role, row.team) == ("I1", "K1", "P1", Role.SOCIAL_WORKER, "North")
    assert (row.started_on, row.ended_on, row.reason) == (date(2023, 4, 1), None, ChangeReason.LEFT_ROLE)
    assert adapter.capabilities == {"assignments"}


def test_roles_that_are_none_of_ours_are_passed_over_and_listed_once(tmp_path: Path) -> None:
    other = "'I{0}', 'P1', 'Health visitor', '', 'K1', '2023-04-01', NULL, NULL"
    with held(tmp_path, GOOD, other.format(2), other.format(3)) as adapter:
        assert [row.id for row in adapter.assignments()] == ["I1"]
        assert [problem.field for problem in adapter.problems] == ["invo_professional_role_id"]


@pytest.mark.parametrize("nobody", ["-1", "''", "NULL", "'-1'"])
def test_a_professional_of_minus_one_is_nobody(tmp_path: Path, nobody: str) -> None:
    with held(tmp_path, GOOD, f"'I2', {nobody}, 'CW', '', 'K1', '2023-04-01', NULL, NULL") as adapter:
        assert [row.id for row in adapter.assignments()] == ["I1"]
        assert adapter.problems == []


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ("'I2', 'P1', 'CW', '', 'K2', 'soon', NULL, NULL", "invo_involvement_start_date"),
        ("'I2', 'P1', 'CW', '', 'K2', '2023-04-01', '31/03/2024', NULL", "invo_involvement_end_date"),
        ("'I2', 'P1', 'CW', '', 'K2', '2023-04-01', '2023-03-31', NULL", "invo_involvement_end_date"),
        ("'I2', 'P1', 'CW', '', 'K2', '2023-04-01', NULL, 'SWLAZY'", "invo_worker_change_reason"),
        ("'I2', 'P1', 'CW', '', 'K2', NULL, NULL, NULL", "invo_involvement_start_date"),
        ("'I2', 'P1', 'CW', '', NULL, '2023-04-01', NULL, NULL", "invo_person_id"),
    ],
)
def test_a_bad_cell_is_listed_and_the_good_rows_are_kept(tmp_path: Path, cells: str, field: str) -> None:
    with held(tmp_path, GOOD, cells) as adapter:
        assert [row.id for row in adapter.assignments()] == ["I1"]
        assert [problem.field for problem in adapter.problems] == [field]


def test_visits_of_all_three_kinds_are_sessions_in_london_time(tmp_path: Path) -> None:
    path = a_database(
        tmp_path / "ssd.db",
        "CREATE TABLE ssd_cla_visits (clav_cla_visit_id, clav_person_id, clav_cla_visit_date, clav_cla_visit_seen,"
        " clav_cla_visit_seen_alone)",
        "CREATE TABLE ssd_cin_visits (cinv_cin_visit_id, cinv_person_id, cinv_cin_visit_date, cinv_cin_visit_seen)",
        "CREATE TABLE ssd_cp_visits (cppv_cp_visit_id, cppv_person_id, cppv_cp_visit_date)",
        "INSERT INTO ssd_cla_visits VALUES (1, 'K1', '2024-07-01 15:30:00', 'Y', 'N')",
        "INSERT INTO ssd_cin_visits VALUES (1, 'K1', '2024-01-02', 'No')",
        "INSERT INTO ssd_cp_visits VALUES (1, 'K1', '2024-01-03')",
    )
    with SsdAdapter(str(path)) as adapter:
        visits = list(adapter.sessions())

    assert [(visit.id, visit.starts_at) for visit in visits] == [
        ("cinv:1", datetime(2024, 1, 2, tzinfo=UTC)),
        ("cppv:1", datetime(2024, 1, 3, tzinfo=UTC)),
        ("clav:1", datetime(2024, 7, 1, 14, 30, tzinfo=UTC)),
    ]
    assert [(visit.seen, visit.seen_alone) for visit in visits] == [(False, None), (None, None), (True, False)]
    assert {visit.worker_id for visit in visits} == {"not-recorded"}


def test_a_placement_has_its_child_in_its_own_row_or_in_the_episodes(tmp_path: Path) -> None:
    columns = "clap_cla_placement_id, clap_cla_id, clap_cla_placement_start_date, clap_cla_placement_end_date"
    first = a_database(
        tmp_path / "first.db",
        f"CREATE TABLE ssd_cla_placement ({columns}, clap_person_id)",
        "INSERT INTO ssd_cla_placement VALUES ('P1', 'C1', '2024-01-01', NULL, 'K1')",
    )
    second = a_database(
        tmp_path / "second.db",
        f"CREATE TABLE ssd_cla_placement ({columns})",
        "CREATE TABLE ssd_cla_episodes (clae_cla_id, clae_person_id)",
        "INSERT INTO ssd_cla_placement VALUES ('P1', 'C1', '2024-01-01', NULL)",
        "INSERT INTO ssd_cla_episodes VALUES ('C1', 'K1')",
    )
    for path in (first, second):
        with SsdAdapter(str(path)) as adapter:
            assert [(row.id, row.child_id, row.regime) for row in adapter.placements()] == [("P1", "K1", "placement")]


def test_a_number_that_is_no_registration_is_left_out_and_a_name_may_be_missing(tmp_path: Path) -> None:
    path = a_database(
        tmp_path / "ssd.db",
        "CREATE TABLE ssd_professionals (prof_professional_id, prof_professional_name,"
        " prof_social_worker_registration_no, prof_professional_job_title)",
        "INSERT INTO ssd_professionals VALUES (1, 'Made Up', ' sw123 ', 'Senior Social Worker')",
        "INSERT INTO ssd_professionals VALUES (2, NULL, 'HCPC 1', 'Keyworker')",
    )
    with SsdAdapter(str(path)) as adapter:
        rows = [(row.id, row.name, row.registration, row.role) for row in adapter.workers()]

    assert rows == [
        ("1", "Made Up", "SW123", Role.SOCIAL_WORKER),
        ("2", "Worker 2", None, Role.SUPPORT_WORKER),
    ]


def test_nothing_is_written_and_nothing_is_made(tmp_path: Path) -> None:
    writing = sa.text("DELETE FROM ssd_involvements")
    with held(tmp_path, GOOD) as adapter:
        connection = adapter._engine.connect()
        with pytest.raises(sa.exc.OperationalError, match="readonly"):
            connection.execute(writing)
        connection.close()
    with pytest.raises(SourceNotFoundError, match="no such file"):
        SsdAdapter(str(tmp_path / "none.db"))
    assert not (tmp_path / "none.db").exists()


def test_what_is_no_dataset_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match="none of the dataset's tables"):
        SsdAdapter(str(a_database(tmp_path / "empty.db", "CREATE TABLE other (id)")))
    columns = "invo_professional_id, invo_professional_role_id"
    old = a_database(tmp_path / "old.db", f"CREATE TABLE ssd_involvements ({columns})")
    with pytest.raises(UnreadableSourceError, match="lacks the column invo_person_id"):
        SsdAdapter(str(old))
    text = tmp_path / "text.db"
    text.write_text("this is no database at all, only some text that is long enough")
    with pytest.raises(UnreadableSourceError, match="no database that can be read"):
        SsdAdapter(str(text))
    with pytest.raises(UnreadableSourceError, match="no driver"):
        SsdAdapter("nosuch://user:secret@host/name")


def test_a_password_is_never_shown() -> None:
    with pytest.raises(UnreadableSourceError) as error:
        SsdAdapter("nosuch://user:secret@host/name")

    assert "secret" not in str(error.value)
