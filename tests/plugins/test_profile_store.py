"""Workers' cards and children's pages as the stores keep them: every version, in memory and in databases."""

from datetime import UTC, datetime, timedelta
from typing import Any

from relationkit.plugins import SupportsProfiles
from relationkit.profiles import AboutMe, AboutMeVersions, ProfileInvitation, WorkerProfile

NOW = datetime(2025, 3, 10, 12, tzinfo=UTC)
DUTY = {"name": "Duty team", "ways": [{"kind": "call", "label": "Call", "value": "01632 960 000"}]}


def a_profile(worker_id: str = "w1", **changes: Any) -> WorkerProfile:
    facts = {
        "worker_id": worker_id,
        "name": "Made-up Sam",
        "what_i_do": "I help.",
        "three_things": ["Dogs", "Tea", "Maps"],
        "ways": [{"kind": "text", "label": "Text me", "value": "01632 960 001"}],
        "hours": "Monday to Friday",
        "duty": DUTY,
    }
    return WorkerProfile.model_validate({**facts, **changes})


def test_the_stores_keep_profiles(outbox: Any) -> None:
    assert isinstance(outbox, SupportsProfiles)


def test_each_saving_is_a_version_and_the_ones_before_stay(outbox: Any) -> None:
    later = NOW + timedelta(days=1)
    assert outbox.keep_profile(a_profile(), version=1, saved_at=NOW)
    assert outbox.keep_profile(a_profile(name="Made-up Samira"), version=2, saved_at=later)

    kept = outbox.profile_versions("w1", language="en")
    assert [(each.profile.name, each.version, each.saved_at) for each in kept] == [
        ("Made-up Sam", 1, NOW),
        ("Made-up Samira", 2, later),
    ]


def test_of_two_windows_the_slower_one_is_told_and_changes_nothing(outbox: Any) -> None:
    outbox.keep_profile(a_profile(), version=1, saved_at=NOW)

    assert not outbox.keep_profile(a_profile(name="Other"), version=1, saved_at=NOW)
    assert not outbox.keep_profile(a_profile(name="Other"), version=3, saved_at=NOW)
    assert [each.profile.name for each in outbox.profile_versions("w1", language="en")] == ["Made-up Sam"]


def test_the_last_version_of_each_worker_and_language_comes_back(outbox: Any) -> None:
    for profile, version in ((a_profile("w2"), 1), (a_profile(), 1), (a_profile(name="New"), 2)):
        outbox.keep_profile(profile, version=version, saved_at=NOW)
    outbox.keep_profile(a_profile(language="cy"), version=1, saved_at=NOW)

    found = [(each.worker_id, each.language, each.name) for each in outbox.profiles()]
    assert found == [("w1", "cy", "Made-up Sam"), ("w1", "en", "New"), ("w2", "en", "Made-up Sam")]
    assert [each.worker_id for each in outbox.profiles(worker_ids=["w2"])] == ["w2"]
    assert list(outbox.profiles(worker_ids=[])) == []


def test_a_childs_page_keeps_every_version(outbox: Any) -> None:
    first = AboutMe.model_validate({"child_id": "c1", "interests": ["drawing"]})
    versions = AboutMeVersions(child_id="c1", versions=(first,)).said(interests=("drawing", "bikes"))

    assert outbox.about_me("c1") is None
    assert outbox.keep_about_me(first)
    assert outbox.keep_about_me(versions.current)
    assert not outbox.keep_about_me(versions.current)
    assert outbox.about_me("c1") == versions


def test_an_invitation_is_kept_and_can_be_taken_back(outbox: Any) -> None:
    invitation = ProfileInvitation(id="i1", worker_id="w1", expires_at=NOW)

    assert outbox.profile_invitation("i1") is None
    outbox.keep_profile_invitation(invitation)
    outbox.keep_profile_invitation(invitation.model_copy(update={"is_revoked": True}))
    assert outbox.profile_invitation("i1").is_revoked
