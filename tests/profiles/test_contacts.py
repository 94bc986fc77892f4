import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import InvalidRecordError
from relationkit.profiles import ContactKind, ContactWay


@pytest.mark.parametrize(
    ("kind", "value", "href"),
    [
        ("call", "01632 960001", "tel:01632960001"),
        ("call", "+44 1632 960001", "tel:+441632960001"),
        ("text", "07700 900123", "sms:07700900123"),
        ("call", "999", "tel:999"),
        ("email", "made.up+child@example.org", "mailto:made.up+child@example.org"),
        ("web", "https://example.org/chat?room=1#a", "https://example.org/chat?room=1#a"),
    ],
)
def test_a_way_has_the_link_of_its_kind(kind: str, value: str, href: str) -> None:
    assert ContactWay.model_validate({"kind": kind, "label": "Go", "value": value}).href == href


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("call", "javascript:alert(1)"),
        ("call", "01632 960001 ext 5"),
        ("call", "+ 5+"),
        ("call", "01632\n960001"),
        ("text", "07700;body=hello"),
        ("email", "sam@example"),
        ("email", "sam@example.org?bcc=x@y.org"),
        ("email", "mailto:sam@example.org"),
        ("email", "sam @example.org"),
        ("web", "http://example.org"),
        ("web", "javascript:alert(1)"),
        ("web", "JaVaScRiPt:alert(1)"),
        ("web", "data:text/html,x"),
        ("web", "//example.org"),
        ("web", "https:///path"),
        ("web", "https://user@example.org"),
        ("web", "https://example.org\\@evil.example"),
        ("web", "https://exаmple.org"),
        ("web", "https://example.org/ x"),
        ("web", "https://[::1"),
    ],
)
def test_a_value_of_another_kind_is_refused_and_not_repeated(kind: str, value: str) -> None:
    with pytest.raises(InvalidRecordError) as refusal:
        ContactWay.model_validate({"kind": kind, "label": "Go", "value": value})
    assert value not in str(refusal.value)


@given(kind=st.sampled_from(ContactKind), value=st.text(min_size=1, max_size=40) | st.from_regex(r"[a-z]{2,9}:.{1,9}"))
def test_no_way_ever_links_by_another_scheme(kind: ContactKind, value: str) -> None:
    try:
        way = ContactWay(kind=kind, label="Go", value=value)
    except InvalidRecordError:
        return
    assert way.href.partition(":")[0] in {"tel", "sms", "mailto", "https"}
