"""The form, step by step: shown, read, kept after each step, put right, sent.

Each step is a page that sends to itself. What it sends is kept before the next one is shown, so that Back, a closed
window and a dead battery lose nothing; where it cannot be kept, it stays in the page that comes back.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from relationkit.dates_in_words import moment_in_words
from relationkit.errors import PictureError, SourceError, UnknownFormVersionError
from relationkit.feedback import (
    Audience,
    DrawingQuestion,
    FeedbackForm,
    FormDraft,
    Invitation,
    InvitationPurpose,
    KeptPicture,
    QuestionProblem,
    SentForm,
    Submission,
    SubmissionId,
    check_answers,
    find_form,
    page_words,
    parse_submission,
)
from relationkit.feedback.sent import storable_text
from relationkit.profiles import Contact
from relationkit.render import clean_picture, form_steps, render_form
from relationkit.render.forms import PEOPLE, SEND, START, TALK, step_fields
from relationkit.render.html import picture_address
from relationkit.web.desk import Desk, RefusedError, own_address, page_answer, spoken
from relationkit.web.links import draft_id
from relationkit.web.uploads import Sent

__all__ = ["form_routes", "kept_picture"]

#: How often a step is saved again when another window was quicker.
_TRIES: Final = 5

Fields = Mapping[str, tuple[str, ...]]


def form_routes(desk: Desk) -> list[Route]:
    """Return the route that shows a form's steps and the one that reads them."""

    def show(request: Request) -> Response:
        desk.limit(request, "page")
        try:
            return _Filling.begun(desk, request).show(request.query_params.get("step"))
        except SourceError as error:
            raise RefusedError("wrong", spoken(request)) from error

    async def read(request: Request) -> Response:
        desk.link_is_good(request, InvitationPurpose.FORM)
        sent = await desk.sent(request)
        if sent.picture is not None:
            desk.limit(request, "picture")
        return await run_in_threadpool(_read, desk, request, sent)

    return [
        Route("/forms/{token}", show, methods=["GET"]),
        Route("/forms/{token}", read, methods=["POST"]),
    ]


def _read(desk: Desk, request: Request, sent: Sent) -> Response:
    try:
        return _Filling.begun(desk, request).read(sent, is_ours=_is_ours(request))
    except SourceError:
        return _still_here(desk, request, sent)


def _still_here(desk: Desk, request: Request, sent: Sent) -> Response:
    """Give the page back with all that was put on it, as the store is away; the page itself says which form it is."""
    page = page_words(sent.one("language") or spoken(request))
    try:
        form = find_form(desk.forms, sent.one("form_id"), sent.whole("form_version"), sent.one("language"))
        drawn = render_form(
            form,
            action=own_address(request),
            answers=sent.fields,
            hidden={name: sent.one(name) for name in ("page.key", "page.seen")},
            step=sent.one("page.step"),
            keeps_drafts=True,
            remarks=[page.not_kept],
        )
    except (UnknownFormVersionError, ValueError) as error:
        raise RefusedError("wrong", page.language) from error
    return page_answer(drawn, 503, {"Retry-After": "60"})


