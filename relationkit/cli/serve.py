"""``relationkit serve``: the web app on this machine, for a trial."""

import socket
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

import typer

from relationkit.cli import output
from relationkit.cli.calendars import calendar_key
from relationkit.cli.cards import read_book
from relationkit.cli.exits import ALL_WELL
from relationkit.cli.sources import InvalidOptionError, opened, plugins_found
from relationkit.dates_in_words import day_in_words
from relationkit.errors import MissingExtraError, NotSupportedError
from relationkit.feedback import (
    SHIPPED_FORMS,
    FeedbackForm,
    FormPurpose,
    Invitation,
    InvitationPurpose,
    choose_form,
    form_age,
)
from relationkit.plugins import CaseReader, SupportsFeedback, SupportsProfiles, SupportsPromises, open_adapter
from relationkit.profiles import ProfileBook, ProfileInvitation, ProfilePurpose
from relationkit.records import Child, ChildId, Role, Session, SessionStatus, Worker, WorkerId, london_day
from relationkit.web import (
    CardSettings,
    create_app,
    form_link,
    new_invitation,
    new_profile_invitation,
    new_token,
    token_digest,
)

__all__ = ["card_settings", "serve_app", "trial_invitations", "writing_invitations"]

#: Only this machine can ask it.
LOOPBACK: Final = "127.0.0.1"

#: How many children get links when none is named.
_SHOWN: Final = 3

#: Among how many plan boards a child is looked for who was promised something.
_BOARDS_LOOKED_AT: Final = 100


def serve_app(
    source: str, child_ids: Sequence[str], language: str, port: int, key_file: Path | None, profiles: Path | None = None
) -> int:
    """Serve the app on loopback until it is stopped; print the links to try."""
    try:
        import uvicorn
    except ImportError as error:
        raise MissingExtraError("Serving the web app", extra="web") from error
    key = calendar_key(key_file)
    cards = None if profiles is None else card_settings(read_book(profiles))
    with opened(source) as reader:
        if not isinstance(reader, SupportsFeedback):
            what = (
                "this source keeps no feedback. Use sql:FILE.db, which 'relationkit demo' makes, or sql:postgresql://…"
            )
            raise InvalidOptionError(f"--source {source}: {what}")
        now = datetime.now(UTC)
        invitations = [
            each
            for each in trial_invitations(reader, child_ids, language, now)
            if each.purpose is not InvitationPurpose.BOARD or isinstance(reader, SupportsPromises)
        ]
        promises = reader if isinstance(reader, SupportsPromises) else None
        store = reader if isinstance(reader, SupportsProfiles) else None
        children = list(dict.fromkeys(each.child_id for each in invitations))
        own = [] if store is None else writing_invitations(reader, children, language, now, has_cards=cards is not None)
        tokens = feed_tokens(reader, children)
        feeds = {token_digest(token): f"child:{child_id}" for child_id, token in tokens.items()}
        app = create_app(
            _opener(source), feeds=feeds, key=key, feedback=reader, promises=promises, profiles=store, cards=cards
        )
        with closing(_listening(port)) as listening:
            for invitation in invitations:
                reader.keep_invitation(invitation)
            if store is not None:
                for each in own:
                    store.keep_profile_invitation(each)
            place = f"http://{LOOPBACK}:{listening.getsockname()[1]}/"
            every: list[Invitation | ProfileInvitation] = [*invitations, *own]
            for one in every:
                whose = one.worker_id if one.purpose is ProfilePurpose.CARD else one.child_id
                typer.echo(f"{whose} {one.purpose.value:8} {place}{form_link(one, key=key)}")
            for child_id, token in tokens.items():
                typer.echo(f"{child_id} calendar {place}calendars/{token}")
            output.note("Only this machine can open them. Stop with Ctrl+C. What is sent is kept in the source.")
            settings = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
            uvicorn.Server(settings).run(sockets=[listening])
    return ALL_WELL


def card_settings(book: ProfileBook) -> CardSettings:
    """Return what stands on every card that is written in the app.

    Raises:
        InvalidOptionError: The file has no duty line.
    """
    duty = book.duty or next((profile.duty for profile in book.profiles), None)
    if duty is None:
        raise InvalidOptionError("--profiles: the file says nowhere who is on duty. Write it under [duty].")
    return CardSettings(duty=duty, work=book.work, theme=book.theme)


