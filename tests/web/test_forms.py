"""The form, step by step: kept after each step, put right, sent once; nothing a child says is lost or leaks.

Nobody in these tests is real.
"""

import base64
import hashlib
import io
import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from html import unescape
from typing import Any

import anyio
import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from relationkit.errors import SourceUnavailableError
from relationkit.feedback import PAGE_WORDING, AnswerState, InvitationPurpose
from relationkit.plugins import OutboxState
from relationkit.records import Child, Worker
from relationkit.web import RateLimit

PAGE = PAGE_WORDING["en"]


def a_drawing(size: tuple[int, int] = (30, 20), kind: str = "PNG") -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, "tomato").save(data, kind)
    return data.getvalue()


def heading(answer: httpx.Response) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL)
    assert found is not None
    return unescape(re.sub(r"<[^>]+>", "", found[1])).strip()


# From step to step ---------------------------------------------------------------------------------------------------


def test_the_link_opens_the_notice_first_and_says_whom_it_is_about(shop: Any) -> None:
    answer = shop.get()

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert shop.form.notice.who_reads in unescape(answer.text)
    assert "Sam, on 3 March" in unescape(answer.text)
    assert shop.store._drafts == {}  # looking keeps nothing: phones open links by themselves


def test_each_step_leads_to_the_next_and_back(shop: Any) -> None:
    answer = shop.fill("page.start")

    assert (answer.status_code, answer.headers["location"]) == (303, "?step=today")
    assert shop.fill("today", today="good").headers["location"] == "?step=own_say"
    assert shop.fill("own_say", go="back").headers["location"] == "?step=today"
    assert 'value="good" checked' in shop.get("today").text
    assert shop.fill("today", go="page.talk").headers["location"] == "?step=page.talk"


def test_half_a_form_is_continued_where_it_was_left(shop: Any) -> None:
    shop.fill("today", today="good")
    kept = shop.fill("own_say", go="save", own_say="some")

    assert heading(kept) == PAGE.kept_heading
    assert "Did you get to say" in unescape(shop.get().text)
    assert 'value="some" checked' in shop.get().text
    assert shop.sent == []


def test_going_back_keeps_what_is_on_the_page_though_it_is_to_be_put_right(shop: Any) -> None:
    long = "a" * 5000

    answer = shop.fill("next_time", next_time=long)
    assert answer.status_code == 422
    assert 'href="#next_time"' in answer.text
    assert long in answer.text
    assert shop.fill("next_time", go="back", next_time=long).status_code == 303
    assert long in shop.get("next_time").text


def test_answers_are_sent_pinned_to_form_version_session_and_child(shop: Any) -> None:
    shop.fill("today", today="good")
    shop.fill("page.people", audience=["manager", "advocate"], helper="carer")

    answer = shop.send()

    assert answer.status_code == 200
    assert heading(answer) == shop.form.words.saved_heading
    assert "My worker's boss, My advocate" in unescape(answer.text)
    assert shop.form.notice.when_read in unescape(answer.text)
    told = shop.only
    assert (told.child_id, told.session_id, told.worker_id) == ("c1", "s1", "w1")
    assert (told.form_id, told.form_version, told.language) == (shop.form.id, shop.form.version, "en")
    assert told.answer("today").value == "good"
    assert (told.audience, told.helper) == (("manager", "advocate"), "carer")
    assert told.submitted_at == shop.moment
    assert shop.store._drafts == {}


def test_a_form_sent_empty_is_kept_since_every_question_can_be_skipped(shop: Any) -> None:
    assert shop.send().status_code == 200
    assert {answer.state for answer in shop.only.answers} == {AnswerState.SKIPPED}


def test_a_question_that_follows_from_an_answer_is_asked_only_then(shop_of: Callable[..., Any]) -> None:
    shop = shop_of("after-handover")

    assert shop.fill("goodbye", goodbye="yes").headers["location"] == "?step=knew_who"
    assert shop.fill("goodbye", goodbye="no").headers["location"] == "?step=goodbye_wish"
    shop.fill("goodbye_wish", goodbye_wish="By the sea")
    shop.fill("goodbye", goodbye="yes")
    shop.send()
    assert shop.only.answer("goodbye_wish").state is AnswerState.NOT_ASKED


