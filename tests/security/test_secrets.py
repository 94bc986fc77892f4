"""Nothing that is secret or a person's is written where nobody looks: relationkit writes no log at all."""

import ast
from pathlib import Path

import relationkit

ROOM = Path(relationkit.__file__).parent


def imported(path: Path) -> set[str]:
    """Return the modules that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_nothing_of_ours_writes_a_log() -> None:
    files = [path for path in ROOM.rglob("*.py") if "testing" not in path.parts]  # the kit looks at others' logs

    assert len(files) > 300
    assert [path.name for path in files if imported(path) & {"logging", "syslog"}] == []


def test_nothing_of_ours_unpickles_evaluates_or_starts_a_shell() -> None:
    calls = {"eval", "exec", "compile", "__import__"}
    found = [
        (path.name, node.func.id)
        for path in ROOM.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in calls
    ]
    unpickling = {path.name for path in ROOM.rglob("*.py") if imported(path) & {"pickle", "marshal", "shelve"}}
    starting = {path.name for path in ROOM.rglob("*.py") if "subprocess" in imported(path)}

    assert found == []
    assert unpickling <= {"errors.py"}  # the kit: an error must go to another process and back
    # The kit starts this interpreter, over a file that it has just written; `bench` starts its own module.
    assert starting <= {"checking.py", "imports.py", "bench.py"}
