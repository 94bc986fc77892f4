"""The commands, their options and their help; each loads its work only when it is called."""

import io
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from relationkit.cli.exits import BAD_INPUT, NO_ANSWER
from relationkit.cli.plugin_commands import WithPluginCommands
from relationkit.errors import RelationkitError, SourceUnavailableError

__all__ = ["app", "run"]

app = typer.Typer(
    name="relationkit",
    cls=WithPluginCommands,
    help="How is the relationship between each child and their worker going? Reply deadlines, worker changes, "
    "visit calendars, over the files and systems that a council already has.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",  # reflows the paragraphs below
    pretty_exceptions_enable=False,  # its tracebacks print variables, and those may hold names
    epilog="Exit codes: 0 all well, 1 something is overdue or needs somebody, 2 bad input, "
    "3 the case system did not answer.",
)

Source = Annotated[
    str,
    typer.Option(
        metavar="ADAPTER:WHERE",
        help="Where the records are, such as ssda903:FOLDER, csv:FOLDER, dfe-api:FILE.json or "
        "sql:sqlite:///case.db. 'relationkit plugins' lists them.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV that is safe to open in a spreadsheet.")]
Now = Annotated[
    str | None,
    typer.Option(
        metavar="INSTANT",
        help="Judge as at this moment, with its zone, such as 2025-03-31T09:00+01:00. Without it: now.",
    ),
]
Limit = Annotated[int, typer.Option(min=0, help="Rows to show in the table; 0 shows all.")]
Engine = Annotated[
    str | None,
    typer.Option(
        metavar="objects|duckdb|spark",
        help="What counts: the rules child by child, or DuckDB or Spark over the whole table, for which you need "
        "relationkit[bulk] or relationkit[spark]. All say the same. Without it: objects.",
    ),
]


@app.command()
def changes(
    source: Annotated[
        str | None,
        typer.Option(
            metavar="ADAPTER:WHERE",
            help="Where the records are, such as ssda903:FOLDER. Not needed with --compare.",
        ),
    ] = None,
    year: Annotated[
        int | None,
        typer.Option(
            min=1990,
            max=2100,
            help="Reporting year, named by the year it ends in: 2024 is 1 April 2023 to 31 March 2024. "
            "Without it: the last one that is over.",
        ),
    ] = None,
    council: Annotated[
        str | None, typer.Option(help="Also print the published figure of this council, by name or code.")
    ] = None,
    audit: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the year's audit: a page (.html), a baseline to compare with later (.json) or a table (.csv). "
            "Small numbers are withheld, and nobody is named.",
        ),
    ] = None,
    since: Annotated[
        Path | None, typer.Option(metavar="BEFORE.json", help="With --audit: also say what moved since this audit.")
    ] = None,
    child: Annotated[
        str | None, typer.Option(metavar="ID", help="With --audit: also draw this child's workers. For the team only.")
    ] = None,
    with_children: Annotated[
        bool,
        typer.Option(
            "--with-children",
            help="With --audit: also list who had three or more, and who has nobody. For the team only.",
        ),
    ] = False,
    compare: Annotated[
        tuple[Path, Path] | None,
        typer.Option(metavar="BEFORE.json AFTER.json", help="Say what moved between two saved audits."),
    ] = None,
    rules: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Also count the changes by these rules of a plugin, and say so. "
            "'relationkit plugins --hook history_rules' lists them.",
        ),
    ] = None,
    profiles: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Also say how many children have a worker with a current card, by these profiles; in an audit too.",
        ),
    ] = None,
    count_anyway: Annotated[
        bool,
        typer.Option(
            "--count-anyway", help="Count also the children whose rows the return's own rules find wrong, and say so."
        ),
    ] = False,
    engine: Engine = None,
    now: Now = None,
    json: AsJson = False,
    csv: AsCsv = False,
    limit: Limit = 20,
) -> None:
    """Count how many social workers each child had in a year, by both definitions in use.

    The Department for Education counts distinct workers (3 or more is high); the Children's Commissioner counts
    changes with cover left out (2 or more is multiple). The share is printed beside the published one.
    """
    form = form_of(json, csv)
    if compare is not None:
        from relationkit.cli.audits import compare_files

        if source is not None or audit is not None:
            raise typer.BadParameter("--compare reads two saved audits; leave --source and --audit out")
        raise typer.Exit(compare_files(*compare, form, limit))
    if source is None:
        raise typer.BadParameter("name where the records are, with --source ADAPTER:WHERE")
    if audit is None and (since is not None or child is not None or with_children):
        raise typer.BadParameter("--since, --child and --with-children go with --audit")
    if audit is not None and rules is not None:
        raise typer.BadParameter("--rules goes with the list of children; an audit keeps to the named measures")
    if audit is not None and engine is not None:
        raise typer.BadParameter("--engine goes with the list of children; an audit is worked out child by child")
    if audit is not None:
        from relationkit.cli.audits import make_audit

        asked = (source, audit, year, council, since, child, now, form)
        done = make_audit(*asked, with_children=with_children, is_anyway=count_anyway, profiles=profiles)
        raise typer.Exit(done)
    from relationkit.cli.changes import show_changes

    raise typer.Exit(
        show_changes(
            source,
            year,
            council,
            now,
            form,
            limit,
            is_anyway=count_anyway,
            rules=rules,
            profiles=profiles,
            engine=engine or "objects",
        )
    )