def test_what_is_to_be_put_right_brings_the_child_to_its_step(shop: Any) -> None:
    shop.fill("page.people", go="back", audience=["my_worker", "nobody_by_name"])

    answer = shop.send()

    assert answer.status_code == 422
    assert "audience--my_worker" in answer.text
    assert shop.form.words.audience_both in unescape(answer.text)
    assert shop.sent == []


def test_below_eight_an_adult_is_asked_for_before_it_is_sent(shop_of: Callable[..., Any]) -> None:
    shop = shop_of("after-session-under-8")

    assert shop.send().status_code == 422
    shop.fill("page.people", helper="carer")
    assert shop.send().status_code == 200


def test_what_the_child_deletes_is_gone(shop: Any) -> None:
    shop.fill("next_time", next_time="words I regret")

    answer = shop.fill("own_say", go="delete", own_say="some")

    assert heading(answer) == PAGE.deleted_heading
    assert shop.store._drafts == {}
    assert "regret" not in shop.get("next_time").text


# A child who wants to talk -------------------------------------------------------------------------------------------


def test_wanting_to_talk_does_not_wait_for_the_end_and_is_told_once(shop: Any) -> None:
    shop.fill("page.talk", talk_soon="yes")
    told = shop.store.outbox_rows()
    answer = shop.send()

    assert {(row.escalation.to, row.escalation.recipient_id) for row in told} == {("duty", None), ("manager", "m1")}
    assert shop.store.outbox_rows() == told
    assert PAGE.now_told in unescape(answer.text)
    assert shop.only.wants_to_talk


def test_wanting_to_talk_is_told_though_the_case_system_is_down(shop: Any, source: Any) -> None:
    source.failure = SourceUnavailableError("sql:case.db", "no answer", "Try again")

    assert shop.fill("page.talk", talk_soon="yes").status_code == 303
    assert len(shop.store.outbox_rows(states={OutboxState.WAITING})) == 4


def test_wanting_to_talk_that_cannot_be_read_counts_as_a_yes_and_is_asked_about(shop: Any) -> None:
    answer = shop.fill("page.talk", talk_soon="perhaps")

    assert answer.status_code == 422
    assert shop.form.words.talk_soon_unclear in unescape(answer.text)
    assert shop.store.outbox_rows() != []


# Sent twice, two windows, a store that goes away ---------------------------------------------------------------------


def test_a_page_sent_twice_is_one_submission(shop: Any, read_hidden: Any) -> None:
    shop.fill("today", today="good")
    page = {**read_hidden(shop.get("page.send").text), "page.go": "send"}

    assert shop.post(page).status_code == 200
    again = shop.post(page)

    assert heading(again) == PAGE.already_heading
    assert "Monday 10 March 2025 at 12:00pm" in again.text
    assert len(shop.sent) == 1


def test_the_link_used_again_says_that_it_was_sent_and_lets_the_child_say_more(shop: Any) -> None:
    shop.fill("next_time", next_time="between us")
    shop.send()

    answer = shop.get()
    assert heading(answer) == PAGE.already_heading
    assert "between us" not in answer.text
    assert heading(shop.get("page.send")) == PAGE.already_heading  # as Back after sending asks for it
    shop.moment += timedelta(minutes=1)
    shop.fill("page.start")
    assert "between us" not in shop.get("next_time").text
    shop.fill("next_time", next_time="one more thing")
    shop.send()
    assert [told.answer("next_time").value for told in shop.sent] == ["between us", "one more thing"]


def test_two_windows_fill_in_one_form(shop: Any, read_hidden: Any) -> None:
    first, second = read_hidden(shop.get("today").text), read_hidden(shop.get("own_say").text)

    shop.post({**first, "page.go": "next", "today": "good"})
    shop.post({**second, "page.go": "next", "own_say": "some"})
    shop.send()

    assert (shop.only.answer("today").value, shop.only.answer("own_say").value) == ("good", "some")


