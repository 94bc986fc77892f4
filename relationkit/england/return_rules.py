"""The rules that the social worker table of the statutory return is held to, by collection year.

SSDA903 collects ``SWEpisodes`` since the year from 1 April 2023 to 31 March 2024. Its rules are known to us as
data-to-insight/csc-validator-be-903 (MIT) applies them; what they mean stands here in our words. A rule that changed
has a row for each version. Rows marked :attr:`RuleStanding.NOT_REGISTERED` are written there and not run;
:attr:`RuleStanding.UNCONFIRMED` ones we know from one version of its files only, or what a file tests is at odds with
what it says. The Department's own guide to the return was not seen.

The two rows that begin with RK are ours: what no rule of the return asks in that year, and a count needs.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from relationkit.england import return_checks as checks
from relationkit.england.dated import all_in_force
from relationkit.england.reporting_year import reporting_year_starts_on
from relationkit.england.returned import Broken, Collection, CountEffect, ReturnedChild

__all__ = ["RETURN_RULES", "Finding", "ReturnRule", "RuleStanding", "check_child", "collection_of", "return_rules"]


class RuleStanding(StrEnum):
    """How firm a row is."""

    REGISTERED = "registered"
    """The published validator runs it for that year."""
    NOT_REGISTERED = "not registered"
    """The published validator holds it and does not run it."""
    UNCONFIRMED = "unconfirmed"
    """Seen in one version of the validator's files; whether the Department runs it so, we do not know."""
    OURS = "ours"
    """No rule of the return: what a count needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRule:
    """One version of one rule.

    Attributes:
        code: As the return calls it.
        means: What is wrong where it is broken.
        applies_to: Which rows or children it looks at.
        remedy: What to do about it.
        effect: The worst that a finding does to a count of the child's workers; one finding may do less.
        check: The test.
        in_force_from: The first day of the first collection year that has it.
        in_force_until: The first day of the first year that no longer has it; ``None`` while it goes on.
        standing: How firm the row is.
        needs: What it cannot be judged without, beside ``SWEpisodes``: ``"Episodes"``, or ``"last year's return"``.
        note: What the other columns do not say.
        source: Where it is written.
    """

    code: str
    means: str
    applies_to: str
    remedy: str
    effect: CountEffect
    check: checks.Check
    in_force_from: date
    in_force_until: date | None = None
    standing: RuleStanding = RuleStanding.REGISTERED
    needs: str = ""
    note: str = ""
    source: str = "SSDA903; data-to-insight/csc-validator-be-903, lac_validator/rules"


@dataclass(frozen=True, slots=True)
class Finding:
    """One place in one child's rows where a rule is not kept.

    Attributes:
        rule: The rule, in the version of that year.
        child_id: Whose rows.
        broken: Where, and what it does to a count.
    """

    rule: ReturnRule
    child_id: str
    broken: Broken

    @property
    def effect(self) -> CountEffect:
        """What it does to a count of the child's workers."""
        return self.broken.effect


_2023, _2024, _2025 = (date(year, 4, 1) for year in (2023, 2024, 2025))
_EVERY_SPELL: Final = "every spell"
_LOOKED_AFTER: Final = "children looked after on 31 March, short breaks (V3, V4) left out"
_GIVE_WORKER: Final = "Give the worker's number, the day the spell began and its reason"
_GIVE_DATE: Final = "Write it as dd/mm/yyyy"
_END_IT: Final = "Give the day on which the earlier worker's spell ended"
_OUR_RULE: Final = "relationkit: a worker cannot be counted from this"

