"""``relationkit changes``: both measures for each child, and the council's share beside the published one."""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from relationkit.cli import output
from relationkit.cli.cards import read_book
from relationkit.cli.engines import engine_named, measured_by
from relationkit.cli.exits import ALL_WELL
from relationkit.cli.return_findings import children_not_to_count
from relationkit.cli.sources import (
    InvalidOptionError,
    last_reporting_year,
    moment,
    opened,
    plugins_found,
    require_history,
    require_something,
)
from relationkit.continuity import ChildMeasures, HighShare, Window, looked_after_on, share_high
from relationkit.england import (
    Figure,
    PublishedStability,
    PublishedSymbol,
    published_stability,
    published_years,
    reporting_year_of,
)
from relationkit.errors import Problem, UnreadableSourceError
from relationkit.plugins import CaseReader, HistoryRulesSpec, offered_history_rules
from relationkit.profiles import CardShare, card_share
from relationkit.records import ChildId, london_day

__all__ = ["CHILD_HEADINGS", "CouncilYear", "child_row", "child_rows", "published_beside", "read_year", "show_changes"]

#: Who the council's own share is about; the published one is about children looked after on 31 March.
LOOKED_AFTER: Final = "children looked after on the last day of the year"
EVERYONE: Final = "every child in the source, which does not say who was looked after on the last day"

#: How a published symbol reads in a table.
SYMBOLS: Final = {
    PublishedSymbol.NOT_AVAILABLE: "x (not available)",
    PublishedSymbol.NOT_APPLICABLE: "z (not applicable)",
}

CHILD_HEADINGS: Final = ("child_id", "workers", "is_high", "changes", "is_multiple")


class NamedRules(NamedTuple):
    """Rules that a plugin offers for what counts as a change, and where they come from."""

    spec: HistoryRulesSpec
    plugin: str


class CouncilYear:
    """What one source says about one reporting year.

    Attributes:
        window: The year.
        measures: One row a child, by child id.
        population: Who the share is about, in words.
        share: The council's own share.
        could_not_be_judged: Children of whom a row was left out, by id; in none of the others.
        rules: A plugin's rules by which changes were counted as well; ``None`` for none.
    """

    def __init__(
        self,
        window: Window,
        measures: Sequence[ChildMeasures],
        population: str,
        share: HighShare,
        could_not_be_judged: Sequence[str],
        rules: NamedRules | None = None,
    ) -> None:
        self.window, self.measures, self.population, self.share = window, measures, population, share
        self.could_not_be_judged, self.rules = could_not_be_judged, rules


def read_year(
    reader: CaseReader,
    window: Window,
    *,
    not_counted: Collection[str] = (),
    is_anyway: bool = False,
    rules: NamedRules | None = None,
    engine: str = "objects",
) -> CouncilYear:
    """Read the source once and measure every child in it.

    A child of whom a row was left out could not be judged, and is in neither the measures nor the share.

    Args:
        reader: The source.
        window: The year.
        not_counted: Children who are not to be judged either, by id.
        is_anyway: Judge every child, also those of whom a row was left out.
        rules: Count changes by these as well.
        engine: What counts: one of ``relationkit.cli.engines.ENGINES``; all say the same.

    Raises:
        UnreadableSourceError: The source has assignments, and none of them could be read, or no child can be judged.
    """
    with output.watch("Reading assignments") as counted:
        children = [child.id for child in reader.children()] if "children" in reader.capabilities else []
        looked_after = looked_after_by(reader, window)
        everybody = [*children, *sorted(looked_after or ())]
        own = None if rules is None else rules.spec.rules
        measured = measured_by(engine, counted(reader.assignments()), everybody, window, rules=own)
    refused = children_refused(reader.problems)
    require_something(reader, counted.count if refused else len(measured))
    refused = [] if is_anyway else sorted({*refused, *not_counted})
    measures = sorted((row for row in measured if row.child_id not in refused), key=lambda row: row.child_id)
    if not_counted and refused and not measures:
        raise nobody_to_count(reader)
    population = EVERYONE if looked_after is None else LOOKED_AFTER
    return CouncilYear(window, measures, population, share_high(measures, looked_after), refused, rules)