def test_an_old_window_does_not_take_back_what_a_newer_one_put(shop: Any, read_hidden: Any) -> None:
    old = read_hidden(shop.get("next_time").text)
    shop.fill("next_time", next_time="the sea")

    assert shop.post({**old, "page.go": "next", "next_time": ""}).status_code == 303
    assert "the sea" in shop.get("next_time").text


def test_two_windows_at_odds_are_told_and_neither_loses_its_words(shop: Any, read_hidden: Any) -> None:
    old = read_hidden(shop.get("next_time").text)
    shop.fill("next_time", next_time="the sea")

    answer = shop.post({**old, "page.go": "next", "next_time": "the park"})

    assert answer.status_code == 409
    assert "“the sea”" in unescape(answer.text)
    assert "the park</textarea>" in answer.text
    shop.post({**read_hidden(answer.text), "page.go": "next", "next_time": "the park"})
    assert "the park" in shop.get("next_time").text


def test_what_an_open_window_holds_after_the_form_was_sent_is_kept_to_be_sent_too(shop: Any, read_hidden: Any) -> None:
    open_window = read_hidden(shop.get("next_time").text)
    unchanged = read_hidden(shop.get("today").text)
    shop.fill("today", today="good")
    shop.send()
    shop.moment += timedelta(minutes=1)

    assert heading(shop.post({**unchanged, "page.go": "next"})) == PAGE.already_heading
    assert shop.post({**open_window, "page.go": "next", "next_time": "one more"}).status_code == 303
    assert "one more" in shop.get("next_time").text
    shop.send()
    assert [told.answer("next_time").value for told in shop.sent] == [None, "one more"]


@pytest.mark.parametrize("tries", ["abc", "9" * 5000])
def test_a_count_of_tries_that_is_none_is_counted_from_nothing(
    shop: Any, read_hidden: Any, monkeypatch: pytest.MonkeyPatch, tries: str
) -> None:
    page = {**read_hidden(shop.get("today").text), "page.go": "next", "today": "good", "page.tries": tries}
    monkeypatch.setattr(shop.store, "save_draft", lambda *_, **__: False)

    assert shop.post(page).status_code == 429