#: In the order of the codes; a code with several versions has them oldest first.
RETURN_RULES: Final = (
    ReturnRule(
        code="SW01STG1",
        means="the child has no social worker with a number, a start and a reason",
        applies_to=_LOOKED_AFTER,
        remedy="Add the child's social workers",
        effect=CountEffect.WRONG,
        check=checks.no_worker_at_all,
        in_force_from=_2023,
        in_force_until=_2024,
        needs="Episodes",
    ),
    ReturnRule(
        code="SW01aSTG1",
        means="the start is blank, or the worker's number is",
        applies_to="spells that began before 1 April 2023, or on no known day",
        remedy="Give the worker's number and the day the spell began; the reason may be blank",
        effect=CountEffect.WRONG,
        check=checks.is_incomplete_before_2023,
        in_force_from=_2024,
    ),
    ReturnRule(
        code="SW01bSTG1",
        means="the start, the worker's number or the reason is blank",
        applies_to="spells that began on or after 1 April 2023, or on no known day",
        remedy=_GIVE_WORKER,
        effect=CountEffect.WRONG,
        check=checks.is_incomplete_since_2023,
        in_force_from=_2024,
        note="A blank reason leaves the count as it is.",
    ),
    ReturnRule(
        code="SW02STG1",
        means="the worker's number does not begin with SW or XX in capitals",
        applies_to="spells with a worker's number",
        remedy="Give the Social Work England number, or the XX number that stands in for one",
        effect=CountEffect.NONE,
        check=checks.has_no_registration,
        in_force_from=_2023,
        in_force_until=_2025,
        note="Numbers are read in capitals, so that small letters make no other worker.",
    ),
    ReturnRule(
        code="SW02STG1",
        means="the worker's number does not begin with SW or XX in capitals, or has fewer than four characters",
        applies_to="spells with a worker's number",
        remedy="Give the whole Social Work England number, or the XX number that stands in for one",
        effect=CountEffect.NONE,
        check=checks.has_no_whole_registration,
        in_force_from=_2025,
        standing=RuleStanding.UNCONFIRMED,
        note="The beginning is confirmed; the length is in one version of the file only.",
    ),
    ReturnRule(
        code="SW03STG1",
        means="the worker's number, the start or the reason is blank",
        applies_to=_EVERY_SPELL,
        remedy=_GIVE_WORKER,
        effect=CountEffect.WRONG,
        check=checks.is_incomplete,
        in_force_from=_2023,
        in_force_until=_2024,
        note="A blank reason leaves the count as it is.",
    ),
    ReturnRule(
        code="SW04STG1",
        means="the start is not a date",
        applies_to="spells with a start",
        remedy=_GIVE_DATE,
        effect=CountEffect.WRONG,
        check=checks.starts_on_no_day,
        in_force_from=_2023,
        in_force_until=_2025,
        note="ZZ for a part that is unknown is let pass; a spell without a whole date is left out of counts all the "
        "same.",
    ),
    ReturnRule(
        code="SW04STG1",
        means="the start is not a whole date",
        applies_to="spells with a start",
        remedy=_GIVE_DATE,
        effect=CountEffect.WRONG,
        check=checks.starts_on_no_whole_day,
        in_force_from=_2025,
        standing=RuleStanding.UNCONFIRMED,
        note="ZZ is no longer let pass, in the version of the file that was seen.",
    ),
    ReturnRule(
        code="SW05STG1",
        means="the end is not a date",
        applies_to="spells with an end",
        remedy=_GIVE_DATE,
        effect=CountEffect.WRONG,
        check=checks.ends_on_no_day,
        in_force_from=_2023,
        in_force_until=_2025,
        note='Its own message says "began", and it tests the end. ZZ is let pass, as for SW04.',
    ),
    ReturnRule(
        code="SW05STG1",
        means="the end is not a whole date",
        applies_to="spells with an end",
        remedy=_GIVE_DATE,
        effect=CountEffect.WRONG,
        check=checks.ends_on_no_whole_day,
        in_force_from=_2025,
        standing=RuleStanding.UNCONFIRMED,
        note="The version of the file that was seen fails a blank end too, which SW17 asks for; that is not followed.",
    ),
    ReturnRule(
        code="SW06STG2",
        means="the spell began after the end of the year",
        applies_to="spells whose start is known",
        remedy="Check the date, or leave the spell for next year's return",
        effect=CountEffect.NONE,
        check=checks.starts_after_the_year,
        in_force_from=_2023,
    ),
    ReturnRule(
        code="SW07STG2",
        means="the spell ended outside the year",
        applies_to="spells whose end is known",
        remedy="Check the date, or leave the spell out",
        effect=CountEffect.NONE,
        check=checks.ends_outside_the_year,
        in_force_from=_2023,
        in_force_until=_2024,
    ),
    ReturnRule(
        code="SW07STG2",
        means="the spell ended outside the year and the one before it",
        applies_to="spells whose end is known",
        remedy="Check the date, or leave the spell out",
        effect=CountEffect.NONE,
        check=checks.ends_outside_two_years,
        in_force_from=_2024,
    ),
    ReturnRule(
        code="SW08STG2",
        means="the spell has no end, and a later one began",
        applies_to="every spell but the child's last by start",
        remedy=_END_IT,
        effect=CountEffect.WRONG,
        check=checks.is_left_open,
        in_force_from=_2023,
        note="An open spell counts its worker in every later year. Where all later spells ended they may have been "
        "cover, and the count is only doubtful; the same row twice leaves the count as it is.",
    ),
    ReturnRule(
        code="SW09STG2",
        means="the spell ended on the day on which it began",
        applies_to="spells whose start and end are known",
        remedy="Check the dates, or leave the spell out",
        effect=CountEffect.NONE,
        check=checks.lasts_no_day,
        in_force_from=_2023,
        note="A version of the file for 2025 to 2026 asks for three days, and its message still says 24 hours; the "
        "message is followed.",
    ),
    ReturnRule(
        code="SW10STG2",
        means="the spell began more than 7 days before or after the one before it ended",
        applies_to="every spell but the child's first, where the one before has an end",
        remedy="Add the worker between, or correct one of the dates",
        effect=CountEffect.DOUBTFUL,
        check=checks.does_not_follow,
        in_force_from=_2023,
        in_force_until=_2024,
    ),
    ReturnRule(
        code="SW10STG2",
        means="the spell began more than 7 days before or after the one before it ended",
        applies_to="every spell but the child's first and those for first contact, where the one before has an end",
        remedy="Add the worker between, or correct one of the dates",
        effect=CountEffect.DOUBTFUL,
        check=checks.does_not_follow_nor_is_first_contact,
        in_force_from=_2024,
        in_force_until=_2025,
    ),
    ReturnRule(
        code="SW10aSTG2",
        means="the spell began more than 7 days before or after the one before it ended",
        applies_to="every spell but the child's first and those for first contact, where the one before has an end",
        remedy="Add the worker between, or correct one of the dates",
        effect=CountEffect.DOUBTFUL,
        check=checks.does_not_follow_nor_is_first_contact,
        in_force_from=_2025,
        standing=RuleStanding.UNCONFIRMED,
        note="The test is SW10's, which is confirmed; the new code is not.",
    ),
    ReturnRule(
        code="SW10bSTG2",
        means="the spell is a first contact, and began before or on the day on which the one before it ended",
        applies_to="spells for first contact, where the one before has an end",
        remedy="Check the reason and the dates",
        effect=CountEffect.DOUBTFUL,
        check=checks.is_first_contact_too_early,
        in_force_from=_2025,
        standing=RuleStanding.UNCONFIRMED,
    ),
    ReturnRule(
        code="SW11aSTG2",
        means="the spell ended, and none began within 5 days before or after",
        applies_to="spells that ended 5 days before the end of the year or earlier",
        remedy="Add the next worker, or correct the dates",
        effect=CountEffect.DOUBTFUL,
        check=checks.nothing_follows_at_once,
        in_force_from=_2023,
        in_force_until=_2024,
    ),
    ReturnRule(
        code="SW11bSTG2",
        means="the child's last spell ended in the last 5 days of the year",
        applies_to="children whose last spell has an end",
        remedy="Add the next worker, or take the end out",
        effect=CountEffect.DOUBTFUL,
        check=checks.nothing_follows_at_the_end,
        in_force_from=_2023,
    ),
    ReturnRule(
        code="SW12STG2",
        means="no social worker's spell touches this episode of care",
        applies_to=f"{_LOOKED_AFTER}; their episodes open, or ended in the year, that are not only steps between",
        remedy="Add the social workers of that time, also while the child was not looked after",
        effect=CountEffect.WRONG,
        check=checks.care_without_a_worker,
        in_force_from=_2023,
        in_force_until=_2024,
        needs="Episodes",
        note="The rule asks for all spells of the year; the validator compares first days only, and says in its own "
        "tests that it misses some. Asked here: a spell that has a day in the episode.",
    ),
    ReturnRule(
        code="SW12STG2",
        means="no social worker's spell touches this episode of care",
        applies_to=f"{_LOOKED_AFTER}; their episodes open, or ended in the year or the one before, that are not only "
        "steps between",
        remedy="Add the social workers of that time, also while the child was not looked after",
        effect=CountEffect.WRONG,
        check=checks.care_without_a_worker_in_two_years,
        in_force_from=_2024,
        needs="Episodes",
        note="As for the year before.",
    ),
    ReturnRule(
        code="SW13STG1",
        means="the reason is blank, or is none of the ten codes",
        applies_to=_EVERY_SPELL,
        remedy="Give one of the ten codes",
        effect=CountEffect.NONE,
        check=checks.has_no_reason,
        in_force_from=_2023,
        in_force_until=_2024,
    ),
    ReturnRule(
        code="SW13STG1",
        means="the reason is none of the ten codes, or is blank for a spell that began on or after 1 April 2023",
        applies_to=_EVERY_SPELL,
        remedy="Give one of the ten codes",
        effect=CountEffect.NONE,
        check=checks.has_no_reason_since_2023,
        in_force_from=_2024,
    ),
    ReturnRule(
        code="SW14STG2",
        means="the end is blank, and the spell is not the child's last",
        applies_to="every spell but the child's last by start",
        remedy=_END_IT,
        effect=CountEffect.WRONG,
        check=checks.is_left_open,
        in_force_from=_2023,
        in_force_until=_2024,
    ),
    ReturnRule(
        code="SW15STG2",
        means="the reason is blank",
        applies_to="spells that began less than a year before the collection, or in it",
        remedy="Give one of the ten codes",
        effect=CountEffect.NONE,
        check=checks.lacks_a_recent_reason,
        in_force_from=_2024,
        standing=RuleStanding.NOT_REGISTERED,
    ),
    ReturnRule(
        code="SW16aSTG2",
        means="the worker is another than the one whose spell the last return left open",
        applies_to="the child's first spell, where the last return left one open",
        remedy="Begin with the spell that was open on 31 March last year",
        effect=CountEffect.DOUBTFUL,
        check=checks.goes_on_with_another_worker,
        in_force_from=_2024,
        standing=RuleStanding.NOT_REGISTERED,
        needs="last year's return",
    ),
    ReturnRule(
        code="SW16bSTG2",
        means="the start is another than that of the spell which the last return left open",
        applies_to="the child's first spell, where the last return left one open",
        remedy="Begin with the spell that was open on 31 March last year",
        effect=CountEffect.DOUBTFUL,
        check=checks.goes_on_from_another_day,
        in_force_from=_2024,
        standing=RuleStanding.NOT_REGISTERED,
        needs="last year's return",
    ),
    ReturnRule(
        code="SW16cSTG2",
        means="the reason is another than that of the spell which the last return left open",
        applies_to="the child's first spell, where the last return left one open",
        remedy="Begin with the spell that was open on 31 March last year",
        effect=CountEffect.DOUBTFUL,
        check=checks.goes_on_for_another_reason,
        in_force_from=_2024,
        standing=RuleStanding.NOT_REGISTERED,
        needs="last year's return",
    ),
    ReturnRule(
        code="SW17STG2",
        means="no social worker's spell is open on 31 March",
        applies_to="the child's last spell by start",
        remedy="Take the end out, or add the worker who came next",
        effect=CountEffect.DOUBTFUL,
        check=checks.nobody_is_there_at_the_end,
        in_force_from=_2025,
    ),
    ReturnRule(
        code="SW18STG2",
        means="the spell ended before or on the day on which it began",
        applies_to="spells whose start and end are known",
        remedy="Correct one of the two dates",
        effect=CountEffect.WRONG,
        check=checks.ends_no_later_than_it_starts,
        in_force_from=_2025,
        standing=RuleStanding.UNCONFIRMED,
        note="On the same day, the count is as it would be without the spell.",
    ),
    ReturnRule(
        code="SW19STG2",
        means="another spell of the child began on the same day",
        applies_to="all but the first of them",
        remedy="Correct one of the dates, or take the copy out",
        effect=CountEffect.DOUBTFUL,
        check=checks.starts_on_the_same_day,
        in_force_from=_2025,
        standing=RuleStanding.UNCONFIRMED,
    ),
    ReturnRule(
        code="RK01",
        means="the spell ended before it began",
        applies_to="spells whose start and end are known",
        remedy="Correct one of the two dates",
        effect=CountEffect.WRONG,
        check=checks.ends_before_it_starts,
        in_force_from=_2023,
        in_force_until=_2025,
        standing=RuleStanding.OURS,
        source=_OUR_RULE,
    ),
    ReturnRule(
        code="RK02",
        means="the files give the child more than one date of birth",
        applies_to="every child",
        remedy="Correct the wrong one; until then the age is unknown",
        effect=CountEffect.NONE,
        check=checks.has_two_dates_of_birth,
        in_force_from=_2023,
        standing=RuleStanding.OURS,
        source="relationkit: an age band cannot be told from this",
    ),
)


def collection_of(year: int) -> Collection:
    """Return the first and the last day of a reporting year, named by the year in which it ends."""
    return Collection(reporting_year_starts_on(year), date(year, 3, 31))


def return_rules(year: int, *, is_every_rule: bool = False) -> list[ReturnRule]:
    """Return the rules of a collection year, in the order of the table.

    Args:
        year: The reporting year, named by the year in which it ends; before 2024 there are none.
        is_every_rule: Take in those that are written and not run.
    """
    rules = all_in_force(RETURN_RULES, on=collection_of(year).ends_on)
    return [rule for rule in rules if is_every_rule or rule.standing is not RuleStanding.NOT_REGISTERED]


def check_child(child: ReturnedChild, rules: Iterable[ReturnRule], year: int) -> Iterator[Finding]:
    """Yield what the rules find in one child's rows, rule by rule.

    Args:
        child: The rows, as they stand.
        rules: Those to hold them to, see :func:`return_rules`; leave out those whose ``needs`` are not there.
        year: The reporting year, named by the year in which it ends.
    """
    collection = collection_of(year)
    for rule in rules:
        for broken in rule.check(child, collection):
            yield Finding(rule, child.child_id, broken)
