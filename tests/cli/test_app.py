"""The command line as a whole: help that a council analyst understands, and no traceback."""

import subprocess
import sys
from typing import Any

import pytest

from relationkit import __version__
from relationkit.cli.app import app

COMMANDS = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]


def test_help_names_every_command_and_the_exit_codes(relationkit: Any) -> None:
    done = relationkit("--help")

    assert done.code == 0
    assert all(command in done.out for command in COMMANDS)
    for code in ("0 all well", "1 something is overdue", "2 bad input", "3 the case system"):
        assert code in " ".join(done.out.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_every_command_has_help(relationkit: Any, command: str) -> None:
    done = relationkit(command, "--help")
    [registered] = [
        each for each in app.registered_commands if each.callback and command in (each.name, each.callback.__name__)
    ]

    assert done.code == 0
    assert registered.callback is not None
    assert registered.callback.__doc__
    for line in done.out.splitlines():
        if line.strip().startswith("│ --"):
            assert len(line.split()) > 4, line


def test_the_version_is_the_package_s(relationkit: Any) -> None:
    assert relationkit("--version").out.strip() == f"relationkit {__version__}"


@pytest.mark.parametrize("arguments", [("changes",), ("replies", "--sauce", "x"), ("nothing",)])
def test_a_wrong_command_line_is_exit_code_two(relationkit: Any, arguments: tuple[str, ...]) -> None:
    done = relationkit(*arguments)

    assert done.code == 2
    assert "Traceback" not in done.err


def test_without_the_extra_it_says_what_to_install() -> None:
    code = "import sys; sys.modules['typer'] = None; import relationkit.cli; relationkit.cli.main()"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert done.returncode == 2
    assert done.stderr == 'The command line needs the extra [cli]: pip install "relationkit[cli]".\n'


def test_a_reader_that_goes_away_is_no_fault(relationkit: Any) -> None:
    code = f"{sys.executable} -c 'import relationkit.cli; relationkit.cli.main()' plugins --json | head -c 1"

    done = subprocess.run(code, shell=True, capture_output=True, text=True)

    assert "Traceback" not in done.stderr


def test_the_help_of_one_command_loads_no_room() -> None:
    code = (
        "import sys\n"
        "from relationkit.cli.app import run\n"
        "run(['changes', '--help'])\n"
        "rooms = {'sla', 'continuity', 'plugins', 'render', 'feedback', 'visits', 'handovers', 'profiles', 'web'}\n"
        "print(sorted(name for name in rooms if f'relationkit.{name}' in sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stderr.strip() == "[]"
