"""How seven databases write the few things that SQL does not write alike: types, days, a check for line breaks.

The rules themselves are one text for all. What differs stands here, one row a database; ``{}`` is where the
expression goes.
"""

import re
from dataclasses import dataclass
from typing import Final

from relationkit.errors import InvalidOptionError

__all__ = ["DIALECTS", "DUCKDB", "Dialect", "dialect_named"]


#: A number for each thread of a child that comes out alike however often it is asked for.
STABLE_CONVERSATION: Final = "DENSE_RANK() OVER (ORDER BY child_id, thread)"

#: Microseconds of a day in UTC.
_DAY_LENGTH: Final = 86_400_000_000
#: Days that are added before a moment is divided, so that no number is negative: databases round those either way.
_SHIFT: Final = 84_005


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
        has_control: Whether text holds what an id cannot: a line break, say; ``None`` where it is not looked for.
        is_whole: Whether the whole text is of a pattern, which stands at ``[]``.
        instant: A moment that has its zone as microseconds of UTC since 1970.
        read_instant: Text that holds a moment as that; nothing where it is none.
        shown_moment: A moment that has its zone as text, in whatever zone, and which.
        moment: Microseconds as a moment again.
        moment_text: Microseconds as text in UTC.
        divided_by: How whole numbers are divided.
        has_fractions: Whether dividing whole numbers leaves fractions.
        whole: The type of whole numbers of 64 bits.
        joined_by: What joins two texts.
        folds_names: Whether a name without quotes is another than the same name in lower case with quotes.
        dual: What a SELECT of values alone reads from.
        lists_values: Whether rows are written as a list of values: Spark makes a task of each SELECT.
        conversation: What tells a thread of a child from all others.
        inlined: What says that a step is worked out where it is read, if it has to be said.
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
    is_whole: str | None = None
    instant: str | None = None
    read_instant: str | None = None
    shown_moment: str | None = None
    moment: str | None = None
    moment_text: str | None = None
    divided_by: str = "/"
    has_fractions: bool = False
    whole: str = "BIGINT"
    joined_by: str = "||"
    folds_names: bool = False
    dual: str = ""
    lists_values: bool = False
    conversation: str = STABLE_CONVERSATION
    inlined: str = ""
    quote: str = '"'

    def write(self, way: str | None, expression: str) -> str:
        """Return one of the ways above, with the expression in it; without a way, nothing."""
        return "NULL" if way is None else way.replace("{}", expression)

    def condition(self, check: str) -> str | None:
        """Return a condition that names ``has_control(...)`` or ``is_whole(..., 'pattern')`` as it is written here.

        ``None`` where there is no way to write it.
        """
        for way, field, pattern in _SPECIAL.findall(check):
            written = self.has_control if way == "has_control" else self.is_whole
            if written is None:
                return None
            whole = f"{way}({field}, '{pattern}')" if pattern else f"{way}({field})"
            check = check.replace(whole, self.write(written.replace("[]", pattern), field))
        return check

    def utc_day(self, instant: str) -> str:
        """Return the day in UTC of microseconds, as a number."""
        shifted = f"({instant} + {_SHIFT * _DAY_LENGTH})"
        whole = f"({shifted} - MOD({shifted}, {_DAY_LENGTH}))" if self.has_fractions else shifted
        return f"{whole} {self.divided_by} {_DAY_LENGTH} - {_SHIFT}"

    def column(self, name: str) -> str:
        """Return the name of a column of a table that is read."""
        return name if self.folds_names else self.quoted(name)

    def quoted(self, name: str) -> str:
        """Return a name that is also a word of SQL, or holds other signs, as this database takes it."""
        return f"{self.quote}{name.replace(self.quote, self.quote * 2)}{self.quote}"


#: What a check may ask for that databases write in different ways.
_SPECIAL: Final = re.compile(r"(has_control|is_whole)\((\w+)(?:, '([^']*)')?\)")

#: What an id cannot hold (``relationkit.records.PRINTABLE``), from one sign to another: controls, line breaks, and what
#: turns the direction of writing.
_UNPRINTABLE: Final = ((0x00, 0x1F), (0x7F, 0x9F), (0x61C, 0x61C), (0x200E, 0x200F), (0x2028, 0x202E), (0x2066, 0x2069))
_CONTROLS: Final = "[" + "".join(rf"\x{{{first:X}}}-\x{{{last:X}}}" for first, last in _UNPRINTABLE) + "]"
#: PostgreSQL's and SQLite's text does not hold the sign 0.
_POSTGRES_CONTROLS: Final = "[" + "".join(rf"\u{first or 1:04X}-\u{last:04X}" for first, last in _UNPRINTABLE) + "]"
_SQLITE_CONTROLS: Final = " || ".join(f"CHAR({first or 1}) || '-' || CHAR({last})" for first, last in _UNPRINTABLE)
_ISO: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

