"""Hold a plugin's reader to its contract while the house reads through it: what breaks it is said as that, and whose.

The conformance kit proves an adapter before it is shipped; this notices what happens only on a council's own data, such
as a record of another type, or a stream that breaks half-way. Nothing is mended or left out.
"""

from collections.abc import Callable, Iterator
from operator import attrgetter
from types import TracebackType
from typing import Any, Self

from relationkit.errors import ContractBrokenError, RelationkitError
from relationkit.plugins.adapters.base import RECORD_OF
from relationkit.plugins.ports import CaseReader
from relationkit.records import Record

__all__ = ["held_to_contract"]


def held_to_contract(reader: CaseReader, *, plugin: str) -> CaseReader:
    """Return a reader that gives what ``reader`` gives, and looks at each record on its way.

    Args:
        reader: Of a plugin. Whatever else it can do, such as writing, is passed on as it is.
        plugin: Who brings it, as an error shall name it.

    Raises:
        ContractBrokenError: From a method of a kind, or while its stream is read: what came is no record of that kind,
            or something was raised that is no error of relationkit's; the cause stays on it.
    """
    passed_on = {
        name: property(attrgetter(f"_held.{name}"))
        for name in dir(reader)
        if not name.startswith("_") and name not in RECORD_OF
    }
    kinds = {kind: _watched(kind, record) for kind, record in RECORD_OF.items()}
    held: CaseReader = type("HeldReader", (_Held,), {**passed_on, **kinds})(reader, plugin)
    return held


class _Held:
    """The reader that is held, and whose it is; what else it can do is added for each reader."""

    def __init__(self, held: CaseReader, plugin: str) -> None:
        self._held, self._plugin = held, plugin

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()


def _watched(kind: str, record: type[Record]) -> Callable[..., Iterator[Record]]:
    def method(self: _Held, **filters: Any) -> Iterator[Record]:
        def broken(what: str) -> ContractBrokenError:
            return ContractBrokenError(self._held.source, kind, what, plugin=self._plugin)

        try:
            stream = getattr(self._held, kind)(**filters)
        except (RelationkitError, OSError):
            raise
        except Exception as error:
            raise broken(f"raised {type(error).__name__}") from error
        return _looked_at(stream, record, broken)

    return method


def _looked_at(
    stream: Iterator[Record], record: type[Record], broken: Callable[[str], ContractBrokenError]
) -> Iterator[Record]:
    for count, each in enumerate(_unbroken(stream, broken)):
        if not isinstance(each, record):
            raise broken(f"gave {type(each).__name__} where {record.__name__} belongs, after {count} records")
        yield each


def _unbroken(stream: Iterator[Record], broken: Callable[[str], ContractBrokenError]) -> Iterator[Record]:
    count = 0
    try:
        for each in stream:
            yield each
            count += 1
    except (RelationkitError, OSError):
        raise
    except Exception as error:
        raise broken(f"raised {type(error).__name__} after {count} records") from error
