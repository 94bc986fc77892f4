"""Forms as pages, read back with the standard library's parser."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from relationkit.errors import RenderError
from relationkit.feedback import (
    AFTER_SESSION_FORMS,
    AnswerState,
    Audience,
    ChoiceQuestion,
    ChoicesQuestion,
    DrawingQuestion,
    FeedbackForm,
    Option,
    ParsedSubmission,
    QuestionProblem,
    ScaleQuestion,
    ShowIf,
    TextQuestion,
    YesNoQuestion,
    parse_submission,
)
from relationkit.render import render_form
from relationkit.render.forms import _field

FORM = AFTER_SESSION_FORMS[0]
VOID = {"input", "meta", "br", "img", "path", "circle"}

HOSTILE = [
    "<script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</title></style><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "\u202egnp.exe\u2066\u200f",
    "&lt;b&gt; &amp;amp;",
]
TEXT = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=60)


class Page(HTMLParser):
    """Every element of a page with its attributes, and the text inside each by tag."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.unlabelled: list[str] = []
        self.ungrouped: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        named = dict(attrs)
        if tag in {"input", "textarea"} and named.get("type") != "hidden" and "label" not in self.open:
            self.unlabelled.append(named["id"] or "")
        if named.get("type") == "radio" and "fieldset" not in self.open:
            self.ungrouped.append(named["id"] or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def text_of(self, tag: str) -> str:
        return "".join(text for where, text in self.texts if where == tag)

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        return [a for t, a in self.elements if t == tag and all(a.get(n) == v for n, v in attributes.items())]

    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]


def every_kind(text: str = "Words", **changes: Any) -> FeedbackForm:
    options = (Option(code="a", label=text), Option(code="b", label="B"))
    facts = {
        "id": "made-up",
        "version": 3,
        "language": "en",
        "age_band": "13_and_over",
        "title": text,
        "notice": FORM.notice,
        "audience": (Audience.MY_WORKER, Audience.ADVOCATE),
        "questions": (
            YesNoQuestion(id="fine", text=text, hint=text),
            TextQuestion(id="why", text=text, show_if=ShowIf(question_id="fine", any_of=("no",))),
            ScaleQuestion(id="much", text=text, lowest_label="None", highest_label="All"),
            ChoiceQuestion(id="one", text=text, options=options),
            ChoicesQuestion(id="any", text=text, options=options),
            DrawingQuestion(id="drawing", text=text),
        ),
        "published_on": "2025-01-06",
    }
    return FeedbackForm.model_validate(facts | changes)


def parse(form: FeedbackForm, sent: dict[str, object]) -> ParsedSubmission:
    return parse_submission(
        form,
        sent,
        form_version=form.version,
        submission_id="f1",
        child_id="c1",
        session_id="s1",
        submitted_at=datetime(2025, 3, 3, tzinfo=UTC),
    )


def kept(page: Page) -> dict[str, object]:
    """Return what a browser would send from the page as it stands."""
    sent: dict[str, object] = {}
    for field in page.all("input"):
        if field["type"] in {"hidden", "file"} or "checked" in field:
            sent.setdefault(field["name"], [])
            sent[field["name"]] += [field.get("value", "")]  # type: ignore[operator]  # a list, three lines above
    for field in page.all("textarea"):
        sent[field["name"]] = page.text_of("textarea").removeprefix("\n")
    return sent


@pytest.mark.parametrize("form", [FORM, every_kind()], ids=repr)
def test_the_page_asks_for_nothing_from_elsewhere_and_runs_nothing(form: FeedbackForm) -> None:
    html = render_form(form, action="/forms/1")
    page = Page(html)

    assert not {"script", "link", "iframe", "object", "embed", "base"} & {tag for tag, _ in page.elements}
    assert not [a for _, attrs in page.elements for a in attrs if a.startswith("on") or a in {"src", "srcset", "style"}]
    assert {a["href"].partition(":")[0] for a in page.all("a")} == {"tel", "#questions"}
    assert "url(" not in html
    assert "@import" not in html


@pytest.mark.parametrize("form", [FORM, every_kind()], ids=repr)
def test_it_is_a_real_form_that_posts_with_a_button(form: FeedbackForm) -> None:
    page = Page(render_form(form, action="https://example.org/forms/1", hidden={"session_id": "s<1>"}))
    hidden = {field["name"]: field["value"] for field in page.all("input", type="hidden")}

    assert [(f["method"], f["action"]) for f in page.all("form")] == [("post", "https://example.org/forms/1")]
    assert len(page.all("button", type="submit")) == 1
    assert hidden == {"session_id": "s<1>", "form_id": form.id, "form_version": str(form.version), "language": "en"}


