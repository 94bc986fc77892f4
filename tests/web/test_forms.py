"""The form page: shown, read, shown again with what is to be put right; nothing a child says is lost."""

import base64
import hashlib
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from relationkit.errors import SourceUnavailableError
from relationkit.feedback import AFTER_SESSION_FORMS, AnswerState, DrawingQuestion, TextQuestion
from relationkit.records import ChildId, SessionId
from relationkit.web import FormInvitation, token_digest

FORM = next(one for one in AFTER_SESSION_FORMS if one.age_band == "13_and_over")
FACES = FORM.questions[0]
WORDS = next(question for question in FORM.questions if isinstance(question, TextQuestion))


def hidden_fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))


def fill_in(client: Any, token: str, **answers: Any) -> Any:
    """Open the page and send it with these answers."""
    page = client.get(f"/forms/{token}").text
    return client.post(f"/forms/{token}", data={**hidden_fields(page), **answers})


def test_the_page_shows_the_form_and_tells_who_reads_it_first(form_client: Any, token: str) -> None:
    answer = form_client.get(f"/forms/{token}")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    text = unescape(answer.text)
    assert text.index(FORM.notice.who_reads) < text.index(FACES.text)
    assert "Sam, on 3 March" in text


def test_answers_reach_save_pinned_to_form_version_session_and_child(form_client: Any, kept: Any, token: str) -> None:
    answer = fill_in(form_client, token, today="good", audience=["manager", "advocate"])

    assert answer.status_code == 200
    assert FORM.words.saved_heading in unescape(answer.text)
    told = kept.only
    assert (told.child_id, told.session_id, told.worker_id) == ("c1", "s1", "w1")
    assert (told.form_id, told.form_version, told.language) == (FORM.id, FORM.version, "en")
    assert told.answer("today").value == "good"
    assert told.audience == ("manager", "advocate")
    assert told.submitted_at.isoformat() == "2025-03-10T12:00:00+00:00"


def test_a_form_sent_empty_is_kept_since_every_question_can_be_skipped(form_client: Any, kept: Any, token: str) -> None:
    assert fill_in(form_client, token).status_code == 200
    assert {answer.state for answer in kept.only.answers} <= {AnswerState.SKIPPED, AnswerState.NOT_ASKED}


def test_what_is_to_be_put_right_is_shown_and_the_answers_stay(form_client: Any, kept: Any, token: str) -> None:
    long = "so it was good & " + "a" * WORDS.max_length

    answer = fill_in(form_client, token, **{FACES.id: "good", WORDS.id: long})

    assert answer.status_code == 422
    assert FORM.words.error_heading in unescape(answer.text)
    assert f'href="#{WORDS.id}"' in answer.text
    assert long in unescape(answer.text)
    assert re.search(f'id="{FACES.id}--good"[^>]* checked', answer.text)
    assert kept.calls == 0


def test_put_right_it_is_kept_once(form_client: Any, kept: Any, token: str) -> None:
    again = fill_in(form_client, token, **{WORDS.id: "a" * (WORDS.max_length + 1)})

    form_client.post(f"/forms/{token}", data={**hidden_fields(again.text), WORDS.id: "shorter"})

    assert kept.calls == 1
    assert kept.only.answer(WORDS.id).value == "shorter"


def test_wanting_to_talk_does_not_wait_for_another_answer_to_be_put_right(
    form_client: Any, kept: Any, token: str
) -> None:
    answer = fill_in(form_client, token, **{"talk_soon": "yes", WORDS.id: "a" * (WORDS.max_length + 1)})

    assert answer.status_code == 422
    assert kept.only.wants_to_talk
    form_client.post(f"/forms/{token}", data={**hidden_fields(answer.text), "talk_soon": "yes", WORDS.id: "ok"})
    assert kept.calls == 2
    assert kept.only.answer(WORDS.id).value == "ok"


def test_wanting_to_talk_that_cannot_be_read_is_kept_as_a_yes_and_asked_about(
    form_client: Any, kept: Any, token: str
) -> None:
    answer = fill_in(form_client, token, talk_soon="perhaps")

    assert answer.status_code == 422
    assert kept.only.wants_to_talk
    assert FORM.words.talk_soon_unclear in unescape(answer.text)


@pytest.mark.parametrize("field", ["form_id", "language"])
def test_a_page_of_another_form_is_told_that_the_form_has_changed(
    form_client: Any, kept: Any, token: str, field: str
) -> None:
    assert fill_in(form_client, token, **{field: "another"}).status_code == 409
    assert kept.calls == 0


def test_a_page_sent_twice_is_one_submission_and_a_page_opened_twice_is_two(
    form_client: Any, kept: Any, token: str
) -> None:
    fields = hidden_fields(form_client.get(f"/forms/{token}").text)
    for _ in range(2):
        form_client.post(f"/forms/{token}", data=fields)

    assert (kept.calls, len(kept.by_id)) == (2, 1)
    fill_in(form_client, token)
    assert len(kept.by_id) == 2


def test_the_answers_of_one_filling_in_are_not_on_the_page_that_says_thank_you(form_client: Any, token: str) -> None:
    answer = fill_in(form_client, token, **{FACES.id: "good", WORDS.id: "between us"})

    assert "between us" not in answer.text
    assert " checked" not in answer.text


