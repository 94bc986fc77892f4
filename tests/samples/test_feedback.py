"""What young people of a synthetic council say: after sessions that were held, from 13."""

from relationkit.england import age_on
from relationkit.records import SessionStatus, london_day
from relationkit.samples import SampleCouncil

SOME = [f"child-{number:06d}" for number in range(60)]


def test_forms_are_about_sessions_that_were_held_with_somebody_of_13_or_over(council: SampleCouncil) -> None:
    born = {child.id: child.born_on for child in council.children(child_ids=SOME)}
    sessions = {session.id: session for session in council.sessions(child_ids=SOME)}
    found = list(council.submissions(child_ids=SOME))

    assert len(found) > 20
    assert len({each.id for each in found}) == len(found)
    for each in found:
        session, birth = sessions[each.session_id or ""], born[each.child_id]
        assert session.status is SessionStatus.HELD
        assert (session.child_id, session.worker_id) == (each.child_id, each.worker_id)
        assert session.ends_at < each.submitted_at <= council.now
        assert birth is not None
        assert age_on(birth, london_day(session.starts_at)) >= 13


def test_the_same_child_says_the_same_however_many_are_asked_for(council: SampleCouncil) -> None:
    together = [each for each in council.submissions(child_ids=SOME) if each.child_id in SOME[:20]]

    assert list(council.submissions(child_ids=SOME[:20])) == together