def writing_invitations(
    reader: CaseReader, child_ids: Collection[ChildId], language: str, now: datetime, *, has_cards: bool
) -> list[ProfileInvitation]:
    """Return an invitation for each child to write their page and, with cards, for each of their workers theirs."""
    shown = language.partition("-")[0]
    pages = [new_profile_invitation(child_id=child_id, language=shown, now=now) for child_id in child_ids]
    if not has_cards or "assignments" not in reader.capabilities:
        return pages
    held = reader.assignments(child_ids=set(child_ids))
    today = london_day(now)
    workers = {each.worker_id for each in held if each.role is Role.SOCIAL_WORKER and each.is_open(on=today)}
    return pages + [new_profile_invitation(worker_id=each, language=shown, now=now) for each in sorted(workers)]


def feed_tokens(reader: CaseReader, child_ids: Sequence[ChildId]) -> dict[ChildId, str]:
    """Return a new token for each child's calendar, which holds until the server stops; none without sessions."""
    return {child_id: new_token() for child_id in child_ids} if "sessions" in reader.capabilities else {}


def _opener(source: str) -> Callable[[], CaseReader]:
    manager, _ = plugins_found()
    return lambda: open_adapter(source, manager)


def _listening(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
    except OSError:
        listening.close()
        raise InvalidOptionError(f"--port {port}: something else uses it. Choose another, or 0 for any.") from None
    return listening


def trial_invitations(reader: CaseReader, child_ids: Sequence[str], language: str, now: datetime) -> list[Invitation]:
    """Return invitations to try: for each child a form about their latest session, thanks, their page, their board.

    Raises:
        InvalidOptionError: A child is not in the source, or the source has none.
    """
    children = list(reader.children(child_ids=set(child_ids) or None))
    missing = sorted(set(child_ids) - {child.id for child in children})
    if missing or not children:
        raise InvalidOptionError(f"--child {' '.join(missing)}: not in the source. Give ids as they stand there.")
    workers = {worker.id: worker for worker in reader.workers()} if "workers" in reader.capabilities else {}
    chosen = children if child_ids else with_most_to_show(reader, children, now)
    sessions = _latest(reader, {child.id for child in chosen}, now)
    return [
        invitation
        for child in chosen
        for invitation in _of_child(child, sessions.get(child.id), workers, language, now)
    ]


def with_most_to_show(reader: CaseReader, children: Sequence[Child], now: datetime) -> list[Child]:
    """Return a few children to try things with: first who has a session ahead and was promised something."""
    ahead, promised = set(), set()
    if "sessions" in reader.capabilities:
        planned = (each for each in reader.sessions(since=now) if each.status is SessionStatus.PLANNED)
        ahead = {each.child_id for each in planned}
    if isinstance(reader, SupportsPromises):
        promised = {board.child_id for board in islice(reader.boards(), _BOARDS_LOOKED_AT)}
    return sorted(children, key=lambda child: (child.id not in ahead) + (child.id not in promised))[:_SHOWN]


def _of_child(
    child: Child, session: Session | None, workers: dict[WorkerId, Worker], language: str, now: datetime
) -> list[Invitation]:
    form = _form_for(child, language, now)
    session_id, worker_id = (session.id, session.worker_id) if session else (None, None)
    worker = workers.get(worker_id) if worker_id else None
    about = _about(session, worker, form.language) if session and worker else None

    def invite(purpose: InvitationPurpose) -> Invitation:
        return new_invitation(
            child.id,
            purpose=purpose,
            form=form if purpose is InvitationPurpose.FORM else None,
            session_id=session_id,
            worker_id=None if purpose is InvitationPurpose.BOARD else worker_id,
            about=about,
            language=form.language,
            now=now,
        )

    return [invite(purpose) for purpose in InvitationPurpose]


def _about(session: Session, worker: Worker, language: str) -> str:
    return f"{worker.name}, {day_in_words(london_day(session.starts_at), language)}"


def _form_for(child: Child, language: str, now: datetime) -> FeedbackForm:
    """Return the form after a session of the child's age; 13 and over where no birthday is known."""
    today = london_day(now)
    born = child.born_on
    age = 13 if born is None else today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    form = choose_form(SHIPPED_FORMS, FormPurpose.AFTER_SESSION, age=form_age(age), language=language, on=today)
    if form is None:
        raise InvalidOptionError(f"--language {language}: there is no form for a child of {age} in it.")
    return form


def _latest(reader: CaseReader, child_ids: set[str], now: datetime) -> dict[str, Session]:
    """Return each child's latest session that was held, by child."""
    try:
        sessions = reader.sessions(child_ids=child_ids, until=now)
        return {each.child_id: each for each in sessions if each.status is SessionStatus.HELD}
    except NotSupportedError:
        return {}