@pytest.mark.parametrize("method", ["invitation", "draft", "sent_forms", "save_draft"])
def test_a_store_that_goes_away_loses_nothing_of_the_page(
    shop: Any, read_hidden: Any, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise SourceUnavailableError("sql:host-of-secrets", "no answer", "Try again")

    page = {**read_hidden(shop.get("next_time").text), "page.go": "next", "next_time": "Same <place>"}
    with monkeypatch.context() as broken:
        broken.setattr(shop.store, method, fail)
        answer = shop.post(page)
        looked = shop.get()

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert PAGE.not_kept in unescape(answer.text)
    assert "Same <place>" in unescape(answer.text)
    assert "host-of-secrets" not in answer.text + looked.text
    assert method == "save_draft" or (looked.status_code, heading(looked)) == (503, PAGE.wrong_heading)
    assert shop.post({**page, **read_hidden(answer.text)}).status_code == 303
    assert "Same <place>" in unescape(shop.get("next_time").text)


def test_a_store_that_goes_away_while_it_is_sent_is_asked_again_and_has_one(
    shop: Any, read_hidden: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.fill("today", today="good")
    page = {**read_hidden(shop.get("page.send").text), "page.go": "send"}
    submit = shop.store.submit

    def keep_and_fail(*facts: Any, **more: Any) -> None:
        submit(*facts, **more)
        raise SourceUnavailableError("sql:case.db", "the answer did not come back", "Try again")

    with monkeypatch.context() as broken:
        broken.setattr(shop.store, "submit", keep_and_fail)
        answer = shop.post(page)
    assert answer.status_code == 503
    assert heading(shop.post({**read_hidden(answer.text), "page.go": "send"})) == PAGE.already_heading

    assert shop.only.answer("today").value == "good"


# Drawings ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def drawing_shop(shop_of: Callable[..., Any]) -> Any:
    return shop_of("after-session-under-8")


def upload(shop: Any, read_hidden: Any, data: bytes, **fields: Any) -> httpx.Response:
    page = {**read_hidden(shop.get("drawing").text), "page.go": "next", **fields}
    answer: httpx.Response = shop.post(page, files={"drawing": ("../../evil.svg", data, "image/svg+xml")})
    return answer


def test_a_drawing_is_kept_shown_again_and_sent(drawing_shop: Any, read_hidden: Any) -> None:
    assert upload(drawing_shop, read_hidden, a_drawing()).status_code == 303
    assert "data:image/png;base64," in drawing_shop.get("drawing").text

    drawing_shop.fill("page.people", helper="carer")
    drawing_shop.send()

    name = drawing_shop.only.answer("drawing").value
    picture = drawing_shop.store.read_picture(Child(id="c1"), drawing_shop.only.id, name, now=drawing_shop.moment)
    assert hashlib.sha256(picture.content).hexdigest() == name


def test_a_drawing_is_left_alone_exchanged_and_taken_away(drawing_shop: Any, read_hidden: Any) -> None:
    upload(drawing_shop, read_hidden, a_drawing())
    [first] = drawing_shop.store._pictures
    assert upload(drawing_shop, read_hidden, b"").status_code == 303
    assert list(drawing_shop.store._pictures) == [first]
    upload(drawing_shop, read_hidden, a_drawing((50, 50)))
    [second] = drawing_shop.store._pictures
    assert first != second
    upload(drawing_shop, read_hidden, b"", **{"page.remove": "yes"})
    assert drawing_shop.store._pictures == {}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {}),  # a drawing in each window
        ({"page.remove": "yes"}, {"page.remove": "yes"}),  # each exchanges the one that was there
        ({"drawing.rather_not_say": "yes"}, {}),
    ],
)
def test_a_drawing_from_a_second_window_is_kept(
    drawing_shop: Any, read_hidden: Any, first: dict[str, str], second: dict[str, str]
) -> None:
    upload(drawing_shop, read_hidden, a_drawing())
    windows = [read_hidden(drawing_shop.get("drawing").text) for _ in range(2)]
    is_drawn = "drawing.rather_not_say" not in first
    own = {"drawing": ("a.png", a_drawing((40, 40)) if is_drawn else b"", "image/png")}
    assert drawing_shop.post({**windows[0], "page.go": "next", **first}, files=own).status_code in (303, 422)

    answer = drawing_shop.post(
        {**windows[1], "page.go": "next", **second}, files={"drawing": ("b.png", a_drawing((50, 50)), "image/png")}
    )

    assert answer.status_code == 303
    [kept] = drawing_shop.store._pictures.values()
    assert Image.open(io.BytesIO(kept.content)).size == (50, 50)


@pytest.mark.parametrize("data", [b"<svg onload=alert(1)>", b"GIF89a", b"not a picture", a_drawing()[:60]])
def test_what_is_no_picture_is_refused_in_the_childs_words(drawing_shop: Any, read_hidden: Any, data: bytes) -> None:
    answer = upload(drawing_shop, read_hidden, data)

    assert answer.status_code == 422
    assert drawing_shop.form.words.not_picture in unescape(answer.text)
    assert drawing_shop.store._pictures == {}


def test_a_picture_bomb_is_refused_before_it_is_unpacked(drawing_shop: Any, read_hidden: Any) -> None:
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")

    answer = upload(drawing_shop, read_hidden, bomb.getvalue())

    assert answer.status_code == 422
    assert PAGE.too_big in unescape(answer.text)


def test_where_a_photo_was_taken_is_not_kept(drawing_shop: Any, read_hidden: Any) -> None:
    photo, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "12 Example Road"
    Image.new("RGB", (30, 20)).save(photo, "JPEG", exif=exif)
    assert b"Example Road" in photo.getvalue()

    upload(drawing_shop, read_hidden, photo.getvalue())

    [picture] = drawing_shop.store._pictures.values()
    assert b"Example Road" not in picture.content


