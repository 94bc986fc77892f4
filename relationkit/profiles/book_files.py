"""Profiles, and what goes with them, out of a file that a council writes: TOML, or the same tables as JSON.

The readers are given the text, not the file. Every problem is named at once, with the table it stands in.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from relationkit.errors import InvalidProfileFileError, InvalidRecordError, Problem, RelationkitError
from relationkit.profiles.cards import Picture, WorkerProfile
from relationkit.profiles.checks import WorkContacts
from relationkit.profiles.contacts import DutyLine
from relationkit.profiles.dear_worker import EnjoyTheme
from relationkit.profiles.designs import CardTheme
from relationkit.profiles.tips import PracticeGuide
from relationkit.records import WorkerId
from relationkit.text_files import NotReadableError, json_of, toml_of

__all__ = ["ProfileBook", "profiles_from_json", "profiles_from_toml"]

#: Returns a picture by its file's name, as the book has it, and what it shows.
ReadPicture = Callable[[str, str], Picture]


@dataclass(frozen=True, slots=True)
class ProfileBook:
    """Everything that a council wrote down for its cards.

    Attributes:
        profiles: In the order of the file; a worker may have one in each language.
        work: The council's own numbers and addresses.
        theme: Its colours; ``None`` for those of relationkit.
        links: By worker, the ``https`` address of their page.
        themes: Its list for "Dear worker".
        guides: Its practice guides.
        duty: Who answers for every profile that names nobody else; ``None`` where each names its own.
    """

    profiles: tuple[WorkerProfile, ...]
    work: WorkContacts = field(default_factory=WorkContacts)
    theme: CardTheme | None = None
    links: Mapping[WorkerId, str] = field(default_factory=dict)
    themes: tuple[EnjoyTheme, ...] = ()
    guides: tuple[PracticeGuide, ...] = ()
    duty: DutyLine | None = None

    def profile(self, worker_id: WorkerId, *, language: str = "en") -> WorkerProfile | None:
        """Return a worker's profile in that language, else their first; ``None`` when they have none."""
        own = [each for each in self.profiles if each.worker_id == worker_id]
        wanted = language.split("-")[0].lower()
        return next((each for each in own if each.language.split("-")[0].lower() == wanted), own[0] if own else None)


_KEYS: Final = ("profiles", "duty", "work", "theme", "links", "themes", "guides")


def profiles_from_toml(
    text: str, *, where: str = "profiles.toml", read_picture: ReadPicture | None = None
) -> ProfileBook:
    """Return the book that a TOML text describes.

    An array ``[[profiles]]`` has one table for each profile, whose keys are the fields of
    :class:`~relationkit.profiles.WorkerProfile`. A table ``[duty]`` is the duty line of every profile that gives none;
    ``[work]`` has ``numbers`` and ``domains``, ``[theme]`` the fields of :class:`~relationkit.profiles.CardTheme`,
    ``[links]`` an address by worker, ``[[themes]]`` and ``[[guides]]`` those of their classes. A profile's ``picture``
    is a table with ``file`` and ``alt``.

    Args:
        text: What the file says.
        where: What the file is called in problems, without its folder.
        read_picture: Reads a picture that a profile names; without it, one that names a file is refused.

    Raises:
        InvalidProfileFileError: The text is no TOML, or describes no book; its ``problems`` name all of them.
    """
    try:
        data = toml_of(text)
    except NotReadableError as error:
        raise _unreadable(where, f"is not TOML: {error}") from error
    return _Reader(where, read_picture).book(data)


def profiles_from_json(
    text: str, *, where: str = "profiles.json", read_picture: ReadPicture | None = None
) -> ProfileBook:
    """Return the book that a JSON text describes: the tables of :func:`profiles_from_toml` as one object.

    Args:
        text: What the file says.
        where: As for :func:`profiles_from_toml`.
        read_picture: As for :func:`profiles_from_toml`.

    Raises:
        InvalidProfileFileError: The text is no JSON, or describes no book; its ``problems`` name all of them.
    """
    try:
        data = json_of(text)
    except NotReadableError as error:
        raise _unreadable(where, f"is not JSON: {error}") from error
    return _Reader(where, read_picture).book(data)


def _unreadable(where: str, what: str) -> InvalidProfileFileError:
    return InvalidProfileFileError(where, [Problem(where, what, "Correct that line")])


