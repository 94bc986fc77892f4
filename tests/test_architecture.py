"""The page on architecture shows the code as it is."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

import relationkit

ROOT = Path(__file__).parent.parent
PACKAGE = Path(relationkit.__file__).parent


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write", ROOT / "docs" / "reference" / "write_architecture.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_and_the_picture_are_those_of_the_code(writer: ModuleType) -> None:
    remedy = "run python docs/reference/write_architecture.py"

    assert writer.PAGE.read_text(encoding="utf-8") == writer.page_text(), remedy
    assert writer.PICTURE.read_text(encoding="utf-8") == writer.picture_text(), remedy


def test_every_line_goes_down_and_every_room_is_in_one_layer(writer: ModuleType) -> None:
    rooms = [room for layer in writer.layers() for room in layer]
    row = {room: number for number, layer in enumerate(writer.layers()) for room in layer}

    assert sorted(rooms) == sorted(relationkit.__all__)
    assert all(row[room] < row[below] for room, below in writer.drawn(writer.imports()))


def test_every_file_that_the_page_sends_to_is_there(writer: ModuleType) -> None:
    named: list[str] = []
    for row in writer.PAGE.read_text(encoding="utf-8").partition("## Where to look")[2].splitlines():
        folder = ""
        for name in re.findall(r"`([\w/]+(?:\.py|/))`", row):
            folder = name if name.endswith("/") else folder
            named.append(name if "/" in name[:-1] or not folder or name == folder else folder + name)

    assert len(named) > 30
    assert [name for name in named if not (PACKAGE / name).exists()] == []
