"""What plugins and adapters cost: a hook call, a start with many plugins, and records out of a database.

    python benchmarks/plugins.py [--rows 100000] [--rounds 3] [--postgres URL]

The hook is asked of 1, 5 and 20 plugins: by relationkit, each in its own try and its records checked; by pluggy alone;
and by a plain loop over the functions. A start is a fresh interpreter that loads plugins, without any and with 50
installed. Assignments are read into records, beside the driver's rows and beside building the same records from
values that are at hand; the bar is 1.5 times the two together. PostgreSQL is read where a URL of an empty database is
given. Each figure is the least of the rounds.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pluggy
import sqlalchemy as sa

from relationkit.plugins import CommandSpec, create_plugin_manager, hookimpl, hookspecs, offered_commands
from relationkit.plugins.adapters.sql import TABLES, SqlAdapter
from relationkit.records import Assignment, Role

PROBE = "from relationkit.plugins import create_plugin_manager, load_plugins\nload_plugins(create_plugin_manager())"
SPELLS_OF_A_CHILD = 5


def least(rounds: int, work: Callable[[], object]) -> float:
    """Return the least seconds of the rounds."""

    def once() -> float:
        started = time.perf_counter()
        work()
        return time.perf_counter() - started

    return min(once() for _ in range(rounds))


def a_plugin(number: int) -> SimpleNamespace:
    spec = CommandSpec(name=f"command-{number}", target="nowhere:work", summary="")

    def relationkit_commands() -> Iterable[CommandSpec]:
        return [spec]

    return SimpleNamespace(relationkit_commands=hookimpl(relationkit_commands))


def hook_calls(rounds: int, calls: int) -> None:
    print(f"{'plugins':>8} {'plain loop':>12} {'pluggy':>12} {'relationkit':>12}   microseconds a call")
    for count in (1, 5, 20):
        plugins = [a_plugin(number) for number in range(count)]
        bare = pluggy.PluginManager("relationkit")
        bare.add_hookspecs(hookspecs)
        ours = create_plugin_manager()
        for number, plugin in enumerate(plugins):
            bare.register(plugin, name=f"p{number}")
            ours.register(plugin, name=f"p{number}")
        functions = [plugin.relationkit_commands for plugin in plugins]
        ways: list[Callable[[], object]] = [
            lambda functions=functions: [spec for function in functions for spec in function()],
            bare.hook.relationkit_commands,
            lambda ours=ours: offered_commands(ours),
        ]
        costs = [least(rounds, lambda way=way: [way() for _ in range(calls)]) / calls * 1e6 for way in ways]
        print(f"{count:>8} " + " ".join(f"{cost:>12.1f}" for cost in costs))


def starts(rounds: int, folder: Path) -> None:
    for number in range(50):
        (folder / f"plugin_{number}.py").write_text(
            "from relationkit.plugins import CommandSpec, hookimpl\n@hookimpl\ndef relationkit_commands():\n"
            f"    return [CommandSpec(name='command-{number}', target='nowhere:work', summary='')]\n"
        )
        info = folder / f"plugin_{number}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: plugin-{number}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[relationkit]\nplugin-{number} = plugin_{number}\n")

    def start(path: str) -> float:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [path, *sys.path]))}
        return least(rounds, lambda: subprocess.run([sys.executable, "-c", PROBE], env=environment, check=True))

    none, fifty = start(""), start(str(folder))
    print(f"a start without plugins {none * 1000:,.0f} ms, with 50 installed {fifty * 1000:,.0f} ms")


def assignments(count: int) -> Iterable[Assignment]:
    for number in range(count):
        day = date(2015, 1, 1) + timedelta(days=number % 3000)
        yield Assignment(
            id=f"a{number:08}",
            child_id=f"c{number // SPELLS_OF_A_CHILD:08}",
            worker_id=f"w{number % 500}",
            role=Role.SOCIAL_WORKER,
            started_on=day,
            ended_on=None if number % SPELLS_OF_A_CHILD == 0 else day + timedelta(days=100),
        )


def reading(name: str, where: str, count: int, rounds: int) -> None:
    with SqlAdapter.create(where) as adapter:
        adapter.write(assignments(count))
        engine = sa.create_engine(where.replace("postgresql://", "postgresql+psycopg://") if "://" in where else
                                  f"sqlite:///{where}")  # fmt: skip
        with engine.connect() as connection:
            statement = str(sa.select(TABLES["assignments"]).order_by("child_id", "started_on", "id").compile(engine))
            values = [dict(row) for row in connection.execute(sa.select(TABLES["assignments"])).mappings()]

        def driver() -> None:
            raw = engine.raw_connection()
            cursor = raw.cursor()
            cursor.execute(statement)
            for _ in cursor:
                pass
            raw.close()

        rows = least(rounds, driver)
        models = least(rounds, lambda: [Assignment(**each) for each in values])
        ours = least(rounds, lambda: sum(1 for _ in adapter.assignments()))
        engine.dispose()
    print(
        f"{name}: {count:,} assignments: the driver's rows {rows:.2f} s, building the records {models:.2f} s, "
        f"read into records {ours:.2f} s: {ours / (rows + models):.2f} times the two together"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgres", default=None, help="postgresql://... of an empty database")
    options = parser.parse_args()
    hook_calls(options.rounds, 200)
    with tempfile.TemporaryDirectory() as folder:
        plugins = Path(folder) / "plugins"
        plugins.mkdir()
        starts(options.rounds, plugins)
        reading("SQLite", str(Path(folder) / "case.db"), options.rows, options.rounds)
    if options.postgres:
        reading("PostgreSQL", options.postgres, options.rows, options.rounds)


if __name__ == "__main__":
    main()