@app.command("check-return")
def check_return(
    source: Source,
    year: Annotated[
        int | None,
        typer.Option(
            min=1990,
            max=2100,
            help="Reporting year, named by the year it ends in, whose rules are asked. Without it: the last one that "
            "is over.",
        ),
    ] = None,
    last_year: Annotated[
        str | None,
        typer.Option(metavar="ADAPTER:WHERE", help="The return of the year before, for the rules that look back."),
    ] = None,
    every_rule: Annotated[
        bool, typer.Option("--every-rule", help="Ask also the rules that are written and not run.")
    ] = False,
    now: Now = None,
    json: AsJson = False,
    csv: AsCsv = False,
    limit: Limit = 20,
) -> None:
    """Hold the social worker table of a statutory return to the return's own rules.

    Prints what was found by child and by rule, and what it does to a count of workers. Exits with 2 when anything was
    found, with 0 when nothing was.
    """
    from relationkit.cli.return_findings import show_findings

    form = form_of(json, csv)
    raise typer.Exit(show_findings(source, year, last_year, now, form, limit, is_every_rule=every_rule))


Reached = Annotated[
    Path | None,
    typer.Option("--profiles", metavar="FILE", help="Also say whom to reach and how, by these workers' profiles."),
]
Policies = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Judge by the policies of this TOML or JSON file. Without it: 72 hours."),
]


@app.command()
def replies(
    source: Source,
    policies: Policies = None,
    profiles: Reached = None,
    explain: Annotated[
        str | None, typer.Option(metavar="ID", help="Say line by line how this clock's due time came about.")
    ] = None,
    what_if: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Say what would be so under the policies of this file.")
    ] = None,
    report: Annotated[
        bool, typer.Option("--report", help="Print the share answered in time and how long children waited.")
    ] = False,
    by: Annotated[
        str | None, typer.Option(metavar="team|worker|role|policy|month", help="With --report: a row for each.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html",
            help="With --report: write it as a page too, which names nobody. Plugins may write other endings.",
        ),
    ] = None,
    now: Now = None,
    json: AsJson = False,
    csv: AsCsv = False,
    limit: Limit = 20,
    everything: Annotated[bool, typer.Option("--all", help="Show the answered ones in the table too.")] = False,
    engine: Engine = None,
) -> None:
    """Show which children wait for a reply, since when, and who must answer now.

    The clock belongs to the child: 72 hours from the first unanswered message, whatever happens to the worker. No
    national standard sets that figure; it is what young people asked for. Exits with 1 when something is overdue.
    """
    from relationkit.cli import replies as work

    form = form_of(json, csv)
    if sum((explain is not None, what_if is not None, report)) > 1:
        raise typer.BadParameter("choose one of --explain, --what-if and --report")
    if not report and (by is not None or out is not None):
        raise typer.BadParameter("--by and --out go with --report")
    if profiles is not None and (report or what_if is not None):
        raise typer.BadParameter("--profiles goes with the list and with --explain")
    counted = {"engine": engine or "objects"}
    if explain is not None:
        raise typer.Exit(work.explain_clock(source, explain, policies, profiles, now, form, **counted))
    if what_if is not None:
        raise typer.Exit(work.show_what_if(source, what_if, policies, now, form, **counted))
    if report:
        raise typer.Exit(work.show_report(source, out, by, policies, now, form, **counted))
    listed = work.show_replies(source, policies, profiles, now, form, limit, everything=everything, **counted)
    raise typer.Exit(listed)


