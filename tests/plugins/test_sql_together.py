"""Several processes make one database at the same moment, and each gets it."""

import subprocess
import sys
import time
from pathlib import Path

SCRIPT = """
import sys, time
from relationkit.plugins.adapters.sql import SqlAdapter
time.sleep(max(0, float(sys.argv[2]) - time.time()))
with SqlAdapter.create(sys.argv[1]) as adapter:
    adapter.record_escalations([], now=__import__("datetime").datetime.now(__import__("datetime").UTC), notifiers=["x"])
"""


def test_processes_that_make_one_file_at_once_all_get_it(tmp_path: Path) -> None:
    for number in range(3):
        at = time.time() + 3  # noqa: TID251  a moment for the processes to meet at
        command = [sys.executable, "-c", SCRIPT, str(tmp_path / f"{number}.db"), str(at)]
        together = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]

        assert [(each.communicate()[1], each.returncode) for each in together] == [("", 0)] * 3
