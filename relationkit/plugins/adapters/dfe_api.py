"""``dfe-api``: the payload that councils send to the Department for Education's children's social care API, as JSON.

One object for each child, or a list of them; layout: data-to-insight/dfe-csc-api-data-flows (MIT),
``docs/json_payload_structure.md``. Each child's episodes hold ``care_worker_details`` (a worker and a time, no
reason, no role but that of a registered social worker) and ``child_looked_after_placements``. Days are ISO. Several
workers may be there at once; a missing ``end_date`` is an open spell. The same worker repeated under several episodes
is kept once. What is marked ``purge`` is asked to be deleted, and is passed over. Placements carry no legal status,
so each gets the regime ``placement``, which asks for the closer visits.

A list is read child by child, so that the size of the file does not matter.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Final, TextIO, TypeVar

from relationkit.errors import Problem, SourceNotFoundError, UnreadableSourceError
from relationkit.plugins.adapters.base import StreamedReader
from relationkit.plugins.adapters.problems import record_or_problems, showable
from relationkit.plugins.adapters.spells import SpellTables, iso, spell_id
from relationkit.records import Assignment, Child, FrozenModel, Placement, Role

__all__ = ["CENSUS_CAVEAT", "DfeApiAdapter"]

RecordT = TypeVar("RecordT", bound=FrozenModel)

#: What a reader of any count made from this source must know.
CENSUS_CAVEAT: Final = (
    "The pilot of this interface keeps only the spells that are open on a 31 March, so workers who came and went "
    "between are missing: counts of changes from it are a lower bound, not the true figure."
)

_NAME: Final = "dfe-api"
_BLOCK: Final = 1 << 20
_REGIME: Final = "placement"
_COLUMNS: Final = {"started_on": "start_date", "ended_on": "end_date", "child_id": "la_child_id"}


class DfeApiAdapter(StreamedReader):
    """Reads one JSON file, once, when something in it is first asked for.

    Args:
        where: The file.

    Raises:
        SourceNotFoundError: There is no such file.
        UnreadableSourceError: It is a folder or a pipe, or neither a JSON list nor object begins it. One that is not
            JSON further on is refused when nothing could be read, and is a problem when something could.
    """

    caveats: ClassVar[tuple[str, ...]] = (CENSUS_CAVEAT,)

    def __init__(self, where: str) -> None:
        super().__init__(f"{_NAME}:{where}", {"children", "workers", "assignments", "placements"})
        self._path = Path(where)
        if self._path.is_dir():
            raise self._unreadable("is a folder, and a file is needed", "Name a file")
        if not self._path.exists():
            raise SourceNotFoundError(self.source, f"there is no file {self._path.name}", "Check the name and folder")
        if not self._path.is_file():  # a pipe or device, which may never end
            raise self._unreadable("is no ordinary file", "Save it as a file first")
        if self._beginning() not in ("[", "{"):
            raise self._unreadable("is empty" if not self._beginning() else "is not JSON", "Export the payload again")
        self._tables: SpellTables | None = None

    def close(self) -> None:
        """Let go of what was read."""
        if self._tables is not None:
            self._tables.close()
        self._tables = None

    def _all(self, record: type[RecordT]) -> Iterator[RecordT]:
        if self._tables is None:
            self._tables = SpellTables(self._path.name, self._log)
            self._read(self._tables)
        return self._tables.all(record)

    def _beginning(self) -> str:
        try:
            with self._path.open(encoding="utf-8-sig") as text:
                return text.read(_BLOCK).lstrip()[:1]
        except OSError as error:
            raise self._unreadable("may not be read", "Check who may read it") from error
        except UnicodeDecodeError as error:
            raise self._unreadable("is not UTF-8 text", "Export the payload again") from error

    def _read(self, tables: SpellTables) -> None:
        count = 0
        try:
            with self._path.open(encoding="utf-8-sig") as text:
                for count, child in enumerate(_items(text), start=1):
                    self._take(child, count, tables)
        except (ValueError, RecursionError) as error:
            what = "is not JSON" if count == 0 else f"breaks off, or is not JSON, after {count:,} children"
            if count == 0:
                raise self._unreadable(what, "Export the payload again") from error
            self._log.add(Problem(self._path.name, what, "Export the payload again; what comes after was not read"))

    def _take(self, child: object, number: int, tables: SpellTables) -> None:
        given = child if isinstance(child, dict) else {}
        child_id = given.get("la_child_id")
        where = f"{self._path.name}, child {showable('id', child_id) or f'number {number}'}"
        born_on = given.get("date_of_birth") or _object(given.get("child_details")).get("date_of_birth")
        if _is_purged(given):
            return
        made = self._checked(Child, {"id": child_id}, where, {"id": "la_child_id"})
        if made is None:
            return
        dated = self._checked(Child, {"id": child_id, "born_on": born_on}, where, {"born_on": "date_of_birth"})
        tables.add_child(made.id, iso(dated.born_on) if dated else None)
        for episode in _objects(given, "social_care_episodes"):
            for spell in _objects(episode, "care_worker_details"):
                self._take_spell(spell, made.id, where, tables)
            for placement in _objects(episode, "child_looked_after_placements"):
                self._take_placement(placement, made.id, where, tables)

    def _take_spell(self, spell: dict[str, Any], child_id: str, where: str, tables: SpellTables) -> None:
        fields = {**_span(spell, child_id), "worker_id": spell.get("worker_id"), "role": Role.SOCIAL_WORKER}
        made = self._checked(Assignment, fields, f"{where}, care_worker_details", _COLUMNS)
        if made is not None:
            tables.add_spell(child_id, made.worker_id, made.started_on.isoformat(), iso(made.ended_on), None)

    def _take_placement(self, placement: dict[str, Any], child_id: str, where: str, tables: SpellTables) -> None:
        fields = {**_span(placement, child_id), "regime": _REGIME}
        made = self._checked(Placement, fields, f"{where}, child_looked_after_placements", _COLUMNS)
        if made is not None:
            tables.add_placement(child_id, made.started_on.isoformat(), iso(made.ended_on), made.regime)

    def _checked(
        self, record: type[RecordT], fields: dict[str, Any], where: str, columns: dict[str, str]
    ) -> RecordT | None:
        made = record_or_problems(record, fields, where=where, columns=columns)
        if not isinstance(made, list):
            return made
        for problem in made:
            self._log.add(problem, alike=self._path.name)
        return None

    def _unreadable(self, what: str, remedy: str) -> UnreadableSourceError:
        name = self._path.name
        return UnreadableSourceError(self.source, f"{name} {what}", remedy, [Problem(name, what, remedy)])


def _span(spell: dict[str, Any], child_id: str) -> dict[str, Any]:
    """Return what a spell and a placement have in common; its id is made when it is given out."""
    days = {"started_on": spell.get("start_date"), "ended_on": spell.get("end_date")}
    return {"id": spell_id(child_id), "child_id": child_id, **{name: day for name, day in days.items() if day}}


def _is_purged(part: dict[str, Any]) -> bool:
    return part.get("purge") is True


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(parent: dict[str, Any], key: str) -> Iterator[dict[str, Any]]:
    found = parent.get(key)
    return (
        (part for part in found if isinstance(part, dict) and not _is_purged(part))
        if isinstance(found, list)
        else iter(())
    )


def _items(text: TextIO) -> Iterator[object]:
    """Return the items of a JSON list one at a time, or the one object that the file is."""
    decoder, buffer, is_list = json.JSONDecoder(), text.read(_BLOCK).lstrip(), False
    if buffer.startswith("["):
        buffer, is_list = buffer[1:], True
    while True:
        buffer = buffer.lstrip(" \t\r\n,")
        if is_list and buffer.startswith("]"):
            return
        try:
            item, end = decoder.raw_decode(buffer)
        except json.JSONDecodeError:
            more = text.read(max(_BLOCK, len(buffer)))  # an item longer than a block: twice as much each time
            if not more:
                raise
            buffer += more
            continue
        yield item
        if not is_list:
            return
        buffer = buffer[end:]
