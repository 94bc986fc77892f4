"""The page on which a child says how a session went: shown, read, shown again where something is to be put right."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qs, quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from relationkit.errors import SourceError, UnknownFormVersionError
from relationkit.feedback import (
    DrawingQuestion,
    ParsedSubmission,
    QuestionProblem,
    Submission,
    SubmissionId,
    parse_submission,
)
from relationkit.render import render_form
from relationkit.web.guards import content_security_policy, read_capped
from relationkit.web.invitations import FormInvitation
from relationkit.web.keys import opened_by, token_digest

__all__ = ["form_routes"]

#: The hidden field that makes one filling-in out of a page, so that sending it twice is not two. No question's id can
#: have a dot.
PAGE_KEY: Final = "page.key"

#: More fields than any form has; a page that sends more was not ours.
MOST_FIELDS: Final = 500


def form_routes(
    forms: Mapping[str, FormInvitation],
    save: Callable[[Submission], None],
    clock: Callable[[], datetime],
    most_bytes: int,
) -> list[Route]:
    """Return the route that shows the forms and the one that reads them; the arguments are those of ``create_app``."""

    def show(request: Request) -> Response:
        invitation = _invitation(request, forms)
        return _page(request, invitation, {PAGE_KEY: [secrets.token_urlsafe(16)]})

    async def read(request: Request) -> Response:
        invitation = _invitation(request, forms)
        sent = _fields(request, await read_capped(request, most_bytes))
        parsed = _parsed(request, invitation, sent, clock())
        if not parsed.problems or parsed.submission.wants_to_talk:
            await _saved(save, parsed.submission)
        if parsed.problems:
            return _page(request, invitation, sent, parsed.problems)
        return _page(request, invitation, {PAGE_KEY: [secrets.token_urlsafe(16)]}, saved=True)

    return [
        Route("/forms/{token}", show, methods=["GET"]),
        Route("/forms/{token}", read, methods=["POST"]),
    ]


def refuse_drawings(forms: Mapping[str, FormInvitation]) -> None:
    """Refuse a form with a drawing in it: this page takes no files, and a drawing must not be lost.

    Raises:
        ValueError: One of the forms has one.
    """
    for invitation in forms.values():
        if any(isinstance(question, DrawingQuestion) for question in invitation.form.questions):
            raise ValueError(f"the form {invitation.form.id} asks for a drawing, and this page takes no files")


def _invitation(request: Request, forms: Mapping[str, FormInvitation]) -> FormInvitation:
    _, invitation = opened_by(request.path_params["token"], forms)
    if invitation is None:
        raise HTTPException(404)
    return invitation


def _fields(request: Request, body: bytes) -> dict[str, list[str]]:
    """Return what the page sent, by field; text that is not UTF-8 keeps marks where it could not be read."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    try:
        text = body.decode("ascii", "replace")
        return parse_qs(text, keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(413) from error


def _parsed(
    request: Request, invitation: FormInvitation, sent: Mapping[str, list[str]], now: datetime
) -> ParsedSubmission:
    page_key = "".join(sent.get(PAGE_KEY, ()))
    try:
        return parse_submission(
            invitation.form,
            {name: values for name, values in sent.items() if name != PAGE_KEY},
            form_version="".join(sent.get("form_version", ())),
            submission_id=_submission_id(request.path_params["token"], page_key),
            child_id=invitation.child_id,
            session_id=invitation.session_id,
            submitted_at=now,
            worker_id=invitation.worker_id,
        )
    except UnknownFormVersionError as error:
        raise HTTPException(409) from error


def _submission_id(token: str, page_key: str) -> SubmissionId:
    """Return the same id for the same page sent again, and one that no other token can make."""
    return SubmissionId(sha256(f"{token_digest(token)}:{page_key}".encode("utf-8", "replace")).hexdigest()[:32])


async def _saved(save: Callable[[Submission], None], submission: Submission) -> None:
    try:
        await run_in_threadpool(save, submission)
    except SourceError as error:
        raise HTTPException(503) from error


def _page(
    request: Request,
    invitation: FormInvitation,
    sent: Mapping[str, list[str]],
    problems: Sequence[QuestionProblem] = (),
    *,
    saved: bool = False,
) -> Response:
    """Return the form; its address is given as the last part alone, so that it holds wherever the app is mounted."""
    page = render_form(
        invitation.form,
        action=quote(request.path_params["token"], safe=""),
        about=invitation.about,
        answers={name: values for name, values in sent.items() if name != PAGE_KEY},
        problems=problems,
        hidden={PAGE_KEY: "".join(sent.get(PAGE_KEY, ()))},
        saved=saved,
    )
    headers = {"Content-Security-Policy": content_security_policy(page)}
    return HTMLResponse(page, 422 if problems else 200, headers)
