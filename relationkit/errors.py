"""Everything that relationkit raises, and the one shape in which it lists bad input.

::

    RelationkitError
    ├── InvalidRecordError (also ValueError)   a record that cannot be
    ├── InvalidCalendarError (also ValueError) working hours that cannot be
    ├── InvalidPolicyError (also ValueError)   a policy, or a book of them, that cannot be
    │   └── InvalidPolicyFileError (also ValueError) a file of policies that cannot be read
    ├── InvalidRuleFileError (also ValueError) a file of visit rules or handover templates that cannot be read
    ├── HandoverConflictError                  two people changed one handover plan, and both cannot be right
    ├── InvalidProfileFileError (also ValueError) a file of profiles that cannot be read
    ├── HolidaysNotKnownError (also LookupError) a year whose holidays were not looked up
    ├── InvalidOptionError (also ValueError)   an option whose value cannot be
    ├── InvalidSampleError (also ValueError)   a synthetic council that cannot be made
    ├── InvalidWindowError (also ValueError)   a period that ends before it starts
    ├── NaiveMomentError (also ValueError)     a moment without a time zone
    ├── MissingExtraError (also ImportError)   a feature whose extra is not installed
    ├── NotPublishedError (also LookupError)   a published figure that is not in the tables
    ├── UnknownFormVersionError (also LookupError) a form version that is not held
    ├── RenderError (also ValueError)          facts that cannot be drawn safely
    │   └── CardsNotPrintedError (also ValueError) cards whose words do not fit, or have no letters to draw them
    ├── PictureError (also ValueError)         a file that is no picture we take, is broken or too large
    ├── SeveralChildrenError (also ValueError) records of several children where one child's were asked for
    ├── ScatteredRecordsError (also ValueError) records that must come child by child, and do not
    ├── UnlikeTablesError (also ValueError)    tables with one total that do not count the same
    ├── SourceError                            a source of records that cannot be used
    │   ├── UnknownAdapterError                no adapter of that name
    │   ├── SourceNotFoundError                no such file, folder or database
    │   ├── UnreadableSourceError              there, but nothing could be read
    │   ├── NotSupportedError                  the source does not hold that kind of record
    │   ├── ContractBrokenError                a plugin's adapter did what no adapter may
    │   └── SourceUnavailableError             the case system did not answer
    ├── DeliveryError                          a message that could not be handed over
    ├── MissingJavaError                       Spark is asked for, and Java is not there or does not start it
    ├── MissingSecretError                     a password or key that is not in the environment
    ├── UnknownNotifierError (also LookupError) no notifier of that name
    └── PluginError                            a plugin that cannot be used

Messages carry identifiers, field names and codes; never a person's name nor a child's words. Each error has a ``code``
that stays the same in every release, whatever its words become: :data:`CODES`.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

__all__ = [
    "CODES",
    "FAMILIES",
    "CardsNotPrintedError",
    "ContractBrokenError",
    "HandoverConflictError",
    "HolidaysNotKnownError",
    "InvalidCalendarError",
    "InvalidOptionError",
    "InvalidPolicyError",
    "InvalidPolicyFileError",
    "InvalidProfileFileError",
    "InvalidRecordError",
    "InvalidRuleFileError",
    "InvalidSampleError",
    "InvalidWindowError",
    "MissingExtraError",
    "MissingJavaError",
    "MissingSecretError",
    "NaiveMomentError",
    "NotPublishedError",
    "NotSupportedError",
    "PictureError",
    "PluginError",
    "Problem",
    "RelationkitError",
    "RenderError",
    "ScatteredRecordsError",
    "SeveralChildrenError",
    "SourceError",
    "SourceNotFoundError",
    "SourceUnavailableError",
    "UnknownAdapterError",
    "UnknownFormVersionError",
    "UnknownNotifierError",
    "UnlikeTablesError",
    "UnreadableSourceError",
    "shown_source",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with some input: where, what was found, what to do.

    Attributes:
        where: The file, table or record, without the folder: ``"SWEpisodes.csv"``, ``"Message m1"``.
        what: What is wrong, in a few words.
        remedy: What the reader can do about it.
        row: The line in the file, counted from 1 with the heading as line 1; ``None`` for the whole file.
        field: The column or field; ``None`` for the whole row.
        found: The value as it stands, only for codes, dates and identifiers; ``None`` where it might name a
            person or was empty.
        child_id: The child whose record was left out because of it: what is counted for them may be wrong. ``None``
            when nothing was left out, or when it does not tell whose it was.
    """

    where: str
    what: str
    remedy: str
    row: int | None = None
    field: str | None = None
    found: str | None = None
    child_id: str | None = None

    def __str__(self) -> str:
        """Return the one line that a person reads."""
        place = self.where
        if self.row is not None:
            place += f", row {self.row}"
        if self.field is not None:
            place += f", {self.field}"
        found = "" if self.found is None else f" (found {self.found!r})"
        return f"{place}: {self.what}{found}. {self.remedy}."


