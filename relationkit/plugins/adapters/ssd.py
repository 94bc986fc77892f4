"""``ssd``: a database with the tables of the Standard Safeguarding Dataset, read and never written.

Councils on Mosaic, Liquidlogic, Eclipse, CareDirector and Azeus can have the dataset made beside their case system.
Names of tables and columns: data-to-insight/ssd-data-model, ``data/objects``. Read are:

- ``ssd_person``: children, with their date of birth;
- ``ssd_professionals``: workers. The name goes no further than the record; the id is the system's own;
- ``ssd_involvements``: assignments of the roles in :data:`ROLES`; others are passed over, and each role once listed.
  ``invo_worker_change_reason`` has the codes of the statutory return, and belongs to the start. A professional of -1 is
  nobody;
- ``ssd_cla_placement``, whose child stands in ``clap_person_id`` or in ``ssd_cla_episodes``: placements. The legal
  status may change in one, so each gets the regime ``placement``, which asks for the closer visits;
- ``ssd_cla_visits``, ``ssd_cin_visits``, ``ssd_cp_visits``: sessions that were held. The dataset does not say who
  visited nor for how long: the worker is :data:`NOT_RECORDED` and the length an hour. A visit without a time of day
  stands at midnight. Times are London's.

A table that is not there is a kind that is not held.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from relationkit.england.reasons import REASON_CODES
from relationkit.errors import MissingExtraError, Problem, SourceNotFoundError, UnreadableSourceError, shown_source
from relationkit.plugins.adapters.base import NOT_RECORDED
from relationkit.plugins.adapters.problems import showable
from relationkit.plugins.adapters.rows import RowReader, RowTable
from relationkit.plugins.adapters.spells import REGISTERED
from relationkit.records import Role

try:
    import sqlalchemy as sa
    from sqlalchemy import exc
except ModuleNotFoundError as error:
    raise MissingExtraError("the adapter 'ssd'", extra="sql") from error

from relationkit.plugins.adapters.sql_layout import answering

__all__ = ["ROLES", "SsdAdapter", "role_named"]

_NAME: Final = "ssd"
_STREAMED: Final = 1_000
_LONDON: Final = ZoneInfo("Europe/London")
_VISITS_CAVEAT: Final = "The dataset does not say who made a visit, nor how long it took."

#: What words in ``invo_professional_role_id`` mean; the first row that fits decides. ``ALLWKR`` is Mosaic's code.
ROLES: Final[tuple[tuple[str, Role], ...]] = (
    ("personal advis", Role.PERSONAL_ADVISER),
    ("reviewing officer", Role.REVIEWING_OFFICER),
    ("allwkr", Role.SOCIAL_WORKER),
    ("case worker", Role.SOCIAL_WORKER),
    ("caseworker", Role.SOCIAL_WORKER),
    ("social worker", Role.SOCIAL_WORKER),
    ("allocated worker", Role.SOCIAL_WORKER),
)
#: Codes that are the whole of the cell; ``CW`` is the case worker of Liquidlogic and of the Department's interface.
_ROLE_CODES: Final = {"cw": Role.SOCIAL_WORKER}
_NOBODY: Final = frozenset({"", "-1"})
_YES_NO: Final = {"y": True, "yes": True, "1": True, "true": True, "n": False, "no": False, "0": False, "false": False}
_REASONS: Final = {row.code: row.reason.value for row in REASON_CODES}

#: Each table of visits, with what its columns begin with.
_VISITS: Final = {"ssd_cla_visits": "clav_cla", "ssd_cin_visits": "cinv_cin", "ssd_cp_visits": "cppv_cp"}


def role_named(text: str) -> Role | None:
    """Return the role that a code or the words of a job or involvement name; ``None`` where they name none of ours.

    >>> role_named("Allocated Case Worker"), role_named("CW"), role_named("Health visitor")
    (<Role.SOCIAL_WORKER: 'social_worker'>, <Role.SOCIAL_WORKER: 'social_worker'>, None)
    """
    words = " ".join(text.casefold().split())
    return _ROLE_CODES.get(words) or next((role for part, role in ROLES if part in words), None)


def _day(value: object) -> date:
    """Return the day of a date, of a moment as the database gives it, or of either as ISO text."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else datetime.fromisoformat(str(value).strip()).date()


def _reason(value: object) -> str | None:
    text = str(value).strip().upper()
    return _REASONS[text] if text else None


def _registration(value: object) -> str | None:
    text = str(value).strip().upper()
    return text if REGISTERED.fullmatch(text) else None


def _text(value: object) -> str:
    return str(value).strip()


def _job(value: object) -> Role:
    return role_named(str(value)) or Role.SUPPORT_WORKER