DUCKDB: Final = Dialect(
    name="duckdb",
    text="CAST({} AS VARCHAR)",
    shown="CAST({} AS VARCHAR)",
    day="CAST({} - DATE '1970-01-01' AS INTEGER)",
    date="DATE '1970-01-01' + CAST({} AS INTEGER)",
    yes_no="CAST({} AS BOOLEAN)",
    parsed=f"CASE WHEN regexp_full_match({{}}, '{_ISO}') THEN TRY_CAST({{}} AS DATE) END",
    has_control=f"(CAST(encode({{}}) AS VARCHAR) <> {{}} AND regexp_matches({{}}, '{_CONTROLS}'))",
    is_whole="regexp_full_match({}, '[]')",
    instant="CASE WHEN isfinite({}) THEN epoch_us({}) END",
    read_instant="epoch_us(TRY_CAST({} AS TIMESTAMP WITH TIME ZONE))",
    shown_moment="CAST({} AS VARCHAR)",
    moment="make_timestamptz({})",
    moment_text="strftime(make_timestamp({}), '%Y-%m-%dT%H:%M:%S.%fZ')",
    divided_by="//",
    conversation="CAST(ROW_NUMBER() OVER () AS INTEGER)",
    inlined="NOT MATERIALIZED ",
)
#: ``$`` would pass over a line break at the end.
_SPARK_WHOLE: Final = "({} <> '' AND REGEXP_EXTRACT({}, '^([])$', 0) = {})"
#: Spark reads no moment without its seconds.
_SPARK_READ: Final = (
    "UNIX_MICROS(TRY_CAST(CONCAT(SUBSTRING({}, 1, 16), COALESCE(NULLIF(REGEXP_EXTRACT({}, '^.{16}(:[0-9.]+)', 1), ''), "
    "':00'), REGEXP_EXTRACT({}, '^.{16}[0-9:.]*(.*)$', 1)) AS TIMESTAMP))"
)
#: No function of Spark writes a moment in another zone than the session's, so it is put together.
_SPARK_TEXT: Final = (
    "CONCAT(DATE_ADD(DATE '1970-01-01', CAST(({} - PMOD({}, 86400000000)) DIV 86400000000 AS INT)), 'T', "
    "LPAD(PMOD({}, 86400000000) DIV 3600000000, 2, '0'), ':', LPAD(PMOD({}, 3600000000) DIV 60000000, 2, '0'), ':', "
    "LPAD(PMOD({}, 60000000) DIV 1000000, 2, '0'), '.', LPAD(PMOD({}, 1000000), 6, '0'), 'Z')"
)
#: SQLite keeps moments as text: the seconds of the text without its fraction, and the fraction.
_SQLITE_INSTANT: Final = (
    "CASE WHEN LTRIM(SUBSTR({}, 20), '.0123456789') <> '' THEN "
    "CAST(STRFTIME('%s', SUBSTR({}, 1, 19) || LTRIM(SUBSTR({}, 20), '.0123456789')) AS INTEGER) * 1000000 + "
    "CASE WHEN SUBSTR({}, 20, 1) = '.' THEN CAST(ROUND(CAST(SUBSTR({}, 20) AS REAL) * 1000000) AS INTEGER) "
    "ELSE 0 END END"
)
_SQLITE_MOMENT: Final = (
    "STRFTIME('%Y-%m-%dT%H:%M:%S', ({} - ({} % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch') || '.' || "
    "PRINTF('%06d', ({} % 1000000 + 1000000) % 1000000) || 'Z'"
)
#: SQL Server adds no more than 32 bits at once.
_SQLSERVER_MOMENT: Final = (
    "DATEADD(MICROSECOND, CAST({} % 1000000 AS INT), DATEADD(SECOND, CAST({} % 86400000000 / 1000000 AS INT), "
    "DATEADD(DAY, CAST({} / 86400000000 AS INT), CAST('1970-01-01T00:00:00+00:00' AS DATETIMEOFFSET))))"
)
_ORACLE_INSTANT: Final = (
    "((TRUNC(SYS_EXTRACT_UTC({})) - DATE '1970-01-01') * 86400000000 + "
    "EXTRACT(HOUR FROM SYS_EXTRACT_UTC({})) * 3600000000 + EXTRACT(MINUTE FROM SYS_EXTRACT_UTC({})) * 60000000 + "
    "EXTRACT(SECOND FROM SYS_EXTRACT_UTC({})) * 1000000)"
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
            parsed=f"CASE WHEN {_SPARK_WHOLE.replace('[]', _ISO)} THEN TRY_CAST({{}} AS DATE) END",
            has_control="{} RLIKE '" + _CONTROLS.replace("\\", "\\\\") + "'",
            is_whole=_SPARK_WHOLE,
            instant="UNIX_MICROS({})",
            read_instant=_SPARK_READ,
            shown_moment=_SPARK_TEXT.replace("{}", "UNIX_MICROS({})"),
            moment="TIMESTAMP_MICROS({})",
            moment_text=_SPARK_TEXT,
            divided_by="DIV",
            conversation="CONCAT(child_id, CHAR(31), COALESCE(CONCAT('t', thread), ''))",
            lists_values=True,
            quote="`",
        ),
        Dialect(
            name="postgres",
            text='CAST({} AS VARCHAR) COLLATE "C"',
            shown="CAST({} AS VARCHAR)",
            day="({} - DATE '1970-01-01')",
            date="DATE '1970-01-01' + CAST({} AS INTEGER)",
            yes_no="({} = 1)",
            has_control=f"{{}} ~ '{_POSTGRES_CONTROLS}'",
            is_whole="{} ~ '^([])$'",
            instant="CAST(EXTRACT(EPOCH FROM {}) * 1000000 AS BIGINT)",
            moment="TIMESTAMPTZ '1970-01-01 00:00:00+00' + {} * INTERVAL '1 microsecond'",
        ),
        Dialect(
            name="sqlite",
            text="CAST({} AS TEXT)",
            shown="CAST({} AS TEXT)",
            day="CAST(JULIANDAY({}) - 2440587.5 AS INTEGER)",
            date="DATE({} + 2440587.5)",
            literal_day="CAST({} AS TEXT)",
            yes_no="{}",
            has_control=f"{{}} GLOB '*[' || {_SQLITE_CONTROLS} || ']*'",
            instant=_SQLITE_INSTANT,
            moment=_SQLITE_MOMENT,
            whole="INTEGER",
        ),
        Dialect(
            name="sqlserver",
            text="CAST({} AS NVARCHAR(400)) COLLATE Latin1_General_100_BIN2",
            shown="CONVERT(CHAR(10), {}, 23)",
            day="DATEDIFF(DAY, '1970-01-01', {})",
            date="DATEADD(DAY, {}, CAST('1970-01-01' AS DATE))",
            yes_no="CAST({} AS BIT)",
            instant="DATEDIFF_BIG(MICROSECOND, CAST('1970-01-01T00:00:00+00:00' AS DATETIMEOFFSET), {})",
            moment=_SQLSERVER_MOMENT,
            joined_by="+",
        ),
        Dialect(
            name="oracle",
            text="CAST({} AS VARCHAR2(400))",
            shown="TO_CHAR({}, 'YYYY-MM-DD')",
            literal_day="TO_DATE({}, 'YYYY-MM-DD')",
            day="({} - DATE '1970-01-01')",
            date="DATE '1970-01-01' + {}",
            yes_no="{}",
            instant=_ORACLE_INSTANT,
            moment="FROM_TZ(TIMESTAMP '1970-01-01 00:00:00', 'UTC') + NUMTODSINTERVAL({} / 1000000, 'SECOND')",
            has_fractions=True,
            whole="NUMBER(19)",
            folds_names=True,
            dual=" FROM DUAL",
        ),
        Dialect(
            name="snowflake",
            text="CAST({} AS VARCHAR)",
            shown="TO_VARCHAR({}, 'YYYY-MM-DD')",
            day="DATEDIFF(DAY, DATE '1970-01-01', {})",
            date="DATEADD(DAY, {}, DATE '1970-01-01')",
            yes_no="({} = 1)",
            instant="DATE_PART(EPOCH_MICROSECOND, {})",
            moment="TO_TIMESTAMP_LTZ({}, 6)",
            has_fractions=True,
            folds_names=True,
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