class RelationkitError(Exception):
    """Anything relationkit raises on purpose; it passes between processes whole."""

    @property
    def code(self) -> str:
        """What this kind of error is called in every release, such as ``"RK-3004"``; an heir has its parent's."""
        return next(CODES[kind] for kind in type(self).__mro__ if kind in CODES)

    def __reduce__(self) -> tuple[Any, ...]:
        """Take it apart as what it is, what it says and what it keeps, for pickle."""
        return _restored, (type(self), self.args, self.__dict__)


def _restored(kind: type[RelationkitError], arguments: tuple[Any, ...], facts: dict[str, Any]) -> RelationkitError:
    error = kind.__new__(kind)
    error.args = arguments
    error.__dict__.update(facts)
    return error


class InvalidRecordError(RelationkitError, ValueError):
    """A record that cannot be: a missing or impossible value, or two values at odds.

    Attributes:
        record: The kind of record, such as ``"Assignment"``.
        record_id: Its ``id`` when one was given.
        problems: Every problem found, in field order.
    """

    def __init__(self, record: str, record_id: str | None, problems: Sequence[Problem]) -> None:
        self.record, self.record_id, self.problems = record, record_id, tuple(problems)
        super().__init__(" ".join(map(str, self.problems)))


class InvalidCalendarError(RelationkitError, ValueError):
    """Working hours that cannot be: reversed, overlapping, or never open."""


class HolidaysNotKnownError(RelationkitError, LookupError):
    """Working time was asked for in a year whose holidays were not looked up, so it could not be judged.

    Attributes:
        nation: Whose holidays the calendar has.
        year: The year asked about.
        years: The years it knows, in words.
    """

    def __init__(self, nation: str, year: int, years: str) -> None:
        self.nation, self.year, self.years = nation, year, years
        super().__init__(
            f"{year} could not be judged: the calendar has the bank holidays of {nation} for {years} only. "
            "Build it with more years, the one after the last deadline included."
        )


class InvalidPolicyError(RelationkitError, ValueError):
    """A response policy that cannot be, or a book of them with an overlap or a hole."""


class InvalidPolicyFileError(InvalidPolicyError):
    """A file of policies that cannot be read, or describes no book.

    Attributes:
        where: What the file is called.
        problems: Every problem found, in the order of the file.
    """

    def __init__(self, where: str, problems: Sequence[Problem]) -> None:
        self.where, self.problems = where, tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class InvalidRuleFileError(RelationkitError, ValueError):
    """A file of a council's own rules that cannot be read, or describes none.

    Attributes:
        where: What the file is called.
        problems: Every problem found, in the order of the file.
    """

    def __init__(self, where: str, problems: Sequence[Problem]) -> None:
        self.where, self.problems = where, tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class HandoverConflictError(RelationkitError):
    """Two people changed one handover plan at once, and both cannot be right; what was kept before is kept still.

    Attributes:
        plan_id: The plan.
        about: What the two contradict each other in: names of steps, ``handover_on``, ``to_worker_id`` or another
            field.
    """

    def __init__(self, plan_id: str, about: Sequence[str], *, what: str) -> None:
        self.plan_id, self.about = plan_id, tuple(about)
        super().__init__(
            f"handover plan {plan_id}: {what} ({', '.join(self.about)}). "
            "Nothing was changed. Read the plan again, see what the other person wrote, and write yours where it still "
            "holds."
        )