class _Reader:
    """One reading of one file: gathers problems while the tables are read."""

    def __init__(self, where: str, read_picture: ReadPicture | None) -> None:
        self.where, self.read_picture = where, read_picture
        self.problems: list[Problem] = []

    def book(self, data: object) -> ProfileBook:
        tables = self._table(data, "the file")
        for key in tables.keys() - set(_KEYS):
            self._note(key, "is not a table of this file", f"Use one of {', '.join(_KEYS)}")
        book = ProfileBook(
            profiles=tuple(self._profiles(tables)),
            work=self._work(tables.get("work", {})),
            theme=self._one("theme", tables["theme"], CardTheme) if "theme" in tables else None,
            links={WorkerId(key): str(value) for key, value in self._table(tables.get("links", {}), "links").items()},
            themes=tuple(self._several("themes", tables.get("themes", []), EnjoyTheme)),
            guides=tuple(self._several("guides", tables.get("guides", []), PracticeGuide)),
        )
        self._refuse_twice(book.profiles)
        if "duty" in tables and not self.problems:  # else each profile that it stands in has said what is wrong
            book = replace(book, duty=self._one("duty", tables["duty"], DutyLine))
        if self.problems:
            raise InvalidProfileFileError(self.where, self.problems)
        return book

    def _profiles(self, tables: Mapping[str, Any]) -> Iterator[WorkerProfile]:
        shared = {"duty": tables["duty"]} if "duty" in tables else {}
        for number, values in enumerate(self._rows(tables.get("profiles", []), "profiles"), start=1):
            place = f"profiles {number}"
            facts = {**shared, **self._table(values, place)}
            if "picture" in facts:
                facts["picture"] = self._picture(place, facts["picture"])
            profile = self._one(place, facts, WorkerProfile)
            if profile is not None:
                yield profile

    def _picture(self, place: str, values: object) -> object:
        """Return the picture that a table with ``file`` and ``alt`` names; one written out stays as it is."""
        table = self._table(values, f"{place}, picture")
        if "file" not in table:
            return values
        if self.read_picture is None:
            self._note(
                f"{place}, picture", "names a file, and files are not read here", "Write the picture out as Base64"
            )
            return None
        try:
            return self.read_picture(str(table["file"]), str(table.get("alt", "")))
        except RelationkitError as error:
            what, _, remedy = str(error).rstrip(".").partition(". ")
            self._note(f"{place}, picture", f"cannot be used: {what}", remedy or "Give another")
            return None

    def _work(self, values: object) -> WorkContacts:
        table = self._table(values, "work")
        for key in table.keys() - {"numbers", "domains"}:
            self._note(f"work, {key}", "is not a key of this table", "Use numbers or domains")
        return WorkContacts(*(self._texts(table.get(key, []), f"work, {key}") for key in ("numbers", "domains")))

    def _texts(self, values: object, place: str) -> tuple[str, ...]:
        rows = self._rows(values, place)
        if not all(isinstance(each, str) for each in rows):
            self._note(place, "holds something that is not text", "Write each in quotation marks")
        return tuple(str(each) for each in rows)

    def _several(self, name: str, values: object, kind: type[Any]) -> Iterator[Any]:
        for number, row in enumerate(self._rows(values, name), start=1):
            item = self._one(f"{name} {number}", row, kind)
            if item is not None:
                yield item

    def _one(self, place: str, values: object, kind: type[Any]) -> Any:
        try:
            return kind.model_validate(self._table(values, place))
        except InvalidRecordError as error:
            for problem in error.problems:
                at = place if problem.field is None else f"{place}, {problem.field}"
                self.problems.append(Problem(self.where, problem.what, problem.remedy, field=at))
            return None

    def _table(self, values: object, place: str) -> Mapping[str, Any]:
        if isinstance(values, Mapping):
            return values
        self._note(place, "is not a table", "Write it as a table of keys and values")
        return {}

    def _rows(self, values: object, place: str) -> Sequence[Any]:
        if isinstance(values, list):
            return values
        self._note(place, "is not a list", "Write it as a list")
        return []

    def _note(self, place: str, what: str, remedy: str) -> None:
        self.problems.append(Problem(self.where, what, remedy, field=place))

    def _refuse_twice(self, profiles: Sequence[WorkerProfile]) -> None:
        seen: set[tuple[str, str]] = set()
        for profile in profiles:
            key = profile.worker_id, profile.language
            if key in seen:
                self._note(f"profile of {profile.worker_id}", f"stands twice in {profile.language}", "Keep one of them")
            seen.add(key)
