"""``relationkit board``: a child's plan as a page, and which promises were kept in time. Everybody here is made up."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.records import Child, Worker
from relationkit.visits import Promise, Tick

MADE_AT = datetime(2025, 6, 2, 15, tzinfo=UTC)
NOW = "2025-06-20T12:00+01:00"


@pytest.fixture
def case(tmp_path: Path) -> str:
    """Seven children, to each of whom two things were promised; one of them was done."""
    with SqlAdapter.create(str(tmp_path / "case.db")) as store:
        store.write([Worker.model_validate({"id": "W1", "name": "Sam", "role": "social_worker", "team": "North"})])
        store.write([Child.model_validate({"id": f"C{n}", "chosen_name": "Made-up Maya"}) for n in range(7)])
        facts = {"worker_id": "W1", "made_at": MADE_AT, "due_on": date(2025, 6, 9), "what": "Ask about the bike"}
        store.put_up(
            Promise.model_validate({"id": f"p{n}{each}", "child_id": f"C{n}", **facts})
            for n in range(7)
            for each in "ab"
        )
        ticked_at = MADE_AT + timedelta(days=1)
        store.tick(
            Tick.model_validate({"promise_id": f"p{n}a", "at": ticked_at, "by": "child", "is_done": True})
            for n in range(7)
        )
    return f"sql:{tmp_path / 'case.db'}"


def test_a_board_is_a_page_for_its_owner_alone(relationkit: Any, case: str, tmp_path: Path) -> None:
    done = relationkit("board", "--source", case, "--for", "child:C1", "--out", "b.html", "--now", NOW)

    page = (tmp_path / "b.html").read_text()
    assert done.code == 0
    assert "Made-up Maya&#39;s plan" in page
    assert "Sam said:" in page
    assert page.count('type="checkbox"') == 2
    assert (tmp_path / "b.html").stat().st_mode & 0o077 == 0
    assert "Maya" not in done.out + done.err


@pytest.mark.parametrize(("by", "group"), [("worker", "W1"), ("team", "North")])
def test_kept_in_time_is_counted(relationkit: Any, case: str, by: str, group: str) -> None:
    done = relationkit("board", "--source", case, "--by", by, "--now", NOW, "--json")
    table = relationkit("board", "--source", case, "--by", by, "--now", NOW)
    printed = relationkit("board", "--source", case, "--by", by, "--now", NOW, "--csv")

    expected = {"promises": 14, "kept_in_time": 7, "share": 0.5, "waiting": 0, "could_not_be_judged": 0}
    assert done.json == {"everyone": expected, by: {group: expected}}
    assert "50%" in table.out
    assert printed.out.splitlines()[1].startswith("everyone,14,7,0.5")


def test_what_is_about_few_children_is_withheld(relationkit: Any, tmp_path: Path) -> None:
    with SqlAdapter.create(str(tmp_path / "few.db")) as store:
        facts = {"id": "p", "child_id": "C1", "worker_id": "W1", "made_at": MADE_AT, "what": "Ask"}
        store.put_up([Promise.model_validate(facts)])

    done = relationkit("board", "--source", "sql:few.db", "--by", "worker", "--now", NOW, "--json")

    assert set(done.json["everyone"].values()) == {"c"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--for", "C1", "--out", "b.html"), "not of the form child:ID"),
        (("--for", "child:nobody", "--out", "b.html"), "nothing was promised"),
        (("--by", "month"), "Use worker or team"),
        ((), "give --for"),
        (("--for", "child:C1"), "give --for"),
        (("--for", "child:C1", "--out", "b.html", "--by", "team"), "give --for"),
    ],
)
def test_what_cannot_be_is_one_line(relationkit: Any, case: str, arguments: tuple[str, ...], said: str) -> None:
    done = relationkit("board", "--source", case, *arguments)

    assert done.code == 2
    assert said in " ".join(done.err.split())


def test_a_source_without_promises_is_one_line(relationkit: Any, returned: Any) -> None:
    done = relationkit("board", "--source", returned("c1,2010-01-01,w1,2024-01-01,,MANAGE"), "--by", "team")

    assert done.code == 2
    assert "keeps no promises" in done.err


def test_a_source_that_keeps_no_promise_yet_says_how_one_gets_there(relationkit: Any, tmp_path: Path) -> None:
    with SqlAdapter.create(str(tmp_path / "empty.db")) as store:
        store.write([Child.model_validate({"id": "C1"})])

    done = relationkit("board", "--source", "sql:empty.db", "--by", "team", "--now", NOW)

    assert done.code == 0
    assert "No promise is kept there yet" in done.err
