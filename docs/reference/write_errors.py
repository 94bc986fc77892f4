"""Write the page of errors beside this file: ``python docs/reference/write_errors.py``."""

import inspect
from collections.abc import Iterator
from pathlib import Path

from relationkit.errors import CODES, FAMILIES

PAGE = Path(__file__).with_name("errors.md")

HEAD = """# Errors

Everything that is raised on purpose, and the one shape of a problem in some input. Each kind has a code that stays the
same in every release, whatever its words become: `error.code` in Python, at the end of the line on the command line. A
number is never used again. A message says what is wrong, where, and what to do.

A case system's adapter raises these, and no others:

| When | Raise |
|---|---|
| there is no such file, folder, database or account | `SourceNotFoundError` |
| it is there and cannot be read | `UnreadableSourceError`, with what was found in `problems` |
| it does not hold that kind of record | `NotSupportedError` |
| it does not answer | `SourceUnavailableError`; `is_retryable=False` where waiting alone cannot help |
| two people changed one thing at once | `HandoverConflictError` |

An adapter that does something else is named in a `ContractBrokenError`: it gave another type of record, or raised an
error of its own, perhaps half-way through.
"""

TAIL = """
## In Python

```{eval-rst}
.. automodule:: relationkit.errors
```
"""


def page_text() -> str:
    """Return the page as the file holds it."""
    return HEAD + "".join(map(_family, FAMILIES)) + TAIL


def _family(start: str) -> str:
    return f"\n## {FAMILIES[start]}: {start}...\n\n| Code | Error | When |\n|---|---|---|\n" + "".join(
        f"| `{code}` | `{kind.__name__}` | {_first_line(kind)} |\n" for code, kind in _of_family(start)
    )


def _of_family(start: str) -> Iterator[tuple[str, type[BaseException]]]:
    return ((code, kind) for kind, code in CODES.items() if code.startswith(start))


def _first_line(kind: type[BaseException]) -> str:
    return (inspect.getdoc(kind) or "").partition("\n")[0].replace("``", "`")


if __name__ == "__main__":
    PAGE.write_text(page_text(), encoding="utf-8")
