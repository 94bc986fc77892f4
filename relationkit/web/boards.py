"""The child's plan board at a link of their own, ticked and unticked there by child or worker; works without script."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from relationkit.errors import SourceError
from relationkit.feedback import Invitation, InvitationPurpose, page_words
from relationkit.plugins import SupportsPromises
from relationkit.render import render_board
from relationkit.visits import PlanBoard, TickedBy
from relationkit.web.desk import Desk, RefusedError, own_address, page_answer, spoken
from relationkit.web.uploads import Sent

__all__ = ["board_routes"]

#: Said in the address after the ticks were kept, so that loading the page again sends nothing again.
_SAVED = "saved"


def board_routes(desk: Desk, promises: SupportsPromises) -> list[Route]:
    """Return the route that shows a board and the one that keeps its ticks."""

    def show(request: Request) -> Response:
        desk.limit(request, "page")
        invitation, board = _opened(desk, promises, request)
        return _page(desk, request, invitation, board, is_saved=_SAVED in request.query_params)

    async def read(request: Request) -> Response:
        invitation_id = desk.link_is_good(request, InvitationPurpose.BOARD)
        sent = await desk.sent(request)
        return await run_in_threadpool(_read, desk, promises, request, invitation_id, sent)

    return [
        Route("/boards/{token}", show, methods=["GET"]),
        Route("/boards/{token}", read, methods=["POST"]),
    ]


def _opened(desk: Desk, promises: SupportsPromises, request: Request) -> tuple[Invitation, PlanBoard]:
    """Return the invitation and the board it opens; a child to whom nothing was promised has an empty one."""
    try:
        invitation = desk.opened(request, InvitationPurpose.BOARD)
        child_id = invitation.child_id
        return invitation, next(promises.boards(child_ids=[child_id]), PlanBoard(child_id=child_id))
    except SourceError as error:
        raise RefusedError("wrong", spoken(request)) from error


def _read(desk: Desk, promises: SupportsPromises, request: Request, invitation_id: str, sent: Sent) -> Response:
    """Keep what was changed on the page; one that does not bring our mark is shown again, as it was ticked."""
    invitation, board = _opened(desk, promises, request)
    was, done = sent.fields.get("was", []), sent.fields.get("done", [])
    key, page = sent.one("page.key"), page_words(invitation.language)
    if not desk.is_ours(key, "board", invitation_id):
        status = 413 if sent.is_too_large else 403
        return _page(desk, request, invitation, board, sent=sent, remark=page.press_again, status=status)
    by = TickedBy.CHILD if invitation.worker_id is None else TickedBy.WORKER
    try:
        promises.tick(board.moves_of_page(was=was, done=done, at=desk.clock(), by=by))
    except SourceError:
        return _page(desk, request, invitation, board, sent=sent, remark=page.not_kept, status=503)
    return RedirectResponse(f"{own_address(request)}?{_SAVED}=1", 303)


def _page(
    desk: Desk,
    request: Request,
    invitation: Invitation,
    board: PlanBoard,
    *,
    sent: Sent | None = None,
    remark: str | None = None,
    is_saved: bool = False,
    status: int = 200,
) -> Response:
    drawn = render_board(
        board,
        now=desk.clock(),
        language=invitation.language,
        worker_names={str(worker.id): worker.name for worker in desk.workers()},
        action=own_address(request),
        hidden={"page.key": desk.page_key("board", invitation.id)},
        ticked=None if sent is None else sent.fields.get("done", ()),
        remark=remark,
        is_saved=is_saved,
    )
    return page_answer(drawn, status)
