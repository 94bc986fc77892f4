"""How seven databases write the few things that SQL does not write alike: types, days, a check for line breaks.

The rules themselves are one text for all. What differs stands here, one row a database; ``{}`` is where the
expression goes.
"""

from dataclasses import dataclass
from typing import Final

from relationkit.errors import InvalidOptionError

__all__ = ["DIALECTS", "DUCKDB", "Dialect", "dialect_named"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One database's way of writing.

    Attributes:
        name: What :func:`relationkit.bulk.sql` calls it.
        text: A value as text that is compared letter by letter: a council's collation may hold ``a1`` and ``A1`` equal.
        shown: A day as text, as it stands.
        day: A day as the number of days since 1 January 1970.
        date: That number as a day again.
        literal_day: ISO text in quotes, or NULL, as a value of the type of days.
        yes_no: 0 or 1 as the database's own false or true.
        parsed: ISO text as a day, nothing where it is none; ``None`` but for DuckDB: elsewhere days have the type DATE.
        has_control: Whether text holds a line break or another control character; ``None`` where it is not looked for.
        quote: The mark on both sides of a name that is also a word of SQL.
    """

    name: str
    text: str
    shown: str
    day: str
    date: str
    yes_no: str
    literal_day: str = "CAST({} AS DATE)"
    parsed: str | None = None
    has_control: str | None = None
    quote: str = '"'

    def write(self, way: str | None, expression: str) -> str:
        """Return one of the ways above, with the expression in it; without a way, nothing."""
        return "NULL" if way is None else way.replace("{}", expression)

    def quoted(self, name: str) -> str:
        """Return a name that is also a word of SQL, as this database takes it."""
        return f"{self.quote}{name}{self.quote}"


#: Control characters and the separators of lines that are none: what an id cannot hold (``relationkit.records``).
_CONTROLS: Final = r"[\x00-\x1F\x7F\x{85}\x{2028}\x{2029}]"
_ISO: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

DUCKDB: Final = Dialect(
    name="duckdb",
    text="CAST({} AS VARCHAR)",
    shown="CAST({} AS VARCHAR)",
    day="CAST({} - DATE '1970-01-01' AS INTEGER)",
    date="DATE '1970-01-01' + CAST({} AS INTEGER)",
    yes_no="CAST({} AS BOOLEAN)",
    parsed=f"CASE WHEN regexp_full_match({{}}, '{_ISO}') THEN TRY_CAST({{}} AS DATE) END",
    has_control=f"regexp_matches({{}}, '{_CONTROLS}')",
)
#: Every database that :func:`relationkit.bulk.sql` writes for, by name.
DIALECTS: Final = {
    dialect.name: dialect
    for dialect in (
        DUCKDB,
        Dialect(
            name="spark",
            text="CAST({} AS STRING)",
            shown="CAST({} AS STRING)",
            day="DATEDIFF({}, DATE '1970-01-01')",
            date="DATE_ADD(DATE '1970-01-01', CAST({} AS INT))",
            yes_no="CAST({} AS BOOLEAN)",
            has_control=r"{} RLIKE '[\\x00-\\x1F\\x7F\\x85\\u2028\\u2029]'",
            quote="`",
        ),
        Dialect(
            name="postgres",
            text='CAST({} AS VARCHAR) COLLATE "C"',
            shown="CAST({} AS VARCHAR)",
            day="({} - DATE '1970-01-01')",
            date="DATE '1970-01-01' + CAST({} AS INTEGER)",
            yes_no="({} = 1)",
            has_control=r"{} ~ '[\x01-\x1F\x7F\x85\u2028\u2029]'",
        ),
        Dialect(
            name="sqlite",
            text="CAST({} AS TEXT)",
            shown="CAST({} AS TEXT)",
            day="CAST(JULIANDAY({}) - 2440587.5 AS INTEGER)",
            date="DATE({} + 2440587.5)",
            literal_day="CAST({} AS TEXT)",
            yes_no="{}",
            has_control="{} GLOB '*[' || CHAR(1) || '-' || CHAR(31) || CHAR(127, 133, 8232, 8233) || ']*'",
        ),
        Dialect(
            name="sqlserver",
            text="CAST({} AS NVARCHAR(400)) COLLATE Latin1_General_100_BIN2",
            shown="CONVERT(CHAR(10), {}, 23)",
            day="DATEDIFF(DAY, '1970-01-01', {})",
            date="DATEADD(DAY, {}, CAST('1970-01-01' AS DATE))",
            yes_no="CAST({} AS BIT)",
        ),
        Dialect(
            name="oracle",
            text="CAST({} AS VARCHAR2(400))",
            shown="TO_CHAR({}, 'YYYY-MM-DD')",
            literal_day="TO_DATE({}, 'YYYY-MM-DD')",
            day="({} - DATE '1970-01-01')",
            date="DATE '1970-01-01' + {}",
            yes_no="{}",
        ),
        Dialect(
            name="snowflake",
            text="CAST({} AS VARCHAR)",
            shown="TO_VARCHAR({}, 'YYYY-MM-DD')",
            day="DATEDIFF(DAY, DATE '1970-01-01', {})",
            date="DATEADD(DAY, {}, DATE '1970-01-01')",
            yes_no="({} = 1)",
        ),
    )
}


def dialect_named(name: str) -> Dialect:
    """Return the dialect of that name.

    Raises:
        InvalidOptionError: There is none.
    """
    if name not in DIALECTS:
        raise InvalidOptionError(f"dialect {name!r}: not one that is written here. Use one of {', '.join(DIALECTS)}.")
    return DIALECTS[name]