def test_the_pages_own_fields_cannot_be_overwritten() -> None:
    page = Page(render_form(FORM, action="", hidden={"form_version": "99"}))

    assert [field["value"] for field in page.all("input", name="form_version")] == ["1"]


def test_a_form_with_a_drawing_sends_files_and_another_does_not() -> None:
    assert 'enctype="multipart/form-data"' in render_form(every_kind(), action="")
    assert "enctype" not in render_form(FORM, action="")


@pytest.mark.parametrize("form", [FORM, every_kind()], ids=repr)
def test_each_question_can_be_refused_and_none_is_required(form: FeedbackForm) -> None:
    page = Page(render_form(form, action=""))

    assert not [attrs for _, attrs in page.elements if "required" in attrs or "maxlength" in attrs]
    for question in form.questions:
        as_option = page.all("input", name=question.id, value="rather_not_say")
        beside = page.all("input", name=f"{question.id}.rather_not_say")
        assert len(as_option) + len(beside) == 1


@pytest.mark.parametrize("form", [FORM, every_kind()], ids=repr)
def test_every_control_has_a_label_every_group_a_legend_and_every_id_is_once(form: FeedbackForm) -> None:
    page = Page(render_form(form, action="", problems=[QuestionProblem(form.questions[0].id, "Pick one.")]))
    described = {i for _, attrs in page.elements for i in attrs.get("aria-describedby", "").split()}

    assert len(page.ids()) == len(set(page.ids()))
    assert described <= set(page.ids())
    assert page.ungrouped == []
    assert page.unlabelled == [field["id"] for field in page.all("textarea") + page.all("input", type="file")]
    assert len(page.all("legend")) == len(page.all("fieldset"))
    assert {a["for"] for a in page.all("label") if "for" in a} == {
        q.id for q in form.questions if q.kind in {"text", "drawing"}
    }


def test_a_face_stands_beside_its_word() -> None:
    html = render_form(FORM, action="")

    for word in ("Great", "Good", "OK", "Not great", "Bad"):
        assert f"</g></svg>\n<span>{word}</span>" in html
    assert html.count('class="face"') == html.count('aria-hidden="true" focusable="false"') == 5


def test_the_notice_and_who_to_call_come_before_the_first_question() -> None:
    html = render_form(FORM, action="")
    places = [html.index(text) for text in (*FORM.notice.parts(), 'href="tel:999"', 'href="tel:08001111"', "<form")]

    assert max(places) == places[-1]


def test_i_need_to_talk_to_someone_soon_is_a_visible_choice() -> None:
    page = Page(render_form(FORM, action=""))

    assert len(page.all("input", type="checkbox", name="talk_soon", value="yes")) == 1
    assert "I need to talk to someone soon" in page.text_of("span")


@pytest.mark.parametrize(
    ("sent", "is_ticked"), [(None, False), ("no", False), (False, False), ("Yes", True), (1, True), ("perhaps", True)]
)
def test_a_box_is_drawn_as_it_was_read(sent: object, *, is_ticked: bool) -> None:
    page = Page(render_form(FORM, action="/x", answers={"talk_soon": sent, "next_time.rather_not_say": sent}))
    boxes = {one["id"]: one for name, one in page.elements if name == "input" and one["type"] == "checkbox"}

    assert ("checked" in boxes["talk_soon"]) is is_ticked
    assert ("checked" in boxes["next_time--rather_not_say"]) is is_ticked


def test_a_box_that_could_not_be_read_is_asked_about_beside_it() -> None:
    problem = QuestionProblem("talk_soon", FORM.words.talk_soon_unclear)
    page = Page(render_form(FORM, action="/x", answers={"talk_soon": "perhaps"}, problems=[problem]))
    by_id = {one["id"]: one for _, one in page.elements if "id" in one}

    assert by_id["talk_soon"]["aria-describedby"].split() == ["talk_soon--hint", "talk_soon--wrong"]
    assert "talk_soon--wrong" in by_id
    assert "#talk_soon" in [one.get("href") for name, one in page.elements if name == "a"]


def test_no_repr_shows_what_the_child_wrote_or_picked() -> None:
    drawn = _field(FORM, FORM.question("next_time"), {"next_time": "he shouted"}, {})

    assert drawn.text == "he shouted"
    assert "shouted" not in repr(drawn) + str(drawn)


