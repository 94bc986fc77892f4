"""The command line: arguments in, tables, files and exit codes out. Beside ``web``, the only reader of the clock.

Exit codes, for schedulers: 0 all well, 1 something is overdue, 2 bad input, 3 the case system did not answer.
"""

import sys

__all__ = ["main"]


def main() -> None:
    """Run ``relationkit`` with the arguments of the process, and exit with its code."""
    try:
        from relationkit.cli.app import run
    except ModuleNotFoundError as error:
        if error.name not in ("typer", "rich", "click"):
            raise
        sys.stderr.write('The command line needs the extra [cli]: pip install "relationkit[cli]".\n')
        sys.exit(2)
    sys.exit(run(sys.argv[1:]))
