"""The statutory files: found by name or heading, and translated as the return's own rules read them."""

import random
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from relationkit.england.visits import VISIT_TIMESCALES
from relationkit.errors import NotSupportedError
from relationkit.plugins.adapters.ssda903 import DEFAULT_REGIME, REGIMES, Ssda903Adapter, regime_of
from relationkit.records import ChangeReason

DATA = Path(__file__).parent / "data"
SPELLS = "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON\n"


def a_folder(folder: Path, **files: str) -> Ssda903Adapter:
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content)
    return Ssda903Adapter(str(folder))


def test_the_published_fake_files_are_read_and_the_invalid_reason_said() -> None:
    with Ssda903Adapter(str(DATA)) as adapter:
        (spell,) = adapter.assignments()
        counts = [len(list(rows)) for rows in (adapter.children(), adapter.workers(), adapter.placements())]

        assert (spell.child_id, spell.worker_id, spell.reason) == ("CHILD10", "SW999", None)
        assert (spell.started_on, spell.ended_on) == (date(2020, 1, 1), date(2020, 1, 3))
        assert counts == [151, 1, 255]
        assert [(problem.where, problem.row, problem.found) for problem in adapter.problems] == [
            ("d2i_fake903_sw_episodes.csv", 2, "SWLAZY")
        ]


@pytest.mark.parametrize(
    "name", ["SWEpisodes", "sw_episodes_2024", "903 Social Worker 2023-24", "ssda903-SWEPISODES", "anything"]
)
def test_the_spells_are_found_whatever_their_file_is_called(tmp_path: Path, name: str) -> None:
    adapter = a_folder(tmp_path, **{name: SPELLS.lower() + "C1,,SW1,1/2/2024,,\n"})

    assert [spell.started_on for spell in adapter.assignments()] == [date(2024, 2, 1)]


def test_other_files_are_passed_over(tmp_path: Path) -> None:
    adapter = a_folder(
        tmp_path,
        SWEpisodes=SPELLS + "C1,,SW1,01/02/2024,,\n",
        UASC="CHILD,SEX,DOB,DUC\nC9,1,01/01/2010,\n",
        Reviews="CHILD,DOB,REVIEW,REVIEW_CODE\nC9,01/01/2010,01/01/2024,PN1\n",
        missing_episodes="CHILD;MISSING\n",
        notes="",
    )

    assert [child.id for child in adapter.children()] == ["C1"]
    assert adapter.problems == []


def test_one_file_can_be_named_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "Episodes.csv").write_text("CHILD,DECOM,RNE,LS,PLACE,DEC\nC1,01/02/2024,S,C2,U1,\n")
    adapter = Ssda903Adapter(str(tmp_path / "Episodes.csv"))

    assert adapter.capabilities == {"children", "placements"}
    with pytest.raises(NotSupportedError, match="does not hold assignments"):
        adapter.assignments()


def test_the_day_of_the_handover_belongs_to_the_next_worker(tmp_path: Path) -> None:
    adapter = a_folder(tmp_path, SW=SPELLS + "C1,,SW1,01/04/2023,01/06/2023,\nC1,,SW2,01/06/2023,,LEFTRL\n")

    first, second = adapter.assignments()

    assert [spell.is_open(on=date(2023, 6, 1)) for spell in (first, second)] == [False, True]
    assert [spell.is_open(on=date(2023, 5, 31)) for spell in (first, second)] == [True, False]
    assert second.reason is ChangeReason.LEFT_ROLE


def test_ids_are_the_same_whatever_the_order_of_the_rows(tmp_path: Path) -> None:
    rows = [
        "C1,,SW1,01/04/2023,01/06/2023,\n",
        "C1,,SW1,01/04/2023,01/07/2023,\n",
        "C1,,SW1,01/04/2023,,MANAGE\n",
        "C1,,sw1,01/04/2023,,MANAGE\n",
        "C1,,SW10,01/04/2023,,\n",
        "C0,,SW1,01/04/2023,,\n",
    ]
    expected = [
        ("C0:SW1:2023-04-01", None),
        ("C1:SW10:2023-04-01", None),
        ("C1:SW1:2023-04-01", None),
        ("C1:SW1:2023-04-01:02", date(2023, 6, 1)),
        ("C1:SW1:2023-04-01:03", date(2023, 7, 1)),
    ]
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        adapter = a_folder(tmp_path, SWEpisodes=SPELLS + "".join(rows))
        assert [(spell.id, spell.ended_on) for spell in adapter.assignments()] == expected


