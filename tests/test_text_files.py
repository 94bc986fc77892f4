"""Whatever a TOML or JSON text holds, one error says what is wrong with it, at once."""

import pytest

from relationkit.errors import InvalidPolicyFileError, InvalidProfileFileError, InvalidRecordError, RelationkitError
from relationkit.feedback import form_from_json, form_from_toml
from relationkit.handovers import handover_templates_from_toml
from relationkit.profiles import profiles_from_json, profiles_from_toml
from relationkit.sla import policies_from_json, policies_from_toml
from relationkit.text_files import MOST_CHARACTERS, NotReadableError, json_of, toml_of
from relationkit.visits import visit_rules_from_toml

DEEP = "[" * 200_000
LONG_NUMBER = "9" * 5_000


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a = " + DEEP, "nested too deeply"),
        (f"a = {LONG_NUMBER}", "number in it is too long"),
        ("a = 1\na = 2", "Cannot overwrite a value"),
        ("#" * (MOST_CHARACTERS + 1), "5,000,001 characters"),
    ],
    ids=["deep", "number", "twice", "long"],
)
def test_toml_that_cannot_be_read_says_why(text: str, why: str) -> None:
    with pytest.raises(NotReadableError, match=why):
        toml_of(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (DEEP, "nested too deeply"),
        (LONG_NUMBER, "number in it is too long"),
        ("{", "line 1 column 2"),
        ('{"\\ud800": 1}', "half of a character"),
        (b"\xff{}", "codec can't decode"),
        (" " * (MOST_CHARACTERS + 1), "5,000,001 characters"),
    ],
    ids=["deep", "number", "open", "half", "no-text", "long"],
)
def test_json_that_cannot_be_read_says_why(text: str | bytes, why: str) -> None:
    with pytest.raises(NotReadableError, match=why):
        json_of(text)


def test_the_longest_text_is_still_read() -> None:
    assert json_of("1" + " " * (MOST_CHARACTERS - 1)) == 1
    assert toml_of("#" * MOST_CHARACTERS) == {}


def test_a_key_may_stand_twice_unless_it_must_not() -> None:
    assert json_of('{"a": 1, "a": 2}') == {"a": 2}
    with pytest.raises(NotReadableError, match="the key 'a' stands twice in one object"):
        json_of('{"a": 1, "a": 2}', each_key_once=True)


def test_an_object_of_very_many_keys_is_read_in_one_go() -> None:
    text = "{" + ",".join(f'"k{number}": 1' for number in range(50_000)) + "}"

    assert len(json_of(text, each_key_once=True)) == 50_000


@pytest.mark.parametrize(
    ("read", "refusal"),
    [
        (policies_from_toml, InvalidPolicyFileError),
        (profiles_from_toml, InvalidProfileFileError),
        (form_from_toml, InvalidRecordError),
        (visit_rules_from_toml, RelationkitError),
        (handover_templates_from_toml, RelationkitError),
    ],
)
@pytest.mark.parametrize("text", ["a = " + DEEP, f"a = {LONG_NUMBER}"], ids=["deep", "number"])
def test_every_reader_of_toml_refuses_in_its_own_words(read, refusal, text) -> None:  # type: ignore[no-untyped-def]  # a table of readers
    with pytest.raises(refusal):
        read(text)


@pytest.mark.parametrize(
    ("read", "refusal"),
    [
        (policies_from_json, InvalidPolicyFileError),
        (profiles_from_json, InvalidProfileFileError),
        (form_from_json, InvalidRecordError),
    ],
)
@pytest.mark.parametrize("text", [DEEP, LONG_NUMBER], ids=["deep", "number"])
def test_every_reader_of_json_refuses_in_its_own_words(read, refusal, text) -> None:  # type: ignore[no-untyped-def]  # a table of readers
    with pytest.raises(refusal):
        read(text)
