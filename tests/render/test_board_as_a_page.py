"""The plan board as a page: real boxes, pictures, words in two languages, and nothing that a text could break."""

from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import NaiveMomentError, RenderError
from relationkit.render import BOARD_PICTURES, render_board
from relationkit.visits import PlanBoard, Promise, PromiseId, TickedBy

MADE_AT = datetime(2025, 6, 2, 15, tzinfo=UTC)
NOW = datetime(2025, 6, 12, 12, tzinfo=UTC)


class Page(HTMLParser):
    """Every element with its attributes, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def a_board(*promises: dict[str, Any]) -> PlanBoard:
    board = PlanBoard(child_id="C1")
    for number, changes in enumerate(promises or ({},)):
        facts = {"id": f"p{number}", "child_id": "C1", "worker_id": "W1", "what": "Ask about the bike"}
        facts |= {"made_at": MADE_AT, "due_on": date(2025, 6, 20)}
        board = board.with_promise(Promise.model_validate({**facts, **changes}))
    return board


def boxes(page: Page) -> list[tuple[str, bool]]:
    return [(box["value"], "checked" in box) for box in page.all("input") if box.get("type") == "checkbox"]


def test_each_promise_has_a_real_box_with_its_words_as_label() -> None:
    board = a_board({}, {"what": "Ring the school"}).ticked(PromiseId("p1"), NOW - timedelta(days=1), TickedBy.CHILD)

    page = Page(render_board(board, now=NOW))

    assert boxes(page) == [("p0", False), ("p1", True)]
    assert {label["for"] for label in page.all("label")} == {
        box["id"] for box in page.all("input") if box.get("type") == "checkbox"
    }
    assert "1 of 2 done" in page.text


def test_what_is_open_comes_first_and_the_earliest_day_before() -> None:
    board = a_board({"due_on": None}, {"due_on": "2025-06-30"}, {"due_on": "2025-06-15"}, {"due_on": "2025-06-03"})
    board = board.ticked(PromiseId("p3"), MADE_AT, TickedBy.WORKER)

    assert [value for value, _ in boxes(Page(render_board(board, now=NOW)))] == ["p2", "p1", "p0", "p3"]


@pytest.mark.parametrize(
    ("promise", "ticked_on", "said"),
    [
        ({"due_on": "2025-06-12"}, None, "By Thursday 12 June"),
        ({"due_on": "2025-06-11"}, None, "It was going to be done by Wednesday 11 June. You can ask about it."),
        ({"due_on": None}, None, "No day was said. You can ask when."),
        ({"due_on": "2025-06-05"}, 5, "Done on Thursday 5 June"),
        ({"due_on": "2025-06-05"}, 6, "Done on Friday 6 June, later than was said"),
        ({"due_on": None}, 6, "Done on Friday 6 June"),
    ],
)
def test_it_says_how_each_stands(promise: dict[str, Any], ticked_on: int | None, said: str) -> None:
    board = a_board(promise)
    if ticked_on is not None:
        board = board.ticked(PromiseId("p0"), datetime(2025, 6, ticked_on, 12, tzinfo=UTC), TickedBy.CHILD)

    assert f"\n{said}\n" in f"\n{Page(render_board(board, now=NOW)).text}\n"


def test_it_names_only_whom_it_was_given() -> None:
    board = a_board()

    assert "Sam said:" in render_board(board, now=NOW, worker_names={"W1": "Sam"})
    assert "said:" not in render_board(board, now=NOW, worker_names={"W2": "Sam"})
    assert "W1" not in render_board(board, now=NOW)
    assert "C1" not in render_board(board, now=NOW)
    assert "<bdi>Maya&#39;s plan</bdi>" in render_board(board, now=NOW, name="Maya")


def test_in_welsh() -> None:
    page = Page(render_board(a_board(), now=NOW, language="cy-GB"))

    assert page.all("html")[0]["lang"] == "cy"
    assert "Erbyn dydd Gwener 20 Mehefin" in page.text
    assert Page(render_board(a_board(), now=NOW, language="pl")).all("html")[0]["lang"] == "en"


def test_an_empty_board_and_a_finished_one_say_so() -> None:
    finished = a_board().ticked(PromiseId("p0"), MADE_AT, TickedBy.CHILD)

    assert "Nothing is on the board yet." in render_board(PlanBoard(child_id="C1"), now=NOW)
    assert "Everything on the board is done." in render_board(finished, now=NOW)


class TestSending:
    def test_with_an_address_it_is_a_form_that_says_what_it_showed(self) -> None:
        board = a_board({}, {}).ticked(PromiseId("p1"), MADE_AT, TickedBy.CHILD)

        page = Page(render_board(board, now=NOW, action="/boards/x"))

        assert page.all("form") == [{"method": "post", "action": "/boards/x"}]
        assert [field["value"] for field in page.all("input") if field.get("name") == "was"] == ["p1"]
        assert len(page.all("button")) == 1

    def test_without_one_nothing_can_be_sent(self) -> None:
        page = Page(render_board(a_board(), now=NOW))

        assert page.all("form") == page.all("button") == []

    def test_an_address_that_could_run_is_refused(self) -> None:
        with pytest.raises(RenderError):
            render_board(a_board(), now=NOW, action="javascript:alert(1)")

    def test_what_comes_back_is_what_was_changed_on_the_page(self) -> None:
        board = a_board({}, {}, {}).ticked(PromiseId("p1"), MADE_AT, TickedBy.WORKER)

        moves = board.moves_of_page(was=["p1", "gone"], done=["p0", "p9"], at=NOW, by=TickedBy.CHILD)

        assert [(move.promise_id, move.is_done) for move in moves] == [("p0", True), ("p1", False)]

    def test_a_page_that_lay_open_takes_back_nobodys_tick(self) -> None:
        board = a_board({}, {}).ticked(PromiseId("p1"), MADE_AT, TickedBy.WORKER)

        assert board.moves_of_page(was=[], done=[], at=NOW, by=TickedBy.CHILD) == ()

    def test_a_moment_without_a_zone_is_refused(self) -> None:
        with pytest.raises(NaiveMomentError):
            a_board().moves_of_page(was=[], done=[], at=datetime(2025, 6, 1), by=TickedBy.CHILD)


@pytest.mark.parametrize("name", BOARD_PICTURES)
def test_every_picture_is_a_drawing_of_its_own(name: str) -> None:
    def drawing(picture: str | None) -> str:
        html = render_board(a_board({"picture": picture}), now=NOW)
        return html[html.index("<svg") : html.index("</svg>")]

    assert (drawing(name) == drawing(None)) is (name == "star")
    assert drawing("no-such-picture") == drawing("star")


@given(
    what=st.sampled_from(["<script>alert(1)</script>", '"><img src=x>', "{{ 7 * 7 }}", "\u202eabc", "&lt;b&gt;"])
    | st.text(min_size=1, max_size=40),
    promise_id=st.sampled_from(['p"><b', "p 1", "p'", "<p>", "p&quot;"]),
)
def test_no_text_and_no_id_reaches_past_its_place(what: str, promise_id: str) -> None:
    plain = Page(render_board(a_board(), now=NOW, action="/x"))
    page = Page(render_board(a_board({"what": what, "id": promise_id}), now=NOW, action="/x"))

    assert [name for name, _ in page.elements] == [name for name, _ in plain.elements]
    assert boxes(page) == [(promise_id, False)]


def test_the_same_facts_give_the_same_page_and_a_naive_moment_is_refused() -> None:
    assert render_board(a_board(), now=NOW) == render_board(a_board(), now=NOW)
    with pytest.raises(NaiveMomentError):
        render_board(a_board(), now=datetime(2025, 6, 1))
