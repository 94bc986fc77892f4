"""Spark gives the rows of the object rules: two executors, a real shuffle, a zone whose summer time is half an hour."""

import contextlib
import importlib.util
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

from relationkit import bulk
from relationkit.bulk import text
from relationkit.bulk.spark import local_session
from relationkit.continuity import Window
from relationkit.errors import MissingJavaError, UnreadableSourceError

ZONE = "Australia/Lord_Howe"
#: Two executors. Small tables are interpreted: to write and compile code for each would take most of the time.
CLUSTER = {
    "spark.sql.session.timeZone": ZONE,
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
in_cluster = [
    pytest.mark.long,
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # PySpark 3.5 leaves sockets open
]
YEAR = Window.reporting_year(2025)


def beside(name: str) -> ModuleType:
    """Return another file of tests, for the packs by which it holds the SQL to the object rules."""
    spec = importlib.util.spec_from_file_location(f"{name}_for_spark", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """Return a session; where Java is missing the tests are passed over, but not in CI."""
    if shutil.which("java") is None and "RELATIONKIT_CI" not in os.environ:
        pytest.skip("Spark needs Java, and there is none here")
    with local_session("local-cluster[2,1,1024]", CLUSTER) as session:
        yield session


@pytest.fixture(scope="module")
def in_spark(spark, tmp_path_factory) -> Callable[[duckdb.DuckDBPyRelation], Any]:
    """Return what makes a data frame of a relation, as a lake holds it: in Parquet."""
    folder = tmp_path_factory.mktemp("lake")

    def frame_of(relation: duckdb.DuckDBPyRelation) -> Any:
        path = folder / f"{len(list(folder.iterdir()))}.parquet"
        relation.write_parquet(str(path))
        return spark.read.parquet(str(path))

    return frame_of


def executors(application: str) -> list[int]:
    """Return the processes that work for an application."""
    found: list[int] = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it ended while we looked
            command = (process / "cmdline").read_text(errors="replace")
            if application in command and "CoarseGrainedExecutorBackend" in command:
                found.append(int(process.name))
    return found


@pytest.fixture(scope="session")
def histories() -> ModuleType:
    return beside("test_packs")


@pytest.fixture(scope="module")
def lake(in_spark, packs) -> tuple[Any, Any]:
    """Return the two tables of the first pack, every row once: Spark plans the long way through repeats for minutes."""
    return in_spark(packs[0].relation.distinct()), in_spark(packs[0].placed)


def history_in_spark(histories: ModuleType, question: str, pack: Any, lake: tuple[Any, Any]) -> list[tuple[Any, ...]]:
    job, rules = histories.IN_SQL[question]
    if job == "worker_changes":
        return bulk.worker_changes(lake[0], pack.window, rules=rules).rows()
    return bulk.continuity(lake[0], pack.window, rules=rules, placements=lake[1]).rows()


class TestInASession:
    pytestmark = in_cluster

    @pytest.mark.parametrize("question", ["ignore", "rejoined"])
    def test_histories_are_those_of_the_object_rules_and_of_duckdb(self, histories, packs, lake, question: str) -> None:
        in_duckdb, by_objects = histories.QUESTIONS[question]

        rows = history_in_spark(histories, question, packs[0], lake)

        assert rows == by_objects(packs[0]) == in_duckdb(packs[0])

    def test_response_clocks_are_those_of_the_object_rules_and_of_duckdb(self, in_spark) -> None:
        pack = beside("test_response_packs").PACKS[0]
        messages, assignments, absences = map(in_spark, pack.relations)

        found = bulk.response_clocks(messages, pack.deadlines, now=pack.now, assignments=assignments, absences=absences)

        assert found.rows() == pack.by_objects == pack.in_bulk()
        assert {refusal.reason for refusal in found.refusals} == {"repeated", "superseded"}

    def test_visits_due_are_those_of_the_object_rules(self, in_spark) -> None:
        module = beside("test_visit_packs")
        pack = module.PACKS[0]

        found = bulk.visits_due(*map(in_spark, pack.relations), now=pack.now, rules=module.RULES)

        assert found.rows() == pack.by_objects

    @pytest.mark.parametrize(
        ("file", "right", "wrong"),
        [
            ("history", "MAX(s.ended_day)", "MIN(s.ended_day)"),
            ("worker_changes", "a.role = ':role'", "a.role <> ':role'"),
        ],
    )
    def test_a_one_token_fault_is_noticed(
        self, histories, packs, lake, monkeypatch, file: str, right: str, wrong: str
    ) -> None:
        whole, as_written = text._uncommented(file), text._uncommented
        assert whole.count(right) == 1
        monkeypatch.setattr(
            text, "_uncommented", lambda name: whole.replace(right, wrong) if name == file else as_written(name)
        )

        rows = history_in_spark(histories, "ignore", packs[0], lake)

        assert rows != histories.changes_by_objects(packs[0], histories.IGNORE)

    @pytest.mark.parametrize("job", ["worker_changes", "continuity", "response_clocks", "visits_due"])
    def test_the_self_test_of_the_text_finds_nothing(self, spark, job: Any) -> None:
        assert spark.sql(bulk.sql_selftest("spark", job)).collect() == []

    def test_the_self_test_of_the_text_finds_a_fault(self, spark) -> None:
        right = bulk.sql_selftest("spark", "visits_due")
        wrong = right.replace("'review'", "'visit'")
        assert wrong != right

        assert {row.found for row in spark.sql(wrong).collect()} == {"missing", "unexpected"}

    def test_what_cannot_be_used_is_refused_as_duckdb_refuses_it(self, in_spark) -> None:
        rows = [
            ("A1", "K1", "2025-03-06T09:00:00+01:00", "from_child", "text", None),
            ("A2", "K1", "2025-03-06T09:00Z", "from_child", "text", "W1"),
            ("A3", "K1", "2025-03-06T09:00:00", "from_child", "text", "W1"),
            ("A4", "K2", "2025-02-29T09:00:00Z", "to_child", "text", "W1"),
            ("A5", "K2", "2025-03-06T24:00:00Z", "to_child", "text", "W1"),
            ("A6", "K2", "2025-03-06T09:00:00Z\n", "to_child", "text", "W1"),
            ("A\u202e6", "K2", "2025-03-06T09:00:00Z", "to_child", "text", "W1"),
            ("A\n7", "K2", "2025-03-06T09:00:00Z", "to_child", "text", "W1"),
            ("A8", "", "2025-03-06T09:00:00Z", "to_child", "text", "W1"),
            ("A9", "K3", "2025-03-01T08:59:59.5Z", "from_child", "text", "W1"),
            ("A9", "K3", "2025-03-06T23:59:59.123456789-0330", "from_child", "text", "W1"),
            ("B1", "K4", None, "from_child", "text", "W1"),
            ("B2", "K4", "2225-03-06T09:00:00Z", "from_child", "fax", ""),
        ]
        columns = ("id", "child_id", "at", "direction", "channel", "worker_id")
        pack = beside("test_response_packs").PACKS[0]
        table = bulk.deadline_table(pack.book, date(2025, 3, 6), date(2025, 3, 7))
        connection = duckdb.connect()
        named = ", ".join(f'"{name}" VARCHAR' for name in columns)
        connection.execute(f"CREATE TABLE given ({named})")
        connection.executemany("INSERT INTO given VALUES (?, ?, ?, ?, ?, ?)", rows)
        now = datetime(2025, 4, 1, tzinfo=UTC)
        ours = bulk.response_clocks(connection.table("given"), table, now=now)

        theirs = bulk.response_clocks(in_spark(connection.table("given")), table, now=now)

        assert theirs.rows() == ours.rows()
        assert theirs.refusals == ours.refusals
        assert sorted(map(tuple, theirs.refused.collect()), key=str) == sorted(ours.refused.fetchall(), key=str)
        assert {"outside_deadlines", "at_without_zone", "id_unreadable"} <= {each.reason for each in ours.refusals}

    def test_assignments_that_cannot_be_used_are_refused_as_duckdb_refuses_them(self, in_spark) -> None:
        rows = [
            ("A1", "K1", "W1", "social_worker", "2024-05-01", None, None),
            ("A1", "K1", "W1", "social_worker", "2024-05-01", None, None),
            ("A2", "K1", "W2", "social_worker", "2024-05-01", None, None),
            ("A2", "K1", "W3", "social_worker", "2024-05-01", None, None),
            ("A3", "K1", "W2", "social_worker", "2024-5-1", None, None),
            ("A4", "K1", "W2", "social_worker", "2024-02-30", None, None),
            ("A5", "K1", "W2", "social_worker", "2024-05-01\n", None, None),
            ("A6", "K1", "W2", "lead", "2024-05-01", None, None),
            ("A7", "K1", "W2", "social_worker", "2024-05-02", "2024-05-01", None),
            ("A8", "K1\u2028", "W2", "social_worker", "2024-05-02", None, "a whim"),
        ]
        columns = ("id", "child_id", "worker_id", "role", "started_on", "ended_on", "reason")
        connection = duckdb.connect()
        named = ", ".join(f'"{name}" VARCHAR' for name in columns)
        connection.execute(f"CREATE TABLE given ({named})")
        connection.executemany("INSERT INTO given VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

        theirs = bulk.worker_changes(in_spark(connection.table("given")), YEAR)

        ours = bulk.worker_changes(connection.table("given"), YEAR)
        assert theirs.refusals == ours.refusals
        assert len(ours.refusals) == 6

    def test_children_are_counted_as_in_duckdb(self, in_spark, lake, packs) -> None:
        ours = bulk.continuity(packs[0].relation, packs[0].window)
        theirs = bulk.continuity(lake[0], packs[0].window)
        born = [(f"c{n}", date(2009 + n % 9, 2, 28), "N'th") for n in range(300)]
        connection = duckdb.connect()
        connection.execute("CREATE TABLE born (id VARCHAR, born_on DATE, team VARCHAR)")
        connection.executemany("INSERT INTO born VALUES (?, ?, ?)", born)
        asked = {"on": packs[0].window.last_on}

        children = in_spark(connection.table("born"))
        counted = bulk.summarise(theirs, ["age_band", "team", "is_high"], children=children, **asked)

        expected = bulk.summarise(ours, ["age_band", "team", "is_high"], children=connection.table("born"), **asked)
        assert counted.rows() == expected.rows()

    def test_a_lost_executor_does_not_change_the_answer(self, spark, histories, packs, lake) -> None:
        context, lost = spark.sparkContext, threading.Event()

        def lose_one() -> None:
            while not any(
                (stage := context.statusTracker().getStageInfo(running)) is not None and stage.numActiveTasks
                for running in context.statusTracker().getActiveStageIds()
            ):
                time.sleep(0.005)
            os.kill(executors(context.applicationId)[0], signal.SIGKILL)
            lost.set()

        killer = threading.Thread(target=lose_one, daemon=True)
        killer.start()
        rows = history_in_spark(histories, "count", packs[0], lake)

        assert lost.wait(60)
        assert rows == histories.changes_by_objects(packs[0], histories.COUNT)

    def test_tables_in_different_places_are_not_brought_together(self, lake, packs) -> None:
        with pytest.raises(UnreadableSourceError, match="Give both as data frames of one session"):
            bulk.continuity(lake[0], YEAR, placements=packs[0].placed)
        with pytest.raises(UnreadableSourceError, match="Spark data frame"):
            bulk.continuity(packs[0].relation, YEAR, placements=lake[1])

    def test_what_spark_says_becomes_one_line_that_quotes_no_row(self, spark, packs, tmp_path) -> None:
        path = tmp_path / "gone.parquet"
        packs[0].relation.write_parquet(str(path))
        frame = spark.read.parquet(str(path))
        path.unlink()

        with pytest.raises(UnreadableSourceError, match=r"^table: Spark could not work it out \([\w.]+\)\. [^\n]+$"):
            bulk.worker_changes(frame, YEAR)

    def test_a_moment_without_a_zone_is_refused_with_what_to_do_in_spark(self, spark) -> None:
        frame = spark.sql(
            "SELECT 'A' AS id, 'K' AS child_id, TIMESTAMP_NTZ '2025-03-06 09:00:00' AS at, "
            "'from_child' AS direction, 'text' AS channel"
        )
        table = bulk.deadline_table(beside("test_response_packs").PACKS[0].book, date(2025, 3, 6), date(2025, 3, 7))

        with pytest.raises(UnreadableSourceError, match="in Spark read it as TIMESTAMP rather than TIMESTAMP_NTZ"):
            bulk.response_clocks(frame, table, now=datetime(2025, 4, 1, tzinfo=UTC))


def test_without_java_it_is_said_what_to_install(monkeypatch, tmp_path) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    with (
        pytest.raises(MissingJavaError, match="Spark needs Java 17 or later, and there is none here"),
        local_session(),
    ):
        pass