def test_a_question_that_depends_on_another_says_so_in_words() -> None:
    html = render_form(every_kind(), action="")

    assert "Only if you picked “No” for “Words”" in html
    assert 'aria-describedby="why--only"' in html


def test_problems_are_summed_up_first_take_focus_and_stand_beside_each_field() -> None:
    sent: dict[str, object] = {"fine": "maybe", "why": "x" * 5000, "much": "99", "audience": "press", "helper": "x"}
    problems = parse(every_kind(), sent).problems
    page = Page(render_form(every_kind(), action="", answers=sent, problems=problems))
    summary = next(attrs for _, attrs in page.elements if attrs.get("id") == "problems")
    links = [a["href"] for a in page.all("a") if a["href"] not in {"#questions", "tel:999", "tel:08001111"}]

    assert [problem.field for problem in problems] == ["fine", "why", "much", "audience", "helper"]
    assert "autofocus" in summary
    assert summary["tabindex"] == "-1"
    assert {href.removeprefix("#") for href in links} <= set(page.ids())
    assert len(links) == 5
    for problem in problems:
        controls = [attrs for _, attrs in page.elements if attrs.get("id") == problem.field]
        assert f"{problem.field}--wrong" in controls[0]["aria-describedby"].split()
    assert page.all("textarea")[0]["aria-invalid"] == "true"
    assert page.text_of("title").startswith("Please check: ")


def test_without_problems_nothing_takes_focus() -> None:
    page = Page(render_form(FORM, action=""))

    assert not [attrs for _, attrs in page.elements if "autofocus" in attrs or "aria-invalid" in attrs]


def test_a_saved_form_says_so() -> None:
    assert 'role="status"' in render_form(FORM, action="", saved=True)
    assert 'role="status"' not in render_form(FORM, action="")


def test_answers_are_kept_and_read_back_the_same() -> None:
    sent: dict[str, object] = {
        "fine": False,
        "why": '\n He said:\n"no" ',
        "much": 0,
        "one": "rather_not_say",
        "any": ["a", "b"],
        "drawing.rather_not_say": "yes",
        "audience": ["advocate"],
        "helper": "carer",
        "talk_soon": "yes",
    }
    before = parse(every_kind(), sent)
    again = parse(every_kind(), kept(Page(render_form(every_kind(), action="", answers=sent))))

    assert before.problems == ()
    assert again == before
    assert {a.state for a in again.submission.answers} == {AnswerState.ANSWERED, AnswerState.REFUSED}


def test_an_empty_page_reads_back_as_all_skipped() -> None:
    parsed = parse(FORM, kept(Page(render_form(FORM, action=""))))

    assert {answer.state for answer in parsed.submission.answers} == {AnswerState.SKIPPED}
    assert (parsed.problems, parsed.dropped, parsed.not_on_form) == ((), (), ())


def test_a_script_as_the_address_is_refused() -> None:
    with pytest.raises(RenderError):
        render_form(FORM, action="javascript:alert(1)")


def test_a_form_read_from_right_to_left_is_drawn_so() -> None:
    drawn = render_form(every_kind(language="ar", wording=FORM.words), action="")

    assert '<html lang="ar" dir="rtl">' in drawn


def test_the_same_facts_give_the_same_page() -> None:
    assert render_form(FORM, action="/x", about="Sam") == render_form(FORM, action="/x", about="Sam")


PLAIN = [(tag, sorted(attrs)) for tag, attrs in Page(render_form(every_kind(), action="", about="Words")).elements]


@given(text=TEXT.filter(lambda text: text.strip()))
@example(text=HOSTILE[0])
def test_hostile_words_of_a_form_stay_words(text: str) -> None:
    page = Page(render_form(every_kind(text), action="", about=text))

    assert [(tag, sorted(attrs)) for tag, attrs in page.elements] == PLAIN
    assert page.text_of("h1") == text
    assert page.text_of("title") == text
    assert text in page.text_of("bdi")
    assert page.text_of("label").count(text) == 2


@given(text=TEXT)
@example(text=HOSTILE[1])
@example(text="\nfirst line is empty")
def test_hostile_words_of_a_child_are_kept_to_the_letter_and_stay_words(text: str) -> None:
    page = Page(render_form(every_kind(), action="", about="Words", answers={"fine": "no", "why": text, "one": text}))

    assert [(tag, sorted(set(attrs) - {"checked"})) for tag, attrs in page.elements] == PLAIN
    assert page.text_of("textarea") == "\n" + text