class InvalidProfileFileError(RelationkitError, ValueError):
    """A file of workers' profiles that cannot be read, or in which one cannot be.

    Attributes:
        where: What the file is called.
        problems: Every problem found, in the order of the file.
    """

    def __init__(self, where: str, problems: Sequence[Problem]) -> None:
        self.where, self.problems = where, tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class InvalidOptionError(RelationkitError, ValueError):
    """An option of the command line whose value cannot be."""


class InvalidSampleError(RelationkitError, ValueError):
    """A synthetic council of a size, or for a moment, for which none can be made."""


class InvalidWindowError(RelationkitError, ValueError):
    """A period whose end is not after its start."""


class NaiveMomentError(RelationkitError, ValueError):
    """A moment without a time zone, where the answer would hang on which zone was meant."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"{name} has no time zone, so it is no moment. Give an aware datetime, such as one with tzinfo=UTC."
        )


class MissingExtraError(RelationkitError, ImportError):
    """A feature needs a package that comes with an extra.

    Attributes:
        feature: What was asked for.
        extra: The extra to install.
    """

    def __init__(self, feature: str, *, extra: str) -> None:
        self.feature, self.extra = feature, extra
        super().__init__(f'{feature} needs the extra [{extra}]: pip install "relationkit[{extra}]".')


class MissingJavaError(RelationkitError):
    """Spark is to be started on this machine, and Java is not there or does not start it."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(
            f"Spark needs Java 17 or later, and {what}. Install it (on Debian: apt install default-jre-headless), "
            "or say in JAVA_HOME where it is."
        )


class NotPublishedError(RelationkitError, LookupError):
    """A published figure was asked for that is not in the tables."""


class UnknownFormVersionError(RelationkitError, LookupError):
    """A submission names a version of a form that is not held.

    Attributes:
        form_id: The form.
        version: The version as it was named.
    """

    def __init__(self, form_id: str, version: str) -> None:
        self.form_id, self.version = form_id, version
        super().__init__(
            f"form {form_id!r}: version {version!r} is not held. "
            "Load that version, or send the child the present one; another version's questions may mean something else."
        )


class RenderError(RelationkitError, ValueError):
    """Facts that cannot be drawn safely, such as text with control characters."""


class CardsNotPrintedError(RenderError):
    """Cards whose words do not fit, or hold characters that the font has not: nothing is cut or left blank in silence.

    Attributes:
        problems: Every problem of every card, in their order; what to shorten or take out is each one's ``remedy``.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class PictureError(RelationkitError, ValueError):
    """A file that is no picture we take, is broken, or is too large. Says nothing of what it holds or is called.

    Attributes:
        reason: ``"not_a_picture"``, ``"broken"``, ``"too_many_bytes"`` or ``"too_many_pixels"``.
    """

    def __init__(self, reason: str, what: str, remedy: str) -> None:
        self.reason, self.what, self.remedy = reason, what, remedy
        super().__init__(f"the picture {what}. {remedy}.")


class SeveralChildrenError(RelationkitError, ValueError):
    """Records of several children were given where one child's were asked for.

    Attributes:
        child_ids: The children found, in the order of their ids.
    """

    def __init__(self, child_ids: Collection[str], *, remedy: str) -> None:
        self.child_ids, self.remedy = tuple(sorted(child_ids)), remedy
        more = len(self.child_ids) - 5
        listed = ", ".join(map(repr, self.child_ids[:5])) + (f" and {more} more" if more > 0 else "")
        super().__init__(f"records of {len(self.child_ids)} children, {listed}, where one child's belong. {remedy}.")


class ScatteredRecordsError(RelationkitError, ValueError):
    """Records that must come child by child do not.

    Attributes:
        child_id: The first child whose records stand apart.
    """

    def __init__(self, child_id: str) -> None:
        self.child_id = child_id
        super().__init__(f"the records of child {child_id!r} do not stand together. Sort them by child first.")


#: What stands between ``://`` and the path once the user is cut off: a host that says nothing else.
_HOST: Final = re.compile(r"(\[[\da-fA-F:.%]*\]|[^:@]*)(:\d*)?")


def shown_source(source: str) -> str:
    """Return a source as it may be shown: without the user, password and settings that a URL may hold.

    >>> shown_source("sql:postgresql://ann:s3c@ret@db.example:5432/cases?password=s3cret")
    'sql:postgresql://***@db.example:5432/cases'
    >>> shown_source("csv:export/"), shown_source("sql:sqlite:///case.db")
    ('csv:export/', 'sql:sqlite:///case.db')

    Where nobody can tell at which character a password ends, as with a ``/`` in it, everything is cut. What is shown
    already comes back as it is.
    """
    scheme, mark, rest = source.partition("://")
    if not mark:
        return source
    authority = re.split(r"[/?]", rest, maxsplit=1)[0]
    beyond = rest[len(authority) :]
    _, at, host = authority.rpartition("@")
    if ("@" in beyond and (authority or ":" in beyond)) or not _HOST.fullmatch(host):
        return f"{scheme}://***"
    return f"{scheme}://{'***@' if at else ''}{host}{beyond.partition('?')[0]}"


class UnlikeTablesError(RelationkitError, ValueError):
    """Tables whose small numbers are withheld together do not count the same."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"the table {name!r} does not count the same as those before it. Group the same records in each."
        )


