"""The payload for the Department for Education's interface."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from relationkit.errors import SourceNotFoundError, UnreadableSourceError
from relationkit.plugins.adapters import dfe_api
from relationkit.plugins.adapters.dfe_api import CENSUS_CAVEAT, DfeApiAdapter

SAMPLES = Path(__file__).parent / "data" / "dfe_api_care_worker_samples.json"


def a_payload(folder: Path, payload: object) -> DfeApiAdapter:
    path = folder / "payload.json"
    path.write_text(payload if isinstance(payload, str) else json.dumps(payload))
    return DfeApiAdapter(str(path))


def a_child(child_id: object = "C1", *spells: dict[str, Any], **more: Any) -> dict[str, Any]:
    episode = {"care_worker_details": list(spells), "child_looked_after_placements": []}
    return {"la_child_id": child_id, "date_of_birth": "2010-05-05", "social_care_episodes": [episode], **more}


def a_spell(worker: str = "W1", start: object = "2023-01-11", **more: Any) -> dict[str, Any]:
    return {"worker_id": worker, "start_date": start, **more}


def test_the_published_samples_are_read_with_their_open_ends() -> None:
    with DfeApiAdapter(str(SAMPLES)) as adapter:
        spells = [(row.child_id, row.worker_id, row.ended_on) for row in adapter.assignments()]

        assert len(list(adapter.children())) == 5
        assert spells == [
            ("Child0034", "ABC123", date(2023, 1, 1)),
            ("Child2234", "X2234852", None),
            ("Child2234", "Y2234567", None),
            ("Child2234", "Z2235432", date(2024, 10, 21)),
            ("Child2234", "X3323345", None),
            ("Child3234", "Y3234567", None),
            ("Child3234", "X4323345", None),
            ("Child4234", "X5323345", None),
            ("Child5234", "X1111111", None),
            ("Child5234", "Y2222222", None),
        ]
        assert [row.ended_on for row in adapter.placements()] == [date(2023, 3, 1), date(2021, 11, 11)]
        assert adapter.problems == []


def test_it_says_that_changes_cannot_be_counted_from_it() -> None:
    assert DfeApiAdapter(str(SAMPLES)).caveats == (CENSUS_CAVEAT,)


def test_the_same_spell_under_several_episodes_is_kept_once(tmp_path: Path) -> None:
    child = a_child("C1", a_spell(), a_spell(end_date=None))
    child["social_care_episodes"] *= 2

    assert len(list(a_payload(tmp_path, [child]).assignments())) == 1


def test_one_child_alone_is_a_payload(tmp_path: Path) -> None:
    details = {"la_child_id": "C1", "child_details": {"date_of_birth": "2010-05-05"}, "social_care_episodes": None}

    assert [child.born_on for child in a_payload(tmp_path, details).children()] == [date(2010, 5, 5)]


@pytest.mark.parametrize("level", ["child", "episode", "spell"])
def test_what_is_to_be_deleted_is_passed_over(tmp_path: Path, level: str) -> None:
    child = a_child("C1", a_spell())
    episode = child["social_care_episodes"][0]
    {"child": child, "episode": episode, "spell": episode["care_worker_details"][0]}[level]["purge"] = True

    assert list(a_payload(tmp_path, [child]).assignments()) == []


def test_a_bad_spell_is_said_in_the_words_of_the_payload_and_the_others_stay(tmp_path: Path) -> None:
    child = a_child(
        "C1", a_spell(), a_spell("W2", "31/02/2024"), a_spell("W3", end_date="2022-01-01"), a_spell("W4", None)
    )
    adapter = a_payload(tmp_path, [child])

    assert [row.worker_id for row in adapter.assignments()] == ["W1"]
    place = "payload.json, child C1, care_worker_details"
    assert [str(problem) for problem in adapter.problems] == [
        f"{place}, start_date: is not a day (found '31/02/2024'). Write it as 2025-03-31.",
        f"{place}, end_date: is before start_date (found '2022-01-01'). Check which dates the system exports.",
        f"{place}, start_date: is missing. Give it a value.",
    ]


@pytest.mark.parametrize("child", [a_child(None), a_child("C\n1"), a_child(7), "C1", 3, None, []])
def test_a_child_without_an_id_is_said_and_the_others_stay(tmp_path: Path, child: object) -> None:
    adapter = a_payload(tmp_path, [child, a_child("C2")])

    assert [row.id for row in adapter.children()] == ["C2"]
    assert adapter.problems[0].where == "payload.json, child number 1"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is empty"),
        ("  \n", "is empty"),
        ("la_child_id\n", "is not JSON"),
        ("[{]", "is not JSON"),
        ("{", "is not JSON"),
    ],
)
def test_a_file_that_is_no_payload_is_refused(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(UnreadableSourceError, match=what):
        a_payload(tmp_path, text).children()


def test_a_file_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    adapter = a_payload(tmp_path, json.dumps([a_child("C1"), a_child("C2")])[:-20])

    assert [child.id for child in adapter.children()] == ["C1"]
    assert "breaks off, or is not JSON, after 1 children" in adapter.problems[0].what


def test_a_child_longer_than_a_block_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dfe_api, "_BLOCK", 7)
    children = [a_child(f"C{number}", a_spell()) for number in range(20)]

    assert len(list(a_payload(tmp_path, children).assignments())) == 20


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match=r"there is no file nothing\.json"):
        DfeApiAdapter(str(tmp_path / "nothing.json"))
    with pytest.raises(UnreadableSourceError, match="is a folder, and a file is needed"):
        DfeApiAdapter(str(tmp_path))
