"""``relationkit board``: a child's plan board as a page, and which promises were kept in time."""

from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from relationkit.cli import output
from relationkit.cli.exits import ALL_WELL
from relationkit.cli.files import write_whole
from relationkit.cli.sources import InvalidOptionError, moment, opened
from relationkit.plugins import CaseReader, SupportsPromises
from relationkit.records import Child
from relationkit.render import render_board
from relationkit.visits import KeptShare, PlanBoard, promises_kept
from relationkit.withholding import WITHHELD

__all__ = ["board_page", "promise_store", "show_kept", "write_board"]

#: The board names a child and holds what was said to them.
OWNER_ONLY: Final = 0o600

COLUMNS: Final = ("promises", "kept_in_time", "share", "waiting", "could_not_be_judged")
HEADINGS: Final = ("Promises", "Kept in time", "Share", "Waiting", "Without a day")


def write_board(source: str, whose: str, out: Path, now: str | None) -> int:
    """Write the page and say what is on it; return the exit code."""
    at = moment(now)
    kind, _, child_id = whose.partition(":")
    if kind != "child" or not child_id:
        raise InvalidOptionError(f"--for {whose}: not of the form child:ID.")
    with opened(source) as reader:
        board = next(promise_store(reader).boards(child_ids=[child_id]), None)
        if board is None:
            raise InvalidOptionError(f"--for {whose}: nothing was promised to a child of that id. Check the id.")
        page = board_page(reader, board, at)
    write_whole(out, page, mode=OWNER_ONLY)
    output.note(f"{out}: {len(board.promises)} promises. Print it, or open it in any browser.")
    return ALL_WELL


def board_page(reader: CaseReader, board: PlanBoard, now: datetime) -> str:
    """Return the page of a board, with the names that the source knows."""
    child = _child(reader, board.child_id)
    ids = {promise.worker_id for promise in board.promises}
    workers = reader.workers(worker_ids=ids) if "workers" in reader.capabilities else ()
    names = {str(worker.id): worker.name for worker in workers}
    return render_board(board, now=now, name=child.chosen_name, language=child.language, worker_names=names)


def show_kept(source: str, by: str, now: str | None, form: str) -> int:
    """Print the share of promises kept in time for each worker or team; return the exit code."""
    if by not in ("worker", "team"):
        raise InvalidOptionError(f"--by {by}: not a way to group. Use worker or team.")
    grouping: Literal["worker", "team"] = "worker" if by == "worker" else "team"
    with opened(source) as reader:
        workers = list(reader.workers()) if "workers" in reader.capabilities else []
        boards = list(promise_store(reader).boards())
        report = promises_kept(boards, now=moment(now), by=grouping, workers=workers)
    rows = [("everyone", report.everyone), *report.groups.items()]
    if form == "json":
        document = {name: dict(zip(COLUMNS, _figures(share), strict=True)) for name, share in rows[1:]}
        output.print_json({"everyone": dict(zip(COLUMNS, _figures(report.everyone), strict=True)), by: document})
    elif form == "csv":
        output.print_csv((by, *COLUMNS), [(name, *_figures(share)) for name, share in rows])
    else:
        title = f"Promises kept in time, by {by} ({WITHHELD}: withheld, about few children)"
        output.print_table(title, (by.title(), *HEADINGS), [(name, *_shown(share)) for name, share in rows])
        if not boards:
            output.note("No promise is kept there yet: put_up keeps what was said, and tick what was done.")
    return ALL_WELL


def promise_store(reader: CaseReader) -> SupportsPromises:
    """Return the source, if it keeps promises.

    Raises:
        InvalidOptionError: It keeps none.
    """
    if not isinstance(reader, SupportsPromises):
        raise InvalidOptionError(
            f"--source {reader.source}: keeps no promises. Name one that does, such as sql:case.db."
        )
    return reader


def _child(reader: CaseReader, child_id: str) -> Child:
    """Return what the page says of the child; one who is not in the source is not named."""
    found = reader.children(child_ids=[child_id]) if "children" in reader.capabilities else iter(())
    return next(found, Child.model_validate({"id": child_id}))


def _figures(share: KeptShare | None) -> tuple[object, ...]:
    if share is None:
        return (WITHHELD,) * len(COLUMNS)
    rate = None if share.share is None else round(share.share, 4)
    rest = (WITHHELD if each is None else each for each in (share.waiting, share.could_not_be_judged))
    return share.promises, share.kept_in_time, rate, *rest


def _shown(share: KeptShare | None) -> tuple[object, ...]:
    figures = _figures(share)
    if share is None:
        return figures
    return (*figures[:2], "" if share.share is None else f"{share.share:.0%}", *figures[3:])