class SourceError(RelationkitError):
    """A source of records that cannot be used.

    Attributes:
        source: The source as it may be shown, such as ``"ssda903:folder"``; see :func:`shown_source`.
    """

    def __init__(self, source: str, what: str, remedy: str) -> None:
        self.source, self.what, self.remedy = shown_source(source), what, remedy
        super().__init__(f"{self.source}: {what}. {remedy}.")


class UnknownAdapterError(SourceError):
    """No adapter has that name; ``nearest`` is the one that was probably meant, or ``None``."""

    def __init__(self, source: str, name: str, known: Collection[str], *, nearest: str | None = None) -> None:
        # Whoever forgot the adapter wrote the address alone; what stands before an @ may be a password.
        self.name, self.known, self.nearest = _before_at_cut(name), tuple(sorted(known)), nearest
        super().__init__(
            source if "://" in source else _before_at_cut(source),
            f"no adapter is called {self.name!r}" + (f", perhaps {nearest!r} is meant" if nearest else ""),
            f"Use one of {', '.join(self.known)} as ADAPTER:WHERE, or install the plugin that brings it",
        )


def _before_at_cut(text: str) -> str:
    return re.sub(r".*@", "***@", text, flags=re.DOTALL)


class SourceNotFoundError(SourceError):
    """No such file, folder or database."""