def nobody_to_count(reader: CaseReader) -> UnreadableSourceError:
    """Return the error for a return of which no child may be counted."""
    what = "the rules for a return find the rows of every child wrong, so nobody can be counted"
    remedy = "See what 'relationkit check-return' lists, or count all the same with --count-anyway"
    return UnreadableSourceError(reader.source, what, remedy)


def looked_after_by(reader: CaseReader, window: Window) -> frozenset[ChildId] | None:
    """Return who was looked after on the last day; ``None`` when the source does not say."""
    return looked_after_on(reader.placements(), window.last_on) if "placements" in reader.capabilities else None


def show_changes(
    source: str,
    year: int | None,
    council: str | None,
    now: str | None,
    form: str,
    limit: int,
    *,
    is_anyway: bool = False,
    rules: str | None = None,
    profiles: Path | None = None,
    engine: str = "objects",
) -> int:
    """Print what the source says about the year; return the exit code."""
    engine = engine_named(engine)
    named = None if rules is None else rules_named(rules)
    at = moment(now)
    today = london_day(at)
    reporting_year = year or last_reporting_year(today)
    window = window_so_far(reporting_year, today)
    published = published_beside(reporting_year, council)
    with opened(source) as reader:
        require_history(reader)
        wrong = children_not_to_count(reader, reporting_year)
        result = read_year(reader, window, not_counted=wrong, is_anyway=is_anyway, rules=named, engine=engine)
        problems, caveats = list(reader.problems), [*reader.caveats, *year_caveats(reporting_year, window)]
        caveats += refused_caveats(children_refused(problems), wrong, is_anyway=is_anyway)
        caveats += rule_caveats(wrong, is_anyway=is_anyway)
        caveats += own_rules_caveats(named)
        caveats += silence_caveats(reader, result)
        cards = None if profiles is None else card_share(read_book(profiles).profiles, reader.assignments(), now=at)
    refused = result.could_not_be_judged
    if form == "json":
        document = changes_document(reader.source, result, published)
        notes = {
            "could_not_be_judged": refused,
            "found_wrong_by_rules": wrong,
            "caveats": caveats,
            "problems": output.problem_rows(problems),
        }
        held = {} if cards is None else {"card_share": {**asdict(cards), "share": cards.share, "on": today}}
        output.print_json({**document, **held, **notes})
        return ALL_WELL
    output.show_problems(problems)
    if form == "csv":
        headings = CHILD_HEADINGS if named is None else (*CHILD_HEADINGS, "changes_by_rules")
        output.print_csv(headings, map(child_row, result.measures))
    else:
        print_tables(result, published, limit)
    if cards is not None:
        output.note(f"{card_share_words(cards)}, on {today.day} {today:%B %Y}.")
    for caveat in caveats:
        output.note(f"Note: {caveat}")
    return ALL_WELL


def card_share_words(share: CardShare) -> str:
    """Return how many children have a worker with a current card, in words."""
    if share.share is None:
        return "Children whose worker has a current card: could not be judged, no child has a worker"
    return f"Children whose worker has a current card: {share.share:.0%} ({share.with_card} of {share.children})"


def rules_named(name: str) -> NamedRules:
    """Return the rules of that name, which an installed plugin offers.

    Raises:
        PluginError: Two plugins offer the name, or one could not say what it offers.
        InvalidOptionError: No plugin offers it; says which names there are.
    """
    offers = offered_history_rules(plugins_found()[0])
    offers.whole()
    spec = offers.named(name)
    if spec is None:
        there_are = f"Use one of {', '.join(offers.givers)}" if offers.givers else "No installed plugin offers any"
        raise InvalidOptionError(f"--rules {name}: no rules have that name. {there_are}.")
    return NamedRules(spec, offers.givers[name])