class SsdAdapter(RowReader):
    """Reads the tables; each is read once, when its kind is first asked for.

    Args:
        where: An SQLite file, or any URL that SQLAlchemy has a driver for, such as ``postgresql://host/name`` or
            ``mssql+pyodbc://host/name?driver=...``. ``?schema=NAME`` names the schema that the tables are in.

    Raises:
        SourceNotFoundError: There is no such SQLite file, or none of the dataset's tables in the database.
        UnreadableSourceError: This is no database, no URL of one, or a table lacks a column that is needed.
        SourceUnavailableError: The server did not answer.
        MissingExtraError: The driver is not installed.
    """

    caveats: ClassVar[tuple[str, ...]] = (_VISITS_CAVEAT,)
    tables: ClassVar[Mapping[str, RowTable]] = {
        "children": RowTable(
            "ssd_person",
            {"id": "pers_person_id", "born_on": "pers_dob"},
            values={"id": _text, "born_on": _day},
        ),
        "workers": RowTable(
            "ssd_professionals",
            {
                "id": "prof_professional_id",
                "name": "prof_professional_name",
                "registration": "prof_social_worker_registration_no",
                "role": "prof_professional_job_title",
                "team": "prof_professional_department",
            },
            always={"role": Role.SOCIAL_WORKER},
            values={"id": _text, "registration": _registration, "role": _job},
        ),
        "assignments": RowTable(
            "ssd_involvements",
            {
                "id": "invo_involvements_id",
                "child_id": "invo_person_id",
                "worker_id": "invo_professional_id",
                "role": "invo_professional_role_id",
                "started_on": "invo_involvement_start_date",
                "ended_on": "invo_involvement_end_date",
                "reason": "invo_worker_change_reason",
                "team": "invo_professional_team",
            },
            values={
                "id": _text,
                "child_id": _text,
                "worker_id": _text,
                "started_on": _day,
                "ended_on": _day,
                "reason": _reason,
            },
        ),
        "sessions": RowTable(
            "the tables of visits",
            {
                "id": "id",
                "child_id": "child_id",
                "starts_at": "starts_at",
                "ends_at": "ends_at",
                "seen": "seen",
                "seen_alone": "seen_alone",
            },
            always={"worker_id": NOT_RECORDED, "kind": "visit", "status": "held"},
            values={
                "child_id": _text,
                "starts_at": lambda cell: _moment(cell),
                "ends_at": lambda cell: _moment(cell) + timedelta(hours=1),
                "seen": lambda cell: _YES_NO[_text(cell).casefold()],
                "seen_alone": lambda cell: _YES_NO[_text(cell).casefold()],
            },
        ),
        "placements": RowTable(
            "ssd_cla_placement",
            {
                "id": "clap_cla_placement_id",
                "child_id": "clap_person_id",
                "started_on": "clap_cla_placement_start_date",
                "ended_on": "clap_cla_placement_end_date",
            },
            always={"regime": "placement"},
            values={"id": _text, "child_id": _text, "started_on": _day, "ended_on": _day},
        ),
    }

    def __init__(self, where: str) -> None:
        self._engine, self._schema, shown = _opened(where)
        self._columns: dict[str, frozenset[str]] = {}
        try:
            self._look(shown)
            super().__init__(shown, self._kinds())
            self._require_tables()
        except BaseException:
            self._engine.dispose()
            raise

    def close(self) -> None:
        """Let go of the rows that were read and of the connections."""
        super().close()
        self._engine.dispose()

    def rows(self, kind: str) -> Iterable[Mapping[str, Any]]:
        """Return the rows of the table, or tables, that a kind is read from."""
        reading: dict[str, Callable[[], Iterator[Mapping[str, Any]]]] = {
            "workers": self._professionals,
            "assignments": self._involvements,
            "sessions": self._visits,
            "placements": self._placements,
        }
        return reading.get(kind, lambda: self._select(self.tables[kind].where))()

    def _professionals(self) -> Iterator[Mapping[str, Any]]:
        for row in self._select("ssd_professionals"):
            name = row.get("prof_professional_name") or f"Worker {row['prof_professional_id']}"
            yield {**row, "prof_professional_name": name}

    def _involvements(self) -> Iterator[Mapping[str, Any]]:
        for row in self._select("ssd_involvements"):
            text = _text(row.get("invo_professional_role_id") or "")
            role = role_named(text)
            if role is not None and _text(row["invo_professional_id"] or "") not in _NOBODY:
                yield {**row, "invo_professional_role_id": role}
            elif role is None:
                self._log.add(
                    Problem(
                        "ssd_involvements",
                        "is blank or a role that is not read; its rows were passed over",
                        "Nothing, if it is no worker of the child's; otherwise ask for it to be read",
                        field="invo_professional_role_id",
                        found=showable("id", text),
                    )
                )

    def _visits(self) -> Iterator[Mapping[str, Any]]:
        for table, prefix in _VISITS.items():
            if table in self._columns:
                short = prefix.split("_")[0]
                for row in self._select(table):
                    yield {
                        "id": f"{short}:{row[f'{prefix}_visit_id']}",
                        "child_id": row[f"{short}_person_id"],
                        "starts_at": row[f"{prefix}_visit_date"],
                        "ends_at": row[f"{prefix}_visit_date"],
                        "seen": _known(row.get(f"{prefix}_visit_seen")),
                        "seen_alone": _known(row.get(f"{prefix}_visit_seen_alone")),
                    }

    def _placements(self) -> Iterator[Mapping[str, Any]]:
        if "clap_person_id" in self._columns["ssd_cla_placement"]:
            yield from self._select("ssd_cla_placement")
            return
        pairs = self._select("ssd_cla_episodes", ("clae_cla_id", "clae_person_id"))
        child_of = {row["clae_cla_id"]: row["clae_person_id"] for row in pairs}
        for row in self._select("ssd_cla_placement"):
            yield {**row, "clap_person_id": child_of.get(row["clap_cla_id"])}

    def _select(self, table: str, columns: Collection[str] = ()) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of a table as the database holds them: what a cell means is decided here."""
        wanted = sorted(columns or self._columns[table])
        source = sa.table(table, *(sa.column(name) for name in wanted), schema=self._schema)
        with answering(self.source), self._engine.connect() as connection:
            streaming = connection.execution_options(stream_results=True, yield_per=_STREAMED)
            with streaming.execute(sa.select(source)) as found:  # its cursor goes with the stream
                for row in found.mappings():
                    yield {str(name): value for name, value in row.items()}

    def _look(self, shown: str) -> None:
        try:
            with answering(shown), self._engine.connect() as connection:
                self._columns = self._found(sa.inspect(connection))
        except UnreadableSourceError as error:
            what, remedy = "this is no database that can be read", "Name the database that holds the dataset"
            raise UnreadableSourceError(shown, what, remedy) from error

    def _found(self, inspector: sa.Inspector) -> dict[str, frozenset[str]]:
        """Return the columns of each of the dataset's tables that is here."""
        names = [name for name in inspector.get_table_names(schema=self._schema) if name.lower().startswith("ssd_")]
        columns = {name: inspector.get_columns(name, schema=self._schema) for name in names}
        return {name.lower(): frozenset(str(each["name"]).lower() for each in some) for name, some in columns.items()}

    def _kinds(self) -> list[str]:
        """Return the kinds whose tables are here."""
        found = [kind for kind, table in self.tables.items() if table.where in self._columns]
        has_child = {"clap_person_id"} & self._columns.get("ssd_cla_placement", frozenset())
        if not has_child and "ssd_cla_episodes" not in self._columns and "placements" in found:
            found.remove("placements")
        return [*found, *(["sessions"] if self._columns.keys() & _VISITS.keys() else [])]

    def _require_tables(self) -> None:
        if not self.capabilities:
            what, remedy = "none of the dataset's tables is here", "Name the database, or its ?schema="
            raise SourceNotFoundError(self.source, what, remedy)
        needed = {
            "ssd_person": ("pers_person_id",),
            "ssd_professionals": ("prof_professional_id",),
            "ssd_involvements": ("invo_person_id", "invo_professional_id", "invo_professional_role_id"),
            **{
                table: (f"{prefix.split('_')[0]}_person_id", f"{prefix}_visit_id", f"{prefix}_visit_date")
                for table, prefix in _VISITS.items()
            },
        }
        for table, names in needed.items():
            lacking = [name for name in names if name not in self._columns.get(table, names)]
            if lacking:
                what = f"{table} lacks the column {', '.join(lacking)}"
                raise UnreadableSourceError(self.source, what, "Install the current version of the dataset")


