"""Write the page of the conformance kit's tests from the kit itself; a test compares the two."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from relationkit.plugins.testing import KIT_TESTS, KIT_WORDS, Level
from relationkit.plugins.testing.report import in_words

PAGE = Path(__file__).with_name("conformance.md")

HEAD = """\
# What the conformance kit tests

<!-- Written by docs/reference/write_conformance.py from the tests themselves. -->

`relationkit.plugins.testing.AdapterConformance` holds an adapter to everything that `CaseReader` and the optional ports
promise: {total} tests, of which {must} must pass, {should} should, and {advisory} only advise.
[Write an adapter](../how-to/write-an-adapter.md) shows how to run them; `relationkit check-plugin` runs them without a
test file.

- **must**: rules give wrong answers about children without it. **should**: good adapters do. **advisory**: what it
  finds is in the report, and fails nothing.
- What a source does not hold (`capabilities`, `fields`) or keep (the optional ports) is skipped, and the skip says
  what.
- A promise that a source cannot keep is declared by its id, `known_gaps = {{"RK-C-054": "our system stores no end"}}`.
  Its test must then fail: a gap that has closed is noticed.
- An id is never given to another test. A new test that adapters must pass arrives as advice in one minor version of the
  plugin API and counts from the next.
- `pytest -p relationkit.plugins.testing.plugin --relationkit-report=FILE` writes what was found, as `.json` or `.md`.
"""


WORDS = """\
## The words that the kit writes

A harness needs a word of the system's for each of these, in the fields that the system holds. `None` may stand in a
field besides, where the record allows it. `relationkit.plugins.testing.KIT_WORDS` is the same list.

| Kind | Field | Words |
|---|---|---|"""


def page() -> str:
    """Return the page."""
    levels = [test.level for test in KIT_TESTS.values()]
    counts = {level.value: levels.count(level) for level in Level}
    return "\n".join([HEAD.format(total=len(levels), **counts), WORDS, *_words(), "", *_tests()])


def _words() -> Iterator[str]:
    for kind, fields in KIT_WORDS.items():
        for name, words in fields.items():
            yield f"| {kind} | `{name}` | {', '.join(f'`{word}`' for word in words)} |"


def _tests() -> Iterator[str]:
    for theme, tests in groupby(KIT_TESTS.values(), key=lambda test: test.theme):
        yield f"## {theme.capitalize()}\n"
        for test in tests:
            yield f"### {test.id}: {in_words(test)}\n"
            yield f"{test.level}, since {test.since}. {_marked(test.reason)}\n"
            yield f"*Remedy*: {_marked(test.remedy)}\n"


def _marked(text: str) -> str:
    return (
        text.replace("``", "`")
        .replace("*", r"\*")
        .replace("__enter__", "`__enter__`")
        .replace("__exit__", "`__exit__`")
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
