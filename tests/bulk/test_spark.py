"""The same rows in Spark: two executors in processes of their own, a real shuffle, a session zone other than UTC."""

import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from relationkit import bulk
from relationkit.errors import UnreadableSourceError

pytestmark = pytest.mark.long
COLUMNS = ("id", "child_id", "worker_id", "role", "started_on", "ended_on", "reason")


@pytest.fixture(name="session", scope="module")
def session_fixture() -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql", reason="PySpark comes with the extra [spark]")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java, and there is none here")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.session.timeZone": "America/St_Johns",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.adaptive.enabled": "false",
    }
    session = sql.SparkSession.builder.master("local-cluster[2,1,1024]").config(map=settings).getOrCreate()
    yield session
    session.stop()


def frame_of(session: Any, pack: Any, *, is_text: bool) -> Any:
    rows = [tuple(getattr(each, name) for name in COLUMNS) for each in pack.assignments]
    kind = "string" if is_text else "date"
    if is_text:
        rows = [tuple(None if cell is None else str(cell) for cell in row) for row in rows]
    else:
        rows = [(*row[:3], str(row[3]), *row[4:6], None if row[6] is None else str(row[6])) for row in rows]
    schema = ", ".join(f"{name} {kind if name.endswith('_on') else 'string'}" for name in COLUMNS)
    return session.createDataFrame(rows, schema)


def test_two_executors_give_the_rows_that_duckdb_gives(session, packs) -> None:
    for pack, is_text in zip(packs[:2], (False, True), strict=True):
        frame = frame_of(session, pack, is_text=is_text)
        for measure in (bulk.worker_changes, bulk.continuity):
            inside, beside = measure(frame, pack.window), measure(pack.relation, pack.window)
            assert inside.columns == beside.columns
            assert inside.rows() == beside.rows()
            assert [(each.reason, each.rows) for each in inside.refusals] == [
                (each.reason, each.rows) for each in beside.refusals
            ]


def test_a_frame_comes_back_as_a_frame_of_the_same_session(session, packs) -> None:
    frame = frame_of(session, packs[0], is_text=False)
    result = bulk.continuity(frame, packs[0].window)

    assert isinstance(result, bulk.SparkResult)
    assert type(result.relation) is type(frame)
    assert result.relation.sparkSession is session


def test_rows_that_cannot_be_are_refused_with_their_reason(session, packs) -> None:
    rows = [
        ("a1", "c1", "w1", "social_worker", "2024-02-30", None, None),
        ("a2", "c1", "w1\x07", "social_worker", "2024-02-28", None, None),
        ("a3", "c1", "w1", "social_worker", "2024-02-28\n", None, None),
        ("a4", "c2", "w1", "social_worker", "2024-02-28", "2024-02-27", None),
    ]
    frame = session.createDataFrame(rows, ", ".join(f"{name} string" for name in COLUMNS))
    result = bulk.continuity(frame, packs[0].window)

    assert [(each.reason, each.rows) for each in result.refusals] == [
        ("worker_id_unreadable", 1),
        ("started_on_not_a_day", 2),
        ("ended_before_started", 1),
    ]
    assert result.rows() == [("c1", None, None, None, None, 3), ("c2", None, None, None, None, 1)]
    with pytest.raises(UnreadableSourceError, match="worker_id: the column is missing"):
        bulk.continuity(frame.drop("worker_id"), packs[0].window)


@pytest.mark.parametrize("job", ["worker_changes", "continuity"])
def test_the_self_test_finds_nothing_in_spark(session, job: Any) -> None:
    assert session.sql(bulk.sql_selftest("spark", job)).collect() == []