def test_two_children_never_share_the_id_of_a_spell(tmp_path: Path) -> None:
    adapter = a_folder(tmp_path, SW=SPELLS + "A:B,,C,01/04/2023,,\nA,,B:C,01/04/2023,,\n")

    assert len({spell.id for spell in adapter.assignments()}) == 2


def test_two_years_of_returns_are_read_as_one(tmp_path: Path) -> None:
    adapter = a_folder(
        tmp_path,
        SWEpisodes_2023=SPELLS + "C1,,SW1,01/04/2022,01/06/2022,\nC1,,SW2,01/06/2022,,\n",
        SWEpisodes_2024=SPELLS + "C1,,SW1,01/04/2022,01/06/2022,\nC1,,SW3,01/06/2024,,\n",
    )

    assert [spell.worker_id for spell in adapter.assignments()] == ["SW1", "SW2", "SW3"]


def test_a_child_is_everyone_in_any_file(tmp_path: Path) -> None:
    adapter = a_folder(
        tmp_path,
        SWEpisodes=SPELLS + "C1,,SW1,01/04/2023,,\nC3,03/03/2010,SW1,01/04/2023,,\n",
        Header="CHILD,SEX,DOB,UPN\nC1,1,01/01/2010,X\nC3,2,03/03/2010,X\n",
        Episodes="CHILD,DECOM,RNE,LS,PLACE,DEC\nC2,01/04/2023,S,C2,U1,\n",
    )

    assert [(child.id, child.born_on) for child in adapter.children()] == [
        ("C1", date(2010, 1, 1)),
        ("C2", None),
        ("C3", date(2010, 3, 3)),
    ]
    assert adapter.problems == []


def test_two_dates_of_birth_make_it_unknown_and_are_said(tmp_path: Path) -> None:
    adapter = a_folder(
        tmp_path,
        SWEpisodes=SPELLS + "C1,02/01/2010,SW1,01/04/2023,,\n",
        Header="CHILD,DOB\nC1,01/02/2010\n",
    )

    for _ in range(2):
        assert [child.born_on for child in adapter.children()] == [None]
    assert [(problem.what, problem.found) for problem in adapter.problems] == [
        ("a child has more than one date of birth", "C1")
    ]


def test_a_formula_that_broke_is_no_child_and_no_worker(tmp_path: Path) -> None:
    rows = ["#N/A,,SW1,01/04/2023,,\n", "C1,,#REF!,01/04/2023,,\n", "C2,,SW2,01/04/2023,,\n", "#1,,SW3,01/04/2023,,\n"]
    adapter = a_folder(tmp_path, SWEpisodes=SPELLS + "".join(rows))

    assert [(spell.child_id, spell.worker_id) for spell in adapter.assignments()] == [("#1", "SW3"), ("C2", "SW2")]
    assert [(problem.row, problem.field, problem.found, problem.child_id) for problem in adapter.problems] == [
        (2, "CHILD", "#N/A", None),
        (3, "SW_ID", "#REF!", "C1"),
    ]
    assert [(child.child_id, child.spells[0].worker) for child in adapter.returned_children()] == [
        ("#1", "SW3"),
        ("C1", ""),
        ("C2", "SW2"),
    ]
    assert len(adapter.problems) == 2, "told once, whichever way it is read"


@pytest.mark.parametrize(
    ("worker", "registration"), [("SW123", "SW123"), ("XX123", None), ("SW", None), ("SW12345678901", None)]
)
def test_a_worker_is_called_by_the_id_and_registered_when_it_is_a_number_of_the_register(
    tmp_path: Path, worker: str, registration: str | None
) -> None:
    (found,) = a_folder(tmp_path, SW=SPELLS + f"C1,,{worker},01/04/2023,,\n").workers()

    assert (found.id, found.name, found.registration) == (worker, f"Worker {worker}", registration)


@pytest.mark.parametrize(
    ("place", "legal_status", "regime"),
    [
        ("P1", "C1", "interim_care_order_with_parent"),
        ("P1", "C2", "care_order_with_parent"),
        ("P1", "V2", DEFAULT_REGIME),
        ("U1", "C2", DEFAULT_REGIME),
        ("U5", "V3", "short_breaks"),
        ("P1", "V4", "short_breaks"),
        ("", "", DEFAULT_REGIME),
    ],
)
def test_the_regime_follows_the_codes_only_where_they_settle_it(place: str, legal_status: str, regime: str) -> None:
    assert regime_of(place, legal_status) == regime


