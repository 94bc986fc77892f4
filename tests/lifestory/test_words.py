"""The hard words of care records."""

import pytest

from relationkit.lifestory import CARE_WORDS, words_explained


def test_every_word_says_where_it_is_from_and_is_written_one_way_only() -> None:
    spellings = [spelling.lower() for word in CARE_WORDS for spelling in word.spellings]

    assert all(word.means.endswith(".") and word.source for word in CARE_WORDS)
    assert len(spellings) == len(set(spellings))
    assert [word.word.lower() for word in CARE_WORDS] == sorted(word.word.lower() for word in CARE_WORDS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Accommodated under Section 20; the IRO wrote.", ["section 20", "independent reviewing officer"]),
        ("an interim  care order", ["interim care order"]),
        ("an interim care order, then a care order", ["interim care order", "care order"]),
        ("Care Order, care order", ["care order"]),
        ("section 2", []),
        ("section 200", []),
        ("we met at the placement's gate", ["placement"]),
        ("a pr firm", []),
        ("Mum has PR", ["parental responsibility"]),
        ("contacted", []),
        ("", []),
    ],
)
def test_words_are_found_whole_once_and_in_order(text: str, words: list[str]) -> None:
    assert [word.word for word in words_explained(text)] == words