def _known(value: object) -> object:
    """Return a flag, or ``None`` for one that nobody filled in."""
    text = "" if value is None else _text(value)
    return None if text.casefold() in ("", "u", "unknown", "null") else text


def _moment(value: object) -> datetime:
    """Return the moment in London; a date alone is its midnight."""
    if not isinstance(value, datetime):
        value = datetime.fromisoformat(str(value).strip())
    return value if value.tzinfo is not None else value.replace(tzinfo=_LONDON)


def _opened(where: str) -> tuple[sa.Engine, str | None, str]:
    """Return the engine, the schema, and the source as it may be shown."""
    shown = f"{_NAME}:{shown_source(where)}"
    try:
        url = sa.make_url(where) if "://" in where else sa.URL.create("sqlite", database=where)
    except (exc.ArgumentError, ValueError):
        what, remedy = "this is no URL of a database", "Write a file's path, or DIALECT://user@host/name"
        raise UnreadableSourceError(shown, what, remedy) from None
    schema = url.query.get("schema")
    url = url.difference_update_query(["schema"])
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite":
        url = _only_read(url, shown)
    try:
        engine = sa.create_engine(url, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"the adapter {_NAME!r} with {url.get_backend_name()}", extra="sql") from error
    except exc.ArgumentError:
        what = f"no driver for databases of the kind {url.get_backend_name()!r} is installed"
        raise UnreadableSourceError(shown, what, "Install its SQLAlchemy dialect") from None
    return engine, str(schema) if schema else None, shown


def _only_read(url: sa.URL, shown: str) -> sa.URL:
    """Return the URL by which SQLite opens the file without the right to write; nothing is made where none is."""
    path = Path(str(url.database))
    if not path.is_file():
        raise SourceNotFoundError(shown, "there is no such file", "Check the path")
    return url.set(database=path.absolute().as_uri()).update_query_dict({"mode": "ro", "uri": "true"})