@dataclass(frozen=True, slots=True)
class _Filling:
    """One child before one form: what they sent by this link before, and what they have half filled in."""

    desk: Desk
    request: Request
    invitation: Invitation
    form: FeedbackForm
    sent_before: Sequence[SentForm]
    draft: FormDraft | None = field(repr=False)

    @classmethod
    def begun(cls, desk: Desk, request: Request) -> "_Filling":
        """Look everything up.

        Raises:
            RefusedError: The link opens nothing, or its form is not there.
            SourceError: The store did not answer.
        """
        invitation = desk.opened(request, InvitationPurpose.FORM)
        try:
            form = find_form(desk.forms, invitation.form_id or "", invitation.form_version or 0, invitation.language)
        except UnknownFormVersionError as error:
            raise RefusedError("gone", invitation.language) from error
        sent_before = desk.store.sent_forms(invitation.id)
        draft = desk.store.draft(draft_id(invitation.id, len(sent_before), key=desk.key))
        return cls(desk, request, invitation, form, sent_before, draft)

    def id_of(self, sent_before: int) -> SubmissionId:
        return draft_id(self.invitation.id, sent_before, key=self.desk.key)

    @property
    def id(self) -> SubmissionId:
        """Of the draft, and of the submission it will be."""
        return self.id_of(len(self.sent_before))

    @property
    def answers(self) -> Fields:
        return {} if self.draft is None else self.draft.answers

    @property
    def every_step(self) -> tuple[str, ...]:
        """Every step there can be, whatever was answered."""
        return (START, *(question.id for question in self.form.questions), PEOPLE, TALK, SEND)

    @property
    def contact(self) -> Contact | None:
        return self.desk.contact(self.invitation)

    # Showing ---------------------------------------------------------------------------------------------------------

    def show(self, wanted: str | None) -> Response:
        if self.draft is None and self.sent_before and wanted != START:  # Back after sending leads here too
            return self.already()
        steps = form_steps(self.form, self.answers)
        left_at = START if self.draft is None else self.draft.step
        return self.page(next((step for step in (wanted, left_at) if step in steps), START))

    def page(
        self,
        step: str,
        *,
        answers: Mapping[str, object] | None = None,
        problems: Sequence[QuestionProblem] = (),
        remarks: Sequence[str] = (),
        status: int = 200,
    ) -> Response:
        """Return one step, with what is kept of it or what ``answers`` say instead."""
        drawn = render_form(
            self.form,
            action=own_address(self.request),
            about=self.invitation.about,
            answers={**self.answers, **(answers or {})},
            problems=problems,
            hidden={"page.key": self.id, "page.seen": _digest(self.answers, step)},
            step=step,
            keeps_drafts=True,
            remarks=remarks,
            pictures=dict(self.pictures(step)),
            contact=self.contact,
        )
        return page_answer(drawn, status)

    def pictures(self, step: str) -> Iterator[tuple[str, str]]:
        """Yield the picture of the step, where there is one."""
        names = self.answers.get(step, ()) if self.is_drawing(step) else ()
        picture = self.desk.store.draft_picture(self.id, names[0]) if names else None
        if picture is not None:
            yield step, picture_address(picture.media_type, picture.content)

    def is_drawing(self, step: str) -> bool:
        return any(isinstance(question, DrawingQuestion) and question.id == step for question in self.form.questions)

    def already(self) -> Response:
        page = page_words(self.form.language)
        sent_on = moment_in_words(self.sent_before[-1].submitted_at, page.language)
        texts = [page.already_text.format(day=sent_on)]
        if any(sent.wants_to_talk for sent in self.sent_before):
            texts.append(page.now_told)
        links = [(f"?step={START}", page.say_more)]
        return self.desk.message(page, page.already_heading, texts, links=links, contact=self.contact)

    # Reading ---------------------------------------------------------------------------------------------------------

    def read(self, sent: Sent, *, is_ours: bool) -> Response:
        step = sent.one("page.step") or (START if self.draft is None else self.draft.step)
        if step not in self.every_step:
            step = START
        if sent.is_too_large:
            return self.too_large(step)
        self.refuse_another_form(sent)
        fields = self.fields_of(step, sent)
        ids = [self.id_of(number) for number in range(len(self.sent_before) + 1)]
        if sent.one("page.key") not in ids or not is_ours:
            remark = page_words(self.form.language).press_again
            return self.page(step, answers=fields, remarks=[remark], status=403)
        is_news = _digest(fields, step) != sent.one("page.seen") or sent.picture is not None
        if sent.one("page.key") != self.id and not is_news:  # a page of a form that has been sent since
            return self.already()
        return self.kept(step, sent, fields, is_news=is_news)

    def too_large(self, step: str) -> Response:
        page = page_words(self.form.language)
        if self.is_drawing(step):
            return self.page(step, problems=[QuestionProblem(step, page.too_big)], status=413)
        return self.page(step, remarks=[page.too_much], status=413)

    def refuse_another_form(self, sent: Sent) -> None:
        own = (self.form.id, str(self.form.version), self.form.language)
        if tuple(sent.one(name) for name in ("form_id", "form_version", "language")) != own:
            raise RefusedError("changed", self.form.language)

    def fields_of(self, step: str, sent: Sent) -> Fields:
        """Return what the step's page sent in its own fields; the name of a picture is never taken from a page."""
        own = {name: tuple(map(storable_text, sent.fields.get(name, ()))) for name in step_fields(step)}
        if self.is_drawing(step):
            own[step] = () if sent.one("page.remove") else tuple(self.answers.get(step, ()))
        return {name: values for name, values in own.items() if any(value.strip() for value in values)}

    def kept(self, step: str, sent: Sent, fields: Fields, *, is_news: bool) -> Response:
        """Keep the step and go where the button leads."""
        go = sent.one("page.go") or "next"
        if go == "delete":
            return self.deleted()
        seen, stored = sent.one("page.seen"), _digest(self.answers, step)
        is_at_odds = is_news and stored not in (seen, _digest(fields, step)) and sent.one("page.key") == self.id
        if is_at_odds and sent.picture is None:  # no page can give a picture back: it is kept as what came last
            return self.said_twice(step, fields)
        pictures: list[KeptPicture] = []
        if sent.picture is not None:
            try:
                pictures = [kept_picture(sent.picture)]
            except PictureError as error:
                return self.page(step, problems=[self.picture_problem(step, error)], status=422)
            fields = {**fields, step: (pictures[0].sha256,)}
        answers = self.merged(step, fields) if is_news else self.answers
        target = self.target(step, go, answers)
        saved = self.saved(answers, target, pictures)
        if saved is None:  # another window was quicker: look again at what it kept
            return self.again(sent)
        return saved.went(step, go, target)

    def merged(self, step: str, fields: Fields) -> Fields:
        own = step_fields(step)
        return {**{name: values for name, values in self.answers.items() if name not in own}, **fields}

    def saved(self, answers: Fields, step: str, pictures: Sequence[KeptPicture]) -> "_Filling | None":
        """Return this filling-in with the answers kept; ``None`` when another window was quicker."""
        draft = FormDraft(
            id=self.id,
            invitation_id=self.invitation.id,
            child_id=self.invitation.child_id,
            worker_id=self.invitation.worker_id,
            form_id=self.form.id,
            form_version=self.form.version,
            language=self.form.language,
            answers=answers,
            step=step,
            saved_at=self.desk.clock(),
            revision=1 if self.draft is None else self.draft.revision + 1,
        )
        workers = self.desk.workers() if draft.wants_to_talk else []
        store = self.desk.store
        if not store.save_draft(draft, pictures=pictures, workers=workers, notifiers=self.desk.notifiers):
            return None
        return _Filling(self.desk, self.request, self.invitation, self.form, self.sent_before, draft)

    def again(self, sent: Sent) -> Response:
        tries = sent.whole("page.tries")
        if tries >= _TRIES:
            raise RefusedError("busy", self.form.language)
        once_more = Sent({**sent.fields, "page.tries": [str(tries + 1)]}, sent.picture)
        return _Filling.begun(self.desk, self.request).read(once_more, is_ours=True)

    def said_twice(self, step: str, fields: Fields) -> Response:
        """Say what another window holds; what is on this page stays on it, and is kept when it is sent again."""
        other = "; ".join(value for name in step_fields(step) for value in self.answers.get(name, ()))
        page = page_words(self.form.language)
        words = page.skipped if self.is_drawing(step) or not other else f"“{other}”"
        blank: Fields = dict.fromkeys(step_fields(step), ())
        return self.page(step, answers={**blank, **fields}, remarks=[page.other_window.format(words=words)], status=409)

    def picture_problem(self, step: str, error: PictureError) -> QuestionProblem:
        page = page_words(self.form.language)
        is_large = error.reason in ("too_many_bytes", "too_many_pixels")
        return QuestionProblem(step, page.too_big if is_large else self.form.words.not_picture)

    def target(self, step: str, go: str, answers: Fields) -> str:
        """Return the step that a button leads to."""
        steps = form_steps(self.form, answers)
        if go in steps:
            return go
        every, place = self.every_step, self.every_step.index(step)
        if go == "next":
            return next((later for later in every[place + 1 :] if later in steps), SEND)
        if go == "back":
            return next((earlier for earlier in reversed(every[:place]) if earlier in steps), START)
        return step

    def went(self, step: str, go: str, target: str) -> Response:
        """Answer once the step is kept."""
        page = page_words(self.form.language)
        if go == "save":
            links = [(f"?step={quote(step)}", page.carry_on)]
            texts = [page.kept_text]
            return self.desk.message(page, page.kept_heading, texts, links=links, contact=self.contact, is_news=True)
        if go == "send":
            return self.submitted()
        problems = [each for each in check_answers(self.form, self.answers).problems if each.field in step_fields(step)]
        if go == "next" and problems:
            return self.page(step, problems=problems, status=422)
        return RedirectResponse(f"?step={quote(target)}", 303)

    def deleted(self) -> Response:
        self.desk.store.delete_draft(self.id)
        page = page_words(self.form.language)
        texts = [page.deleted_text]
        return self.desk.message(page, page.deleted_heading, texts, contact=self.contact, is_news=True)

    # Sending ---------------------------------------------------------------------------------------------------------

    def submitted(self) -> Response:
        parsed = parse_submission(
            self.form,
            self.answers,
            form_version=self.form.version,
            submission_id=self.id,
            child_id=self.invitation.child_id,
            session_id=self.invitation.session_id,
            submitted_at=self.desk.clock(),
            worker_id=self.invitation.worker_id,
        )
        if parsed.problems:
            step = self.step_of(parsed.problems[0])
            return self.page(step, problems=parsed.problems, status=422)
        workers = self.desk.workers() if parsed.submission.wants_to_talk else []
        self.desk.store.submit(
            parsed.submission,
            now=self.desk.clock(),
            invitation_id=self.invitation.id,
            workers=workers,
            notifiers=self.desk.notifiers,
        )
        return self.thanked(parsed.submission)

    def step_of(self, problem: QuestionProblem) -> str:
        steps = form_steps(self.form, self.answers)
        return next((step for step in steps if problem.field in step_fields(step)), SEND)

    def thanked(self, submission: Submission) -> Response:
        """Say what happens now."""
        words, page = self.form.words, page_words(self.form.language)
        readers = [words.audience_labels[who] for who in submission.audience if who is not Audience.NOBODY_BY_NAME]
        happens = [page.now_read_by.format(readers=", ".join(readers)) if readers else page.now_duty_reads]
        happens += [page.now_told] if submission.wants_to_talk else []
        happens += [self.form.notice.when_read]
        links = [(f"?step={START}", page.say_more)]
        texts = [words.saved_text]
        return self.desk.message(
            page, words.saved_heading, texts, happens=happens, links=links, contact=self.contact, is_news=True
        )


def _digest(answers: Fields, step: str) -> str:
    """Return what a step holds, as a mark that tells nothing of it: a page shows by it what it was drawn from."""
    held = {name: list(values) for name in step_fields(step) if (values := answers.get(name, ()))}
    return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()[:16]


def _is_ours(request: Request) -> bool:
    """Return whether the page that sent this was one of this site, as far as the browser says."""
    return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


def kept_picture(data: bytes) -> KeptPicture:
    """Return a picture as it is kept.

    Raises:
        PictureError: It is none, is broken, or is too large.
    """
    clean = clean_picture(data)
    return KeptPicture(clean.sha256, clean.media_type, clean.data)
