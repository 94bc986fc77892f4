"""The frame and the parts that every page shares."""

import re
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, UndefinedError
from markupsafe import Markup

from relationkit.errors import MissingExtraError, RenderError
from relationkit.render.escaping import drawable
from relationkit.render.html import as_markup, environment, render_page, safe_action

MACROS = '{% import "macros.html" as parts %}'


def test_escaping_is_on_for_text_and_for_attributes() -> None:
    drawn = environment().from_string('<p title="{{ text }}">{{ text }}</p>').render(text="\"'><script>&")

    assert drawn == '<p title="&#34;&#39;&gt;&lt;script&gt;&amp;">&#34;&#39;&gt;&lt;script&gt;&amp;</p>'


def test_a_name_that_is_not_given_is_an_error_not_a_blank() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ missing }}").render()


@given(st.text(max_size=30) | st.sampled_from("&<>'\"") | st.integers() | st.none() | st.builds(Markup, st.just("<b>")))
def test_a_text_is_cleaned_and_escaped_as_jinja_alone_would_do_it(value: object) -> None:
    raw = "{% autoescape false %}{{ it }}{% endautoescape %}"
    source = "{% set kept %}{{ it }}{% endset %}{{ it }}|{{ it ~ it }}|{{ kept }}|" + raw
    alone = Environment(autoescape=True, finalize=drawable)

    assert environment().from_string(source).render(it=value) == alone.from_string(source).render(it=value)


@given(st.text(st.characters(codec=None, categories=["Cc", "Cs", "Cn", "Lu"])))
def test_what_html_cannot_hold_is_marked_and_the_page_can_be_written(text: str) -> None:
    drawn = environment().from_string("{{ text }}").render(text=text)

    drawn.encode()
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", drawn)
    assert len(drawn) == len(text)


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    environment.cache_clear()

    with pytest.raises(MissingExtraError, match=r"relationkit\[html\]"):
        render_page("form.html", {})
    environment.cache_clear()


@pytest.mark.parametrize("address", ["", "/forms/1", "send?x=1", "#", "a//b", "https://example.org/@me"])
def test_a_form_is_sent_to_a_path_or_to_https(address: str) -> None:
    assert safe_action(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "http://example.org",
        "//evil.example",
        "///evil.example/x",
        "////evil.example",
        "//",
        "https://name:word@evil.example",
        "https://council.example@evil.example/forms",
        "https://@evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "https://",
        "https://[::1",
        "/for\x00ms",
    ],
)
def test_a_form_is_sent_nowhere_else(address: str) -> None:
    with pytest.raises(RenderError):
        safe_action(address)


def test_a_table_has_a_caption_headings_and_escaped_cells() -> None:
    drawn = environment().from_string(
        MACROS + '{{ parts.table("Changes", ["Team", "Count"], [["<b>North</b>", 3]], numbers=[1]) }}'
    )
    page = drawn.render()

    assert "<caption><span>Changes</span></caption>" in page
    assert '<th scope="col">Team</th><th scope="col" class="number">Count</th>' in page
    assert '<th scope="row"><bdi>&lt;b&gt;North&lt;/b&gt;</bdi></th><td class="number"><bdi>3</bdi></td>' in page
    assert 'tabindex="0"' in page  # it scrolls inside itself, so the keyboard must reach it


def test_a_notice_and_figures_wrap_what_they_are_given() -> None:
    page = environment().from_string(
        MACROS
        + '{% call parts.notice("Read this", "warm") %}<p>{{ "<i>" }}</p>{% endcall %}'
        + '{% call parts.figures() %}{{ parts.figure("27%", "Three or more", note="of 412") }}{% endcall %}'
    )
    drawn = page.render()

    assert '<section class="notice warm">\n<h2>Read this</h2>\n<p>&lt;i&gt;</p>' in drawn
    assert '<span class="big">27%</span><span class="label">Three or more</span>' in drawn
    assert '<span class="note">of 412</span>' in drawn


def test_the_frame_takes_a_title_a_head_and_a_main() -> None:
    page = environment().from_string(
        '{% extends "base.html" %}{% block title %}{{ "<t>" }}{% endblock %}{% block main %}<h1>Hi</h1>{% endblock %}'
    )
    drawn = page.render(lang="en")

    assert drawn.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "<title>&lt;t&gt;</title>" in drawn
    assert "default-src 'none'" in drawn
    assert '<meta name="referrer" content="no-referrer">' in drawn  # the address of a form holds its token


def colours() -> dict[str, str]:
    css = environment().get_template("base.css").render()
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css))


def luminance(colour: str) -> float:
    """Return relative luminance (WCAG 2.2, definition of relative luminance)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def pairs() -> Iterator[tuple[str, str]]:
    for ink in ("ink", "soft", "leaf", "leaf-deep", "brick"):
        for ground in ("paper", "sheet", "mint", "sun-pale", "blush"):
            yield ink, ground
    yield "sheet", "leaf"
    yield "ink", "sun"


@pytest.mark.parametrize(("ink", "ground"), list(pairs()))
def test_every_ink_reads_on_every_ground(ink: str, ground: str) -> None:
    found = colours()

    assert contrast(found[ink], found[ground]) >= 4.5  # WCAG 2.2, success criterion 1.4.3


@pytest.mark.parametrize("ground", ["paper", "sheet", "mint", "sun-pale"])
def test_the_edge_of_a_control_can_be_seen(ground: str) -> None:
    found = colours()

    assert contrast(found["edge"], found[ground]) >= 3  # WCAG 2.2, success criterion 1.4.11


@pytest.mark.parametrize("text", ["<b>", "a&b", 'a"b', "a'b", "a\nb", "\x00", "ŵ"])
def test_only_what_cannot_hold_markup_goes_onto_a_page_as_it_is(text: str) -> None:
    with pytest.raises(RenderError):
        as_markup(text)

    assert environment().from_string("{{ it }}").render(it=as_markup("M4 4h7v1h-7z/+=")) == "M4 4h7v1h-7z/+="