def test_a_store_that_does_not_answer_is_not_called_kept(form_client: Any, kept: Any, token: str) -> None:
    kept.failure = SourceUnavailableError("sql:case.db", "no answer", "Try again")

    answer = fill_in(form_client, token, today="good")

    assert answer.status_code == 503
    assert "nothing was kept" in answer.text


def test_a_page_of_another_version_is_told_that_the_form_has_changed(form_client: Any, kept: Any, token: str) -> None:
    assert fill_in(form_client, token, form_version="99").status_code == 409
    assert form_client.post(f"/forms/{token}", data={"today": "good"}).status_code == 409
    assert kept.calls == 0


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_token_opens_no_form(form_client: Any, kept: Any, method: str) -> None:
    answer = form_client.request(method, "/forms/unknown", data={"today": "good"})

    assert (answer.status_code, answer.text, kept.calls) == (404, "There is nothing here.\n", 0)


def test_a_feeds_token_opens_no_form(client_of: Callable[..., Any], kept: Any, token: str) -> None:
    assert client_of(forms={}, save=kept).get(f"/forms/{token}").status_code == 404


def test_without_save_there_are_no_forms(client: Any, token: str) -> None:
    assert client.get(f"/forms/{token}").status_code == 404


def test_forms_without_save_are_refused_when_the_app_is_made(client_of: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match="nothing to save answers with"):
        client_of(forms={})


def test_a_form_that_asks_for_a_drawing_is_refused_when_the_app_is_made(
    client_of: Callable[..., Any], kept: Any, token: str
) -> None:
    drawing = FORM.model_copy(update={"questions": (DrawingQuestion(id="drawing", text="Draw your day"),)})
    invitation = FormInvitation(drawing, ChildId("c1"), SessionId("s1"))

    with pytest.raises(ValueError, match="takes no files"):
        client_of(forms={token_digest(token): invitation}, save=kept)


@pytest.mark.parametrize("extra", [0, 1])
def test_a_request_may_be_as_large_as_the_cap_and_no_larger(
    client_of: Callable[..., Any], kept: Any, token: str, extra: int
) -> None:
    forms = {token_digest(token): FormInvitation(FORM, ChildId("c1"), SessionId("s1"))}
    body = f"form_version={FORM.version}&x=".encode()
    body += b"a" * (1000 - len(body) + extra)
    client = client_of(forms=forms, save=kept, most_bytes=1000)

    answer = client.post(f"/forms/{token}", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})

    assert answer.status_code == (413 if extra else 200)
    assert kept.calls == (0 if extra else 1)


def test_a_request_of_very_many_fields_is_refused(form_client: Any, token: str) -> None:
    answer = form_client.post(f"/forms/{token}", data={f"x{number}": "" for number in range(501)})

    assert answer.status_code == 413


def test_only_a_form_is_read(form_client: Any, token: str) -> None:
    assert form_client.post(f"/forms/{token}", json={"today": "good"}).status_code == 415
    assert form_client.post(f"/forms/{token}").status_code == 415


def test_the_policy_of_the_page_allows_its_own_style_by_hash_and_no_script(form_client: Any, token: str) -> None:
    answer = form_client.get(f"/forms/{token}")
    policy = answer.headers["content-security-policy"]

    styles = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    for style in styles:
        assert f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" in policy
    assert len(styles) == policy.count("sha256-") == 1
    assert "script" not in policy
    assert "unsafe" not in policy
    assert ' style="' not in answer.text
    assert policy.startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "private, no-store"
    assert "set-cookie" not in answer.headers


def test_what_a_child_writes_is_never_markup(form_client: Any, token: str) -> None:
    hostile = "</textarea><script>alert(1)</script>" + "a" * WORDS.max_length

    assert "<script" not in fill_in(form_client, token, **{WORDS.id: hostile, "page.key": '"><script>'}).text


def test_the_page_sends_to_itself_wherever_the_app_is_mounted(
    client_of: Callable[..., Any], kept: Any, token: str
) -> None:
    forms = {token_digest(token): FormInvitation(FORM, ChildId("c1"), SessionId("s1"))}

    page = client_of(forms=forms, save=kept, mounted_at="/app").get(f"/app/forms/{token}").text

    assert f'action="{token}"' in page


def test_an_invitation_shows_no_name_in_its_repr() -> None:
    invitation = FormInvitation(FORM, ChildId("c1"), SessionId("s1"), about="Ffion, on 3 March")

    assert "Ffion" not in repr(invitation)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(text=st.text(max_size=60))
@example(text="one\0two\r\nthree")
def test_words_arrive_as_the_child_wrote_them(form_client: Any, kept: Any, token: str, text: str) -> None:
    kept.by_id.clear()

    form_client.post(f"/forms/{token}", data={"form_version": str(FORM.version), WORDS.id: text})

    answer = kept.only.answer(WORDS.id)
    storable = text.replace("\r\n", "\n").replace("\0", "\ufffd")  # no store need keep NUL
    assert answer.value == (storable if text.strip() else None)
