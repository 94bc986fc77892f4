"""A reader with a solver and the whole file works out no withheld figure of an audit. Everybody here is made up.

The reader has every figure of the saved file, which is all that the page and the table say too, and knows how they hang
together: each child stands in one group of each grouping, changes have one reason, a child with two changes had two.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from math import inf
from typing import Any

import pytest

from relationkit.continuity import CAUSES, AuditGroup, CareCase, ContinuityAudit, Window, audit_continuity
from relationkit.england import REASON_CODES
from relationkit.records import Assignment, ChangeReason, ChildId, Placement
from relationkit.withholding import SMALLEST

YEAR = Window.reporting_year(2025)
KINDS = ("high multiple", "high single", "fewer multiple", "fewer single")
REASONS = [*ChangeReason, None]
WORDS = {row.reason: row.meaning for row in REASON_CODES} | {None: "no reason given"}

#: Latent counts, by name, and how often each goes into a figure.
Sum = Mapping[str, int]


@pytest.mark.parametrize("seed", [*range(8), 201, 612])  # the last two: where all but noughts was once withheld
def test_of_random_audits_nothing_can_be_worked_out(seed: int) -> None:
    assert_nothing_can_be_worked_out(seed)


@pytest.mark.long
@pytest.mark.parametrize("hundred", range(10))
def test_of_a_thousand_random_audits_nothing_can_be_worked_out(hundred: int) -> None:
    for seed in range(100 * hundred, 100 * hundred + 100):
        assert_nothing_can_be_worked_out(seed)


def test_the_solver_works_out_what_is_withheld_badly() -> None:
    cases = list(a_council(random.Random(4)))
    truth = audit_continuity(cases, YEAR, smallest=1)
    first, *others = truth.workers
    badly = truth.model_copy(update={"workers": (first.model_copy(update={"count": None}), *others)})

    assert Reader(badly, truth).worked_out() == ["workers 0"]


def assert_nothing_can_be_worked_out(seed: int) -> None:
    cases = list(a_council(random.Random(seed)))
    audit = audit_continuity(cases, YEAR)
    read_back = ContinuityAudit.model_validate_json(audit.model_dump_json())

    assert Reader(read_back, audit_continuity(cases, YEAR, smallest=1)).worked_out() == []


def test_of_random_audits_no_more_is_withheld_than_was_needed_so_far() -> None:
    """How many are withheld, of how many: a rule that withholds more shows here, one that withholds less above."""
    of: Counter[str] = Counter()
    withheld: Counter[str] = Counter()
    for seed in range(8):
        audit = audit_continuity(list(a_council(random.Random(seed))), YEAR)
        for kind, figures in figures_by_kind(audit).items():
            of[kind] += len(figures)
            withheld[kind] += figures.count(None)

    assert {kind: (withheld[kind], of[kind]) for kind in of} == {
        "everyone": (12, 24),
        "workers": (10, 23),
        "team": (8, 27),
        "age": (50, 81),
        "regime": (17, 24),
        "length": (32, 57),
        "left out whole": (4, 40),
        "roles": (14, 48),
        "care leavers": (0, 0),
        "changes": (6, 8),
        "causes": (60, 72),
        "reasons": (81, 96),
        "quarters": (26, 32),
        "timing": (20, 24),
        "moves": (18, 24),
        "flags": (16, 24),
        "what if": (36, 56),
        "reason": (11, 15),
    }


def figures_by_kind(audit: ContinuityAudit) -> dict[str, list[int | None]]:
    def of(groups: Iterable[AuditGroup]) -> list[int | None]:
        return [figure for group in groups for figure in (group.children, group.high, group.multiple)]

    left_out = {grouping.name for grouping in audit.withheld_groupings}
    return {
        "everyone": of([audit.everyone]),
        "workers": [each.count for each in audit.workers],
        **{grouping.name: of(grouping.groups) for grouping in audit.groupings},
        "left out whole": [None if name in left_out else 0 for name in ("team", "age", "reason", "regime", "length")],
        "roles": of(audit.roles),
        "care leavers": of([audit.care_leavers] if audit.care_leavers else []),
        "changes": [audit.changes],
        "causes": [each.changes for each in audit.causes],
        "reasons": [each.count for cause in audit.causes for each in cause.reasons],
        "quarters": [each.count for each in audit.quarters],
        "timing": [each.count for each in audit.timing],
        "moves": [each.count for each in audit.moves],
        "flags": [audit.returned, audit.alone, audit.unallocated],
        "what if": [each.high for each in audit.what_if],
    }


# A council of few children, few changes and many rare things ----------------------------------------------------------


def a_council(chance: random.Random) -> Iterator[CareCase]:
    teams = ["North", "South", "West"][: chance.randint(1, 3)]
    reasons = chance.sample(REASONS, chance.randint(1, len(REASONS)))
    regimes = ["placement", "long_term_foster", "placed_with_parent"][: chance.randint(1, 3)]
    busy = chance.choice([0.05, 0.3, 0.7, 0.9])
    is_care_known = chance.random() < 0.8
    for number in range(chance.choice([4, 8, 15, 30, 60, 120])):
        child_id = f"C{number:03}"
        born_on = date(2025, 3, 31) - timedelta(days=chance.randint(200, 6900))
        stays = None
        if is_care_known:
            stays = [a_stay(child_id, chance.choice(regimes), chance.randint(30, 2500), chance)]
        rows = [*spells(child_id, chance, reasons, teams, busy)]
        if chance.random() < busy / 2:
            rows += spells(child_id, chance, [None], teams, busy, "personal_adviser")
        yield CareCase(ChildId(child_id), rows, stays, born_on, chance.choice(teams))


def a_stay(child_id: str, regime: str, days: int, chance: random.Random) -> Placement:
    ended_on = date(2024, 12, 1) if chance.random() < 0.05 else None
    start = date(2024, 11, 1) - timedelta(days=days)
    facts = {"id": f"P{child_id}", "child_id": child_id, "started_on": start, "ended_on": ended_on}
    return Placement.model_validate({**facts, "regime": regime})


def spells(
    child_id: str,
    chance: random.Random,
    reasons: list[ChangeReason | None],
    teams: list[str],
    busy: float,
    role: str = "social_worker",
) -> Iterator[Assignment]:
    if chance.random() < 0.05:
        return
    start = date(2024, 3, 1) - timedelta(days=chance.randint(0, 900))
    for number in range(5):
        is_last = chance.random() > busy
        end = None if is_last else date(2024, 4, 1) + timedelta(days=70 * number + chance.randint(0, 60))
        if is_last and chance.random() < 0.05:
            end = date(2025, 2, 1)
        team = chance.choice([None, *teams])
        facts = {"child_id": child_id, "role": role, "team": team, "reason": chance.choice(reasons)}
        days = {"started_on": start, "ended_on": end}
        worker = f"{role} {chance.randint(0, 3) + number}"
        yield Assignment.model_validate({"id": f"{child_id}-{role}-{number}", "worker_id": worker, **facts, **days})
        if is_last or end is None:
            return
        start = end + timedelta(days=chance.choice([0, 0, 0, 4]))


# The reader -----------------------------------------------------------------------------------------------------------


class Reader:
    """What one saved audit says, as whole numbers from nought with equations and inequalities between them.

    Even which of the withheld figures are 1 to 5 is known to the reader: the true audit tells.
    """

    def __init__(self, audit: ContinuityAudit, truth: ContinuityAudit) -> None:
        self.audit, self.truth = audit, truth
        self.low: dict[str, float] = {}
        self.high: dict[str, float] = {}
        self.rules: list[tuple[Sum, float, float]] = []
        self.hidden: dict[str, Sum] = {}
        self._read_children()
        self._read_changes()
        self._read_what_connects()

    def worked_out(self) -> list[str]:
        """Return the withheld figures for which only one number fits."""
        np = pytest.importorskip("numpy", reason="numpy comes with scipy, in the extra [dev]")
        optimize = pytest.importorskip("scipy.optimize", reason="scipy comes with the extra [dev]")
        sums = [*(each for each, _, _ in self.rules), *self.hidden.values()]
        names = sorted({name for each in sums for name in each})
        place = {name: number for number, name in enumerate(names)}

        def row(figure: Sum) -> Any:
            made = np.zeros(len(names))
            for name, times in figure.items():
                made[place[name]] += times
            return made

        lows, highs = [low for _, low, _ in self.rules], [high for _, _, high in self.rules]
        fits = optimize.LinearConstraint(np.array([row(each) for each, _, _ in self.rules]), lows, highs)
        bounds = optimize.Bounds(np.zeros(len(names)), np.full(len(names), 10_000))
        hidden = {figure: row(parts) for figure, parts in self.hidden.items()}
        seen: dict[str, set[int]] = {figure: set() for figure in hidden}

        def look(goal: Any) -> None:
            found = optimize.milp(goal, constraints=fits, integrality=1, bounds=bounds)
            assert found.success, "the truth itself fits"
            for figure, parts in hidden.items():
                seen[figure].add(round(float(parts @ found.x)))

        def left() -> list[str]:
            return [figure for figure, values in seen.items() if len(values) < 2]

        chance = random.Random(1)
        for _ in range(4):  # most are seen to be this or that on the way to something else
            if left():
                together = sum(chance.choice((-1, 1)) * hidden[figure] for figure in left())
                look(together)
                look(-together)
        for figure in left():
            for way in (1, -1):
                if len(seen[figure]) < 2:
                    look(way * hidden[figure])
        return sorted(figure for figure, values in seen.items() if len(values) == 1)

    def _says(self, name: str, parts: Iterable[str], shown: int | None, true: int | None, *, most: float = inf) -> None:
        """Note a figure: what it is the sum of, and its value, or what is known of a withheld one."""
        total = Counter(parts)
        if shown is not None:
            self.rules.append((total, shown, shown))
            return
        self.hidden[name] = total
        is_small = true is not None and 0 < true < SMALLEST
        known = (0, most) if most < inf else (1, SMALLEST - 1) if is_small else (0, inf)
        self.rules.append((total, *known))

    def _at_least(self, more: Iterable[str], less: Iterable[str]) -> None:
        total = Counter(more)
        total.subtract(Counter(less))
        self.rules.append((total, 0, inf))

    # Children

    def _read_children(self) -> None:
        self._read_group("everyone", self.audit.everyone, self.truth.everyone)
        self._read_distribution()
        for grouping in self.audit.groupings:
            true = {
                name: each
                for other in self.truth.groupings
                if other.name == grouping.name
                for name, each in told(other.groups, grouping.groups)
            }
            is_whole = all(each.children is None and each.high is None for each in grouping.groups)
            for group in grouping.groups:
                self._read_group(f"{grouping.name} {group.name}", group, true[group.name], is_whole=is_whole)
            for kind in KINDS:
                parts = Counter([f"{grouping.name} {group.name} {kind}" for group in grouping.groups])
                parts[f"everyone {kind}"] -= 1
                self.rules.append((parts, 0, 0))
        for shown, true_one in zip(self.audit.roles, self.truth.roles, strict=True):
            self._read_group(shown.name, shown, true_one)
            self.rules.append(
                (
                    {
                        **{f"everyone {kind}": 1 for kind in KINDS},
                        **{f"{shown.name} {kind}": -1 for kind in KINDS},
                        f"{shown.name} none": -1,
                    },
                    0,
                    0,
                )
            )
        if self.audit.care_leavers is not None and self.truth.care_leavers is not None:
            self._read_group("care leavers", self.audit.care_leavers, self.truth.care_leavers)

    def _read_group(self, name: str, shown: AuditGroup, true: AuditGroup, *, is_whole: bool = False) -> None:
        is_under = shown.children is None and 0 < (true.children or 0) < SMALLEST
        is_whole |= shown.children is not None and shown.high is None and shown.multiple is None and name == "everyone"
        for figure, kinds in (("children", KINDS), ("high", KINDS[:2]), ("multiple", KINDS[::2])):
            is_judged = (not is_whole and getattr(self.audit.everyone, figure) is not None) or name == "everyone"
            value = getattr(true, figure) if is_judged else None
            most = SMALLEST - 1 if is_under and not is_whole and figure != "children" else inf
            self._says(
                f"{name} {figure}", [f"{name} {kind}" for kind in kinds], getattr(shown, figure), value, most=most
            )

    def _read_distribution(self) -> None:
        true = {each.name: each.count or 0 for each in self.truth.workers}
        numbers = {"0": "0", "1": "1", "2": "2", "3": "3", "4": "4", "5 or more": "5", "0 or 1": "01", "1 or 2": "12",
                   "0 to 2": "012", "4 or more": "45", "3 or more": "345"}  # fmt: skip
        for each in self.audit.workers:
            own = numbers[each.name]
            value = sum(count for name, count in true.items() if name[0] in own)
            self._says(
                f"workers {each.name}",
                [f"workers {digit}" for digit in own],
                each.count,
                None if self.hidden_whole() else value,
            )
        for digits, kinds in (("012", KINDS[2:]), ("345", KINDS[:2])):
            parts = Counter({f"workers {digit}": 1 for digit in digits})
            parts.subtract({f"everyone {kind}": 1 for kind in kinds})
            self.rules.append((parts, 0, 0))

    def hidden_whole(self) -> bool:
        everyone = self.audit.everyone
        return everyone.high is None

    # Changes

    def _read_changes(self) -> None:
        everything = [f"changes {word}" for word in self._reasons()]
        is_few = 0 < (self.truth.changes or 0) < SMALLEST
        most = SMALLEST - 1 if is_few else inf
        self._says("changes", everything, self.audit.changes, self.truth.changes)
        for cause, true in zip(self.audit.causes, self.truth.causes, strict=True):
            words = [each.name for each in cause.reasons]
            self._says(
                f"cause {cause.name}", [f"changes {word}" for word in words], cause.changes, true.changes, most=most
            )
            is_under = is_few or 0 < (true.changes or 0) < SMALLEST
            for reason, true_reason in zip(cause.reasons, true.reasons, strict=True):
                part_most = SMALLEST - 1 if is_under else inf
                self._says(
                    f"reason {reason.name}", [f"changes {reason.name}"], reason.count, true_reason.count, most=part_most
                )
        for each, true_one in zip(self.audit.timing, self.truth.timing, strict=True):
            own = [f"changes {word}" for word, timing in self._reasons().items() if timing == each.name]
            self._says(f"timing {each.name}", own, each.count, true_one.count, most=most)
        for title, shown, trues in (
            ("quarter", self.audit.quarters, self.truth.quarters),
            ("move", self.audit.moves, self.truth.moves),
        ):
            for each, true_one in zip(shown, trues, strict=True):
                self._says(f"{title} {each.name}", [f"{title} {each.name}"], each.count, true_one.count, most=most)
            parts = Counter(everything)
            parts.subtract({f"{title} {each.name}": 1 for each in shown})
            self.rules.append((parts, 0, 0))

    def _reasons(self) -> dict[str, str]:
        """Every reason, in words, and whether its day is planned."""
        return {WORDS[row.reason]: str(row.timing) for row in CAUSES} | {"back from cover": "not known"}

    # What connects children and changes

    def _read_what_connects(self) -> None:
        audit, truth = self.audit, self.truth
        everyone = [f"everyone {kind}" for kind in KINDS]
        changes = [f"changes {word}" for word in self._reasons()]
        multiple = [f"everyone {kind}" for kind in KINDS[::2]]
        self._at_least(changes, multiple * 2)
        reasons = next((each.groups for each in audit.groupings if each.name == "reason"), ())
        by_reason: list[str] = []
        known = self._reasons()
        folded = [word for word in known if word not in {group.name for group in reasons}]
        for group in reasons:
            own = [f"reason {group.name} {kind}" for kind in KINDS]
            if group.name == "no change":
                self.rules.append(({own[0]: 1, own[2]: 1}, 0, 0))
                continue
            by_reason += own
            words = [group.name] if group.name in known else folded
            self._at_least([f"changes {word}" for word in words], own)
        if reasons:
            self._at_least(changes, [*by_reason, *multiple])
        for flag in ("returned", "alone", "unallocated"):
            shown, true = getattr(audit, flag), getattr(truth, flag)
            if true is None:
                continue
            is_nearly_all = 0 < (truth.everyone.children or 0) - true < SMALLEST
            self._says(flag, [flag], shown, None if is_nearly_all and true >= SMALLEST else true)
            self._at_least(everyone, [flag])
            if is_nearly_all and audit.everyone.children is not None and true >= SMALLEST:
                self.rules.append(({flag: 1}, audit.everyone.children - SMALLEST + 1, audit.everyone.children - 1))
        self._at_least(changes, ["returned"])
        if by_reason:
            self._at_least(by_reason, ["returned"])
        if truth.unallocated is not None:
            self._at_least(["unallocated"], ["workers 0"])
        self._read_what_if()

    def _read_what_if(self) -> None:
        names = [each.scenario for each in self.audit.what_if]
        fewer = {name: f"if {name}: fewer" for name in names}
        for each, true in zip(self.audit.what_if, self.truth.what_if, strict=True):
            assert true.high is not None
            more = true.high > (self.truth.everyone.high or 0)
            if more:
                continue  # whoever is given back may be one more: the reader is spared what is not always so
            total = Counter({f"everyone {kind}": 1 for kind in KINDS[:2]})
            total[fewer[each.scenario]] -= 1
            self.rules.append((total, 0, inf))
            if each.high is None:
                self.hidden[f"if {each.scenario}"] = total
            else:
                self.rules.append((total, each.high, each.high))
        blame = {
            names[0]: ("leavers",),
            names[1]: ("re-organisation",),
            names[2]: ("absence",),
        }
        words = {cause.name: [reason.name for reason in cause.reasons] for cause in self.audit.causes}
        for name, causes in blame.items():
            self._at_least([f"changes {word}" for cause in causes for word in words[cause]], [fewer[name]])
        transfers, after, at_18, both = (fewer[name] for name in names[3:])
        self._at_least([f"changes {WORDS[ChangeReason.TRANSFER_PROCESS]}"], [transfers])
        for more_of, less_of in ((transfers, both), (both, after), (both, at_18)):
            self._at_least([more_of], [less_of])


def told(true: Iterable[AuditGroup], shown: Iterable[AuditGroup]) -> Iterator[tuple[str, AuditGroup]]:
    """The true figures of each group that is shown; what is put together stands together."""
    names = {each.name for each in shown}
    rest = [0, 0, 0]
    for each in true:
        if each.name in names:
            yield each.name, each
        else:
            rest = [a + (b or 0) for a, b in zip(rest, (each.children, each.high, each.multiple), strict=True)]
    if any(rest):
        name = next(each.name for each in shown if each.name == "rarer reasons, together")
        yield name, AuditGroup(name=name, children=rest[0], high=rest[1], multiple=rest[2])