@app.command("run")
def run_pass(
    source: Source,
    outbox: Annotated[
        str | None,
        typer.Option(
            metavar="ADAPTER:WHERE",
            help="Where it is kept what has been sent, such as sql:outbox.db, which is made when it is not there. "
            "Without it: the source itself, where it can keep that.",
        ),
    ] = None,
    policies: Policies = None,
    settings: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.toml",
            help="Notifiers and quiet hours. Without it: messages are left in the outbox for another program.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say who would be told, mark nothing and send nothing.")
    ] = False,
    now: Now = None,
    json: AsJson = False,
) -> None:
    """Read, judge and notify, once: tell a worker or a manager about each child who waits too long.

    Safe to run every minute, from cron, by two machines at once, and after a crash: nobody is told twice, and nothing
    is lost. Exits with 1 when something is overdue or could not be handed over.
    """
    from relationkit.cli.run import run_once

    form = form_of(json, csv=False)
    raise typer.Exit(run_once(source, outbox, policies, settings, now, form, is_rehearsal=dry_run))


@app.command()
def visits(
    source: Source,
    rules: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.toml",
            help="A council's own rules, beside the law. Without it: those of the installed plugins.",
        ),
    ] = None,
    within: Annotated[int, typer.Option(min=0, max=366, help="Days ahead that show as due.")] = 14,
    now: Now = None,
    json: AsJson = False,
    csv: AsCsv = False,
    limit: Limit = 20,
    everything: Annotated[bool, typer.Option("--all", help="Show those further ahead in the table too.")] = False,
    engine: Engine = None,
) -> None:
    """Show which visits and reviews are late, which are due, and which could not be judged.

    Each row says under which regulation. A visit counts when the child was seen, alone or with a reason why not. Exits
    with 1 when one is late.
    """
    from relationkit.cli.visits import show_visits

    form = form_of(json, csv)
    raise typer.Exit(
        show_visits(source, rules, within, now, form, limit, everything=everything, engine=engine or "objects")
    )


@app.command()
def today(
    source: Source,
    team: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only the children of this team. Without it: everybody.")
    ] = None,
    days: Annotated[
        int, typer.Option(min=1, max=366, help="Days back for changes of worker, and ahead for visits and leave.")
    ] = 7,
    policies: Policies = None,
    profiles: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also say whose card is missing, by these workers' profiles.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Write it as a page too, readable by its owner only.")
    ] = None,
    now: Now = None,
    json: AsJson = False,
    csv: AsCsv = False,
    limit: Limit = 5,
) -> None:
    """Show a team manager what waits today: one screen, from any source.

    Who asked to talk, who waits for a reply and since when, visits due, handovers on their way, who changed worker and
    why, who is away, promises past their day, cards that are missing. What the source does not hold is listed as could
    not be judged. Exits with 1 when a deadline was missed.
    """
    from relationkit.cli.today import show_today

    raise typer.Exit(show_today(source, team, days, policies, profiles, html, now, form_of(json, csv), limit))


@app.command()
def handovers(
    source: Source,
    days: Annotated[
        int, typer.Option(min=1, max=3660, help="How many days back changes without a plan are looked for.")
    ] = 90,
    now: Now = None,
    json: AsJson = False,
    csv: AsCsv = False,
    limit: Limit = 20,
) -> None:
    """Show which steps of handovers are late or due, what holds an assignment, and which changes nobody planned.

    Exits with 1 when a step is late, or a handover day has come and the assignment may not move.
    """
    from relationkit.cli.handovers import show_handovers

    raise typer.Exit(show_handovers(source, days, now, form_of(json, csv), limit))


@app.command()
def notices(
    source: Source,
    outbox: Annotated[
        str | None,
        typer.Option(
            metavar="ADAPTER:WHERE",
            help="Where it is kept what has been told, as for 'run'. Without it: the source itself, where it can.",
        ),
    ] = None,
    settings: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.toml",
            help="Notifiers and quiet hours, as for 'run'; addresses of children are under children.",
        ),
    ] = None,
    profiles: Reached = None,
    offers: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.toml", help="Also tell whom a change of the council's own offers may concern, for four weeks."
        ),
    ] = None,
    policies: Annotated[
        Path | None,
        typer.Option(metavar="FILE.toml|FILE.json", help="Likewise for how soon messages are answered, by this file."),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.toml",
            help="Likewise for how often children are seen, by the law and this file of local rules.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be told; mark and send nothing.")] = False,
    now: Now = None,
    json: AsJson = False,
) -> None:
    """Tell children what they should be told, once each: leave, a worker change ahead, a session moved or cancelled.

    A change of worker goes to the worker who leaves, to be told in person; the others are messages to the child. Leave
    that children are not to be told of stays untold. Exits with 1 when something could not be handed over.
    """
    from relationkit.cli.notices import tell_children

    raise typer.Exit(
        tell_children(
            source,
            outbox,
            settings,
            profiles,
            offers,
            policies,
            rules,
            now,
            form_of(json, csv=False),
            is_rehearsal=dry_run,
        )
    )