class UnreadableSourceError(SourceError):
    """The source is there, but nothing could be read from it.

    Attributes:
        problems: What was wrong, one a finding; may be empty when ``what`` says it all.
    """

    def __init__(self, source: str, what: str, remedy: str, problems: Sequence[Problem] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__(source, what, remedy)


class NotSupportedError(SourceError):
    """The source does not hold that kind of record, so nothing can be said about it."""

    def __init__(self, source: str, capability: str) -> None:
        self.capability = capability
        super().__init__(
            source,
            f"this source does not hold {capability}",
            f"Use a source that holds {capability}; an empty answer here would read as 'none'",
        )


class ContractBrokenError(SourceError):
    """A plugin's adapter did what no adapter may: another type of record, or an error that is none of ours.

    Attributes:
        kind: Which of its methods, such as ``"assignments"``.
        plugin: Who brings it.
    """

    def __init__(self, source: str, kind: str, what: str, *, plugin: str) -> None:
        self.kind, self.plugin = kind, plugin
        remedy = f"Nothing was done with it. Tell those who made the plugin {plugin}; its conformance tests show more"
        super().__init__(source, f"the adapter's {kind!r} {what}", remedy)


class SourceUnavailableError(SourceError):
    """The case system did not answer.

    Attributes:
        is_retryable: Whether the same call may work later without anybody's doing.
    """

    def __init__(self, source: str, what: str, remedy: str, *, is_retryable: bool = True) -> None:
        self.is_retryable = is_retryable
        super().__init__(source, what, remedy)


class DeliveryError(RelationkitError):
    """A message that a notifier could not hand over. Says nothing of the message, and holds no password or key.

    Attributes:
        notifier: Its name.
        is_final: Whether trying again cannot help until somebody changes something, such as an address.
    """

    def __init__(self, notifier: str, what: str, remedy: str, *, is_final: bool = False) -> None:
        self.notifier, self.what, self.remedy, self.is_final = notifier, what, remedy, is_final
        super().__init__(f"notifier {notifier!r}: {what}. {remedy}.")


class MissingSecretError(RelationkitError):
    """A password or key is not in the environment, or is not of the right form; never shows what was there.

    Attributes:
        variable: The environment variable that must hold it.
    """

    def __init__(self, feature: str, variable: str, what: str = "is not set") -> None:
        self.feature, self.variable = feature, variable
        super().__init__(f"{feature} needs the environment variable {variable}, which {what}. Set it; no file may.")


class UnknownNotifierError(RelationkitError, LookupError):
    """No notifier has that name; ``nearest`` is the one that was probably meant, or ``None``."""

    def __init__(self, name: str, known: Collection[str], *, nearest: str | None = None) -> None:
        self.name, self.known, self.nearest = name, tuple(sorted(known)), nearest
        perhaps = f", perhaps {nearest!r} is meant" if nearest else ""
        super().__init__(
            f"no notifier is called {name!r}{perhaps}. "
            f"Use one of {', '.join(self.known)}, or install the plugin that brings it."
        )


class PluginError(RelationkitError):
    """A plugin that cannot be used.

    Attributes:
        plugin: Its registered name.
        distribution: The installed distribution that brought it, with version; ``None`` when registered by hand.
        hook: The hook concerned; ``None`` when it failed before any.
    """

    def __init__(
        self, plugin: str, what: str, remedy: str, *, distribution: str | None = None, hook: str | None = None
    ) -> None:
        self.plugin, self.what, self.remedy = plugin, what, remedy
        self.distribution, self.hook = distribution, hook
        origin = "" if distribution is None else f" from {distribution}"
        place = "" if hook is None else f", hook {hook}"
        super().__init__(f"plugin {plugin!r}{origin}{place}: {what}. {remedy}.")


#: What each kind of error is called in every release. The thousands are the family; a number is never used again.
CODES: Final[Mapping[type[BaseException], str]] = {
    RelationkitError: "RK-1000",
    InvalidRecordError: "RK-1001",
    NaiveMomentError: "RK-1002",
    InvalidWindowError: "RK-1003",
    SeveralChildrenError: "RK-1004",
    ScatteredRecordsError: "RK-1005",
    InvalidProfileFileError: "RK-1006",
    UnknownFormVersionError: "RK-1007",
    PictureError: "RK-1008",
    InvalidSampleError: "RK-1009",
    InvalidCalendarError: "RK-2001",
    HolidaysNotKnownError: "RK-2002",
    InvalidPolicyError: "RK-2003",
    InvalidPolicyFileError: "RK-2004",
    InvalidRuleFileError: "RK-2005",
    HandoverConflictError: "RK-2006",
    NotPublishedError: "RK-2007",
    UnlikeTablesError: "RK-2008",
    SourceError: "RK-3000",
    UnknownAdapterError: "RK-3001",
    SourceNotFoundError: "RK-3002",
    UnreadableSourceError: "RK-3003",
    NotSupportedError: "RK-3004",
    ContractBrokenError: "RK-3005",
    SourceUnavailableError: "RK-3006",
    RenderError: "RK-4001",
    CardsNotPrintedError: "RK-4002",
    DeliveryError: "RK-4003",
    UnknownNotifierError: "RK-4004",
    MissingSecretError: "RK-5001",
    MissingExtraError: "RK-5002",
    InvalidOptionError: "RK-5003",
    MissingJavaError: "RK-5004",
    PluginError: "RK-6000",
}

#: What the thousands of a code stand for.
FAMILIES: Final[Mapping[str, str]] = {
    "RK-1": "Records and what people hand in",
    "RK-2": "Rules, policies and tables",
    "RK-3": "Sources of records",
    "RK-4": "What goes out",
    "RK-5": "The set-up",
    "RK-6": "Plugins",
}