def test_the_name_of_somebody_elses_picture_opens_nothing(drawing_shop: Any, read_hidden: Any) -> None:
    page = {**read_hidden(drawing_shop.get("drawing").text), "page.go": "next", "drawing": "a" * 64}

    drawing_shop.post(page)

    assert drawing_shop.get("drawing").text.count("data:image") == 0
    assert "a" * 64 not in str(drawing_shop.store._drafts.values())


def test_two_gigabytes_are_refused_while_they_come_and_nothing_before_is_lost(
    shop_of: Callable[..., Any], read_hidden: Any
) -> None:
    shop = shop_of("after-session-under-8", most_picture=1_000_000, most_words=10_000)
    shop.fill("liked", liked="yes")
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        yield b'--x\r\nContent-Disposition: form-data; name="drawing"; filename="a.png"\r\n\r\n'
        for _ in range(2048):
            taken += 2**20
            yield b"\0" * 2**20

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=shop.client.app)
        async with httpx.AsyncClient(transport=transport, base_url="https://care.example") as client:
            head = {"Content-Type": "multipart/form-data; boundary=x"}
            return await client.post(shop.link, content=endless(), headers=head)

    answer = anyio.run(ask)

    assert answer.status_code == 413
    assert taken < 10 * 2**20 or taken == 2048 * 2**20  # httpx may hand the whole stream over; the app drops it
    assert 'value="yes" checked' in shop.get("liked").text


@pytest.mark.parametrize("extra", [0, 1])
def test_a_page_may_be_as_large_as_the_cap_and_no_larger(
    shop_of: Callable[..., Any], read_hidden: Any, extra: int
) -> None:
    from urllib.parse import urlencode

    shop = shop_of(most_words=3000)
    body = urlencode({**read_hidden(shop.get("next_time").text), "page.go": "next", "next_time": ""})
    body += "a" * (3000 - len(body) + extra)

    head = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = shop.client.post(shop.link, content=body.encode(), headers=head)

    assert answer.status_code == (413 if extra else 303)


def test_a_hundred_thousand_letters_stay_on_the_page_to_be_made_shorter(shop: Any) -> None:
    long = "é" * 100_000

    answer = shop.fill("next_time", next_time=long)

    assert answer.status_code == 422
    assert long in unescape(answer.text)
    assert long in unescape(shop.get("next_time").text)


# Links ---------------------------------------------------------------------------------------------------------------


def test_a_link_names_nobody(shop: Any) -> None:
    assert re.fullmatch(r"/forms/[\w-]{22}\.[0-9a-f]+\.[\w-]{43}", shop.link)
    assert len(shop.link) < 100


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_expired_link_is_answered_kindly(shop: Any, method: str) -> None:
    shop.moment += timedelta(days=28)

    answer = shop.client.request(method, shop.link, data={"today": "good"})

    assert (answer.status_code, heading(answer)) == (410, PAGE.old_heading)
    assert "tel:08001111" in answer.text
    shop.moment -= timedelta(microseconds=1)
    assert shop.get().status_code == 200


def test_a_link_that_was_taken_back_opens_nothing(shop: Any) -> None:
    shop.store.keep_invitation(shop.invitation.model_copy(update={"is_revoked": True}))

    assert (shop.get().status_code, heading(shop.get())) == (410, PAGE.old_heading)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "forge",
    [
        lambda link: link[:-9] + ("A" if link[-9] != "A" else "B") + link[-8:],
        lambda link: link[:-5],
        lambda link: re.sub(r"\.[0-9a-f]+\.", ".ffffffff.", link),
        lambda link: "/forms/x",
        lambda link: "/forms/" + "\u0130.1.x",
        lambda link: link.replace("/forms/", "/thanks/"),
        lambda link: link.replace("/forms/", "/mine/"),
    ],
)
def test_a_forged_link_is_answered_kindly_and_tells_nothing(shop: Any, method: str, forge: Any) -> None:
    answer = shop.client.request(method, forge(shop.link), data={"today": "good"})

    assert answer.status_code in (404, 405)
    if answer.status_code == 404:
        assert heading(answer) == PAGE.unknown_heading
        assert "Sam" not in answer.text