@app.command()
def calendar(
    source: Source,
    whose: Annotated[
        str,
        typer.Option(
            "--for",
            metavar="worker:ID|child:ID|team:NAME",
            help="Whose calendar to write; a team's is leave, cover.",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            metavar="FILE.ics|FILE.html|FOLDER",
            help="The calendar file to write, or a page that says the same. For a team also a folder that is there: "
            "then its own file, one for each worker and one for each of their children, under names that say nothing, "
            "with a list of whose is which.",
        ),
    ],
    detail: Annotated[
        str | None,
        typer.Option(
            metavar="discreet|worker",
            help="What the entries say. Without it: discreet for a child (no place, no people, nothing that says "
            "care), worker for a worker (the case system's reference).",
        ),
    ] = None,
    feed: Annotated[
        bool, typer.Option("--feed/--download", help="A file to subscribe to, or one to open once.")
    ] = False,
    leave: Annotated[bool, typer.Option("--leave", help="In a child's file: when their worker is away, too.")] = False,
    key_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Secret that entries' identities are made with; made when it does not exist. Keep it: with another "
            "one, phones show every entry twice. Without it: calendar.key in the user's relationkit folder.",
        ),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.toml",
            help="A council's own rules for visits due, beside the law. Without it: those of the installed plugins.",
        ),
    ] = None,
    now: Now = None,
) -> None:
    """Write a calendar file of one worker, one child or one team.

    A worker's has their sessions, leave, cover, visits due and handovers; a child's their sessions; a team's its leave
    and cover.
    """
    from relationkit.cli.calendars import write_calendar

    raise typer.Exit(write_calendar(source, whose, out, detail, key_file, rules, now, is_feed=feed, has_leave=leave))


@app.command()
def board(
    source: Source,
    whose: Annotated[
        str | None, typer.Option("--for", metavar="child:ID", help="Whose plan board to write as a page.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE.html", help="The page to write.")] = None,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="worker|team",
            help="Instead of a page: the share of promises kept in time, for each worker or team. Withheld where it is "
            "about few children.",
        ),
    ] = None,
    now: Now = None,
    json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Write a child's plan board as a page, to print or to tick; or count which promises were kept in time."""
    from relationkit.cli.board import show_kept, write_board

    if (by is None) == (whose is None) or (whose is None) != (out is None):
        raise typer.BadParameter("give --for child:ID with --out FILE.html, or --by worker|team")
    if by is not None:
        raise typer.Exit(show_kept(source, by, now, form_of(json, csv)))
    raise typer.Exit(write_board(source, whose or "", out or Path(), now))


FormVersion = Annotated[int, typer.Option(min=1, help="Its version; that one and no other.")]
ProfileFile = Annotated[
    Path,
    typer.Option("--profiles", metavar="FILE", help="The workers' profiles: a TOML or JSON file, pictures beside it."),
]


@app.command()
def cards(
    profiles: ProfileFile,
    out: Annotated[
        Path,
        typer.Option(metavar="FILE", help="What to write: .pdf or .html; with --worker also .vcf, for a phone."),
    ],
    worker: Annotated[
        str | None, typer.Option(metavar="ID", help="One worker's card. Without it: a sheet with everybody's.")
    ] = None,
    copies: Annotated[
        int | None, typer.Option(min=1, max=1000, help="So many of each card, ten on each A4 sheet.")
    ] = None,
    page: Annotated[bool, typer.Option("--page", help="With --worker: their one page instead of the card.")] = False,
    design: Annotated[str, typer.Option(metavar="wave|stripe|frame|plain", help="How the cards look.")] = "wave",
    language: Annotated[
        str, typer.Option(metavar="TAG", help="Of cards that are there in several, such as cy.")
    ] = "en",
    now: Now = None,
) -> None:
    """Print introduction cards: ten on an A4 sheet to cut out, one alone, or a worker's one page.

    Nothing is printed that the worker did not agree to share, that has a private number or an address on it, or that
    does not fit: it says what to shorten.
    """
    from relationkit.cli.cards import make_cards

    raise typer.Exit(make_cards(profiles, out, worker, design, language, copies, now, is_page=page))


