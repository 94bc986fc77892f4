"""``relationkit feedback``: forms, a form as a file, what children said together, and what they gave; all made up."""

import csv
import hashlib
import io
import json
import re
import sqlite3
from base64 import b64decode
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from PIL import Image

from relationkit.feedback import SHIPPED_FORMS, Evidence, InvitationPurpose, form_from_toml, parse_submission
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.records import Child, ChildId, Worker
from relationkit.web import create_app, form_link, new_invitation

Relationkit = Callable[..., Any]
NOW = "2025-04-08T09:00+01:00"
AT = datetime(2025, 4, 8, 8, tzinfo=UTC)
KEY = b"a key of 32 bytes, only for test"
FORM = next(form for form in SHIPPED_FORMS if (form.id, form.language) == ("trust", "en"))


@pytest.fixture
def source(tmp_path: Path) -> str:
    at = datetime(2025, 2, 3, 12, tzinfo=UTC)
    workers = [
        Worker(id=f"W{n}", name="Made-up", role="social_worker", team="=North" if n else "South") for n in range(2)
    ]
    with SqlAdapter.create(str(tmp_path / "case.db")) as adapter:
        adapter.write(workers)
        for n in range(30):
            parsed = parse_submission(
                FORM,
                {"trust": "yes" if n < 20 else "sometimes", "more": "Made-up words"},
                form_version=1,
                submission_id=f"F{n}",
                child_id=f"C{n}",
                worker_id=f"W{n % 2}",
                submitted_at=at,
            )
            adapter.submit(parsed.submission, now=at)
    return f"sql:sqlite:///{tmp_path / 'case.db'}"


def test_the_forms_are_listed(relationkit: Relationkit) -> None:
    printed = relationkit("feedback", "forms", "--language", "cy", "--json")

    assert printed.code == 0
    assert {"after-session", "trust-8-to-12", "how-are-we-doing"} <= {row["form_id"] for row in printed.json["forms"]}


