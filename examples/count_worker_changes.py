"""Both measures, and one child's history, from the files of the statutory return. Everybody in them is made up."""

from relationkit.continuity import (
    Window,
    commissioner_instability,
    dfe_stability,
    measure_children,
    worker_changes,
    worker_history,
)
from relationkit.plugins import open_adapter
from relationkit.records import Assignment

YEAR = Window.reporting_year(2024)


def main() -> None:
    """Print a line for each child, then the child whose two counts tell different stories."""
    with open_adapter("ssda903:examples/statutory-return") as reader:
        children = [child.id for child in reader.children()]
        assignments = list(reader.assignments())
        problems = reader.problems
    print(f"{YEAR.start_on} to {YEAR.last_on}; {len(problems)} problems in the files\n")

    print("Child  Social workers (DfE)  Changes without cover (Children's Commissioner)")
    for row in measure_children(assignments, children, YEAR):
        dfe, commissioner = row.dfe_stability, row.commissioner_instability
        print(f"{row.child_id:7}{dfe.workers}{' high' if dfe.is_high else '':21}", end="")
        print(f"{commissioner.changes}{' multiple' if commissioner.is_multiple else ''}")

    tell_the_story_of("K003", [each for each in assignments if each.child_id == "K003"])


def tell_the_story_of(child_id: str, own: list[Assignment]) -> None:
    """Print who the child's worker was, day by day, and both counts once more."""
    print(f"\n{child_id}, as lived:")
    history = worker_history(own)
    for spell in history:
        print(f"  {spell.started_on} to {spell.ended_on or 'today'}  {spell.worker_id}")
    changes = worker_changes(history, YEAR)
    print(f"{len(changes)} changes as lived; {dfe_stability(own, YEAR).workers} social workers as the return counts;")
    print(f"{commissioner_instability(own, YEAR).changes} changes once cover is left out.")


if __name__ == "__main__":
    main()
