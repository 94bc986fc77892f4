"""The commands that print cards and check them; nobody in the file is real."""

import json
from pathlib import Path

import pytest

from relationkit.cli.app import run

BOOK = Path(__file__).parent.parent.parent / "examples" / "cards" / "profiles.toml"
NOW = ["--now", "2025-03-12T09:00+00:00"]


def cards(book: Path, out: Path, *more: str) -> int:
    return run(["cards", "--profiles", str(book), "--out", str(out), *NOW, *more])


@pytest.mark.parametrize(
    ("name", "more", "start"),
    [
        ("sheet.pdf", ["--copies", "5"], b"%PDF"),
        ("sheet.html", [], b"<!DOCTYPE html>"),
        ("one.pdf", ["--worker", "SW1", "--design", "stripe"], b"%PDF"),
        ("one.html", ["--worker", "SW1", "--language", "cy"], b'<!DOCTYPE html>\n<html lang="cy"'),
        ("one.vcf", ["--worker", "SW1"], b"BEGIN:VCARD"),
        ("page.pdf", ["--worker", "SW1", "--page"], b"%PDF"),
        ("page.html", ["--worker", "SW1", "--page"], b"<!DOCTYPE html>"),
    ],
)
def test_each_kind_of_file_is_written(tmp_path: Path, name: str, more: list[str], start: bytes) -> None:
    assert cards(BOOK, tmp_path / name, *more) == 0
    assert (tmp_path / name).read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("name", "more", "reason"),
    [
        ("x.docx", [], "ends in .pdf or .html"),
        ("x.vcf", [], "ends in .pdf or .html"),
        ("x.docx", ["--worker", "SW1"], ".vcf"),
        ("x.vcf", ["--worker", "SW1", "--page"], "ends in .pdf or .html"),
        ("x.pdf", ["--page"], "Name them with --worker"),
        ("x.pdf", ["--worker", "SW9"], "no profile of theirs"),
        ("x.pdf", ["--design", "sparkle"], "wave, stripe, frame, plain"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, more: list[str], reason: str
) -> None:
    assert cards(BOOK, tmp_path / name, *more) == 2
    assert reason in capsys.readouterr().err
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("agreed_on = 2025-03-03\n", "", "nobody wrote down that the worker agreed"),
        ("07700 900101", "07911 123456", "not one of the council's"),
        ("I grow tomatoes", "I live in EX1 4ZZ", "postcode"),
        ("valid_from_on = 2025-03-10", "valid_from_on = 2025-01-10\nvalid_to_on = 2025-03-12", "out of date"),
        ("I grow tomatoes", "W" * 90, "does not fit on the card"),
        ("I grow tomatoes", "A dog 🐶", "U+1F436"),
    ],
)
def test_a_card_that_must_not_be_printed_is_not_and_check_says_so_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, reason: str
) -> None:
    book = tmp_path / "book.toml"
    book.write_text(BOOK.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    assert cards(book, tmp_path / "x.pdf") == 2
    assert reason in capsys.readouterr().err
    assert not (tmp_path / "x.pdf").exists()
    assert run(["profiles", "check", str(book), *NOW, "--json"]) == 1
    assert any(reason in finding["what"] for finding in json.loads(capsys.readouterr().out)["findings"])


def test_a_picture_beside_the_file_is_used_and_one_outside_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = pytest.importorskip("PIL.Image", reason="Pillow comes with the extra [pdf]")
    folder = tmp_path / "book"
    folder.mkdir()
    for place in (folder, tmp_path):
        image.new("RGB", (300, 200), "green").save(place / "sam.png")

    def book_with(file: str) -> Path:
        book = folder / "book.toml"
        picture = f'picture = {{ file = "{file}", alt = "A made-up field" }}\nhours ='
        book.write_text(BOOK.read_text(encoding="utf-8").replace("hours =", picture, 1), encoding="utf-8")
        return book

    assert cards(book_with("sam.png"), tmp_path / "one.html", "--worker", "SW1") == 0
    assert 'alt="A made-up field"' in (tmp_path / "one.html").read_text(encoding="utf-8")
    for file, reason in (("../sam.png", "outside the file's folder"), ("none.png", "no such picture")):
        assert cards(book_with(file), tmp_path / "x.html") == 2
        assert reason in capsys.readouterr().err


def test_check_says_whom_the_cards_do_not_reach(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "assignments.csv").write_text(
        "id,child_id,worker_id,role,started_on\n"
        "A1,K1,SW1,social_worker,2025-01-06\nA2,K2,SW2,social_worker,2025-01-06\nA3,K3,SW9,social_worker,2025-01-06\n"
    )

    assert run(["profiles", "check", str(BOOK), "--source", f"csv:{tmp_path}", *NOW, "--json"]) == 1
    printed = capsys.readouterr()
    found = json.loads(printed.out)

    assert [(gap["kind"], gap["worker_id"]) for gap in found["gaps"]] == [("no_card", "SW9")]
    assert found["share"] == pytest.approx(2 / 3)
    assert "could not be judged who was never given a card" in printed.err


def test_a_file_that_is_neither_toml_nor_json_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "book.txt").write_text("")

    assert cards(tmp_path / "book.txt", tmp_path / "x.pdf") == 2
    assert "neither TOML nor JSON" in capsys.readouterr().err
