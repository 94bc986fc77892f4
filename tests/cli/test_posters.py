"""``relationkit profiles tips`` and ``dear-worker``: what may be shown on a wall; everybody is made up."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from relationkit.feedback import form_from_toml, parse_submission
from relationkit.plugins.adapters.sql import SqlAdapter

CARDS = Path(__file__).parent.parent.parent / "examples" / "cards"
BOOK, FORM = str(CARDS / "profiles.toml"), str(CARDS / "what-we-enjoy.toml")
NOW = "2025-04-08T09:00+01:00"

#: Twelve children go to the park, of whom the first agreed to be quoted and the second said no; six eat chips.
SAID = [
    ("Walking to the park", "yes"),
    ("The park by the river", "no"),
    *[("The park", None)] * 10,
    *[("Chips", None)] * 6,
]


@pytest.fixture
def source(tmp_path: Path) -> str:
    form, at = form_from_toml(Path(FORM).read_text(encoding="utf-8")), datetime(2025, 2, 3, 12, tzinfo=UTC)
    with SqlAdapter.create(str(tmp_path / "case.db")) as adapter:
        for number, (words, consent) in enumerate(SAID):
            parsed = parse_submission(
                form,
                {"enjoy": words} | ({} if consent is None else {"may_quote": consent}),
                form_version=1,
                submission_id=f"F{number}",  # type: ignore[arg-type]  # an id
                child_id=f"C{number}",  # type: ignore[arg-type]  # an id
                session_id=f"S{number}",  # type: ignore[arg-type]  # an id
                worker_id="W1" if number < 12 else "W2",  # type: ignore[arg-type]  # an id
                submitted_at=at,
            )
            assert adapter.submit(parsed.submission, now=at)
    return f"sql:{tmp_path / 'case.db'}"


@pytest.fixture
def poster(relationkit: Callable[..., Any], source: str, tmp_path: Path) -> Callable[..., Any]:
    """Make the poster with these options beside what it needs, and return what was printed and the page."""

    def make(*more: str, within: str = "2025-02-10", now: str = NOW) -> tuple[Any, str]:
        out = tmp_path / "poster.html"
        ask = ("--form", FORM, "--question", "enjoy", "--within", within, "--now", now, "--out", out, *more)
        printed = relationkit("profiles", "dear-worker", BOOK, "--source", source, *ask)
        return printed, out.read_text(encoding="utf-8") if out.exists() else ""

    return make


def test_answers_become_counts_by_theme_and_words_only_with_a_yes(poster: Callable[..., Any]) -> None:
    printed, page = poster("--may-quote", "may_quote")

    assert printed.code == 0
    assert "18 of us" in page
    assert "12 children" in page
    assert "6 children" in page
    assert "Walking to the park" in page
    assert "by the river" not in page


def test_without_a_question_of_consent_no_words_are_shown(poster: Callable[..., Any]) -> None:
    _, page = poster()

    assert "12 children" in page
    assert "blockquote>" not in page


def test_what_was_said_about_one_worker_stands_alone_and_too_few_show_nothing(poster: Callable[..., Any]) -> None:
    _, page = poster("--worker", "W1", "--language", "cy")
    printed, nothing = poster("--worker", "W9")

    assert "12 o blant" in page
    assert "Eating together" not in page
    assert "Too few of us" in nothing
    assert "fewer than 6 children answered" in printed.err


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (("--question", "nothing"), "no text question of the form. It has: enjoy"),
        (("--may-quote", "enjoy"), "no yes-or-no question of the form. It has: may_quote"),
        (("--within", "2025-04-02"), "is not over"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_written(
    poster: Callable[..., Any], more: tuple[str, ...], reason: str
) -> None:
    printed, page = poster(*more)

    assert (printed.code, page) == (2, "")
    assert reason in printed.err


def test_tips_stand_beside_what_was_measured_and_small_shares_are_left_out(
    relationkit: Callable[..., Any], tmp_path: Path
) -> None:
    rows = ["id,child_id,worker_id,role,started_on"]
    rows += [f"a{n},C{n},{'SW1' if n < 8 else 'W9'},social_worker,2024-01-06" for n in range(16)]
    (tmp_path / "assignments.csv").write_text("\n".join(rows), encoding="utf-8")
    ask = ("profiles", "tips", BOOK, "--source", f"csv:{tmp_path}", "--now", NOW)
    figures = {row["about"]: row["figure"] for row in relationkit(*ask, "--json").json["tips"]}

    assert figures["cards"] == "50% have a worker with a card"
    assert figures["changes"] == "0% had 3 or more social workers in a year"
    assert figures["replies"] == ""
    (tmp_path / "assignments.csv").write_text("\n".join(rows[:14]), encoding="utf-8")
    figures = {row["about"]: row["figure"] for row in relationkit(*ask, "--json").json["tips"]}
    assert figures["cards"] == ""
    assert relationkit(*ask, "--out", tmp_path / "tips.html").code == 0
    assert "Answer my text" in (tmp_path / "tips.html").read_text(encoding="utf-8")


def test_a_guide_that_is_not_there_or_not_yet_in_force_is_said(relationkit: Callable[..., Any]) -> None:
    assert "no guide other is in force" in relationkit("profiles", "tips", BOOK, "--guide", "other").err
    assert relationkit("profiles", "tips", BOOK, "--now", "2024-12-31T09:00Z").code == 2


def test_changes_say_beside_them_how_many_children_have_a_worker_with_a_card(
    relationkit: Callable[..., Any], tmp_path: Path
) -> None:
    rows = [f"a{n},C{n},{'SW1' if n < 3 else 'W9'},social_worker,2024-01-06" for n in range(4)]
    (tmp_path / "assignments.csv").write_text(
        "\n".join(["id,child_id,worker_id,role,started_on", *rows]), encoding="utf-8"
    )
    ask = ("changes", "--source", f"csv:{tmp_path}", "--profiles", BOOK, "--now", NOW)

    assert relationkit(*ask, "--json").json["card_share"] == {
        "children": 4,
        "with_card": 3,
        "share": 0.75,
        "on": "2025-04-08",
    }
    assert "current card: 75% (3 of 4), on 8 April 2025" in relationkit(*ask).err
    assert "card_share" not in relationkit(*ask[:3], "--now", NOW, "--json").json


@pytest.mark.parametrize(("with_card", "said"), [(0, "0%"), (6, "43%"), (8, "57%"), (5, "c"), (9, "c"), (14, "100%")])
def test_an_audit_says_beside_the_changes_how_many_children_have_a_worker_with_a_card(
    relationkit: Callable[..., Any], tmp_path: Path, with_card: int, said: str
) -> None:
    rows = [f"a{n},C{n},{'SW1' if n < with_card else 'W9'},social_worker,2024-01-06" for n in range(14)]
    (tmp_path / "assignments.csv").write_text(
        "\n".join(["id,child_id,worker_id,role,started_on", *rows]), encoding="utf-8"
    )
    ask = ("changes", "--source", f"csv:{tmp_path}", "--profiles", BOOK, "--now", NOW, "--audit")

    done = relationkit(*ask, tmp_path / "audit.html", "--csv")

    cell = "c" if said == "c" else str(float(said.rstrip("%")) / 100)
    assert f'current card,"children with a worker, on 2025-04-08",{"," * 9}{cell}' in done.out.replace("\r", "")
    page = (tmp_path / "audit.html").read_text(encoding="utf-8")
    assert re.search(rf">{said}<.*?have a worker with a current card", page, re.DOTALL)
    assert "of all with a worker on 8 April 2025" in page
    assert relationkit(*ask, tmp_path / "audit.json", "--json").json["cards"] == {
        "on": "2025-04-08",
        "share": None if said == "c" else float(cell),
        "is_withheld": said == "c",
    }