def test_a_link_of_another_key_opens_nothing(shop_of: Callable[..., Any]) -> None:
    assert shop_of(key=b"another key of 32 bytes for test").get().status_code == 404


def test_a_form_version_that_is_not_there_is_answered_kindly(shop_of: Callable[..., Any]) -> None:
    answer = shop_of(forms=[]).get()

    assert (answer.status_code, heading(answer)) == (410, PAGE.gone_heading)


@pytest.mark.parametrize(
    ("method", "address", "status", "said"),
    [
        ("GET", "/forms", 404, PAGE.unknown_heading),
        ("DELETE", None, 405, PAGE.wrong_heading),
        ("POST", None, 415, PAGE.wrong_heading),
    ],
)
def test_a_browser_that_goes_astray_is_answered_with_a_page(
    shop: Any, method: str, address: str | None, status: int, said: str
) -> None:
    answer = shop.client.request(method, address or shop.link, headers={"Accept": "text/html,*/*;q=0.8"})

    assert (answer.status_code, heading(answer)) == (status, said)


def test_a_fault_of_ours_is_told_on_a_page_and_names_nothing(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop.store, "draft", lambda _: 1 / 0)

    answer = shop.get(headers={"Accept": "text/html"})

    assert (answer.status_code, heading(answer)) == (500, PAGE.wrong_heading)
    assert "division" not in answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    assert "style-src 'sha256-" in answer.headers["content-security-policy"]


def test_who_guesses_links_is_made_to_wait_and_so_is_nobody_else(shop: Any) -> None:
    for _ in range(30):
        assert shop.client.get("/forms/guess.1.x").status_code == 404

    answer = shop.get()
    assert (answer.status_code, heading(answer)) == (429, PAGE.busy_heading)
    assert answer.headers["retry-after"] == "60"
    shop.moment += timedelta(seconds=20)
    assert shop.get().status_code == 200


def test_too_much_at_once_is_told_to_wait(shop_of: Callable[..., Any]) -> None:
    shop = shop_of(limits={"sent": RateLimit(most=2, per=timedelta(minutes=1))})

    answers = [shop.fill("today", today="good").status_code for _ in range(3)]

    assert answers == [303, 303, 429]


# What may not be -----------------------------------------------------------------------------------------------------


def test_a_page_of_another_site_sends_nothing_and_what_it_sent_is_shown(shop: Any, read_hidden: Any) -> None:
    page = {**read_hidden(shop.get("next_time").text), "page.go": "next", "next_time": "not me"}

    forged = shop.post({**page, "page.key": "0" * 32})
    crossed = shop.post(page, headers={"Sec-Fetch-Site": "cross-site"})

    for answer in (forged, crossed):
        assert answer.status_code == 403
        assert PAGE.press_again in unescape(answer.text)
        assert "not me" in answer.text
    assert shop.store._drafts == {}


@pytest.mark.parametrize("field", ["form_id", "form_version", "language"])
def test_a_page_of_another_form_is_refused(shop: Any, field: str) -> None:
    assert shop.fill("today", **{field: "another"}).status_code == 409
    assert shop.store._drafts == {}


def test_only_a_page_is_read(shop: Any) -> None:
    assert shop.client.post(shop.link, json={"today": "good"}).status_code == 415
    assert shop.client.post(shop.link).status_code == 415
    broken = shop.client.post(shop.link, content=b"x", headers={"Content-Type": "multipart/form-data"})
    assert broken.status_code == 400


def test_a_page_of_very_many_fields_is_refused(shop: Any) -> None:
    assert shop.post({f"x{number}": "" for number in range(1001)}).status_code == 413


def test_the_policy_of_every_page_allows_its_own_style_by_hash_and_no_script(shop: Any) -> None:
    for answer in (shop.get(), shop.get("today"), shop.send(), shop.client.get("/forms/x")):
        policy = answer.headers["content-security-policy"]
        [style] = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
        assert f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" in policy
        assert policy.startswith("default-src 'none'")
        assert not [word for word in ("script", "unsafe", "http") if word in policy]
        assert "<script" not in answer.text
        assert ' style="' not in answer.text
        assert answer.headers["cache-control"] == "private, no-store"
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("text", ["</textarea><script>alert(1)</script>", "javascript:alert(1)", "<style>*{}</style>"])
def test_what_a_child_writes_is_never_markup(shop: Any, text: str) -> None:
    answer = shop.fill("next_time", next_time=text + "a" * 4001, **{"page.seen": '"><script>'})

    assert "<script" not in answer.text
    assert "<style>*" not in answer.text
    shop.fill("next_time", next_time=text)
    assert text in unescape(shop.get("page.send").text)
    assert "<script" not in shop.get("page.send").text


