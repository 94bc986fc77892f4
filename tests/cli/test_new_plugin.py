"""``relationkit new-plugin``: every kind installs, type-checks, and is green at once, without the network."""

import io
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

from relationkit.plugins.scaffold import PLUGIN_KINDS, PYTHONS, PluginAnswers, plugin_project

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("kind", PLUGIN_KINDS)
def test_a_project_has_no_hole_in_it_and_says_who_it_is(kind: str) -> None:
    project = plugin_project(PluginAnswers(name="acme-casework", kind=kind, system="Acme Casework", python="3.12"))

    assert {"pyproject.toml", "README.md", ".gitignore", ".github/workflows/check.yml"} <= set(project)
    assert "src/acme_casework/py.typed" in project
    assert not [path for path, text in project.items() if "[[ " in text or "template" in path]
    assert 'requires-python = ">=3.12"' in project["pyproject.toml"]
    assert '["3.12", "3.13", "3.14"]' in project[".github/workflows/check.yml"]
    assert "Acme Casework" in project["README.md"]


@pytest.mark.parametrize(
    "answers",
    [
        {"name": "Acme"},
        {"name": "a"},
        {"name": "acme_casework"},
        {"name": "../acme"},
        {"name": "acme", "kind": "weather"},
        {"name": "acme", "python": "2.7"},
        {"name": "acme", "system": 'A "quoted" one'},
        {"name": "acme", "system": "two\nlines"},
        {"name": "acme", "licence": 'MIT"\n[evil]'},
    ],
)
def test_an_answer_that_cannot_be_is_refused_and_nothing_written(
    relationkit: Any, tmp_path: Path, answers: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match=r"write|use one of"):
        PluginAnswers(**answers)
    options = [f"--{key}={value}" for key, value in answers.items() if key != "name"]

    assert relationkit("new-plugin", answers["name"], *options).code == 2
    assert list(tmp_path.iterdir()) == []


def test_no_licence_leaves_the_line_out() -> None:
    assert "license" not in plugin_project(PluginAnswers(name="acme", licence=""))["pyproject.toml"]


def test_a_folder_with_something_in_it_is_left_alone(relationkit: Any, tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "mine.txt").write_text("mine")

    done = relationkit("new-plugin", "acme")

    assert done.code == 2
    assert "not empty" in done.err
    assert [path.name for path in (tmp_path / "acme").iterdir()] == ["mine.txt"]


def test_without_a_name_and_anybody_to_ask_it_says_what_is_missing(
    relationkit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())

    assert "Name is missing" in relationkit("new-plugin").err


def test_the_oldest_python_is_the_houses_own() -> None:
    assert f'requires-python = ">={PYTHONS[0]}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def empty_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that sees what is installed here, for one plugin after the other."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, system_site_packages=False, with_pip=True)
    (site,) = folder.glob("lib/python*/site-packages")
    here = [path for path in sys.path if path.endswith("site-packages")]
    (site / "here.pth").write_text("\n".join([*here, str(ROOT)]), encoding="utf-8")
    return folder


@pytest.mark.long
@pytest.mark.parametrize("kind", PLUGIN_KINDS)
def test_a_project_installs_offline_type_checks_and_is_green_at_once(
    relationkit: Any, tmp_path: Path, empty_environment: Path, kind: str
) -> None:
    name = f"acme-{kind}"
    assert relationkit("new-plugin", name, "--kind", kind, "--system", "Acme Casework").code == 0
    project, python = tmp_path / name, str(empty_environment / "bin" / "python")

    def run(*arguments: str) -> str:
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        done = subprocess.run(
            [python, "-m", *arguments], cwd=project, capture_output=True, text=True, timeout=500, env=environment
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("pip", "install", "--no-index", "--no-build-isolation", "--no-deps", "-q", ".")
    assert "passed" in run("pytest", "-q", "-p", "no:cacheprovider")
    assert "Success" in run("mypy", "--cache-dir", str(tmp_path / "cache"))
    assert "0 errors" in run("pyright", "--pythonpath", python)
    run("ruff", "check", ".")
    run("ruff", "format", "--check", ".")
    listed = run("relationkit", "plugins", "--csv")
    assert f"{name},{name},0.1.0,active,," in listed