def test_the_list_of_forms_fits_a_terminal_of_80_characters(
    relationkit: Relationkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    lines = [line.split() for line in relationkit("feedback", "forms").out.splitlines()]

    for form in SHIPPED_FORMS:  # no name, age or language is broken in two
        age = form.age_band.value.split("_")
        assert [form.id, str(form.version), *age, "cy,", "en,", "en-simple"] in lines


def test_a_fhir_form_stands_under_the_address_of_ones_own(relationkit: Relationkit, tmp_path: Path) -> None:
    out, words = tmp_path / "form.json", ("feedback", "render", "trust", "--as", "fhir", "--out")

    assert "--base" in relationkit(*words, str(out)).err
    assert "--base" not in relationkit(*words, str(out), "--base", "https://forms.council.example/").err
    assert json.loads(out.read_text(encoding="utf-8"))["url"] == "https://forms.council.example/trust-en"


@pytest.mark.parametrize("base", ["", "forms", "ftp://a.example", "https://", "https://[", "https://a.example/?x"])
def test_what_is_no_address_for_forms_is_said(relationkit: Relationkit, tmp_path: Path, base: str) -> None:
    out = tmp_path / "form.json"

    assert relationkit("feedback", "render", "trust", "--as", "fhir", "--out", str(out), "--base", base).code == 2
    assert not out.exists()


@pytest.mark.parametrize("kind", ["page", "paper", "toml", "json", "fhir"])
def test_a_form_is_written_as_each_kind_of_file(relationkit: Relationkit, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "form"
    printed = relationkit("feedback", "render", "trust", "--language", "en-simple", "--as", kind, "--out", str(out))

    assert printed.code == 0
    assert "trust" in out.read_text(encoding="utf-8").lower()


def test_a_form_of_ones_own_is_read_from_a_file(relationkit: Relationkit, tmp_path: Path) -> None:
    own, again = tmp_path / "ours.toml", tmp_path / "again.toml"
    relationkit("feedback", "render", "trust", "--as", "toml", "--out", str(own))

    assert relationkit("feedback", "render", str(own), "--as", "toml", "--out", str(again)).code == 0
    assert form_from_toml(again.read_text(encoding="utf-8")) == FORM


@pytest.mark.parametrize(
    "words",
    [
        ("render", "no-such-form", "--out", "x.html"),
        ("render", "trust", "--version", "9", "--out", "x.html"),
        ("render", "trust", "--as", "docx", "--out", "x.html"),
        ("render", "trust", "--base", "https://forms.council.example", "--out", "x.html"),
        ("render", "missing.toml", "--out", "x.html"),
        ("verify", "missing.jsonl"),
    ],
)
def test_bad_input_is_said_and_ends_with_2(relationkit: Relationkit, words: tuple[str, ...]) -> None:
    printed = relationkit("feedback", *words)

    assert printed.code == 2
    assert "Traceback" not in printed.err


def summary(relationkit: Relationkit, source: str, *more: str) -> Any:
    return relationkit(
        "feedback", "summary", "trust", "--source", source, "--within", "2025-02-10", "--now", NOW, *more
    )


def test_what_children_said_is_summed_up(relationkit: Relationkit, source: str) -> None:
    rows = {
        (row["group"], row["question_id"], row["answer"]): row["count"]
        for row in summary(relationkit, source, "--by", "team", "--json").json["answers"]
    }

    assert rows["", "trust", "yes"] == 20
    assert rows["", "trust", "sometimes"] == 10
    assert rows["=North", "trust", "sometimes"] == "c"
    assert rows["=North", "trust", "yes"] == "c"  # with the total of the team it would give the other away
    assert rows["=North", "trust", "no"] == 0


def test_people_read_the_summary_at_80_characters(
    relationkit: Relationkit, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    printed = summary(relationkit, source, "--by", "team").out.splitlines()

    assert ["trust", "30", "Yes", "20", "0.6667"] in [line.split() for line in printed]
    assert ["=North", "trust", "15", "Yes", "c", "c"] in [line.split() for line in printed]


def test_the_summary_is_safe_in_a_spreadsheet_and_holds_no_words(relationkit: Relationkit, source: str) -> None:
    printed = summary(relationkit, source, "--by", "team", "--csv")
    groups = {row["group"] for row in csv.DictReader(io.StringIO(printed.out))}

    assert groups == {"", "'=North", "South"}
    assert "Made-up words" not in printed.out


def test_the_summary_is_a_page_with_what_came_of_it(relationkit: Relationkit, source: str, tmp_path: Path) -> None:
    done, out = tmp_path / "done.toml", tmp_path / "page.html"
    done.write_text('[[entries]]\non = "2025-03-02"\nsaid = "Be on time"\ndid = "<b>We are</b>"\n', encoding="utf-8")

    assert summary(relationkit, source, "--done", str(done), "--out", str(out)).code == 0
    page = out.read_text(encoding="utf-8")
    assert "&lt;b&gt;We are&lt;/b&gt;" in page
    assert "Made-up words" not in page


def test_a_period_that_is_not_over_shows_nothing(relationkit: Relationkit, source: str) -> None:
    printed = relationkit(
        "feedback",
        "summary",
        "trust",
        "--source",
        source,
        "--within",
        "2025-02-10",
        "--now",
        "2025-03-31T12:00Z",
        "--json",
    )

    assert printed.json == {"answers": []}


@pytest.mark.parametrize("more", [("--by", "colour"), ("--within", "soon")])
def test_a_wrong_option_is_said(relationkit: Relationkit, source: str, more: tuple[str, ...]) -> None:
    assert summary(relationkit, source, *more).code == 2


def test_evidence_is_held_against_its_hash(relationkit: Relationkit, tmp_path: Path) -> None:
    picture = b"made-up pixels"
    digest = hashlib.sha256(picture).hexdigest()
    facts = {"id": "E1", "child_id": "C1", "added_by": "C1", "added_at": "2025-03-03T12:00Z"}
    kept = Evidence.model_validate(facts | {"kind": "drawing", "picture_sha256": digest})
    file, folder = tmp_path / "evidence.jsonl", tmp_path / "pictures"
    folder.mkdir()
    (folder / f"{digest}.png").write_bytes(picture)
    file.write_text(kept.model_dump_json() + "\n", encoding="utf-8")

    assert relationkit("feedback", "verify", str(file), "--pictures", str(folder)).code == 0
    alone = relationkit("feedback", "verify", str(file), "--json")
    assert (alone.code, alone.json["faults"][0]["found"]) == (1, "could not be judged")
    file.write_text(json.dumps(kept.model_dump(mode="json") | {"words": "Other words"}), encoding="utf-8")
    changed = relationkit("feedback", "verify", str(file), "--pictures", str(folder), "--json")
    assert (changed.code, changed.json["faults"][0]["part"]) == (1, "content")


def test_a_photo_goes_from_the_page_to_the_childs_own_page_and_is_held_against_its_hash(
    relationkit: Relationkit, tmp_path: Path
) -> None:
    database = f"sql:{tmp_path / 'case.db'}"
    photo = io.BytesIO()
    Image.new("RGB", (60, 40), "tomato").save(photo, "JPEG", comment=b"taken at home")
    with closing(SqlAdapter.create(str(tmp_path / "case.db"))) as store:
        store.write([Child(id="C1")])
        app = create_app(lambda: store, key=KEY, feedback=store, clock=lambda: AT)
        purposes = (InvitationPurpose.THANKS, InvitationPurpose.MINE)
        invitations = [new_invitation(ChildId("C1"), purpose=each, now=AT) for each in purposes]
        for each in invitations:
            store.keep_invitation(each)
        give, look = (f"/{form_link(each, key=KEY)}" for each in invitations)

        async def given() -> str:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="https://care.example") as browser:
                key = re.findall(r'name="page.key" value="([^"]+)"', (await browser.get(give)).text)[0]
                picture = {"picture": ("photo.jpg", photo.getvalue())}
                await browser.post(give, data={"page.key": key, "language": "en"}, files=picture)
                return (await browser.get(look)).text

        shown = re.search(r"data:image/jpeg;base64,([^\"]+)", anyio.run(given))

    assert shown is not None
    assert b"taken at home" not in b64decode(shown[1])
    assert relationkit("feedback", "verify", "--source", database).code == 0
    with closing(sqlite3.connect(tmp_path / "case.db")) as connection, connection:
        connection.execute("UPDATE relationkit_pictures SET content = x'00'")
    changed = relationkit("feedback", "verify", "--source", database, "--json")
    assert (changed.code, changed.json["faults"][0]["part"]) == (1, "picture")


def test_evidence_is_looked_for_in_one_place(relationkit: Relationkit) -> None:
    assert relationkit("feedback", "verify").code == 2