def test_the_page_sends_to_itself_wherever_the_app_is_mounted(shop_of: Callable[..., Any]) -> None:
    shop = shop_of(mounted_at="/app")
    token = shop.link.removeprefix("/forms/")
    shop.link = f"/app{shop.link}"

    assert f'action="{token}"' in shop.get("today").text
    assert shop.fill("today", today="good").headers["location"] == "?step=own_say"


@pytest.mark.parametrize("language", ["cy", "en-simple"])
def test_every_language_is_spoken_from_the_first_page_to_the_last(shop_of: Callable[..., Any], language: str) -> None:
    shop = shop_of(language=language)

    assert f'<html lang="{language}"' in shop.get("today").text
    assert shop.form.words.saved_heading in unescape(shop.send().text)
    welsh = shop.client.get("/forms/x", headers={"Accept-Language": "cy-GB,en;q=0.5"})
    assert heading(welsh) == PAGE_WORDING["cy"].unknown_heading


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(text=st.text(max_size=60))
@example(text="one\0two\r\nthree")
def test_words_arrive_as_the_child_wrote_them(shop: Any, text: str) -> None:
    shop.store._submissions.clear()
    shop.store._drafts.clear()

    shop.fill("next_time", next_time=text)
    shop.send()

    storable = text.replace("\r\n", "\n").replace("\0", "\ufffd")  # no store need keep NUL
    assert shop.only.answer("next_time").value == (storable if text.strip() else None)


# Thanks --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def thanks(shop: Any) -> Any:
    shop.link = shop.link_of(shop.invite(purpose=InvitationPurpose.THANKS, form=None))
    return shop


def test_one_tap_says_that_it_helped_and_is_kept_once(thanks: Any, read_hidden: Any) -> None:
    page = read_hidden(thanks.get().text)

    for _ in range(2):
        answer = thanks.post({**page, "audience": "my_worker"})
        assert heading(answer) == PAGE.thanks_saved_heading

    [kept] = thanks.store.read_evidence(Child(id="c1"), now=thanks.moment)
    assert (kept.kind, kept.worker_id, kept.session_id, kept.audience) == ("thanks", "w1", "s1", ("my_worker",))


def test_what_is_added_after_the_first_tap_is_kept_too(thanks: Any, read_hidden: Any) -> None:
    page = read_hidden(thanks.get().text)
    drawing = {"picture": ("a.png", a_drawing(), "image/png")}

    for _ in range(2):  # each sent twice
        thanks.post({**page, "audience": ["my_worker"]})
        thanks.post({**page, "audience": ["my_worker"], "words": "You were kind"})
        thanks.post({**page, "audience": ["my_worker", "manager"]})
        thanks.post({**page, "audience": ["manager", "my_worker"]})
        thanks.post({**page, "audience": ["my_worker"]}, files=drawing)

    kept = thanks.store.read_evidence(Child(id="c1"), now=thanks.moment)
    told = sorted((each.words or "", len(each.audience), each.picture_sha256 is not None) for each in kept)
    assert told == [("", 1, False), ("", 1, True), ("", 2, False), ("You were kind", 1, False)]


def test_a_file_too_large_for_thanks_says_so_and_the_page_is_as_it_was_at_first(thanks: Any, read_hidden: Any) -> None:
    page = {**read_hidden(thanks.get().text), "words": "You were kind", "audience": ["manager"]}

    answer = thanks.post(page, files={"picture": ("a.png", bytes(21_500_001), "image/png")})

    assert answer.status_code == 413
    assert PAGE.too_big in unescape(answer.text)
    assert PAGE.press_again not in unescape(answer.text)
    assert 'value="my_worker" checked' in answer.text
    assert heading(thanks.post({**read_hidden(answer.text), "audience": ["my_worker"]})) == PAGE.thanks_saved_heading


