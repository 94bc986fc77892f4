"""The people of a synthetic council: every name says that nobody real is meant."""

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import groupby

from relationkit.records import LONDON, Absence, Child, Role, Worker, WorkerId
from relationkit.samples import calibration as figures
from relationkit.samples.cases import Case
from relationkit.samples.draws import Draws
from relationkit.samples.posts import Post, Posts

__all__ = ["absences_of", "child_of", "duty", "managers", "workers_of"]

#: Heads the council: manages the team managers, and whoever works outside a team of social workers.
HEAD = WorkerId("manager-000")


def child_of(case: Case, *, seed: int, team: str) -> Child:
    """Return the child of a case."""
    draws = Draws(seed, "child", case.number)
    return Child(
        id=case.id,
        chosen_name=f"Sample Child {case.number:04d}",
        pronouns=draws.weighted(figures.PRONOUNS),
        born_on=case.born_on,
        team=team,
        language="cy" if draws.chance(figures.WELSH_SHARE.value) else "en",
    )


def duty() -> Iterator[Worker]:
    """Yield the duty desk."""
    yield Worker(id=WorkerId("duty-000"), name="Sample Duty Desk (synthetic)", role=Role.DUTY, manager_id=HEAD)


def managers(posts: Posts) -> Iterator[Worker]:
    """Yield the head, then the manager of each team of social workers."""
    yield Worker(id=HEAD, name="Sample Head of Service (synthetic)", role=Role.MANAGER)
    for team in range(posts.teams):
        number = posts.team_posts(team).start
        name = f"Sample Manager {team + 1:03d} (synthetic)"
        yield Worker(id=_manager_id(team), name=name, role=Role.MANAGER, team=posts.team_name(number), manager_id=HEAD)


def workers_of(posts: Posts, number: int) -> Iterator[Worker]:
    """Yield everybody who held the post in the records, first holder first."""
    is_social_work = posts.kind.role is Role.SOCIAL_WORKER
    manager_id = _manager_id(posts.team_number(number)) if is_social_work else HEAD
    for worker_id, tenures in groupby(posts.tenures(number), key=lambda tenure: tenure.worker_id):
        mark = worker_id.removeprefix(f"{posts.kind.key}-")
        yield Worker(
            id=worker_id,
            name=f"Sample {posts.kind.title} {mark} (synthetic)",
            role=posts.kind.role,
            team=[tenure.team for tenure in tenures][-1],
            manager_id=manager_id,
            registration=f"SWTEST{mark.upper()}" if is_social_work else None,
        )


def absences_of(post: Post) -> Iterator[Absence]:
    """Yield the absences of a post's holders, by worker, oldest first; days away are whole days in London."""
    for leave in post.leave:
        yield Absence(
            worker_id=leave.worker_id,
            starts_at=_midnight(leave.started_on),
            ends_at=None if leave.ended_on is None else _midnight(leave.ended_on),
            cover_id=leave.cover_id,
            tell_child=leave.is_told,
        )


def _manager_id(team: int) -> WorkerId:
    return WorkerId(f"manager-{team + 1:03d}")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)