EPISODES = "CHILD,DECOM,RNE,LS,PLACE,DEC\n"


def placed(folder: Path, *rows: str) -> list[tuple[str, str | None, str]]:
    """The first day, last day and regime of each placement that the episodes make; 01/06 is 1 June 2024."""
    content = EPISODES + "".join(f"C1,{row}\n" for row in rows)
    adapter = a_folder(folder, Episodes=re.sub(r"(\d\d/\d\d)", r"\1/2024", content))
    found = [(f"{p.started_on:%d/%m}", p.ended_on and f"{p.ended_on:%d/%m}", p.regime) for p in adapter.placements()]
    assert adapter.problems == []
    return found


@pytest.mark.parametrize("order", [1, -1])
def test_another_order_in_the_same_place_is_the_same_placement(tmp_path: Path, order: int) -> None:
    rows = ["01/04,S,C1,U1,01/06", "01/06,L,C2,U1,01/08", "01/08,L,E1,U1,", "01/02,S,V2,U1,01/03"]

    assert placed(tmp_path, *rows[::order]) == [("01/02", "01/03", "placement"), ("01/04", None, "placement")]


@pytest.mark.parametrize(
    "row",
    [
        "01/06,P,C2,U1,",  # other carers
        "01/06,T,C2,U1,",
        "01/06,B,C2,U1,",
        "01/06,U,C2,U1,",
        "01/06,S,C2,U1,",
        "01/06,,C2,U1,",  # nobody says why
        "01/06,L,C2,U4,",  # the place changed all the same
        "01/06,L,C2,,",  # nobody says where
        "02/06,L,C2,U1,",  # a day between
        "01/05,L,C2,U1,",  # before the one before ended
    ],
)
def test_whatever_else_begins_an_episode_begins_a_placement(tmp_path: Path, row: str) -> None:
    assert len(placed(tmp_path, "01/04,S,C1,U1,01/06", row)) == 2


def test_another_regime_is_another_placement(tmp_path: Path) -> None:
    assert placed(tmp_path, "01/04,S,C1,P1,01/06", "01/06,L,C2,P1,") == [
        ("01/04", "01/06", "interim_care_order_with_parent"),
        ("01/06", None, "care_order_with_parent"),
    ]


def test_a_placement_that_both_years_hold_is_the_same_in_both(tmp_path: Path) -> None:
    before, after = ["01/04,S,C1,U1,01/06", "01/06,L,C2,U1,"], ["01/06,L,C2,U1,01/09", "01/09,P,C2,U1,"]

    assert placed(tmp_path, *before, *after) == [
        ("01/04", None, "placement"),
        ("01/04", "01/09", "placement"),
        ("01/09", None, "placement"),
    ]


def test_an_episode_of_no_day_changes_nothing(tmp_path: Path) -> None:
    rows = ["01/04,S,C1,U1,01/06", "01/06,L,E1,U1,01/06"]

    assert placed(tmp_path, *rows) == [("01/04", "01/06", "placement")]
    assert placed(tmp_path, *rows, "01/06,L,C2,U1,") == [("01/04", None, "placement")]


def test_one_placement_ends_where_two_are_told_and_the_other_stays(tmp_path: Path) -> None:
    rows = ["01/04,S,C1,U1,01/06", "01/04,S,C1,U4,01/06", "01/06,L,C2,U1,"]

    assert placed(tmp_path, *rows) == [("01/04", None, "placement"), ("01/04", "01/06", "placement")]


def test_every_regime_is_a_row_of_the_law() -> None:
    assert {*REGIMES.values(), DEFAULT_REGIME} <= {row.regime for row in VISIT_TIMESCALES}


def test_the_folder_is_left_as_it_was(tmp_path: Path) -> None:
    shutil.copy(DATA / "d2i_fake903_sw_episodes.csv", tmp_path)
    with Ssda903Adapter(str(tmp_path)) as adapter:
        list(adapter.assignments())

    assert [path.name for path in tmp_path.iterdir()] == ["d2i_fake903_sw_episodes.csv"]