def own_rules_caveats(rules: NamedRules | None) -> list[str]:
    """Return what must be said of a count by rules that are not those of the two named measures."""
    if rules is None:
        return []
    spec, plugin = rules
    whose = f"{spec.name} (version {spec.version}, from the plugin {plugin}; {spec.summary})"
    return [f"Changes by {whose} are counted by rules of its own: no published figure is to be held against them."]


def refused_caveats(refused: Iterable[str], wrong: Container[str], *, is_anyway: bool) -> list[str]:
    """Return what must be said of children of whom a row was left out, but for those whom the rules name anyhow."""
    left_out = ", ".join(child_id for child_id in refused if child_id not in wrong)
    if not left_out:
        return []
    if is_anyway:
        return [f"Counted as asked without the rows that were left out, which is too low: {left_out}."]
    return [f"Could not be judged, because rows of theirs were left out: {left_out}."]


def rule_caveats(wrong: Mapping[str, Sequence[str]], *, is_anyway: bool) -> list[str]:
    """Return what must be said of children whose rows break the return's own rules, so that their count is wrong."""
    if not wrong:
        return []
    named = ", ".join(f"{child_id} ({', '.join(codes)})" for child_id, codes in wrong.items())
    if is_anyway:
        return [f"Counted as asked, although the rules for a return find their rows wrong: {named}."]
    remedy = "'relationkit check-return' says what is wrong; --count-anyway counts them all the same."
    return [f"Could not be judged, because the rules for a return find their rows wrong: {named}. {remedy}"]


def children_refused(problems: Iterable[Problem]) -> list[str]:
    """Return the children of whom a record was left out, by id: their counts would be too low."""
    return sorted({problem.child_id for problem in problems if problem.child_id is not None})


def window_so_far(year: int, today: date) -> Window:
    """Return the reporting year, cut after today: what is planned has not happened.

    Raises:
        InvalidOptionError: The year has not begun.
    """
    whole = Window.reporting_year(year)
    if today < whole.start_on:
        raise InvalidOptionError(f"--year {year}: begins on {whole.start_on} and has not begun. Name an earlier one.")
    return Window(whole.start_on, min(whole.end_on, today + timedelta(days=1)))


def year_caveats(year: int, window: Window) -> list[str]:
    """Return what must be said of a year that is not over."""
    if window == Window.reporting_year(year):
        return []
    return [f"The year is not over: this counts up to {window.last_on}, and the published share is of a whole year."]


def silence_caveats(reader: CaseReader, result: CouncilYear) -> list[str]:
    """Return what must be said where no day of the source lies in the year: that is no proof that nothing happened."""
    if any(row.dfe_stability.workers > 1 or row.commissioner_instability.changes for row in result.measures):
        return []
    days = (day for each in reader.assignments() for day in (each.started_on, each.ended_on))
    newest = max((day for day in days if day is not None and day < result.window.end_on), default=None)
    if newest is None or newest >= result.window.start_on:
        return []
    said = (
        f"No worker in the source starts or ends in this year; the newest day before is {newest.isoformat()}. If the "
        "source was written before the year was over, its changes are not known: name another year with --year."
    )
    return [said]


def published_beside(year: int, council: str | None) -> list[PublishedStability]:
    """Return England's published figures of the year, or of the last one before it that has some; then the council's.

    Where the council's last figures are of another year than England's, England's of that year stand before them too.
    None for a year before the first that was published.

    Raises:
        InvalidOptionError: The council that was asked for is blank.
        NotPublishedError: It has no figures for the year nor for one before.
    """
    if council is not None and not council.strip():
        raise InvalidOptionError("--council: empty. Give a council's name or code, or leave the option out.")
    of_england = _last_published(year, "England")
    if council is None:
        return [] if of_england is None else [published_stability(of_england)]
    of_council = _last_published(year, council)
    years = dict.fromkeys(each for each in (of_england, of_council) if each is not None)
    rows = [published_stability(each) for each in years]
    return [*rows, published_stability(of_council or of_england or year, council)]


