"""The pictures of the easy-read forms."""

import pytest
from jinja2 import Environment, PackageLoader

from relationkit.feedback import Symbol

PAGES = Environment(loader=PackageLoader("relationkit.render", "templates"), autoescape=True)


def drawn(name: str) -> str:
    return str(PAGES.get_template("symbols.html").module.symbol(name))  # type: ignore[attr-defined]  # a macro


@pytest.mark.parametrize("symbol", Symbol)
def test_every_symbol_has_a_drawing_that_a_screen_reader_passes_over(symbol: Symbol) -> None:
    assert "<path" in drawn(symbol) or "<circle" in drawn(symbol)
    assert 'aria-hidden="true"' in drawn(symbol)


def test_no_two_symbols_look_alike() -> None:
    assert len({drawn(symbol) for symbol in Symbol}) == len(Symbol)