profiles_app = typer.Typer(help="Look after workers' profiles and cards.", no_args_is_help=True)
app.add_typer(profiles_app, name="profiles")


@profiles_app.command("check")
def check_profiles(
    profiles: Annotated[Path, typer.Argument(metavar="FILE", help="The workers' profiles: a TOML or JSON file.")],
    source: Annotated[
        str | None,
        typer.Option(metavar="ADAPTER:WHERE", help="Also say whom the cards do not reach, by the records here."),
    ] = None,
    now: Now = None,
    json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Say what must be put right on each card before it is printed, and which children the cards do not reach.

    Exits with 1 when a card must not be printed, or does not reach a child whom it should.
    """
    from relationkit.cli.cards import check_profiles as check

    raise typer.Exit(check(profiles, source, now, form_of(json, csv)))


@profiles_app.command("tips")
def tips_poster(
    profiles: Annotated[Path, typer.Argument(metavar="FILE", help="The file of profiles, with the guide in it.")],
    out: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write the poster.")] = None,
    guide: Annotated[str | None, typer.Option(metavar="ID", help="Which guide. Without it: the newest.")] = None,
    source: Annotated[
        str | None, typer.Option(metavar="ADAPTER:WHERE", help="Also say what was measured, by the records here.")
    ] = None,
    now: Now = None,
    json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Print the council's top tips, each beside what is measured or reminded about it; with --out as a poster.

    Figures that would show how few children they are about are left out.
    """
    from relationkit.cli.posters import show_tips

    raise typer.Exit(show_tips(profiles, out, guide, source, now, form_of(json, csv)))


@profiles_app.command("dear-worker")
def dear_worker_poster(
    profiles: Annotated[Path, typer.Argument(metavar="FILE", help="The file of profiles, with the themes in it.")],
    source: Source,
    form: Annotated[str, typer.Option(metavar="FORM", help="The form that asked: its id, or a file of it.")],
    question: Annotated[str, typer.Option(metavar="ID", help="The question that asks what the child enjoys.")],
    within: Annotated[str, typer.Option(metavar="DAY", help="A day of the period, such as 2025-02-10.")],
    out: Annotated[Path, typer.Option(metavar="FILE.html", help="The poster to write.")],
    may_quote: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The yes-or-no question that asks to show the words. Without it: no words."),
    ] = None,
    version: FormVersion = 1,
    worker: Annotated[str | None, typer.Option(metavar="ID", help="About this worker. Without it: about all.")] = None,
    language: Annotated[str, typer.Option(metavar="TAG", help="Of the words around, en or cy.")] = "en",
    now: Now = None,
) -> None:
    """Write the "Dear worker" poster: what children said they enjoy doing with their worker, in one period.

    Counts and consented words only: a theme of fewer than six children has neither.
    """
    from relationkit.cli.posters import write_dear_worker

    raise typer.Exit(
        write_dear_worker(profiles, source, form, version, question, may_quote, within, worker, language, out, now)
    )


Page = Annotated[
    Path | None,
    typer.Option(metavar="FILE.html", help="Write it as a page too, readable by its owner only."),
]
Language = Annotated[
    str | None, typer.Option(metavar="TAG", help="Of the page, en or cy. Without it: what the child reads, else en.")
]


@app.command()
def keywork(
    source: Source,
    covered: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Which session went through which topic: columns session_id, topic and, where it is kept, "
            "in_my_words. Without it: no topic is shown by any session.",
        ),
    ] = None,
    topics: Annotated[
        Path | None,
        typer.Option(metavar="FILE.toml", help="The council's own topics. Without it: those that come along."),
    ] = None,
    whose: Annotated[
        str | None, typer.Option("--for", metavar="child:ID", help="One young person. Without it: everybody's gaps.")
    ] = None,
    html: Page = None,
    language: Language = None,
    now: Now = None,
    json: AsJson = False,
    csv: AsCsv = False,
    limit: Limit = 20,
) -> None:
    """Show which keywork topics each young person from 12 went through, in which session, and which are missing.

    A topic counts where a session that was held shows it. With --for and --html it writes the booklet that the young
    person keeps.
    """
    from relationkit.cli.keywork import show_keywork

    form = form_of(json, csv)
    raise typer.Exit(show_keywork(source, covered, topics, whose, html, language, now, form, limit))


