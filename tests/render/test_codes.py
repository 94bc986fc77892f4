"""QR codes read back by a decoder where there is one, and contact cards read back by vobject."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import RenderError
from relationkit.profiles import IntroductionCard
from relationkit.render import vcard_of
from relationkit.render.codes import qr_path, qr_png

DUTY = {"name": "Duty team", "ways": [{"kind": "call", "label": "Any time", "value": "020 7946 0100"}]}


def a_card(**changes: Any) -> IntroductionCard:
    facts = {
        "worker_id": "w1",
        "name": "Made-up Sam",
        "what_i_do": "I visit you.",
        "three_things": ("One", "Two", "Three"),
        "ways": [
            {"kind": "text", "label": "Text", "value": "07700 900123"},
            {"kind": "email", "label": "Mail", "value": "sam@example.org"},
            {"kind": "web", "label": "Page", "value": "https://example.org/?a=1,2"},
        ],
        "hours": "Any",
        "duty": DUTY,
        "valid_from_on": "2025-03-03",
    }
    return IntroductionCard.model_validate(facts | changes)


def test_the_path_draws_every_dark_module_and_keeps_the_quiet_zone() -> None:
    import segno

    link = "https://example.org/sam"
    width, path = qr_path(link)
    dark = {
        (int(x) + step, int(y))
        for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path)
        for step in range(int(run))
    }
    matrix = list(segno.make_qr(link, error="m").matrix)

    assert width == len(matrix) + 8
    assert dark == {(x + 4, y + 4) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}


def test_a_code_is_made_once() -> None:
    assert qr_png("tel:01632960001") is qr_png("tel:01632960001")
    assert qr_path("tel:01632960001") is qr_path("tel:01632960001")


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "http://example.org", "data:text/html,x", "", "https://é.example"]
)
def test_a_code_leads_nowhere_else(link: str) -> None:
    with pytest.raises(RenderError, match="https, tel, sms or mailto"):
        qr_path(link)


def test_a_link_too_long_for_a_phone_to_read_is_refused() -> None:
    assert qr_path("https://example.org/" + "a" * 80)
    with pytest.raises(RenderError, match="too long"):
        qr_path("https://example.org/" + "a" * 90)


def test_a_contact_card_is_read_by_another_reader() -> None:
    vobject = pytest.importorskip("vobject", reason="vobject comes with the extra [dev]")
    read = vobject.readOne(vcard_of(a_card(name="Ŵyn; Sam, \\ Made-up")))

    assert read.fn.value == "Ŵyn; Sam, \\ Made-up"
    assert read.tel.value == "tel:07700900123"
    assert read.email.value == "sam@example.org"
    assert "020 7946 0100" in read.note.value


@given(name=st.text(min_size=1, max_size=80).filter(lambda text: bool(text.strip())))
def test_no_name_adds_a_line_and_none_is_longer_than_75_bytes(name: str) -> None:
    text = vcard_of(a_card(name=name))
    lines = text.split("\r\n")
    unfolded = text.replace("\r\n ", "").split("\r\n")

    assert all(len(line.encode()) <= 75 for line in lines)
    assert "\n" not in text.replace("\r\n", "")
    assert [line.partition(":")[0].partition(";")[0] for line in unfolded if line] == [
        *("BEGIN", "VERSION", "KIND", "FN", "LANG", "TEL", "EMAIL", "URL", "NOTE", "END")
    ]