def _last_published(year: int, area: str) -> int | None:
    return max((each for each in published_years(area) if each <= year), default=None)


def child_row(measures: ChildMeasures) -> tuple[object, ...]:
    """Return one child's cells, under ``CHILD_HEADINGS``; one more where changes were counted by a plugin's rules."""
    dfe, commissioner = measures.dfe_stability, measures.commissioner_instability
    own = () if measures.changes_by_rules is None else (measures.changes_by_rules,)
    return (measures.child_id, dfe.workers, dfe.is_high, commissioner.changes, commissioner.is_multiple, *own)


def child_rows(measures: Sequence[ChildMeasures]) -> list[dict[str, Any]]:
    """Return the children as JSON objects; each number stands under the name of its definition."""
    return [
        {
            "child_id": row.child_id,
            "dfe_stability": {"workers": row.dfe_stability.workers, "is_high": row.dfe_stability.is_high},
            "commissioner_instability": {
                "changes": row.commissioner_instability.changes,
                "is_multiple": row.commissioner_instability.is_multiple,
            },
            **({} if row.changes_by_rules is None else {"changes_by_rules": row.changes_by_rules}),
        }
        for row in measures
    ]


def changes_document(source: str, result: CouncilYear, published: Sequence[PublishedStability]) -> dict[str, Any]:
    """Return the whole answer as one JSON object."""
    own = None if result.rules is None else result.rules.spec
    named = {} if own is None else {"rules": {"name": own.name, "version": own.version, "summary": own.summary}}
    return {
        **named,
        "source": source,
        "window": {"start_on": result.window.start_on, "end_on": result.window.end_on},
        "children": child_rows(result.measures),
        "share_high": {
            "population": result.population,
            "children": result.share.children,
            "high": result.share.high,
            "percentage": result.share.percentage,
        },
        "published": [
            {
                "year": row.year,
                "area": row.area,
                "children": json_figure(row.children),
                "high": json_figure(row.high),
                "percentage": json_figure(row.percentage),
            }
            for row in published
        ],
    }


def json_figure(figure: Figure) -> int | str:
    """Return a number as it is and a symbol as its letter: never as nought."""
    return figure.value if isinstance(figure, PublishedSymbol) else figure


def print_tables(result: CouncilYear, published: Sequence[PublishedStability], limit: int) -> None:
    """Print the children, most workers first, then the share beside the published one."""
    period = " to ".join(f"{day.day} {day:%B %Y}" for day in (result.window.start_on, result.window.last_on))
    most_first = sorted(result.measures, key=lambda row: (-row.dfe_stability.workers, row.child_id))
    headings = ["Child", "Social workers", "3 or more", "Changes, without cover", "2 or more"]
    headings += [] if result.rules is None else [f"Changes, by {result.rules.spec.name}"]
    output.print_table(f"Social workers, {period}", headings, list(map(child_row, most_first)), limit=limit)
    share = result.share
    percentage = "could not be judged" if share.percentage is None else f"{share.percentage:.1f}%"
    rows: list[tuple[object, ...]] = [(f"This source: {result.population}", share.children, share.high, percentage)]
    year = reporting_year_of(result.window.start_on)
    for each in published:
        whose = "Published" if each.year == year else f"Published for {each.year}"
        rows.append((f"{whose}: {each.area}", *map(figure_words, figures_of(each))))
    output.print_table("Children with 3 or more social workers", ("Whose", "Children", "3 or more", "Share"), rows)
    if not published:
        output.note("No published figure for this year, nor for one before, is in this release.")


def figures_of(row: PublishedStability) -> tuple[Figure, Figure, str]:
    """Return the three published figures, the share with its sign."""
    share = row.percentage
    return (row.children, row.high, SYMBOLS[share] if isinstance(share, PublishedSymbol) else f"{share}%")


def figure_words(figure: Figure | str) -> object:
    """Return the figure as a table shows it."""
    return SYMBOLS[figure] if isinstance(figure, PublishedSymbol) else figure
