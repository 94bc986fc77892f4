"""The report of replies as a page: the figures, their drawings, and what is withheld. Everybody here is made up."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.records import Message
from relationkit.render import render_response_report
from relationkit.render.response_report import _amount, _hundredths, _short
from relationkit.sla import ResponseClock, by_worker, response_report, track_responses

HOUR = timedelta(hours=1)
START = datetime(2025, 3, 3, 9, tzinfo=UTC)
NOW = START + 500 * HOUR


def clocks(
    count: int, waits: float | None = 1, *, first: int = 1, worker: str = "w1", at: datetime = START
) -> list[ResponseClock]:
    messages = []
    for number in range(first, first + count):
        facts = {"child_id": f"c{number}", "channel": "text", "worker_id": worker}
        messages.append(Message(id=f"m{number}", at=at, direction="from_child", **facts))
        if waits is not None:
            messages.append(Message(id=f"r{number}", at=at + waits * HOUR, direction="to_child", **facts))
    return track_responses(messages, now=NOW)


MIXED = [
    *clocks(12, 10),
    *clocks(3, 100, first=20),
    *clocks(5, None, first=30, worker="w2"),
    *clocks(4, 30, first=40, worker="w2"),
    *clocks(2, None, first=50, at=NOW - HOUR),
]


class Cells(HTMLParser):
    """Collects the words of every row of every table."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.is_cell = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        self.is_cell = tag in ("td", "th", "bdi") and bool(self.rows)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.is_cell = False

    def handle_data(self, data: str) -> None:
        if self.is_cell and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


def drawn(page: str, shape: str) -> int:
    return page.count(f'class="{shape}"/>') - 1  # one stands in the legend


def test_the_table_has_the_figures_of_the_report() -> None:
    rows = Cells(render_response_report(response_report(MIXED, now=NOW, group_by=by_worker), group_label="Worker")).rows

    assert ["Everyone", "16", "3", "5", "2", "67%", "47% to 82%", "10 h", "not yet"] in rows
    assert ["w1", "12", "3", "0", "2", "80%", "55% to 93%", "10 h", "4 d 4 h"] in rows


def test_each_message_is_drawn_with_a_shape_of_its_own() -> None:
    page = render_response_report(response_report(MIXED, now=NOW))

    assert (drawn(page, "in-time"), drawn(page, "late"), drawn(page, "none")) == (16, 3, 5)
    assert "Each sign is one message." in page


def test_many_messages_are_drawn_as_a_hundred() -> None:
    page = render_response_report(response_report([*clocks(200), *clocks(101, None, first=300)], now=NOW))

    assert drawn(page, "in-time") + drawn(page, "late") + drawn(page, "none") == 100
    assert "Each sign stands for one in a hundred." in page


@given(st.lists(st.integers(0, 10_000), min_size=3, max_size=3).filter(any))
def test_hundredths_add_up_and_are_off_by_less_than_one(counts: list[int]) -> None:
    shown = _hundredths(counts)

    assert sum(shown) == 100
    assert all(abs(100 * count / sum(counts) - part) < 1 for count, part in zip(counts, shown, strict=True))


def test_the_curve_is_told_in_words_and_as_a_table() -> None:
    page = render_response_report(response_report(MIXED, now=NOW), promise=72 * HOUR)

    assert 'role="img" aria-label="A curve that rises with every answer. Half had an answer within 10 hours.' in page
    assert ["12 hours", "50%"] in Cells(page).rows
    assert ["2 days", "67%"] in Cells(page).rows
    assert "promised: 3 days" in page


def test_a_withheld_group_is_drawn_empty_and_shown_as_c() -> None:
    few = [*clocks(2, worker="small"), *clocks(7, first=10, worker="other"), *clocks(9, first=30, worker="large")]
    page = render_response_report(response_report(few, now=NOW, group_by=by_worker))

    assert ["small", *["c"] * 8] in Cells(page).rows
    assert ["other", *["c"] * 8] in Cells(page).rows
    assert page.count('class="track empty"') == 2
    assert "c: withheld. Fewer than 6 children" in page


def test_a_report_about_fewer_than_six_children_shows_no_figure() -> None:
    page = render_response_report(response_report(clocks(5), now=NOW, group_by=by_worker))

    assert "fewer than 6 children" in page
    assert "<table" not in page
    assert "c1/m1" not in page


def test_nothing_to_count_is_said_and_is_no_full_mark() -> None:
    page = render_response_report(response_report([], now=NOW))

    assert "No message needed a reply." in page
    assert "100%" not in page.partition("<main")[2]


def test_nobody_answered_yet_has_no_curve() -> None:
    page = render_response_report(response_report(clocks(6, None), now=NOW))

    assert "How long children waited" not in page
    assert ["Everyone", "0", "0", "6", "0", "0%", "0% to 39%", "not yet", "not yet"] in Cells(page).rows


def test_what_is_not_due_yet_is_not_judged() -> None:
    page = render_response_report(response_report(clocks(6, None, at=NOW - HOUR), now=NOW))

    assert "could not be judged: nothing was due yet" in page


def test_what_is_not_quite_all_is_never_rounded_to_all() -> None:
    page = render_response_report(response_report([*clocks(399), *clocks(1, None, first=900)], now=NOW))

    assert ["Everyone", "399", "0", "1", "0", "over 99%", "99% to over 99%", "1 h", "1 h"] in Cells(page).rows


def test_the_longest_waits_are_listed_unless_the_report_leaves_them_out() -> None:
    page = render_response_report(response_report(MIXED, now=NOW))

    assert ["c30/m30", "3 March 2025, 09:00", "6 March 2025, 09:00", "20 d 20 h", "no answer, overdue"] in Cells(
        page
    ).rows
    assert "c30/m30" not in render_response_report(response_report(MIXED, now=NOW, longest=0))


def test_all_text_is_escaped_and_nothing_is_asked_for_from_elsewhere() -> None:
    hostile = '<script>alert("x")</script>'
    report = response_report(clocks(6, worker=hostile), now=NOW, group_by=by_worker)
    page = render_response_report(report, title=hostile, about=hostile, group_label=hostile)

    assert "<script" not in page
    assert not re.search(r"\s(src|href)=|url\(", page)
    assert "default-src 'none'" in page


def test_the_same_report_gives_the_same_page() -> None:
    reports = [response_report(some, now=NOW, group_by=by_worker) for some in (MIXED, MIXED[::-1])]

    assert render_response_report(reports[0]) == render_response_report(reports[1])


@pytest.mark.parametrize(
    ("wait", "words", "short"),
    [
        (timedelta(0), "under a minute", "under 1 min"),
        (timedelta(seconds=29), "under a minute", "under 1 min"),
        (timedelta(minutes=1), "1 minute", "1 min"),
        (timedelta(hours=2, minutes=30), "2 hours 30 minutes", "2 h 30 min"),
        (timedelta(hours=23, minutes=59, seconds=40), "1 day", "1 d"),
        (timedelta(days=1, minutes=29), "1 day", "1 d"),
        (timedelta(days=1, minutes=30), "1 day 1 hour", "1 d 1 h"),
        (timedelta(days=12), "12 days", "12 d"),
    ],
)
def test_lengths_of_time_are_in_words(wait: timedelta, words: str, short: str) -> None:
    assert (_amount(wait), _short(wait)) == (words, short)


def test_a_wait_that_cannot_be_told_is_not_a_number() -> None:
    assert _short(None) == "not yet"
