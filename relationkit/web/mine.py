"""The child's own page: what they told us, when, and who has read it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relationkit.dates_in_words import moment_in_words
from relationkit.errors import SourceError, UnknownFormVersionError
from relationkit.feedback import (
    AnswerState,
    Evidence,
    FeedbackForm,
    Invitation,
    InvitationPurpose,
    KeptPicture,
    PageWording,
    Sight,
    Submission,
    SubmissionId,
    SubmissionRead,
    find_form,
    page_words,
)
from relationkit.records import Child
from relationkit.render.forms import direction_of, given_in_words
from relationkit.render.html import picture_address, render_page
from relationkit.web.desk import Desk, RefusedError, page_answer, spoken

__all__ = ["mine_routes"]


def mine_routes(desk: Desk) -> list[Route]:
    """Return the route of the child's own page."""

    def show(request: Request) -> Response:
        desk.limit(request, "page")
        try:
            return _page(desk, desk.opened(request, InvitationPurpose.MINE))
        except SourceError as error:
            raise RefusedError("wrong", spoken(request)) from error

    return [Route("/mine/{token}", show, methods=["GET"])]


def _page(desk: Desk, invitation: Invitation) -> Response:
    child, now = Child(id=invitation.child_id), desk.clock()
    page = page_words(invitation.language)
    reads = [line for line in desk.store.reads(child.id) if line.viewer_role is not None]
    submissions = desk.store.read_submissions(child, now=now, child_ids={child.id})
    evidence = desk.store.read_evidence(child, now=now, child_ids={child.id})
    told = [_told(desk, each.submission, reads, page) for each in submissions if each.submission is not None]
    told += [_given(desk, child, each, reads, page) for each in evidence]
    facts = {
        "page": page,
        "lang": invitation.language,
        "direction": direction_of(invitation.language),
        "told": sorted(told, key=lambda each: str(each["at"]), reverse=True),
    }
    return page_answer(render_page("form_mine.html", facts))


def _told(desk: Desk, submission: Submission, reads: list[SubmissionRead], page: PageWording) -> dict[str, object]:
    """Return one form that was sent, newest reading last."""
    form = _form_of(desk, submission)
    pictures = [
        picture_address(picture.media_type, picture.content)
        for answer in submission.answers
        if form is not None
        and isinstance(answer.value, str)
        and form.question(answer.question_id).kind == "drawing"
        and (picture := _picture(desk, Child(id=submission.child_id), submission.id, answer.value))
    ]
    return {
        "at": submission.submitted_at.isoformat(),
        "heading": page.mine_sent.format(day=moment_in_words(submission.submitted_at, page.language)),
        "title": None if form is None else form.title,
        "lines": [] if form is None else _lines(form, submission),
        "pictures": pictures,
        "asked": page.mine_asked_to_talk if submission.wants_to_talk else None,
        "replies": [],
        "reads": _reads(reads, submission.id, page),
    }


def _lines(form: FeedbackForm, submission: Submission) -> list[tuple[str, str]]:
    return [
        (form.question(answer.question_id).text, given_in_words(form, answer))
        for answer in submission.answers
        if answer.state is not AnswerState.NOT_ASKED
    ]


def _given(
    desk: Desk, child: Child, evidence: Evidence, reads: list[SubmissionRead], page: PageWording
) -> dict[str, object]:
    """Return one piece of evidence, with the replies to it."""
    name = evidence.picture_sha256
    picture = None if name is None else _picture(desk, child, SubmissionId(evidence.id), name)
    return {
        "at": evidence.added_at.isoformat(),
        "heading": page.mine_sent.format(day=moment_in_words(evidence.added_at, page.language)),
        "title": page.thanks_button,
        "lines": [("", evidence.words)] if evidence.words else [],
        "pictures": [] if picture is None else [picture_address(picture.media_type, picture.content)],
        "asked": None,
        "replies": [reply.text for reply in evidence.replies],
        "reads": _reads(reads, evidence.id, page),
    }


def _picture(desk: Desk, child: Child, owner: SubmissionId, name: str) -> KeptPicture | None:
    return desk.store.read_picture(child, owner, name, now=desk.clock())


def _reads(reads: list[SubmissionRead], name: str, page: PageWording) -> list[str]:
    """Return who has read it, each reader once, by their first reading."""
    firsts: dict[tuple[str, Sight], SubmissionRead] = {}
    for line in reads:
        if line.submission_id == name:
            firsts.setdefault((line.viewer_id, line.sight), line)
    return [_read_line(line, page) for line in firsts.values()]


def _read_line(line: SubmissionRead, page: PageWording) -> str:
    text = page.mine_read_line if line.sight is Sight.ANSWERS else page.mine_saw_request
    who = page.viewers.get(str(line.viewer_role), str(line.viewer_role))
    return text.format(who=who, day=moment_in_words(line.at, page.language))


def _form_of(desk: Desk, submission: Submission) -> FeedbackForm | None:
    """Return the form that was filled in; ``None`` when it is not held any more, and its answers have no words."""
    try:
        return find_form(desk.forms, submission.form_id, submission.form_version, submission.language)
    except UnknownFormVersionError:
        return None
