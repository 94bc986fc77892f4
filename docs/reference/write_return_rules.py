"""Write the page of the return's rules beside this file: ``python docs/reference/write_return_rules.py``."""

from datetime import timedelta
from pathlib import Path

from relationkit.england import RETURN_RULES, ReturnRule, reporting_year_of

PAGE = Path(__file__).with_name("return-rules.md")

HEAD = """# The rules of the return

What the `SWEpisodes` table of the statutory return (SSDA903) is held to, row by row as
`relationkit.england.RETURN_RULES` has them. `relationkit check-return` reports what breaks them:
[Check the return](../how-to/check-the-return.md).

**Years** are the years in which a return ends: 2024 is 1 April 2023 to 31 March 2024, the first for which this table
was collected. **Standing** is `registered` where the published validator runs the rule for that year, `not registered`
where it holds the rule and does not run it, `unconfirmed` where we know it from one version of its files only, and
`ours` where it is no rule of the return but what a count needs. The Department's own guide was not seen.

**Count** is the worst that a finding does to a count of the child's workers: `wrong`, a worker is missing or one too
many is there, so `relationkit changes` does not count that child; `doubtful`, the file may lack something; `none`.
"""


def years(rule: ReturnRule) -> str:
    """Return the collection years of a version, such as "2024" or "from 2025"."""
    first = reporting_year_of(rule.in_force_from)
    if rule.in_force_until is None:
        return f"from {first}"
    last = reporting_year_of(rule.in_force_until - timedelta(days=1))
    return str(first) if first == last else f"{first} to {last}"


def section(rule: ReturnRule) -> str:
    """Return one version of a rule as the page shows it."""
    facts = [
        ("Broken when", f"{rule.means}."),
        ("Looks at", f"{rule.applies_to}."),
        ("What to do", f"{rule.remedy}."),
        ("Count", f"{rule.effect}."),
        ("Standing", f"{rule.standing}."),
        ("Cannot be judged without", f"{rule.needs}." if rule.needs else ""),
        ("Note", rule.note),
        ("Source", f"{rule.source}."),
    ]
    lines = [f"- **{name}:** {text}" for name, text in facts if text]
    return "\n".join([f"## {rule.code}, {years(rule)}", "", *lines, ""])


def page_text() -> str:
    """Return the page as the file holds it."""
    return "\n".join([HEAD, *map(section, RETURN_RULES)])


if __name__ == "__main__":
    PAGE.write_text(page_text(), encoding="utf-8")