def test_a_picture_over_its_own_cap_leaves_what_was_said_on_the_page(
    shop_of: Callable[..., Any], read_hidden: Any
) -> None:
    shop = shop_of(most_picture=1000)
    shop.link = shop.link_of(shop.invite(purpose=InvitationPurpose.THANKS, form=None))
    page = {**read_hidden(shop.get().text), "words": "You were kind", "audience": ["manager"]}

    answer = shop.post(page, files={"picture": ("a.png", bytes(1001), "image/png")})

    assert answer.status_code == 413
    assert PAGE.too_big in unescape(answer.text)
    assert "You were kind" in answer.text
    assert 'value="manager" checked' in answer.text


def test_words_and_a_picture_may_go_with_it(thanks: Any, read_hidden: Any) -> None:
    page = {**read_hidden(thanks.get().text), "words": "You were <kind>"}

    thanks.post(page, files={"picture": ("a.png", a_drawing(), "image/png")})

    [kept] = thanks.store.read_evidence(Child(id="c1"), now=thanks.moment)
    assert (kept.kind, kept.words) == ("photo", "You were <kind>")
    assert thanks.store.read_picture(Child(id="c1"), kept.id, kept.picture_sha256, now=thanks.moment) is not None


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"words": "x" * 5000}, 422),
        ({"audience": ["my_worker", "nobody_by_name"]}, 422),
        ({"page.key": "forged.0"}, 403),
    ],
)
def test_thanks_that_cannot_be_kept_stay_on_the_page(
    thanks: Any, read_hidden: Any, fields: dict[str, Any], status: int
) -> None:
    answer = thanks.post({**read_hidden(thanks.get().text), "words": "You were kind", **fields})

    assert answer.status_code == status
    assert fields.get("words", "You were kind") in answer.text
    assert thanks.store.read_evidence(Child(id="c1"), now=thanks.moment) == []


def test_thanks_without_a_store_stay_on_the_page(
    thanks: Any, read_hidden: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise SourceUnavailableError("sql:case.db", "no answer", "Try again")

    page = {**read_hidden(thanks.get().text), "words": "You were kind"}
    monkeypatch.setattr(thanks.store, "keep_evidence", fail)
    answer = thanks.post(page)

    assert answer.status_code == 503
    assert "You were kind" in answer.text


# The child's own page ------------------------------------------------------------------------------------------------


def test_the_child_sees_what_they_sent_and_who_has_read_it(shop: Any) -> None:
    shop.fill("today", today="good")
    shop.fill("next_time", next_time="The <sea>")
    shop.fill("page.people", audience=["my_worker"])
    shop.fill("page.talk", talk_soon="yes")
    shop.send()
    mine = shop.link_of(shop.invite(purpose=InvitationPurpose.MINE, form=None))
    before = unescape(shop.client.get(mine).text)
    staff = [
        Worker(id="w1", name="Sam Example", role="social_worker", manager_id="m1"),
        Worker(id="m1", name="Max Example", role="manager"),
    ]
    for worker in staff:
        shop.store.read_submissions(worker, now=shop.moment, workers=staff)

    after = unescape(shop.client.get(mine).text)

    assert "The <sea>" in before
    assert PAGE.mine_unread in before
    assert "Your worker, on Monday 10 March 2025 at 12:00pm" in after
    assert "Your worker's boss saw that you want to talk, on Monday" in after
    assert "Example" not in after


def test_a_child_sees_nothing_of_another(shop: Any) -> None:
    shop.fill("next_time", next_time="between us")
    shop.send()
    other = shop.invite(purpose=InvitationPurpose.MINE, form=None).model_copy(update={"child_id": "c2"})
    shop.store.keep_invitation(other)

    answer = shop.client.get(shop.link_of(other))

    assert PAGE.mine_none in unescape(answer.text)
    assert "between us" not in answer.text