@app.command()
def entitlements(
    offers: Annotated[Path, typer.Option(metavar="FILE.toml", help="The council's own offers, each with its dates.")],
    source: Annotated[
        str | None, typer.Option(metavar="ADAPTER:WHERE", help="Where the records are; or give --born-on.")
    ] = None,
    whose: Annotated[
        str | None,
        typer.Option("--for", metavar="child:ID", help="With --source: who asks. Without it, with --since: everybody."),
    ] = None,
    born_on: Annotated[str | None, typer.Option(metavar="DAY", help="Without --source: when they were born.")] = None,
    status: Annotated[
        str | None,
        typer.Option(
            metavar="STATUS",
            help="What the law calls them: looked_after, eligible, relevant, former_relevant or qualifying. It is in "
            "no source; without it, offers for some only could not be judged.",
        ),
    ] = None,
    is_in_education: Annotated[
        bool | None,
        typer.Option("--in-education/--not-in-education", help="Whether they are; it counts from 21 to 24."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="Also say what changed since this day, such as the last letter's.")
    ] = None,
    html: Page = None,
    language: Language = None,
    now: Now = None,
    json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Answer what a young person may ask their council for, by age and status; or list whom a change concerns.

    The offers are the council's own, as dated rows of a file. With --html it writes a page for the young person. With
    --source and --since, and nobody named, it lists each change with the children whom it may concern.
    """
    from relationkit.cli.entitlements import show_entitlements

    form = form_of(json, csv)
    raise typer.Exit(
        show_entitlements(offers, source, whose, born_on, status, is_in_education, since, html, language, now, form)
    )


life_story = typer.Typer(help="Look after children's life stories.", no_args_is_help=True)
app.add_typer(life_story, name="life-story")


@life_story.command("check")
def check_life_story(
    story: Annotated[Path, typer.Argument(metavar="FILE", help="The story as dated lines: a .json or .toml file.")],
    checked_by: Annotated[
        str | None, typer.Option(metavar="ID", help="Keep with the story that you checked it: your id, not your name.")
    ] = None,
    html: Page = None,
    now: Now = None,
    json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Find dates of a life story that cannot be true, and explain its hard words in plain English.

    A parent who starts school before their birth, a sibling born four months after another: each with what to do. Exits
    with 1 when a date cannot be true.
    """
    from relationkit.cli.life_story import check_story

    raise typer.Exit(check_story(story, checked_by, html, now, form_of(json, csv)))


feedback = typer.Typer(help="Feedback forms, and what children said.", no_args_is_help=True)
app.add_typer(feedback, name="feedback")

FormId = Annotated[str, typer.Argument(metavar="FORM", help="A form's id, or a file of one (.toml, .json).")]


@feedback.command("forms")
def feedback_forms(
    language: Annotated[
        str | None, typer.Option(help="Only those in this language, such as en, cy or en-simple.")
    ] = None,
    json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """List the feedback forms: those that come along, and those of plugins."""
    from relationkit.cli.feedback import list_forms

    raise typer.Exit(list_forms(language, form_of(json, csv)))


@feedback.command("render")
def feedback_render(
    form: FormId,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The file to write.")],
    kind: Annotated[
        str, typer.Option("--as", metavar="page|paper|toml|json|fhir", help="What to write it as.")
    ] = "page",
    language: Annotated[str, typer.Option(help="Its language; en-simple is easy read.")] = "en",
    version: FormVersion = 1,
    profiles: Reached = None,
    worker: Annotated[str | None, typer.Option(metavar="ID", help="With --profiles: whose time it is about.")] = None,
    now: Now = None,
    base: Annotated[
        str | None, typer.Option(metavar="URL", help="With --as fhir: the address under which your forms stand.")
    ] = None,
) -> None:
    """Write one form: as a page to look at, a sheet to print, or a file to change or to hand on."""
    from relationkit.cli.feedback import write_form

    if (profiles is None) != (worker is None) or (profiles is not None and kind != "page"):
        raise typer.BadParameter("--profiles and --worker go together, with a page")
    if base is not None and kind != "fhir":
        raise typer.BadParameter("--base goes with --as fhir")
    raise typer.Exit(write_form(form, version, language, kind, out, profiles, worker, now, base))


@feedback.command("summary")
def feedback_summary(
    form: FormId,
    source: Source,
    within: Annotated[str, typer.Option(metavar="DAY", help="A day of the period, such as 2025-02-10.")],
    version: FormVersion = 1,
    by: Annotated[str | None, typer.Option(metavar="team|worker", help="Also each group by itself.")] = None,
    done: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="What came of it: entries with on, said and did.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write a page instead.")] = None,
    now: Now = None,
    json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Sum up what children said in one period, in which nobody can be found."""
    from relationkit.cli.feedback import show_summary

    raise typer.Exit(show_summary(source, form, version, within, by, done, out, now, form_of(json, csv)))


@feedback.command("verify")
def feedback_verify(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE.jsonl]", help="Pieces of evidence, one a line, as JSON.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="ADAPTER:WHERE", help="Where they are kept, with their pictures; or a file.")
    ] = None,
    pictures: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The kept pictures, each named by its hash.")
    ] = None,
    now: Now = None,
    json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Hold each thing that a child gave against its hash. Exits with 1 when one was changed, or could not be judged."""
    from relationkit.cli.feedback import check_evidence

    raise typer.Exit(check_evidence(file, source, pictures, now, form_of(json, csv)))


@app.command()
def demo(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for everything the demo writes; new or empty.")],
    children: Annotated[int, typer.Option(min=50, max=100_000, help="How many synthetic children.")] = 500,
    seed: Annotated[int, typer.Option(help="Another number makes another council.")] = 1,
    now: Now = None,
) -> None:
    """Make a synthetic council, work everything out, and write it all to a folder with an index page.

    Every person in it is made up, and every name says so.
    """
    from relationkit.cli.demo import make_demo

    raise typer.Exit(make_demo(out, children, seed, now))


@app.command()
def bench(
    rows: Annotated[int, typer.Option(min=1_000, help="How many assignments, and how many messages.")] = 1_000_000,
    engine: Annotated[
        str, typer.Option(metavar="objects|duckdb|spark", help="What counts and judges, as in 'changes'.")
    ] = "duckdb",
    memory_limit: Annotated[
        str | None, typer.Option(metavar="SIZE", help="The most memory that DuckDB may hold, such as 4GB.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Measure how long the rules take over whole tables on this machine, beside plain Python.

    The rows are synthetic. Ten million of each take about 1 GB of disk while it runs.
    """
    from relationkit.cli.bench import show_bench

    raise typer.Exit(show_bench(rows, engine, memory_limit, form_of(json, csv=False)))


@app.command()
def samples(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the tables; new or empty.")],
    children: Annotated[int, typer.Option(min=50, max=100_000, help="How many synthetic children in a council.")] = 500,
    councils: Annotated[int, typer.Option(min=1, max=999, help="How many councils; each gets files of its own.")] = 1,
    seed: Annotated[int, typer.Option(help="Another number makes other councils.")] = 1,
    now: Now = None,
) -> None:
    """Write the tables of synthetic councils as Parquet files, of any size, as they are made.

    Every person in them is made up, and every name says so. You need relationkit[bulk].
    """
    from relationkit.cli.samples import write_samples

    raise typer.Exit(write_samples(out, children, councils, seed, now))


@app.command()
def doctor(
    source: Annotated[
        str | None,
        typer.Option(metavar="ADAPTER:WHERE", help="Also look whether this source opens, and what it holds."),
    ] = None,
    now: Now = None,
    json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Look whether this set-up is whole: time zones, bank holidays, extras, plugins, a source.

    Nothing is changed and no record is read. Exits with 2 when something is not well.
    """
    from relationkit.cli.doctor import show_doctor

    raise typer.Exit(show_doctor(source, now, form_of(json, csv)))


@app.command("upgrade-database")
def upgrade_database(
    source: Annotated[
        str, typer.Option(metavar="sql:WHERE", help="The database, such as sql:case.db or sql:postgresql://host/name.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing; print the SQL, for whoever may change the tables.")
    ] = False,
) -> None:
    """Bring the tables of a database to the layout of this release; nothing that they hold is lost.

    The first write does the same by itself. 'relationkit doctor --source sql:WHERE' says whether an upgrade waits.
    """
    from relationkit.cli.upgrades import upgrade_database

    raise typer.Exit(upgrade_database(source, is_rehearsal=dry_run))


@app.command("new-plugin")
def new_plugin(
    name: Annotated[
        str | None,
        typer.Argument(help="What to call it, such as acme-casework: small letters, digits and hyphens."),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="adapter|rules|forms|notifier", help="What it offers. Without it: you are asked, or adapter."
        ),
    ] = None,
    system: Annotated[
        str | None, typer.Option(metavar="NAME", help="The system or council that it is for, as people call it.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where to write it. Without it: a new folder of its name.")
    ] = None,
    licence: Annotated[str, typer.Option(metavar="SPDX", help="Its licence, such as MIT; empty for none.")] = "MIT",
    python: Annotated[str, typer.Option(metavar="VERSION", help="The oldest Python that it runs on.")] = "3.11",
) -> None:
    """Write a plugin project that installs, type-checks and passes its tests at once, ready to be made yours."""
    from relationkit.cli.new_plugin import ask, make_plugin

    name = ask("Name", name)
    kind = ask("Kind (adapter, rules, forms or notifier)", kind, "adapter")
    system = ask("System or council", system, "")
    raise typer.Exit(make_plugin(folder, name, kind, system, licence, python))


@app.command("check-plugin")
def check_plugin_(
    harness: Annotated[
        str,
        typer.Argument(help="What makes your harness, as pkg.module:Name, or your class of conformance tests."),
    ],
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the whole report too, as .json or .md.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Run the conformance kit over your adapter, without a test file.

    Exits with 1 when a promise is neither kept nor declared as a gap.
    """
    from relationkit.cli.check_plugin import check_plugin

    raise typer.Exit(check_plugin(harness, report, as_json=json))


@app.command()
def serve(
    source: Source,
    child: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Make links for this child; can be given again. Else: three.")
    ] = None,
    language: Annotated[
        str, typer.Option(metavar="TAG", help="What the pages are in: en, cy, or en-simple with pictures.")
    ] = "en",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where it listens; 0 takes any that is free.")] = 8000,
    key_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Secret that links are signed with; made when it does not exist. Without it: calendar.key in the "
            "user's relationkit folder.",
        ),
    ] = None,
    profiles: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Also let the children's workers write their cards, with the duty line, numbers and colours of this "
            "file.",
        ),
    ] = None,
) -> None:
    """Serve forms, thanks, calendars and the children's own pages on this machine, for a trial; print links to open.

    Nobody else can reach it. What is sent is kept in the source, which must be one that keeps feedback, such as
    sql:council.db.
    """
    from relationkit.cli.serve import serve_app

    raise typer.Exit(serve_app(source, child or [], language, port, key_file, profiles))


@app.command()
def plugins(
    hook: Annotated[
        str | None,
        typer.Option(metavar="HOOK", help="List only what is offered through this hook, such as visit_rules."),
    ] = None,
    json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """List the adapters and plugins that are installed, what each offers, and what failed and why."""
    from relationkit.cli.plugins import show_plugins

    raise typer.Exit(show_plugins(form_of(json, csv), hook))


def form_of(json: bool, csv: bool) -> str:
    """Return the one form that was asked for."""
    if json and csv:
        raise typer.BadParameter("choose one of --json and --csv")
    return "json" if json else "csv" if csv else "table"


def print_version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        from relationkit import __version__

        typer.echo(f"relationkit {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Hold the options that come before a command."""


#: Set to any value to see tracebacks. They may hold personal data: for synthetic input only.
DEBUG: Final = "RELATIONKIT_DEBUG"


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; a failure is one line on standard error, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a letter that the terminal has not is no reason to stop
    try:
        app(list(arguments), standalone_mode=True)
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else BAD_INPUT
    except RelationkitError as error:
        complain(f"{error} [{error.code}]")
        return NO_ANSWER if isinstance(error, SourceUnavailableError) else BAD_INPUT
    except OSError as error:
        complain(
            f"{error.filename or 'a file'}: {error.strerror or type(error).__name__}. Check the path and its rights."
        )
        return BAD_INPUT
    except Exception as error:  # noqa: BLE001  the last line of defence: a traceback may hold a name
        complain(
            f"something went wrong inside relationkit ({type(error).__name__}). Nothing was changed. "
            f"Please report it; with {DEBUG}=1 and synthetic data the details are shown."
        )
        return BAD_INPUT
    return 0


def complain(line: str) -> None:
    """Write one line to standard error, with the traceback only where it was asked for."""
    if os.environ.get(DEBUG):
        traceback.print_exc()
    sys.stderr.write(f"relationkit: {line}\n")
