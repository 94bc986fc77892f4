"""What children enjoy, with small numbers withheld and no word shown that was not for showing."""

from hypothesis import given
from hypothesis import strategies as st

from relationkit.profiles import DearWorker, Enjoyed, EnjoyTheme, dear_worker

THEMES = [
    EnjoyTheme(name="outside", title="Being outside", words=("park", "walk*", "football")),
    EnjoyTheme(name="food", title="Eating together", words=("chips", "hot chocolate")),
    EnjoyTheme(name="talking", title="Talking", words=("talk*", "chat*")),
]


def answers(*groups: tuple[int, str], first: int = 0, may_quote: bool = True) -> list[Enjoyed]:
    """Return so many answers of each text, each by another child."""
    texts = [text for count, text in groups for _ in range(count)]
    return [Enjoyed(f"c{number}", text, may_quote) for number, text in enumerate(texts, start=first)]  # type: ignore[arg-type]


def counts(said: DearWorker) -> dict[str, int | None]:
    return {theme.name: theme.children for theme in said.themes}


def test_answers_are_grouped_by_the_councils_words() -> None:
    said = dear_worker(answers((8, "Walking in the PARK"), (6, "chips!"), (7, "we chatted")), THEMES)

    assert said.children == 21
    assert counts(said) == {"outside": 8, "talking": 7, "food": 6}
    assert [theme.name for theme in said.themes] == ["outside", "talking", "food"]


def test_a_word_is_whole_unless_it_says_any_ending() -> None:
    said = dear_worker(answers((9, "parking"), (9, "talkative")), THEMES)

    assert counts(said) == {"talking": 9}
    assert said.without_theme == 9


def test_a_child_counts_once_in_a_theme_and_in_every_theme_they_spoke_of() -> None:
    twice = [*answers((8, "park and chips")), *answers((8, "football"))]

    assert counts(dear_worker(twice, THEMES)) == {"outside": 8, "food": 8}


def test_five_children_are_withheld_and_six_are_not() -> None:
    assert dear_worker(answers((5, "park")), THEMES) == DearWorker(None, (), None)
    assert counts(dear_worker(answers((6, "park")), THEMES)) == {"outside": 6}


def test_a_theme_of_few_is_withheld_with_its_words_and_a_second_one_with_it() -> None:
    said = dear_worker(answers((9, "park"), (2, "chips"), (8, "chat")), THEMES)

    assert counts(said) == {"outside": 9, "talking": None, "food": None}
    assert [theme.quotes for theme in said.themes] == [("park",), (), ()]


def test_only_words_that_a_child_agreed_to_show_are_shown() -> None:
    said = [*answers((6, "football"), may_quote=False), *answers((3, "A walk in the park"), first=6)]

    assert dear_worker(said, THEMES).themes[0].quotes == ("A walk in the park",)


def test_blank_answers_are_no_answers() -> None:
    assert dear_worker(answers((9, "  ")), THEMES).children is None


@given(
    said=st.lists(
        st.tuples(st.integers(0, 12), st.sampled_from(["park", "chips", "chat", "park chips", "rain"])), max_size=40
    )
)
def test_no_count_of_one_to_five_is_ever_shown_nor_left_over(said: list[tuple[int, str]]) -> None:
    result = dear_worker([Enjoyed(f"c{child}", text) for child, text in said], THEMES)  # type: ignore[arg-type]
    shown = [*counts(result).values(), result.without_theme, result.children]

    assert not [count for count in shown if count is not None and 0 < count < 6]


def test_no_repr_shows_a_childs_words() -> None:
    said = answers((6, "football in the park"))

    assert "football" not in repr(said) + repr(dear_worker(said, THEMES))
