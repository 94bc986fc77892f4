"""A real CalDAV server on loopback, in a folder of its own, stopped whatever happens.

Where the server or the client, packages of the extra ``dev``, are missing, these tests skip and say so.
"""

import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from caldav import Principal

#: The longest that the server may take to start or to stop, and any one answer to come, in seconds.
PATIENCE = 30


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def wait_until_it_answers(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return when the port takes connections; fail when the server ended or took too long."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the CalDAV server did not start: {log.read_text(errors='replace')[-500:]}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run Radicale and return its address; everybody may sign in, and sees what is theirs."""
    pytest.importorskip("radicale", reason="the package radicale is not installed")
    folder, port = tmp_path_factory.mktemp("caldav"), free_port()
    command = [sys.executable, "-m", "radicale", "--config", "", "--server-hosts", f"127.0.0.1:{port}"]
    command += ["--storage-filesystem-folder", str(folder / "store"), "--auth-type", "none", "--web-type", "none"]
    log = folder / "server.log"
    with log.open("wb") as written, subprocess.Popen(command, stdout=written, stderr=written) as running:
        try:
            wait_until_it_answers(port, running, log)
            yield f"http://127.0.0.1:{port}/"
        finally:
            running.terminate()
            try:
                running.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                running.kill()


@pytest.fixture
def account(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator["Principal"]:
    """Return a new account, one for each test."""
    caldav = pytest.importorskip("caldav", reason="the package caldav is not installed")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    name = f"made-up-{secrets.token_hex(8)}"
    with caldav.DAVClient(
        url=server, username=name, password="made-up", timeout=PATIENCE, enable_rfc6764=False, require_tls=False
    ) as client:
        yield client.principal()
