"""A child's page: whose words, who sees them, and that none is ever lost."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import InvalidRecordError
from relationkit.profiles import AboutMe, AboutMeVersions, CardDesign, Viewer, about_me_for

DAY = date(2025, 3, 3)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(
    lambda text: bool(text.strip())
)


def a_line(words: str, *viewers: Viewer) -> dict[str, object]:
    return {"words": words, "may_see": viewers}


def an_about_me(**changes: object) -> AboutMe:
    return AboutMe.model_validate({"child_id": "c1"} | changes)


@given(words=WORDS)
def test_the_words_stay_exactly_as_said(words: str) -> None:
    about = an_about_me(interests=[words], chosen_name=words)

    assert about.interests[0].words == words
    assert AboutMe.model_validate_json(about.model_dump_json()) == about


def test_a_line_that_says_nothing_of_viewers_is_for_the_worker_alone() -> None:
    about = an_about_me(never_meet_at=["In class"])

    seen = {viewer for viewer in Viewer if about_me_for(about, viewer).never_meet_at}

    assert seen == {Viewer.WORKER}


def test_each_line_is_shown_to_whom_the_child_said() -> None:
    about = an_about_me(
        chosen_name=a_line("Made-up Jo", *Viewer),
        people_who_matter=[a_line("My nan", Viewer.WORKER, Viewer.CARER), a_line("My brother")],
        before_we_meet=[a_line("I hate small talk", Viewer.COVER)],
        helped_by="carer",
    )

    carer, cover = about_me_for(about, Viewer.CARER), about_me_for(about, Viewer.COVER)

    assert [line.words for line in carer.people_who_matter] == ["My nan"]
    assert carer.before_we_meet == ()
    assert [line.words for line in cover.before_we_meet] == ["I hate small talk"]
    assert cover.chosen_name is not None
    assert carer.helped_by is None


@given(
    lines=st.lists(st.tuples(WORDS, st.frozensets(st.sampled_from(Viewer))), max_size=6), viewer=st.sampled_from(Viewer)
)
def test_nobody_sees_a_line_that_was_not_for_them(lines: list[tuple[str, frozenset[Viewer]]], viewer: Viewer) -> None:
    about = an_about_me(how_to_talk=[{"words": words, "may_see": who} for words, who in lines])

    shown = about_me_for(about, viewer)

    assert [line.words for line in shown.how_to_talk] == [words for words, who in lines if viewer in who]
    assert about_me_for(shown, viewer) == shown


def test_a_change_is_a_new_version_and_the_old_one_stays() -> None:
    first = an_about_me(interests=["Chess"], updated_on=DAY, helped_by="carer")
    book = AboutMeVersions(child_id=first.child_id, versions=(first,))

    later = book.said(interests=["Drums"], updated_on=date(2025, 4, 1))

    assert later.versions[0] is first
    assert (later.current.version, later.current.interests[0].words) == (2, "Drums")
    assert later.current.helped_by is None
    assert book.current is first


def test_what_stood_on_a_day_can_be_asked() -> None:
    book = AboutMeVersions(child_id="c1", versions=(an_about_me(updated_on=DAY),)).said(updated_on=date(2025, 4, 1))

    stood = [book.as_of(day) for day in (date(2025, 3, 2), DAY, date(2025, 3, 31), date(2025, 4, 1))]

    assert [None if page is None else page.version for page in stood] == [None, 1, 1, 2]


@pytest.mark.parametrize(
    ("versions", "reason"),
    [
        ([{"child_id": "c2"}], "another child"),
        ([{"child_id": "c1", "version": 2}], "do not count"),
        ([{"child_id": "c1"}, {"child_id": "c1"}], "do not count"),
        (
            [
                {"child_id": "c1", "updated_on": "2025-03-03"},
                {"child_id": "c1", "version": 2, "updated_on": "2025-03-02"},
            ],
            "against their order",
        ),
    ],
)
def test_versions_with_a_hole_or_of_another_child_are_refused(versions: list[object], reason: str) -> None:
    with pytest.raises(InvalidRecordError, match=reason):
        AboutMeVersions.model_validate({"child_id": "c1", "versions": versions})


def test_a_child_can_choose_the_design_of_the_card() -> None:
    assert an_about_me(card_design="stripe").card_design is CardDesign.STRIPE
    with pytest.raises(InvalidRecordError, match="card_design"):
        an_about_me(card_design="sparkle")


def test_viewers_are_written_in_one_order() -> None:
    line = an_about_me(chosen_name=a_line("Made-up Jo", *reversed(list(Viewer)))).model_dump_json()

    assert line.index('"worker"') < line.index('"cover"') < line.index('"advocate"')


def test_no_repr_shows_a_word() -> None:
    book = AboutMeVersions(child_id="c1", versions=(an_about_me(interests=["Chess"], chosen_name="Made-up Jo"),))

    assert "Chess" not in repr(book) + repr(book.current) + repr(book.current.interests)
    assert "Jo" not in repr(book) + repr(book.current) + repr(book.current.chosen_name)
